// A visit on the belt that is connected: every limit of it and its worst case, checked before anybody is asked to arm.
import type { BeltProfile } from '../belt/belt.ts';
import type { Plan } from '../plan/plan.ts';
import { resolveVisit, type ResolvedVisitParts } from '../plan/visit.ts';
import { worstCase, type WorstCaseFound } from '../plan/worst-case.ts';
import { worstCaseFacts, type WorstCaseFacts } from '../plan/worst-case-facts.ts';
import type { Resolution } from '../session/context.ts';
import { exceededWords } from './render-worst-case.ts';

export type VisitReview =
  | {
      readonly ok: true;
      readonly visit: ResolvedVisitParts;
      readonly worst: WorstCaseFound;
      readonly facts: WorstCaseFacts;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Pure, and at most a tenth of a second of search. */
export function reviewVisit(plan: Plan, profile: BeltProfile): VisitReview {
  const visit = resolveVisit(plan, profile);
  if (!visit.ok) return visit;
  const facts = worstCaseFacts(plan, profile);
  const worst = worstCase(visit.programs, profile, facts);
  if (!worst.ok) return { ok: false, problems: [worst.problem] };
  // A time beyond a limit is light that gives no more dose: the session itself ends it (H12).
  const tooMuch = worst.exceeded.filter(({ bearing }) => bearing === 'dose');
  if (tooMuch.length > 0) return { ok: false, problems: tooMuch.map(exceededWords) };
  return { ok: true, visit, worst, facts };
}

/** What the light block with this index (from 0) is to give. */
export function resolutionOf(review: VisitReview, blockIndex: number): Resolution {
  if (!review.ok) return review;
  const program = review.visit.programs[blockIndex];
  if (program === undefined) return { ok: false, problems: ['this part of the plan has no light'] };
  return { ok: true, program };
}
