// One virtual clock for an embedded belt and its controller, paced against real time. It stands still while a disk write
// is pending, and a stall of the machine never becomes belt time: both would be light that nobody supervised.
import { createVirtualClock } from '../clock.ts';
import type { Clock } from '../clock.ts';

/** Real time between two advances. */
const SLICE_MS = 4;
/** What one slice may at most make up for, however long the machine stalled. */
const SLICE_MAX_MS = 20;

export interface PacedClock extends Clock {
  start(): void;
  /** Lets this much time pass at once, before `start`. */
  skip(durationMs: number): void;
  /** Idempotent; the process can end after it. */
  stop(): void;
  /** A disk write begins: time stands still until it is done. */
  hold(): void;
  release(): void;
}

/** What of the real world it needs; a test hands in its own. */
export interface Pacer {
  nowMs(): number;
  /** Calls back later; returns how to call it off. */
  after(delayMs: number, callback: () => void): () => void;
}

const realPacer: Pacer = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** @param speed belt time per real time, 1 to 1000 */
export function createPacedClock(speed: number, pacer: Pacer = realPacer): PacedClock {
  const virtual = createVirtualClock();
  let holdCount = 0;
  let isRunning = false;
  let callOff: () => void = () => undefined;
  let lastRealMs = 0;
  let owedMs = 0;
  let isSpending = false;

  // Deadline by deadline, because any of them may begin a disk write.
  const spend = (): void => {
    // A write that is done before its call returns releases from within.
    if (isSpending) return;
    isSpending = true;
    try {
      while (isRunning && holdCount === 0 && owedMs > 0) {
        const next = virtual.nextDeadlineMs();
        const stepMs = Math.min(owedMs, next === undefined ? owedMs : Math.max(0, next - virtual.nowMs()));
        owedMs -= stepMs;
        virtual.advance(stepMs);
      }
    } finally {
      isSpending = false;
    }
  };
  const slice = (): void => {
    if (!isRunning) return;
    const realMs = pacer.nowMs();
    const elapsedMs = Math.min(SLICE_MAX_MS, Math.max(0, realMs - lastRealMs));
    lastRealMs = realMs;
    // What a write has held up is not owed: never more than one slice at once.
    if (holdCount === 0) owedMs = Math.min(owedMs + elapsedMs * speed, SLICE_MAX_MS * speed);
    callOff = pacer.after(SLICE_MS, slice);
    spend();
  };

  return {
    nowMs: () => virtual.nowMs(),
    setTimeout: (callback, delayMs) => virtual.setTimeout(callback, delayMs),
    clearTimeout: (timer) => virtual.clearTimeout(timer),
    start() {
      if (isRunning) return;
      isRunning = true;
      lastRealMs = pacer.nowMs();
      callOff = pacer.after(0, slice);
    },
    skip: (durationMs) => virtual.advance(durationMs),
    stop() {
      isRunning = false;
      callOff();
    },
    hold() {
      holdCount++;
    },
    release() {
      holdCount--;
      if (holdCount === 0) spend();
    },
  };
}
