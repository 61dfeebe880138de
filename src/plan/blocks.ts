// A visit is one session of a plan, cut at its care steps: each run of light and rests between them is a belt session of
// its own, so that no light is possible while a care step runs and light after it needs a new deliberate act.
import type { Plan, PlanCareStep, PlanRestStep, PlanStep, PlanTreatStep } from './plan.ts';

export interface LightBlock {
  readonly kind: 'light';
  /** Of its first step in the plan's session. */
  readonly firstIndex: number;
  readonly steps: readonly (PlanTreatStep | PlanRestStep)[];
}

export type PlanBlock = LightBlock | { readonly kind: 'care'; readonly step: PlanCareStep };

/** In the order of the plan; a light block is never empty. */
export function blocksOf(plan: { readonly session: readonly PlanStep[] }): readonly PlanBlock[] {
  const blocks: PlanBlock[] = [];
  let steps: (PlanTreatStep | PlanRestStep)[] = [];
  for (const [index, step] of plan.session.entries()) {
    if (step.kind === 'care') {
      steps = [];
      blocks.push({ kind: 'care', step });
      continue;
    }
    if (steps.length === 0) blocks.push({ kind: 'light', firstIndex: index, steps });
    steps.push(step);
  }
  return blocks;
}

/** The same plan with this block for its session. Limits stay: what holds for a visit holds for each part of it. */
export const planOfBlock = (plan: Plan, block: LightBlock): Plan => ({ ...plan, session: block.steps });
