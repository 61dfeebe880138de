// When, in the world's time, the belt's own clock showed something. That clock may drift, and starts again with the firmware.
import type { BeltPhysics } from '../../../firmware-sim/physics.ts';

/** Steps remembered: no lease is given for a tick that is older than this. */
const STEP_COUNT = 1024;

export interface BeltClock {
  step(worldMs: number): void;
  /** -Infinity for what lies before the memory, or before the belt's last start. */
  worldMsOf(beltMs: number): number;
}

export function createBeltClock(physics: BeltPhysics): BeltClock {
  const world = new Float64Array(STEP_COUNT).fill(-Infinity);
  const belt = new Float64Array(STEP_COUNT).fill(Infinity);
  let newest = 0;
  return {
    step(worldMs) {
      newest = (newest + 1) % STEP_COUNT;
      world[newest] = worldMs;
      belt[newest] = physics.uptimeMs();
    },
    worldMsOf(beltMs) {
      if (!(beltMs <= belt[newest]!)) return world[newest]! + (beltMs - belt[newest]!) / physics.clockRate();
      let above = newest;
      for (let count = 1; count < STEP_COUNT; count++) {
        const at = (newest - count + STEP_COUNT) % STEP_COUNT;
        if (!(belt[at]! <= belt[above]!)) return -Infinity;
        if (belt[at]! <= beltMs) {
          const rate = (belt[above]! - belt[at]!) / (world[above]! - world[at]!);
          return world[at]! + (beltMs - belt[at]!) / rate;
        }
        above = at;
      }
      return -Infinity;
    },
  };
}
