// What stands in the dose book: its kinds of entries, one line of JSON each. Every line carries the hash of the line
// before it and its own, so that a missing or changed one is found and named.
import { hash as hashOnce } from 'node:crypto';
import type { Prescription } from '../belt/belt.ts';
import type { BookedZone, DoseClosing } from './dose-book.ts';
import { isoTime } from '../clock.ts';
import { isEntry } from './entry-shape.ts';
import type { Stamp } from './timeline.ts';
import type { VisitFacts } from './visit.ts';

/** First line of the file. */
export const BOOK_HEADER = '{"file":"laserbelt dose book","v":1}';
export const BOOK_VERSION = 1;
const OTHER_HEADER = /^\{"file":"laserbelt dose book","v":(\d{1,9})\}$/;
/** What is wrong with another first line, when it is that of another version. */
export function explainHeader(found: string): string | undefined {
  const version = OTHER_HEADER.exec(found)?.[1];
  return version === undefined
    ? undefined
    : `does not begin with ${BOOK_HEADER}: it was written by another version of laserbelt (format ${version}; this one reads ${BOOK_VERSION})`;
}
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
      /** Missing: the default person, no course, a visit of this session alone. */
      readonly visit?: VisitFacts;
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
      /** Number of the belt's own record; missing where it was not read. */
      readonly beltRecord?: number;
      /** The belt shone although off and was not seen dark, and H10 is not the hazard named. */
      readonly isLightLeft?: boolean;
      readonly zones: readonly BookedZone[];
    }
  | {
      readonly kind: 'reconcile';
      readonly session: string;
      /** The belt's record that replaced the upper bound, or null when the belt has none. */
      readonly record: { readonly number: number; readonly kind: 'open' | 'closed' | 'interrupted' } | null;
      readonly zones: readonly BookedZone[];
    }
  | ({ readonly kind: 'care' } & CareFacts)
  | {
      readonly kind: 'note';
      readonly what: 'clockMoved';
      /** ISO 8601: what the calendar should have said at least, and what it said. */
      readonly expected: string;
      readonly found: string;
      /** `back`: nothing shows how much time has passed. */
      readonly moved: 'back' | 'corrected';
    }
  /** What all entries before it come to: a summary beside the book counts only if it has this digest. */
  | { readonly kind: 'checkpoint'; readonly summaryVersion: number; readonly summary: string };

/** A step of a visit without light. */
export interface CareFacts {
  readonly visit: string;
  readonly measure: string;
  /** `assumed`: nobody was there to do it; `--yes` spoke for a simulated person. */
  readonly outcome: 'done' | 'assumed' | 'skipped' | 'cutShort';
  readonly durationMs: number;
}

/** An entry with its place in the chain, and when it was made. */
export type BookLine = BookEntry & {
  readonly v: number;
  readonly seq: number;
  /** The calendar. */
  readonly at: string;
  /** Since the start of the machine, and which start; missing where it is not known. A reservation has the start of its intent. */
  readonly upMs?: number;
  readonly boot?: string;
};

export interface ChainHead {
  /** Of the next line. */
  readonly seq: number;
  readonly hash: string;
}
export const CHAIN_START: ChainHead = { seq: 1, hash: FIRST_HASH };

const sha256 = (text: string): string => hashOnce('sha256', text, 'hex');

export type Encoded =
  /** `decoded`: the line as it reads. */
  | { readonly ok: true; readonly line: string; readonly decoded: Decoded }
  | { readonly ok: false; readonly problem: string };

/** Refuses what could not be read again (a NaN becomes null in JSON). */
export function encodeEntry(entry: BookEntry, stamp: Stamp, head: ChainHead): Encoded {
  const { upMs, boot } = stamp;
  const fields: unknown = {
    v: BOOK_VERSION,
    seq: head.seq,
    at: isoTime(stamp.wallMs),
    ...(upMs === null ? {} : { upMs }),
    ...(boot === '' || entry.kind === 'reserve' ? {} : { boot }),
    ...entry,
    previous: head.hash,
  };
  // What is an entry before it is written is the same entry when it is read: finite numbers, texts and lists of them.
  if (!isEntry(fields))
    return { ok: false, problem: `an entry of kind ${entry.kind} holds what cannot be kept` };
  const body = JSON.stringify(fields);
  const hash = sha256(body);
  return {
    ok: true,
    line: `${body.slice(0, -1)},"hash":"${hash}"}`,
    decoded: { ok: true, entry: fields, head: { seq: head.seq + 1, hash } },
  };
}

export type Decoded =
  | { readonly ok: true; readonly entry: BookLine; readonly head: ChainHead }
  | { readonly ok: false; readonly problem: string };

const failed = (problem: string): Decoded => ({ ok: false, problem });
const HASH_BEGIN = ',"hash":"';
const HASH_CHARS = 64;
/** `,"hash":"…"}` */
const SUFFIX_CHARS = HASH_BEGIN.length + HASH_CHARS + 2;

export interface ReadLine {
  readonly entry: BookLine & { readonly previous: string };
  readonly hash: string;
}

/** The version that a line of another one names, for the words. */
function versionIn(value: unknown): number | undefined {
  if (value === null || typeof value !== 'object' || !('v' in value)) return undefined;
  return typeof value.v === 'number' ? value.v : undefined;
}

/** The hash that a line says it has; undefined when it has none at its end. */
export function statedHash(line: string): string | undefined {
  const at = line.length - SUFFIX_CHARS;
  if (!(at > 0 && line.startsWith(HASH_BEGIN, at) && line.endsWith('"}'))) return undefined;
  const hash = line.slice(at + HASH_BEGIN.length, -2);
  return /^[0-9a-f]{64}$/.test(hash) ? hash : undefined;
}

/** One line by itself, wherever it stands: whole, unchanged, and of this version. Never throws. */
export function readLine(line: string): ReadLine | string {
  const hash = statedHash(line);
  if (hash === undefined) return 'is no entry of a dose book';
  const body = `${line.slice(0, line.length - SUFFIX_CHARS)}}`;
  if (sha256(body) !== hash) return 'was changed';
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'is no entry of a dose book';
  }
  if (isEntry(value)) return { entry: value, hash };
  const version = versionIn(value);
  return version === undefined || version === BOOK_VERSION
    ? 'is no entry of this version'
    : `was written by another version of laserbelt (format ${version}; this one reads ${BOOK_VERSION})`;
}

/** `head` is what this line must continue. Never throws. */
export function decodeLine(line: string, head: ChainHead): Decoded {
  const read = readLine(line);
  if (typeof read === 'string') return failed(read);
  const { entry, hash } = read;
  if (entry.seq !== head.seq)
    return failed(`is entry ${entry.seq} where ${head.seq} should stand: one is missing`);
  if (entry.previous !== head.hash)
    return failed('does not continue the entry before it: it is from another dose book, or one was replaced');
  return { ok: true, entry, head: { seq: head.seq + 1, hash } };
}
