import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine, type Lie } from './hostile-belt.ts';
import { attackController, BEYOND_LIMITS } from './hostile-run.ts';
import { LIES } from './lies.ts';

const SEED = 1903;
const named = (name: string): Lie => {
  const lie = LIES.find((known) => known.name === name);
  if (lie === undefined) throw new Error(`no lie "${name}"`);
  return lie;
};

describe('a belt that lies', () => {
  it.each([
    ['with the key of a paired belt', true],
    ['that nobody is paired with', false],
  ])(
    '%s: the controller stays within its limits, ends, and claims no more than it can know',
    (_who, isPaired) => {
      const untold: string[] = [];
      for (const lie of LIES) {
        const told = attackController({ seed: SEED, lie, isPaired });
        expect(told.findings).toEqual([]);
        expect(told.outcome, lie.name).toBeDefined();
        if (told.liesTold === 0) untold.push(lie.name);
      }
      // What a healthy belt says anyway is no lie yet; all others were told.
      expect(untold).toEqual(['no hazard ever', 'always on the skin', 'yes to everything']);
    },
  );

  it.each([
    'another name than the one it proved',
    'no countdown',
    'a lease of ten seconds',
    'a monitor that knows nothing',
    'beams of seven hundred square centimetres',
    'the digest of something else',
    'another nonce',
    'never answers',
  ])('is never lit when it gives %s', (name) => {
    const told = attackController({ seed: SEED, lie: named(name), isPaired: true });
    expect(told.leasedLitMs).toBe(0);
    expect(told.lit).toBe(0);
    expect(told.outcome?.outcome).toMatch(/refused|failed/);
  });

  it('is never given more than the limits of the controller, whatever limits it claims', () => {
    for (const plan of BEYOND_LIMITS) {
      const lie = combine([named('no limits at all'), named('beams of a hundredth of a square centimetre')]);
      const told = attackController({ seed: SEED, lie, isPaired: true, plan });
      expect(told).toMatchObject({ isPrescribed: false, leasedLitMs: 0, findings: [] });
      expect(told.outcome?.outcome).toBe('refused');
    }
  });

  it.each([
    'six percent less dose, in ticks and record',
    'six percent more dose, in ticks and record',
    'a third of the dose, in ticks and record',
    'twelve percent less of dose and power, in ticks and record',
    'half of dose and power, in ticks and record',
  ])('is not believed for certain when its numbers disagree: %s', (name) => {
    for (const seed of [SEED, SEED + 1, SEED + 2]) {
      const told = attackController({ seed, lie: named(name), isPaired: true });
      expect(told.lit).toBeGreaterThan(100);
      expect(told.outcome?.zones.map((zone) => zone.certainty)).toEqual(Array(4).fill('upperBound'));
    }
  });

  it.each(['light all the time', 'no stop was ever latched'])(
    'is not said to be off for certain while it tells of %s',
    (name) => {
      const told = attackController({ seed: SEED, lie: named(name), isPaired: true });
      expect(told.outcome?.emissionOff).toBe('unconfirmed');
    },
  );

  it.each([
    'zones done at once',
    'zones cut off',
    'half of dose and power, in ticks and record',
    'ended for ever',
  ])('does not make a session complete by saying so: %s', (name) => {
    const told = attackController({ seed: SEED, lie: named(name), isPaired: true });
    expect(told.outcome?.outcome).not.toBe('completed');
    expect(told.outcome?.exitCode).not.toBe(0);
  });

  it(`may tell several lies at once (seed ${SEED})`, () => {
    let liesTold = 0;
    fc.assert(
      fc.property(
        fc.nat(0xffff),
        fc.uniqueArray(fc.constantFrom(...LIES), { minLength: 2, maxLength: 4 }),
        fc.boolean(),
        (seed, lies, isPaired) => {
          const told = attackController({ seed, lie: combine(lies), isPaired });
          liesTold += told.liesTold;
          expect(told.findings).toEqual([]);
        },
      ),
      { seed: SEED, numRuns: 30 },
    );
    expect(liesTold).toBeGreaterThan(300);
  });
});
