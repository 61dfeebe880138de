// Exposure limits of the eye for laser light, 400 to 1400 nm, 1 ns to 30 000 s, as IEC 60825-1:2014 tables A.1 (point
// source) and A.2 (extended) have them: read in public implementations for 700 to 1050 nm; the directive's tables 2.2
// and 2.3 have the same laws with older break points. Visible and above 1050 nm: same laws, from knowledge, to be
// verified before they become a limit. Limiting aperture 7 mm.
import { type Computed } from './computed.ts';
import {
  ANGULAR_SUBTENSE_MIN_MRAD,
  computeBreakPointT2S,
  correctionFactorC3,
  correctionFactorC4,
  correctionFactorC7,
  INFRARED_FROM_NM,
  LONG_INFRARED_FROM_NM,
} from './correction-factors.ts';
import {
  EXPOSURE_MAX_S,
  EXPOSURE_MIN_S,
  findLimitAt,
  multiplySegments,
  segment,
  toLimitFigures,
  type ExposureLimitFigures,
  type LimitSegment,
} from './limit-segments.ts';
import { findSkinLimitSegments } from './skin-limits.ts';

/** C6 over time: αmax grows with √t between 625 µs and 0.25 s, so a large source gains with time. */
export function sourceSizeSegments(angularSubtenseMrad: number): readonly LimitSegment[] {
  const ratio = (mrad: number): number => Math.max(1, mrad / ANGULAR_SUBTENSE_MIN_MRAD);
  const short = segment(EXPOSURE_MIN_S, 625e-6, ratio(Math.min(angularSubtenseMrad, 5)), 0);
  // αmax reaches the source at this time; before, the source counts as αmax.
  const reachedS = Math.min(0.25, Math.max(625e-6, (angularSubtenseMrad / 200) ** 2));
  const rising = segment(625e-6, reachedS, 200 / ANGULAR_SUBTENSE_MIN_MRAD, 0.5);
  const long = segment(reachedS, EXPOSURE_MAX_S, ratio(Math.min(angularSubtenseMrad, 100)), 0);
  return reachedS > 625e-6 ? [short, rising, long] : [short, long];
}

/** The retinal thermal limits of exposure and of emission are the same laws, with other coefficients. */
export interface RetinalCoefficients {
  /** Below the short break point, without C4 and C7: a constant. */
  readonly shortest: number;
  /** × t^¾, without C4 and C7. */
  readonly medium: number;
  /** × t, a point source from T2 = 10 s on, without C4 and C7. */
  readonly longest: number;
  /** Above 1050 nm the constant below the break point, × C7. */
  readonly shortestLongInfrared: number;
}

/** The thermal laws at one wavelength for a source of one size. */
export function retinalThermalSegments(
  wavelengthNm: number,
  angularSubtenseMrad: number,
  { shortest, medium, longest, shortestLongInfrared }: RetinalCoefficients,
): Computed<readonly LimitSegment[]> {
  const c4 = correctionFactorC4(wavelengthNm);
  const c7 = correctionFactorC7(wavelengthNm);
  const t2 = computeBreakPointT2S(angularSubtenseMrad);
  if (!c4.ok) return c4;
  if (!c7.ok) return c7;
  if (!t2.ok) return t2;
  const isLong = wavelengthNm >= LONG_INFRARED_FROM_NM;
  const shortS = isLong ? 13e-6 : 5e-6;
  // C7 acts at all times above 1050 nm, and is 1 below 1150 nm.
  const factor = c4.value * c7.value;
  const isPoint = angularSubtenseMrad <= ANGULAR_SUBTENSE_MIN_MRAD;
  const laws = [
    segment(EXPOSURE_MIN_S, shortS, isLong ? shortestLongInfrared * c7.value : shortest * c4.value, 0),
    segment(shortS, t2.value, medium * factor, 0.75),
    segment(t2.value, EXPOSURE_MAX_S, (isPoint ? longest : medium * t2.value ** -0.25) * factor, 1),
  ];
  return { ok: true, value: multiplySegments(laws, sourceSizeSegments(angularSubtenseMrad)) };
}

/**
 * Blue light, 400 to 600 nm, from 10 s on: a constant dose to 100 s, then a constant rate. Compared with the whole
 * irradiance at the cornea, without the cone of acceptance that the standard allows: never too permissive.
 */
export function photochemicalSegments(wavelengthNm: number, perHundredS: number): readonly LimitSegment[] {
  // Refused from 600 nm on.
  const c3 = correctionFactorC3(wavelengthNm);
  if (!c3.ok) return [];
  return [
    segment(10, 100, perHundredS * c3.value, 0),
    segment(100, EXPOSURE_MAX_S, (perHundredS / 100) * c3.value, 1),
  ];
}

/** J/m² at the cornea. */
const EYE: RetinalCoefficients = { shortest: 2e-3, medium: 18, longest: 10, shortestLongInfrared: 2e-2 };
const PHOTOCHEMICAL_J_PER_M2 = 100;

/** In J/m² at the cornea. Infrared limits are capped by the skin's: C7 has no upper end of its own. */
export function findEyeLimitSegments(
  wavelengthNm: number,
  angularSubtenseMrad: number = ANGULAR_SUBTENSE_MIN_MRAD,
): Computed<readonly LimitSegment[]> {
  const thermal = retinalThermalSegments(wavelengthNm, angularSubtenseMrad, EYE);
  if (!thermal.ok) return thermal;
  const skin = findSkinLimitSegments(wavelengthNm);
  if (!skin.ok) return skin;
  const cap = wavelengthNm >= INFRARED_FROM_NM ? skin.value : [];
  const photochemical = photochemicalSegments(wavelengthNm, PHOTOCHEMICAL_J_PER_M2);
  return { ok: true, value: [...thermal.value, ...photochemical, ...cap] };
}

/** The limit for one exposure of `durationS`; `angularSubtenseMrad` is how large the source looks, 1.5 for a point. */
export function findEyeLimit(
  wavelengthNm: number,
  durationS: number,
  angularSubtenseMrad: number = ANGULAR_SUBTENSE_MIN_MRAD,
): Computed<ExposureLimitFigures> {
  const segments = findEyeLimitSegments(wavelengthNm, angularSubtenseMrad);
  return segments.ok ? toLimitFigures(findLimitAt(segments.value, durationS), durationS) : segments;
}
