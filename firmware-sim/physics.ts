// What truly is, for a judge who looks after each step: live views of the physics, which nobody but the physics changes.
import type { Optics } from './optics.ts';
import type { Skin } from './skin.ts';

export interface BeltPhysics {
  readonly optics: Optics;
  readonly skin: Skin;
  /** The firmware's own clock. */
  uptimeMs(): number;
  /** How many of its milliseconds pass in one. */
  clockRate(): number;
  /** False while it restarts, hangs or has no power. */
  isRunning(): boolean;
}
