// The belt's own limits and times. Written for the belt alone: nothing here is shared with the controller, so that a
// wrong number on one side is caught by the other. Marks: [eng] is a choice of this project.

/** Program cap on mean irradiance (WALT, upper irradiance). */
export const PROGRAM_CAP_MW_PER_CM2 = 100;
/** What may be measured: the cap, and the ±20 % a therapy laser may deviate by. */
export const MEASURED_CAP_MW_PER_CM2 = 120;
export const SESSION_MAX_MS = 30 * 60 * 1000;
export const RADIANT_EXPOSURE_MAX_MJ_PER_CM2 = 60_000;
/** Stated uncertainty of the monitor photodiodes. */
export const MEASUREMENT_UNCERTAINTY = 0.003;

export const SKIN_CUT_C = 43;
export const SKIN_CLEAR_C = 38;
/** H02: equivalent minutes at 43 °C that one zone may have in one session. */
export const THERMAL_DOSE_MAX_MIN = 2;
export const SENSOR_MIN_C = 10;
export const SENSOR_MAX_C = 60;
export const SENSOR_PAIR_MAX_C = 4;
export const SENSOR_STUCK_MS = 60_000;

export const CONTACT_LOSS_MAX_COUNT = 3;
export const CONTACT_LOSS_MAX_MS = 30_000;

/** H06: the zone ends at 100 %; above this the belt does not trust itself any more. */
export const OVERRUN_RATIO = 1.1;
/** H08: band, time out of it, and the excess that is cut on any one sample. */
export const DEVIATION_RATIO = 0.2;
export const DEVIATION_MS = 1000;
export const EXCESS_RATIO = 1.5;
/** H08, H09: below this part of full scale, a ramp's set value says too little to be compared with. */
export const COMPARISON_FLOOR = 0.02;
/** H09, and how many samples in a row: one conversion may fall on a switching edge. */
export const DEAD_RATIO = 0.1;
export const DEAD_MS = 50;
/** H10 */
export const OFF_MAX_RATIO = 0.02;
export const OFF_EXCESS_MS = 50;
/** H12 */
export const ZONE_TIME_RATIO = 1.05;
export const BACKSTOP_RATIO = 1.1;
/** H18 */
export const BATTERY_START_PERCENT = 15;
export const BATTERY_END_PERCENT = 10;
/** H22 */
export const VISIBLE_MIN_NM = 380;
export const VISIBLE_MAX_NM = 780;
export const FLICKER_MIN_HZ = 3;
export const FLICKER_MAX_HZ = 60;

/** One firmware step. A zone is lit for the coming step only if that step ends within its lease. */
export const STEP_MS = 10;
export const SLOW_PERIOD_MS = 100;
export const SELF_TEST_MS = 100;
export const COUNTDOWN_MS = 3000;
export const EXTRA_TICK_GAP_MS = 20;
export const TICK_MEMORY_COUNT = 16;
export const PERSIST_PERIOD_MS = 200;
/** What a session may have delivered since it was last persisted: 300 ms at the most H08 lets pass. */
export const PERSIST_MARGIN_MS = 300;
export const EVENT_MAX_COUNT = 16;
export const RECORD_MAX_COUNT = 32;
export const LINK_MAX_COUNT = 2;
/** Controllers that one belt knows: a person's own, and those of who looks after them [eng]. */
export const CONTROLLER_MAX_COUNT = 4;
/** Between two hellos during a session [eng]. */
export const HELLO_GAP_MS = 250;
/** Ticks are numbered from a reserve that is persisted ahead. */
export const TICK_RESERVE_COUNT = 256;

/** Skin limit for exposures over 10 s at 400 to 1400 nm (IEC 60825-1, table A.5): 200 C4 mW/cm². */
export function skinLimitMwPerCm2(wavelengthNm: number): number {
  if (!(wavelengthNm >= 400 && wavelengthNm <= 1400)) return 0;
  if (wavelengthNm < 700) return 200;
  return wavelengthNm < 1050 ? 200 * 10 ** (0.002 * (wavelengthNm - 700)) : 1000;
}
