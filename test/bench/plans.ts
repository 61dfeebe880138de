// What a plan costs to load, to check, and to search for its worst case: in a process that has done it once before, as an
// editor's does, and for a file that nobody should have written.
import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { reviewPlan } from '../../src/cli/plan-review.ts';
import { readYamlQuickly } from '../../src/plan/quick-yaml-source.ts';
import { longPlan } from './long-plan.ts';
import { median, type Figure } from './table.ts';

const HUGE_STEP_COUNT = 10_000;
const ROUNDS = 25;

function checkTwice(): readonly [number, number] {
  const program = fileURLToPath(new URL('./plan-twice.js', import.meta.url));
  const [first, second]: readonly unknown[] = JSON.parse(
    execFileSync(process.execPath, [program], { encoding: 'utf8' }),
  );
  if (typeof first !== 'number' || typeof second !== 'number') throw new Error('plan-twice told no times');
  return [first, second];
}

export function measurePlans(): readonly Figure[] {
  const runs = Array.from({ length: ROUNDS }, checkTwice);
  const first = runs.map(([took]) => took);
  const second = runs.map(([, took]) => took);
  const startedAt = performance.now();
  const huge = reviewPlan({ text: longPlan(HUGE_STEP_COUNT), file: 'plan.yaml' }, undefined, readYamlQuickly);
  const hugeMs = performance.now() - startedAt;
  if (huge.ok) throw new Error(`a plan of ${HUGE_STEP_COUNT} steps was taken`);
  return [
    {
      name: 'load and check a plan of 50 steps, the second of a process',
      value: median(second),
      unit: 'ms',
      floor: { atMost: 20 },
      note:
        `worst case included; median of ${ROUNDS} processes, the fastest ${Math.min(...second).toFixed(0)} ms; ` +
        `the first plan ${median(first).toFixed(0)} ms, the fastest ${Math.min(...first).toFixed(0)} ms`,
    },
    {
      name: `a plan of ${HUGE_STEP_COUNT.toLocaleString('en-US')} steps`,
      value: hugeMs,
      unit: 'ms',
      floor: { atMost: 2000 },
      note: `refused: ${huge.problems[0]?.message}`,
    },
  ];
}
