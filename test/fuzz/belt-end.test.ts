import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acts } from './arbitraries.ts';
import { attackBelt } from './belt-end.ts';
import { addTally, createTally, isClean } from './tally.ts';

const SEED = 31_337;

describe('a belt under any frames', () => {
  it(`beside a session: nothing lights, nothing lasts longer, STOP always works (seed ${SEED})`, () => {
    const total = createTally('stranger beside a plain session');
    fc.assert(
      fc.property(fc.nat(0xffff), acts(250), (seed, attack) => {
        const tally = attackBelt({ seed, acts: attack, inSession: true });
        addTally(total, tally);
        expect(tally.findings).toEqual([]);
        expect(isClean(tally)).toBe(true);
      }),
      { seed: SEED, numRuns: 60 },
    );
    // A run in the dark would show nothing: most sessions shone, and most STOPs met light.
    expect(total.lit).toBeGreaterThan(500);
    expect(total.stopsWhileLit).toBeGreaterThan(10);
    expect(total.tried).toBeGreaterThan(4000);
  });
});
