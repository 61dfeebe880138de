// What a replay knows of the visit around its belt sessions: the plan, what it comes to on the belt, and the sum of it all.
import type { BeltProfile } from '../belt/belt.ts';
import { blocksOf } from '../plan/blocks.ts';
import { loadPlan } from '../plan/load.ts';
import type { Plan } from '../plan/plan.ts';
import type { Resolution } from '../session/context.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import { visitFacts, type InputEntry, type OutcomeFacts } from './recording-format.ts';
import { resolutionOf, reviewVisit, type VisitReview } from './review-visit.ts';
import { visitFactsOf } from './visit-facts.ts';
import { emissionLeftMs } from './visit-light.ts';
import { endOfUnreachable, mergeOutcomes, type EndBetween } from './visit-outcome.ts';

export interface ReplayedVisit {
  /** A belt was looked at, without a session. */
  look(profile: BeltProfile): void;
  resolve(profile: BeltProfile): Resolution;
  /** Before the session has its turn at it. */
  note(event: SessionEvent, isBeltKnown: boolean): void;
  blockEnded(outcome: SessionOutcome): void;
  /** For the next light (H12). */
  emissionLeftMs(): number;
  end(end: EndBetween | undefined): OutcomeFacts;
}

/** The words of every problem, or the visit. */
export function replayVisit(
  entry: Extract<InputEntry, { readonly t: 'visit' }>,
):
  | { readonly ok: true; readonly visit: ReplayedVisit }
  | { readonly ok: false; readonly problems: readonly string[] } {
  const loaded = loadPlan(entry.planText, 'the recorded plan');
  if (!loaded.ok)
    return { ok: false, problems: loaded.problems.map(({ line, message }) => `line ${line}: ${message}`) };
  return { ok: true, visit: createVisit(entry.visit, loaded.plan) };
}

function createVisit(visit: string, plan: Plan): ReplayedVisit {
  let review: VisitReview | undefined;
  let unreachable: Partial<SessionOutcome> = {};
  const blocks: SessionOutcome[] = [];
  return {
    look: (profile) => void (review ??= reviewVisit(plan, profile)),
    resolve: (profile) => resolutionOf((review ??= reviewVisit(plan, profile)), blocks.length),
    note(event, isBeltKnown) {
      if (event.type === 'belt.unreachable' && !isBeltKnown) unreachable = endOfUnreachable(event.failure);
    },
    blockEnded(outcome) {
      blocks.push({ ...outcome, ...unreachable });
      unreachable = {};
    },
    emissionLeftMs: () => emissionLeftMs(blocks),
    end(endBetween) {
      const planned = review?.ok === true ? review.visit.planned : [];
      const identity = { plan, planDigest: '', person: '', visit, screening: 'full' } as const;
      const merged = mergeOutcomes({
        visit,
        plan: plan.name,
        blockCount: blocksOf(plan).filter(({ kind }) => kind === 'light').length,
        planned: visitFactsOf(identity, 0, planned).plannedJPerCm2,
        blocks,
        endBetween,
      });
      return visitFacts(merged);
    },
  };
}
