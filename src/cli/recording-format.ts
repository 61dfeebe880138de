// The file that `start --record` writes and `laserbelt replay` reads: JSON Lines. The first line names the format; each
// line after it is something that reached the controller, or something that the controller decided then. Every line
// carries the sum of all lines up to it. Keys, labels and tokens never reach a session, and so never a recording.
import { createHash } from 'node:crypto';
import type { CareMeasure } from '../plan/plan.ts';
import type { Resolution, SessionInput } from '../session/context.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import type { CareAct, CareEnd } from './care-run.ts';
import type { LookEvent } from './look.ts';
import type { EndBetween } from './visit-outcome.ts';

export const RECORDING_FORMAT = 'laserbelt-recording';
export const RECORDING_VERSION = 1;

export interface RecordingHeader {
  readonly format: typeof RECORDING_FORMAT;
  readonly version: typeof RECORDING_VERSION;
  /** Of this program. */
  readonly program: string;
  /** ISO 8601, by the calendar of the machine. */
  readonly at: string;
  /** SHA-256 of the plan's text; null for a session that has none. */
  readonly planDigest: string | null;
}

/** A session's input without what is no data. */
export type RecordedInput = Omit<SessionInput, 'resolve'>;

/** Where an event came in while the controller was at work: within a call of its own, or within its n-th view of the turn. */
export type During = 'call' | number;

export interface RecordedCare {
  readonly measure: CareMeasure;
  readonly durationS: number;
  readonly say: string | null;
}

/** What reached the controller. Its line also carries `nowMs`, the controller's monotonic time from there on. */
export type InputEntry =
  | { readonly t: 'visit'; readonly visit: string; readonly screening: string; readonly planText: string }
  /** A look at the belt before a care step that stands in front of all light. */
  | { readonly t: 'look' }
  | { readonly t: 'seen'; readonly event: LookEvent }
  | { readonly t: 'session'; readonly input: RecordedInput }
  | { readonly t: 'event'; readonly event: SessionEvent }
  /** A timer of the controller's own ran out. */
  | { readonly t: 'fired'; readonly timer: number }
  | { readonly t: 'care'; readonly step: RecordedCare; readonly isConfirmed: boolean }
  | { readonly t: 'act'; readonly act: CareAct }
  /** No more parts follow; what ended the visit outside of its belt sessions, if anything did. */
  | { readonly t: 'between'; readonly end: EndBetween | null };

/** What the world answered within a call. */
export type AnswerEntry =
  | { readonly t: 'threw'; readonly words: string }
  /** What the plan came to on the belt; of a visit, the controller's own decision. */
  | { readonly t: 'resolved'; readonly resolution: Resolution };

/** What the controller decided. */
export type DecisionEntry =
  | { readonly t: 'did'; readonly call: string; readonly with: readonly unknown[] }
  /** `delayMs` is null when it is called off. */
  | { readonly t: 'timer'; readonly timer: number; readonly delayMs: number | null }
  | { readonly t: 'shown'; readonly shown: object }
  | { readonly t: 'outcome'; readonly outcome: OutcomeFacts }
  | { readonly t: 'cared'; readonly end: CareEnd }
  /** Of the whole visit. */
  | { readonly t: 'ended'; readonly outcome: OutcomeFacts };

/**
 * Its words are for people: another wording is no other decision. Recordings from before sessions were told what light
 * their visit has left do not say how long the light was.
 */
export type OutcomeFacts = Omit<SessionOutcome, 'message' | 'emissionMs'> & { readonly emissionMs?: number };
export type RecordingEntry = InputEntry | AnswerEntry | DecisionEntry;

/** Of a visit: the light of each of its sessions stands in that session's own outcome. */
export const visitFacts = ({ message: _words, emissionMs: _sum, ...facts }: SessionOutcome): OutcomeFacts =>
  facts;

export const sessionFacts = (outcome: SessionOutcome, { emissionMaxMs }: RecordedInput): OutcomeFacts =>
  emissionMaxMs === undefined
    ? visitFacts(outcome)
    : { ...visitFacts(outcome), emissionMs: outcome.emissionMs };

const NOT_JSON = '#';

/** JSON has no NaN, no infinity, no −0 and no map; a replay that is the same bit for bit needs them. */
const replacer = (_key: string, value: unknown): unknown => {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { [NOT_JSON]: Object.is(value, -0) ? '-0' : String(value) };
  return value instanceof Map ? { [NOT_JSON]: [...value.entries()] } : value;
};

export const textOf = (value: object): string => JSON.stringify(value, replacer);

const NUMBERS: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 };

/** Turns what `JSON.parse` gave back into what was written. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === NOT_JSON) {
    const inner: unknown = first[1];
    if (typeof inner === 'string' && Object.hasOwn(NUMBERS, inner)) return NUMBERS[inner];
    if (Array.isArray(inner) && inner.every((pair): pair is [unknown, unknown] => Array.isArray(pair)))
      return new Map(inner.map(([key, known]) => [key, revive(known)]));
  }
  return Object.fromEntries(entries.map(([key, known]) => [key, revive(known)]));
}

const SUM_DIGITS = 16;
const SUM_TAIL = /^(.*),"sum":"([0-9a-f]{16})"\}$/s;

/** @param before sum of the line before; '' for the first */
export const sumOf = (before: string, body: string): string =>
  createHash('sha256').update(before).update(body, 'utf8').digest('hex').slice(0, SUM_DIGITS);

export const lineOf = (body: string, sum: string): string => `${body.slice(0, -1)},"sum":"${sum}"}\n`;

/** The line without its line feed, taken apart again; undefined when it has no sum. */
export function splitLine(line: string): { readonly body: string; readonly sum: string } | undefined {
  const found = SUM_TAIL.exec(line);
  if (found === null) return undefined;
  const [, body = '', sum = ''] = found;
  return { body: `${body}}`, sum };
}
