// The disk under the dose book: slow, hanging, full, or cut off in the middle of a write. It outlasts the processes.
import type { Random } from '../../firmware-sim/random.ts';
import type { Clock, VirtualClock } from '../../src/clock.ts';
import type { MemoryDoseBook } from '../../src/ledger/dose-book-memory.ts';
import type { Disk } from './scenario.ts';

export interface SimulatedDisk {
  /** What the next process finds. */
  lines(): readonly string[];
  attach(book: MemoryDoseBook): void;
  /** A write under way is there, or it was torn and is set aside when the file is opened again. */
  processDied(isWriteKept: boolean): void;
  fill(): void;
  hang(forMs: number): void;
  repair(): void;
  /** When a write that is asked for now will be done, in the world's time. */
  nextDoneAtMs(): number;
  isHanging(): boolean;
}

export function createDisk(world: VirtualClock, random: Random, given: Disk): SimulatedDisk {
  let { latencyMs, jitterMs } = given;
  let book: MemoryDoseBook | undefined;
  let torn: readonly string[] | undefined;
  let isFull = false;
  let hangsUntilMs = 0;
  let lastDoneAtMs = 0;
  return {
    lines: () => torn ?? book?.lines().slice() ?? [],
    attach(opened) {
      book = opened;
      torn = undefined;
      if (isFull) opened.breakDown('ENOSPC: no space left on the device');
    },
    processDied(isWriteKept) {
      if (!isWriteKept) torn = book?.lines().slice();
    },
    fill() {
      isFull = true;
      book?.breakDown('ENOSPC: no space left on the device');
    },
    hang(forMs) {
      hangsUntilMs = Math.max(hangsUntilMs, world.nowMs() + forMs);
    },
    repair() {
      isFull = false;
      hangsUntilMs = 0;
      latencyMs = 2;
      jitterMs = 0;
    },
    nextDoneAtMs() {
      const startMs = Math.max(world.nowMs(), hangsUntilMs, lastDoneAtMs);
      lastDoneAtMs = startMs + latencyMs + (jitterMs > 0 ? random.next() * jitterMs : 0);
      return lastDoneAtMs;
    },
    isHanging: () => world.nowMs() < hangsUntilMs,
  };
}

/** Every write takes as long as the disk takes, one after the other; the times in its answers are the process's own. */
export const diskClock = (world: VirtualClock, disk: SimulatedDisk, own: Clock): Clock => ({
  nowMs: () => own.nowMs(),
  setTimeout: (callback) => world.setTimeout(callback, disk.nextDoneAtMs() - world.nowMs()),
  clearTimeout: (timer) => world.clearTimeout(timer),
});
