// The sealed envelope: `type | counter16 | ciphertext 0..9 | tag 8`, AES-128-CCM (RFC 3610) by node:crypto. Pieces of
// it are not exported: plaintext leaves in one way only, after its tag was checked.
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { byteAt, readU16, writeU16 } from './bytes.ts';
import type { Envelope, Opened } from './envelope.ts';
import { BODY_MAX_BYTES, FRAME_MAX_BYTES } from './gatt.ts';
import type { HandshakeRole } from './handshake.ts';

const ALGORITHM = 'aes-128-ccm';
const KEY_BYTES = 16;
export const SESSION_ID_BYTES = 8;
export const SESSION_KEY_MATERIAL_BYTES = 2 * KEY_BYTES + SESSION_ID_BYTES;

const HEADER_BYTES = 3;
const TAG_BYTES = 8;
const NONCE_BYTES = 13;
const TAG_OPTIONS = { authTagLength: TAG_BYTES } as const;

/** A receiver goes forward by so many frames at most (40 s of ticks), and takes a late one from as far back. */
export const SEALED_WINDOW = 1024;
/** No frame has a higher counter: a nonce never repeats. At 30 frames a second that is a year. */
export const SEALED_COUNTER_MAX = 2 ** 30;
const COUNTER_RESERVE = 2 ** 16;

/** Key objects, which neither print nor serialize what they hold. */
export interface SessionKeys {
  readonly toBelt: KeyObject;
  readonly toController: KeyObject;
  readonly sessionId: Uint8Array;
}

/** From 40 bytes: key to the belt, key to the controller, session id. */
export function createSessionKeys(material: Uint8Array): SessionKeys {
  if (material.length !== SESSION_KEY_MATERIAL_BYTES) throw new RangeError('session keys take 40 bytes');
  return {
    toBelt: createSecretKey(material.subarray(0, KEY_BYTES)),
    toController: createSecretKey(material.subarray(KEY_BYTES, 2 * KEY_BYTES)),
    sessionId: Uint8Array.from(material.subarray(2 * KEY_BYTES)),
  };
}

/** Where the counters of an end stand. Only vectors and tests start anywhere but at 0: a nonce must not repeat. */
export interface SealedCounters {
  readonly sent: number;
  readonly received: number;
}

export interface SealedEnvelope extends Envelope {
  /** True long before the counter ends: drop the link, the next one has fresh keys. `seal` throws at the very end. */
  isWornOut(): boolean;
}

const LENGTH_PROBLEM: Opened = { ok: false, problem: 'length' };
const COUNTER_PROBLEM: Opened = { ok: false, problem: 'counter' };
const TAG_PROBLEM: Opened = { ok: false, problem: 'tag' };
const NOTHING = new Uint8Array(0);

const DIRECTION = { toBelt: 0, toController: 1 } as const;

/** A nonce `direction | session id | counter32` with the highest byte of the counter first; reused for each frame. */
function createNonce(direction: number, sessionId: Uint8Array): (counter: number) => Uint8Array {
  const nonce = new Uint8Array(NONCE_BYTES);
  nonce[0] = direction;
  nonce.set(sessionId, 1);
  return (counter) => {
    nonce[9] = counter >>> 24;
    nonce[10] = counter >>> 16;
    nonce[11] = counter >>> 8;
    nonce[12] = counter;
    return nonce;
  };
}

/** Byte by byte: for so few, typed-array views and `set` cost more than the loop. */
function copy(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  for (let index = 0; index < length; index++) to[toAt + index] = byteAt(from, fromAt + index);
}

function createSealer(key: KeyObject, nonceOf: (counter: number) => Uint8Array) {
  const frames = Array.from(
    { length: BODY_MAX_BYTES + 1 },
    (_, length) => new Uint8Array(HEADER_BYTES + length + TAG_BYTES),
  );
  const header = new Uint8Array(HEADER_BYTES);
  const aad = frames.map((_, length) => ({ plaintextLength: length }));
  return (type: number, counter: number, body: Uint8Array, length: number): Uint8Array => {
    const frame = frames[length];
    const aadOptions = aad[length];
    if (frame === undefined || aadOptions === undefined || body.length < length)
      throw new RangeError(`a body of ${length} bytes does not fit a frame`);
    header[0] = type;
    writeU16(header, 1, counter);
    const cipher = createCipheriv(ALGORITHM, key, nonceOf(counter), TAG_OPTIONS);
    cipher.setAAD(header, aadOptions);
    const ciphertext = cipher.update(body.length === length ? body : body.subarray(0, length));
    cipher.final();
    copy(header, 0, frame, 0, HEADER_BYTES);
    copy(ciphertext, 0, frame, HEADER_BYTES, length);
    copy(cipher.getAuthTag(), 0, frame, HEADER_BYTES + length, TAG_BYTES);
    return frame;
  };
}

/** The plaintext, or undefined when the tag is wrong. */
function createOpener(key: KeyObject, nonceOf: (counter: number) => Uint8Array) {
  const header = new Uint8Array(HEADER_BYTES);
  const tag = new Uint8Array(TAG_BYTES);
  const parts = Array.from({ length: BODY_MAX_BYTES + 1 }, (_, length) => ({
    ciphertext: new Uint8Array(length),
    aadOptions: { plaintextLength: length },
  }));
  return (frame: Uint8Array, counter: number): Uint8Array | undefined => {
    const length = frame.length - HEADER_BYTES - TAG_BYTES;
    const part = parts[length];
    if (part === undefined) return undefined;
    const { ciphertext, aadOptions } = part;
    copy(frame, 0, header, 0, HEADER_BYTES);
    copy(frame, HEADER_BYTES, ciphertext, 0, length);
    copy(frame, HEADER_BYTES + length, tag, 0, TAG_BYTES);
    try {
      const decipher = createDecipheriv(ALGORITHM, key, nonceOf(counter), TAG_OPTIONS);
      decipher.setAuthTag(tag);
      decipher.setAAD(header, aadOptions);
      const plaintext = decipher.update(ciphertext);
      decipher.final();
      // Not the Buffer itself, whose `slice` shares memory where everybody expects a copy.
      const body = new Uint8Array(length);
      copy(plaintext, 0, body, 0, length);
      return body;
    } catch {
      return undefined;
    }
  };
}

/** The sealed envelope of one end of one link. */
export function createSealedEnvelope(
  keys: SessionKeys,
  role: HandshakeRole,
  start: SealedCounters = { sent: 0, received: 0 },
): SealedEnvelope {
  const [out, into] =
    role === 'controller' ? (['toBelt', 'toController'] as const) : (['toController', 'toBelt'] as const);
  const seal = createSealer(keys[out], createNonce(DIRECTION[out], keys.sessionId));
  const open = createOpener(keys[into], createNonce(DIRECTION[into], keys.sessionId));
  let sent = start.sent;
  let newest = start.received;
  // Forward only, for each type by itself: an indication waits for the confirmation of the one before it, a request
  // for its response, and meanwhile ticks and leases with higher counters overtake it on an honest link.
  const newestOfType = new Uint32Array(256).fill(start.received);
  const isWornOut = (): boolean => Math.max(sent, newest) > SEALED_COUNTER_MAX - COUNTER_RESERVE;
  return {
    isWornOut,
    seal(type, body, length) {
      if (!(sent < SEALED_COUNTER_MAX)) throw new RangeError('the counter of this session is used up');
      sent += 1;
      return seal(type, sent, body, length);
    },
    open(frame) {
      if (!(frame.length >= HEADER_BYTES + TAG_BYTES && frame.length <= FRAME_MAX_BYTES))
        return LENGTH_PROBLEM;
      const type = byteAt(frame, 0);
      const ahead = (readU16(frame, 1) - newest) & 0xffff;
      const counter = ahead <= SEALED_WINDOW ? newest + ahead : newest + ahead - 0x10000;
      if (!(counter >= 1 && counter <= SEALED_COUNTER_MAX)) return COUNTER_PROBLEM;
      const body = open(frame, counter);
      if (body === undefined) return TAG_PROBLEM;
      const isForward = counter > byteOf(newestOfType, type) && counter > newest - SEALED_WINDOW;
      // Its bytes are withheld: what was seen before cannot be acted upon by mistake.
      if (!isForward) return { ok: true, type, sequence: 'repeated', bytes: NOTHING, at: 0, length: 0 };
      const sequence = counter === newest + 1 ? 'next' : 'gap';
      newestOfType[type] = counter;
      if (counter > newest) newest = counter;
      return { ok: true, type, sequence, bytes: body, at: 0, length: body.length };
    },
  };
}

const byteOf = (table: Uint32Array, index: number): number => table[index] ?? SEALED_COUNTER_MAX;
