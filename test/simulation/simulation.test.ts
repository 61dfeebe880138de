// The simulation itself, over a few fixed seeds; many more run with `npm run simulate`.
import { describe, expect, it } from 'vitest';
import { drawScenario } from './draw.ts';
import { runScenario } from './run.ts';
import { describeScenario } from './scenario.ts';

const SEEDS_PER_TEST = 30;
/** Some seconds on a quiet machine. */
const TEST_MAX_MS = 120_000;

describe(
  'whatever happens, the seven invariants hold, and the next day is as good as the first',
  { timeout: TEST_MAX_MS },
  () => {
    it.each([1001, 2201, 3001])('seeds from %i', (first) => {
      const ends = new Set<string>();
      const checks = new Float64Array(8);
      for (let seed = first; seed < first + SEEDS_PER_TEST; seed++) {
        const run = runScenario(drawScenario(seed));
        expect(run.violations, `seed ${seed}\n${describeScenario(run.scenario).join('\n')}`).toEqual([]);
        for (const label of run.seen) if (label.startsWith('outcome')) ends.add(label);
        run.checks.forEach((count, invariant) => (checks[invariant]! += count));
      }
      // A judge who did not look has found nothing.
      for (let invariant = 1; invariant <= 7; invariant++)
        expect(checks[invariant], `invariant ${invariant}`).toBeGreaterThan(0);
      expect(ends.size).toBeGreaterThan(2);
    });

    it('a seed is one run: done twice, its trace is the same; another seed is another run', () => {
      const hashes = [5, 5, 6, 6, 7, 7].map((seed) => runScenario(drawScenario(seed)).hash);
      expect(hashes[1]).toBe(hashes[0]);
      expect(hashes[3]).toBe(hashes[2]);
      expect(new Set(hashes).size).toBe(3);
    });
  },
);
