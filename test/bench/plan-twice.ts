// A process of its own that checks two plans, as an editor's would: what the second took, and what the first did.
import { performance } from 'node:perf_hooks';
import { reviewPlan } from '../../src/cli/plan-review.ts';
import { readYamlQuickly } from '../../src/plan/quick-yaml-source.ts';
import { longPlan } from './long-plan.ts';

const STEP_COUNT = 50;

/** Another plan each time, so that nothing can be remembered from the one before. */
const tookMs = [1, 2].map((number) => {
  const text = longPlan(STEP_COUNT).replaceAll('0.5 J/cm2', `0.${number}5 J/cm2`);
  const startedAt = performance.now();
  const review = reviewPlan({ text, file: 'plan.yaml' }, undefined, readYamlQuickly);
  const took = performance.now() - startedAt;
  if (!review.ok) throw new Error(`the measured plan has problems: ${review.problems[0]?.message}`);
  return took;
});
console.log(JSON.stringify(tookMs));
