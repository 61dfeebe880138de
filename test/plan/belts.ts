// Plans and belts for the tests. The reference belt's profile, as its features say it: four zones, 808 nm over 1 cm² and 650 nm over 0.5 cm².
import type { BeltProfile } from '../../src/belt/belt.ts';
import type { Plan, PlanStep, PlanTreatStep } from '../../src/plan/plan.ts';

export const referenceProfile: BeltProfile = {
  beltId: '0011223344556677',
  simulated: true,
  paired: false,
  hasButton: true,
  firmwareVersion: '1.0.0',
  protocolVersion: '1.0',
  zoneCount: 4,
  leaseTtlMs: 1000,
  countdownMs: 3000,
  sessionMaxS: 1800,
  skinTemperatureCutC: 43,
  radiantExposureMaxJPerCm2: 60,
  measurementUncertainty: 0.003,
  emitters: [0, 1, 2, 3].flatMap((zone) => [
    { zone, wavelengthNm: 808, areaCm2: 1, radiantPowerMaxMw: 100, irradianceMaxMwPerCm2: 100 },
    { zone, wavelengthNm: 650, areaCm2: 0.5, radiantPowerMaxMw: 5, irradianceMaxMwPerCm2: 10 },
  ]),
};

export const treat = (changes: Partial<PlanTreatStep> = {}): PlanTreatStep => ({
  kind: 'treat',
  zones: ['L1', 'L2'],
  order: 'together',
  wavelengthNm: 808,
  irradianceMwPerCm2: 50,
  radiantExposureJPerCm2: 4,
  radiantEnergyJ: undefined,
  rampUpS: 2,
  rampDownS: 1,
  pulse: undefined,
  ...changes,
});
export const planOf = (session: readonly PlanStep[], limits: Partial<Plan['limits']> = {}): Plan => ({
  name: 'test',
  title: 'Test',
  site: 'lumbar',
  basis: undefined,
  evidence: undefined,
  session,
  limits: { sessionDoseJPerCm2: undefined, durationS: undefined, ...limits },
  course: undefined,
  screening: 'standard',
});
export const belt = (changes: Partial<BeltProfile> = {}): BeltProfile => ({
  ...referenceProfile,
  ...changes,
});
