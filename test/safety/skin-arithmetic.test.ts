// The arithmetic of what is remembered of the skin, against the same worked out another way.
import { describe, expect, it } from 'vitest';
import { EMPTY_MEMORY, remember, type SafetyMemory } from '../../src/safety/observation.ts';
import { isStuck, NO_SKIN_HISTORY, rememberHistory, type SkinSample } from '../../src/safety/skin-memory.ts';
import { moment, zone } from './moments.ts';
import { follow, live, MIN } from './skin-course.ts';

describe('readings that are none', () => {
  it('H02 below 0 and above 100 °C count as 43 °C, 0 and 100 °C as what they are', () => {
    const after = (celsius: number, toMs = 1000): readonly unknown[] =>
      follow({ toMs, skinC: () => celsius }).memory.thermalDoses;
    const as43 = [{ doseMin: expect.closeTo(1 / 60, 9) as number, warmC: 43 }];
    expect(after(-0.1)).toEqual(as43);
    expect(after(100.1)).toEqual(as43);
    expect(after(0)).toEqual([]);
    expect(after(100)).toEqual([{ doseMin: expect.closeTo(2 ** 57 / 60, 0) as number, warmC: 100 }]);
  });

  it('H02 39 °C count to the tenth of a second, and nothing counts once all stops', () => {
    expect(follow({ toMs: MIN, skinC: () => 39 }).memory.thermalDoses[0]?.doseMin).toBeCloseTo(1 / 256, 9);
    const stopping = follow({ toMs: MIN, skinC: () => 42, more: { phase: 'stopping' } });
    expect(stopping.memory.thermalDoses).toEqual([]);
  });
});

describe('zones beside each other', () => {
  it('H02 a zone keeps its dose while another warms, and a cool one has none', () => {
    const warm: SafetyMemory = { ...EMPTY_MEMORY, atMs: 99_000, thermalDoses: [{ doseMin: 0.5, warmC: 0 }] };
    const now = moment({
      zones: [zone(), zone({ zone: 1, skinTemperatureC: 43 }), zone({ zone: 2 })],
    });
    expect(remember(warm, now).thermalDoses).toEqual([
      { doseMin: 0.5, warmC: 0 },
      { doseMin: expect.closeTo(1 / 60, 9) as number, warmC: 43 },
      { doseMin: 0, warmC: 0 },
    ]);
  });
});

describe('H03 the slope', () => {
  /** Covariance over variance, about the means. */
  const slopePerMin = (readings: readonly number[]): number => {
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const minutes = readings.map((_, second) => second / 60);
    const [midX, midY] = [mean(minutes), mean(readings)];
    const over = minutes.map((x, at) => (x - midX) * ((readings[at] ?? NaN) - midY));
    return mean(over) / mean(minutes.map((x) => (x - midX) ** 2));
  };

  it('is that of least squares: one warm reading at the end weighs little', () => {
    const readings = Array.from({ length: 31 }, (_, second) =>
      second === 30 ? 34 : 33 + (second % 3) * 0.1,
    );
    const { memory } = follow({
      fromMs: 5000,
      toMs: 35_000,
      everyMs: 1000,
      skinC: (atMs) => readings[(atMs - 5000) / 1000] ?? NaN,
    });
    const expected = slopePerMin(readings);
    expect(expected).toBeLessThan(1);
    expect(memory.skinHistory.risesCPerMin).toEqual([expect.closeTo(expected, 9) as number]);
  });
});

describe('H03 the dark', () => {
  it('of 2 s or more lets the rise be seen anew, less does not', () => {
    const sample = (atMs: number, celsius: number): SkinSample => ({
      atMs,
      emissionMs: atMs,
      skinC: [celsius],
      changed: 1,
    });
    const before = { samples: [sample(0, 30), sample(30_000, 31)], risesCPerMin: [2], changed: 1 };
    const risesAt = (nowMs: number): readonly number[] =>
      rememberHistory(
        before,
        moment({ nowMs, sessionEmissionMs: 30_000, zones: [zone({ skinTemperatureC: 30.5 })] }),
      ).risesCPerMin;
    expect(risesAt(31_999)).toEqual([2]);
    expect(risesAt(32_000)[0]).toBeLessThan(1.5);
  });
});

describe('samples', () => {
  it('are one a second of light, as far back as 60 s', () => {
    const samplesAfter = (toMs: number): number =>
      follow({ toMs, everyMs: 1000, skinC: live(34) }).memory.skinHistory.samples.length;
    expect(samplesAfter(3000)).toBe(4);
    expect(samplesAfter(60_000)).toBe(61);
    expect(samplesAfter(3 * MIN)).toBe(61);
  });

  it('are none of a belt without zones', () => {
    expect(rememberHistory(NO_SKIN_HISTORY, moment({ zones: [] }))).toBe(NO_SKIN_HISTORY);
  });
});

describe('H04 a sensor that stands still', () => {
  const sample = (atMs: number, changed = 0): SkinSample => ({
    atMs,
    emissionMs: atMs,
    skinC: [34.56],
    changed,
  });
  const stuck = (samples: readonly SkinSample[], changed = 0, reading = 34.56, ms = 60_000): boolean =>
    isStuck(
      { samples, risesCPerMin: [], changed },
      moment({ sessionEmissionMs: ms, zones: [zone({ skinTemperatureC: reading })] }),
      0,
    );

  it('has the same reading now, in each sample, and at all times between, for 60 s of light', () => {
    expect(stuck([sample(0)])).toBe(true);
    expect(stuck([sample(0), sample(30_000)])).toBe(true);
  });

  it('is none that read otherwise now, since the newest sample, or between two of them', () => {
    expect(stuck([sample(0)], 0, 34.57)).toBe(false);
    expect(stuck([sample(0)], 1)).toBe(false);
    expect(stuck([sample(0), sample(30_000, 1)])).toBe(false);
    expect(stuck([{ ...sample(0), skinC: [34.57] }, sample(30_000)])).toBe(false);
    expect(stuck([])).toBe(false);
  });

  it('is none before 60 s of light; and another zone’s change is none of this one', () => {
    expect(stuck([sample(0)], 0, 34.56, 59_999)).toBe(false);
    expect(stuck([sample(0), sample(30_000, 2)], 2)).toBe(true);
  });
});
