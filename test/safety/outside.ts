// Each hazard just outside its boundary, as data that can be laid over a moment: alone, or with others.
import { evaluate, type Verdict } from '../../src/safety/evaluate.ts';
import type { HazardId, HazardResponse } from '../../src/safety/hazards.ts';
import {
  EMPTY_MEMORY,
  remember,
  type Observation,
  type SafetyMemory,
  type SafetyPhase,
  type ZoneObservation,
} from '../../src/safety/observation.ts';
import { moment, zone } from './moments.ts';

export interface Outside {
  readonly id: HazardId;
  /** What this very case leads to; the row's response where it has but one. */
  readonly response: HazardResponse;
  /** Only judged then; any phase when left out. */
  readonly phases?: readonly SafetyPhase[];
  readonly more?: Partial<Observation>;
  /** Concerns one zone, which is like this. */
  readonly zone?: Partial<ZoneObservation>;
  readonly thermalDoseMin?: number;
  readonly contactLossCount?: number;
}

const LIT: readonly SafetyPhase[] = ['emitting', 'paused'];
const ARMED: readonly SafetyPhase[] = ['countdown', 'emitting', 'paused'];
const BEFORE: readonly SafetyPhase[] = ['beforeArming'];

export const OUTSIDE: readonly Outside[] = [
  { id: 'H01', response: 'cutoff', phases: ARMED, zone: { skinTemperatureC: 43 } },
  { id: 'H02', response: 'cutoff', phases: ARMED, zone: {}, thermalDoseMin: 2 },
  { id: 'H03', response: 'refuse', more: { isStarting: true }, zone: { skinTemperatureC: 37.01 } },
  { id: 'H04', response: 'cutoff', phases: ARMED, zone: { skinTemperatureC: 9.99 } },
  { id: 'H05', response: 'pause', phases: LIT, zone: { contact: false } },
  { id: 'H06', response: 'cutoff', zone: { reportedJPerCm2: 4.4001 } },
  { id: 'H07', response: 'cutoff', zone: { irradianceMwPerCm2: 120.1, irradianceSetMwPerCm2: 110 } },
  { id: 'H08', response: 'cutoff', zone: { irradianceMwPerCm2: 75.1 } },
  { id: 'H09', response: 'cutoff', zone: { irradianceMwPerCm2: 4.9, onPlateau: false } },
  { id: 'H10', response: 'lockout', zone: { lit: false, offExpected: true, irradianceMwPerCm2: 2.1 } },
  { id: 'H11', response: 'cutoff', phases: ARMED, more: { clockDifferenceMs: 651 } },
  { id: 'H12', response: 'endShort', zone: { emissionMs: 86_076 } },
  { id: 'H13', response: 'cutoff', phases: ARMED, more: { linkLost: true } },
  { id: 'H14', response: 'pause', phases: LIT, more: { statusAgeMs: 850.1 } },
  { id: 'H15', response: 'cutoff', more: { badFrameCount: 3 } },
  { id: 'H16', response: 'refuse', more: { identityDiffers: true } },
  { id: 'H17', response: 'lockout', more: { selfTestFailed: true } },
  { id: 'H18', response: 'cutoff', more: { batteryPercent: 9 } },
  { id: 'H19', response: 'refuse', more: { bookRefusal: 'H19' } },
  { id: 'H20', response: 'cutoff', more: { bookFailed: true } },
  { id: 'H21', response: 'refuse', more: { bookRefusal: 'H21' } },
  { id: 'H22', response: 'refuse', phases: BEFORE, more: { flickersVisibly: true } },
  { id: 'H23', response: 'pause', more: { unattendedMs: 660_001 } },
  { id: 'H24', response: 'refuse', phases: BEFORE, more: { isScreened: false } },
];

const PHASES: readonly SafetyPhase[] = ['emitting', 'paused', 'countdown', 'beforeArming'];

/** A phase in which all of them are judged, or undefined. */
export const commonPhase = (all: readonly Outside[]): SafetyPhase | undefined =>
  PHASES.find((phase) => all.every(({ phases }) => phases === undefined || phases.includes(phase)));

/** All at once, each zone's hazard in a zone of its own, for long enough to count. */
export function judgeTogether(all: readonly Outside[], more: Partial<Observation> = {}): Verdict {
  const zones = all.map((outside, index) =>
    outside.zone === undefined ? zone({ zone: index }) : zone({ zone: index, ...outside.zone }),
  );
  const now = moment({
    phase: commonPhase(all) ?? 'emitting',
    ...Object.assign({}, ...all.map((outside) => outside.more ?? {})),
    zones,
    ...more,
  });
  const before = remember(EMPTY_MEMORY, { ...now, nowMs: now.nowMs - 100 });
  const memory: SafetyMemory = {
    ...remember(before, now),
    thermalDoses: all.map(({ thermalDoseMin = 0 }) => ({ doseMin: thermalDoseMin, warmC: 0 })),
  };
  return evaluate(now, memory);
}
