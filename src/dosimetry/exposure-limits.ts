// Skin exposure limits for exposures longer than 10 s (2006/25/EC annex II table 2.5; IEC 60825-1:2014 table A.5).

export type ExposureLimit =
  | { readonly ok: true; readonly irradianceMwPerCm2: number }
  | { readonly ok: false; readonly problem: string };

const WAVELENGTH_MIN_NM = 400;
const WAVELENGTH_MAX_NM = 1400;
const C4_RISE_FROM_NM = 700;
const C4_FLAT_FROM_NM = 1050;
const C4_FLAT = 5;
/** 2000 W/m², for 10 s to 30 000 s. */
const BASE_MW_PER_CM2 = 200;

/**
 * C4 (also C_A), no unit. One below 700 nm: public code that returns 5 there is five times too permissive for red light.
 * Undefined outside 400 to 1400 nm, where the table does not hold.
 */
export function correctionFactorC4(wavelengthNm: number): number | undefined {
  if (!(wavelengthNm >= WAVELENGTH_MIN_NM && wavelengthNm <= WAVELENGTH_MAX_NM)) return undefined;
  if (wavelengthNm < C4_RISE_FROM_NM) return 1;
  if (wavelengthNm < C4_FLAT_FROM_NM) return 10 ** (0.002 * (wavelengthNm - C4_RISE_FROM_NM));
  return C4_FLAT;
}

/** Irradiance that skin may take for 10 s to 30 000 s, in mW/cm²; an error value outside 400 to 1400 nm. */
export function skinExposureLimit(wavelengthNm: number): ExposureLimit {
  const factor = correctionFactorC4(wavelengthNm);
  if (factor === undefined)
    return {
      ok: false,
      problem: `no skin exposure limit is known at ${String(wavelengthNm)} nm (${WAVELENGTH_MIN_NM} to ${WAVELENGTH_MAX_NM} nm)`,
    };
  return { ok: true, irradianceMwPerCm2: BASE_MW_PER_CM2 * factor };
}
