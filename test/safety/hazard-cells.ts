// For each hazard and each kind of reading what the controller's evaluation says, as data; where a hazard has no such
// reading, why.
import type { HazardId } from '../../src/safety/hazards.ts';
import {
  EMPTY_MEMORY,
  remember,
  type Observation,
  type ZoneObservation,
} from '../../src/safety/observation.ts';
import { idsOf, lasting, moment, zone } from './moments.ts';
import { follow, live, MIN } from './skin-course.ts';

export const KINDS = ['inside', 'at', 'outside', 'nan', 'missing', 'stale', 'stuck'] as const;
export type Kind = (typeof KINDS)[number];
export type Cell = { readonly ids: () => readonly string[]; readonly expected: readonly string[] } | string;
export type Row = Readonly<Record<Kind, Cell>>;

const is = (observation: Observation, ...expected: readonly string[]): Cell => ({
  ids: () => idsOf(observation),
  expected,
});
const like = (more: Partial<Observation>, ...expected: readonly string[]): Cell =>
  is(moment(more), ...expected);
const inZone = (more: Partial<ZoneObservation>, ...expected: readonly string[]): Cell =>
  is(moment({ zones: [zone(more)] }), ...expected);
/** The status is late: what it said last counts all the same. */
const late = (more: Partial<Observation>, ...expected: readonly string[]): Cell =>
  like({ statusAgeMs: 900, ...more }, ...expected);
const lateZone = (more: Partial<ZoneObservation>, ...expected: readonly string[]): Cell =>
  late({ zones: [zone(more)] }, ...expected, 'H14 pause');
const for1s = (more: Partial<ZoneObservation>, ms: number, ...expected: readonly string[]): Cell => ({
  ids: () => lasting(moment({ zones: [zone(more)] }), ms),
  expected,
});
const withDose = (doseMin: number, more: Partial<Observation>, ...expected: readonly string[]): Cell => ({
  ids: () => {
    const now = moment(more);
    return idsOf(now, { ...remember(EMPTY_MEMORY, now), thermalDoses: [{ doseMin, warmC: 0 }] });
  },
  expected,
});
const course = (skinC: (atMs: number) => number, toMs: number, ...expected: readonly string[]): Cell => ({
  ids: () => follow({ toMs, skinC }).ids,
  expected,
});
const starting = (
  skinTemperatureC: number,
  more: Partial<Observation>,
  ...expected: readonly string[]
): Cell =>
  like(
    {
      phase: 'beforeArming',
      isStarting: true,
      zones: [zone({ inTreatment: false, lit: false, irradianceMwPerCm2: 0, skinTemperatureC })],
      ...more,
    },
    ...expected,
  );
const losses = (count: number, lostMs: number, ...expected: readonly string[]): Cell => ({
  ids: () => {
    const now = moment({ zones: [zone({ contact: false })] });
    return idsOf(now, { ...remember(EMPTY_MEMORY, now), contactLossCount: count, contactLostMs: lostMs });
  },
  expected,
});
const dark = { lit: false, offExpected: true } as const;
const before = { phase: 'beforeArming' } as const;

const YES_OR_NO = 'a yes or no, not a number: there is no value at a boundary';
const NO_NUMBER = 'a yes or no, not a number';
const NOT_MEASURED = 'nothing that a sensor reads: it cannot stand still';
const BY_THE_BOOK = 'decided by the book from its entries, see test/ledger/allowance.test.ts';

export const CELLS: Readonly<Record<HazardId, Row>> = {
  H01: {
    inside: inZone({ skinTemperatureC: 42.99 }),
    at: inZone({ skinTemperatureC: 43 }, 'H01 cutoff'),
    outside: inZone({ skinTemperatureC: 43.01 }, 'H01 cutoff'),
    nan: inZone({ skinTemperatureC: NaN }, 'H01 cutoff', 'H04 cutoff'),
    missing: like({ phase: 'paused', zones: [zone({ skinTemperatureC: NaN })] }, 'H01 cutoff', 'H04 cutoff'),
    stale: lateZone({ skinTemperatureC: 43.01 }, 'H01 cutoff'),
    stuck: course(() => 34, MIN, 'H04 cutoff'),
  },
  H02: {
    inside: withDose(1.99, {}),
    at: withDose(2, {}, 'H02 cutoff'),
    outside: withDose(2.01, {}, 'H02 cutoff'),
    nan: withDose(NaN, {}, 'H02 cutoff'),
    missing: course(() => NaN, 2 * MIN + 1000, 'H01 cutoff', 'H02 cutoff', 'H03 pause', 'H04 cutoff'),
    stale: withDose(2.01, { statusAgeMs: 900 }, 'H02 cutoff', 'H14 pause'),
    stuck: course(() => 42.9, 150_000, 'H02 cutoff', 'H04 cutoff'),
  },
  H03: {
    inside: starting(36.99, {}),
    at: starting(37, {}),
    outside: starting(37.01, {}, 'H03 refuse'),
    nan: starting(NaN, { isReadingDue: true }, 'H03 refuse'),
    missing: starting(NaN, {}),
    stale: starting(37.01, { statusAgeMs: 2900 }, 'H03 refuse', 'H14 cutoff'),
    stuck: course((at) => (at < 31_000 ? live(33)(at) : 33.5), 95_000, 'H04 cutoff'),
  },
  H04: {
    inside: inZone({ skinTemperatureC: 10.01 }),
    at: inZone({ skinTemperatureC: 10 }),
    outside: inZone({ skinTemperatureC: 9.99 }, 'H04 cutoff'),
    nan: inZone({ skinTemperatureC: NaN }, 'H01 cutoff', 'H04 cutoff'),
    missing: like({ phase: 'countdown', zones: [zone({ skinTemperatureC: NaN })] }),
    stale: lateZone({ skinTemperatureC: 9.99 }, 'H04 cutoff'),
    stuck: course(() => 34.5, 60_000, 'H04 cutoff'),
  },
  H05: {
    inside: losses(0, 0, 'H05 pause'),
    at: losses(3, 30_000, 'H05 pause'),
    outside: losses(4, 0, 'H05 cutoff'),
    nan: losses(1, NaN, 'H05 cutoff'),
    missing: 'one bit in every status: without it there is no status, which is H14',
    stale: lateZone({ contact: false }, 'H05 pause'),
    stuck:
      'a switch that stays closed looks like skin; its temperature (H03, H04) is all that is left to tell',
  },
  H06: {
    inside: inZone({ reportedJPerCm2: 4.3999 }),
    at: inZone({ reportedJPerCm2: 4.4 }),
    outside: inZone({ reportedJPerCm2: 4.4001 }, 'H06 cutoff'),
    nan: inZone({ reportedJPerCm2: NaN }, 'H06 cutoff'),
    missing: inZone({ reportedJPerCm2: 0, integratedJPerCm2: NaN }, 'H06 cutoff'),
    stale: lateZone({ reportedJPerCm2: 4.4001 }, 'H06 cutoff'),
    stuck: inZone({ reportedJPerCm2: 1, integratedJPerCm2: 4.42 }, 'H06 cutoff'),
  },
  H07: {
    inside: inZone({ irradianceMwPerCm2: 119.9, irradianceSetMwPerCm2: 100 }),
    at: inZone({ irradianceMwPerCm2: 120, irradianceSetMwPerCm2: 100 }),
    outside: inZone({ irradianceMwPerCm2: 120.1, irradianceSetMwPerCm2: 110 }, 'H07 cutoff'),
    nan: inZone({ irradianceMwPerCm2: NaN }, 'H07 cutoff', 'H08 cutoff', 'H09 cutoff'),
    missing: inZone({ exposureLimitMwPerCm2: NaN }, 'H07 cutoff'),
    stale: lateZone({ irradianceMwPerCm2: 120.1, irradianceSetMwPerCm2: 110 }, 'H07 cutoff'),
    stuck:
      'a monitor that stands still at the set value looks like steady light; the dose of three estimates tells',
  },
  H08: {
    inside: for1s({ irradianceMwPerCm2: 60 }, 60_000),
    at: inZone({ irradianceMwPerCm2: 75 }),
    outside: inZone({ irradianceMwPerCm2: 75.1 }, 'H08 cutoff'),
    nan: inZone({ irradianceMwPerCm2: NaN }, 'H07 cutoff', 'H08 cutoff', 'H09 cutoff'),
    missing: inZone({ irradianceSetMwPerCm2: NaN }, 'H06 cutoff', 'H08 cutoff'),
    stale: lateZone({ irradianceMwPerCm2: 75.1 }, 'H08 cutoff'),
    stuck: for1s({ irradianceMwPerCm2: 20 }, 1000, 'H08 cutoff'),
  },
  H09: {
    inside: inZone({ irradianceMwPerCm2: 5.1, onPlateau: false }),
    at: inZone({ irradianceMwPerCm2: 5, onPlateau: false }),
    outside: inZone({ irradianceMwPerCm2: 4.9, onPlateau: false }, 'H09 cutoff'),
    nan: inZone({ irradianceMwPerCm2: NaN }, 'H07 cutoff', 'H08 cutoff', 'H09 cutoff'),
    missing: inZone({ irradianceExpectedMwPerCm2: NaN }, 'H09 cutoff'),
    stale: lateZone({ irradianceMwPerCm2: 4.9, onPlateau: false }, 'H09 cutoff'),
    stuck: for1s({ irradianceMwPerCm2: 0 }, 1000, 'H08 cutoff', 'H09 cutoff'),
  },
  H10: {
    inside: for1s({ ...dark, irradianceMwPerCm2: 1.9 }, 1000),
    at: for1s({ ...dark, irradianceMwPerCm2: 2 }, 1000),
    outside: for1s({ ...dark, irradianceMwPerCm2: 2.1 }, 50, 'H10 lockout'),
    nan: for1s({ ...dark, irradianceMwPerCm2: NaN }, 50, 'H07 cutoff', 'H10 lockout'),
    missing: for1s({ ...dark, irradianceMwPerCm2: 1, irradianceFullScaleMwPerCm2: NaN }, 50, 'H10 lockout'),
    stale: {
      ids: () =>
        lasting(moment({ statusAgeMs: 900, zones: [zone({ ...dark, irradianceMwPerCm2: 2.1 })] }), 50),
      expected: ['H10 lockout', 'H14 pause'],
    },
    stuck: for1s({ ...dark, irradianceMwPerCm2: 50 }, 50, 'H10 lockout'),
  },
  H11: {
    inside: like({ clockDifferenceMs: 649 }),
    at: like({ clockDifferenceMs: 650 }),
    outside: like({ clockDifferenceMs: 651 }, 'H11 cutoff'),
    nan: like({ clockDifferenceMs: NaN }, 'H11 cutoff'),
    missing: like({ clockElapsedMs: NaN }, 'H11 cutoff'),
    stale: late({ clockDifferenceMs: -651 }, 'H11 cutoff', 'H14 pause'),
    stuck: like({ clockDifferenceMs: -20_000 }, 'H11 cutoff'),
  },
  H12: {
    inside: inZone({ emissionMs: 86_074 }),
    at: inZone({ emissionMs: 86_075 }),
    outside: inZone({ emissionMs: 86_076 }, 'H12 endShort'),
    nan: inZone({ emissionMs: NaN }, 'H12 cutoff'),
    missing: inZone({ emissionPlannedMs: NaN }, 'H12 cutoff'),
    stale: lateZone({ emissionMs: 86_076 }, 'H12 endShort'),
    stuck: 'the controller counts by its own clock; a status that repeats itself is H14, see test/session',
  },
  H13: {
    inside: like({ linkLost: false }),
    at: YES_OR_NO,
    outside: like({ linkLost: true }, 'H13 cutoff'),
    nan: NO_NUMBER,
    missing: 'a link that says nothing is H14',
    stale: late({ linkLost: true }, 'H13 cutoff', 'H14 pause'),
    stuck: 'a link that is there and passes nothing is H14',
  },
  H14: {
    inside: like({ statusAgeMs: 849 }),
    at: like({ statusAgeMs: 850 }),
    outside: like({ statusAgeMs: 850.1 }, 'H14 pause'),
    nan: like({ statusAgeMs: NaN }, 'H14 cutoff'),
    missing: like({ statusAgeMs: Infinity }, 'H14 cutoff'),
    stale: like({ statusAgeMs: 2850.1 }, 'H14 cutoff'),
    stuck: 'the same status again and again is no newer one, see test/session/belt-blind.test.ts',
  },
  H15: {
    inside: like({ badFrameCount: 1 }),
    at: like({ badFrameCount: 2 }),
    outside: like({ badFrameCount: 3 }, 'H15 cutoff'),
    nan: like({ badFrameCount: NaN }, 'H15 cutoff'),
    missing: 'counted from 0 by our own link: there is always a count',
    stale: late({ badFrameCount: 3 }, 'H14 pause', 'H15 cutoff'),
    stuck: NOT_MEASURED,
  },
  H16: {
    inside: like({ identityDiffers: false, programDiffers: false }),
    at: YES_OR_NO,
    outside: like({ identityDiffers: true }, 'H16 refuse'),
    nan: NO_NUMBER,
    missing: like({ programDiffers: true }, 'H16 refuse'),
    stale: late({ identityDiffers: true }, 'H14 pause', 'H16 refuse'),
    stuck: NOT_MEASURED,
  },
  H17: {
    inside: like({ selfTestFailed: false }),
    at: YES_OR_NO,
    outside: like({ selfTestFailed: true }, 'H17 lockout'),
    nan: NO_NUMBER,
    missing: 'without its self-test the belt never says armed: no light, and the wait is bounded',
    stale: late({ selfTestFailed: true }, 'H14 pause', 'H17 lockout'),
    stuck: NOT_MEASURED,
  },
  H18: {
    inside: like({ batteryPercent: 11 }),
    at: like({ batteryPercent: 10 }),
    outside: like({ batteryPercent: 9 }, 'H18 cutoff'),
    nan: like({ batteryPercent: NaN }, 'H18 cutoff'),
    missing: like({ statusAgeMs: Infinity, batteryPercent: NaN }, 'H14 cutoff'),
    stale: late({ batteryPercent: 9 }, 'H14 pause', 'H18 cutoff'),
    stuck: 'a level that does not move is what a battery shows over a session of minutes',
  },
  H19: {
    inside: like({ bookRefusal: undefined, ...before }),
    at: BY_THE_BOOK,
    outside: like({ bookRefusal: 'H19', ...before }, 'H19 refuse'),
    nan: BY_THE_BOOK,
    missing: 'a book that says nothing is H20 after its time',
    stale: BY_THE_BOOK,
    stuck: 'a calendar that stands still or goes back is H21',
  },
  H20: {
    inside: like({ bookFailed: false }),
    at: YES_OR_NO,
    outside: like({ bookFailed: true }, 'H20 cutoff'),
    nan: NO_NUMBER,
    missing: like({ bookFailed: true, ...before }, 'H20 cutoff'),
    stale: late({ bookFailed: true }, 'H14 pause', 'H20 cutoff'),
    stuck: 'a book that never answers is told as failed after its time, see disk-full-while-emitting',
  },
  H21: {
    inside: like({ bookRefusal: undefined }),
    at: BY_THE_BOOK,
    outside: like({ bookRefusal: 'H21', ...before }, 'H21 refuse'),
    nan: BY_THE_BOOK,
    missing: BY_THE_BOOK,
    stale: BY_THE_BOOK,
    stuck: BY_THE_BOOK,
  },
  H22: {
    inside: like({ flickersVisibly: false, ...before }),
    at: 'judged on the program, see test/session/skin-and-presence.test.ts',
    outside: like({ flickersVisibly: true, ...before }, 'H22 refuse'),
    nan: 'judged on the program, see test/session/skin-and-presence.test.ts',
    missing: 'a program without a rate is not read, see test/plan',
    stale: like({ flickersVisibly: true, statusAgeMs: 2900, ...before }, 'H14 cutoff', 'H22 refuse'),
    stuck: NOT_MEASURED,
  },
  H23: {
    inside: like({ unattendedMs: 659_999 }),
    at: like({ unattendedMs: 660_000 }),
    outside: like({ unattendedMs: 660_001 }, 'H23 pause'),
    nan: like({ unattendedMs: NaN }, 'H23 pause'),
    missing: like({ unattendedMs: Infinity }, 'H23 pause'),
    stale: late({ unattendedMs: 660_001 }, 'H14 pause', 'H23 pause'),
    stuck: 'a key that is held down is somebody’s hand',
  },
  H24: {
    inside: like({ isScreened: true, ...before }),
    at: YES_OR_NO,
    outside: like({ isScreened: false, ...before }, 'H24 refuse'),
    nan: NO_NUMBER,
    missing: like({ isScreened: false, phase: 'beforeArming', isStarting: true }, 'H24 refuse'),
    stale: 'answers have their date, see test/store/answers-file.test.ts and test/safety/screening.test.ts',
    stuck: NOT_MEASURED,
  },
};
