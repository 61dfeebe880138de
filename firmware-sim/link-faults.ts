// What goes wrong on the air, applied between the belt's firmware and its centrals.
import type { Characteristic } from '../protocol/gatt.ts';
import { OP } from '../protocol/messages.ts';
import type { Random } from './random.ts';

export type Direction = 'to-belt' | 'to-central';

export interface FrameFault {
  readonly kind: 'loss' | 'corrupt' | 'duplicate';
  readonly rate: number;
  left: number;
  readonly direction: string;
  readonly characteristic: string | undefined;
}

export interface AnswerFault {
  readonly effect: 'before' | 'after';
  readonly op: string | undefined;
  left: number;
  /** In the middle of a command or answer that is being swallowed. */
  swallowing: boolean;
}

export interface LinkFaults {
  readonly frames: FrameFault[];
  readonly answers: AnswerFault[];
  stalledToBelt: number;
  stalledToCentral: number;
}

export const createLinkFaults = (): LinkFaults => ({
  frames: [],
  answers: [],
  stalledToBelt: 0,
  stalledToCentral: 0,
});

const UNACKNOWLEDGED: readonly Characteristic[] = ['lease', 'tick', 'recordData'];

function applies(fault: FrameFault, characteristic: Characteristic, direction: Direction): boolean {
  if (characteristic === 'stop' || characteristic === 'feature' || characteristic === 'battery') return false;
  if (fault.direction !== 'both' && fault.direction !== direction) return false;
  if (fault.characteristic !== undefined) return fault.characteristic === characteristic;
  // Acknowledged frames are repeated by the radio: they are lost only when asked for by name.
  return fault.kind !== 'loss' || UNACKNOWLEDGED.includes(characteristic);
}

/** How often the frame arrives: 0, 1 or 2 times. Corrupts the bytes in place. */
export function passFrame(
  faults: LinkFaults,
  characteristic: Characteristic,
  direction: Direction,
  bytes: Uint8Array,
  random: Random,
): number {
  let copies = 1;
  for (const fault of faults.frames) {
    if (fault.left <= 0 || !applies(fault, characteristic, direction)) continue;
    if (!(random.next() < fault.rate)) continue;
    fault.left -= 1;
    if (fault.kind === 'loss') copies = 0;
    else if (fault.kind === 'duplicate') copies *= 2;
    else if (bytes.length > 0) {
      const bit = random.below(bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
  }
  return copies > 2 ? 2 : copies;
}

const FIRST = 1;
const LAST = 2;
const SEGMENT_AT = 2;

/**
 * True when this control point frame is part of a command, or of an answer, that an `answer-lost` fault swallows.
 * Frames are `type | counter | segment header | payload | crc`; a command starts with its op code, an answer with F0
 * and the op code.
 */
export function swallows(faults: LinkFaults, direction: Direction, frame: Uint8Array): boolean {
  const header = frame[SEGMENT_AT] ?? 0;
  const op = frame[SEGMENT_AT + (direction === 'to-belt' ? 1 : 2)] ?? 0;
  const effect = direction === 'to-belt' ? 'before' : 'after';
  for (const fault of faults.answers) {
    if (fault.effect !== effect || fault.left <= 0) continue;
    if ((header & FIRST) !== 0) fault.swallowing = opMatches(fault.op, op);
    if (!fault.swallowing) continue;
    if ((header & LAST) !== 0) {
      fault.swallowing = false;
      fault.left -= 1;
    }
    return true;
  }
  return false;
}

function opMatches(wanted: string | undefined, op: number): boolean {
  switch (wanted) {
    case undefined:
      return op !== OP.poll && op !== OP.confirmEvents && op !== OP.features && op !== OP.identify;
    case 'prepare':
      return op === OP.prepare;
    case 'arm':
      return op === OP.arm;
    case 'pause':
      return op === OP.pause;
    case 'resume':
      return op === OP.resume;
    default:
      return op === OP.clear;
  }
}
