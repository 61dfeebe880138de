// Judges what the virtual machine recorded, scenario by scenario, on the truth file (physics, not firmware), the
// session's last line and exit code; and what went over the air, on the kernel's own record of it. Times are the guest's monotonic clock; nothing here is a measure of speed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAir } from './air.ts';
import { secretsOf, tellsSecret } from './secrets.ts';

/** The lease's longest life after the newest tick the controller had seen, one physics step, the marks' resolution. */
const DARK_AFTER_CONTROLLER_MS = 1000 + 10 + 20;
/** The reference belt's monitor error and the ramp at the end of a two-second dose. */
const DOSE_TOLERANCE = 0.05;

interface TruthLine {
  readonly hostMs: number;
  readonly emission: boolean;
  readonly zones: readonly { readonly zone: string; readonly radiantExposureJPerCm2: number }[];
}
interface Outcome {
  readonly event: string;
  readonly outcome: string;
  readonly emissionOff: string;
  readonly exitCode: number;
  readonly message: string;
  readonly zones: readonly {
    readonly zone: string;
    readonly prescribedJPerCm2: number;
    readonly deliveredJPerCm2: number;
  }[];
}
interface Mark {
  readonly event: string;
  readonly hostMs: number;
  readonly exitCode?: number;
}
interface Run {
  readonly truth: readonly TruthLine[];
  readonly outcome: Outcome | undefined;
  readonly mark: (event: string) => Mark | undefined;
}
/** Of one controller; what belongs to its belt is not here: a belt does tell its label. */
const SPOKEN = ['session.jsonl', 'session.log', 'pair.log', 'stop.log', 'stranger.log'];
type Check = readonly [title: string, holds: boolean, seen: string];

function readJsonLines<T>(file: string): readonly T[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // A killed writer may leave half a line at the end.
  return lines.flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as T] : [];
    } catch {
      return [];
    }
  });
}

function readRun(folder: string): Run {
  const marks = readJsonLines<Mark>(join(folder, 'marks.jsonl'));
  const last = readJsonLines<Outcome>(join(folder, 'session.jsonl')).at(-1);
  return {
    truth: readJsonLines<TruthLine>(join(folder, 'truth.jsonl')),
    outcome: last?.event === 'session.outcome' ? last : undefined,
    mark: (event) => marks.find((mark) => mark.event === event),
  };
}

const isLitAt = (truth: readonly TruthLine[], hostMs: number): boolean =>
  truth.findLast((line) => line.hostMs <= hostMs)?.emission ?? false;
/** NaN without any light, so that no bound holds by accident. */
const lastLightMs = (truth: readonly TruthLine[]): number => {
  const last = truth.findLastIndex((line) => line.emission);
  // Light lasts until the line that says it is off.
  return last < 0 ? NaN : (truth[last + 1]?.hostMs ?? Infinity);
};
const countLightings = (truth: readonly TruthLine[]): number =>
  truth.filter((line, at) => line.emission && truth[at - 1]?.emission !== true).length;

/** What a session may have come to, with its exit code. */
type Expected = readonly [outcome: string, exitCode: number];

function checkOutcome(run: Run, ...allowed: readonly Expected[]): readonly Check[] {
  const { outcome } = run;
  const exitCode = run.mark('ended')?.exitCode;
  const named = allowed.map(([name, code]) => `${name} (${code})`).join(' or ');
  return [
    [
      `the last line says ${named}, off confirmed`,
      outcome?.emissionOff === 'confirmed' &&
        allowed.some(([name, code]) => outcome.outcome === name && outcome.exitCode === code),
      outcome === undefined ? 'none' : `${outcome.outcome}, ${outcome.emissionOff}: ${outcome.message}`,
    ],
    [
      'the process exits with the code of that line',
      exitCode !== undefined && exitCode === outcome?.exitCode,
      `exit ${exitCode}`,
    ],
  ];
}

/** Per zone, over its emitters, in J/cm2. */
function trueExposures(line: TruthLine | undefined): ReadonlyMap<string, number> {
  const exposures = new Map<string, number>();
  for (const { zone, radiantExposureJPerCm2 } of line?.zones ?? [])
    exposures.set(zone, (exposures.get(zone) ?? 0) + radiantExposureJPerCm2);
  return exposures;
}

function checkDoses(run: Run): readonly Check[] {
  const truth = trueExposures(run.truth.at(-1));
  const zones = run.outcome?.zones ?? [];
  const isNear = (value: number, expected: number): boolean =>
    Math.abs(value - expected) <= expected * DOSE_TOLERANCE;
  const holds = zones.filter(
    (zone) =>
      isNear(truth.get(zone.zone) ?? NaN, zone.prescribedJPerCm2) &&
      isNear(zone.deliveredJPerCm2, truth.get(zone.zone) ?? NaN),
  );
  const seen = zones.map(
    (zone) => `${zone.zone} ${zone.deliveredJPerCm2} (true ${truth.get(zone.zone)?.toFixed(5)})`,
  );
  return [['every zone got its dose and says so', zones.length === 4 && holds.length === 4, seen.join(', ')]];
}

function checkDarkAfter(run: Run, event: string): readonly Check[] {
  const atMs = run.mark(event)?.hostMs ?? NaN;
  const darkMs = lastLightMs(run.truth);
  return [
    [`light was on when the controller was ${event}`, isLitAt(run.truth, atMs), `at ${atMs} ms`],
    [
      'dark within the lease, and dark it stays',
      darkMs - atMs <= DARK_AFTER_CONTROLLER_MS,
      `${(darkMs - atMs).toFixed(0)} ms`,
    ],
    [
      'the belt outlived the controller',
      (run.truth.at(-1)?.hostMs ?? 0) > darkMs + 1000,
      `${((run.truth.at(-1)?.hostMs ?? 0) - darkMs).toFixed(0)} ms of truth after dark`,
    ],
  ];
}

const SCENARIOS: Readonly<Record<string, (run: Run) => readonly Check[]>> = {
  completed: (run) => [
    ...checkOutcome(run, ['completed', 0]),
    ['light came once and went', countLightings(run.truth) === 1, `${countLightings(run.truth)} times`],
    ...checkDoses(run),
    ['dark at the end', run.truth.at(-1)?.emission === false, String(run.truth.at(-1)?.emission)],
  ],
  stopped: (run) => [
    ['light was on when stop was asked', isLitAt(run.truth, run.mark('stopAsked')?.hostMs ?? NaN), ''],
    ['stop exits 0', run.mark('stopDone')?.exitCode === 0, `exit ${run.mark('stopDone')?.exitCode}`],
    [
      'dark when stop says so, and dark it stays',
      lastLightMs(run.truth) <= (run.mark('stopDone')?.hostMs ?? NaN) + 10,
      `${(lastLightMs(run.truth) - (run.mark('stopAsked')?.hostMs ?? NaN)).toFixed(0)} ms after it was asked`,
    ],
    ...checkOutcome(run, ['stopped', 3]),
  ],
  killed: (run) => [
    ...checkDarkAfter(run, 'killed'),
    [
      'without the key, stop claims nothing',
      run.mark('strangerDone')?.exitCode === 7,
      `exit ${run.mark('strangerDone')?.exitCode}`,
    ],
    [
      'another process reaches the belt itself, and stop confirms off',
      run.mark('stopDone')?.exitCode === 0,
      `exit ${run.mark('stopDone')?.exitCode}`,
    ],
  ],
  frozen: (run) => [
    ...checkDarkAfter(run, 'frozen'),
    // Thawed, it finds itself paused until somebody acts, or blind for too long.
    ...checkOutcome(run, ['stopped', 3], ['cutoff', 4]),
  ],
};

function checkPairing(folder: string): readonly Check[] {
  const { mark } = readRun(folder);
  const secrets = secretsOf(folder);
  const spoken = SPOKEN.map((name) => join(folder, name)).filter(existsSync);
  const telling = spoken.filter((file) => tellsSecret(readFileSync(file, 'utf8'), secrets ?? []));
  return [
    ['pairing exits 0', mark('paired')?.exitCode === 0, `exit ${mark('paired')?.exitCode}`],
    [
      'neither key nor label is in what the controller says',
      secrets !== undefined && spoken.length > 1 && telling.length === 0,
      secrets === undefined ? 'no key or label to look for' : telling.join(', '),
    ],
  ];
}

/** A minute of sessions has some thousand; what was lost at the end of the record does not matter. */
const SEALED_MIN_COUNT = 200;

function checkAir(folder: string): readonly Check[] {
  const { sealed, plain } = readAir(join(folder, 'trace.btsnoop'));
  return [
    [
      'every lease and tick in the air is sealed',
      sealed >= SEALED_MIN_COUNT && plain === 0,
      `${sealed} sealed, ${plain} plain`,
    ],
  ];
}

function main(folder: string, wanted: readonly string[]): number {
  let failed = 0;
  let passed = 0;
  const judged = wanted.map((name): readonly [string, readonly Check[]] => {
    const scenario = SCENARIOS[name];
    const run = join(folder, name);
    const unknown: Check = ['is a known scenario', false, name];
    return [name, scenario === undefined ? [unknown] : [...checkPairing(run), ...scenario(readRun(run))]];
  });
  for (const [name, checks] of [...judged, ['air', checkAir(folder)] as const]) {
    for (const [title, holds, seen] of checks) {
      if (holds) passed += 1;
      else failed += 1;
      console.log(`${holds ? 'ok' : 'FAILED'}: ${name}: ${title}${seen === '' ? '' : ` [${seen}]`}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

const [folder = '', ...wanted] = process.argv.slice(2);
process.exitCode = main(folder, wanted);
