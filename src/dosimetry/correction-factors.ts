// Correction factors and break points of laser exposure limits, 400 to 1400 nm. 2006/25/EC annex II table 2.5 (C_A, C_B,
// C_C, T2) and IEC 60825-1:2014 table 9 (C4, C3, C7), the same but for C7 above 1200 nm. A wrong factor is light: public
// code returns C4 = 5 below 700 nm (five times too permissive for red) and C7 with 0.0018 for 0.018.
import { compute, mustNotBeNegative, type Computed, type Guard } from './computed.ts';

export const WAVELENGTH_MIN_NM = 400;
export const WAVELENGTH_MAX_NM = 1400;
/** Where the visible ends and the near infrared begins in the tables. */
export const INFRARED_FROM_NM = 700;
/** From here the thermal limits of the infrared change once more. */
export const LONG_INFRARED_FROM_NM = 1050;
/** Retinal hazard of blue light counts below this. */
export const PHOTOCHEMICAL_BELOW_NM = 600;

export const guardWavelength = (wavelengthNm: number): Guard =>
  wavelengthNm >= WAVELENGTH_MIN_NM && wavelengthNm <= WAVELENGTH_MAX_NM
    ? undefined
    : `no exposure limit is known at ${String(wavelengthNm)} nm (${WAVELENGTH_MIN_NM} to ${WAVELENGTH_MAX_NM} nm)`;

/** C3 (C_B): 1 below 450 nm, then rising; meaningful below 600 nm alone. */
export const correctionFactorC3 = (wavelengthNm: number): Computed<number> =>
  compute(
    guardWavelength(wavelengthNm) ??
      (wavelengthNm < PHOTOCHEMICAL_BELOW_NM ? undefined : 'C3 is defined below 600 nm'),
    () => (wavelengthNm < 450 ? 1 : 10 ** (0.02 * (wavelengthNm - 450))),
  );

/** C4 (C_A): 1 below 700 nm and at it, 5 from 1050 nm (5.0119 just below). */
export const correctionFactorC4 = (wavelengthNm: number): Computed<number> =>
  compute(guardWavelength(wavelengthNm), () => {
    if (wavelengthNm < INFRARED_FROM_NM) return 1;
    return wavelengthNm < LONG_INFRARED_FROM_NM ? 10 ** (0.002 * (wavelengthNm - INFRARED_FROM_NM)) : 5;
  });

/**
 * C7: 1 below 1150 nm, 10^(0.018(λ−1150)) to 1200 nm, then 8 + 10^(0.04(λ−1250)) (IEC 60825-1:2014). The directive
 * stays at 8 there. It grows without reason towards 1400 nm, where the cornea is hurt first: every eye limit that uses
 * it is capped by the skin limit.
 */
export const correctionFactorC7 = (wavelengthNm: number): Computed<number> =>
  compute(guardWavelength(wavelengthNm), () => {
    if (wavelengthNm < 1150) return 1;
    if (wavelengthNm < 1200) return 10 ** (0.018 * (wavelengthNm - 1150));
    return 8 + 10 ** (0.04 * (wavelengthNm - 1250));
  });

/** A source that looks smaller than this is a point for the eye. */
export const ANGULAR_SUBTENSE_MIN_MRAD = 1.5;
const ANGULAR_SUBTENSE_MAX_MRAD = 100;

export const guardAngularSubtense = (angularSubtenseMrad: number): Guard =>
  mustNotBeNegative(angularSubtenseMrad, 'angular subtense');

/** αmax, in mrad: 5 below 625 µs, 200·√t to 0.25 s, then 100 (IEC 60825-1:2014 table 9). */
export const computeAngularSubtenseMaxMrad = (durationS: number): Computed<number> =>
  compute(mustNotBeNegative(durationS, 'time'), () => {
    if (durationS < 625e-6) return 5;
    return durationS <= 0.25 ? 200 * Math.sqrt(durationS) : ANGULAR_SUBTENSE_MAX_MRAD;
  });

/** C6 = α/1.5 mrad, never below 1, and constant from αmax up. */
export const correctionFactorC6 = (angularSubtenseMrad: number, durationS: number): Computed<number> => {
  const max = computeAngularSubtenseMaxMrad(durationS);
  if (!max.ok) return max;
  return compute(guardAngularSubtense(angularSubtenseMrad), () =>
    Math.max(1, Math.min(angularSubtenseMrad, max.value) / ANGULAR_SUBTENSE_MIN_MRAD),
  );
};

/** T2 = 10·10^((α−1.5)/98.5) s: 10 s for a point, 100 s from 100 mrad. */
export const computeBreakPointT2S = (angularSubtenseMrad: number): Computed<number> =>
  compute(guardAngularSubtense(angularSubtenseMrad), () => {
    const angle = Math.min(
      Math.max(angularSubtenseMrad, ANGULAR_SUBTENSE_MIN_MRAD),
      ANGULAR_SUBTENSE_MAX_MRAD,
    );
    return 10 * 10 ** ((angle - ANGULAR_SUBTENSE_MIN_MRAD) / 98.5);
  });

/** Pulses closer together than this count as one: Tmin of 2006/25/EC table 2.6, Ti of IEC 60825-1:2014 table 2. */
export type PulseMergeEdition = 'directive' | 'iec2014';

export const findPulseMergeTimeS = (
  wavelengthNm: number,
  edition: PulseMergeEdition = 'directive',
): Computed<number> =>
  compute(guardWavelength(wavelengthNm), () => {
    if (edition === 'directive') return wavelengthNm <= LONG_INFRARED_FROM_NM ? 18e-6 : 50e-6;
    return wavelengthNm < LONG_INFRARED_FROM_NM ? 5e-6 : 13e-6;
  });
