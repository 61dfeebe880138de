// Dose arithmetic: radiant exposure H (J/cm²), radiant energy Q (J), irradiance E (mW/cm²), time t. H alone is no dose:
// three beams of 40 J/cm² can be 10 J, 4 J and 0.6 J, so both are always computed. Inputs out of range are error values.
import {
  compute,
  failed,
  mustBePositive,
  mustNotBeNegative,
  succeeded,
  type Computed,
  type Guard,
} from './computed.ts';

export type { Computed } from './computed.ts';
export { pulseFigures, type PulseFigures } from './pulses.ts';

const MW_PER_W = 1000;

export interface ExposureInput {
  /** Mean over a pulse period. */
  readonly irradianceMwPerCm2: number;
  readonly radiantExposureJPerCm2: number;
  readonly rampUpS: number;
  readonly rampDownS: number;
}

export interface ExposureTime {
  /** At full irradiance. */
  readonly plateauS: number;
  /** Ramps included. */
  readonly onS: number;
}

const guardRamps = (rampUpS: number, rampDownS: number): Guard =>
  mustNotBeNegative(rampUpS, 'ramps') ?? mustNotBeNegative(rampDownS, 'ramps');

/** H = E·(T + (up + down)/2): a linear (or raised-cosine) ramp delivers half of what the plateau would in its time. */
export function exposureTime(input: ExposureInput): Computed<ExposureTime> {
  const { irradianceMwPerCm2, radiantExposureJPerCm2, rampUpS, rampDownS } = input;
  const problem =
    mustBePositive(irradianceMwPerCm2, 'irradiance') ??
    mustBePositive(radiantExposureJPerCm2, 'radiant exposure') ??
    guardRamps(rampUpS, rampDownS);
  if (problem !== undefined) return failed(problem);
  const fullS = (radiantExposureJPerCm2 * MW_PER_W) / irradianceMwPerCm2;
  const plateauS = fullS - (rampUpS + rampDownS) / 2;
  if (!(plateauS >= 0)) return failed('the ramps alone deliver more than the dose');
  const onS = plateauS + rampUpS + rampDownS;
  if (!(fullS > 0 && onS < Infinity)) return failed('the exposure time is out of range');
  return succeeded({ plateauS, onS });
}

/** J/cm² delivered by a whole run: ramp up, plateau, ramp down. The inverse of `exposureTime`. */
export const radiantExposureOf = (
  irradianceMwPerCm2: number,
  plateauS: number,
  rampUpS: number,
  rampDownS: number,
): Computed<number> =>
  compute(
    mustBePositive(irradianceMwPerCm2, 'irradiance') ??
      mustNotBeNegative(plateauS, 'times') ??
      guardRamps(rampUpS, rampDownS),
    () => (irradianceMwPerCm2 / MW_PER_W) * (plateauS + (rampUpS + rampDownS) / 2),
  );

/** Q = H·A, in J. `areaCm2` is the beam area at the skin. */
export const radiantEnergyJ = (radiantExposureJPerCm2: number, areaCm2: number): Computed<number> =>
  compute(
    mustNotBeNegative(radiantExposureJPerCm2, 'radiant exposure') ?? mustBePositive(areaCm2, 'beam area'),
    () => radiantExposureJPerCm2 * areaCm2,
  );

/** H = Q/A, in J/cm². */
export const radiantExposureOfEnergy = (energyJ: number, areaCm2: number): Computed<number> =>
  compute(
    mustNotBeNegative(energyJ, 'energy') ?? mustBePositive(areaCm2, 'beam area'),
    () => energyJ / areaCm2,
  );

/** P = E·A, in mW. */
export const radiantPowerMw = (irradianceMwPerCm2: number, areaCm2: number): Computed<number> =>
  compute(
    mustNotBeNegative(irradianceMwPerCm2, 'irradiance') ?? mustBePositive(areaCm2, 'beam area'),
    () => irradianceMwPerCm2 * areaCm2,
  );

/** Q = P·t, in J. */
export const computeRadiantEnergyJ = (meanPowerMw: number, durationS: number): Computed<number> =>
  compute(
    mustNotBeNegative(meanPowerMw, 'power') ?? mustNotBeNegative(durationS, 'time'),
    () => (meanPowerMw / MW_PER_W) * durationS,
  );

/** H = P·t/A, in J/cm². */
export const computeRadiantExposureJPerCm2 = (
  meanPowerMw: number,
  durationS: number,
  areaCm2: number,
): Computed<number> => {
  const energy = computeRadiantEnergyJ(meanPowerMw, durationS);
  return energy.ok ? radiantExposureOfEnergy(energy.value, areaCm2) : energy;
};

/** t = H/E = H·A/P, in s, without ramps. */
export const computeTimeForExposureS = (
  radiantExposureJPerCm2: number,
  irradianceMwPerCm2: number,
): Computed<number> =>
  compute(
    mustNotBeNegative(radiantExposureJPerCm2, 'radiant exposure') ??
      mustBePositive(irradianceMwPerCm2, 'irradiance'),
    () => (radiantExposureJPerCm2 * MW_PER_W) / irradianceMwPerCm2,
  );

/** t = Q/P, in s: the time of one point. */
export const computeTimeForEnergyS = (energyJ: number, meanPowerMw: number): Computed<number> =>
  compute(
    mustNotBeNegative(energyJ, 'energy') ?? mustBePositive(meanPowerMw, 'power'),
    () => (energyJ * MW_PER_W) / meanPowerMw,
  );

export interface Channel {
  readonly meanPowerMw: number;
  readonly durationS: number;
}

/** Q = Σ Pᵢ·tᵢ over all emitters. One bad channel refuses the sum: a sum without it would look like less light. */
export function sumRadiantEnergyJ(channels: readonly Channel[]): Computed<number> {
  let totalJ = 0;
  for (const { meanPowerMw, durationS } of channels) {
    const energy = computeRadiantEnergyJ(meanPowerMw, durationS);
    if (!energy.ok) return energy;
    totalJ += energy.value;
  }
  return compute(undefined, () => totalJ);
}

/** n sessions of the same amount, J or J/cm². */
export const computeCourseTotal = (sessionCount: number, amountPerSession: number): Computed<number> =>
  compute(
    Number.isSafeInteger(sessionCount) && sessionCount >= 0
      ? mustNotBeNegative(amountPerSession, 'the amount of a session')
      : 'the number of sessions must be a whole number, not negative',
    () => sessionCount * amountPerSession,
  );
