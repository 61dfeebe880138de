// How warm skin will get, for the check of a plan before anything is lit: dT/dt = (k·E − (T − T0))/τ, solved exactly for
// light that is constant step by step. [eng]: an engineering model from one figure (broadband infrared, 80 to 160
// mW/cm², 20 min: +6 °C); 50 mW/cm² end at +2.5 °C. It predicts, it does not protect: sensors do.
import {
  compute,
  failed,
  mustBeWithin,
  mustNotBeNegative,
  succeeded,
  type Computed,
  type Guard,
} from './computed.ts';
import { computeThermalDoseMin, SKIN_TEMPERATURE_MAX_C, SKIN_TEMPERATURE_MIN_C } from './thermal-dose.ts';

/** Skin under a belt at rest. */
export const SKIN_REST_TEMPERATURE_C = 33;
export const SKIN_HEATING_C_PER_MW_PER_CM2 = 0.05;
export const SKIN_TIME_CONSTANT_S = 240;

/** More steps than any plan has. */
export const HEATING_STEP_MAX_COUNT = 100_000;
/** Each step's thermal dose is summed over this many parts, each at its hotter end. */
const DOSE_SLICE_COUNT = 32;
/** A step that comes to no more at its hotter end alone is not sliced: a program of many steps is predicted sooner. */
const DOSE_NEGLIGIBLE_MIN = 0.001;

export interface HeatingStep {
  /** Mean, summed over all emitters of the zone; 0 for a rest. */
  readonly irradianceMwPerCm2: number;
  readonly durationS: number;
}

export interface PredictedHeating {
  readonly skinTemperatureMaxC: number;
  readonly skinTemperatureEndC: number;
  /** CEM43. */
  readonly thermalDoseMin: number;
}

const guardStep = ({ irradianceMwPerCm2, durationS }: HeatingStep): Guard =>
  mustNotBeNegative(irradianceMwPerCm2, 'irradiance') ?? mustNotBeNegative(durationS, 'time');
const guardTemperature = (temperatureC: number): Guard =>
  mustBeWithin(temperatureC, SKIN_TEMPERATURE_MIN_C, SKIN_TEMPERATURE_MAX_C, 'skin temperature', '°C');

const temperatureAfter = (startC: number, irradianceMwPerCm2: number, durationS: number): number => {
  const settledC = SKIN_REST_TEMPERATURE_C + SKIN_HEATING_C_PER_MW_PER_CM2 * irradianceMwPerCm2;
  return settledC + (startC - settledC) * Math.exp(-durationS / SKIN_TIME_CONSTANT_S);
};

/** Temperature at the end of one step that begins at `startC`. */
export const predictSkinTemperatureC = (
  step: HeatingStep,
  startC: number = SKIN_REST_TEMPERATURE_C,
): Computed<number> =>
  compute(guardStep(step) ?? guardTemperature(startC), () =>
    temperatureAfter(startC, step.irradianceMwPerCm2, step.durationS),
  );

function stepDoseMin(startC: number, { irradianceMwPerCm2, durationS }: HeatingStep): Computed<number> {
  const endC = temperatureAfter(startC, irradianceMwPerCm2, durationS);
  const whole = computeThermalDoseMin(Math.max(startC, endC), durationS);
  if (!whole.ok || whole.value <= DOSE_NEGLIGIBLE_MIN) return whole;
  let doseMin = 0;
  let beforeC = startC;
  const sliceS = durationS / DOSE_SLICE_COUNT;
  for (let slice = 1; slice <= DOSE_SLICE_COUNT; slice++) {
    const afterC = temperatureAfter(startC, irradianceMwPerCm2, slice * sliceS);
    const part = computeThermalDoseMin(Math.max(beforeC, afterC), sliceS);
    if (!part.ok) return part;
    doseMin += part.value;
    beforeC = afterC;
  }
  return succeeded(doseMin);
}

/** One zone through a whole session: light and rests in their order. An error above 100 °C: the model ends long before. */
export function predictSkinHeating(
  steps: readonly HeatingStep[],
  startC: number = SKIN_REST_TEMPERATURE_C,
): Computed<PredictedHeating> {
  if (!(steps.length <= HEATING_STEP_MAX_COUNT)) return failed('too many steps to predict');
  const problem = guardTemperature(startC);
  if (problem !== undefined) return failed(problem);
  let currentC = startC;
  let maxC = startC;
  let thermalDoseMin = 0;
  for (const step of steps) {
    const after = predictSkinTemperatureC(step, currentC);
    if (!after.ok) return after;
    const bad = guardTemperature(after.value);
    if (bad !== undefined) return failed(bad);
    const dose = stepDoseMin(currentC, step);
    if (!dose.ok) return dose;
    thermalDoseMin += dose.value;
    // Within a step the temperature only rises or only falls.
    maxC = Math.max(maxC, after.value);
    currentC = after.value;
  }
  return succeeded({ skinTemperatureMaxC: maxC, skinTemperatureEndC: currentC, thermalDoseMin });
}
