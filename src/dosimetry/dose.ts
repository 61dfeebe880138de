// Dose arithmetic: how long light must last for a radiant exposure, with linear ramps; energy through the beam area at
// the skin; pulses. Inputs out of range are an error value, never NaN in a schedule.

export type Computed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const failed = (problem: string): { readonly ok: false; readonly problem: string } => ({
  ok: false,
  problem,
});
const isPositive = (value: number): boolean => value > 0 && value < Infinity;
const isDuration = (value: number): boolean => value >= 0 && value < Infinity;

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

/** H = E·(T + (up + down)/2): a linear ramp delivers half of what the plateau would in the same time. */
export function exposureTime(input: ExposureInput): Computed<ExposureTime> {
  const { irradianceMwPerCm2, radiantExposureJPerCm2, rampUpS, rampDownS } = input;
  if (!isPositive(irradianceMwPerCm2)) return failed('irradiance must be above zero');
  if (!isPositive(radiantExposureJPerCm2)) return failed('radiant exposure must be above zero');
  if (!(isDuration(rampUpS) && isDuration(rampDownS))) return failed('ramps must not be negative');
  const fullS = (radiantExposureJPerCm2 * MW_PER_W) / irradianceMwPerCm2;
  const plateauS = fullS - (rampUpS + rampDownS) / 2;
  if (!(plateauS >= 0)) return failed('the ramps alone deliver more than the dose');
  if (!isPositive(fullS)) return failed('the exposure time is out of range');
  return { ok: true, value: { plateauS, onS: plateauS + rampUpS + rampDownS } };
}

/** J/cm² delivered by a whole run: ramp up, plateau, ramp down. The inverse of `exposureTime`. */
export function radiantExposureOf(
  irradianceMwPerCm2: number,
  plateauS: number,
  rampUpS: number,
  rampDownS: number,
): Computed<number> {
  if (!isPositive(irradianceMwPerCm2)) return failed('irradiance must be above zero');
  if (!(isDuration(plateauS) && isDuration(rampUpS) && isDuration(rampDownS)))
    return failed('times must not be negative');
  return { ok: true, value: (irradianceMwPerCm2 / MW_PER_W) * (plateauS + (rampUpS + rampDownS) / 2) };
}

/** Q = H·A, in J. `areaCm2` is the beam area at the skin. */
export function radiantEnergyJ(radiantExposureJPerCm2: number, areaCm2: number): Computed<number> {
  if (!isDuration(radiantExposureJPerCm2)) return failed('radiant exposure must not be negative');
  if (!isPositive(areaCm2)) return failed('beam area must be above zero');
  return { ok: true, value: radiantExposureJPerCm2 * areaCm2 };
}

/** H = Q/A, in J/cm². */
export function radiantExposureOfEnergy(energyJ: number, areaCm2: number): Computed<number> {
  if (!isDuration(energyJ)) return failed('energy must not be negative');
  if (!isPositive(areaCm2)) return failed('beam area must be above zero');
  return { ok: true, value: energyJ / areaCm2 };
}

/** P = E·A, in mW. */
export function radiantPowerMw(irradianceMwPerCm2: number, areaCm2: number): Computed<number> {
  if (!isDuration(irradianceMwPerCm2)) return failed('irradiance must not be negative');
  if (!isPositive(areaCm2)) return failed('beam area must be above zero');
  return { ok: true, value: irradianceMwPerCm2 * areaCm2 };
}

export interface PulseFigures {
  readonly peakIrradianceMwPerCm2: number;
  readonly pulseWidthS: number;
  readonly pulseExposureJPerCm2: number;
}

/** Peak = mean ÷ duty, width = duty ÷ frequency, exposure per pulse = peak × width. `dutyCycle` is in (0, 1]. */
export function pulseFigures(
  meanIrradianceMwPerCm2: number,
  pulse: { readonly frequencyHz: number; readonly dutyCycle: number },
): Computed<PulseFigures> {
  if (!isPositive(meanIrradianceMwPerCm2)) return failed('irradiance must be above zero');
  if (!isPositive(pulse.frequencyHz)) return failed('pulse frequency must be above zero');
  if (!(pulse.dutyCycle > 0 && pulse.dutyCycle <= 1))
    return failed('duty must be above 0 % and at most 100 %');
  const peakIrradianceMwPerCm2 = meanIrradianceMwPerCm2 / pulse.dutyCycle;
  const pulseWidthS = pulse.dutyCycle / pulse.frequencyHz;
  const pulseExposureJPerCm2 = (peakIrradianceMwPerCm2 / MW_PER_W) * pulseWidthS;
  return { ok: true, value: { peakIrradianceMwPerCm2, pulseWidthS, pulseExposureJPerCm2 } };
}
