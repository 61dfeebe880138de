// Envelopes carry one body of at most 9 bytes each. Plain: `type | counter8 | body | crc16`. The sealed envelope
// (AES-128-CCM) replaces counter and CRC and leaves every body as it is.
import { byteAt, crc16, readU16, writeU16 } from './bytes.ts';
import { BODY_MAX_BYTES, FRAME_MAX_BYTES } from './gatt.ts';
import type { Problem } from './messages.ts';

/** `repeated`: this very frame was seen just before. `gap`: at least one frame is missing (or came out of order). */
export type Sequence = 'next' | 'gap' | 'repeated';

/** The body is bytes[at, at + length). Only valid until the frame's buffer is used again. */
export interface OpenedFrame {
  readonly ok: true;
  readonly type: number;
  readonly sequence: Sequence;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly length: number;
}
export type Opened = OpenedFrame | { readonly ok: false; readonly problem: Problem };

/** One end of one link: it numbers what it seals and checks what it opens. */
export interface Envelope {
  /** The frame around body[0, length). Valid until the next call: who keeps it, copies it. */
  seal(type: number, body: Uint8Array, length: number): Uint8Array;
  open(frame: Uint8Array): Opened;
}

const PLAIN_HEADER_BYTES = 2;
const PLAIN_OVERHEAD_BYTES = 4;
export const PLAIN_FRAME_MAX_BYTES = BODY_MAX_BYTES + PLAIN_OVERHEAD_BYTES;

const COUNTER_MAX = 255;
/** 1..255; 0 is never used. */
const nextCounter = (counter: number): number => (counter >= COUNTER_MAX ? 1 : counter + 1);

const LENGTH_PROBLEM: Opened = { ok: false, problem: 'length' };
const CHECK_PROBLEM: Opened = { ok: false, problem: 'check' };
const COUNTER_PROBLEM: Opened = { ok: false, problem: 'counter' };

/** A fresh plain envelope for one link: sending starts at counter 1, the first frame received may carry any. */
export function createPlainEnvelope(): Envelope {
  const frames = Array.from({ length: PLAIN_FRAME_MAX_BYTES + 1 }, (_, length) => new Uint8Array(length));
  let sent = 0;
  let received = 0;
  return {
    seal(type, body, length) {
      const frame = frames[PLAIN_OVERHEAD_BYTES + length];
      if (frame === undefined) throw new RangeError(`a body of ${length} bytes does not fit a frame`);
      sent = nextCounter(sent);
      frame[0] = type;
      frame[1] = sent;
      for (let index = 0; index < length; index++) frame[PLAIN_HEADER_BYTES + index] = byteAt(body, index);
      const end = PLAIN_HEADER_BYTES + length;
      writeU16(frame, end, crc16(frame, 0, end));
      return frame;
    },
    open(frame) {
      const end = frame.length - 2;
      if (end < PLAIN_HEADER_BYTES || frame.length > FRAME_MAX_BYTES) return LENGTH_PROBLEM;
      if (crc16(frame, 0, end) !== readU16(frame, end)) return CHECK_PROBLEM;
      const length = end - PLAIN_HEADER_BYTES;
      if (length > BODY_MAX_BYTES) return LENGTH_PROBLEM;
      const counter = byteAt(frame, 1);
      if (counter === 0) return COUNTER_PROBLEM;
      const sequence =
        counter === received
          ? 'repeated'
          : received === 0 || counter === nextCounter(received)
            ? 'next'
            : 'gap';
      received = counter;
      return { ok: true, type: byteAt(frame, 0), sequence, bytes: frame, at: PLAIN_HEADER_BYTES, length };
    },
  };
}
