// The calendar of this machine, with what shows whether somebody moved it.
import { uptime } from 'node:os';
import type { WallClock } from '../clock.ts';
import { systemProcessFacts } from '../store/holder.ts';

/** The number of this start of the machine never changes while we run. */
let bootId: string | undefined;

export const systemWallClock: WallClock = {
  nowMs: () => Date.now(),
  uptimeMs: () => Math.round(uptime() * 1000),
  bootId: () => (bootId ??= systemProcessFacts().bootId),
};
