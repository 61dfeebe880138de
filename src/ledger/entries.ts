// What stands in the dose book: four kinds of entries, one line of JSON each. Every line carries the hash of the line
// before it and its own, so that a missing or changed one is found and named.
import { createHash } from 'node:crypto';
import type { Prescription } from '../belt/belt.ts';
import type { BookedZone, DoseClosing } from './dose-book.ts';
import { isEntry } from './entry-shape.ts';

/** First line of the file. */
export const BOOK_HEADER = '{"file":"laserbelt dose book","v":1}';
export const BOOK_VERSION = 1;
/** What the first entry names as the hash before it. */
export const FIRST_HASH = '0'.repeat(64);

export type BookEntry =
  | {
      readonly kind: 'intent';
      readonly session: string;
      readonly beltId: string;
      readonly address: string;
      readonly plan: string;
      readonly site: string;
      readonly measurementUncertainty: number;
      readonly timeLimitS: number;
      readonly steps: Prescription['steps'];
    }
  | { readonly kind: 'reserve'; readonly session: string; readonly step: number; readonly ceiling: number }
  | {
      readonly kind: 'close';
      readonly session: string;
      readonly outcome: DoseClosing['outcome'];
      readonly emissionOff: DoseClosing['emissionOff'];
      readonly hazard: string | null;
      readonly durationMs: number;
      readonly awaitsBeltRecord: boolean;
      readonly zones: readonly BookedZone[];
    }
  | {
      readonly kind: 'reconcile';
      readonly session: string;
      /** The belt's record that replaced the upper bound, or null when the belt has none. */
      readonly record: { readonly number: number; readonly kind: 'open' | 'closed' | 'interrupted' } | null;
      readonly zones: readonly BookedZone[];
    };

/** An entry with its place in the chain. `at` is wall-clock time, for people: no deadline and no dose hangs on it. */
export type BookLine = BookEntry & { readonly v: number; readonly seq: number; readonly at: string };

export interface ChainHead {
  /** Of the next line. */
  readonly seq: number;
  readonly hash: string;
}
export const CHAIN_START: ChainHead = { seq: 1, hash: FIRST_HASH };

const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

export type Encoded =
  /** `decoded`: the line as it reads. */
  | { readonly ok: true; readonly line: string; readonly decoded: Decoded }
  | { readonly ok: false; readonly problem: string };

/** Refuses what could not be read again (a NaN becomes null in JSON). */
export function encodeEntry(entry: BookEntry, at: string, head: ChainHead): Encoded {
  const body = JSON.stringify({ v: BOOK_VERSION, seq: head.seq, at, ...entry, previous: head.hash });
  const hash = sha256(body);
  const line = `${body.slice(0, -1)},"hash":"${hash}"}`;
  const again = decodeLine(line, head);
  if (!again.ok) return { ok: false, problem: `an entry of kind ${entry.kind} holds what cannot be kept` };
  return { ok: true, line, decoded: again };
}

export type Decoded =
  | { readonly ok: true; readonly entry: BookLine; readonly head: ChainHead }
  | { readonly ok: false; readonly problem: string };

const HASH_SUFFIX = /,"hash":"([0-9a-f]{64})"\}$/;

/** `head` is what this line must continue. Never throws. */
export function decodeLine(line: string, head: ChainHead): Decoded {
  const failed = (problem: string): Decoded => ({ ok: false, problem });
  const suffix = HASH_SUFFIX.exec(line);
  if (suffix === null) return failed('is no entry of a dose book');
  const body = `${line.slice(0, suffix.index)}}`;
  if (sha256(body) !== suffix[1]) return failed('was changed');
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return failed('is no entry of a dose book');
  }
  if (!isEntry(value)) return failed('is no entry of this version');
  if (value.seq !== head.seq)
    return failed(`is entry ${value.seq} where ${head.seq} should stand: one is missing`);
  if (value.previous !== head.hash) return failed('does not continue the entry before it');
  return { ok: true, entry: value, head: { seq: head.seq + 1, hash: suffix[1] } };
}
