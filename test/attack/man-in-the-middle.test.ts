import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTally, createTally } from '../fuzz/tally.ts';
import { attackSession } from './middle-run.ts';
import { createLateLeases, createTricks, spliceHandshakes, stripPaired } from './tricks.ts';

const SEED = 4711;
const NAMES = [...createTricks(), spliceHandshakes].map((trick) => trick.name);

/** Tricks remember: each run has its own. */
const trickNamed = (name: string) => {
  const trick = [...createTricks(), spliceHandshakes].find((known) => known.name === name);
  if (trick === undefined) throw new Error(name);
  return trick;
};

const attack = fc.record({
  seed: fc.nat(0xffff),
  oneIn: fc.constantFrom(1, 2, 5, 20, 60),
  from: fc.constantFrom('connecting' as const, 'emitting' as const, 'emitting' as const),
  stopAfterMs: fc.constantFrom(500, 1500, 2500, 20_000),
  stopBy: fc.constantFrom('person' as const, 'helper' as const),
  pauseAfterMs: fc.constantFrom(400, 1000, 20_000, 20_000),
});

describe('a man in the middle of a sealed session', () => {
  it.each(NAMES)(`%s: he lights and prolongs nothing, and cannot keep STOP away (seed ${SEED})`, (name) => {
    const total = createTally(name);
    fc.assert(
      fc.property(attack, (options) => {
        const tally = attackSession({ ...options, trick: trickNamed(name) });
        addTally(total, tally);
        expect(tally.findings).toEqual([]);
      }),
      { seed: SEED, numRuns: 8 },
    );
    expect(total.tried).toBeGreaterThan(5);
    expect(total.stops).toBeGreaterThanOrEqual(8);
  });

  it('holds leases back and then falls silent: dark when the last tick that was named is one second old', () => {
    for (const seed of [1, 2, 3]) {
      const told = attackSession({
        seed,
        trick: createLateLeases(),
        oneIn: 1,
        from: 'emitting',
        stopAfterMs: 20_000,
        pauseAfterMs: 20_000,
        stopBy: 'person',
      });
      expect(told.findings).toEqual([]);
      expect(told.lit).toBeGreaterThan(10);
    }
  });

  it.each([false, true])(
    'strips the paired flag from what is read in the open (no key: %s): never plain',
    (isKeyless) => {
      const told = attackSession({
        seed: 1,
        trick: stripPaired,
        oneIn: 1,
        from: 'connecting',
        stopAfterMs: 1000,
        pauseAfterMs: 20_000,
        stopBy: 'person',
        isKeyless,
      });
      expect(told.findings).toEqual([]);
      // Who has a key does not even ask in the open; who has none may be deceived, and lights nothing.
      expect(told.tried).toBe(isKeyless ? 1 : 0);
      expect(told.lit > 0).toBe(!isKeyless);
    },
  );
});
