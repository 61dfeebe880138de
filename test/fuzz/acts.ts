// What an attacker may do at a belt's GATT, as data: a counterexample can be printed, shrunk and kept.
import type { Characteristic } from '../../protocol/gatt.ts';

/** Which frame of a tape is meant; taken modulo its length, so that every number names one. */
type Which = number;

export type OwnerDeed =
  'pause' | 'resume' | 'silence' | 'grant' | 'late' | 'prepare' | 'arm' | 'rearm' | 'poll';

export type Act =
  /** Bytes without any form. */
  | { readonly kind: 'raw'; readonly on: Characteristic; readonly bytes: Uint8Array }
  /** A frame with the right envelope and the next counter. */
  | { readonly kind: 'frame'; readonly on: Characteristic; readonly type: number; readonly body: Uint8Array }
  /** A frame made by hand: right CRC, any counter. */
  | {
      readonly kind: 'counted';
      readonly on: Characteristic;
      readonly type: number;
      readonly counter: number;
      readonly body: Uint8Array;
    }
  /** A message in segments, with one left out, doubled or swapped with the next where `slip` says so. */
  | {
      readonly kind: 'message';
      readonly on: Characteristic;
      readonly type: number;
      readonly bytes: Uint8Array;
      readonly slip: 'none' | 'drop' | 'double' | 'swap';
      readonly at: number;
    }
  /** What somebody sent to the belt before, once more; changed in one byte and cut where that is not 0. */
  | {
      readonly kind: 'replay';
      readonly which: Which;
      readonly on: Characteristic | 'same';
      readonly flip: number;
      readonly at: number;
      readonly cut: number;
    }
  /** What the belt said, back to the belt. */
  | { readonly kind: 'reflect'; readonly which: Which; readonly on: Characteristic }
  | {
      readonly kind: 'lease';
      /** Counted back from the newest tick on the air. */
      readonly back: number;
      readonly zones: number;
      /** Added to those of the newest tick. */
      readonly epoch: number;
      readonly step: number;
      readonly ceiling: number;
    }
  /** A command with everything right in it that went over the air in the open. */
  | { readonly kind: 'likely'; readonly op: 'arm' | 'resume' | 'pause' | 'clear'; readonly id: number }
  | { readonly kind: 'subscribe'; readonly on: Characteristic; readonly wanted: boolean }
  | { readonly kind: 'read'; readonly on: Characteristic }
  | { readonly kind: 'relink' }
  | { readonly kind: 'stop'; readonly bytes: Uint8Array; readonly mode: 'withResponse' | 'withoutResponse' }
  /** The owner goes on with what owners do, or freezes. */
  | {
      readonly kind: 'owner';
      readonly does: OwnerDeed;
    }
  | { readonly kind: 'wait'; readonly ms: number };

/** Bytes in short words for a report. */
export const describeAct = (act: Act): string =>
  JSON.stringify(act, (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  );
