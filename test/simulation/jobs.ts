// The work that is shared out over processes: some seeds, or some injections of one cell of the table.
import { drawScenario } from './draw.ts';
import { runScenario, type Run } from './run.ts';
import type { Scenario } from './scenario.ts';
import { fillCell, type Cell, type CellResult } from './table.ts';
import { addRun, createTotals, type Totals } from './totals.ts';

export type Job =
  | { readonly kind: 'seeds'; readonly firstSeed: number; readonly count: number }
  | { readonly kind: 'cell'; readonly cell: Cell; readonly firstSeed: number; readonly injections: number };

export interface Failure {
  readonly seed: number;
  readonly words: readonly string[];
}

export type Reply =
  | { readonly kind: 'seeds'; readonly totals: Totals; readonly failures: readonly Failure[] }
  | { readonly kind: 'cell'; readonly result: CellResult };

/** One run in so many is done twice. */
const TWICE_EVERY = 100;

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

function runSeed(seed: number, totals: Totals): readonly string[] {
  let run: Run;
  try {
    run = runScenario(drawScenario(seed));
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

export function answerJob(job: Job): Reply {
  if (job.kind === 'cell') return { kind: 'cell', result: fillCell(job.cell, job.firstSeed, job.injections) };
  const totals = createTotals();
  const failures: Failure[] = [];
  for (let seed = job.firstSeed; seed < job.firstSeed + job.count; seed++) {
    const words = runSeed(seed, totals);
    if (words.length > 0) failures.push({ seed, words });
  }
  return { kind: 'seeds', totals, failures };
}
