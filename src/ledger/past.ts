// What is left of sessions that are long over: the last one on each site, and how far each course has come.
import { COURSE_PAUSE_MIN_MS, DAY_MS } from '../safety/limits.ts';
import { personKey } from './visit.ts';
import type { BookedVisit } from './visits.ts';

/** Whole sessions are kept for this long: twice what the dose of 24 h asks for. */
export const KEEP_MS = 2 * DAY_MS;
const WEEK_MS = 7 * DAY_MS;
/** More sessions than this in one week no plan may have. */
const RECENT_MAX_COUNT = 100;

export interface SitePast {
  readonly person: string;
  readonly site: string;
  /** Of the last session that counted, in the book's own time. */
  readonly beginMs: number;
  readonly endMs: number;
}

export interface CourseTally {
  readonly person: string;
  readonly plan: string;
  readonly site: string;
  /** Sessions that counted, of how many. */
  readonly number: number;
  readonly of: number;
  readonly lastEndMs: number;
  /** When those of the last seven days began. */
  readonly recentBeginMs: readonly number[];
  readonly planDigest: string;
}

export interface Past {
  readonly sites: ReadonlyMap<string, SitePast>;
  readonly courses: ReadonlyMap<string, CourseTally>;
}

export const siteKey = (person: string, site: string): string => JSON.stringify([personKey(person), site]);
export const courseKey = (person: string, plan: string, site: string): string =>
  JSON.stringify([personKey(person), plan, site]);

export const isCourseOver = (tally: CourseTally): boolean => tally.number >= tally.of;
/** From then on the next session is the first of a new course. */
export const nextCourseFromMs = (tally: CourseTally): number => tally.lastEndMs + COURSE_PAUSE_MIN_MS;

/** The course with one more session that counted. */
export function addToCourse(tally: CourseTally | undefined, visit: BookedVisit): CourseTally | undefined {
  if (visit.course === null) return tally;
  const { person, plan, site, planDigest, beginMs, endMs } = visit;
  // As the session was judged: by its own plan, which may name another number of sessions than the last one did.
  const of = visit.course.sessions;
  const isNew = tally === undefined || (isCourseOver({ ...tally, of }) && beginMs >= nextCourseFromMs(tally));
  const recent = isNew ? [] : tally.recentBeginMs.filter((ms) => ms > beginMs - WEEK_MS);
  return {
    person,
    plan,
    site,
    number: isNew ? 1 : tally.number + 1,
    of,
    lastEndMs: Math.max(endMs, isNew ? -Infinity : tally.lastEndMs),
    recentBeginMs: [...recent, beginMs].slice(-RECENT_MAX_COUNT),
    planDigest,
  };
}

/** `visit` is old: what its belt's own record still changes in it changes no rule over days. */
export function fold(
  sites: Map<string, SitePast>,
  courses: Map<string, CourseTally>,
  visit: BookedVisit,
): void {
  if (!visit.counts) return;
  const { person, site, beginMs, endMs } = visit;
  const key = siteKey(person, site);
  const known = sites.get(key);
  if (known === undefined || endMs >= known.endMs) sites.set(key, { person, site, beginMs, endMs });
  const course = courseKey(person, visit.plan, site);
  const tally = addToCourse(courses.get(course), visit);
  if (tally !== undefined) courses.set(course, tally);
}
