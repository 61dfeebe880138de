// What a plan costs to load, to check, and to search for its worst case: in a process that has done it once before, as an
// editor's does, and for a file that nobody should have written.
import { performance } from 'node:perf_hooks';
import { reviewPlan } from '../../src/cli/plan-review.ts';
import { longPlan } from './long-plan.ts';
import { median, type Figure } from './table.ts';

const STEP_COUNT = 50;
const HUGE_STEP_COUNT = 10_000;
const ROUNDS = 9;

function timeReview(text: string): { readonly tookMs: number; readonly problems: readonly string[] } {
  const startedAt = performance.now();
  const review = reviewPlan({ text, file: 'plan.yaml' }, undefined);
  const tookMs = performance.now() - startedAt;
  return { tookMs, problems: review.ok ? [] : review.problems.map(({ message }) => message) };
}

/** Each round is another plan, so that nothing can be remembered from the one before. */
const planOfRound = (round: number): string =>
  longPlan(STEP_COUNT).replaceAll('0.5 J/cm2', `0.${500 + round} J/cm2`);

export function measurePlans(): readonly Figure[] {
  const first = timeReview(planOfRound(0));
  const second = timeReview(planOfRound(1));
  const later = Array.from({ length: ROUNDS }, (_, round) => timeReview(planOfRound(round + 2)));
  const wrong = [first, second, ...later].flatMap(({ problems }) => problems);
  if (wrong.length > 0) throw new Error(`the measured plan has problems: ${wrong[0]}`);
  const huge = timeReview(longPlan(HUGE_STEP_COUNT));
  const [why] = huge.problems;
  if (why === undefined) throw new Error('a plan of 10,000 steps was taken');
  return [
    {
      name: `load and check a plan of ${STEP_COUNT} steps, the second of a process`,
      value: second.tookMs,
      unit: 'ms',
      floor: { atMost: 20 },
      note: `worst case included; the first ${first.tookMs.toFixed(0)} ms, later ${median(later.map(({ tookMs }) => tookMs)).toFixed(1)} ms`,
    },
    {
      name: `a plan of ${HUGE_STEP_COUNT.toLocaleString('en-US')} steps`,
      value: huge.tookMs,
      unit: 'ms',
      floor: { atMost: 2000 },
      note: `refused: ${why}`,
    },
  ];
}
