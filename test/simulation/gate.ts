// The process of a controller as the world sees it: it runs, is frozen, asleep with its clock, or dead. Whatever would
// reach it waits here meanwhile and comes in one burst; a dead one hears nothing any more.
import type { Clock, VirtualClock } from '../../src/clock.ts';

export type ProcessState = 'running' | 'frozen' | 'asleep' | 'dead';

export interface Gate {
  /** Its own monotonic clock; its timers wait like everything else. */
  readonly clock: Clock;
  run(callback: () => void): void;
  state(): ProcessState;
  freeze(isAsleep: boolean): void;
  thaw(): void;
  kill(): void;
}

interface ProcessTimer {
  readonly dueAtMs: number;
  readonly callback: () => void;
  inWorld: object | undefined;
}

/** Late by this much rather than early: who is woken early goes to sleep again, and rounding may keep the time still. */
const CLOCK_ROUNDING_MS = 1e-6;

/** `rate`: how many of its milliseconds pass in one of the world. */
export function createGate(world: VirtualClock, rate: number): Gate {
  let state: ProcessState = 'running';
  let asleepSinceMs = 0;
  let sleptMs = 0;
  let held: (() => void)[] = [];
  const nowMs = (): number => (state === 'asleep' ? asleepSinceMs - sleptMs : world.nowMs() - sleptMs) * rate;
  const run = (callback: () => void): void => {
    if (state === 'running') callback();
    else if (state !== 'dead') held.push(callback);
  };
  const schedule = (timer: ProcessTimer): void => {
    timer.inWorld = world.setTimeout(
      () =>
        run(() => {
          if (timer.inWorld === undefined) return;
          // After a sleep the deadline is as far away as it was before.
          if (nowMs() < timer.dueAtMs) schedule(timer);
          else {
            timer.inWorld = undefined;
            timer.callback();
          }
        }),
      timer.dueAtMs > nowMs() ? (timer.dueAtMs - nowMs()) / rate + CLOCK_ROUNDING_MS : 0,
    );
  };
  return {
    clock: {
      nowMs,
      setTimeout(callback, delayMs) {
        const timer: ProcessTimer = {
          dueAtMs: nowMs() + (delayMs > 0 ? delayMs : 0),
          callback,
          inWorld: undefined,
        };
        schedule(timer);
        return timer;
      },
      clearTimeout(timer) {
        const own = timer as ProcessTimer;
        if (own.inWorld === undefined) return;
        world.clearTimeout(own.inWorld);
        own.inWorld = undefined;
      },
    },
    run,
    state: () => state,
    freeze(isAsleep) {
      if (state !== 'running') return;
      asleepSinceMs = world.nowMs();
      state = isAsleep ? 'asleep' : 'frozen';
    },
    thaw() {
      if (state !== 'frozen' && state !== 'asleep') return;
      if (state === 'asleep') sleptMs += world.nowMs() - asleepSinceMs;
      state = 'running';
      while (state === 'running' && held.length > 0) held.shift()?.();
    },
    kill() {
      state = 'dead';
      held = [];
    },
  };
}
