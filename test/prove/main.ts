// `npm run prove`: everything that shows that the safety of this project holds, by one command. See `--help`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HAZARDS } from '../../src/safety/hazards.ts';
import { median } from '../bench/table.ts';
import { measureRealDarkness } from '../bench/darkness.ts';
import { measureSimulationCost } from '../bench/simulation-cost.ts';
import { missingSituations, RUNS_FOR_ALL, SITUATIONS } from '../simulation/coverage.ts';
import { createPool, type Pool } from '../simulation/pool.ts';
import { isWholeTable, searchCells, searchSeeds, type SearchResult } from '../simulation/search.ts';
import { CELLS, describeTable, INJECTIONS_PER_CELL, type CellResult } from '../simulation/table.ts';
import { addTotals, describeTotals, type Totals } from '../simulation/totals.ts';
import { readMachineLine, readModelLine, runLines, type ModelCheck } from './model.ts';
import { readMutants } from './mutants.ts';
import { hazardTable, withHazardTable } from './readme-table.ts';
import { hazardResults, simulationResult, type Measured, type Results } from './results.ts';

const HELP = `npm run prove -- [options]
  --short           a part of each: fixed seeds, then new ones; writes nothing
  --seed N          the first of the new seeds (drawn at random, and printed)
  --sessions N      simulated sessions at least (100000)
  --hours N         and simulated hours (1500)
  --minutes N       of the simulation at most (30)
  --injections N    hazard → dark: in each cell (${INJECTIONS_PER_CELL})
  --real N          real sessions stopped, killed and frozen, each so often (200)
  --processes N     how many at a time (the processors, at most 2)
  --write           write what it came to, even when it is not a full run
  --only a,b        of: search, model, table, simulation, cost, real, mutants
Interrupted, it prints what it has come to, and writes nothing. A full run writes test/prove/results.json and the README's
table of hazards.`;

const root = fileURLToPath(new URL('../../', import.meta.url));
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const args = process.argv.slice(2);
const isShort = args.includes('--short');
function textOf(name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}
function numberOf(name: string, otherwise: number, inShort = otherwise): number {
  const text = textOf(name);
  const value = text === undefined ? (isShort ? inShort : otherwise) : Number(text);
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} takes a number`);
  return value;
}
const nowMs = (): number => performance.now();

const PARTS = ['search', 'model', 'table', 'simulation', 'cost', 'real', 'mutants'] as const;
type Part = (typeof PARTS)[number];
/** The short form leaves the models to their own step of CI, which takes as long as all of this. */
const wanted = new Set<string>(
  textOf('--only')?.split(',') ?? PARTS.filter((part) => !isShort || part !== 'model'),
);

const seed = numberOf('--seed', 1_000_000 + Math.floor(Math.random() * 4_000_000_000));
/** Of the short form: the same in every run. */
const FIXED_SEED = 1;
const FIXED_RUNS = 600;
const REACHED_MIN_MS = 1000;
/** Of the shipped machine, in the short form. */
const STATES_SHORT = 400;

const failures: string[] = [];
const stateCounts: Record<string, number> = {};
const measured: Measured[] = [];
let cells: readonly CellResult[] = [];
let totals: Totals | undefined;
let violationCount = 0;
let mutants: Results['mutants'] = null;
const startedAtMs = nowMs();
const pool: Pool = createPool(numberOf('--processes', Math.min(2, availableParallelism())));
let isInterrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    isInterrupted = true;
    print('interrupted: what there is');
    pool.close();
  });

const fail = (words: string): void => {
  failures.push(words);
  print(`FAILED ${words}`);
};

async function proveSearch(): Promise<void> {
  let states = 0;
  const path = fileURLToPath(new URL('states.js', import.meta.url));
  const code = await runLines(process.execPath, isShort ? [path, String(STATES_SHORT)] : [path], (line) => {
    print(`  ${line}`);
    states = readMachineLine(line)?.states ?? states;
  });
  stateCounts['the shipped machine'] = states;
  if (code !== 0 || states === 0) fail('the search of the shipped machine');
}

async function proveModel(): Promise<void> {
  const checks: ModelCheck[] = [];
  const code = await runLines('sh', [join(root, 'test/protocol/model.sh')], (line) => {
    print(`  ${line}`);
    const check = readModelLine(line);
    if (check !== undefined) checks.push(check);
  });
  for (const { name, states } of checks) stateCounts[`model: ${name}`] = states;
  const sum = checks.reduce((all, check) => all + check.states, 0);
  print(`${sum} states of the protocol models in ${checks.length} checks`);
  if (code !== 0 || checks.length === 0 || checks.some(({ isOk }) => !isOk)) fail('the protocol models');
}

async function proveTable(): Promise<void> {
  const injections = numberOf('--injections', INJECTIONS_PER_CELL, 4);
  print(`${CELLS.length} cells of ${injections}, seeds from ${seed}`);
  cells = await searchCells(pool, seed, injections, (_cell, done) => {
    if (done % 40 === 0) print(`  … ${done} of ${CELLS.length}`);
  });
  for (const line of describeTable(cells)) print(line);
  if (!isInterrupted && !isWholeTable(cells)) fail('hazard → dark');
}

async function proveSimulation(): Promise<void> {
  const goal = {
    sessions: numberOf('--sessions', 100_000, 6000),
    hours: numberOf('--hours', 1500, 0),
  };
  const maxMs = numberOf('--minutes', 30, 1.5) * 60_000;
  const beganAtMs = nowMs();
  const found: SearchResult[] = [];
  if (isShort) {
    print(`fixed seeds ${FIXED_SEED} to ${FIXED_SEED + FIXED_RUNS - 1}`);
    found.push(
      await searchSeeds(pool, { ...goal, firstSeed: FIXED_SEED, maxMs, maxRuns: FIXED_RUNS }, nowMs, print),
    );
  }
  print(`new seeds from ${seed}`);
  const leftMs = Math.max(REACHED_MIN_MS, maxMs - (nowMs() - beganAtMs));
  found.push(await searchSeeds(pool, { ...goal, firstSeed: seed, maxMs: leftMs }, nowMs, print));
  totals = found[0]?.totals;
  if (totals === undefined) return;
  for (const more of found.slice(1)) addTotals(totals, more.totals);
  for (const line of describeTotals(totals)) print(line);
  const missing = missingSituations(totals.seen);
  print(`situations: ${SITUATIONS.length - missing.length} of ${SITUATIONS.length} came about`);
  for (const situation of missing) print(`  not: ${situation}`);
  print(`in ${((nowMs() - beganAtMs) / 60_000).toFixed(1)} min`);
  violationCount = found.reduce((sum, result) => sum + result.failures.length, 0);
  if (violationCount > 0) fail(`${violationCount} seeds: see each with npm run simulate -- --seed N`);
  if (isInterrupted) return;
  if (missing.length > 0 && totals.runCount >= RUNS_FOR_ALL) fail('situations that did not come about');
  if (!isShort && !found.every(({ isReached }) => isReached))
    fail(`less than ${goal.sessions} sessions and ${goal.hours} hours`);
  if (!(totals.leasesMost <= 1)) fail('more than the prescribed dose, 1 % and a lease');
  if (!(totals.bookedMostCertain <= 1.035)) fail('a book that is certain and too high');
}

function note(name: string, value: number, unit: string, bound: number): void {
  measured.push({ name, value: Number(value.toFixed(3)), unit, bound });
  print(`${name}: ${value.toFixed(2)} ${unit}, at most ${bound}`);
  if (!(value <= bound)) fail(name);
}

function proveCost(): void {
  for (const { name, value, unit, floor, note: words } of measureSimulationCost()) {
    note(name, value, unit, 'atMost' in floor ? floor.atMost : Infinity);
    if (words !== undefined) print(`  ${words}`);
  }
}

/** The lease, and the firmware step in which its end is seen. */
const LEASE_AND_STEP_MS = 1010;
const STOP_MS = 50;

async function proveReal(): Promise<void> {
  const runs = numberOf('--real', 200, 8);
  const dist = join(root, 'dist');
  // A copy: a build that runs meanwhile must not pull the command from under a measurement.
  const copy = mkdtempSync(join(tmpdir(), 'laserbelt-proved-'));
  try {
    for (const part of ['bin', 'programs']) cpSync(join(dist, part), join(copy, part), { recursive: true });
    const { stops, kills, freezes } = await measureRealDarkness(join(copy, 'bin/laserbelt.js'), seed, runs);
    const told = (name: string, values: readonly number[], boundMs: number): void => {
      note(`${name}, worst of ${values.length} real sessions`, Math.max(...values), 'ms', boundMs);
      print(`  median ${median(values).toFixed(1)} ms`);
    };
    told('stop to dark', stops, STOP_MS);
    told('SIGKILL to dark', kills, LEASE_AND_STEP_MS);
    told('SIGSTOP to dark', freezes, LEASE_AND_STEP_MS);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function proveMutants(): void {
  const path = join(root, 'test/mutation/results.json');
  if (!existsSync(path)) return print('no mutation tests were run');
  const found = readMutants(readFileSync(path, 'utf8'));
  if (found === undefined) return fail('test/mutation/results.json is not readable');
  mutants = { killed: found.killed, total: found.total };
  const share = (part: number): string => `${(part * 100).toFixed(1)} %`;
  print(
    `${found.killed} of ${found.total} mutants killed (${share(found.killed / found.total)}) in ${found.files} files, weakest ${found.weakest.path} with ${share(found.weakest.share)}`,
  );
  if (!(found.killed / found.total >= 0.95)) fail('less than 95 % of the mutants killed');
}

const PROVE: Readonly<Record<Part, readonly [string, () => void | Promise<void>]>> = {
  search: ['every state of the shipped machine', proveSearch],
  model: ['protocol models', proveModel],
  table: ['hazard → dark, at the simulated emitter', proveTable],
  simulation: ['sessions with faults', proveSimulation],
  cost: ['cost of a simulated second', proveCost],
  real: ['real processes', proveReal],
  mutants: ['mutants', proveMutants],
};

const git = (...words: readonly string[]): string =>
  execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim();

function write(): void {
  if (totals === undefined) return;
  const results: Results = {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    seeds: { simulation: seed, table: seed, real: seed },
    states: stateCounts,
    simulation: simulationResult(totals, violationCount),
    hazards: hazardResults(cells),
    measured,
    mutants,
  };
  writeFileSync(join(root, 'test/prove/results.json'), `${JSON.stringify(results, null, 2)}\n`);
  const readmePath = join(root, 'README.md');
  const readme = readFileSync(readmePath, 'utf8');
  writeFileSync(readmePath, withHazardTable(readme, hazardTable(HAZARDS, results)));
  print('written: test/prove/results.json, the hazards of README.md');
}

async function prove(): Promise<number> {
  print(`seed ${seed}, ${pool.size} processes${isShort ? ', short' : ''}`);
  for (const part of PARTS) {
    if (!wanted.has(part) || isInterrupted) continue;
    const [title, run] = PROVE[part];
    print(`\n== ${title}`);
    await run();
  }
  pool.close();
  const isWhole = PARTS.every((part) => wanted.has(part)) && !isShort && !isInterrupted;
  const isAsked = args.includes('--write') && !isInterrupted;
  if ((isWhole || isAsked) && failures.length === 0) write();
  print(`\nseed ${seed}; took ${((nowMs() - startedAtMs) / 60_000).toFixed(1)} min`);
  for (const words of failures) print(`FAILED ${words}`);
  if (isInterrupted) print('interrupted');
  else if (failures.length === 0) print('everything holds');
  return failures.length === 0 && !isInterrupted ? 0 : 1;
}

if (args.includes('--help')) {
  pool.close();
  print(HELP);
} else process.exitCode = await prove();
