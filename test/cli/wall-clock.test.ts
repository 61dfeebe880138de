import { uptime } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createWallClock, systemWallClock } from '../../src/cli/wall-clock.ts';

const HOUR = 3_600_000;

function createMachine() {
  let calendarMs = Date.UTC(2026, 2, 2, 9);
  let monotonicMs = 1000;
  let upMs = 5 * HOUR;
  let askedCount = 0;
  return {
    clock: createWallClock({
      calendarMs: () => calendarMs,
      monotonicMs: () => monotonicMs,
      uptimeMs: () => (askedCount++, upMs),
      bootId: () => 'one',
    }),
    pass(ms: number) {
      calendarMs += ms;
      monotonicMs += ms;
      upMs += ms;
    },
    sleep(ms: number) {
      calendarMs += ms;
      upMs += ms;
    },
    moveCalendar: (ms: number) => void (calendarMs += ms),
    upMs: () => upMs,
    askedCount: () => askedCount,
  };
}

describe('the time since the machine was started', () => {
  it('is asked for once and then reckoned', () => {
    const machine = createMachine();
    for (let count = 0; count < 100; count++) {
      expect(machine.clock.uptimeMs()).toBe(machine.upMs());
      machine.pass(750);
    }
    expect(machine.askedCount()).toBe(1);
  });

  it('has the sleep of the machine in it, and not what somebody did to the calendar', () => {
    const machine = createMachine();
    machine.clock.uptimeMs();
    machine.sleep(7 * HOUR);
    expect(machine.clock.uptimeMs()).toBe(12 * HOUR);
    machine.moveCalendar(-24 * HOUR);
    expect(machine.clock.uptimeMs()).toBe(12 * HOUR);
    machine.pass(HOUR);
    expect(machine.clock.uptimeMs()).toBe(13 * HOUR);
    expect(machine.askedCount()).toBe(3);
  });

  it('of this machine is what the system says', () => {
    expect(Math.abs(systemWallClock.uptimeMs() - uptime() * 1000)).toBeLessThan(500);
    expect(Math.abs(systemWallClock.nowMs() - Date.now())).toBeLessThan(500);
    expect(systemWallClock.bootId()).toBe(systemWallClock.bootId());
  });
});
