// One session as the entries of the book tell it.
import { assertNever } from '../errors.ts';
import { upperBoundZones } from './bounds.ts';
import type { BookedZone, UnfinishedSession } from './dose-book.ts';
import type { BookEntry, BookLine } from './entries.ts';

export type IntentEntry = Extract<BookLine, { readonly kind: 'intent' }>;
export type CloseEntry = Extract<BookLine, { readonly kind: 'close' }>;
export type SessionEntry = Extract<BookEntry, { readonly session: string }>;
export type SessionLine = Extract<BookLine, { readonly session: string }>;

export interface BookedSession {
  readonly intent: IntentEntry;
  readonly intentAt: string;
  /** Highest durable ceiling of each step. */
  readonly reserved: readonly number[];
  readonly closing: CloseEntry | undefined;
  readonly closedAt: string | undefined;
  /** Booked for good. */
  readonly reconciled: readonly BookedZone[] | undefined;
  /** In the book's own time. */
  readonly beginMs: number;
  /** Of the last entry that tells of light: intent, reservation or close. */
  readonly lastMs: number;
  /** Old and still unfinished: its course has counted it, and it is kept for the belt's own record alone. */
  readonly isTallied: boolean;
}

/** What is booked for a session now, finished or not. */
export const bookedZonesOf = (session: BookedSession): readonly BookedZone[] =>
  session.reconciled ?? session.closing?.zones ?? upperBoundZones(session.intent, session.reserved);

/** Begun and not closed, or closed while the belt's record was still to be read. */
export const isUnfinished = (session: BookedSession): boolean =>
  session.reconciled === undefined && (session.closing === undefined || session.closing.awaitsBeltRecord);

/** Those that the past does not hold yet. */
export const untallied = (sessions: Iterable<BookedSession>): readonly BookedSession[] =>
  [...sessions].filter((session) => !session.isTallied);

export const unfinishedOf = (sessions: Iterable<BookedSession>): readonly UnfinishedSession[] =>
  [...sessions].filter(isUnfinished).map((session) => ({
    sessionTag: session.intent.session,
    beltId: session.intent.beltId,
    address: session.intent.address,
    planName: session.intent.plan,
    zones: bookedZonesOf(session),
  }));

/** Why an entry cannot follow what is booked of its session already. */
export function misplaced(session: BookedSession | undefined, entry: SessionEntry): string | undefined {
  if (entry.kind === 'intent')
    return session === undefined ? undefined : 'the session is in the book already';
  if (session === undefined) return 'the session is not in the book';
  switch (entry.kind) {
    case 'reserve':
      if (session.closing !== undefined || session.reconciled !== undefined) return 'the session is closed';
      return entry.step < session.intent.steps.length ? undefined : 'the session has no such step';
    case 'close':
      return session.closing === undefined && session.reconciled === undefined
        ? undefined
        : 'the session is closed';
    case 'reconcile':
      return session.reconciled === undefined ? undefined : 'the session is reconciled already';
    default:
      return assertNever(entry);
  }
}

function raise(reserved: readonly number[], step: number, ceiling: number): readonly number[] {
  const next = Array.from(
    { length: Math.max(reserved.length, step + 1) },
    (_, index) => reserved[index] ?? 0,
  );
  next[step] = Math.max(next[step] ?? 0, ceiling);
  return next;
}

/** The session with one more entry, which is not misplaced; `atMs` in the book's own time. */
export function applied(
  session: BookedSession | undefined,
  line: SessionLine,
  atMs: number,
): BookedSession | undefined {
  if (line.kind === 'intent')
    return {
      intent: line,
      intentAt: line.at,
      reserved: [],
      closing: undefined,
      closedAt: undefined,
      reconciled: undefined,
      beginMs: atMs,
      lastMs: atMs,
      isTallied: false,
    };
  if (session === undefined) return undefined;
  switch (line.kind) {
    case 'reserve':
      return {
        ...session,
        reserved: raise(session.reserved, line.step, line.ceiling),
        lastMs: atMs,
        isTallied: false,
      };
    case 'close':
      // Light that is newer than what was counted counts anew: too much, never too little.
      return { ...session, closing: line, closedAt: line.at, lastMs: atMs, isTallied: false };
    case 'reconcile':
      return { ...session, reconciled: line.zones, closedAt: session.closedAt ?? line.at };
    default:
      return assertNever(line);
  }
}
