// One zone of a `treat` step on a belt: its emitter found, its dose computed, the limits of emitter and wire kept.
import type { BeltProfile, EmitterProfile, PrescribedZone } from '../belt/belt.ts';
import { exposureTime, pulseFigures, radiantExposureOfEnergy, radiantPowerMw } from '../dosimetry/dose.ts';
import { formatNumber } from '../dosimetry/units.ts';
import type { PlanTreatStep } from './plan.ts';
import { ROUNDING } from './program-limits.ts';
import { roundDownToGrid, wireProblems, type WireBounds } from './wire-bounds.ts';

/** `L1` is zone 0. */
export const zoneIndex = (name: string): number => Number(name.slice(1)) - 1;
export const zoneName = (zone: number): string => `L${zone + 1}`;

/** A problem of one zone of one step: `key` is the key of the step that is to be changed, undefined the step itself. */
export interface StepProblem {
  readonly key: 'treat' | 'wavelength' | 'irradiance' | 'energy' | 'ramp' | 'pulse' | undefined;
  readonly message: string;
}

interface Refused {
  readonly ok: false;
  readonly problems: readonly StepProblem[];
}
export type Resolved<T> = { readonly ok: true; readonly value: T } | Refused;

const refuse = (key: StepProblem['key'], message: string): Refused => ({
  ok: false,
  problems: [{ key, message }],
});

function findEmitter(step: PlanTreatStep, name: string, profile: BeltProfile): Resolved<EmitterProfile> {
  const zone = zoneIndex(name);
  if (!(zone >= 0 && zone < profile.zoneCount)) {
    const last = zoneName(profile.zoneCount - 1);
    return refuse('treat', `${name}: the belt has no such zone (it has L1 to ${last})`);
  }
  const inZone = profile.emitters.filter((emitter) => emitter.zone === zone);
  const emitter = inZone.find((candidate) => candidate.wavelengthNm === step.wavelengthNm);
  if (emitter !== undefined) return { ok: true, value: emitter };
  const known = inZone.map((candidate) => `${candidate.wavelengthNm} nm`).join(', ');
  return refuse(
    'wavelength',
    `${name}: the belt has no ${formatNumber(step.wavelengthNm)} nm emitter there (it has ${known || 'none'})`,
  );
}

/** Dose and energy given together must agree to this ratio through the beam area. */
const CONTRADICTION_TOLERANCE = 0.005;

function radiantExposureFor(
  step: PlanTreatStep,
  name: string,
  emitter: EmitterProfile,
  bounds: WireBounds,
): Resolved<number> {
  if (step.radiantEnergyJ === undefined) {
    if (step.radiantExposureJPerCm2 === undefined) return refuse(undefined, `${name}: no dose`);
    return { ok: true, value: step.radiantExposureJPerCm2 };
  }
  const derived = radiantExposureOfEnergy(step.radiantEnergyJ, emitter.areaCm2);
  if (!derived.ok) return refuse('energy', `${name}: ${derived.problem}`);
  const given = step.radiantExposureJPerCm2;
  if (given === undefined)
    // Down, so that the rounding of a derived dose never adds light.
    return { ok: true, value: roundDownToGrid(derived.value, bounds.radiantExposureStepJPerCm2) };
  if (Math.abs(derived.value - given) <= given * CONTRADICTION_TOLERANCE) return { ok: true, value: given };
  return refuse(
    'energy',
    `${name}: dose and energy contradict each other: ${formatNumber(step.radiantEnergyJ)} J over ` +
      `${formatNumber(emitter.areaCm2)} cm2 are ${formatNumber(derived.value)} J/cm2, not ${formatNumber(given)} J/cm2`,
  );
}

/** The mean must be within the emitter's limits, and so must the peak of a pulse: its diode knows no mean. */
function emitterProblems(zone: PrescribedZone, name: string, emitter: EmitterProfile): string[] {
  const problems: string[] = [];
  const peak =
    zone.pulseFrequencyHz > 0
      ? pulseFigures(zone.irradianceMwPerCm2, {
          frequencyHz: zone.pulseFrequencyHz,
          dutyCycle: zone.dutyCycle,
        })
      : undefined;
  if (peak !== undefined && !peak.ok) return [`${name}: ${peak.problem}`];
  const highest = peak?.value.peakIrradianceMwPerCm2 ?? zone.irradianceMwPerCm2;
  const word = peak === undefined ? '' : ' at the peak of a pulse';
  if (!(highest <= emitter.irradianceMaxMwPerCm2 * ROUNDING))
    problems.push(
      `${name}: ${formatNumber(highest)} mW/cm2${word} is more than its ${emitter.wavelengthNm} nm emitter may give ` +
        `(at most ${formatNumber(emitter.irradianceMaxMwPerCm2)} mW/cm2)`,
    );
  const power = radiantPowerMw(highest, emitter.areaCm2);
  if (!power.ok) problems.push(`${name}: ${power.problem}`);
  else if (!(power.value <= emitter.radiantPowerMaxMw * ROUNDING))
    problems.push(
      `${name}: ${formatNumber(power.value)} mW${word} is more than its ${emitter.wavelengthNm} nm emitter has ` +
        `(at most ${formatNumber(emitter.radiantPowerMaxMw)} mW)`,
    );
  return problems;
}

/** One zone of a step on the emitter it needs. */
export function prescribeZone(
  step: PlanTreatStep,
  name: string,
  profile: BeltProfile,
  bounds: WireBounds,
): Resolved<PrescribedZone> {
  const emitter = findEmitter(step, name, profile);
  if (!emitter.ok) return emitter;
  const exposure = radiantExposureFor(step, name, emitter.value, bounds);
  if (!exposure.ok) return exposure;
  const zone: PrescribedZone = {
    zone: emitter.value.zone,
    wavelengthNm: step.wavelengthNm,
    irradianceMwPerCm2: step.irradianceMwPerCm2,
    radiantExposureJPerCm2: exposure.value,
    rampUpS: step.rampUpS,
    rampDownS: step.rampDownS,
    pulseFrequencyHz: step.pulse?.frequencyHz ?? 0,
    dutyCycle: step.pulse?.dutyCycle ?? 1,
  };
  const time = exposureTime(zone);
  const problems: StepProblem[] = [
    ...emitterProblems(zone, name, emitter.value).map((message) => ({ key: 'irradiance' as const, message })),
    ...wireProblems(zone, name, bounds),
    ...(time.ok ? [] : [{ key: 'ramp' as const, message: `${name}: ${time.problem}` }]),
  ];
  return problems.length === 0 ? { ok: true, value: zone } : { ok: false, problems };
}
