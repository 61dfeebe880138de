// The dose book in memory: what its entries, read in order, add up to. Pure; both books, on disk and not, stand on it.
// Sessions long over are folded away as the entries come, so that it stays small and a summary of it can be kept.
import type { BeltRecord } from '../belt/belt.ts';
import { msOfIso } from '../clock.ts';
import { reconciledZones } from './bounds.ts';
import {
  applied,
  bookedZonesOf,
  misplaced,
  unfinishedOf,
  untallied,
  type BookedSession,
  type SessionEntry,
} from './booked-session.ts';
import type { DoseClosing, DoseIntent, UnfinishedSession } from './dose-book.ts';
import {
  CHAIN_START,
  decodeLine,
  encodeEntry,
  type BookEntry,
  type BookLine,
  type ChainHead,
  type Decoded,
} from './entries.ts';
import { fold, KEEP_MS, type CourseTally, type Past, type SitePast } from './past.ts';
import { readSummary, writeSummary } from './summary.ts';
import { advance, isCalendarSet, type Stamp, type Trail } from './timeline.ts';
import type { VisitFacts } from './visit.ts';
import { visitsOf, type BookedVisit } from './visits.ts';

export { bookedZonesOf, isUnfinished, type BookedSession } from './booked-session.ts';

export interface BookState {
  /** Unfinished ones and those of the last days. */
  readonly sessions: ReadonlyMap<string, BookedSession>;
  readonly past: Past;
  readonly head: ChainHead;
  /** undefined while the book is empty. */
  readonly trail: Trail | undefined;
  /** Adds lines of the file; answers what is wrong with the first that does not fit, and adds nothing from there on. */
  absorb(lines: readonly string[]): string | undefined;
  /** The lines for entries, or why they may not be made. Changes nothing: they are absorbed when they are durable. */
  compose(entries: readonly BookEntry[], stamp: Stamp): ComposedLines;
  /** All of it as text, the chain excepted. */
  summary(): string;
  /** Begins from a summary instead of the first entry; false, and unchanged, when it is none. */
  restore(summary: string, head: ChainHead): boolean;
}

/** A line of ours, read back, and the hash that it continues. */
interface Made {
  readonly decoded: Decoded;
  readonly after: string;
}

export type ComposedLines =
  { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly problem: string };

const isSessionEntry = <T extends BookEntry>(entry: T): entry is T & SessionEntry => 'session' in entry;

function stampOf(line: BookLine, session: BookedSession | undefined): Stamp {
  // A session does not outlast the start of the machine that it was begun in.
  const boot = line.boot ?? (line.kind === 'reserve' ? session?.intent.boot : undefined) ?? '';
  return { wallMs: msOfIso(line.at), upMs: line.upMs ?? null, boot };
}

/** For those who want more than the last days. */
export interface BookStateListener {
  onFolded(visit: BookedVisit): void;
  /** An entry that belongs to no belt session. */
  onOther(entry: BookLine): void;
}

export function createBookState(listener?: BookStateListener): BookState {
  const sessions = new Map<string, BookedSession>();
  const sites = new Map<string, SitePast>();
  const courses = new Map<string, CourseTally>();
  let head = CHAIN_START;
  let trail: Trail | undefined;
  /** What was composed last, read back already: absorbing it need not read it a second time. */
  let composed: ReadonlyMap<string, Made> = new Map();

  const foldOld = (atMs: number): void => {
    const isOld = (visit: BookedVisit): boolean => visit.endMs < atMs - KEEP_MS;
    // Unfinished ones too: counted in their turn, not once more in the course after.
    for (const visit of visitsOf(untallied(sessions.values())).filter(isOld)) {
      fold(sites, courses, visit);
      for (const session of visit.sessions)
        sessions.set(session.intent.session, { ...session, isTallied: true });
    }
    for (const visit of visitsOf(sessions.values())) {
      if (!visit.isFinished || !isOld(visit)) continue;
      listener?.onFolded(visit);
      for (const session of visit.sessions) sessions.delete(session.intent.session);
    }
  };
  const take = (line: BookLine): string | undefined => {
    const session = isSessionEntry(line) ? sessions.get(line.session) : undefined;
    const problem = isSessionEntry(line) ? misplaced(session, line) : undefined;
    if (problem !== undefined) return problem;
    trail = advance(trail, stampOf(line, session)).trail;
    if (!isSessionEntry(line)) {
      listener?.onOther(line);
      return undefined;
    }
    if (line.kind === 'intent') foldOld(trail.atMs);
    const next = applied(session, line, trail.atMs);
    if (next !== undefined) sessions.set(line.session, next);
    return undefined;
  };

  return {
    sessions,
    past: { sites, courses },
    get head() {
      return head;
    },
    get trail() {
      return trail;
    },
    absorb(lines) {
      for (const line of lines) {
        const made = composed.get(line);
        const decoded = made?.after === head.hash ? made.decoded : decodeLine(line, head);
        // The header is line 1.
        const where = `line ${head.seq + 1}`;
        if (!decoded.ok) return `${where} ${decoded.problem}`;
        const problem = take(decoded.entry);
        if (problem !== undefined) return `${where} cannot stand there: ${problem}`;
        head = decoded.head;
      }
      composed = new Map();
      return undefined;
    },
    compose(entries, stamp) {
      const lines = new Map<string, Made>();
      let end = head;
      for (const entry of entries) {
        const problem = isSessionEntry(entry) ? misplaced(sessions.get(entry.session), entry) : undefined;
        if (problem !== undefined && isSessionEntry(entry))
          return { ok: false, problem: `session ${entry.session}: ${problem}` };
        const encoded = encodeEntry(entry, stamp, end);
        if (!encoded.ok) return encoded;
        lines.set(encoded.line, { decoded: encoded.decoded, after: end.hash });
        if (encoded.decoded.ok) end = encoded.decoded.head;
      }
      composed = lines;
      return { ok: true, lines: [...lines.keys()] };
    },
    summary: () => writeSummary({ trail, sessions: [...sessions.values()], past: { sites, courses } }),
    restore(text, at) {
      const found = readSummary(text);
      if (found === undefined) return false;
      sessions.clear();
      sites.clear();
      courses.clear();
      for (const session of found.sessions) sessions.set(session.intent.session, session);
      for (const [key, site] of found.past.sites) sites.set(key, site);
      for (const [key, tally] of found.past.courses) courses.set(key, tally);
      trail = found.trail;
      head = at;
      return true;
    },
  };
}

export const unfinishedSessions = (state: BookState): readonly UnfinishedSession[] =>
  unfinishedOf(state.sessions.values());

/** By belt: the highest number that the book knows of the records of its last days (H21). */
export function beltRecordsOf(state: BookState, stamp: Stamp): ReadonlyMap<string, number> {
  const nowMs = isCalendarSet(stamp) ? advance(state.trail, stamp).trail.atMs : -Infinity;
  const records = new Map<string, number>();
  for (const { intent, closing, lastMs } of state.sessions.values())
    if (closing?.beltRecord !== undefined && lastMs >= nowMs - KEEP_MS)
      records.set(intent.beltId, Math.max(records.get(intent.beltId) ?? 0, closing.beltRecord));
  return records;
}

export const intentEntry = (intent: DoseIntent, visit: VisitFacts | undefined): BookEntry => ({
  kind: 'intent',
  session: intent.sessionTag,
  beltId: intent.beltId,
  address: intent.address,
  plan: intent.planName,
  site: intent.site,
  measurementUncertainty: intent.measurementUncertainty,
  timeLimitS: intent.prescription.timeLimitS,
  steps: intent.prescription.steps,
  ...(visit === undefined ? {} : { visit }),
});

export const closeEntry = (closing: DoseClosing): BookEntry => ({
  kind: 'close',
  session: closing.sessionTag,
  outcome: closing.outcome,
  emissionOff: closing.emissionOff,
  hazard: closing.hazard,
  durationMs: closing.durationMs,
  awaitsBeltRecord: closing.awaitsBeltRecord,
  ...(closing.beltRecord === undefined ? {} : { beltRecord: closing.beltRecord }),
  ...(closing.isLightLeft === undefined ? {} : { isLightLeft: closing.isLightLeft }),
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
