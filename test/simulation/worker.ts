// A part of the search: runs seeds until it has done its share or its time is over, and tells what they came to.
import { drawScenario } from './draw.ts';
import { runScenario, type Run } from './run.ts';
import type { Scenario } from './scenario.ts';
import { addRun, createTotals, type Totals } from './totals.ts';

/** One run in so many is done twice. */
const TWICE_EVERY = 100;

export interface Share {
  readonly firstSeed: number;
  readonly seedStep: number;
  readonly runCount: number;
  readonly maxMs: number;
}

export interface Failure {
  readonly seed: number;
  readonly words: readonly string[];
}

export type Told =
  | { readonly kind: 'totals'; readonly totals: Totals }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'done' };

const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** What is wrong with a scenario, or nothing. */
export function problemsOf(scenario: Scenario): readonly string[] {
  try {
    return runScenario(scenario).violations.map(({ invariant, words }) => `invariant ${invariant}: ${words}`);
  } catch (error) {
    return [`threw: ${wordsOf(error)}`];
  }
}

function runOnce(seed: number, totals: Totals): readonly string[] {
  const scenario = drawScenario(seed);
  let run: Run;
  try {
    run = runScenario(scenario);
  } catch (error) {
    return [`threw: ${wordsOf(error)}`];
  }
  addRun(totals, run);
  if (seed % TWICE_EVERY === 0) {
    const again = runScenario(drawScenario(seed));
    totals.twiceCount += 1;
    if (again.hash !== run.hash) return [`not the same twice: ${run.hash}, then ${again.hash}`];
  }
  return run.violations.map(({ invariant, words }) => `invariant ${invariant}: ${words}`);
}

const TELL_EVERY_MS = 5000;
const FAILURE_MAX_COUNT = 20;

/** `nowMs` is the machine's own. */
export function runShare(share: Share, nowMs: () => number, tell: (told: Told) => void): void {
  const startedAtMs = nowMs();
  let toldAtMs = startedAtMs;
  let totals = createTotals();
  let failureCount = 0;
  for (let index = 0; index < share.runCount; index++) {
    if (nowMs() - startedAtMs >= share.maxMs || failureCount >= FAILURE_MAX_COUNT) break;
    const seed = share.firstSeed + index * share.seedStep;
    const words = runOnce(seed, totals);
    if (words.length > 0) {
      failureCount += 1;
      tell({ kind: 'failed', failure: { seed, words } });
    }
    if (nowMs() - toldAtMs < TELL_EVERY_MS) continue;
    toldAtMs = nowMs();
    tell({ kind: 'totals', totals });
    totals = createTotals();
  }
  tell({ kind: 'totals', totals });
  tell({ kind: 'done' });
}
