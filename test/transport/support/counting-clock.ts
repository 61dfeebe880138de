// A virtual clock that knows how many timers are set.
import { createVirtualClock, type TimerId, type VirtualClock } from '../../../src/clock.ts';

export interface CountingClock extends VirtualClock {
  timerCount(): number;
}

export function createCountingClock(): CountingClock {
  const clock = createVirtualClock();
  const set = new Set<TimerId>();
  return {
    ...clock,
    setTimeout(callback, delayMs) {
      const timer = clock.setTimeout(() => {
        set.delete(timer);
        callback();
      }, delayMs);
      set.add(timer);
      return timer;
    },
    clearTimeout(timer) {
      set.delete(timer);
      clock.clearTimeout(timer);
    },
    timerCount: () => set.size,
  };
}
