// What `plan check` says of one plan, for a person and for a script. Pure.
import type { PlanProblem } from '../plan/plan.ts';
import type { PlanReview, SoundReview } from './plan-review.ts';
import { formatDuration } from './render-session.ts';
import type { Stamp } from './stamp.ts';

/** Light and rests of one session. */
export const plannedDurationMs = ({ visit }: SoundReview): number =>
  visit.programs.reduce((total, program) => total + program.plannedDurationMs, 0);

/** Of the zone that is to receive most. */
const highestPlanned = ({ visit }: SoundReview): number =>
  Math.max(...visit.planned.map((dose) => dose.radiantExposureJPerCm2));

export function checkedWords(review: SoundReview, file: string): string {
  const dose = `${highestPlanned(review).toFixed(2)} J/cm² a zone`;
  return `${file}: OK · ${review.plan.name} on ${review.belt.name} · ${dose} · ${formatDuration(plannedDurationMs(review))}`;
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
  if (!review.ok) return { ...head, profile: review.belt?.name ?? null };
  return {
    ...head,
    plan: review.plan.name,
    profile: review.belt.name,
    durationMs: plannedDurationMs(review),
    zones: review.visit.planned.map((dose) => ({
      zone: `L${dose.zone + 1}`,
      wavelengthNm: dose.wavelengthNm,
      prescribedJPerCm2: dose.radiantExposureJPerCm2,
    })),
  };
}
