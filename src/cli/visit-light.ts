// How long a visit has had light, over all its belt sessions: the 30 min of H12 are for the whole of it.
import { SESSION_DURATION_CAP_S } from '../safety/limits.ts';
import type { SessionOutcome } from '../session/outcome.ts';

export const emissionMsOf = (blocks: readonly SessionOutcome[]): number =>
  blocks.reduce((sum, { emissionMs }) => sum + emissionMs, 0);

/** What the next light may have: an emitter that gives less than planned has taken longer before. Never more than all of it. */
export const emissionLeftMs = (blocks: readonly SessionOutcome[]): number =>
  SESSION_DURATION_CAP_S * 1000 - emissionMsOf(blocks);
