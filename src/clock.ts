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
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

const comesBefore = (left: VirtualTimer, right: VirtualTimer): boolean =>
  left.dueAtMs < right.dueAtMs || (left.dueAtMs === right.dueAtMs && left.order < right.order);

export function createVirtualClock(startMs = 0): VirtualClock {
  // A sorted array, newest deadline first: few timers live at once, and most are set near the end of the queue.
  const timers: VirtualTimer[] = [];
  let nowMs = startMs;
  let order = 0;

  const dropCancelled = (): void => {
    while (timers.length > 0 && timers[timers.length - 1]!.cancelled) timers.pop();
  };

  return {
    nowMs: () => nowMs,
    setTimeout(callback, delayMs) {
      const timer: VirtualTimer = {
        dueAtMs: nowMs + (delayMs > 0 ? delayMs : 0),
        order: order++,
        callback,
        cancelled: false,
      };
      let at = timers.length;
      while (at > 0 && comesBefore(timers[at - 1]!, timer)) at--;
      timers.splice(at, 0, timer);
      return timer;
    },
    clearTimeout(timer) {
      const known = timer as VirtualTimer;
      known.cancelled = true;
      const at = timers.indexOf(known);
      if (at >= 0) timers.splice(at, 1);
    },
    nextDeadlineMs() {
      dropCancelled();
      return timers[timers.length - 1]?.dueAtMs;
    },
    advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (;;) {
        dropCancelled();
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
