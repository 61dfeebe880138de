// The clock of a replay: it stands at the recorded time, timers are compared when they are set, and run out when they did.
import type { Clock, TimerId } from '../clock.ts';
import type { TurnScript } from './replay-turn.ts';

export interface ReplayClock extends Clock {
  /** False: no such timer is set. */
  fire(timer: number): boolean;
}

export function createReplayClock(script: () => TurnScript | undefined): ReplayClock {
  const callbacks = new Map<number, () => void>();
  const numbers = new Map<TimerId, number>();
  let timerCount = 0;
  return {
    nowMs: () => script()?.nowMs() ?? 0,
    setTimeout(callback, delayMs) {
      const timer = ++timerCount;
      const id = { timer };
      script()?.decide({ t: 'timer', timer, delayMs });
      callbacks.set(timer, () => {
        numbers.delete(id);
        callback();
      });
      numbers.set(id, timer);
      return id;
    },
    clearTimeout(id) {
      const timer = numbers.get(id);
      if (timer === undefined) return;
      script()?.decide({ t: 'timer', timer, delayMs: null });
      numbers.delete(id);
      callbacks.delete(timer);
    },
    fire(timer) {
      const callback = callbacks.get(timer);
      callbacks.delete(timer);
      callback?.();
      return callback !== undefined;
    },
  };
}
