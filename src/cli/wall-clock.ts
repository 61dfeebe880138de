// The calendar of this machine, with what shows whether somebody moved it.
import { uptime } from 'node:os';
import type { WallClock } from '../clock.ts';
import { systemProcessFacts } from '../store/holder.ts';

/** What of the machine it needs; a test hands in its own. */
export interface Machine {
  calendarMs(): number;
  /** Stands still while the machine sleeps; asking costs next to nothing. */
  monotonicMs(): number;
  /** Does not stand still; asking reads a file. */
  uptimeMs(): number;
  bootId(): string;
}

/** More than this between calendar and monotonic clock: the machine slept, or somebody moved the calendar. */
const APART_MS = 200;

/** A clock whose time since the start is only asked for when it cannot be reckoned. */
export function createWallClock(machine: Machine): WallClock {
  let known: { readonly calendarMs: number; readonly monotonicMs: number; readonly upMs: number } | undefined;
  let bootId: string | undefined;
  return {
    nowMs: () => machine.calendarMs(),
    uptimeMs() {
      const calendarMs = machine.calendarMs();
      const monotonicMs = machine.monotonicMs();
      if (known !== undefined) {
        const elapsedMs = monotonicMs - known.monotonicMs;
        if (Math.abs(calendarMs - known.calendarMs - elapsedMs) <= APART_MS) return known.upMs + elapsedMs;
      }
      known = { calendarMs, monotonicMs, upMs: machine.uptimeMs() };
      return known.upMs;
    },
    // The number of this start of the machine never changes while we run.
    bootId: () => (bootId ??= machine.bootId()),
  };
}

export const systemWallClock: WallClock = createWallClock({
  calendarMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  uptimeMs: () => uptime() * 1000,
  bootId: () => systemProcessFacts().bootId,
});
