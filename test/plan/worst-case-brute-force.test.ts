// What the search says a zone can receive at most, against what zones did receive in the simulator. Seeds are printed;
// LASERBELT_WORST_CASE_PLANS=1000 runs as many plans instead of the few that fit into an ordinary run.
import { describe, expect, it } from 'vitest';
import { compareWithSimulator, type Comparison } from './worst-case-brute-force.ts';
import { smallPlan } from './worst-case-small-plans.ts';

const PLAN_COUNT = Number(process.env['LASERBELT_WORST_CASE_PLANS'] ?? 80);
const FIRST_SEED = Number(process.env['LASERBELT_WORST_CASE_SEED'] ?? 1);
const BATCH_COUNT = 10;

const told = (done: readonly Comparison[]): string => {
  const worst = done.reduce((left, right) => (left.gapLeases >= right.gapLeases ? left : right));
  const nearest = done.reduce((left, right) => (left.nearestRatio >= right.nearestRatio ? left : right));
  const days = done.reduce((sum, { dayCount }) => sum + dayCount, 0);
  const visits = done.reduce((sum, { visitCount }) => sum + visitCount, 0);
  return (
    `${done.length} plans (seeds ${FIRST_SEED} to ${FIRST_SEED + done.length - 1}), ${days} days, ${visits} visits: ` +
    `largest gap ${worst.gapLeases.toFixed(3)} leases (seed ${worst.seed}, ${worst.gapWords}), ` +
    `nearest ${(100 * nearest.nearestRatio).toFixed(3)} % (seed ${nearest.seed})`
  );
};

describe('the worst-case search is never below what the simulator gives, and never more than one lease above', () => {
  const done: Comparison[] = [];
  const batches = Array.from({ length: Math.ceil(PLAN_COUNT / BATCH_COUNT) }, (_, index) => index);
  it.each(batches.map((batch) => FIRST_SEED + batch * BATCH_COUNT))(
    'plans from seed %i',
    (first) => {
      for (let seed = first; seed < Math.min(first + BATCH_COUNT, FIRST_SEED + PLAN_COUNT); seed++) {
        const comparison = compareWithSimulator(smallPlan(seed));
        done.push(comparison);
        expect(comparison.violations, `seed ${seed}: ${comparison.words}`).toEqual([]);
        // A comparison in which nothing came near the claim would show nothing.
        expect(comparison.nearestRatio, `seed ${seed}: ${comparison.words}`).toBeGreaterThan(0.9);
      }
    },
    120_000,
  );

  it('tells how many plans it ran, and how near they came', () => {
    expect(done.length).toBe(PLAN_COUNT);
    console.info(told(done));
  });
});
