import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acts } from './arbitraries.ts';
import { attackBelt, PLACES, temperAt } from './belt-end.ts';
import { addTally, createTally } from './tally.ts';

const SEED = 31_337;

describe('a belt under any frames', () => {
  it.each(PLACES)(`%s: nothing lights, nothing lasts longer, STOP always works (seed ${SEED})`, (place) => {
    const total = createTally(place);
    fc.assert(
      fc.property(fc.nat(0xffff), acts(250, temperAt(place)), (seed, attack) => {
        const tally = attackBelt({ seed, place, acts: attack });
        addTally(total, tally);
        expect(tally.findings).toEqual([]);
      }),
      { seed: SEED, numRuns: place === 'beside a plain session' ? 100 : 30 },
    );
    // A run in the dark would show nothing: most sessions shone, and many STOPs met light.
    expect(total.lit).toBeGreaterThan(300);
    expect(total.stopsWhileLit).toBeGreaterThan(5);
    expect(total.tried).toBeGreaterThan(2000);
  });
});
