import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attackHandshake } from './handshakes.ts';

const SEED = 25_519;

describe('handshake messages', () => {
  it(`an end is done only with every message as its peer sent it (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(attackHandshake(seed).findings).toEqual([]);
      }),
      { seed: SEED, numRuns: 150 },
    );
  });
});
