// Accessible emission limits (AEL) of laser products, IEC 60825-1:2014 tables 3 to 8, 400 to 1400 nm, 1 ns to 30 000 s.
// Read in two public implementations for 500 to 1050 nm [Q]; blue light, and everything above 1050 nm, from knowledge
// [K], to be verified before it becomes a limit; there the lower of two readings is taken.
// Trap in public code: class 1 of a point source leaves the law t^¾ at 10 s. Drawn out to 100 s that law gives 0.22 mW
// for 0.39 mW, and the limit then jumps up with time, which no limit of power may.
import { failed, succeeded, type Computed, type Guard } from './computed.ts';
import {
  ANGULAR_SUBTENSE_MIN_MRAD,
  correctionFactorC4,
  guardAngularSubtense,
  guardWavelength,
  INFRARED_FROM_NM,
} from './correction-factors.ts';
import {
  photochemicalSegments,
  retinalThermalSegments,
  sourceSizeSegments,
  type RetinalCoefficients,
} from './eye-limits.ts';
import {
  EXPOSURE_MAX_S,
  EXPOSURE_MIN_S,
  findLimitAt,
  multiplySegments,
  segment,
  type LimitSegment,
} from './limit-segments.ts';
import { assertNever } from '../errors.ts';

/** Classes that have a limit of their own; 1M and 2M are 1 and 2 measured otherwise, 4 is above 3B. */
export type LimitedLaserClass = '1' | '2' | '3R' | '3B';

/** J through the measuring aperture. */
const CLASS_1: RetinalCoefficients = {
  shortest: 7.7e-8,
  medium: 7e-4,
  longest: 3.9e-4,
  shortestLongInfrared: 7.7e-7,
};
const CLASS_1_PHOTOCHEMICAL_J = 3.9e-3;
/** Class 3R: five times class 1 in the infrared, five times class 2 in the visible, as printed (rounded). */
const CLASS_3R: RetinalCoefficients = {
  shortest: 3.8e-7,
  medium: 3.5e-3,
  longest: 2e-3,
  shortestLongInfrared: 3.8e-6,
};
const CLASS_2_W = 1e-3;
const CLASS_3R_VISIBLE_W = 5e-3;
const CLASS_3B_W = 0.5;
/** Aversion response: class 2 is class 1 for anything shorter. */
export const AVERSION_S = 0.25;
/** Printed as t < 0.25 s and t ≥ 0.25 s: at 0.25 s, the time base of class 2, the long law alone holds (1 mW, not 0.99). */
const BELOW_AVERSION_S = AVERSION_S * (1 - Number.EPSILON / 2);

const visibleSegments = (
  short: readonly LimitSegment[],
  longW: number,
  angularSubtenseMrad: number,
): readonly LimitSegment[] => [
  ...multiplySegments(short, [segment(EXPOSURE_MIN_S, BELOW_AVERSION_S, 1, 0)]),
  ...multiplySegments(
    [segment(AVERSION_S, EXPOSURE_MAX_S, longW, 1)],
    sourceSizeSegments(angularSubtenseMrad),
  ),
];

/** 0.03·C4 J until that is 0.5 W (0.06·C4 s, at most 0.25 s), then 0.5 W; so 0.15 J to 0.25 s above 1050 nm, as printed. */
function class3BSegments(c4: number): readonly LimitSegment[] {
  const untilS = Math.min(AVERSION_S, 0.06 * c4);
  return [segment(EXPOSURE_MIN_S, untilS, 0.03 * c4, 0), segment(untilS, EXPOSURE_MAX_S, CLASS_3B_W, 1)];
}

const isVisible = (wavelengthNm: number): boolean => wavelengthNm < INFRARED_FROM_NM;

function uncappedSegments(
  laserClass: Exclude<LimitedLaserClass, '3B'>,
  wavelengthNm: number,
  angularSubtenseMrad: number,
): Computed<readonly LimitSegment[]> {
  const retinal = (of: RetinalCoefficients) => retinalThermalSegments(wavelengthNm, angularSubtenseMrad, of);
  switch (laserClass) {
    case '1': {
      const thermal = retinal(CLASS_1);
      if (!thermal.ok) return thermal;
      return succeeded([...thermal.value, ...photochemicalSegments(wavelengthNm, CLASS_1_PHOTOCHEMICAL_J)]);
    }
    case '2': {
      if (!isVisible(wavelengthNm)) return failed('class 2 is for visible light, 400 to 700 nm');
      const short = retinal(CLASS_1);
      return short.ok ? succeeded(visibleSegments(short.value, CLASS_2_W, angularSubtenseMrad)) : short;
    }
    case '3R': {
      const short = retinal(CLASS_3R);
      if (!short.ok || !isVisible(wavelengthNm)) return short;
      return succeeded(visibleSegments(short.value, CLASS_3R_VISIBLE_W, angularSubtenseMrad));
    }
    default:
      return assertNever(laserClass);
  }
}

const guardSource = (wavelengthNm: number, angularSubtenseMrad: number): Guard =>
  guardWavelength(wavelengthNm) ?? guardAngularSubtense(angularSubtenseMrad);

/** In J over one emission; no class exceeds the limit of class 3B. */
export function findEmissionLimitSegments(
  laserClass: LimitedLaserClass,
  wavelengthNm: number,
  angularSubtenseMrad: number = ANGULAR_SUBTENSE_MIN_MRAD,
): Computed<readonly LimitSegment[]> {
  const problem = guardSource(wavelengthNm, angularSubtenseMrad);
  if (problem !== undefined) return failed(problem);
  const c4 = correctionFactorC4(wavelengthNm);
  if (!c4.ok) return c4;
  const cap = class3BSegments(c4.value);
  if (laserClass === '3B') return succeeded(cap);
  const segments = uncappedSegments(laserClass, wavelengthNm, angularSubtenseMrad);
  return segments.ok ? succeeded([...segments.value, ...cap]) : segments;
}

export interface EmissionLimit {
  readonly radiantEnergyJ: number;
  /** The same over the emission time. */
  readonly radiantPowerMw: number;
}

const MW_PER_W = 1000;

/** The limit of a class for one emission of `durationS`. An error for class 2 outside the visible. */
export function findEmissionLimit(
  laserClass: LimitedLaserClass,
  wavelengthNm: number,
  durationS: number,
  angularSubtenseMrad: number = ANGULAR_SUBTENSE_MIN_MRAD,
): Computed<EmissionLimit> {
  const segments = findEmissionLimitSegments(laserClass, wavelengthNm, angularSubtenseMrad);
  if (!segments.ok) return segments;
  const energy = findLimitAt(segments.value, durationS);
  if (!energy.ok) return energy;
  return succeeded({
    radiantEnergyJ: energy.value,
    radiantPowerMw: (energy.value / durationS) * MW_PER_W,
  });
}
