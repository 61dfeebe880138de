// Two clocks and the deadlines that rest on them, to the millisecond.
import { describe, expect, it } from 'vitest';
import {
  clockDifferenceMs,
  clockElapsedMs,
  NO_CLOCK_WATCH,
  stampedAtMs,
  watchClocks,
  type ClockWatch,
} from '../../src/session/clocks.ts';
import {
  earliestDeadlineMs,
  NO_DEADLINES,
  presenceDeadlineMs,
  statusDeadlineMs,
  WAIT_MS,
} from '../../src/session/deadlines.ts';

/** Ticks that the belt stamped every 250 ms, each with a delay of its own. */
const watched = (delaysMs: readonly number[]): ClockWatch =>
  delaysMs.reduce((watch, delayMs, at) => watchClocks(watch, at * 250 + delayMs, at * 250), NO_CLOCK_WATCH);

describe('the clock watch', () => {
  it('begins with the first tick', () => {
    expect(watchClocks(NO_CLOCK_WATCH, 1000, 400)).toEqual({
      firstAtMs: 1000,
      baselineMs: 600,
      count: 1,
      recentMs: [600],
      recentAtMs: [1000],
    });
    expect(clockElapsedMs(NO_CLOCK_WATCH, 5000)).toBe(0);
    expect(clockElapsedMs(watchClocks(NO_CLOCK_WATCH, 1000, 400), 5000)).toBe(4000);
    expect(clockDifferenceMs(NO_CLOCK_WATCH)).toBe(0);
  });

  it('its baseline is the least difference of the first eight ticks, no later one', () => {
    expect(watched([20, 30, 20, 20, 20, 20, 20, 10]).baselineMs).toBe(10);
    expect(watched([20, 20, 20, 20, 20, 20, 20, 20, 10]).baselineMs).toBe(20);
    expect(watched([20, 30]).baselineMs).toBe(20);
    expect(watched([20, 30])).toMatchObject({ firstAtMs: 20, count: 2, recentAtMs: [20, 280] });
  });

  it('it remembers the newest sixteen', () => {
    const watch = watched(Array.from({ length: 20 }, (_, at) => at));
    expect(watch.recentMs).toEqual(Array.from({ length: 16 }, (_, at) => at + 4));
    expect(watch.recentAtMs).toHaveLength(16);
    expect(watched(Array.from({ length: 16 }, (_, at) => at)).recentMs).toHaveLength(16);
  });

  it('a difference that grows is a slow clock once no tick of the last 1.5 s came in time', () => {
    const late = (count: number): number =>
      clockDifferenceMs(watched([...Array<number>(10).fill(5), ...Array<number>(count).fill(305)]));
    // The newest six span 1250 ms, the one before them is 1800 ms old.
    expect(late(7)).toBe(300);
    expect(late(6)).toBe(300);
    // Five span 1000 ms, the one before came within 1.5 s.
    expect(late(4)).toBe(0);
    expect(late(1)).toBe(0);
  });

  it('the least of the window counts, from its oldest tick to its newest', () => {
    const delays = [...Array<number>(10).fill(5), 305, 355, 325, 405, 385, 395, 415];
    expect(clockDifferenceMs(watched(delays))).toBe(320);
    const rising = [...Array<number>(10).fill(5), 305, 315, 325, 335, 345, 355, 365, 375, 385];
    // Within 1.5 s of the newest: six ticks.
    expect(clockDifferenceMs(watched(rising))).toBe(330);
  });

  it('a burst after a stall spans no time: it is delay', () => {
    let watch = watched(Array<number>(10).fill(5));
    for (let at = 10; at < 17; at++) watch = watchClocks(watch, 4500, at * 250);
    expect(clockDifferenceMs(watch)).toBe(0);
  });

  it('less difference than at first is a fast clock at once', () => {
    expect(clockDifferenceMs(watched([...Array<number>(10).fill(50), 20]))).toBe(-30);
    expect(clockDifferenceMs(watched([50, 50, 50]))).toBe(0);
  });

  it('a tick was stamped no later than it arrived, and by the least delay known', () => {
    const watch = watched([20, 5, 30]);
    expect(stampedAtMs(watch, 900, 750)).toBe(755);
    expect(stampedAtMs(watch, 752, 750)).toBe(752);
    expect(stampedAtMs(NO_CLOCK_WATCH, 900, 750)).toBe(900);
  });
});

describe('deadlines', () => {
  it('the earliest counts, and without any nothing is waited for', () => {
    expect(earliestDeadlineMs(NO_DEADLINES)).toBe(Infinity);
    for (const name of ['stateAtMs', 'statusAtMs', 'restAtMs', 'presenceAtMs'] as const)
      expect(earliestDeadlineMs({ ...NO_DEADLINES, [name]: 70 }), name).toBe(70);
    expect(earliestDeadlineMs({ stateAtMs: 4, statusAtMs: 3, restAtMs: 2, presenceAtMs: 1 })).toBe(1);
  });

  it('a status is stale one moment after 850 ms and ends the session one after 2 s more', () => {
    expect(statusDeadlineMs(1000, 1850)).toBe(1851);
    expect(statusDeadlineMs(1000, 1851)).toBe(3851);
    expect(statusDeadlineMs(1000, 3850)).toBe(3851);
    expect(statusDeadlineMs(1000, 3851)).toBe(Infinity);
  });

  it('the person is asked after ten minutes and no longer waited for one minute later', () => {
    expect(presenceDeadlineMs(1000, 1000)).toBe(601_000);
    expect(presenceDeadlineMs(1000, 600_999)).toBe(601_000);
    expect(presenceDeadlineMs(1000, 601_000)).toBe(661_001);
    expect(presenceDeadlineMs(1000, 661_000)).toBe(661_001);
    expect(presenceDeadlineMs(1000, 661_001)).toBe(Infinity);
  });

  it('every wait has its bound', () => {
    expect(WAIT_MS).toEqual({
      connect: 16_000,
      bookAnswer: 10_000,
      record: 6000,
      prepare: 10_000,
      arming: 600_000,
      armAnswer: 6000,
      button: 30_000,
      countdownSlack: 10_000,
      pauseAnswer: 6000,
      pauseRepeat: 1000,
      paused: 600_000,
      stopRepeat: 300,
      reconnect: 10_000,
      reconnectRetry: 500,
      closingRecord: 2000,
      closingBook: 5000,
      emittingSlack: 30_000,
    });
  });
});
