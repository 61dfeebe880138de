// Pulsed light: duty, mean and peak, energy and number of pulses. Tissue dose uses the mean, exposure limits both.
import {
  compute,
  failed,
  mustBeDuty,
  mustBePositive,
  mustNotBeNegative,
  succeeded,
  type Computed,
  type Guard,
} from './computed.ts';

const MW_PER_W = 1000;

export interface Pulse {
  readonly frequencyHz: number;
  /** In (0, 1]. */
  readonly dutyCycle: number;
}

export const guardPulse = (pulse: Pulse): Guard =>
  mustBePositive(pulse.frequencyHz, 'pulse frequency') ?? mustBeDuty(pulse.dutyCycle);

/** D = f·τ, in (0, 1]; a pulse longer than its period is an error. */
export function computeDutyCycle(frequencyHz: number, pulseWidthS: number): Computed<number> {
  const problem =
    mustBePositive(frequencyHz, 'pulse frequency') ?? mustBePositive(pulseWidthS, 'pulse width');
  if (problem !== undefined) return failed(problem);
  const dutyCycle = frequencyHz * pulseWidthS;
  if (!(dutyCycle <= 1)) return failed('a pulse must not be longer than its period');
  return dutyCycle > 0 ? succeeded(dutyCycle) : failed('the result is out of range');
}

/** τ = D/f, in s. */
export const computePulseWidthS = (pulse: Pulse): Computed<number> =>
  compute(guardPulse(pulse), () => pulse.dutyCycle / pulse.frequencyHz);

/** P = Pp·D, in mW. */
export const computeMeanPowerMw = (peakPowerMw: number, dutyCycle: number): Computed<number> =>
  compute(mustNotBeNegative(peakPowerMw, 'power') ?? mustBeDuty(dutyCycle), () => peakPowerMw * dutyCycle);

/** Pp = P/D, in mW. */
export const computePeakPowerMw = (meanPowerMw: number, dutyCycle: number): Computed<number> =>
  compute(mustNotBeNegative(meanPowerMw, 'power') ?? mustBeDuty(dutyCycle), () => meanPowerMw / dutyCycle);

/** Qp = Pp·τ, in J; the same as P/f. */
export const computePulseEnergyJ = (peakPowerMw: number, pulseWidthS: number): Computed<number> =>
  compute(
    mustNotBeNegative(peakPowerMw, 'power') ?? mustBePositive(pulseWidthS, 'pulse width'),
    () => (peakPowerMw / MW_PER_W) * pulseWidthS,
  );

/** N = f·t. Not rounded: a rule that counts whole pulses rounds up itself. */
export const computePulseCount = (frequencyHz: number, durationS: number): Computed<number> =>
  compute(
    mustBePositive(frequencyHz, 'pulse frequency') ?? mustNotBeNegative(durationS, 'time'),
    () => frequencyHz * durationS,
  );

/** Time the light is really on in `durationS`: t·D. */
export const computePulseOnTimeS = (durationS: number, dutyCycle: number): Computed<number> =>
  compute(mustNotBeNegative(durationS, 'time') ?? mustBeDuty(dutyCycle), () => durationS * dutyCycle);

export interface PulseFigures {
  readonly peakIrradianceMwPerCm2: number;
  readonly pulseWidthS: number;
  readonly pulseExposureJPerCm2: number;
}

/** Peak = mean ÷ duty, width = duty ÷ frequency, exposure per pulse = peak × width. */
export function pulseFigures(meanIrradianceMwPerCm2: number, pulse: Pulse): Computed<PulseFigures> {
  const problem = mustBePositive(meanIrradianceMwPerCm2, 'irradiance') ?? guardPulse(pulse);
  if (problem !== undefined) return failed(problem);
  const peakIrradianceMwPerCm2 = meanIrradianceMwPerCm2 / pulse.dutyCycle;
  const pulseWidthS = pulse.dutyCycle / pulse.frequencyHz;
  const pulseExposureJPerCm2 = (peakIrradianceMwPerCm2 / MW_PER_W) * pulseWidthS;
  // Their product: no number when one of the two is none.
  if (!(pulseExposureJPerCm2 < Infinity)) return failed('the result is out of range');
  return succeeded({ peakIrradianceMwPerCm2, pulseWidthS, pulseExposureJPerCm2 });
}
