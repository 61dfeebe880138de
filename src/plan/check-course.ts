// A course of sessions: what the rules of the dose book can never allow is told when the plan is read.
import { formatNumber } from '../dosimetry/units.ts';
import { SITE_GAP_MIN_MS } from '../safety/limits.ts';
import type { PlanCourse } from './plan.ts';
import { problem, type PathProblem } from './problem.ts';

const MS_PER_S = 1000;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const WEEK_S = 7 * DAY_S;
/** H19: between two sessions on one site; a plan may only lengthen it. */
export const COURSE_GAP_MIN_S = SITE_GAP_MIN_MS / MS_PER_S;
/** One session a day (H19). */
const EVERY_MIN_S = DAY_S;
/** Twelve weeks, the longest course in the sources [eng]. */
const COURSE_MAX_S = 12 * WEEK_S;

const interval = (durationS: number): string => {
  const days = durationS / DAY_S;
  if (durationS < HOUR_S) return `${formatNumber(durationS / 60, 1)} min`;
  if (durationS < DAY_S || !Number.isInteger(days)) return `${formatNumber(durationS / HOUR_S, 1)} h`;
  return `${days} day${days === 1 ? '' : 's'}`;
};

function checkRhythm({ everyS, perWeek, gapS }: PlanCourse): PathProblem[] {
  if (everyS !== undefined && !(everyS >= EVERY_MIN_S)) {
    const message = `\`every\`: ${interval(everyS)} is more than one session a day`;
    return [problem(['course', 'every'], message, `at least ${interval(EVERY_MIN_S)}`)];
  }
  if (everyS !== undefined && !(gapS <= everyS)) {
    const message = `\`gap\`: ${interval(gapS)} cannot be kept with a session every ${interval(everyS)}`;
    return [problem(['course', 'gap'], message, `at most ${interval(everyS)}`)];
  }
  if (perWeek !== undefined && !(gapS * perWeek <= WEEK_S)) {
    const message = `\`gap\`: ${interval(gapS)} cannot be kept with ${perWeek} sessions a week`;
    return [problem(['course', 'gap'], message, `at most ${interval(WEEK_S / perWeek)}`)];
  }
  return [];
}

/** When nothing is missed, from the first session to the last. */
function lengthS({ sessions, everyS, perWeek, gapS }: PlanCourse): number {
  if (perWeek !== undefined) return Math.floor((sessions - 1) / perWeek) * WEEK_S;
  return (sessions - 1) * (everyS ?? Math.max(gapS, EVERY_MIN_S));
}

export function checkCourse(course: PlanCourse | undefined): PathProblem[] {
  if (course === undefined) return [];
  const found: PathProblem[] = [];
  if (!(course.gapS >= COURSE_GAP_MIN_S)) {
    const message = `\`gap\`: ${interval(course.gapS)} would narrow the gap that every site has`;
    found.push(problem(['course', 'gap'], message, `at least ${interval(COURSE_GAP_MIN_S)}`));
  }
  found.push(...checkRhythm(course));
  const wholeS = lengthS(course);
  if (found.length === 0 && !(wholeS <= COURSE_MAX_S)) {
    const message = `\`sessions\`: this course takes ${interval(wholeS)}`;
    found.push(problem(['course', 'sessions'], message, `a course of at most ${interval(COURSE_MAX_S)}`));
  }
  return found;
}
