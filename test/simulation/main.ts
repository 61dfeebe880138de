// `npm run simulate`: searches many seeds on two processors, or shows one. See `--help`.
import { availableParallelism } from 'node:os';
import { missingSituations, RUNS_FOR_ALL, SITUATIONS } from './coverage.ts';
import { drawScenario } from './draw.ts';
import { problemsOf } from './jobs.ts';
import { createPool, type Pool } from './pool.ts';
import { runScenario } from './run.ts';
import { describeScenario, readScenario, type Scenario } from './scenario.ts';
import { readFileSync } from 'node:fs';
import { isWholeTable, searchCells, searchSeeds, type SearchResult } from './search.ts';
import { shrink } from './shrink.ts';
import { CELLS, describeTable, INJECTIONS_PER_CELL, tableScenario } from './table.ts';
import { addTotals, describeTotals } from './totals.ts';

const HELP = `npm run simulate -- [options]
  --seed N          run this seed alone, twice, and show its trace; shrunk when it fails
  --file F          the same with a scenario as data, as --seed prints it
  --cell ROW,WAY    the same with --seed N of a cell of the table
  --sessions N      as many sessions at least (100000)
  --hours N         and as many simulated hours (1500)
  --minutes N       stop after so long (30)
  --first N         the first seed (drawn at random, and printed)
  --short           3 minutes: fixed seeds, then new ones
  --table           hazard → dark: every hazard with every way the controller can be gone
  --injections N    of the table, in each cell (${INJECTIONS_PER_CELL})
  --processes N     how many at a time (the processors, at most 2)
Interrupted, it prints what it has come to.`;

const SHORT_FIXED_RUNS = 1500;
const SHORT_SESSIONS = 6000;
const SHORT_MINUTES = 2.5;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const args = process.argv.slice(2);
const has = (name: string): boolean => args.includes(name);
function textOf(name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}
function numberOf(name: string, otherwise: number): number {
  if (!has(name)) return otherwise;
  const value = Number(textOf(name));
  if (!(value >= 0 && value < Infinity)) throw new RangeError(`${name} takes a number`);
  return value;
}
const nowMs = (): number => performance.now();
const newSeed = (): number => 1_000_000 + Math.floor(Math.random() * 4_000_000_000);

/** Ctrl-C ends the processes; what they have answered is added up and printed. */
function openPool(): Pool {
  const pool = createPool(numberOf('--processes', Math.min(2, availableParallelism())));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      print('interrupted');
      pool.close();
    });
  return pool;
}

function showScenario(name: string, scenario: Scenario): number {
  const problems = problemsOf(scenario);
  const again = problemsOf(scenario);
  const isFailing = problems.length > 0;
  // By its first finding: another one is another fault.
  const kind = problems[0]?.slice(0, 22) ?? '';
  const shown: Scenario = isFailing
    ? shrink(scenario, (tried) => problemsOf(tried).some((words) => words.startsWith(kind)))
    : scenario;
  print(`${name}${isFailing ? ', shrunk' : ''}`);
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

function showOne(): number {
  const seed = numberOf('--seed', 1);
  const file = textOf('--file');
  if (file !== undefined) return showScenario(file, readScenario(readFileSync(file, 'utf8')));
  const named = textOf('--cell');
  const cell = CELLS.find(({ row, way }) => `${row},${way}` === named);
  if (named !== undefined && cell === undefined) throw new RangeError(`no cell ${named}`);
  return cell === undefined
    ? showScenario(`seed ${seed}`, drawScenario(seed))
    : showScenario(`seed ${seed} of ${cell.row}, ${cell.way}`, tableScenario(cell, seed));
}

async function searchAll(): Promise<number> {
  const isShort = has('--short');
  const sessions = numberOf('--sessions', isShort ? SHORT_SESSIONS : 100_000);
  // Fewer sessions asked for: fewer hours.
  const hours = numberOf('--hours', isShort ? 0 : sessions * 0.015);
  const maxMs = numberOf('--minutes', isShort ? SHORT_MINUTES : 30) * 60_000;
  const startedAtMs = nowMs();
  const pool = openPool();
  const found: SearchResult[] = [];
  const search = async (name: string, firstSeed: number, ms: number, maxRuns?: number): Promise<void> => {
    print(`${name} from ${firstSeed}, ${pool.size} processes`);
    const more = maxRuns === undefined ? {} : { maxRuns };
    found.push(await searchSeeds(pool, { firstSeed, sessions, hours, maxMs: ms, ...more }, nowMs, print));
  };
  if (isShort) await search('fixed seeds', 1, maxMs / 2, SHORT_FIXED_RUNS);
  if (!pool.isClosed())
    await search('new seeds', numberOf('--first', newSeed()), maxMs - (nowMs() - startedAtMs));
  const wasInterrupted = pool.isClosed();
  pool.close();
  const totals = found[0]?.totals;
  if (totals === undefined) return 1;
  for (const more of found.slice(1)) addTotals(totals, more.totals);
  const failures = found.flatMap((result) => result.failures);
  for (const line of describeTotals(totals)) print(line);
  const missing = missingSituations(totals.seen);
  print(`situations: ${SITUATIONS.length - missing.length} of ${SITUATIONS.length} came about`);
  for (const situation of missing) print(`  not: ${situation}`);
  const isMissing = missing.length > 0 && totals.runCount >= RUNS_FOR_ALL;
  if (failures.length > 0) print(`${failures.length} failures; see each with --seed N`);
  const isTooLittle = !isShort && found.some(({ isReached }) => !isReached);
  if (isTooLittle) print(`too little: ${sessions} sessions and ${hours} hours were asked for`);
  print(`took ${((nowMs() - startedAtMs) / 60_000).toFixed(1)} min`);
  return failures.length > 0 || isMissing || isTooLittle || wasInterrupted ? 1 : 0;
}

/** Every cell, shared out over the processes. */
async function searchTable(): Promise<number> {
  const firstSeed = numberOf('--first', newSeed());
  const startedAtMs = nowMs();
  const pool = openPool();
  print(`hazard → dark: ${CELLS.length} cells from seed ${firstSeed}, ${pool.size} processes`);
  const injections = numberOf('--injections', INJECTIONS_PER_CELL);
  const results = await searchCells(pool, firstSeed, injections, ({ cell, worstMs, count, problems }, done) =>
    print(
      `  ${done}: ${cell.row}, ${cell.way}: ${worstMs.toFixed(0)} ms of ${count}${problems.length > 0 ? ', FAILED' : ''}`,
    ),
  );
  pool.close();
  for (const line of describeTable(results)) print(line);
  print(`took ${((nowMs() - startedAtMs) / 60_000).toFixed(1)} min`);
  if (results.length < CELLS.length) print(`FAILED ${CELLS.length - results.length} cells are missing`);
  return isWholeTable(results) ? 0 : 1;
}

if (has('--help')) print(HELP);
else if (has('--table')) process.exitCode = await searchTable();
else if (has('--seed') || has('--file')) process.exitCode = showOne();
else process.exitCode = await searchAll();
