// The cryptography of pairing and session set-up: X25519, a transcript hash over both opening messages, HKDF-SHA256,
// and confirmation tags with a role in them. Randomness is handed in. Who says what when is in exchange.ts.
import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { PROOF_TAG_BYTES, PUBLIC_KEY_BYTES } from './handshake-messages.ts';

export const PRIVATE_KEY_BYTES = 32;
const CONFIRM_KEY_BYTES = 32;

/** What keeps pairing and session apart, and both apart from any other use of the same primitives. */
export const HANDSHAKE_LABEL = { pair: 'laserbelt pairing', session: 'laserbelt session' } as const;
export type HandshakeLabel = (typeof HANDSHAKE_LABEL)[keyof typeof HANDSHAKE_LABEL];
export type HandshakeRole = 'controller' | 'belt';

// RFC 8410: a raw X25519 private key behind this prefix is PKCS #8.
const PKCS8_PREFIX = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20);

/** What every point of low order leads to. */
const NO_SECRET = new Uint8Array(32);

export interface EphemeralKey {
  readonly publicKey: Uint8Array;
  /** The shared secret, or undefined for a point of low order, with which it would be no secret. Never throws. */
  agree(peerPublicKey: Uint8Array): Uint8Array | undefined;
}

/**
 * As JWK: a tenth of the time that OpenSSL takes to decode DER. A JWK names its public half as well, which is not known
 * yet: Node 20 derives it from `d` and does not look at what is named. One that does is given DER.
 */
function importPrivateKey(bytes: Uint8Array): KeyObject {
  try {
    const d = Buffer.from(bytes).toString('base64url');
    return createPrivateKey({ key: { kty: 'OKP', crv: 'X25519', d, x: '' }, format: 'jwk' });
  } catch {
    return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, bytes]), format: 'der', type: 'pkcs8' });
  }
}

/** One X25519 key from 32 random bytes, for one exchange. */
export function createEphemeralKey(randomBytes: Uint8Array): EphemeralKey {
  if (randomBytes.length !== PRIVATE_KEY_BYTES) throw new RangeError('an X25519 key is 32 bytes');
  const privateKey = importPrivateKey(randomBytes);
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return {
    publicKey: Uint8Array.from(Buffer.from(x ?? '', 'base64url')),
    agree(peerPublicKey) {
      if (peerPublicKey.length !== PUBLIC_KEY_BYTES) return undefined;
      try {
        // As JWK: a tenth of the time that OpenSSL takes to decode DER.
        const x = Buffer.from(peerPublicKey).toString('base64url');
        const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
        const shared = Uint8Array.from(diffieHellman({ privateKey, publicKey }));
        // OpenSSL refuses an all-zero result by throwing; the check stays ours for builds that do not (RFC 7748, 6.1).
        return equalInConstantTime(shared, NO_SECRET) ? undefined : shared;
      } catch {
        return undefined;
      }
    },
  };
}

export interface DerivedSecrets {
  readonly transcript: Uint8Array;
  readonly confirmKey: Uint8Array;
  /** What the exchange was for. Nobody may see it before the peer's proof was right. */
  readonly output: Uint8Array;
}

/** th = SHA-256(label ‖ hello ‖ offer); HKDF-SHA256(salt th, ikm shared ‖ secret, info label): confirm key ‖ output. */
export function deriveSecrets(options: {
  readonly label: HandshakeLabel;
  /** The two opening messages as they travelled: identities, versions, keys, nonces, boot epoch. */
  readonly hello: Uint8Array;
  readonly offer: Uint8Array;
  readonly shared: Uint8Array;
  /** The label's secret, or the long-term key. */
  readonly secret: Uint8Array;
  readonly outputBytes: number;
}): DerivedSecrets {
  const { label, hello, offer, shared, secret, outputBytes } = options;
  const transcript = Uint8Array.from(createHash('sha256').update(label).update(hello).update(offer).digest());
  const ikm = Buffer.concat([shared, secret]);
  const expanded = new Uint8Array(
    hkdfSync('sha256', ikm, transcript, label, CONFIRM_KEY_BYTES + outputBytes),
  );
  return {
    transcript,
    confirmKey: expanded.slice(0, CONFIRM_KEY_BYTES),
    output: expanded.slice(CONFIRM_KEY_BYTES),
  };
}

/** HMAC-SHA256(confirm key, role ‖ transcript), its first 16 bytes. The role keeps a reflected tag worthless. */
export const proofTag = (secrets: DerivedSecrets, role: HandshakeRole): Uint8Array =>
  Uint8Array.from(
    createHmac('sha256', secrets.confirmKey)
      .update(role)
      .update(secrets.transcript)
      .digest()
      .subarray(0, PROOF_TAG_BYTES),
  );

/** For all that is secret or proves one: as long for any two of one length, wherever they differ. */
export const equalInConstantTime = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && timingSafeEqual(left, right);
