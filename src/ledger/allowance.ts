// Whether a person's site may have light now (H19). Every rule gives the earliest time at which it has nothing against the
// session; the latest of them is when it will be allowed. Pure; all times in the book's own time, which may be too early
// by the calendar and never too late.
import {
  COURSE_EARLY_MAX_MS,
  DAY_MS,
  OPEN_SESSION_MAX_MS,
  SITE_GAP_MIN_MS,
  SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2,
  SITE_SESSIONS_MAX_COUNT,
  VISIT_MAX_MS,
} from '../safety/limits.ts';
import { bookedZonesOf } from './booked-session.ts';
import type { CoursePlace, CourseRule } from './course.ts';
import { addToCourse, isCourseOver, nextCourseFromMs, type CourseTally, type SitePast } from './past.ts';
import type { PlannedZone } from './visit.ts';
import { blockOf, endMsOf, hasShone, isLightLeft, type BookedVisit } from './visits.ts';

export interface WantedVisit {
  readonly visit: string;
  readonly block: number;
  readonly beltId: string;
  readonly planDigest: string;
  readonly course: CourseRule | null;
  /** The whole visit, by zone and wavelength. */
  readonly planned: readonly PlannedZone[];
  /** What is to be given now. */
  readonly prescribed: readonly PlannedZone[];
}

export interface AllowanceFacts {
  readonly nowMs: number;
  /** What the calendar is ahead of the book's own time; days end by the calendar, in UTC. */
  readonly calendarAheadMs: number;
  /** Of this person on this site, of the last days and unfinished ones. */
  readonly visits: readonly BookedVisit[];
  /** The last session that counted before those. */
  readonly past: SitePast | undefined;
  /** The course as far as it is older than those. */
  readonly tally: CourseTally | undefined;
}

export type AllowanceRule =
  | 'lightLeft'
  | 'underWay'
  | 'block'
  | 'gap'
  | 'day'
  | 'count'
  | 'dose'
  | 'course'
  | 'courseWeek'
  | 'courseOver';

export type Allowance =
  | { readonly ok: true; readonly course: CoursePlace | null }
  /** `allowedMs`: Infinity when waiting does not help. */
  | { readonly ok: false; readonly rule: AllowanceRule; readonly allowedMs: number };

interface Demand {
  readonly rule: AllowanceRule;
  readonly fromMs: number;
}
const NOW = -Infinity;
const WEEK_MS = 7 * DAY_MS;

interface Case {
  readonly facts: AllowanceFacts;
  readonly wanted: WantedVisit;
  /** The visit whose next block is wanted. */
  readonly own: BookedVisit | undefined;
  readonly others: readonly BookedVisit[];
  readonly tally: CourseTally | undefined;
}

const latest = (values: readonly number[]): number => Math.max(NOW, ...values);

/** The last session on the site that counted. */
function lastCounted({
  facts,
  others,
}: Case): { readonly beginMs: number; readonly endMs: number } | undefined {
  const counted = [
    ...others.filter((visit) => visit.counts),
    ...(facts.past === undefined ? [] : [facts.past]),
  ];
  if (counted.length === 0) return undefined;
  return {
    beginMs: latest(counted.map((visit) => visit.beginMs)),
    endMs: latest(counted.map((visit) => visit.endMs)),
  };
}

function gapFromMs(asked: Case): number {
  const last = lastCounted(asked);
  if (last === undefined) return NOW;
  return last.endMs + Math.max(SITE_GAP_MIN_MS, (asked.wanted.course?.gapS ?? 0) * 1000);
}

/** One a day: the day of the last one that counted must be over. */
function dayFromMs(asked: Case): number {
  const last = lastCounted(asked);
  if (last === undefined) return NOW;
  const { calendarAheadMs } = asked.facts;
  const dayCount = Math.floor((last.beginMs + calendarAheadMs) / DAY_MS) + 1;
  return dayCount * DAY_MS - calendarAheadMs;
}

/** So many that gave light in 24 h, and no more: this one waits until enough of them are older. */
function countFromMs({ others }: Case): number {
  const ends = others
    .filter((visit) => visit.hasShone)
    .map((visit) => visit.endMs)
    .sort((left, right) => right - left);
  const last = ends[SITE_SESSIONS_MAX_COUNT - 1];
  return last === undefined ? NOW : last + DAY_MS;
}

function underWayFromMs({ others }: Case): number {
  return latest(others.map((visit) => (visit.openSinceMs ?? NOW) + OPEN_SESSION_MAX_MS));
}

/** A belt that nobody could darken may have given any dose since: a day without light, for the same visit too. */
const lightLeftFromMs = ({ facts }: Case): number =>
  latest(
    facts.visits
      .flatMap((visit) => visit.sessions)
      .filter(isLightLeft)
      .map((session) => endMsOf(session) + DAY_MS),
  );

/** Each block of a visit is given once. */
const blockFromMs = ({ own, wanted }: Case): number =>
  own !== undefined && own.sessions.some((session) => hasShone(session) && !(blockOf(session) < wanted.block))
    ? Infinity
    : NOW;

interface Given {
  readonly endMs: number;
  readonly jPerCm2: number;
}

const sumByZone = (
  zones: readonly { readonly zone: string; readonly jPerCm2: number }[],
): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { zone, jPerCm2 } of zones) sums.set(zone, (sums.get(zone) ?? 0) + jPerCm2);
  return sums;
};

/**
 * What each session gave to the skin under a zone. A belt that was put on anew, or another one, may lie anywhere on the
 * site: then its strongest zone counts. Within one visit a belt stays where it is.
 */
function givenTo(zone: string, beltId: string | undefined, visits: readonly BookedVisit[]): readonly Given[] {
  return visits
    .flatMap((visit) => visit.sessions)
    .map((session) => {
      const sums = sumByZone(
        bookedZonesOf(session).map((booked) => ({
          zone: booked.zone,
          jPerCm2: booked.deliveredUpperJPerCm2,
        })),
      );
      const isSameBelt = session.intent.beltId === beltId;
      return {
        endMs: endMsOf(session),
        jPerCm2: isSameBelt ? (sums.get(zone) ?? 0) : Math.max(0, ...sums.values()),
      };
    });
}

/** From when on what is planned, and what the last 24 h gave, is no more than a site may have. */
function doseFromMs({ wanted, own, others }: Case): number {
  const ownGiven = own === undefined ? [] : [own];
  const total = (zones: readonly PlannedZone[]): Map<string, number> =>
    sumByZone(zones.map(({ zone, plannedJPerCm2 }) => ({ zone, jPerCm2: plannedJPerCm2 })));
  const planned = total(wanted.planned);
  const prescribed = total(wanted.prescribed);
  const fromMs = [...new Set([...planned.keys(), ...prescribed.keys()])].map((zone) => {
    const given = givenTo(zone, wanted.beltId, ownGiven).reduce((sum, { jPerCm2 }) => sum + jPerCm2, 0);
    const rest = Math.max(planned.get(zone) ?? 0, given + (prescribed.get(zone) ?? 0));
    return zoneFromMs(rest, givenTo(zone, undefined, others));
  });
  return latest(fromMs);
}

function zoneFromMs(wantedJPerCm2: number, given: readonly Given[]): number {
  if (!(wantedJPerCm2 <= SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2)) return Infinity;
  // The newest first: as far as they fit, they may still count.
  const newest = [...given].sort((left, right) => right.endMs - left.endMs);
  let sum = wantedJPerCm2;
  for (const { endMs, jPerCm2 } of newest) {
    sum += jPerCm2;
    if (!(sum <= SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2)) return endMs + DAY_MS;
  }
  return NOW;
}

function courseDemands({ wanted, tally }: Case): readonly Demand[] {
  const { course } = wanted;
  if (course === null || tally === undefined) return [];
  const over = { ...tally, of: course.sessions };
  if (isCourseOver(over)) return [{ rule: 'courseOver', fromMs: nextCourseFromMs(tally) }];
  const everyMs = course.everyS === null ? NOW : course.everyS * 1000 - COURSE_EARLY_MAX_MS;
  const demands: Demand[] = [{ rule: 'course', fromMs: tally.lastEndMs + everyMs }];
  if (course.perWeek === null) return demands;
  if (!(course.perWeek >= 1)) return [...demands, { rule: 'courseWeek', fromMs: Infinity }];
  const begins = [...tally.recentBeginMs].sort((left, right) => right - left);
  const first = begins[Math.floor(course.perWeek) - 1];
  // A session of the same hour a week ago is a week ago.
  const weekFromMs = first === undefined ? NOW : first + WEEK_MS - COURSE_EARLY_MAX_MS;
  return [...demands, { rule: 'courseWeek', fromMs: weekFromMs }];
}

function placeOf({ wanted, tally }: Case): CoursePlace | null {
  const { course, planDigest } = wanted;
  if (course === null) return null;
  const isNew = tally === undefined || isCourseOver({ ...tally, of: course.sessions });
  return {
    number: isNew ? 1 : tally.number + 1,
    of: course.sessions,
    planChanged: !isNew && tally.planDigest !== planDigest,
  };
}

function caseOf(facts: AllowanceFacts, wanted: WantedVisit, plan: string): Case {
  const found = facts.visits.find((visit) => visit.id === wanted.visit);
  // A visit that was left alone for hours is over: what it gave counts like any other.
  const own = found !== undefined && facts.nowMs - found.beginMs <= VISIT_MAX_MS ? found : undefined;
  const others = facts.visits.filter((visit) => visit !== own);
  const tally = others
    .filter((visit) => visit.counts && visit.plan === plan)
    .sort((left, right) => left.beginMs - right.beginMs)
    .reduce((sum, visit) => addToCourse(sum, visit), facts.tally);
  return { facts, wanted, own, others, tally };
}

/** Total: a number that is none refuses. `plan` names the course. */
export function judgeAllowance(facts: AllowanceFacts, wanted: WantedVisit, plan: string): Allowance {
  const asked = caseOf(facts, wanted, plan);
  const { nowMs } = facts;
  const demands: readonly Demand[] = [
    { rule: 'lightLeft', fromMs: lightLeftFromMs(asked) },
    { rule: 'block', fromMs: blockFromMs(asked) },
    { rule: 'underWay', fromMs: underWayFromMs(asked) },
    { rule: 'gap', fromMs: gapFromMs(asked) },
    { rule: 'day', fromMs: dayFromMs(asked) },
    { rule: 'count', fromMs: countFromMs(asked) },
    { rule: 'dose', fromMs: doseFromMs(asked) },
    ...courseDemands(asked),
  ];
  const against = demands.filter(({ fromMs }) => !(fromMs <= nowMs));
  if (against.length === 0) return { ok: true, course: placeOf(asked) };
  const worst = against.reduce((left, right) => (left.fromMs >= right.fromMs ? left : right));
  // That a belt may still shine is said, whatever else stands against it and ends later.
  const isLit = against.some(({ rule }) => rule === 'lightLeft') && worst.fromMs < Infinity;
  return {
    ok: false,
    rule: isLit ? 'lightLeft' : worst.rule,
    allowedMs: against.some(({ fromMs }) => Number.isNaN(fromMs)) ? Infinity : worst.fromMs,
  };
}
