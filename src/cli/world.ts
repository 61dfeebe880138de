// What a session takes from this machine beside its belt. The shipped command knows no other world than this one: a
// calendar that could be chosen would disarm the limits over days (H19). Tests hand in their own.
import type { WallClock } from '../clock.ts';
import type { ProcessFacts } from '../store/holder.ts';
import { nodeFileSystem, type StoreFileSystem } from '../store/file-system.ts';
import type { SimulatedBelt, SimulatedBeltOptions } from '../../firmware-sim/simulated-belt.ts';
import { systemWallClock } from './wall-clock.ts';

export interface World {
  readonly wallClock: WallClock;
  /** What the dose book stands on. */
  readonly system: StoreFileSystem;
  /** Who locks it. */
  readonly processFacts?: ProcessFacts;
  /** Instead of a new embedded belt (`--sim`). */
  readonly createBelt?: (options: SimulatedBeltOptions) => SimulatedBelt;
}

export const systemWorld: World = { wallClock: systemWallClock, system: nodeFileSystem };
