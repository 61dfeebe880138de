// The dose book in memory: what its entries, read in order, add up to. Pure; both books, on disk and not, stand on it.
import { assertNever } from '../errors.ts';
import type { BeltRecord } from '../belt/belt.ts';
import { reconciledZones, upperBoundZones } from './bounds.ts';
import type { BookedZone, DoseClosing, DoseIntent, UnfinishedSession } from './dose-book.ts';
import {
  CHAIN_START,
  decodeLine,
  encodeEntry,
  type BookEntry,
  type BookLine,
  type ChainHead,
  type Decoded,
} from './entries.ts';

type IntentEntry = Extract<BookEntry, { readonly kind: 'intent' }>;
type CloseEntry = Extract<BookEntry, { readonly kind: 'close' }>;

export interface BookedSession {
  readonly intent: IntentEntry;
  readonly intentAt: string;
  /** Highest durable ceiling of each step. */
  readonly reserved: readonly number[];
  readonly closing: CloseEntry | undefined;
  readonly closedAt: string | undefined;
  /** Booked for good. */
  readonly reconciled: readonly BookedZone[] | undefined;
}

export interface BookState {
  readonly sessions: ReadonlyMap<string, BookedSession>;
  readonly head: ChainHead;
  /** Adds lines of the file; answers what is wrong with the first that does not fit, and adds nothing from there on. */
  absorb(lines: readonly string[]): string | undefined;
  /** The line for an entry, or why it may not be made. Changes nothing: the line is absorbed when it is durable. */
  compose(
    entry: BookEntry,
    at: string,
  ): { readonly ok: true; readonly line: string } | { readonly ok: false; readonly problem: string };
}

/** Why an entry cannot follow what is booked already. */
function misplaced(sessions: ReadonlyMap<string, BookedSession>, entry: BookEntry): string | undefined {
  const session = sessions.get(entry.session);
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

function applied(session: BookedSession | undefined, line: BookLine): BookedSession | undefined {
  if (line.kind === 'intent')
    return {
      intent: line,
      intentAt: line.at,
      reserved: [],
      closing: undefined,
      closedAt: undefined,
      reconciled: undefined,
    };
  if (session === undefined) return undefined;
  switch (line.kind) {
    case 'reserve':
      return { ...session, reserved: raise(session.reserved, line.step, line.ceiling) };
    case 'close':
      return { ...session, closing: line, closedAt: line.at };
    case 'reconcile':
      return { ...session, reconciled: line.zones, closedAt: session.closedAt ?? line.at };
    default:
      return assertNever(line);
  }
}

export function createBookState(): BookState {
  const sessions = new Map<string, BookedSession>();
  let head = CHAIN_START;
  /** What was composed last, read back already: absorbing it need not read it a second time. */
  let composed: { readonly line: string; readonly head: ChainHead; readonly decoded: Decoded } | undefined;
  return {
    sessions,
    get head() {
      return head;
    },
    absorb(lines) {
      for (const line of lines) {
        const decoded =
          composed?.line === line && composed.head === head ? composed.decoded : decodeLine(line, head);
        // The header is line 1.
        const where = `line ${head.seq + 1}`;
        if (!decoded.ok) return `${where} ${decoded.problem}`;
        const problem = misplaced(sessions, decoded.entry);
        if (problem !== undefined) return `${where} cannot stand there: ${problem}`;
        const session = applied(sessions.get(decoded.entry.session), decoded.entry);
        if (session !== undefined) sessions.set(decoded.entry.session, session);
        head = decoded.head;
      }
      return undefined;
    },
    compose(entry, at) {
      const problem = misplaced(sessions, entry);
      if (problem !== undefined) return { ok: false, problem: `session ${entry.session}: ${problem}` };
      const encoded = encodeEntry(entry, at, head);
      if (!encoded.ok) return encoded;
      composed = { line: encoded.line, head, decoded: encoded.decoded };
      return { ok: true, line: encoded.line };
    },
  };
}

/** What is booked for a session now, finished or not. */
export function bookedZonesOf(session: BookedSession): readonly BookedZone[] {
  return session.reconciled ?? session.closing?.zones ?? upperBoundZones(session.intent, session.reserved);
}

/** Begun and not closed, or closed while the belt's record was still to be read. */
export const isUnfinished = (session: BookedSession): boolean =>
  session.reconciled === undefined && (session.closing === undefined || session.closing.awaitsBeltRecord);

export function unfinishedSessions(state: BookState): readonly UnfinishedSession[] {
  return [...state.sessions.values()].filter(isUnfinished).map((session) => ({
    sessionTag: session.intent.session,
    beltId: session.intent.beltId,
    address: session.intent.address,
    planName: session.intent.plan,
    zones: bookedZonesOf(session),
  }));
}

export const intentEntry = (intent: DoseIntent): BookEntry => ({
  kind: 'intent',
  session: intent.sessionTag,
  beltId: intent.beltId,
  address: intent.address,
  plan: intent.planName,
  site: intent.site,
  measurementUncertainty: intent.measurementUncertainty,
  timeLimitS: intent.prescription.timeLimitS,
  steps: intent.prescription.steps,
});

export const closeEntry = (closing: DoseClosing): BookEntry => ({
  kind: 'close',
  session: closing.sessionTag,
  outcome: closing.outcome,
  emissionOff: closing.emissionOff,
  hazard: closing.hazard,
  durationMs: closing.durationMs,
  awaitsBeltRecord: closing.awaitsBeltRecord,
  zones: closing.zones,
});

/** A record of another session says nothing about this one: then the upper bound stays. */
export function reconcileEntry(state: BookState, sessionTag: string, found: BeltRecord | 'none'): BookEntry {
  const session = state.sessions.get(sessionTag);
  const record = found !== 'none' && found.sessionTag === sessionTag ? found : undefined;
  if (session === undefined || record === undefined) {
    const zones = session === undefined ? [] : bookedZonesOf(session);
    return { kind: 'reconcile', session: sessionTag, record: null, zones };
  }
  const zones = reconciledZones(session.intent, session.reserved, session.closing?.zones, record);
  return {
    kind: 'reconcile',
    session: sessionTag,
    record: { number: record.number, kind: record.kind },
    zones,
  };
}
