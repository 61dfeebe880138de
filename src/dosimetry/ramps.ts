// Irradiance that is not flat: ramps, the rise of a warming emitter, droop. Each formula is the integral of its curve.
import {
  compute,
  mustBePositive,
  mustBeWithin,
  mustNotBeNegative,
  type Computed,
  type Guard,
} from './computed.ts';

const MW_PER_W = 1000;

export type RampShape = 'linear' | 'raisedCosine';

/**
 * Share of the full irradiance at `atS` of a ramp up that lasts `rampS`; 1 once it is over. Both shapes deliver half of
 * what full irradiance would in the same time: one factor ½ serves both in `exposureTime`.
 */
export const computeRampRatio = (shape: RampShape, atS: number, rampS: number): Computed<number> =>
  compute(mustNotBeNegative(atS, 'time') ?? mustNotBeNegative(rampS, 'ramps'), () => {
    if (!(atS < rampS)) return 1;
    const share = atS / rampS;
    return shape === 'linear' ? share : (1 - Math.cos(Math.PI * share)) / 2;
  });

const guardLight = (irradianceMwPerCm2: number, durationS: number): Guard =>
  mustNotBeNegative(irradianceMwPerCm2, 'irradiance') ?? mustNotBeNegative(durationS, 'time');

/** J/cm² of a ramp up alone, cut off after `atS` or whole: what a pause inside a ramp has delivered. */
export const computeRampExposureJPerCm2 = (
  shape: RampShape,
  irradianceMwPerCm2: number,
  atS: number,
  rampS: number,
): Computed<number> =>
  compute(guardLight(irradianceMwPerCm2, atS) ?? mustBePositive(rampS, 'ramps'), () => {
    const share = Math.min(1, atS / rampS);
    const integral =
      shape === 'linear' ? (share * share) / 2 : (share - Math.sin(Math.PI * share) / Math.PI) / 2;
    return (irradianceMwPerCm2 / MW_PER_W) * integral * rampS;
  });

/** H = E₀(T − τ(1 − e^(−T/τ))): an emitter that approaches E₀ with time constant τ. */
export const computeExponentialRiseJPerCm2 = (
  irradianceMwPerCm2: number,
  durationS: number,
  riseTimeConstantS: number,
): Computed<number> =>
  compute(
    guardLight(irradianceMwPerCm2, durationS) ?? mustBePositive(riseTimeConstantS, 'rise time constant'),
    () => {
      // expm1 keeps the digits of a short exposure; rounding may still leave a hair below zero.
      const lostS = -riseTimeConstantS * Math.expm1(-durationS / riseTimeConstantS);
      return (irradianceMwPerCm2 / MW_PER_W) * Math.max(0, durationS - lostS);
    },
  );

/** H = E₀·T·(1 − d/2): irradiance that falls evenly by the fraction d from begin to end. */
export const computeDroopExposureJPerCm2 = (
  irradianceMwPerCm2: number,
  durationS: number,
  droopRatio: number,
): Computed<number> =>
  compute(
    guardLight(irradianceMwPerCm2, durationS) ?? mustBeWithin(droopRatio, 0, 1, 'droop', 'as a ratio'),
    () => (irradianceMwPerCm2 / MW_PER_W) * durationS * (1 - droopRatio / 2),
  );
