// H02 on both sides of its boundary, with readings that are missing, late, or stand still.
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/safety/evaluate.ts';
import { EMPTY_MEMORY, remember } from '../../src/safety/observation.ts';
import { moment, zone } from './moments.ts';
import { follow, live, MIN } from './skin-course.ts';

describe('H02 thermal dose', () => {
  it('42 °C count a quarter: 2 min of dose after 8 min, at the tick and not before', () => {
    expect(follow({ toMs: 8 * MIN - 250, skinC: () => 42, more: { phase: 'paused' } }).ids).toEqual([]);
    expect(follow({ toMs: 8 * MIN + 250, skinC: () => 42, more: { phase: 'paused' } }).ids).toEqual([
      'H02 cutoff',
    ]);
  });

  it('skin below 39 °C counts nothing, however long', () => {
    const { memory } = follow({ toMs: 30 * MIN, skinC: live(38.98) });
    expect(memory.thermalDoses).toEqual([]);
  });

  it('39 °C count', () => {
    expect(follow({ toMs: MIN, skinC: live(39) }).memory.thermalDoses[0]?.doseMin).toBeCloseTo(1 / 256, 3);
  });

  it('counts each interval at its hotter end, warming or cooling', () => {
    const jump = (atMs: number): number => (atMs === 1000 ? 42 : 33);
    const { memory } = follow({ toMs: 3000, everyMs: 1000, skinC: jump });
    expect(memory.thermalDoses[0]).toEqual({
      doseMin: expect.closeTo((2 * 0.25) / 60, 9) as number,
      warmC: 0,
    });
  });

  it('counts through pauses, and as long as the newest report is old', () => {
    const warm = follow({ toMs: 4 * MIN, skinC: live(42) });
    const paused = follow({
      fromMs: 4 * MIN,
      toMs: 6 * MIN,
      skinC: live(42),
      memory: warm.memory,
      more: { phase: 'paused' },
    });
    expect(paused.memory.thermalDoses[0]?.doseMin).toBeCloseTo(1.5, 1);
    const late = follow({
      fromMs: 6 * MIN + 5000,
      toMs: 6 * MIN + 5000,
      skinC: () => 42,
      memory: paused.memory,
    });
    const seen = paused.memory.thermalDoses[0]?.doseMin ?? NaN;
    expect((late.memory.thermalDoses[0]?.doseMin ?? NaN) - seen).toBeCloseTo(0.25 * (5 / 60), 3);
  });

  it('a zone without a reading counts as 43 °C: two minutes of it are too much', () => {
    const blind = { skinC: () => NaN };
    expect(follow({ ...blind, toMs: 2 * MIN - 250 }).ids).not.toContain('H02 cutoff');
    expect(follow({ ...blind, toMs: 2 * MIN + 250 }).ids).toContain('H02 cutoff');
    expect(follow({ skinC: () => 101, toMs: 2 * MIN + 250 }).ids).toContain('H02 cutoff');
  });

  it('no reading yet in the countdown, or none of a zone that is done, counts nothing', () => {
    const blind = { skinC: () => NaN, toMs: 5 * MIN };
    expect(follow({ ...blind, more: { phase: 'countdown' } }).memory.thermalDoses).toEqual([]);
    expect(follow({ ...blind, inTreatment: false }).memory.thermalDoses).toEqual([]);
  });

  it('a zone that is done keeps its dose, and time before arming is no part of the session', () => {
    const warm = follow({ toMs: 5 * MIN, skinC: live(42) });
    const done = follow({
      fromMs: 5 * MIN,
      toMs: 8 * MIN,
      skinC: live(42),
      memory: warm.memory,
      inTreatment: false,
    });
    expect(done.ids).toEqual(['H02 cutoff']);
    const before = follow({ toMs: 20 * MIN, skinC: () => 42.9, more: { phase: 'beforeArming' } });
    expect(before.memory.thermalDoses).toEqual([]);
  });

  it('warns at 1 min', () => {
    expect(follow({ toMs: 4 * MIN - 10_000, skinC: live(42) }).warnings.join()).not.toMatch(/warm for long/);
    expect(follow({ toMs: 4 * MIN, skinC: live(42) }).warnings.join()).toMatch(
      /L1: skin warm for long: 1\.0 of 2 min at 43 °C/,
    );
  });

  it('time that is none is a dose that is none, and no time to stay lit', () => {
    const now = moment({ nowMs: NaN, zones: [zone({ skinTemperatureC: 42 })] });
    const later = moment({ nowMs: Infinity, zones: [zone({ skinTemperatureC: 42 })] });
    expect(evaluate(later, remember(remember(EMPTY_MEMORY, moment()), later)).response).toBe('cutoff');
    expect(() => evaluate(now, remember(EMPTY_MEMORY, now))).not.toThrow();
  });
});
