// The belt's own limits, number by number: who changes one changes it here as well, and knows.
import { describe, expect, it } from 'vitest';
import * as limits from '../../firmware-sim/firmware/limits.ts';

describe("the belt's limits", () => {
  it('are these', () => {
    const numbers = Object.fromEntries(
      Object.entries(limits).filter(([, value]) => typeof value === 'number'),
    );
    expect(numbers).toEqual({
      PROGRAM_CAP_MW_PER_CM2: 100,
      MEASURED_CAP_MW_PER_CM2: 120,
      SESSION_MAX_MS: 1_800_000,
      RADIANT_EXPOSURE_MAX_MJ_PER_CM2: 60_000,
      MEASUREMENT_UNCERTAINTY: 0.003,
      SKIN_CUT_C: 43,
      SKIN_CLEAR_C: 38,
      THERMAL_DOSE_MAX_MIN: 2,
      SENSOR_MIN_C: 10,
      SENSOR_MAX_C: 60,
      SENSOR_PAIR_MAX_C: 4,
      SENSOR_STUCK_MS: 60_000,
      CONTACT_LOSS_MAX_COUNT: 3,
      CONTACT_LOSS_MAX_MS: 30_000,
      OVERRUN_RATIO: 1.1,
      DEVIATION_RATIO: 0.2,
      DEVIATION_MS: 1000,
      EXCESS_RATIO: 1.5,
      COMPARISON_FLOOR: 0.02,
      DEAD_RATIO: 0.1,
      DEAD_MS: 50,
      OFF_MAX_RATIO: 0.02,
      OFF_EXCESS_MS: 50,
      ZONE_TIME_RATIO: 1.05,
      BACKSTOP_RATIO: 1.1,
      BATTERY_START_PERCENT: 15,
      BATTERY_END_PERCENT: 10,
      VISIBLE_MIN_NM: 380,
      VISIBLE_MAX_NM: 780,
      FLICKER_MIN_HZ: 3,
      FLICKER_MAX_HZ: 60,
      STEP_MS: 10,
      SLOW_PERIOD_MS: 100,
      SELF_TEST_MS: 100,
      COUNTDOWN_MS: 3000,
      EXTRA_TICK_GAP_MS: 20,
      TICK_MEMORY_COUNT: 16,
      PERSIST_PERIOD_MS: 200,
      PERSIST_MARGIN_MS: 300,
      EVENT_MAX_COUNT: 16,
      RECORD_MAX_COUNT: 32,
      LINK_MAX_COUNT: 2,
      CONTROLLER_MAX_COUNT: 4,
      HELLO_GAP_MS: 250,
      TICK_RESERVE_COUNT: 256,
    });
  });
});

/** IEC 60825-1, table A.5, exposures over 10 s: 2000 C4 W/m², C4 = 10^(0.002 (λ - 700)) from 700 nm, 5 from 1050 nm. */
describe('the skin limit', () => {
  const rows: readonly (readonly [number, number])[] = [
    [399.9, 0],
    [400, 200],
    [650, 200],
    [699.9, 200],
    [700, 200],
    [808, 328.868],
    [904, 511.732],
    [1049.99, 1002.33],
    [1050, 1000],
    [1400, 1000],
    [1400.1, 0],
    [NaN, 0],
  ];
  it.each(rows)('at %d nm is %d mW/cm²', (wavelengthNm, mwPerCm2) => {
    expect(limits.skinLimitMwPerCm2(wavelengthNm)).toBeCloseTo(mwPerCm2, 1);
  });
});
