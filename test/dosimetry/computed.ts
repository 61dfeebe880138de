// Shared by the dosimetry tests: takes a result apart, and says aloud when it is of the other kind.
import fc from 'fast-check';
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

/** Evenly between two numbers. `fc.double` is even over bit patterns: from 0 to 300 it almost always yields 1e-200 or so. */
export const evenly = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min: 0, max: 1_000_000 }).map((part) => min + (max - min) * (part / 1_000_000));
