// A plan as `check` and `show` see it: read, checked, placed on a belt, and its worst case searched.
import { loadPlan } from '../plan/load.ts';
import type { YamlReader } from '../plan/yaml-source.ts';
import type { Plan, PlanProblem, VisitWarning } from '../plan/plan.ts';
import type { PathMessage } from '../plan/problem.ts';
import type { ResolvedVisitParts } from '../plan/visit.ts';
import { worstCase } from '../plan/worst-case.ts';
import type { WorstCaseFound } from '../plan/worst-case.ts';
import { worstCaseFacts } from '../plan/worst-case-facts.ts';
import type { WorstCaseFacts } from '../plan/worst-case-facts.ts';
import type { Exceeded } from '../plan/worst-case-limits.ts';
import { placeOnBelt } from './belt-profiles.ts';
import type { NamedProfile } from './belt-profiles.ts';
import type { PlanSource } from './plan-source.ts';
import { exceededWords } from './render-worst-case.ts';

export interface SoundReview {
  readonly ok: true;
  readonly plan: Plan;
  readonly belt: NamedProfile;
  readonly visit: ResolvedVisitParts;
  readonly warnings: readonly VisitWarning[];
  readonly worst: WorstCaseFound;
  readonly facts: WorstCaseFacts;
}

export interface FaultyReview {
  readonly ok: false;
  readonly problems: readonly PlanProblem[];
  /** The belt that the plan does not fit; undefined when the plan itself is wrong. */
  readonly belt: NamedProfile | undefined;
  /** Limits that a sound-looking plan can break, each with the shortest way there. */
  readonly exceeded: readonly Exceeded[];
}

export type PlanReview = SoundReview | FaultyReview;

const atSession = (message: string): PathMessage => ({ path: ['session'], message });

/** Throws a usage error for a profile that is none; every mistake of the plan is a problem. */
export function reviewPlan(
  { text, file }: PlanSource,
  profile: string | undefined,
  read?: YamlReader,
): PlanReview {
  const loaded = loadPlan(text, file, read);
  if (!loaded.ok) return { ok: false, problems: loaded.problems, belt: undefined, exceeded: [] };
  const { plan } = loaded;
  const placed = placeOnBelt(plan, profile);
  const { belt } = placed;
  const refuse = (found: readonly PathMessage[], exceeded: readonly Exceeded[] = []): FaultyReview => ({
    ok: false,
    problems: loaded.placeProblems(found),
    belt,
    exceeded,
  });
  if (!placed.ok) return refuse(placed.placed);
  const { visit } = placed;
  const facts = worstCaseFacts(plan, belt.profile);
  const worst = worstCase(visit.programs, belt.profile, facts);
  if (!worst.ok) return refuse([atSession(worst.problem)]);
  const tooMuch = worst.exceeded.filter(({ bearing }) => bearing === 'dose');
  if (tooMuch.length > 0)
    return refuse(
      tooMuch.map((found) => atSession(exceededWords(found))),
      tooMuch,
    );
  const warnings = [...loaded.warnings, ...visit.warnings];
  return { ok: true, plan, belt, visit, warnings, worst, facts };
}
