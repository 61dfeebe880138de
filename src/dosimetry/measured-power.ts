// Dose from measured power: what really came out, not what was commanded. Sessions end on this dose, not on time.
import { compute, failed, mustBePositive, mustNotBeNegative, type Computed } from './computed.ts';

const MW_PER_W = 1000;

export interface PowerSample {
  readonly atS: number;
  readonly radiantPowerMw: number;
}

/** Q = Σ ½(Pₖ + Pₖ₊₁)·Δtₖ, in J. Times must not go backward: a reordered sample would subtract light. */
export function integrateRadiantEnergyJ(samples: readonly PowerSample[]): Computed<number> {
  let energyMj = 0;
  let before: PowerSample | undefined;
  for (const sample of samples) {
    const problem = mustNotBeNegative(sample.radiantPowerMw, 'power');
    if (problem !== undefined) return failed(problem);
    if (!(Math.abs(sample.atS) < Infinity)) return failed('the time of a sample must be a number');
    if (before !== undefined) {
      if (!(sample.atS >= before.atS)) return failed('the time of a sample must not go backward');
      energyMj += ((before.radiantPowerMw + sample.radiantPowerMw) / 2) * (sample.atS - before.atS);
    }
    before = sample;
  }
  return compute(undefined, () => energyMj / MW_PER_W);
}

/** H = Q/A of measured power, in J/cm². */
export function integrateRadiantExposureJPerCm2(
  samples: readonly PowerSample[],
  areaCm2: number,
): Computed<number> {
  const energy = integrateRadiantEnergyJ(samples);
  return energy.ok ? compute(mustBePositive(areaCm2, 'beam area'), () => energy.value / areaCm2) : energy;
}

/** 21 CFR 1040.11(a): delivered level within ±20 % of what is shown; IEC 60601-2-22 asks the same. */
export const OUTPUT_ACCURACY_RATIO = 0.2;
/** 40/50 is 0.8 by a hair more or less. */
const ROUNDING = 1e-12;

/** Measured over set, minus one. */
export const computeOutputError = (setMw: number, measuredMw: number): Computed<number> =>
  compute(
    mustBePositive(setMw, 'set power') ?? mustNotBeNegative(measuredMw, 'measured power'),
    () => measuredMw / setMw - 1,
  );

/** Anything that is no measurement is outside. */
export function isWithinOutputAccuracy(setMw: number, measuredMw: number): boolean {
  const error = computeOutputError(setMw, measuredMw);
  return error.ok && Math.abs(error.value) <= OUTPUT_ACCURACY_RATIO + ROUNDING;
}
