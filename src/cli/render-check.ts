// What `plan check` says of one plan, for a person and for a script. Pure.
import type { PlanProblem } from '../plan/plan.ts';
import type { PlanReview, SoundReview } from './plan-review.ts';
import { roundedUp } from './figures.ts';
import { highestWorst, worstLines } from './render-worst-case.ts';
import { formatDuration } from './render-session.ts';
import type { Stamp } from './stamp.ts';

/** Light and rests of one session. */
export const plannedDurationMs = ({ visit }: SoundReview): number =>
  visit.programs.reduce((total, program) => total + program.plannedDurationMs, 0);

/** One line: what a session gives, and the most that can come of it. */
export function checkedWords(review: SoundReview, file: string): string {
  const { plan, belt, worst } = review;
  const most = highestWorst(worst);
  const dose =
    most === undefined
      ? ''
      : ` · ${most.plannedJPerCm2.toFixed(2)} J/cm² a zone, at worst ${roundedUp(most.visit.atMost, 2)} a session and ${roundedUp(most.day.atMost, 2)} in 24 h`;
  return `${file}: OK · ${plan.name} on ${belt.name} · ${formatDuration(plannedDurationMs(review))}${dose}`;
}

export const problemRecord = (problem: PlanProblem, stamp: Stamp): Readonly<Record<string, unknown>> => ({
  event: 'plan.problem',
  ...stamp,
  ...problem,
});

export function reviewRecord(
  review: PlanReview,
  file: string,
  stamp: Stamp,
): Readonly<Record<string, unknown>> {
  const problemCount = review.ok ? 0 : review.problems.length;
  const head = { event: 'plan.checked', ...stamp, file, isSound: review.ok, problemCount };
  if (!review.ok) return { ...head, profile: review.belt?.name ?? null, exceeded: review.exceeded };
  return {
    ...head,
    plan: review.plan.name,
    profile: review.belt.name,
    durationMs: plannedDurationMs(review),
    zones: worstLines(review.worst).map((line) => ({
      zone: line.zone,
      wavelengthNm: line.wavelengthNm ?? null,
      prescribedJPerCm2: line.plannedJPerCm2,
      worstSessionJPerCm2: line.visit.atMost,
      worstDayJPerCm2: line.day.atMost,
    })),
    warnings: review.warnings,
  };
}
