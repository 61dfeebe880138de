// What a person is told of a plan, as lines.
import { loadPlan } from '../../src/plan/load.ts';
import { formatPlanProblem } from '../../src/plan/load.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import type { BeltProfile } from '../../src/belt/belt.ts';

/** `line:column: message (expected …)` each; with a profile also what that belt cannot do. Empty: nothing is wrong. */
export function toldOf(text: string, profile?: BeltProfile): readonly string[] {
  const loaded = loadPlan(text, 'p');
  if (!loaded.ok) return loaded.problems.map((problem) => formatPlanProblem(problem).slice(2));
  if (profile === undefined) return [];
  const visit = resolveVisit(loaded.plan, profile);
  if (visit.ok) return [];
  return loaded.placeProblems(visit.placed).map((problem) => formatPlanProblem(problem).slice(2));
}
