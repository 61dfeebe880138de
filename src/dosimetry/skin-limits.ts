// Exposure limits of skin for laser light, 400 to 1400 nm, 1 ns to 30 000 s. 2006/25/EC annex II table 2.4, read there;
// IEC 60825-1:2014 table A.5 agrees. Limiting aperture 3.5 mm: average a narrower beam over it (`beam.ts`).
import { type Computed } from './computed.ts';
import { correctionFactorC4 } from './correction-factors.ts';
import {
  EXPOSURE_MAX_S,
  EXPOSURE_MIN_S,
  findLimitAt,
  segment,
  toLimitFigures,
  type ExposureLimitFigures,
  type LimitSegment,
} from './limit-segments.ts';

/**
 * In J/m². 200·C4 to 0.1 µs, 11 000·C4·t^¼ to 10 s, then 2000·C4 W/m². The printed branches step: down 2.2 % at 0.1 µs,
 * up 2.2 % at 10 s; at the step itself the lower holds.
 */
export function findSkinLimitSegments(wavelengthNm: number): Computed<readonly LimitSegment[]> {
  const factor = correctionFactorC4(wavelengthNm);
  if (!factor.ok) return factor;
  const c4 = factor.value;
  return {
    ok: true,
    value: [
      segment(EXPOSURE_MIN_S, 1e-7, 200 * c4, 0),
      segment(1e-7, 10, 1.1e4 * c4, 0.25),
      segment(10, EXPOSURE_MAX_S, 2000 * c4, 1),
    ],
  };
}

/** The limit for one exposure of `durationS`, as irradiance (mW/cm²) and as radiant exposure (J/cm²). */
export function findSkinLimit(wavelengthNm: number, durationS: number): Computed<ExposureLimitFigures> {
  const segments = findSkinLimitSegments(wavelengthNm);
  return segments.ok ? toLimitFigures(findLimitAt(segments.value, durationS), durationS) : segments;
}
