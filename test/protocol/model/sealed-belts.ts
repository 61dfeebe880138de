// Paired belts, and one that is treating, for the assumptions of the sealed wire.
import { expect } from 'vitest';
import { createSealedEnvelope, createSessionKeys } from '../../../protocol/sealing.ts';
import { armed, setUp, type Bench } from '../../firmware-sim/bench.ts';
import { pairAndUnlock, type KeyRing } from '../../firmware-sim/keyed.ts';

export interface Keyed extends Bench {
  readonly ring: KeyRing;
}
export const paired = (): Keyed => {
  const bench = setUp();
  return { ...bench, ring: pairAndUnlock(bench.belt, bench.controller) };
};
export const treating = (): Keyed => {
  const bench = paired();
  armed(bench);
  bench.clock.advance(2500);
  expect(bench.belt.truth().emission).toBe(true);
  return bench;
};
export const wasLit = ({ truth }: Bench): boolean => truth.some((line) => line.emission);
/** Any keys: both ends of one link. */
export const ends = (fill: number, start = { sent: 0, received: 0 }) => {
  const keys = createSessionKeys(new Uint8Array(40).fill(fill).map((byte, index) => byte + index));
  return {
    controller: createSealedEnvelope(keys, 'controller', start),
    belt: createSealedEnvelope(keys, 'belt'),
  };
};
export const BODY = Uint8Array.of(1, 2, 3);
