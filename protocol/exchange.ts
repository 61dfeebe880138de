// Who says what when: hello → offer → proof → done, for pairing and for session set-up alike. Sans-IO: a message in, a
// step out. Whatever the bytes are, nothing throws; an exchange that has failed stays failed, the next is a new one.
import {
  BELT_ID_BYTES,
  BOOT_EPOCH_BYTES,
  CONTROLLER_ID_BYTES,
  decodeHandshake,
  encodeHandshake,
  HANDSHAKE_NONCE_BYTES,
  type HandshakeMessage,
  type HelloMessage,
  type OfferMessage,
  type RefusalCode,
  type VersionRange,
} from './handshake-messages.ts';
import {
  createEphemeralKey,
  deriveSecrets,
  HANDSHAKE_LABEL,
  PRIVATE_KEY_BYTES,
  proofTag,
  equalInConstantTime,
  type DerivedSecrets,
} from './handshake.ts';
import { PROTOCOL_VERSION } from './messages.ts';

/** `unexpected`: a message out of turn. `wrongBelt`: another identity than the one asked for. */
export type HandshakeFailure = RefusalCode | 'unexpected' | 'wrongBelt';

/** `send`, where there is one, goes to the peer whatever the status. */
export type HandshakeStep<Result> =
  | { readonly status: 'waiting'; readonly send: Uint8Array }
  | { readonly status: 'done'; readonly result: Result; readonly send?: Uint8Array }
  | { readonly status: 'failed'; readonly reason: HandshakeFailure; readonly send?: Uint8Array };

export interface ControllerHandshake<Result> {
  /** The hello, to be sent first. */
  readonly hello: Uint8Array;
  take(message: Uint8Array): HandshakeStep<Result>;
}
export interface BeltHandshake<Result> {
  take(message: Uint8Array): HandshakeStep<Result>;
}

/** Unpredictable bytes, from the operating system or the belt's hardware. */
export type RandomBytes = (length: number) => Uint8Array;

export const OWN_VERSIONS: VersionRange = { min: PROTOCOL_VERSION.major, max: PROTOCOL_VERSION.major };

const KINDS = {
  pair: { hello: 'pairHello', offer: 'pairOffer', proof: 'pairProof', done: 'pairDone' },
  session: { hello: 'sessionHello', offer: 'sessionOffer', proof: 'sessionProof', done: 'sessionDone' },
} as const;
type Flavour = keyof typeof KINDS;

export const LABEL_SECRET_BYTES = 16;
export const LONG_TERM_KEY_BYTES = 32;
const SECRET_BYTES = { pair: LABEL_SECRET_BYTES, session: LONG_TERM_KEY_BYTES } as const;

/** Lengths that our own side hands in; the other side's are checked by the decoder. */
function requireLength(bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) throw new RangeError(`${what} has ${length} bytes, not ${bytes.length}`);
}

function freshNonce(randomBytes: RandomBytes): Uint8Array {
  const nonce = randomBytes(HANDSHAKE_NONCE_BYTES);
  requireLength(nonce, HANDSHAKE_NONCE_BYTES, 'a nonce');
  return nonce;
}

const UNEXPECTED = { status: 'failed', reason: 'unexpected' } as const;

/** The highest version that both speak. */
const commonVersion = (ours: VersionRange, theirs: VersionRange): number | undefined => {
  const highest = Math.min(ours.max, theirs.max);
  return highest >= Math.max(ours.min, theirs.min) ? highest : undefined;
};

/** The next message is for `expect`; it is told only messages that could be decoded and are no refusal. */
function createTurns<Result>(
  first: (message: HandshakeMessage, bytes: Uint8Array) => Turn<Result>,
  onFailure: (reason: HandshakeFailure) => HandshakeStep<Result>,
): (bytes: Uint8Array) => HandshakeStep<Result> {
  let expect: Turn<Result>['then'] = first;
  return (bytes) => {
    const turn = expect;
    if (turn === undefined) return UNEXPECTED;
    expect = undefined;
    const decoded = decodeHandshake(bytes);
    if (!decoded.ok) return onFailure('malformed');
    const { step, then } = turn(decoded.value, bytes);
    expect = step.status === 'waiting' ? then : undefined;
    return step.status === 'failed' ? onFailure(step.reason) : step;
  };
}

interface Turn<Result> {
  readonly step: HandshakeStep<Result>;
  readonly then?: ((message: HandshakeMessage, bytes: Uint8Array) => Turn<Result>) | undefined;
}
const failing = (reason: HandshakeFailure): Turn<never> => ({ step: { status: 'failed', reason } });

export interface ControllerExchangeOptions<Result> {
  readonly flavour: Flavour;
  readonly controllerId: Uint8Array;
  readonly secret: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly versions: VersionRange;
  readonly outputBytes: number;
  /** The belt that is asked for; without one, any. */
  readonly beltId?: Uint8Array | undefined;
  /** Called once, after the belt's proof was right. */
  readonly finish: (output: Uint8Array, offer: OfferMessage) => Result;
}

export function createControllerExchange<Result>(
  options: ControllerExchangeOptions<Result>,
): ControllerHandshake<Result> {
  const { flavour, controllerId, randomBytes, versions, outputBytes, beltId } = options;
  const kinds = KINDS[flavour];
  requireLength(controllerId, CONTROLLER_ID_BYTES, 'a controller id');
  requireLength(options.secret, SECRET_BYTES[flavour], 'the secret');
  const key = createEphemeralKey(randomBytes(PRIVATE_KEY_BYTES));
  const hello = encodeHandshake({
    kind: kinds.hello,
    versions,
    controllerId,
    publicKey: key.publicKey,
    nonce: freshNonce(randomBytes),
  });

  const takeDone =
    (secrets: DerivedSecrets, offer: OfferMessage) =>
    (message: HandshakeMessage): Turn<Result> => {
      if (message.kind === 'refused') return failing(message.code);
      if (!('tag' in message && message.kind === kinds.done)) return failing('unexpected');
      if (!equalInConstantTime(message.tag, proofTag(secrets, 'belt'))) return failing('wrongProof');
      return { step: { status: 'done', result: options.finish(secrets.output, offer) } };
    };

  const takeOffer = (message: HandshakeMessage, bytes: Uint8Array): Turn<Result> => {
    if (message.kind === 'refused') return failing(message.code);
    if (!('beltId' in message && message.kind === kinds.offer)) return failing('unexpected');
    const offer = message;
    if (!(offer.version >= versions.min && offer.version <= versions.max)) return failing('versionMismatch');
    if (beltId !== undefined && !equalInConstantTime(offer.beltId, beltId)) return failing('wrongBelt');
    const shared = key.agree(offer.publicKey);
    if (shared === undefined) return failing('malformed');
    const label = HANDSHAKE_LABEL[flavour];
    const secrets = deriveSecrets({
      label,
      hello,
      offer: bytes,
      shared,
      secret: options.secret,
      outputBytes,
    });
    const send = encodeHandshake({ kind: kinds.proof, tag: proofTag(secrets, 'controller') });
    return { step: { status: 'waiting', send }, then: takeDone(secrets, offer) };
  };

  return { hello, take: createTurns<Result>(takeOffer, (reason) => ({ status: 'failed', reason })) };
}

export type Admission =
  { readonly ok: true; readonly secret: Uint8Array } | { readonly ok: false; readonly code: RefusalCode };

export interface BeltExchangeOptions<Result> {
  readonly flavour: Flavour;
  readonly beltId: Uint8Array;
  readonly bootEpoch: Uint8Array;
  readonly randomBytes: RandomBytes;
  readonly versions: VersionRange;
  readonly outputBytes: number;
  /** Asked at the hello and again at the proof: a window may close, a key may be forgotten in between. */
  readonly admit: (controllerId: Uint8Array) => Admission;
  /** Called once, after the controller's proof was right. */
  readonly finish: (output: Uint8Array, hello: HelloMessage, version: number) => Result;
}

export function createBeltExchange<Result>(options: BeltExchangeOptions<Result>): BeltHandshake<Result> {
  const { flavour, beltId, bootEpoch, randomBytes, outputBytes, admit } = options;
  const kinds = KINDS[flavour];
  requireLength(beltId, BELT_ID_BYTES, 'a belt id');
  requireLength(bootEpoch, flavour === 'session' ? BOOT_EPOCH_BYTES : 0, 'a boot epoch');
  const admitWhole = (controllerId: Uint8Array): Admission => {
    const admission = admit(controllerId);
    // A key cut short by a damaged store would be a weak secret that everybody knows.
    const isWhole = !admission.ok || admission.secret.length === SECRET_BYTES[flavour];
    return isWhole ? admission : { ok: false, code: 'storeDamaged' };
  };

  const takeProof =
    (secrets: DerivedSecrets, secret: Uint8Array, hello: HelloMessage, version: number) =>
    (message: HandshakeMessage): Turn<Result> => {
      if (!('tag' in message && message.kind === kinds.proof)) return failing('unexpected');
      const admission = admitWhole(hello.controllerId);
      if (!admission.ok) return failing(admission.code);
      // Forgotten and paired anew in between: what was derived from the old key is worth nothing.
      if (!equalInConstantTime(admission.secret, secret)) return failing('notPaired');
      if (!equalInConstantTime(message.tag, proofTag(secrets, 'controller'))) return failing('wrongProof');
      const send = encodeHandshake({ kind: kinds.done, tag: proofTag(secrets, 'belt') });
      return { step: { status: 'done', result: options.finish(secrets.output, hello, version), send } };
    };

  const takeHello = (message: HandshakeMessage, bytes: Uint8Array): Turn<Result> => {
    if (!('controllerId' in message && message.kind === kinds.hello)) return failing('unexpected');
    const hello = message;
    const version = commonVersion(options.versions, hello.versions);
    if (version === undefined) return failing('versionMismatch');
    const admission = admitWhole(hello.controllerId);
    if (!admission.ok) return failing(admission.code);
    const key = createEphemeralKey(randomBytes(PRIVATE_KEY_BYTES));
    const shared = key.agree(hello.publicKey);
    if (shared === undefined) return failing('malformed');
    const nonce = freshNonce(randomBytes);
    const send = encodeHandshake({
      kind: kinds.offer,
      version,
      beltId,
      bootEpoch,
      publicKey: key.publicKey,
      nonce,
    });
    const { secret } = admission;
    const label = HANDSHAKE_LABEL[flavour];
    const secrets = deriveSecrets({ label, hello: bytes, offer: send, shared, secret, outputBytes });
    return { step: { status: 'waiting', send }, then: takeProof(secrets, secret, hello, version) };
  };

  return {
    take: createTurns<Result>(takeHello, (reason) => ({
      status: 'failed',
      reason,
      send: encodeHandshake({ kind: 'refused', code: refusalCodeOf(reason) }),
    })),
  };
}

const refusalCodeOf = (reason: HandshakeFailure): RefusalCode =>
  reason === 'unexpected' || reason === 'wrongBelt' ? 'malformed' : reason;
