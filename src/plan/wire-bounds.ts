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

export function wireProblems(zone: PrescribedZone, name: string, bounds: WireBounds): string[] {
  const problems: string[] = [];
  const hold = (what: string, value: number, unit: string, step: number, max: number): void => {
    if (!(value <= max))
      problems.push(
        `${name}: ${what} ${formatNumber(value, 5)}${unit} is more than the protocol carries (at most ${max}${unit})`,
      );
    else if (!(value === 0 || (value >= step / 2 && fitsGrid(value, step))))
      problems.push(
        `${name}: ${what} ${formatNumber(value, 9)}${unit} is finer than the protocol carries (steps of ${step}${unit})`,
      );
  };
  hold('a ramp of', zone.rampUpS, ' s', bounds.rampStepS, bounds.rampMaxS);
  if (zone.rampDownS !== zone.rampUpS)
    hold('a ramp of', zone.rampDownS, ' s', bounds.rampStepS, bounds.rampMaxS);
  hold('irradiance', zone.irradianceMwPerCm2, ' mW/cm2', bounds.irradianceStepMwPerCm2, Infinity);
  hold(
    'dose',
    zone.radiantExposureJPerCm2,
    ' J/cm2',
    bounds.radiantExposureStepJPerCm2,
    bounds.radiantExposureMaxJPerCm2,
  );
  hold(
    'pulse frequency',
    zone.pulseFrequencyHz,
    ' Hz',
    bounds.pulseFrequencyStepHz,
    bounds.pulseFrequencyMaxHz,
  );
  hold('duty', zone.dutyCycle, '', bounds.dutyCycleStep, 1);
  return problems;
}
