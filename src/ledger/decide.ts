// The question before a session: facts of the book, the calendar and the visit, and the answer in words.
import { isoTime, msOfIso } from '../clock.ts';
import { assertNever } from '../errors.ts';
import type { PrescribedZone } from '../belt/belt.ts';
import { judgeAllowance, type Allowance, type AllowanceRule, type WantedVisit } from './allowance.ts';
import type { BookState } from './book-state.ts';
import { untallied } from './booked-session.ts';
import type { CoursePlace } from './course.ts';
import type { DoseIntent } from './dose-book.ts';
import type { BookEntry } from './entries.ts';
import { courseKey, siteKey } from './past.ts';
import { advance, isCalendarSet, type Stamp, type Trail } from './timeline.ts';
import { DEFAULT_PERSON, type PlannedZone, type VisitFacts } from './visit.ts';
import { personOf, visitsOf, type BookedVisit } from './visits.ts';

export interface Refusal {
  readonly hazard: 'H19' | 'H21';
  readonly detail: string;
  /** ISO 8601; null when waiting does not help. */
  readonly allowedAt: string | null;
}

export type Decision =
  | { readonly ok: true; readonly course: CoursePlace | null }
  | { readonly ok: false; readonly refusal: Refusal };

const NOT_SET: Refusal = {
  hazard: 'H21',
  detail:
    'The clock of this computer is not set, so that nobody can tell how long ago the last session was. Set it, then start again.',
  allowedAt: null,
};

const MS_PER_MINUTE = 60_000;
/** More than any clock drifts between two sessions [eng]; decides about words alone. */
const UNPROVEN_MIN_MS = 3_600_000;
const MOVED_SINCE =
  'The clock of this computer was moved since the last session: what counts is how long the computer has run since then, not what its calendar says.';

/** `2026-11-23 06:10 UTC` */
const minuteOf = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;

function reasonOf(rule: AllowanceRule, site: string): string {
  switch (rule) {
    case 'lightLeft':
      return `A belt on this site (${site}) could not be darkened, and what it gave is not known. See that it is off the skin and its battery out.`;
    case 'underWay':
      return `Another session on this site (${site}) is under way, or its end is not booked yet.`;
    case 'block':
      return 'This part of the visit was given already.';
    case 'gap':
      return `The last session on this site (${site}) is too recent.`;
    case 'day':
      return `This site (${site}) has had its session of the day (days are counted in UTC).`;
    case 'count':
      return `This site (${site}) has had light twice within 24 hours.`;
    case 'dose':
      return `Together with what this site (${site}) received in the last 24 hours it would be too much light.`;
    case 'course':
      return 'The next session of this course is not due yet.';
    case 'courseWeek':
      return 'This course has had all its sessions of the last seven days.';
    case 'courseOver':
      return 'This course is finished.';
    default:
      return assertNever(rule);
  }
}

const plannedOf = (steps: readonly (readonly PrescribedZone[])[]): readonly PlannedZone[] =>
  steps.flat().map((zone) => ({
    zone: `L${zone.zone + 1}`,
    wavelengthNm: zone.wavelengthNm,
    plannedJPerCm2: zone.radiantExposureJPerCm2,
  }));

function wantedOf(intent: DoseIntent, visit: VisitFacts | undefined): WantedVisit {
  return {
    visit: visit?.visit ?? intent.sessionTag,
    block: visit?.block ?? 0,
    beltId: intent.beltId,
    planDigest: visit?.planDigest ?? '',
    course: visit?.course ?? null,
    planned: visit?.plannedJPerCm2 ?? [],
    prescribed: plannedOf(intent.prescription.steps),
  };
}

/** To be booked with whatever comes next, when the calendar was moved since the last entry. */
export function clockNotes(trail: Trail | undefined, stamp: Stamp): readonly BookEntry[] {
  if (!isCalendarSet(stamp)) return [];
  const { moved, expectedWallMs } = advance(trail, stamp);
  if (moved === 'not') return [];
  return [
    {
      kind: 'note',
      what: 'clockMoved',
      expected: isoTime(expectedWallMs),
      found: isoTime(stamp.wallMs),
      moved,
    },
  ];
}

function judge(
  state: BookState,
  intent: DoseIntent,
  visit: VisitFacts | undefined,
  nowMs: number,
  calendarAheadMs: number,
): Allowance {
  const person = visit?.person ?? DEFAULT_PERSON;
  const plan = visit?.plan ?? intent.planName;
  const { site } = intent;
  const key = siteKey(person, site);
  const isHere = (known: BookedVisit): boolean => siteKey(known.person, known.site) === key;
  const facts = {
    nowMs,
    calendarAheadMs,
    visits: visitsOf(untallied(state.sessions.values())).filter(isHere),
    past: state.past.sites.get(key),
    tally: state.past.courses.get(courseKey(person, plan, site)),
  };
  return judgeAllowance(facts, wantedOf(intent, visit), plan);
}

/**
 * By the calendar much more has passed since the newest session here than anything proves. A start of the machine and the
 * time since then are all the proof there is: belts number their sessions, and have no clock that runs while they are off.
 */
function isMoreByCalendar(state: BookState, key: string, atMs: number, wallMs: number): boolean {
  let unprovenMs = Infinity;
  for (const session of state.sessions.values())
    if (siteKey(personOf(session), session.intent.site) === key)
      unprovenMs = Math.min(unprovenMs, wallMs - msOfIso(session.intentAt) - (atMs - session.beginMs));
  return unprovenMs > UNPROVEN_MIN_MS && unprovenMs < Infinity;
}

/** What the book allows at this moment. Total. */
export function decide(
  state: BookState,
  intent: DoseIntent,
  visit: VisitFacts | undefined,
  stamp: Stamp,
): Decision {
  if (!isCalendarSet(stamp)) return { ok: false, refusal: NOT_SET };
  const { trail, moved, expectedWallMs } = advance(state.trail, stamp);
  const allowance = judge(state, intent, visit, trail.atMs, stamp.wallMs - trail.atMs);
  if (allowance.ok && moved !== 'back') return allowance;
  const waitMs = allowance.ok ? 0 : allowance.allowedMs - trail.atMs;
  const allowedAt = waitMs < Infinity ? isoTime(Math.ceil(stamp.wallMs + waitMs)) : null;
  // Up to a full minute, so that who comes back at the minute told is not refused once more.
  const fullMinuteMs = Math.ceil((stamp.wallMs + waitMs) / MS_PER_MINUTE) * MS_PER_MINUTE;
  const from = minuteOf(isoTime(fullMinuteMs));
  const when = allowedAt === null ? 'Waiting does not change that.' : `Allowed from ${from}.`;
  if (moved === 'back') {
    const found = minuteOf(isoTime(stamp.wallMs));
    const expected = minuteOf(isoTime(expectedWallMs));
    // After a start a calendar that goes on from the entries is believed again; one that is moved while it runs is not.
    const orWait = allowedAt === null ? '' : ` Left as it is, that clock must say ${from}.`;
    const detail = `The clock of this computer says ${found}, but the dose book has an entry of ${expected}: it was set back. Set it right and restart the computer, then start again.${orWait}`;
    return { ok: false, refusal: { hazard: 'H21', detail, allowedAt } };
  }
  const key = siteKey(visit?.person ?? DEFAULT_PERSON, intent.site);
  const isMoved = allowedAt !== null && isMoreByCalendar(state, key, trail.atMs, stamp.wallMs);
  const why = allowance.ok ? '' : reasonOf(allowance.rule, intent.site);
  const detail = `${why} ${isMoved ? `${MOVED_SINCE} ` : ''}${when}`;
  return { ok: false, refusal: { hazard: 'H19', detail, allowedAt } };
}
