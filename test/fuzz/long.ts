// The long form: at least FUZZ_FRAMES frames (ten million), within FUZZ_SECONDS (an hour), from FUZZ_SEED on. Prints
// how far it is, the totals of each attack, and a counterexample for each finding; ends with 1 if there is any.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createRandom } from '../../firmware-sim/random.ts';
import { combine } from '../attack/hostile-belt.ts';
import { attackController as attackByLies } from '../attack/hostile-run.ts';
import { LIES } from '../attack/lies.ts';
import { attackSession } from '../attack/middle-run.ts';
import { createTricks, spliceHandshakes } from '../attack/tricks.ts';
import { describeAct, type Act } from './acts.ts';
import { acts } from './arbitraries.ts';
import { attackBelt, PLACES, temperAt } from './belt-end.ts';
import { attackController, LINES } from './controller-end.ts';
import { createCorpus, shorten } from './corpus.ts';
import { startCoverage } from './coverage.ts';
import { attackHandshake } from './handshakes.ts';
import { addTally, createTally, tallyHeader, tallyLine, wordsOf, type Tally } from './tally.ts';
import { TEXT_CLASSES } from './text-inputs.ts';

const numberOf = (name: string, otherwise: number): number => {
  const value = Number(process.env[name] ?? otherwise);
  if (!(value > 0 && value < Infinity)) throw new RangeError(`${name} is a number above 0`);
  return value;
};
const FRAME_COUNT = numberOf('FUZZ_FRAMES', 10_000_000);
const DURATION_MS = numberOf('FUZZ_SECONDS', 3600) * 1000;
const SEED = Math.floor(numberOf('FUZZ_SEED', 1));
const PROGRESS_MS = 10_000;
const ACT_MAX_COUNT = 600;
/** With coverage feedback a run costs twice: the first part of the time is spent so, the rest is volume. */
const GUIDED_RATIO = 0.15;
const FINDING_MAX_COUNT = 20;

const random = createRandom(SEED, 'long form');
const startedAtMs = performance.now();
const elapsedMs = (): number => performance.now() - startedAtMs;
const totals = new Map<string, Tally>();
const findings: string[] = [];

const report = (line: string): void => void process.stdout.write(`${line}\n`);
/** Frames alone count towards the goal; handshakes, lies and texts come on top. */
let frameCount = 0;

function count(name: string, tally: Tally, isFrames: boolean, describe: () => string): void {
  const total = totals.get(name) ?? createTally(name);
  totals.set(name, total);
  addTally(total, tally);
  if (isFrames) frameCount += tally.tried;
  if (tally.findings.length === 0 || findings.length >= FINDING_MAX_COUNT) return;
  findings.push(`${name}: ${tally.findings.join('; ')}\n  ${describe()}`);
  report(`FINDING ${findings.at(-1)}`);
}

interface Target {
  readonly name: string;
  readonly run: (seed: number, input: readonly Act[]) => Tally;
  readonly corpus: ReturnType<typeof createCorpus>;
}
const targets: readonly Target[] = [
  ...PLACES.map((place) => ({
    name: place,
    run: (seed: number, input: readonly Act[]) => attackBelt({ seed, place, acts: input }),
    corpus: createCorpus(acts(ACT_MAX_COUNT, temperAt(place)), SEED, random, ACT_MAX_COUNT),
  })),
  ...LINES.map((line) => ({
    name: line,
    run: (seed: number, input: readonly Act[]) => attackController({ seed, line, acts: input }),
    corpus: createCorpus(acts(ACT_MAX_COUNT, 'loud'), SEED + 1000, random, ACT_MAX_COUNT),
  })),
];

function fuzzFrames(target: Target, hasNewBlocks: () => boolean): void {
  const seed = random.below(0xffff);
  const input = target.corpus.next();
  const tally = target.run(seed, input);
  if (hasNewBlocks()) target.corpus.keep(input);
  count(target.name, tally, true, () => {
    const short = shorten(input, (fewer) => target.run(seed, fewer).findings.length > 0);
    return `seed ${seed}, ${short.length} acts: ${short.map(describeAct).join(' ')}`;
  });
}

function fuzzSessions(): void {
  const seed = random.below(0xffff);
  const pick = <T>(list: readonly T[]): T | undefined => list[random.below(list.length)];
  const trick = pick([...createTricks(), spliceHandshakes]);
  if (trick !== undefined) {
    const attack = {
      seed,
      trick,
      oneIn: pick([1, 2, 5, 20, 60]) ?? 1,
      from: pick(['connecting', 'emitting'] as const) ?? 'emitting',
      stopAfterMs: pick([500, 1500, 2500, 20_000]) ?? 500,
      pauseAfterMs: pick([400, 1000, 20_000]) ?? 400,
      stopBy: pick(['person', 'helper'] as const) ?? 'person',
    };
    count(`man in the middle ${trick.name}`, attackSession(attack), true, () => JSON.stringify(attack));
  }
  const lies = Array.from({ length: 1 + random.below(4) }, () => pick(LIES)).filter(
    (lie) => lie !== undefined,
  );
  const isPaired = random.below(2) === 0;
  const told = attackByLies({ seed, lie: combine(lies), isPaired });
  count('hostile belts', told, true, () => `seed ${seed}, paired ${isPaired}: ${combine(lies).name}`);
  count('handshakes', attackHandshake(seed * 65_536 + random.below(65_536)), false, () => `seed ${seed}`);
}

function fuzzTexts(): void {
  for (const { name, input } of TEXT_CLASSES) {
    const tally = createTally(name);
    tally.runs = 1;
    const seed = random.below(0x7fffffff);
    for (const check of fc.sample(input, { seed, numRuns: 20 })) {
      tally.tried += 1;
      try {
        const finding = check();
        if (finding !== undefined) tally.findings.push(finding);
      } catch (error) {
        tally.threw += 1;
        tally.findings.push(wordsOf(error));
      }
    }
    count(name, tally, false, () => `seed ${seed}`);
  }
}

const heapMb = (): number => Math.round(process.memoryUsage().heapUsed / 1e6);

function main(): void {
  report(`seed ${SEED}: ${FRAME_COUNT} frames, at most ${DURATION_MS / 1000} s`);
  const path = fileURLToPath(import.meta.url);
  const coverage = startCoverage(import.meta.url, readFileSync(path, 'utf8'));
  let isGuided = true;
  let nextReportMs = PROGRESS_MS;
  for (let round = 0; frameCount < FRAME_COUNT && elapsedMs() < DURATION_MS; round++) {
    if (isGuided && (frameCount >= FRAME_COUNT * GUIDED_RATIO || elapsedMs() >= DURATION_MS * GUIDED_RATIO)) {
      isGuided = false;
      coverage.stop();
    }
    for (const target of targets) fuzzFrames(target, () => isGuided && coverage.newBlocks() > 0);
    if (round % 8 === 0) fuzzSessions();
    if (round % 8 === 4) fuzzTexts();
    if (elapsedMs() < nextReportMs) continue;
    nextReportMs += PROGRESS_MS;
    const corpus = targets.reduce((sum, target) => sum + target.corpus.size, 0);
    const guided = isGuided ? 'guided' : 'volume';
    report(
      `${Math.round(elapsedMs() / 1000)} s  ${frameCount} frames  ${coverage.blockCount} blocks, ${corpus} inputs kept (${guided})  ` +
        `heap ${heapMb()} MB  ${findings.length} findings`,
    );
  }
  report('');
  report(tallyHeader());
  const sum = createTally('all');
  for (const tally of totals.values()) {
    report(tallyLine(tally));
    addTally(sum, tally);
  }
  report(tallyLine(sum));
  report(
    `${frameCount} frames in ${Math.round(elapsedMs() / 1000)} s, ${findings.length} findings, seed ${SEED}`,
  );
  for (const finding of findings) report(`FINDING ${finding}`);
  const isEnough = frameCount >= FRAME_COUNT;
  if (!isEnough) report(`the time was over before ${FRAME_COUNT} frames`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

main();
