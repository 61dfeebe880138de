// Class of a laser product from what its two measurements read (IEC 60825-1:2014 clause 5 and table 10): condition 1, a
// 50 mm aperture at 2 m, is an eye with binoculars; condition 3, 7 mm at 100 mm, is a bare eye. 1M and 2M pass the second
// alone. An estimate for design: only a laboratory classifies a product.
import { failed, mustBePositive, mustNotBeNegative, succeeded, type Computed } from './computed.ts';
import { ANGULAR_SUBTENSE_MIN_MRAD, findPulseMergeTimeS, INFRARED_FROM_NM } from './correction-factors.ts';
import { AVERSION_S, findEmissionLimitSegments, type LimitedLaserClass } from './laser-limits.ts';
import { EXPOSURE_MAX_S, EXPOSURE_MIN_S, findLimitAt } from './limit-segments.ts';
import { computeLimitRatio } from './pulse-rules.ts';
import type { Pulse } from './pulses.ts';

export type LaserClass = '1' | '1M' | '2' | '2M' | '3R' | '3B' | '4';

export interface LaserEmission {
  readonly wavelengthNm: number;
  /** Mean power through 50 mm at 2 m. */
  readonly condition1PowerMw: number;
  /** Mean power through 7 mm at 100 mm. */
  readonly condition3PowerMw: number;
  readonly pulse?: Pulse | undefined;
  readonly angularSubtenseMrad?: number | undefined;
  /** Looking into the beam for long belongs to its use: classes 1 and 1M are then judged over 30 000 s, else 100 s. */
  readonly isLongViewingIntended?: boolean | undefined;
}

const MW_PER_W = 1000;
const TIME_BASE_S = 100;

/** Time over which a class is judged: 0.25 s where the eye's aversion protects it (visible light above class 1). */
const timeBaseS = (laserClass: LimitedLaserClass, emission: LaserEmission): number => {
  if (laserClass === '1') return emission.isLongViewingIntended === true ? EXPOSURE_MAX_S : TIME_BASE_S;
  const isVisible = emission.wavelengthNm < INFRARED_FROM_NM;
  return isVisible && laserClass !== '3B' ? AVERSION_S : TIME_BASE_S;
};

/**
 * Emission over limit for one measurement. Trains obey all three pulse rules with the older N^-¼, which is never above
 * C5 of 2014: a class may come out too high, not too low. Class 3B knows no third rule.
 */
function emissionRatio(
  laserClass: LimitedLaserClass,
  powerMw: number,
  emission: LaserEmission,
): Computed<number> {
  const angle = emission.angularSubtenseMrad ?? ANGULAR_SUBTENSE_MIN_MRAD;
  const segments = findEmissionLimitSegments(laserClass, emission.wavelengthNm, angle);
  if (!segments.ok) return segments;
  const merge = findPulseMergeTimeS(emission.wavelengthNm, 'iec2014');
  if (!merge.ok) return merge;
  const found = computeLimitRatio(
    { meanPerS: powerMw / MW_PER_W, pulse: emission.pulse, durationS: timeBaseS(laserClass, emission) },
    segments.value,
    laserClass === '3B' ? undefined : merge.value,
  );
  return found.ok ? succeeded(found.value.ratio) : found;
}

interface Row {
  readonly laserClass: LaserClass;
  /** The limit that the bare eye's measurement must keep. */
  readonly condition3: LimitedLaserClass;
  /** The limit that the measurement with optical instruments must keep. */
  readonly condition1: LimitedLaserClass;
  readonly visibleOnly: boolean;
}

/** In the order in which a product may claim them. */
const ROWS: readonly Row[] = [
  { laserClass: '1', condition3: '1', condition1: '1', visibleOnly: false },
  { laserClass: '1M', condition3: '1', condition1: '3B', visibleOnly: false },
  { laserClass: '2', condition3: '2', condition1: '2', visibleOnly: true },
  { laserClass: '2M', condition3: '2', condition1: '3B', visibleOnly: true },
  { laserClass: '3R', condition3: '3R', condition1: '3R', visibleOnly: false },
  { laserClass: '3B', condition3: '3B', condition1: '3B', visibleOnly: false },
];

/** The lowest class whose limits both measurements keep. */
export function classifyLaser(emission: LaserEmission): Computed<LaserClass> {
  const problem =
    mustNotBeNegative(emission.condition1PowerMw, 'power') ??
    mustNotBeNegative(emission.condition3PowerMw, 'power');
  if (problem !== undefined) return failed(problem);
  for (const row of ROWS) {
    if (row.visibleOnly && !(emission.wavelengthNm < INFRARED_FROM_NM)) continue;
    const bareEye = emissionRatio(row.condition3, emission.condition3PowerMw, emission);
    if (!bareEye.ok) return bareEye;
    const withOptics = emissionRatio(row.condition1, emission.condition1PowerMw, emission);
    if (!withOptics.ok) return withOptics;
    if (bareEye.value <= 1 && withOptics.value <= 1) return succeeded(row.laserClass);
  }
  return succeeded('4');
}

/**
 * How long continuous light of a point source may be accessible inside class 1: what a contact-loss switch-off has. The
 * time at which the limit is first exceeded; 30 000 s when it never is. An error when even 1 ns is too long.
 */
export function computeClass1TimeS(wavelengthNm: number, accessiblePowerMw: number): Computed<number> {
  const problem = mustBePositive(accessiblePowerMw, 'power');
  if (problem !== undefined) return failed(problem);
  const segments = findEmissionLimitSegments('1', wavelengthNm);
  if (!segments.ok) return segments;
  const powerW = accessiblePowerMw / MW_PER_W;
  const shortest = findLimitAt(segments.value, EXPOSURE_MIN_S);
  if (!shortest.ok) return shortest;
  if (!(powerW * EXPOSURE_MIN_S <= shortest.value)) return failed('above class 1 even for a nanosecond');
  let firstS = EXPOSURE_MAX_S;
  for (const { fromS, toS, coefficient, exponent } of segments.value) {
    // Where P·t crosses c·t^x; a law of constant power (x = 1) is kept or broken as a whole.
    const crossingS =
      exponent < 1 ? (coefficient / powerW) ** (1 / (1 - exponent)) : powerW <= coefficient ? Infinity : 0;
    if (crossingS < toS) firstS = Math.min(firstS, Math.max(fromS, crossingS));
  }
  return succeeded(firstS);
}
