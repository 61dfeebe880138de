// The only source of monotonic time. One clock serves the state machine, the transports and the simulated belt.

export type TimerId = object;

/** Monotonic milliseconds and timers. The zero point means nothing: only differences do. */
export interface Clock {
  nowMs(): number;
  setTimeout(callback: () => void, delayMs: number): TimerId;
  clearTimeout(timer: TimerId): void;
}

/** The calendar, and what shows whether somebody moved it. For records and for the limits over days; no deadline hangs on it. */
export interface WallClock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Since the machine was started, time asleep included. */
  uptimeMs(): number;
  /** Another one after every start of the machine; '' where that is not known. */
  bootId(): string;
}

const CALENDAR_END_MS = 253_402_300_799_999;
/** ISO 8601 in UTC; what no calendar has becomes the nearest that one has. */
export const isoTime = (ms: number): string =>
  new Date(ms >= 0 ? Math.min(ms, CALENDAR_END_MS) : 0).toISOString();
/** NaN when the text is no time. */
export const msOfIso = (text: string): number => Date.parse(text);

/** A calendar that stands still: for simulations, whose dates mean nothing. */
export const fixedWallClock = (at: string): WallClock => ({
  nowMs: () => Date.parse(at),
  uptimeMs: () => 0,
  bootId: () => '',
});

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** A clock that moves only when told, and steps to each deadline on the way: a repeating timer fires each time. */
export interface VirtualClock extends Clock {
  /** Runs everything due within the next `durationMs`, in order of deadline and of setting; ends exactly there. */
  advance(durationMs: number): void;
  /** The next deadline, or undefined when no timer is set. */
  nextDeadlineMs(): number | undefined;
}

interface VirtualTimer {
  readonly dueAtMs: number;
  readonly callback: () => void;
}

/** Whoever waits at all waits until later: a delay below the resolution of a number would else be set again for ever. */
function laterThan(nowMs: number, delayMs: number): number {
  if (!(delayMs > 0)) return nowMs;
  const dueAtMs = nowMs + delayMs;
  return dueAtMs > nowMs ? dueAtMs : nowMs * (1 + Number.EPSILON);
}

export function createVirtualClock(startMs = 0): VirtualClock {
  // The next timer last: few live at once, and what a device sets again and again is due before all the others.
  const timers: VirtualTimer[] = [];
  let nowMs = startMs;

  return {
    nowMs: () => nowMs,
    setTimeout(callback, delayMs) {
      const timer: VirtualTimer = { dueAtMs: laterThan(nowMs, delayMs), callback };
      let at = timers.length;
      // Whoever was set first for the same moment comes first.
      while (at > 0 && timers[at - 1]!.dueAtMs <= timer.dueAtMs) at--;
      if (at === timers.length) timers.push(timer);
      else timers.splice(at, 0, timer);
      return timer;
    },
    clearTimeout(timer) {
      const at = timers.findIndex((known) => known === timer);
      if (at >= 0) timers.splice(at, 1);
    },
    nextDeadlineMs: () => timers[timers.length - 1]?.dueAtMs,
    advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (;;) {
        const next = timers[timers.length - 1];
        if (next === undefined || next.dueAtMs > endMs) break;
        timers.pop();
        nowMs = next.dueAtMs;
        next.callback();
      }
      nowMs = endMs;
    },
  };
}
