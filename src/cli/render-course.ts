// A course in words: how many sessions, how far apart, and when it can be over. Pure.
import type { PlanCourse } from '../plan/plan.ts';

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const DAYS_PER_WEEK = 7;

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const tidy = (value: number): number => Number(value.toFixed(2));

/** `20 h`, `2 days`, `90 min`. */
export function spanWords(seconds: number): string {
  if (seconds >= 2 * DAY_S && Number.isInteger((seconds / DAY_S) * 10))
    return `${tidy(seconds / DAY_S)} days`;
  return seconds >= HOUR_S ? `${tidy(seconds / HOUR_S)} h` : `${tidy(seconds / 60)} min`;
}

function rhythmWords({ everyS, perWeek }: PlanCourse): string {
  if (perWeek !== undefined) return `${perWeek} a week`;
  if (everyS === undefined) return 'at most one a day';
  if (everyS === DAY_S) return 'one a day';
  return `one every ${spanWords(everyS)}`;
}

/** Days from the first session to the last when none is missed: one a day at most, and no more in a week than allowed. */
export function courseSpanDays({ sessions, everyS, perWeek, gapS }: PlanCourse): number {
  const stepDays = Math.max(1, (everyS ?? 0) / DAY_S, gapS / DAY_S);
  const days: number[] = [0];
  for (let at = 1; at < sessions; at++) {
    const afterLast = (days[at - 1] ?? 0) + stepDays;
    const afterWeek = perWeek === undefined || at < perWeek ? 0 : (days[at - perWeek] ?? 0) + DAYS_PER_WEEK;
    days.push(Math.max(afterLast, afterWeek));
  }
  return Math.ceil(days[days.length - 1] ?? 0);
}

/** `12 sessions, one a day, at least 20 h apart; finished 11 days after the first when none is missed`. */
export function courseWords(course: PlanCourse | undefined): string {
  if (course === undefined) return 'none: single sessions, at least 20 h apart on this site';
  const days = courseSpanDays(course);
  const end =
    course.sessions === 1 ? '' : `; finished ${plural(days, 'day')} after the first when none is missed`;
  return `${plural(course.sessions, 'session')}, ${rhythmWords(course)}, at least ${spanWords(course.gapS)} apart${end}. A missed day shifts the rest; it is never made up by more light`;
}
