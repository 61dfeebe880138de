// Shared by the dosimetry tests: takes a result apart, and says aloud when it is of the other kind.
import type { Computed } from '../../src/dosimetry/computed.ts';

export const valueOf = <T>(computed: Computed<T>): T => {
  if (!computed.ok) throw new Error(computed.problem);
  return computed.value;
};

export const problemOf = (computed: Computed<unknown>): string => {
  if (computed.ok) throw new Error(`not refused: ${JSON.stringify(computed.value)}`);
  return computed.problem;
};

/** What every refusal looks like: never a number beside it. */
export const REFUSED = { ok: false } as const;
