// A plan as `check` and `show` see it: read, checked, and placed on a belt.
import { loadPlan } from '../plan/load.ts';
import type { Plan, PlanProblem, VisitWarning } from '../plan/plan.ts';
import type { ResolvedVisitParts } from '../plan/visit.ts';
import { placeOnBelt } from './belt-profiles.ts';
import type { NamedProfile } from './belt-profiles.ts';
import type { PlanSource } from './plan-source.ts';

export interface SoundReview {
  readonly ok: true;
  readonly plan: Plan;
  readonly belt: NamedProfile;
  readonly visit: ResolvedVisitParts;
  readonly warnings: readonly VisitWarning[];
}

export type PlanReview =
  | SoundReview
  | {
      readonly ok: false;
      readonly problems: readonly PlanProblem[];
      /** The belt that the plan does not fit; undefined when the plan itself is wrong. */
      readonly belt: NamedProfile | undefined;
    };

/** Throws a usage error for a profile that is none; every mistake of the plan is a problem. */
export function reviewPlan({ text, file }: PlanSource, profile: string | undefined): PlanReview {
  const loaded = loadPlan(text, file);
  if (!loaded.ok) return { ok: false, problems: loaded.problems, belt: undefined };
  const { plan } = loaded;
  const placed = placeOnBelt(plan, profile);
  if (!placed.ok) {
    const at = { file, line: 1, column: 1, expected: '' };
    const problems = placed.problems.map((message) => ({ ...at, message }));
    return { ok: false, problems, belt: placed.belt };
  }
  const { belt, visit } = placed;
  return { ok: true, plan, belt, visit, warnings: [...loaded.warnings, ...visit.warnings] };
}
