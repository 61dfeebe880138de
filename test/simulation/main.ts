// `npm run simulate`: searches many seeds on two processors, or shows one. See `--help`.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { missingSituations, RUNS_FOR_ALL, SITUATIONS } from './coverage.ts';
import { drawScenario } from './draw.ts';
import { runScenario } from './run.ts';
import { describeScenario, type Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { CELLS, describeTable, fillCell, INJECTIONS_PER_CELL, type CellResult } from './table.ts';
import { addTotals, createTotals, describeTotals } from './totals.ts';
import { problemsOf, runShare, type Failure, type Share, type Told } from './worker.ts';

const HELP = `npm run simulate -- [options]
  --seed N          run this seed alone, twice, and show its trace; shrunk when it fails
  --sessions N      as many sessions at least (100000)
  --minutes N       stop after so long (30)
  --first N         the first seed (drawn at random, and printed)
  --short           3 minutes: fixed seeds, then new ones
  --table           hazard → dark: every hazard with every way the controller can be gone
  --injections N    of the table, in each cell (250)
  --processes N     how many at a time (the processors, at most 2)`;

const SHORT_FIXED_RUNS = 1500;
const SHORT_SESSIONS = 6000;
const SHORT_MINUTES = 2.5;
/** Two of three runs have a second session or more. */
const SESSIONS_PER_RUN = 1.9;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const args = process.argv.slice(2);
const has = (name: string): boolean => args.includes(name);
function numberOf(name: string, otherwise: number): number {
  const at = args.indexOf(name);
  if (at < 0) return otherwise;
  const value = Number(args[at + 1]);
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} takes a number`);
  return value;
}

function showSeed(seed: number): number {
  const scenario = drawScenario(seed);
  const problems = problemsOf(scenario);
  const again = problemsOf(scenario);
  const isFailing = problems.length > 0;
  // By its first finding: another one is another fault.
  const kind = problems[0]?.slice(0, 22) ?? '';
  const shown: Scenario = isFailing
    ? shrink(scenario, (tried) => problemsOf(tried).some((words) => words.startsWith(kind)))
    : scenario;
  print(`seed ${seed}${isFailing ? ', shrunk' : ''}`);
  for (const line of describeScenario(shown)) print(`  ${line}`);
  try {
    const run = runScenario(shown, true);
    for (const line of run.lines) print(line);
    print(`trace ${run.hash}, ${(run.simulatedMs / 1000).toFixed(1)} s`);
  } catch (error) {
    print(String(error));
  }
  for (const words of isFailing ? problemsOf(shown) : problems) print(`VIOLATED ${words}`);
  if (problems.join() !== again.join()) print('NOT THE SAME TWICE');
  if (isFailing) print(`as data: ${JSON.stringify(shown)}`);
  return isFailing ? 1 : 0;
}

interface Result {
  readonly totals: ReturnType<typeof createTotals>;
  readonly failures: readonly Failure[];
}

async function search(name: string, firstSeed: number, runCount: number, maxMs: number): Promise<Result> {
  const processes = numberOf('--processes', Math.min(2, availableParallelism()));
  const totals = createTotals();
  const failures: Failure[] = [];
  print(`${name}: ${runCount} runs from seed ${firstSeed}, ${processes} at a time`);
  await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const share: Share = {
        firstSeed: firstSeed + index,
        seedStep: processes,
        runCount: Math.ceil(runCount / processes),
        maxMs,
      };
      const child = fork(fileURLToPath(import.meta.url), ['--share', JSON.stringify(share)]);
      return new Promise<void>((resolve) => {
        let isDone = false;
        child.on('message', (told: Told) => {
          if (told.kind === 'totals') addTotals(totals, told.totals);
          else if (told.kind === 'failed') {
            failures.push(told.failure);
            print(`FAILED seed ${told.failure.seed}: ${told.failure.words.slice(0, 3).join('; ')}`);
          } else isDone = true;
        });
        child.on('exit', () => {
          if (!isDone) failures.push({ seed: NaN, words: ['a worker ended before its share was done'] });
          resolve();
        });
      });
    }),
  );
  return { totals, failures };
}

const newSeed = (): number => 1_000_000 + Math.floor(Math.random() * 4_000_000_000);

async function searchAll(): Promise<number> {
  const isShort = has('--short');
  const sessions = numberOf('--sessions', isShort ? SHORT_SESSIONS : 100_000);
  const maxMs = numberOf('--minutes', isShort ? SHORT_MINUTES : 30) * 60_000;
  const startedAtMs = performance.now();
  const fixed = isShort ? await search('fixed seeds', 1, SHORT_FIXED_RUNS, maxMs / 2) : undefined;
  const left = maxMs - (performance.now() - startedAtMs);
  const runs = Math.ceil(sessions / SESSIONS_PER_RUN) - (isShort ? SHORT_FIXED_RUNS : 0);
  const found = await search('new seeds', numberOf('--first', newSeed()), runs, left);
  if (fixed !== undefined) addTotals(found.totals, fixed.totals);
  const failures = [...(fixed?.failures ?? []), ...found.failures];
  for (const line of describeTotals(found.totals)) print(line);
  const missing = missingSituations(found.totals.seen);
  print(`situations: ${SITUATIONS.length - missing.length} of ${SITUATIONS.length} came about`);
  for (const situation of missing) print(`  not: ${situation}`);
  const isMissing = missing.length > 0 && found.totals.runCount >= RUNS_FOR_ALL;
  if (failures.length > 0) print(`${failures.length} failures; see each with --seed N`);
  print(`took ${((performance.now() - startedAtMs) / 60_000).toFixed(1)} min`);
  return failures.length > 0 || isMissing ? 1 : 0;
}

interface CellShare {
  readonly firstSeed: number;
  readonly first: number;
  readonly step: number;
  readonly injections: number;
}

/** Every cell, shared out over the processes. */
async function searchTable(): Promise<number> {
  const processes = numberOf('--processes', Math.min(2, availableParallelism()));
  const firstSeed = numberOf('--first', newSeed());
  const injections = numberOf('--injections', INJECTIONS_PER_CELL);
  const startedAtMs = performance.now();
  print(`hazard → dark: ${CELLS.length} cells from seed ${firstSeed}, ${processes} processes`);
  const results: CellResult[] = [];
  await Promise.all(
    Array.from({ length: processes }, (_, first) => {
      const share: CellShare = { firstSeed, first, step: processes, injections };
      const child = fork(fileURLToPath(import.meta.url), ['--cells', JSON.stringify(share)]);
      child.on('message', (result: CellResult) => {
        results.push(result);
        const { row, way } = result.cell;
        print(`  ${row}, ${way}: ${result.worstMs.toFixed(0)} ms of ${result.count}`);
      });
      return new Promise<void>((resolve) => child.on('exit', () => resolve()));
    }),
  );
  for (const line of describeTable(results)) print(line);
  print(`took ${((performance.now() - startedAtMs) / 60_000).toFixed(1)} min`);
  const isWhole = results.length === CELLS.length;
  if (!isWhole) print(`FAILED ${CELLS.length - results.length} cells are missing`);
  return isWhole && results.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

const cellsAt = args.indexOf('--cells');
const shareAt = args.indexOf('--share');
if (has('--help')) print(HELP);
else if (shareAt >= 0) {
  const share = JSON.parse(args[shareAt + 1] ?? '') as Share;
  runShare(
    share,
    () => performance.now(),
    (told) => void process.send?.(told),
  );
  process.disconnect();
} else if (cellsAt >= 0) {
  const { firstSeed, first, step, injections } = JSON.parse(args[cellsAt + 1] ?? '') as CellShare;
  for (let index = first; index < CELLS.length; index += step) {
    const cell = CELLS[index];
    if (cell !== undefined) process.send?.(fillCell(cell, firstSeed, injections));
  }
  process.disconnect();
} else if (has('--table')) process.exitCode = await searchTable();
else if (has('--seed')) process.exitCode = showSeed(numberOf('--seed', 1));
else process.exitCode = await searchAll();
