// Thermal dose of skin as cumulative equivalent minutes at 43 °C: CEM43 = Σ R^(43−T)·Δt. Sapareto and Dewey, Int J Radiat
// Oncol Biol Phys 1984;10:787-800 (abstract read [Q]); R = 0.5 from 43 °C up and 0.25 below it, and nothing below 39 °C
// (the convention of van Rhoon et al., Eur Radiol 2013;23:2215, from knowledge [K]).
import { compute, failed, mustBeWithin, mustNotBeNegative, succeeded, type Computed } from './computed.ts';

const REFERENCE_C = 43;
/** Colder skin counts nothing. */
export const COUNTS_FROM_C = 39;
const R_ABOVE = 0.5;
const R_BELOW = 0.25;
/** A skin sensor that reads outside is broken, and its reading no dose. */
export const SKIN_TEMPERATURE_MIN_C = 0;
export const SKIN_TEMPERATURE_MAX_C = 100;
const SECONDS_PER_MIN = 60;

/** Equivalent minutes per minute at one temperature: 1 at 43 °C, 2 at 44, ¼ at 42, 0 below 39. */
export const computeThermalDoseRate = (temperatureC: number): Computed<number> =>
  compute(
    mustBeWithin(temperatureC, SKIN_TEMPERATURE_MIN_C, SKIN_TEMPERATURE_MAX_C, 'skin temperature', '°C'),
    () => {
      if (temperatureC < COUNTS_FROM_C) return 0;
      return (temperatureC < REFERENCE_C ? R_BELOW : R_ABOVE) ** (REFERENCE_C - temperatureC);
    },
  );

/** CEM43 of a constant temperature, in min. */
export function computeThermalDoseMin(temperatureC: number, durationS: number): Computed<number> {
  const rate = computeThermalDoseRate(temperatureC);
  if (!rate.ok) return rate;
  return compute(mustNotBeNegative(durationS, 'time'), () => (rate.value * durationS) / SECONDS_PER_MIN);
}

export interface TemperatureSample {
  readonly atS: number;
  readonly temperatureC: number;
}

/** CEM43 of a series, in min. Each interval counts at its hotter end: never below the truth of a temperature between them. */
export function integrateThermalDoseMin(samples: readonly TemperatureSample[]): Computed<number> {
  let doseMin = 0;
  let before: TemperatureSample | undefined;
  for (const sample of samples) {
    const rate = computeThermalDoseRate(sample.temperatureC);
    if (!rate.ok) return rate;
    if (!(Math.abs(sample.atS) < Infinity)) return failed('the time of a sample must be a number');
    if (before !== undefined) {
      if (!(sample.atS >= before.atS)) return failed('the time of a sample must not go backward');
      const hotterC = Math.max(before.temperatureC, sample.temperatureC);
      const interval = computeThermalDoseMin(hotterC, sample.atS - before.atS);
      if (!interval.ok) return interval;
      doseMin += interval.value;
    }
    before = sample;
  }
  return succeeded(doseMin);
}
