// What is longer than a body travels in segments: `bit 0 first, bit 1 last, six bits rolling | up to 8 bytes`.
import { byteAt } from './bytes.ts';
import { BODY_MAX_BYTES } from './gatt.ts';
import { MESSAGE_MAX_BYTES, SEGMENT_TIMEOUT_MS, type Decoded } from './messages.ts';

const FIRST = 1;
const LAST = 2;
const ROLL_MASK = 0x3f;
const SEGMENT_PAYLOAD_BYTES = BODY_MAX_BYTES - 1;

/** Calls `emit(body, length)` for each segment of the message; the body is reused. At most MESSAGE_MAX_BYTES. */
export function splitMessage(message: Uint8Array, emit: (body: Uint8Array, length: number) => void): void {
  if (!(message.length >= 1 && message.length <= MESSAGE_MAX_BYTES)) {
    throw new RangeError(`a message has 1 to ${MESSAGE_MAX_BYTES} bytes, not ${message.length}`);
  }
  const body = new Uint8Array(BODY_MAX_BYTES);
  const count = Math.ceil(message.length / SEGMENT_PAYLOAD_BYTES);
  for (let index = 0; index < count; index++) {
    const from = index * SEGMENT_PAYLOAD_BYTES;
    const size = Math.min(SEGMENT_PAYLOAD_BYTES, message.length - from);
    body[0] = (index === 0 ? FIRST : 0) | (index === count - 1 ? LAST : 0) | ((index & ROLL_MASK) << 2);
    for (let at = 0; at < size; at++) body[1 + at] = byteAt(message, from + at);
    emit(body, size + 1);
  }
}

export interface Reassembler {
  /** A whole message (a copy), undefined while more is to come, or the problem for which all so far was dropped. */
  take(bytes: Uint8Array, at: number, length: number, nowMs: number): Decoded<Uint8Array> | undefined;
  reset(): void;
}

/** Bounded: one message at a time, MESSAGE_MAX_BYTES, SEGMENT_TIMEOUT_MS from its first segment, then dropped whole. */
export function createReassembler(): Reassembler {
  const buffer = new Uint8Array(MESSAGE_MAX_BYTES);
  let filled = 0;
  let expectedRoll = 0;
  let open = false;
  let startedAtMs = 0;
  return {
    take(bytes, at, length, nowMs) {
      if (!(length >= 2 && length <= BODY_MAX_BYTES)) {
        open = false;
        return { ok: false, problem: 'length' };
      }
      const header = byteAt(bytes, at);
      const roll = header >>> 2;
      if ((header & FIRST) !== 0) {
        open = true;
        filled = 0;
        expectedRoll = 0;
        startedAtMs = nowMs;
      }
      const inTime = nowMs - startedAtMs <= SEGMENT_TIMEOUT_MS;
      if (!open || roll !== expectedRoll || !inTime || filled + length - 1 > MESSAGE_MAX_BYTES) {
        open = false;
        return { ok: false, problem: 'segment' };
      }
      for (let index = 1; index < length; index++) buffer[filled++] = byteAt(bytes, at + index);
      expectedRoll = (expectedRoll + 1) & ROLL_MASK;
      if ((header & LAST) === 0) return undefined;
      open = false;
      return { ok: true, value: buffer.slice(0, filled) };
    },
    reset() {
      open = false;
    },
  };
}
