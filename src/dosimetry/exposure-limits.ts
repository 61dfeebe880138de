// How near an exposure comes to its limits: Σ Eᵢ/MPEᵢ over all light on one skin area (or into one eye), every pulse rule
// included. At most 1 is allowed. A patient under treatment is not bound by these limits (IEC 60601-2-22); this project
// keeps to them for stationary light on skin anyway.
import { compute, failed, mustBePositive, succeeded, type Computed } from './computed.ts';
import { correctionFactorC4, findPulseMergeTimeS } from './correction-factors.ts';
import { findEyeLimitSegments } from './eye-limits.ts';
import { W_PER_M2_PER_MW_PER_CM2, type LimitSegment } from './limit-segments.ts';
import { computeLimitRatio, type LimitRatio } from './pulse-rules.ts';
import { findSkinLimitSegments } from './skin-limits.ts';
import { SKIN_APERTURE_CM2 } from './beam.ts';
import type { Pulse } from './pulses.ts';

export type ExposureLimit =
  | { readonly ok: true; readonly irradianceMwPerCm2: number }
  | { readonly ok: false; readonly problem: string };

/** 2000 W/m² × C4, for 10 s to 30 000 s. */
const LONG_MW_PER_CM2 = 200;

/** Irradiance that skin may take for 10 s to 30 000 s, in mW/cm²; an error value outside 400 to 1400 nm. */
export function skinExposureLimit(wavelengthNm: number): ExposureLimit {
  const factor = correctionFactorC4(wavelengthNm);
  if (!factor.ok) return failed(factor.problem.replace('no exposure limit', 'no skin exposure limit'));
  return { ok: true, irradianceMwPerCm2: LONG_MW_PER_CM2 * factor.value };
}

/** Most power, in mW, that may stand longer than 10 s on a spot no larger than the 3.5 mm aperture. */
export const skinRadiantPowerLimitMw = (wavelengthNm: number): Computed<number> => {
  const limit = skinExposureLimit(wavelengthNm);
  return limit.ok ? compute(undefined, () => limit.irradianceMwPerCm2 * SKIN_APERTURE_CM2) : limit;
};

export interface ExposureSource {
  readonly wavelengthNm: number;
  /** Mean over a pulse period, averaged over the limiting aperture if the beam is smaller (`averageOverApertureMwPerCm2`). */
  readonly irradianceMeanMwPerCm2: number;
  readonly pulse?: Pulse | undefined;
  readonly durationS: number;
}

export interface EyeExposureSource extends ExposureSource {
  /** How large the source looks; 1.5 mrad, a point, when not given. */
  readonly angularSubtenseMrad?: number | undefined;
}

/** `conservative` adds rule 3 (N^-¼) for skin, which some standards ask for the eye alone. */
export type SkinPulseMode = 'standard' | 'conservative';

function exposureRatio(
  source: ExposureSource,
  segments: Computed<readonly LimitSegment[]>,
  withRule3: boolean,
): Computed<LimitRatio> {
  if (!segments.ok) return segments;
  const merge = findPulseMergeTimeS(source.wavelengthNm);
  if (!merge.ok) return merge;
  const train = {
    meanPerS: source.irradianceMeanMwPerCm2 * W_PER_M2_PER_MW_PER_CM2,
    pulse: source.pulse,
    durationS: source.durationS,
  };
  return computeLimitRatio(train, segments.value, withRule3 ? merge.value : undefined);
}

/** One source on skin: how near it comes to its limit, and by which rule. */
export const skinSourceRatio = (
  source: ExposureSource,
  mode: SkinPulseMode = 'standard',
): Computed<LimitRatio> =>
  exposureRatio(source, findSkinLimitSegments(source.wavelengthNm), mode === 'conservative');

/** One source into an eye; rule 3 always holds there. */
export const eyeSourceRatio = (source: EyeExposureSource): Computed<LimitRatio> =>
  exposureRatio(source, findEyeLimitSegments(source.wavelengthNm, source.angularSubtenseMrad), true);

function sumRatios<T>(sources: readonly T[], ratioOf: (source: T) => Computed<LimitRatio>): Computed<number> {
  let sum = 0;
  for (const source of sources) {
    const found = ratioOf(source);
    if (!found.ok) return found;
    sum += found.value.ratio;
  }
  return compute(undefined, () => sum);
}

/**
 * Σ Eᵢ/MPEᵢ over the sources that light one skin area, each by the rule nearest to its limit; 0 for no source. One
 * source out of range refuses the sum. Additivity over wavelengths: standard practice, to be verified [K].
 */
export const skinExposureRatio = (
  sources: readonly ExposureSource[],
  mode: SkinPulseMode = 'standard',
): Computed<number> => sumRatios(sources, (source) => skinSourceRatio(source, mode));

/** The same for an eye. */
export const eyeExposureRatio = (sources: readonly EyeExposureSource[]): Computed<number> =>
  sumRatios(sources, eyeSourceRatio);

/**
 * 10 000/A mW/cm² from 100 to 1000 cm², 10 mW/cm² above, none (undefined) below. Defined for wavelengths above 1400 nm
 * (ICNIRP, from knowledge [K]): here an optional thermal sanity cap for a whole belt.
 */
export function findLargeAreaCapMwPerCm2(areaCm2: number): Computed<number | undefined> {
  const problem = mustBePositive(areaCm2, 'lit area');
  if (problem !== undefined) return failed(problem);
  if (areaCm2 < 100) return succeeded(undefined);
  return succeeded(areaCm2 < 1000 ? 10_000 / areaCm2 : 10);
}
