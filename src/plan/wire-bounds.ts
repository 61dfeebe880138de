// What a prescription can hold on the wire, in physical units. A plan that needs more, or finer steps, is refused with
// the limit named: what the belt decodes is exactly what the plan says.
import type { PrescribedZone } from '../belt/belt.ts';
import { formatNumber } from '../dosimetry/units.ts';

export interface WireBounds {
  readonly stepMaxCount: number;
  readonly entryMaxCount: number;
  readonly timeLimitMaxS: number;
  readonly rampMaxS: number;
  readonly rampStepS: number;
  readonly irradianceStepMwPerCm2: number;
  readonly radiantExposureStepJPerCm2: number;
  readonly radiantExposureMaxJPerCm2: number;
  readonly pulseFrequencyMaxHz: number;
  readonly pulseFrequencyStepHz: number;
  readonly dutyCycleStep: number;
}

/** Protocol version 1; a test holds it against the codec. */
export const WIRE_BOUNDS: WireBounds = {
  stepMaxCount: 15,
  entryMaxCount: 18,
  timeLimitMaxS: 65_535,
  rampMaxS: 25.5,
  rampStepS: 0.1,
  irradianceStepMwPerCm2: 0.01,
  radiantExposureStepJPerCm2: 0.00001,
  radiantExposureMaxJPerCm2: 167.77215,
  pulseFrequencyMaxHz: 6553.5,
  pulseFrequencyStepHz: 0.1,
  dutyCycleStep: 0.0001,
};

/** Decimal fractions are not exact in binary: this much of a step is rounding, not intent. */
const GRID_TOLERANCE = 1e-6;

export function fitsGrid(value: number, step: number): boolean {
  const steps = value / step;
  return Math.abs(steps - Math.round(steps)) <= GRID_TOLERANCE;
}

export function roundDownToGrid(value: number, step: number): number {
  const steps = Math.floor(value / step + GRID_TOLERANCE);
  // Dividing by the whole number of steps in a unit gives the nearest double to the decimal.
  return steps / Math.round(1 / step);
}

export interface WireProblem {
  /** The key of a `treat` step that it comes from; a dose may come from an energy. */
  readonly key: 'ramp' | 'irradiance' | 'pulse' | undefined;
  readonly message: string;
}

export function wireProblems(zone: PrescribedZone, name: string, bounds: WireBounds): WireProblem[] {
  const problems: WireProblem[] = [];
  const hold = (
    key: WireProblem['key'],
    what: string,
    value: number,
    unit: string,
    step: number,
    max: number,
  ): void => {
    if (!(value <= max)) {
      const message = `${name}: ${what} ${formatNumber(value, 5)}${unit} is more than the protocol carries (at most ${max}${unit})`;
      problems.push({ key, message });
    } else if (!(value === 0 || (value >= step / 2 && fitsGrid(value, step)))) {
      const message = `${name}: ${what} ${formatNumber(value, 9)}${unit} is finer than the protocol carries (steps of ${step}${unit})`;
      problems.push({ key, message });
    }
  };
  const { rampStepS, rampMaxS, radiantExposureStepJPerCm2, radiantExposureMaxJPerCm2 } = bounds;
  hold('ramp', 'a ramp of', zone.rampUpS, ' s', rampStepS, rampMaxS);
  if (zone.rampDownS !== zone.rampUpS) hold('ramp', 'a ramp of', zone.rampDownS, ' s', rampStepS, rampMaxS);
  const { irradianceMwPerCm2, radiantExposureJPerCm2, pulseFrequencyHz } = zone;
  hold('irradiance', 'irradiance', irradianceMwPerCm2, ' mW/cm2', bounds.irradianceStepMwPerCm2, Infinity);
  hold(
    undefined,
    'dose',
    radiantExposureJPerCm2,
    ' J/cm2',
    radiantExposureStepJPerCm2,
    radiantExposureMaxJPerCm2,
  );
  const { pulseFrequencyStepHz, pulseFrequencyMaxHz } = bounds;
  hold('pulse', 'pulse frequency', pulseFrequencyHz, ' Hz', pulseFrequencyStepHz, pulseFrequencyMaxHz);
  hold('pulse', 'duty', zone.dutyCycle * 100, ' %', bounds.dutyCycleStep * 100, 100);
  return problems;
}
