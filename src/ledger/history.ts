// What was given to whom, visit by visit, as the book has it. Reads only.
import { readLog } from '../store/log-reader.ts';
import type { StoreFileSystem } from '../store/file-system.ts';
import { bookedZonesOf, type BookedSession } from './booked-session.ts';
import { createBookState } from './book-state.ts';
import type { BookedZone, DoseClosing } from './dose-book.ts';
import { BOOK_HEADER, explainHeader, type BookLine } from './entries.ts';
import { addToCourse, courseKey, type CourseTally } from './past.ts';
import type { VisitFacts } from './visit.ts';
import { blockOf, visitsOf, type BookedVisit } from './visits.ts';

type Outcome = DoseClosing['outcome'] | 'unfinished';
type CareEntry = Extract<BookLine, { readonly kind: 'care' }>;
type NoteEntry = Extract<BookLine, { readonly kind: 'note' }>;

export interface HistoryCare {
  readonly at: string;
  readonly measure: string;
  readonly outcome: 'done' | 'assumed' | 'skipped' | 'cutShort';
  readonly durationMs: number;
}

/** Something about the book itself. */
export interface HistoryNote {
  readonly at: string;
  readonly what: 'clockMoved';
  readonly expected: string;
  readonly found: string;
  readonly moved: 'back' | 'corrected';
}

/** One belt session of a visit. */
export interface HistorySession {
  readonly session: string;
  readonly block: number;
  readonly beltId: string;
  readonly at: string;
  readonly closedAt: string | null;
  readonly outcome: Outcome;
  readonly emissionOff: DoseClosing['emissionOff'] | null;
  readonly hazard: string | null;
  readonly durationMs: number;
  readonly zones: readonly BookedZone[];
}

export interface HistoryVisit {
  readonly visit: string;
  /** ISO 8601, by the calendar of then. */
  readonly at: string;
  readonly person: string;
  readonly plan: string;
  readonly planDigest: string;
  readonly site: string;
  readonly screening: VisitFacts['screening'] | null;
  /** How it counts: whole, as part with what was delivered, or not at all. */
  readonly counted: 'completed' | 'partial' | 'no';
  /** Which session of its course it was; `number` is null when it does not count. */
  readonly course: { readonly number: number | null; readonly of: number } | null;
  /** The worst of its sessions. */
  readonly outcome: Outcome;
  readonly hazard: string | null;
  readonly durationMs: number;
  /** Of all its sessions; what is prescribed is that of the whole visit. */
  readonly zones: readonly BookedZone[];
  readonly sessions: readonly HistorySession[];
  readonly care: readonly HistoryCare[];
}

export interface History {
  /** Newest first. */
  readonly visits: readonly HistoryVisit[];
  readonly notes: readonly HistoryNote[];
  /** What is wrong with the book: then nothing of what stands behind that place is told. */
  readonly problem: string | undefined;
}

const WORST_FIRST: readonly Outcome[] = [
  'unfinished',
  'lockout',
  'cutoff',
  'failed',
  'stopped',
  'refused',
  'completed',
];
/** As the session itself judges what is done [eng]. */
const WHOLE_MIN_RATIO = 0.9;

const sessionOf = (session: BookedSession): HistorySession => ({
  session: session.intent.session,
  block: blockOf(session),
  beltId: session.intent.beltId,
  at: session.intentAt,
  closedAt: session.closedAt ?? null,
  outcome: session.closing?.outcome ?? (session.reconciled === undefined ? 'unfinished' : 'failed'),
  emissionOff: session.closing?.emissionOff ?? null,
  hazard: session.closing?.hazard ?? null,
  durationMs: session.closing?.durationMs ?? 0,
  zones: bookedZonesOf(session),
});

function sumZones(visit: BookedVisit): readonly BookedZone[] {
  const sums = new Map<string, BookedZone>();
  for (const zone of visit.sessions.flatMap((session): readonly BookedZone[] => bookedZonesOf(session))) {
    const key = `${zone.zone} ${zone.wavelengthNm}`;
    const sum = sums.get(key);
    sums.set(key, {
      ...zone,
      prescribedJPerCm2: (sum?.prescribedJPerCm2 ?? 0) + zone.prescribedJPerCm2,
      deliveredJPerCm2: (sum?.deliveredJPerCm2 ?? 0) + zone.deliveredJPerCm2,
      deliveredUpperJPerCm2: (sum?.deliveredUpperJPerCm2 ?? 0) + zone.deliveredUpperJPerCm2,
      certainty: sum?.certainty === 'upperBound' ? 'upperBound' : zone.certainty,
    });
  }
  for (const { zone, wavelengthNm, plannedJPerCm2 } of visit.sessions[0]?.intent.visit?.plannedJPerCm2 ??
    []) {
    const key = `${zone} ${wavelengthNm}`;
    const none = { deliveredJPerCm2: 0, deliveredUpperJPerCm2: 0, certainty: 'certain' } as const;
    const sum = sums.get(key) ?? { zone, wavelengthNm, prescribedJPerCm2: 0, ...none };
    sums.set(key, { ...sum, prescribedJPerCm2: Math.max(plannedJPerCm2, sum.prescribedJPerCm2) });
  }
  return [...sums.values()];
}

function countedAs(
  visit: BookedVisit,
  outcome: Outcome,
  zones: readonly BookedZone[],
): HistoryVisit['counted'] {
  if (!visit.counts) return 'no';
  const isWhole = zones.every(
    (zone) => zone.deliveredUpperJPerCm2 >= zone.prescribedJPerCm2 * WHOLE_MIN_RATIO,
  );
  return outcome === 'completed' && isWhole ? 'completed' : 'partial';
}

function visitOf(
  visit: BookedVisit,
  tally: CourseTally | undefined,
  care: readonly HistoryCare[],
): HistoryVisit {
  const sessions = visit.sessions.map(sessionOf);
  const outcome =
    WORST_FIRST.find((kind) => sessions.some((session) => session.outcome === kind)) ?? 'unfinished';
  const zones = sumZones(visit);
  const { course } = visit;
  return {
    visit: visit.id,
    at: sessions[0]?.at ?? '',
    person: visit.person,
    plan: visit.plan,
    planDigest: visit.planDigest,
    site: visit.site,
    screening: visit.sessions[0]?.intent.visit?.screening ?? null,
    counted: countedAs(visit, outcome, zones),
    course:
      course === null ? null : { number: visit.counts ? (tally?.number ?? null) : null, of: course.sessions },
    outcome,
    hazard: sessions.find((session) => session.outcome === outcome)?.hazard ?? null,
    durationMs: sessions.reduce((sum, session) => sum + session.durationMs, 0),
    zones,
    sessions,
    care,
  };
}

const careOf = ({ at, measure, outcome, durationMs }: CareEntry): HistoryCare => ({
  at,
  measure,
  outcome,
  durationMs,
});
const noteOf = ({ at, what, expected, found, moved }: NoteEntry): HistoryNote => ({
  at,
  what,
  expected,
  found,
  moved,
});

/** Every visit of the book, numbered within its course as the book counts. A book that is not there is empty. Never rejects. */
export async function readHistory(path: string, system?: StoreFileSystem): Promise<History> {
  const folded: BookedVisit[] = [];
  const care = new Map<string, HistoryCare[]>();
  const notes: HistoryNote[] = [];
  const state = createBookState({
    onFolded: (visit) => void folded.push(visit),
    onOther(entry) {
      if (entry.kind === 'note') notes.push(noteOf(entry));
      if (entry.kind === 'care') care.set(entry.visit, [...(care.get(entry.visit) ?? []), careOf(entry)]);
    },
  });
  const options = { path, header: BOOK_HEADER, explainHeader };
  const read = await readLog(system === undefined ? options : { ...options, system }, (lines) =>
    state.absorb(lines),
  );
  const tallies = new Map<string, CourseTally>();
  const visits = [...folded, ...visitsOf(state.sessions.values())]
    .sort((left, right) => left.beginMs - right.beginMs)
    .map((visit) => {
      const key = courseKey(visit.person, visit.plan, visit.site);
      const tally = visit.counts ? addToCourse(tallies.get(key), visit) : undefined;
      if (tally !== undefined) tallies.set(key, tally);
      return visitOf(visit, tally, care.get(visit.id) ?? []);
    });
  return { visits: visits.reverse(), notes, problem: read.ok ? undefined : read.failure.detail };
}
