// The limits as the design and its sources have them, by value: 43 °C is not 42, and 30 min are 1800 s.
import { describe, expect, it } from 'vitest';
import * as limits from '../../src/safety/limits.ts';

const HOUR_MS = 60 * 60 * 1000;

describe('limits', () => {
  it('of light: what no plan, user or option may exceed', () => {
    expect(limits).toMatchObject({
      IRRADIANCE_CAP_MW_PER_CM2: 100,
      RADIANT_EXPOSURE_CAP_J_PER_CM2: 60,
      SESSION_ENERGY_CAP_J: 500,
      SESSION_DURATION_CAP_S: 1800,
      WAVELENGTH_MIN_NM: 400,
      WAVELENGTH_MAX_NM: 1400,
      VISIBLE_MAX_NM: 780,
      FLICKER_MIN_HZ: 3,
      FLICKER_MAX_HZ: 60,
      EXPOSURE_TIME_TOLERANCE: 0.05,
      COMMANDED_DOSE_TOLERANCE: 0.01,
      COMMANDED_DOSE_SLACK_MS: 400,
      EXPOSURE_TIME_BACKSTOP: 0.1,
      EXPOSURE_TIME_SLACK_MS: 500,
    });
  });

  it('of skin: H01 to H05', () => {
    expect(limits).toMatchObject({
      SKIN_TEMPERATURE_WARN_C: 41,
      SKIN_TEMPERATURE_CUT_C: 43,
      THERMAL_DOSE_WARN_MIN: 1,
      THERMAL_DOSE_CUT_MIN: 2,
      START_TEMPERATURE_MIN_C: 25,
      START_TEMPERATURE_MAX_C: 37,
      RISE_MAX_C_PER_MIN: 1.5,
      RISE_WINDOW_MS: 30_000,
      SENSOR_MIN_C: 10,
      SENSOR_MAX_C: 60,
      SENSOR_STUCK_MS: 60_000,
      CONTACT_LOSS_MAX_COUNT: 3,
      CONTACT_LOST_MAX_MS: 30_000,
    });
  });

  it('of dose and output: H06 to H10', () => {
    expect(limits).toMatchObject({
      OVERRUN_LIMIT_RATIO: 1.1,
      DOSE_AGREEMENT_RATIO: 0.03,
      IRRADIANCE_MEASURED_MAX_MW_PER_CM2: 120,
      EXPOSURE_SUM_MAX: 1,
      OUTPUT_TOLERANCE_RATIO: 0.2,
      OUTPUT_TOLERANCE_MS: 1000,
      OUTPUT_PEAK_RATIO: 1.5,
      OUTPUT_WARN_RATIO: 0.1,
      OUTPUT_WARN_MS: 10_000,
      DEAD_RATIO: 0.1,
      OFF_RATIO: 0.02,
      OFF_SETTLE_MS: 50,
      MEASUREMENT_UNCERTAINTY_MAX_RATIO: 0.2,
      CERTAIN_UPPER_MAX_RATIO: 1.035,
      EMITTER_TOLERANCE_RATIO: 0.01,
    });
  });

  it('of clocks, link, battery and person: H11 to H23', () => {
    expect(limits).toMatchObject({
      CLOCK_DIFFERENCE_MS: 250,
      CLOCK_DIFFERENCE_RATIO: 0.02,
      STATUS_AGE_MAX_MS: 850,
      STATUS_STALE_MAX_MS: 2000,
      BAD_FRAME_LIMIT_COUNT: 3,
      BATTERY_START_MIN_PERCENT: 15,
      BATTERY_MIN_PERCENT: 10,
      UNATTENDED_ASK_MS: 600_000,
      UNATTENDED_PAUSE_MS: 660_000,
    });
  });

  it('between sessions: H19 and H21', () => {
    expect(limits).toMatchObject({
      SITE_GAP_MIN_MS: 20 * HOUR_MS,
      SITE_SESSIONS_MAX_COUNT: 2,
      SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2: 60,
      DAY_MS: 24 * HOUR_MS,
      RETRY_DELIVERED_MAX_RATIO: 0.25,
      VISIT_MAX_MS: 3 * HOUR_MS,
      COURSE_EARLY_MAX_MS: 4 * HOUR_MS,
      COURSE_PAUSE_MIN_MS: 21 * 24 * HOUR_MS,
      OPEN_SESSION_MAX_MS: HOUR_MS,
      CALENDAR_MIN_MS: Date.parse('2024-01-01T00:00:00Z'),
      CALENDAR_DRIFT_MS: 60_000,
      CALENDAR_DRIFT_RATIO: 0.001,
    });
  });

  it('are no more than these', () => {
    expect(Object.keys(limits)).toHaveLength(14 + 13 + 15 + 9 + 12);
  });
});
