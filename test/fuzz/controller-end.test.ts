import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acts } from './arbitraries.ts';
import { attackController, LINES } from './controller-end.ts';
import { addTally, createTally } from './tally.ts';

const SEED = 8086;

describe('a controller under any frames', () => {
  it.each(LINES)(`%s: it neither throws nor lights nor loses its STOP (seed ${SEED})`, (line) => {
    const total = createTally(line);
    fc.assert(
      fc.property(fc.nat(0xffff), acts(250, 'loud'), (seed, attack) => {
        const tally = attackController({ seed, line, acts: attack });
        addTally(total, tally);
        expect(tally.findings).toEqual([]);
      }),
      { seed: SEED, numRuns: 40 },
    );
    expect(total.tried).toBeGreaterThan(2000);
    expect(total.stopsWhileLit).toBeGreaterThan(10);
  });
});
