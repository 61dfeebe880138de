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
/** What was commanded of a zone may exceed its prescription by this ratio and this time of light, then it ends short [eng]. */
export const COMMANDED_DOSE_TOLERANCE = 0.01;
export const COMMANDED_DOSE_SLACK_MS = 400;
/** The belt's own backstop (H12) [eng]. */
export const EXPOSURE_TIME_BACKSTOP = 0.1;
/** Wavelengths the exposure limits of this project cover. */
export const WAVELENGTH_MIN_NM = 400;
export const WAVELENGTH_MAX_NM = 1400;
/** Visible light pulsed between these is refused (H22). */
export const VISIBLE_MAX_NM = 780;
export const FLICKER_MIN_HZ = 3;
export const FLICKER_MAX_HZ = 60;

// Hazards: thresholds of the controller's own evaluation. The belt has its own copy of them, in its own code.

/** H01: contact for 10 min and longer (IEC 60601-1 table 24). */
export const SKIN_TEMPERATURE_CUT_C = 43;
/** H01: to be disclosed above this (IEC 60601-1); told as a warning. */
export const SKIN_TEMPERATURE_WARN_C = 41;
/** H02 [eng]: equivalent minutes at 43 °C of one zone in one session; told as a warning, then cut. */
export const THERMAL_DOSE_WARN_MIN = 1;
export const THERMAL_DOSE_CUT_MIN = 2;
/** H03 [eng]: skin that is warmer was heated, skin that is colder is numb, or not under the belt yet. */
export const START_TEMPERATURE_MIN_C = 25;
export const START_TEMPERATURE_MAX_C = 37;
/** H03 [eng]: over 30 s; 100 mW/cm² warm healthy skin by less than 1.25 °C in their first minute. */
export const RISE_MAX_C_PER_MIN = 1.5;
export const RISE_WINDOW_MS = 30_000;
/** H04 [eng]: no skin is colder or hotter; and a live sensor is noisy. */
export const SENSOR_MIN_C = 10;
export const SENSOR_MAX_C = 60;
export const SENSOR_STUCK_MS = 60_000;
/** H05 [eng]: more losses than this, or more lost time, end the session. */
export const CONTACT_LOSS_MAX_COUNT = 3;
export const CONTACT_LOST_MAX_MS = 30_000;
/** H06 [eng]: hard limit, ratio of the prescription. */
export const OVERRUN_LIMIT_RATIO = 1.1;
/** H06 [eng]: our own integral may pass the prescription by this ratio and one tick before it ends the zone itself. */
export const DOSE_AGREEMENT_RATIO = 0.03;
/** H07: what may be measured: the program cap and the ±20 % of H08, else a program at the cap could never run. */
export const IRRADIANCE_MEASURED_MAX_MW_PER_CM2 = IRRADIANCE_CAP_MW_PER_CM2 * 1.2;
/** H07: Σ E/MPE over one skin area (2006/25/EC, additive exposure). */
export const EXPOSURE_SUM_MAX = 1;
/** H08: 21 CFR 1040.11(a) and IEC 60601-2-22 ask for ±20 %. */
export const OUTPUT_TOLERANCE_RATIO = 0.2;
export const OUTPUT_TOLERANCE_MS = 1000;
/** H08 [eng]: any sample above this ratio of the set value. */
export const OUTPUT_PEAK_RATIO = 1.5;
/** H08 [eng]: told as a warning. */
export const OUTPUT_WARN_RATIO = 0.1;
export const OUTPUT_WARN_MS = 10_000;
/** A belt that states a larger uncertainty of its dose measurement is not used: what is booked would mean nothing [eng]. */
export const MEASUREMENT_UNCERTAINTY_MAX_RATIO = 0.2;
/** A booked dose is called certain only where it lies this much above the truth at most, whichever one sensor is wrong [eng]. */
export const CERTAIN_UPPER_MAX_RATIO = 1.035;
/** What an emitter may give above what is set without any hazard: how far a commanded dose can be too low [eng]. */
export const EMITTER_TOLERANCE_RATIO = 0.01;
/** H09 [eng]: below this ratio of what is expected, an emitter counts as dead. */
export const DEAD_RATIO = 0.1;
/** H10 [eng]: ratio of full scale, and how long the belt must have known that it shall be dark. */
export const OFF_RATIO = 0.02;
export const OFF_SETTLE_MS = 50;
/** H11 [eng]: clocks may differ by this much and this ratio of the elapsed time. */
export const CLOCK_DIFFERENCE_MS = 250;
export const CLOCK_DIFFERENCE_RATIO = 0.02;
/** H12 [eng]: what tick spacing adds to our own measurement of emission time. */
export const EXPOSURE_TIME_SLACK_MS = 500;
/** H14 [eng]: two ticks of 250 ms may be lost. */
export const STATUS_AGE_MAX_MS = 850;
/** H14 [eng]: stale for this much longer is a cutoff. */
export const STATUS_STALE_MAX_MS = 2000;
/** H15: damaged or forged messages in one session. */
export const BAD_FRAME_LIMIT_COUNT = 3;
/** H18 [eng]. */
export const BATTERY_START_MIN_PERCENT = 15;
export const BATTERY_MIN_PERCENT = 10;

/** H23 [eng]: without a sign of the person for so long they are asked, and for so long waited for. */
export const UNATTENDED_ASK_MS = 10 * 60_000;
export const UNATTENDED_PAUSE_MS = UNATTENDED_ASK_MS + 60_000;

// Between sessions (H19, H21): per person and body site, from the dose book. A plan may only lengthen and lower these.

/** From the end of the last session that counts [eng]. */
export const SITE_GAP_MIN_MS = 20 * 3_600_000;
/** Sessions that gave any light, in any 24 h; the second is for one that broke off early [eng]. */
export const SITE_SESSIONS_MAX_COUNT = 2;
/** All wavelengths and all belts on a site, in any 24 h [eng]. */
export const SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2 = 60;
export const DAY_MS = 24 * 3_600_000;
/** A session whose every zone stayed below this ratio of its prescription does not count and may be tried again [eng]. */
export const RETRY_DELIVERED_MAX_RATIO = 0.25;
/** The light blocks of one visit, from the first to the beginning of the last [eng]. */
export const VISIT_MAX_MS = 3 * 3_600_000;
/** A session of a course may come this much before it is due: nobody comes at the same minute [eng]. */
export const COURSE_EARLY_MAX_MS = 4 * 3_600_000;
/** From the last session of a finished course to the next course [eng]. */
export const COURSE_PAUSE_MIN_MS = 21 * DAY_MS;
/** A session without an end in the book may still be under way for so long after its last entry [eng]. */
export const OPEN_SESSION_MAX_MS = 3_600_000;
/** A calendar before this was never set. */
export const CALENDAR_MIN_MS = 1_704_067_200_000;
/** More than this, and 1 in 1000, between calendar and uptime: somebody moved the calendar [eng]. */
export const CALENDAR_DRIFT_MS = 60_000;
export const CALENDAR_DRIFT_RATIO = 0.001;
