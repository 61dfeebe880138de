// Moments to be judged: all is well unless a test says otherwise.
import { evaluate } from '../../src/safety/evaluate.ts';
import {
  EMPTY_MEMORY,
  remember,
  type Observation,
  type SafetyMemory,
  type ZoneObservation,
} from '../../src/safety/observation.ts';

export const zone = (more: Partial<ZoneObservation> = {}): ZoneObservation => ({
  zone: 0,
  inTreatment: true,
  isPrescribed: true,
  contact: true,
  lit: true,
  offExpected: false,
  irradianceMwPerCm2: 50,
  irradianceSetMwPerCm2: 50,
  irradianceExpectedMwPerCm2: 50,
  onPlateau: true,
  irradianceFullScaleMwPerCm2: 100,
  exposureLimitMwPerCm2: 328.874,
  reportedJPerCm2: 1,
  integratedJPerCm2: 1,
  prescribedJPerCm2: 4,
  emissionMs: 20_000,
  emissionPlannedMs: 81_500,
  skinTemperatureC: 34,
  ...more,
});

export const moment = (more: Partial<Observation> = {}): Observation => ({
  nowMs: 100_000,
  phase: 'emitting',
  statusAgeMs: 0,
  clockDifferenceMs: 0,
  clockElapsedMs: 20_000,
  batteryPercent: 80,
  charging: false,
  badFrameCount: 0,
  linkLost: false,
  bookFailed: false,
  bookRefusal: undefined,
  isScreened: true,
  identityDiffers: false,
  programDiffers: false,
  selfTestFailed: false,
  isStarting: false,
  isReadingDue: false,
  flickersVisibly: false,
  unattendedMs: 0,
  sessionEmissionMs: 20_000,
  sessionEmissionMaxMs: 1_800_000,
  beltHazards: 0,
  zones: [zone()],
  ...more,
});

export const idsOf = (
  observation: Observation,
  memory: SafetyMemory = remember(EMPTY_MEMORY, observation),
): string[] => evaluate(observation, memory).active.map((hazard) => `${hazard.id} ${hazard.response}`);

/** As if it had been like this for so long. */
export const lasting = (observation: Observation, ms: number): string[] => {
  let memory = remember(EMPTY_MEMORY, { ...observation, nowMs: observation.nowMs - ms });
  memory = remember(memory, observation);
  return idsOf(observation, memory);
};
