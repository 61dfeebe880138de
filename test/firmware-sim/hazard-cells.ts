// For each hazard that the belt acts on by itself and each kind of reading: what is put into its sensors or registers, and
// what it does. Nothing of the controller's is in here.
import type { Firmware } from '../../firmware-sim/firmware/state.ts';
import { withDefect } from '../scenarios/incidents/firmware-defect.ts';
import { armed, setUp, type Bench, type ProgramShape } from './bench.ts';

export const KINDS = ['inside', 'at', 'outside', 'nan', 'missing', 'stale', 'stuck'] as const;
export type Kind = (typeof KINDS)[number];

export interface Judged {
  /** Written in every step from the plateau of the light on, before the belt looks. */
  readonly put?: (fw: Firmware) => void;
  /** Once, on the plateau. */
  readonly once?: (bench: Bench) => void;
  readonly forMs: number;
  readonly shape?: ProgramShape;
  /** What the belt says then: its hazards and its state. */
  readonly expected: string;
}
export type Cell = Judged | string;

const nameOf = (number: number): string => `H${String(number).padStart(2, '0')}`;
const hazardsIn = (mask: number): string =>
  Array.from({ length: 24 }, (_, bit) => bit + 1)
    .filter((number) => ((mask >>> (number - 1)) & 1) === 1)
    .map((number) => `${nameOf(number)} `)
    .join('');

/** `H08 armed`: the belt's hazards and state, `lit` or `dark` by the truth. */
export function whatTheBeltDoes(cell: Judged): string {
  let isPutting = false;
  let said = '';
  const step = (fw: Firmware): void => {
    if (isPutting) cell.put?.(fw);
  };
  withDefect({ step }, () => {
    const bench = setUp();
    armed(bench, { exposure: 8, ...cell.shape });
    bench.clock.advance(2500);
    isPutting = true;
    cell.once?.(bench);
    bench.clock.advance(cell.forMs);
    isPutting = false;
    const { state, hazards } = bench.controller.lastTick();
    said = `${hazardsIn(hazards)}${state} ${bench.belt.truth().emission ? 'lit' : 'dark'}`;
  });
  return said;
}

const LIT = 'armed lit';
const ends = (...hazards: readonly string[]): string => `${hazards.join(' ')} ended dark`;
/** The belt tells its state four times a second. */
const TOLD_MS = 300;

const countsOf = (celsius: number): number => Math.round((celsius + 20) * 40);
/** Both sensors of L1 give these, exactly, as long as it takes. */
const skin =
  (leftC: number, rightC = leftC) =>
  ({ belt }: Bench): void => {
    const { skin: truth } = belt.physics;
    truth.sensorStuck.fill(1, 0, 2);
    truth.board.temperatureCounts[0] = countsOf(leftC);
    truth.board.temperatureCounts[1] = countsOf(rightC);
  };
const temperature = (expected: string, leftC: number, rightC?: number): Judged => ({
  once: skin(leftC, rightC),
  forMs: 1000 + TOLD_MS,
  expected,
});
const fault = (expected: string, spec: string, forMs: number): Judged => ({
  once: ({ belt }) => void belt.inject(spec),
  forMs,
  expected,
});
const registers = (expected: string, put: (fw: Firmware) => void, forMs = TOLD_MS): Judged => ({
  put,
  forMs,
  expected,
});
/** Photodiode of L1 at 808 nm, mean and on-phase, in mW/cm². */
const monitor = (expected: string, mean: number, peak = mean, forMs = TOLD_MS): Judged => ({
  put({ board, setMwPerCm2 }) {
    if (!(setMwPerCm2[0]! > 0)) return;
    board.monitorMw[0] = mean * board.emitterAreaCm2[0]!;
    board.monitorPeakMw[0] = peak * board.emitterAreaCm2[0]!;
  },
  forMs,
  expected,
});
const strong = (expected: string, irradiance: number): Judged => ({
  ...monitor(expected, irradiance),
  shape: { irradiance: 100 },
});
/** Photodiode of a zone that is not in the program. */
const stray = (expected: string, irradiance: number): Judged => ({
  put({ board }) {
    board.monitorMw[6] = irradiance * board.emitterAreaCm2[6]!;
  },
  forMs: TOLD_MS,
  shape: { zones: [0, 1] },
  expected,
});
const battery = (expected: string, percent: number): Judged => ({
  once: ({ belt }) =>
    void Object.defineProperty(belt.physics.optics.board, 'batteryPercent', {
      get: () => percent,
      set: () => undefined,
    }),
  forMs: 1000 + TOLD_MS,
  expected,
});
const silent = (forMs: number, expected: string): Judged => ({
  once: ({ controller }) => void (controller.grant = undefined),
  forMs,
  expected,
});

const ONE_WORD = 'a register of the belt’s own: it is always there';
const CANNOT_STAND = 'counted by the belt itself: it cannot stand still';
const IN_STEP = 'looked at in every step: it is never older than 10 ms';
const STANDS_STILL = fault(ends('H04'), 'temperature-sensor-stuck:zone=L1', 61_500);

export const BELT_CELLS: Readonly<Record<string, Readonly<Record<Kind, Cell>>>> = {
  H01: {
    inside: temperature(LIT, 42.95),
    // The filter comes near 43.0 °C and never quite there: it is put there, too.
    at: { ...temperature(ends('H01'), 43), put: (fw) => void (fw.skinC[0] = 43) },
    outside: temperature(ends('H01'), 43.05),
    nan: temperature(ends('H04'), 82, 82),
    missing: fault(ends('H04'), 'temperature-sensor-open:zone=L1', 1300),
    stale: STANDS_STILL,
    stuck: STANDS_STILL,
  },
  H02: {
    inside: registers(LIT, (fw) => void (fw.thermalDoseMin[0] = 1.99)),
    at: registers(ends('H02'), (fw) => void (fw.thermalDoseMin[0] = 2)),
    outside: registers(ends('H02'), (fw) => void (fw.thermalDoseMin[0] = 2.01)),
    nan: registers(ends('H02'), (fw) => void (fw.thermalDoseMin[0] = NaN)),
    missing: fault(ends('H04'), 'temperature-sensor-open:zone=L1', 1300),
    stale: STANDS_STILL,
    stuck: STANDS_STILL,
  },
  H04: {
    inside: temperature(LIT, 10.05),
    at: temperature(LIT, 30, 34),
    outside: temperature(ends('H04'), 30, 34.05),
    nan: temperature(ends('H04'), 9.95),
    missing: fault(ends('H04'), 'temperature-sensor-open:zone=L1,sensor=b', 1300),
    stale: fault(LIT, 'temperature-sensor-stuck:zone=L1', 58_000),
    stuck: STANDS_STILL,
  },
  H05: {
    inside: registers(LIT, (fw) => void (fw.contactLossCount = 2)),
    at: registers(LIT, (fw) => {
      fw.contactLossCount = 3;
      fw.contactLossMs = 30_000;
    }),
    outside: registers(ends('H05'), (fw) => void (fw.contactLossCount = 4)),
    nan: registers(ends('H05'), (fw) => void (fw.contactLossMs = NaN)),
    missing: fault('H05 paused dark', 'contact-lost:zone=L1', 200),
    stale: IN_STEP,
    stuck: fault('H05 paused dark', 'contact-sensor-stuck:zone=L1,reads=uncovered', 200),
  },
  H06: {
    inside: registers(LIT, (fw) => void (fw.deliveredMjPerCm2[0] = 8799.9)),
    at: registers(LIT, (fw) => void (fw.deliveredMjPerCm2[0] = fw.entries[0]!.prescribedMjPerCm2 * 1.1)),
    outside: registers(ends('H06'), (fw) => void (fw.deliveredMjPerCm2[0] = 8800.1)),
    nan: registers(ends('H06'), (fw) => void (fw.deliveredMjPerCm2[0] = NaN)),
    missing: 'an integral that does not grow is H09 at once and H12 in the end',
    stale: IN_STEP,
    stuck: fault('H09 armed lit', 'monitor-open:zone=L1', TOLD_MS),
  },
  H07: {
    inside: strong(LIT, 119.9),
    at: strong(LIT, 120),
    outside: strong(ends('H07'), 120.1),
    nan: strong(ends('H07'), NaN),
    missing: registers(ends('H07'), (fw) => void (fw.skinLimit[0] = NaN)),
    stale: IN_STEP,
    stuck: 'a monitor that stands still at what is set looks like steady light',
  },
  H08: {
    inside: monitor(LIT, 60, 60, 1500),
    at: monitor(LIT, 50, 77),
    outside: monitor('H08 armed lit', 50, 77.1),
    nan: monitor('H08 armed lit', 50, NaN),
    missing: monitor('H08 armed lit', 50, 0, 1500),
    stale: IN_STEP,
    stuck: monitor('H08 armed lit', 30, 30, 1500),
  },
  H09: {
    inside: monitor(LIT, 5.1, 50),
    at: monitor(LIT, 5, 50),
    outside: monitor('H09 armed lit', 4.9, 50),
    nan: monitor(ends('H07'), NaN, 50),
    missing: fault('H09 armed lit', 'monitor-open:zone=L1', TOLD_MS),
    stale: IN_STEP,
    stuck: monitor('H09 armed lit', 0, 50),
  },
  H10: {
    inside: stray(LIT, 1.9),
    at: stray(LIT, 2),
    outside: stray('H10 lockout dark', 2.1),
    nan: stray('H07 H10 lockout dark', NaN),
    missing:
      'a monitor that reads nothing sees no stray light; the driver’s sense in the self-test (H17) does',
    stale: IN_STEP,
    stuck: stray('H10 lockout dark', 50),
  },
  H12: {
    inside: registers(LIT, (fw) => void (fw.entryCountedMs[0] = fw.entries[0]!.plannedMs * 1.05 - 0.1)),
    at: registers('H12 armed lit', (fw) => void (fw.entryCountedMs[0] = fw.entries[0]!.plannedMs * 1.05)),
    outside: registers(
      'H12 armed lit',
      (fw) => void (fw.entryCountedMs[0] = fw.entries[0]!.plannedMs * 1.05 + 0.1),
    ),
    nan: registers('H12 armed lit', (fw) => void (fw.entryCountedMs[0] = NaN)),
    missing: registers(ends('H12'), (fw) => void (fw.totalEmissionMs = NaN)),
    stale: IN_STEP,
    stuck: CANNOT_STAND,
  },
  H13: {
    // The newest tick is up to 250 ms old: 750 ms are left at least.
    inside: silent(500, LIT),
    at: silent(740, LIT),
    outside: silent(1300, 'H13 paused dark'),
    nan: 'a lease names its tick as a whole number',
    missing: silent(11_000, ends('H13')),
    stale: {
      once: ({ controller }) => {
        const { tick } = controller.lastTick();
        controller.grant = { tick };
      },
      forMs: 1300,
      expected: 'H13 paused dark',
    },
    stuck: {
      once: ({ controller }) => void (controller.grant = { epoch: 9 }),
      forMs: 1300,
      expected: 'H13 paused dark',
    },
  },
  H15: {
    inside: registers(LIT, (fw) => void (fw.badFrameCount = 1)),
    at: registers(LIT, (fw) => void (fw.badFrameCount = 2)),
    outside: registers(ends('H15'), (fw) => void (fw.badFrameCount = 3)),
    nan: registers(ends('H15'), (fw) => void (fw.badFrameCount = NaN)),
    missing: ONE_WORD,
    stale: IN_STEP,
    stuck: CANNOT_STAND,
  },
  H18: {
    inside: battery(LIT, 10.1),
    at: battery(LIT, 10),
    outside: battery(ends('H18'), 9.9),
    nan: battery(ends('H18'), NaN),
    missing: fault(ends('H18'), 'charging', 1300),
    stale: 'converted ten times a second: never older than a tenth of its bound',
    stuck: 'a level that does not move is what a battery shows over a session of minutes',
  },
};
