// Searches many seeds, or fills the table, over the processes of a pool.
import type { Failure, Job } from './jobs.ts';
import type { Pool } from './pool.ts';
import { CELLS, type CellResult } from './table.ts';
import { addTotals, createTotals, type Totals } from './totals.ts';

export interface SearchGoal {
  readonly firstSeed: number;
  /** The search is over when both are reached. */
  readonly sessions: number;
  readonly hours: number;
  /** Or when this is over: then what was reached is too little. */
  readonly maxMs: number;
  /** No more seeds than this: a fixed set is done whole, however few sessions it has. */
  readonly maxRuns?: number;
}

export interface SearchResult {
  readonly totals: Totals;
  readonly failures: readonly Failure[];
  readonly isReached: boolean;
}

/** A process takes some seconds for so many. */
const SEEDS_PER_JOB = 50;
const FAILURE_MAX_COUNT = 20;
const TELL_EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;

export async function searchSeeds(
  pool: Pool,
  goal: SearchGoal,
  nowMs: () => number,
  print: (line: string) => void,
): Promise<SearchResult> {
  const totals = createTotals();
  const failures: Failure[] = [];
  const endsAtMs = nowMs() + goal.maxMs;
  const maxRuns = goal.maxRuns ?? Infinity;
  let tellAtMs = nowMs() + TELL_EVERY_MS;
  let runs = 0;
  const isReached = (): boolean =>
    goal.maxRuns === undefined
      ? totals.sessionCount >= goal.sessions && totals.simulatedMs >= goal.hours * HOUR_MS
      : totals.runCount >= goal.maxRuns;
  const next = (): Job | undefined => {
    if (isReached() || runs >= maxRuns || nowMs() >= endsAtMs || failures.length >= FAILURE_MAX_COUNT)
      return undefined;
    const firstSeed = goal.firstSeed + runs;
    const count = Math.min(SEEDS_PER_JOB, maxRuns - runs);
    runs += count;
    return { kind: 'seeds', firstSeed, count };
  };
  const isWell = await pool.run(next, (reply) => {
    if (reply.kind !== 'seeds') return;
    addTotals(totals, reply.totals);
    for (const failure of reply.failures) {
      failures.push(failure);
      print(`FAILED seed ${failure.seed}: ${failure.words.slice(0, 3).join('; ')}`);
    }
    if (nowMs() < tellAtMs) return;
    tellAtMs = nowMs() + TELL_EVERY_MS;
    print(`  … ${totals.sessionCount} sessions, ${(totals.simulatedMs / HOUR_MS).toFixed(0)} hours`);
  });
  if (!isWell) failures.push({ seed: NaN, words: ['a process ended before its answer'] });
  return { totals, failures, isReached: isReached() };
}

/** Longest cells first, so that no process has to wait for the other at the end. */
const ORDERED = [...CELLS].sort((left, right) => Number(isLong(right.row)) - Number(isLong(left.row)));
function isLong(row: string): boolean {
  return row === 'nobody there' || row === 'thermal dose' || row === 'sensor stuck';
}

export async function searchCells(
  pool: Pool,
  firstSeed: number,
  injections: number,
  told: (result: CellResult, count: number) => void,
): Promise<readonly CellResult[]> {
  const results: CellResult[] = [];
  let at = 0;
  const next = (): Job | undefined => {
    const cell = ORDERED[at++];
    return cell === undefined ? undefined : { kind: 'cell', cell, firstSeed, injections };
  };
  await pool.run(next, (reply) => {
    if (reply.kind !== 'cell') return;
    results.push(reply.result);
    told(reply.result, results.length);
  });
  return results;
}

export const isWholeTable = (results: readonly CellResult[]): boolean =>
  results.length === CELLS.length && results.every(({ problems }) => problems.length === 0);
