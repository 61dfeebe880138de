import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEASE_TTL_MS } from '../../protocol/messages.ts';
import { LEASE_MAX_S, reconciledZones, upperBoundZones, type BookedIntent } from '../../src/ledger/bounds.ts';
import { bookedZone, prescriptionOf, recordOf, tagOf, zoneOf } from './intents.ts';

const intentWith = (steps: BookedIntent['steps']): BookedIntent => ({ measurementUncertainty: 0.003, steps });
const oneStep = intentWith(prescriptionOf(tagOf(1)).steps);
const ONE = tagOf(1);
const MARGIN = 0.075;

describe('what an unseen end may have given', () => {
  it('knows how long a lease can live', () => {
    expect(LEASE_MAX_S * 1000).toBe(LEASE_TTL_MS);
  });

  it('is nothing while nothing was reserved', () => {
    expect(upperBoundZones(oneStep, []).map((zone) => zone.deliveredUpperJPerCm2)).toEqual([0, 0]);
  });

  it('is the reserved fraction, one lease at 150 %, and the uncertainty of the belt', () => {
    const [zone] = upperBoundZones(oneStep, [0.25]);
    expect(zone?.deliveredUpperJPerCm2).toBeCloseTo((1 + MARGIN) * 1.003, 12);
  });

  it('never passes the belt’s own hard limit of 110 %', () => {
    const small = intentWith([[zoneOf(0, 0.1)]]);
    expect(upperBoundZones(small, [1])[0]?.deliveredUpperJPerCm2).toBeCloseTo(0.11 * 1.003, 12);
  });

  it('counts steps before the last reserved one in full, whatever was reserved of them', () => {
    const steps = intentWith(prescriptionOf(ONE, 3).steps);
    expect(upperBoundZones(steps, [0.2, 0.1])[0]?.deliveredJPerCm2).toBeCloseTo(
      4 + MARGIN + 0.4 + MARGIN,
      12,
    );
    expect(upperBoundZones(steps, [0, 0, 0.5])[0]?.deliveredJPerCm2).toBeCloseTo(8 + 2 + 3 * MARGIN, 12);
  });

  it('never falls when more is reserved, and is never below what a right belt gave', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (a, b) => {
          const upper = (ceiling: number): number =>
            upperBoundZones(oneStep, [ceiling])[0]?.deliveredUpperJPerCm2 ?? NaN;
          expect(upper(Math.max(a, b))).toBeGreaterThanOrEqual(upper(Math.min(a, b)));
          expect(upper(a)).toBeGreaterThanOrEqual(a * 4);
        },
      ),
    );
  });
});

describe('the belt’s record of a session', () => {
  it('replaces the bound of a session that nobody closed', () => {
    const zones = reconciledZones(oneStep, [1], undefined, recordOf(ONE, 1.5));
    expect(zones[0]).toMatchObject({ deliveredJPerCm2: 1.5, certainty: 'certain' });
    expect(zones[0]?.deliveredUpperJPerCm2).toBeCloseTo(1.5 * 1.01, 12);
  });

  it.each([0.6, 0.9, 0.97, 1.03, 1.46])(
    'is not certain where the belt measured %s times the light that its own time of emission stands for',
    (ratio) => {
      const { entries } = recordOf(ONE, 1.5);
      const wrong = entries.map((entry) => ({ ...entry, deliveredJPerCm2: 1.5 * ratio }));
      const [zone] = reconciledZones(oneStep, [1], undefined, recordOf(ONE, 1.5, { entries: wrong }));
      expect(zone?.certainty).toBe('upperBound');
      expect(zone?.deliveredUpperJPerCm2).toBeGreaterThanOrEqual(1.5);
    },
  );

  it.each(['open', 'interrupted'] as const)('does not lower the bound when it is %s', (kind) => {
    const zones = reconciledZones(oneStep, [1], undefined, recordOf(ONE, 1.5, { kind }));
    expect(zones[0]).toMatchObject({ certainty: 'upperBound' });
    expect(zones[0]?.deliveredUpperJPerCm2).toBeCloseTo((4 + MARGIN) * 1.003, 12);
  });

  it('never lowers what the controller saw itself', () => {
    const seen = [bookedZone('L1', 3, 'certain'), bookedZone('L2', 3, 'upperBound')];
    const zones = reconciledZones(oneStep, [1], seen, recordOf(ONE, 1));
    expect(zones[0]).toMatchObject({ deliveredJPerCm2: 3, certainty: 'upperBound' });
    // Of an upper bound, one unseen lease may be taken back.
    expect(zones[1]?.deliveredJPerCm2).toBeCloseTo(3 - MARGIN, 12);
  });

  it('counts the bound of a zone it does not name, or names with a dose that makes no sense', () => {
    const record = recordOf(ONE, 1);
    const [first] = record.entries;
    if (first === undefined) throw new Error('no entry');
    for (const entries of [
      [first],
      [first, { ...first, zone: 1, deliveredJPerCm2: NaN }],
      [first, { ...first, zone: 1, deliveredJPerCm2: -1 }],
    ]) {
      const zones = reconciledZones(oneStep, [0.5], undefined, { ...record, entries });
      expect(zones[1]?.deliveredJPerCm2).toBeCloseTo(2 + MARGIN, 12);
    }
  });

  it('adds the steps of one emitter', () => {
    const steps = intentWith(prescriptionOf(ONE, 2).steps);
    const record = recordOf(ONE, 4);
    const entries = [
      ...record.entries,
      ...record.entries.map((entry) => ({ ...entry, step: 1, deliveredJPerCm2: 0.5 })),
    ];
    const zones = reconciledZones(steps, [1, 0.2], undefined, { ...record, entries });
    expect(zones.map((zone) => [zone.zone, zone.prescribedJPerCm2, zone.deliveredJPerCm2])).toEqual([
      ['L1', 8, 4.5],
      ['L2', 8, 4.5],
    ]);
  });
});
