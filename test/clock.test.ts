import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../src/clock.ts';

describe('the virtual clock', () => {
  it('fires a timer that sets itself again once for each period, however far it is advanced', () => {
    const clock = createVirtualClock();
    const firedAtMs: number[] = [];
    const repeat = (): void => {
      firedAtMs.push(clock.nowMs());
      clock.setTimeout(repeat, 1000);
    };
    clock.setTimeout(repeat, 1000);
    clock.advance(10_000);
    expect(firedAtMs).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000]);
  });

  it('fires in order of deadline, and in order of setting where deadlines are equal', () => {
    const clock = createVirtualClock(500);
    const order: string[] = [];
    clock.setTimeout(() => order.push('late'), 20);
    clock.setTimeout(() => order.push('first of two'), 10);
    clock.setTimeout(() => order.push('second of two'), 10);
    clock.setTimeout(() => order.push('at once'), 0);
    clock.advance(20);
    expect(order).toEqual(['at once', 'first of two', 'second of two', 'late']);
    expect(clock.nowMs()).toBe(520);
  });

  it('does not fire what was cleared, even by a timer that falls due at the same instant', () => {
    const clock = createVirtualClock();
    const fired: string[] = [];
    const doomed: { timer?: object } = {};
    clock.setTimeout(() => {
      fired.push('clears the other');
      if (doomed.timer !== undefined) clock.clearTimeout(doomed.timer);
    }, 5);
    doomed.timer = clock.setTimeout(() => fired.push('must not fire'), 5);
    clock.advance(10);
    expect(fired).toEqual(['clears the other']);
    expect(clock.nextDeadlineMs()).toBeUndefined();
  });

  it('shows each callback its own deadline and treats NaN and negative delays as none', () => {
    const clock = createVirtualClock();
    const seen: number[] = [];
    clock.setTimeout(() => seen.push(clock.nowMs()), 3.5);
    clock.setTimeout(() => seen.push(clock.nowMs()), Number.NaN);
    clock.setTimeout(() => seen.push(clock.nowMs()), -1);
    expect(clock.nextDeadlineMs()).toBe(0);
    clock.advance(4);
    expect(seen).toEqual([0, 0, 3.5]);
  });

  it('moves on for whoever waits at all: a delay too small for a number that large is still later than now', () => {
    const clock = createVirtualClock(1e9 + 1 / 3);
    let firedCount = 0;
    const again = (): void => {
      if (++firedCount < 100) clock.setTimeout(again, 1e-12);
    };
    clock.setTimeout(again, 1e-12);
    const beforeMs = clock.nowMs();
    clock.advance(1e-6);
    expect(firedCount).toBeLessThan(100);
    expect(firedCount).toBeGreaterThan(0);
    expect(clock.nowMs()).toBeGreaterThan(beforeMs);
  });
});
