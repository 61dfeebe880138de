// Limits that nothing may exceed, and the bounds within which the controller acts. Plans, users and options may only
// narrow them. Marks: [eng] is a choice of this project that needs a risk analysis before real hardware.

/** Program cap, mean over a pulse period (WALT 2010, upper irradiance of the superficial rows). */
export const IRRADIANCE_CAP_MW_PER_CM2 = 100;
/** Per point and session [eng]; a third of the 808 nm skin limit for 600 s. */
export const RADIANT_EXPOSURE_CAP_J_PER_CM2 = 60;
/** Light of all zones in one session [eng]. */
export const SESSION_ENERGY_CAP_J = 500;
/** Absolute emission time of one session (automatic off of cleared belts). */
export const SESSION_DURATION_CAP_S = 30 * 60;
/** A zone's emission time may exceed the planned one by this ratio, then it ends short (H12) [eng]. */
export const EXPOSURE_TIME_TOLERANCE = 0.05;
/** The belt's own backstop (H12) [eng]. */
export const EXPOSURE_TIME_BACKSTOP = 0.1;
/** Wavelengths the exposure limits of this project cover. */
export const WAVELENGTH_MIN_NM = 400;
export const WAVELENGTH_MAX_NM = 1400;
/** Visible light pulsed between these is refused (H22). */
export const VISIBLE_MAX_NM = 780;
export const FLICKER_MIN_HZ = 3;
export const FLICKER_MAX_HZ = 60;
