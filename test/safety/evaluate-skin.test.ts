// The hazards of the skin, on both sides of each boundary, with readings that are missing, late, or stand still.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/safety/evaluate.ts';
import { remember, type Observation } from '../../src/safety/observation.ts';
import { idsOf, moment, zone } from './moments.ts';
import { follow, live, MIN } from './skin-course.ts';

describe('H03 hot start', () => {
  const starting = (skinTemperatureC: number, more: Partial<Observation> = {}): string[] =>
    idsOf(
      moment({
        phase: 'beforeArming',
        isStarting: true,
        zones: [zone({ inTreatment: false, lit: false, irradianceMwPerCm2: 0, skinTemperatureC })],
        ...more,
      }),
    );

  it.each([
    [24.99, ['H03 refuse']],
    [25, []],
    [33, []],
    [37, []],
    [37.01, ['H03 refuse']],
    [Infinity, ['H03 refuse']],
    [-Infinity, ['H03 refuse']],
  ] as const)('%d °C', (celsius, expected) => {
    expect(starting(celsius)).toEqual(expected);
    expect(starting(celsius, { phase: 'countdown' })).toEqual(expected);
  });

  it('a belt that was just switched on may know nothing yet, until a reading is due', () => {
    expect(starting(NaN)).toEqual([]);
    expect(starting(NaN, { isReadingDue: true })).toEqual(['H03 refuse']);
  });

  it('is judged when somebody says yes, not before; and not where no light will be, or no skin is', () => {
    expect(starting(40, { isStarting: false })).toEqual([]);
    const beside = { lit: false, irradianceMwPerCm2: 0, inTreatment: false, skinTemperatureC: 20 };
    expect(starting(0, { zones: [zone({ ...beside, isPrescribed: false })] })).toEqual([]);
    expect(starting(0, { zones: [zone({ ...beside, contact: false })] })).toEqual([]);
  });
});

describe('H03 rate of rise', () => {
  const rising =
    (cPerMin: number, fromMs = 0) =>
    (atMs: number): number =>
      30 + (cPerMin * Math.max(0, atMs - fromMs)) / MIN;

  it.each([
    ['1.49 °C/min are allowed', 1.49, 4 * MIN, []],
    ['1.51 °C/min for less than 30 s are allowed', 1.51, 29_750, []],
    ['1.51 °C/min for 30 s pause', 1.51, 30_000, ['H03 pause']],
    ['cooling is allowed', -6, MIN, []],
  ] as const)('%s', (_title, cPerMin, toMs, expected) => {
    expect(follow({ toMs, skinC: rising(cPerMin) }).ids).toEqual(expected);
  });

  it('a rise that begins later is found within 30 s and a second', () => {
    const { atMs } = follow({ toMs: 4 * MIN, skinC: (at) => live(0)(at) + rising(1.6, 90_000)(at) }, true);
    expect(atMs).toBeGreaterThan(90_000);
    expect(atMs).toBeLessThanOrEqual(90_000 + 31_000);
  });

  it.each([
    ['a jump of 0.74 °C is less than 30 s of that rise', 0.74, []],
    ['a jump of 0.8 °C is more', 0.8, ['H03 pause']],
  ] as const)('%s', (_title, jumpC, expected) => {
    const jump = (at: number): number => (at >= 45_000 ? 33 + jumpC : 33) + live(0)(at);
    expect(follow({ toMs: 3 * MIN, skinC: jump }, true).ids).toEqual(expected);
  });

  it('is no hazard in the dark, in a zone that is done, or from before the light', () => {
    const fast = { toMs: MIN, skinC: rising(3) };
    expect(follow({ ...fast, more: { phase: 'paused' } }).ids).toEqual([]);
    expect(follow({ ...fast, inTreatment: false }).ids).toEqual([]);
    const warmed = follow({ ...fast, more: { phase: 'countdown' } });
    expect(follow({ fromMs: MIN, toMs: 2 * MIN, skinC: live(33), memory: warmed.memory }).ids).toEqual([]);
  });

  it('healthy skin under 100 mW/cm² with noisy sensors never trips it', () => {
    // First-order warming towards +5 °C in four minutes, as the reference belt models it.
    const skin = (atMs: number): number => 33 + 5 * (1 - Math.exp(-atMs / 240_000));
    let seed = 1;
    const noise = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return (seed / 2_147_483_647 - 0.5) * 0.16;
    };
    for (let run = 0; run < 50; run++)
      expect(follow({ toMs: 2 * MIN, skinC: (at) => skin(at) + noise() }, true).ids).toEqual([]);
  });

  it.each([
    ['cooled in the pause may be lit again, however little light there was since', 31, []],
    ['went on getting warmer in the pause is paused again', 33, ['H03 pause']],
  ] as const)('skin that rose too fast and %s', (_title, afterC, expected) => {
    const risen = follow({ toMs: 30_000, skinC: rising(2) });
    expect(risen.ids).toEqual(['H03 pause']);
    const resumed = { isDark: true, memory: risen.memory, more: { sessionEmissionMs: 30_000 } };
    for (const fromMs of [61_000, 90_000])
      expect(follow({ ...resumed, fromMs, toMs: fromMs, skinC: () => afterC }).ids).toEqual(expected);
  });

  it('skin that rose too fast is paused again when nobody waits', () => {
    const risen = follow({ toMs: 30_000, skinC: rising(2) });
    const soon = { isDark: true, fromMs: 33_000, toMs: 33_000, more: { sessionEmissionMs: 30_000 } };
    expect(follow({ ...soon, memory: risen.memory, skinC: () => 31 }).ids).toEqual(['H03 pause']);
  });

  it('a missing reading among the samples is no slow rise', () => {
    const { ids } = follow({ toMs: 40_000, skinC: (at) => (at === 20_000 ? NaN : live(33)(at)) });
    expect(ids).toEqual(['H03 pause']);
  });
});

describe('H04 temperature sensor', () => {
  const reading = (skinTemperatureC: number, more: Partial<Observation> = {}): string[] =>
    idsOf(moment({ zones: [zone({ skinTemperatureC })], ...more }));

  it.each([
    [9.99, ['H04 cutoff']],
    [10, []],
    [60, ['H01 cutoff']],
    [60.01, ['H01 cutoff', 'H04 cutoff']],
    [NaN, ['H01 cutoff', 'H04 cutoff']],
  ] as const)('%d °C', (celsius, expected) => {
    expect(reading(celsius)).toEqual(expected);
  });

  it('no reading yet is no hazard in the countdown; a wrong one is', () => {
    expect(reading(NaN, { phase: 'countdown' })).toEqual([]);
    expect(reading(5, { phase: 'countdown' })).toEqual(['H04 cutoff']);
  });

  it('the same reading for 60 s of light is a sensor that stands still', () => {
    expect(follow({ toMs: 59_750, skinC: () => 34.56 }).ids).toEqual([]);
    expect(follow({ toMs: 60_000, skinC: () => 34.56 }).ids).toEqual(['H04 cutoff']);
  });

  it('one that sticks later is found within 60 s and 2 s', () => {
    const { ids, atMs } = follow(
      { toMs: 3 * MIN, skinC: (at) => (at < 70_000 ? live(34)(at) : 34.56) },
      true,
    );
    expect(ids).toEqual(['H04 cutoff']);
    expect(atMs).toBeGreaterThanOrEqual(130_000);
    expect(atMs).toBeLessThanOrEqual(132_000);
  });

  it('one other reading within the 60 s is life, however small the difference', () => {
    expect(follow({ toMs: 90_000, skinC: (at) => (at === 40_250 ? 34.57 : 34.56) }).ids).toEqual([]);
  });

  it('only light counts: it stands still over a pause without being older for it', () => {
    const lit = follow({ toMs: 40_000, skinC: () => 34.56 });
    const dark = follow({
      fromMs: 40_000,
      toMs: 5 * MIN,
      skinC: () => 34.56,
      memory: lit.memory,
      isDark: true,
      more: { phase: 'paused' },
    });
    expect(dark.ids).toEqual([]);
    const again = moment({
      nowMs: 5 * MIN + 20_000,
      sessionEmissionMs: 60_000,
      zones: [zone({ skinTemperatureC: 34.56 })],
    });
    expect(idsOf(again, remember(dark.memory, again))).toEqual(['H04 cutoff']);
  });

  it('keeps no more than about a minute of readings', () => {
    expect(follow({ toMs: 20 * MIN, skinC: live(34) }).memory.skinHistory.samples.length).toBeLessThanOrEqual(
      62,
    );
  });
});

describe('several of the skin at once', () => {
  it('are all recorded, each with its response, and the worst wins', () => {
    const { memory } = follow({ toMs: 31_000, skinC: (at) => 30 + at / 10_000 });
    const now = moment({
      nowMs: 31_250,
      unattendedMs: 700_000,
      sessionEmissionMs: 31_250,
      zones: [zone({ skinTemperatureC: 61, contact: false })],
    });
    const verdict = evaluate(now, remember({ ...memory, thermalDoses: [{ doseMin: 2, warmC: 42 }] }, now));
    expect(verdict.active.map((hazard) => `${hazard.id} ${hazard.response}`)).toEqual([
      'H01 cutoff',
      'H02 cutoff',
      'H03 pause',
      'H04 cutoff',
      'H05 pause',
      'H23 pause',
    ]);
    expect(verdict.response).toBe('cutoff');
  });
});

describe('what is remembered', () => {
  it('is the very same from tick to tick, but for each second of light and the first new reading in it', () => {
    const { memory } = follow({ toMs: 5250, skinC: live(34) });
    const next = remember(memory, moment({ nowMs: 5500, sessionEmissionMs: 5500, zones: [zone()] }));
    expect(next.thermalDoses).toBe(memory.thermalDoses);
    expect(next.skinHistory).toBe(memory.skinHistory);
  });
});
