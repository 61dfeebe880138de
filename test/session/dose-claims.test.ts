// What a zone got, from three sources that may differ: with numbers that can be checked by hand.
import { describe, expect, it } from 'vitest';
import type { BeltRecordEntry } from '../../src/belt/belt.ts';
import { estimateOf, NOTHING_UNSEEN, slotsOf, type DoseSlot, type SlotDose } from '../../src/session/dose.ts';
import { doseOf, recordWith } from './support/contexts.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { PROFILE } from './support/scripted.ts';

/** 50 mW/cm² on 1 cm², up in 1 s and down in 0.5 s. */
const slot: DoseSlot = slotsOf(programOf([[zoneOf(0)]]).prescription, PROFILE)![0]!;

describe('what may be claimed', () => {
  const AGREED: Partial<SlotDose> = {
    reportedJPerCm2: 0.2,
    integratedJPerCm2: 0.2,
    commandedJPerCm2: 0.2,
    emissionMs: 4500,
  };
  const claim = (dose: Partial<SlotDose>, unseen = NOTHING_UNSEEN, record?: ReturnType<typeof recordWith>) =>
    estimateOf(slot, doseOf(slot, dose), 0.003, unseen, record);
  const entry: BeltRecordEntry = {
    step: 0,
    zone: 0,
    wavelengthNm: 808,
    status: 'waiting',
    prescribedJPerCm2: 0.5,
    deliveredJPerCm2: 0.2,
    emissionMs: 4500,
  };

  it('commanded light may be 1 % above, measured light as much as the belt states', () => {
    expect(claim(AGREED)).toEqual({
      deliveredJPerCm2: 0.2,
      deliveredUpperJPerCm2: 0.2 * 1.01,
      certainty: 'certain',
    });
    expect(claim({ ...AGREED, commandedJPerCm2: 0.198 }).deliveredUpperJPerCm2).toBeCloseTo(0.2 * 1.003, 12);
    expect(claim({ ...AGREED, integratedJPerCm2: 0.203 })).toMatchObject({ deliveredJPerCm2: 0.2 });
    expect(claim({ ...AGREED, integratedJPerCm2: 0.203 }).deliveredUpperJPerCm2).toBeCloseTo(
      0.203 * 1.003,
      12,
    );
  });

  it('without a record a monitor that reads too little is not believed about when the light began', () => {
    const before = { ...AGREED, assumedDarkMs: 200 };
    expect(claim({ ...before, integratedJPerCm2: 0.195 }).deliveredUpperJPerCm2).toBeCloseTo(0.202, 12);
    const low = { ...before, integratedJPerCm2: 0.19 };
    expect(claim(low)).toMatchObject({ certainty: 'upperBound' });
    expect(claim(low).deliveredJPerCm2).toBeCloseTo(0.2 + 50 * 200e-6, 12);
    expect(claim(low).deliveredUpperJPerCm2).toBeCloseTo(0.21 * 1.01, 12);
    const known = claim(low, NOTHING_UNSEEN, recordWith({ entries: [entry] }));
    expect(known.deliveredJPerCm2).toBe(0.2);
    // What a ramp down did not give is no disagreement.
    const done = claim({ ...before, status: 'done', commandedJPerCm2: 0.2125 });
    expect(done).toMatchObject({ certainty: 'certain', deliveredJPerCm2: 0.2 });
  });

  it('three that differ by more than 3 % are an upper bound, and the largest counts', () => {
    const far = claim({ ...AGREED, integratedJPerCm2: 0.19 });
    expect(far).toMatchObject({ certainty: 'upperBound', deliveredJPerCm2: 0.2 });
  });

  it('what might be more than its margin above the truth, if the emitter is the weak one, is an upper bound', () => {
    expect(claim({ ...AGREED, commandedJPerCm2: 0.1945 }).certainty).toBe('upperBound');
    expect(claim({ ...AGREED, commandedJPerCm2: 0.198 }).certainty).toBe('certain');
  });

  it('the ramp down that a finished zone did not get whole is no light', () => {
    const done = claim({ ...AGREED, status: 'done', commandedJPerCm2: 0.2125 });
    expect(done).toMatchObject({ certainty: 'certain', deliveredJPerCm2: 0.2 });
    expect(done.deliveredUpperJPerCm2).toBeCloseTo(0.2 * 1.01, 12);
    expect(claim({ status: 'done' }).deliveredUpperJPerCm2).toBe(0);
  });

  it('light nobody saw counts at 150 % of what is set, stray light at full scale, both with the uncertainty', () => {
    const unseen = claim(AGREED, { unknownMs: 1000, strayMs: 0 });
    expect(unseen.deliveredJPerCm2).toBeCloseTo(0.2 + 0.075, 12);
    expect(unseen.deliveredUpperJPerCm2).toBeCloseTo(0.2 * 1.01 + 0.075 * 1.003, 12);
    expect(unseen.certainty).toBe('upperBound');
    expect(claim(AGREED, { unknownMs: 0, strayMs: 100 }).deliveredJPerCm2).toBeCloseTo(0.21, 12);
  });

  it('the belt’s record: more time on counts at full power, less takes its share away', () => {
    const known = (more: Partial<BeltRecordEntry>) =>
      claim(AGREED, NOTHING_UNSEEN, recordWith({ entries: [{ ...entry, ...more }] }));
    expect(known({ deliveredJPerCm2: 0.201 })).toMatchObject({
      certainty: 'certain',
      deliveredJPerCm2: 0.201,
    });
    expect(known({ emissionMs: 5500 }).deliveredJPerCm2).toBeCloseTo(0.25, 12);
    expect(known({ emissionMs: 2250, deliveredJPerCm2: 0 })).toMatchObject({ deliveredJPerCm2: 0.2 });
    expect(known({ emissionMs: 2250, deliveredJPerCm2: 0.2 }).certainty).toBe('upperBound');
    expect(known({ deliveredJPerCm2: -1 }).certainty).toBe('upperBound');
    expect(known({ deliveredJPerCm2: 0.3 }).deliveredJPerCm2).toBe(0.3);
  });

  it('an entry counts for its own zone and step alone', () => {
    for (const other of [{ step: 1 }, { zone: 1 }])
      expect(
        claim(
          AGREED,
          NOTHING_UNSEEN,
          recordWith({ entries: [{ ...entry, deliveredJPerCm2: 0.3, ...other }] }),
        ),
      ).toMatchObject({ deliveredJPerCm2: 0.2 });
  });

  it('a record that the belt did not bring to its end is an upper bound', () => {
    for (const kind of ['open', 'interrupted'] as const)
      expect(claim(AGREED, NOTHING_UNSEEN, recordWith({ kind, entries: [entry] })).certainty).toBe(
        'upperBound',
      );
  });
});
