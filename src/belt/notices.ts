// The belt's sticky events: each told once per connection, and confirmed when the control point has nothing better to
// do. An unconfirmed event is told again by the belt on the next connection, so a lost confirmation loses nothing.
import { writeU16 } from '../../protocol/bytes.ts';
import { decodeEvent } from '../../protocol/codec.ts';
import type { BeltEvent } from '../../protocol/messages.ts';

/** Between attempts to confirm, so that a belt that never takes a confirmation is not flooded with them. */
export const CONFIRM_RETRY_MS = 2000;

export interface NoticeReader {
  /** A new event, undefined for one that was told before, or `bad`. */
  take(bytes: Uint8Array, at: number, length: number): BeltEvent | 'bad' | undefined;
  /** The operand of a confirmation that is due now, or undefined. Asking counts as an attempt. */
  due(nowMs: number): Uint8Array | undefined;
  confirmed(operand: Uint8Array): void;
}

/** Event numbers are 16 bits and roll over: newer means less than half the circle ahead. */
const isNewer = (number: number, than: number): boolean => {
  const ahead = (number - than) & 0xffff;
  return ahead !== 0 && ahead < 0x8000;
};

export function createNoticeReader(): NoticeReader {
  let newest: number | undefined;
  let confirmedNumber: number | undefined;
  let triedAtMs = -Infinity;
  let triedNumber: number | undefined;
  return {
    take(bytes, at, length) {
      const event = decodeEvent(bytes, at, length);
      if (!event.ok) return 'bad';
      if (newest !== undefined && !isNewer(event.value.number, newest)) return undefined;
      newest = event.value.number;
      return event.value;
    },
    due(nowMs) {
      if (newest === undefined || newest === confirmedNumber) return undefined;
      if (newest === triedNumber && nowMs - triedAtMs < CONFIRM_RETRY_MS) return undefined;
      triedAtMs = nowMs;
      triedNumber = newest;
      const operand = new Uint8Array(2);
      writeU16(operand, 0, newest);
      return operand;
    },
    confirmed(operand) {
      confirmedNumber = (operand[0] ?? 0) | ((operand[1] ?? 0) << 8);
    },
  };
}
