// What pairing and session set-up say to each other, as bytes: a kind, then fields of fixed length. The messages
// travel in segments of plain `handshake` frames on the control point, both ways.
import { byteAt } from './bytes.ts';
import { failed, nameOfCode } from './decoding.ts';
import type { Decoded } from './messages.ts';

export const CONTROLLER_ID_BYTES = 8;
export const BELT_ID_BYTES = 8;
export const BOOT_EPOCH_BYTES = 8;
export const PUBLIC_KEY_BYTES = 32;
export const HANDSHAKE_NONCE_BYTES = 16;
export const PROOF_TAG_BYTES = 16;
/** An exchange that is not over by then is dropped by both ends. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Pairing is possible for this long after the button or power-on, and not after this many wrong proofs. */
export const PAIRING_WINDOW_MS = 60_000;
export const PAIRING_FAILURE_MAX_COUNT = 5;

/** First byte of a message; at Hamming distance 4 or more from each other. */
export const HANDSHAKE = {
  pairHello: 0x33,
  pairOffer: 0x3c,
  pairProof: 0x55,
  pairDone: 0x5a,
  sessionHello: 0x66,
  sessionOffer: 0x69,
  sessionProof: 0x96,
  sessionDone: 0x99,
  refused: 0xf0,
} as const;
export type HandshakeKind = keyof typeof HANDSHAKE;

/** Why a belt breaks an exchange off. Sent in the open: a hint for people, never a fact to act upon. */
export const REFUSAL = {
  windowClosed: 0x33,
  notPaired: 0x3c,
  full: 0x55,
  wrongProof: 0x5a,
  versionMismatch: 0x66,
  tooManyFailures: 0x69,
  busy: 0x96,
  storeDamaged: 0x99,
  malformed: 0xa5,
} as const;
export type RefusalCode = keyof typeof REFUSAL;

/** Major versions of the protocol that an end can speak, both included. */
export interface VersionRange {
  readonly min: number;
  readonly max: number;
}

export interface HelloMessage {
  readonly kind: 'pairHello' | 'sessionHello';
  readonly versions: VersionRange;
  readonly controllerId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
}
export interface OfferMessage {
  readonly kind: 'pairOffer' | 'sessionOffer';
  readonly version: number;
  readonly beltId: Uint8Array;
  /** Fresh random bytes of each boot; empty in `pairOffer`. */
  readonly bootEpoch: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly nonce: Uint8Array;
}
export interface TagMessage {
  readonly kind: 'pairProof' | 'pairDone' | 'sessionProof' | 'sessionDone';
  readonly tag: Uint8Array;
}
export interface RefusedMessage {
  readonly kind: 'refused';
  readonly code: RefusalCode;
}
export type HandshakeMessage = HelloMessage | OfferMessage | TagMessage | RefusedMessage;

const kindOf: (code: number) => HandshakeKind | undefined = nameOfCode(HANDSHAKE);
const refusalOf: (code: number) => RefusalCode | undefined = nameOfCode(REFUSAL);

const bootEpochBytes = (kind: OfferMessage['kind']): number =>
  kind === 'sessionOffer' ? BOOT_EPOCH_BYTES : 0;

const HELLO_BYTES = 3 + CONTROLLER_ID_BYTES + PUBLIC_KEY_BYTES + HANDSHAKE_NONCE_BYTES;
const OFFER_BYTES = 2 + BELT_ID_BYTES + PUBLIC_KEY_BYTES + HANDSHAKE_NONCE_BYTES;

export function encodeHandshake(message: HandshakeMessage): Uint8Array {
  const kind = HANDSHAKE[message.kind];
  switch (message.kind) {
    case 'pairHello':
    case 'sessionHello':
      return Uint8Array.of(
        kind,
        message.versions.min,
        message.versions.max,
        ...message.controllerId,
        ...message.publicKey,
        ...message.nonce,
      );
    case 'pairOffer':
    case 'sessionOffer':
      return Uint8Array.of(
        kind,
        message.version,
        ...message.beltId,
        ...message.bootEpoch,
        ...message.publicKey,
        ...message.nonce,
      );
    case 'pairProof':
    case 'pairDone':
    case 'sessionProof':
    case 'sessionDone':
      return Uint8Array.of(kind, ...message.tag);
    case 'refused':
      return Uint8Array.of(kind, REFUSAL[message.code]);
  }
}

/** Shapes only; every field is a copy. Lengths are exact: nothing rides along outside what the proofs cover. */
export function decodeHandshake(bytes: Uint8Array): Decoded<HandshakeMessage> {
  if (bytes.length === 0) return failed('length');
  const kind = kindOf(byteAt(bytes, 0));
  switch (kind) {
    case undefined:
      return failed('code');
    case 'pairHello':
    case 'sessionHello':
      return decodeHello(kind, bytes);
    case 'pairOffer':
    case 'sessionOffer':
      return decodeOffer(kind, bytes);
    case 'pairProof':
    case 'pairDone':
    case 'sessionProof':
    case 'sessionDone':
      return bytes.length === 1 + PROOF_TAG_BYTES
        ? { ok: true, value: { kind, tag: Uint8Array.from(bytes.subarray(1)) } }
        : failed('length');
    case 'refused': {
      if (bytes.length !== 2) return failed('length');
      const code = refusalOf(byteAt(bytes, 1));
      return code === undefined ? failed('code') : { ok: true, value: { kind, code } };
    }
  }
}

/** Takes fields one after the other. Copies by `from`: `slice` of a Buffer would share its memory. */
const fieldReader = (bytes: Uint8Array, start: number): ((length: number) => Uint8Array) => {
  let at = start;
  return (length) => Uint8Array.from(bytes.subarray(at, (at += length)));
};

function decodeHello(kind: HelloMessage['kind'], bytes: Uint8Array): Decoded<HelloMessage> {
  if (bytes.length !== HELLO_BYTES) return failed('length');
  const versions = { min: byteAt(bytes, 1), max: byteAt(bytes, 2) };
  if (!(versions.min >= 1 && versions.min <= versions.max)) return failed('range');
  const field = fieldReader(bytes, 3);
  const controllerId = field(CONTROLLER_ID_BYTES);
  const publicKey = field(PUBLIC_KEY_BYTES);
  return {
    ok: true,
    value: { kind, versions, controllerId, publicKey, nonce: field(HANDSHAKE_NONCE_BYTES) },
  };
}

function decodeOffer(kind: OfferMessage['kind'], bytes: Uint8Array): Decoded<OfferMessage> {
  if (bytes.length !== OFFER_BYTES + bootEpochBytes(kind)) return failed('length');
  const version = byteAt(bytes, 1);
  if (version === 0) return failed('range');
  const field = fieldReader(bytes, 2);
  const beltId = field(BELT_ID_BYTES);
  const bootEpoch = field(bootEpochBytes(kind));
  const publicKey = field(PUBLIC_KEY_BYTES);
  return {
    ok: true,
    value: { kind, version, beltId, bootEpoch, publicKey, nonce: field(HANDSHAKE_NONCE_BYTES) },
  };
}
