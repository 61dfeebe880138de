// Which light the belt may give for the next second, and how much of it is in the book.
import { describe, expect, it } from 'vitest';
import type { SessionContext } from '../../src/session/context.ts';
import {
  currentItem,
  darkLease,
  emittingLease,
  noteLease,
  openZones,
  reservationDue,
  stepToReserve,
} from '../../src/session/lease.ts';
import { bookWith, contextWith, treating, withDoses } from './support/contexts.ts';
import { programOf, TAG, zoneOf } from './support/rig.ts';
import { report } from './support/scripted.ts';

const TICK = report(20, { state: 'armed' });
const TWO_STEPS = programOf([[zoneOf(0), zoneOf(1)], { restMs: 4000 }, [zoneOf(2)]]);
const booked = (reservedCeiling: number, reservedStep = 0, more = {}) => ({
  book: bookWith({ begun: true, reservedStep, reservedCeiling, reservedAtMs: 5000, ...more }),
});
const changed = (context: SessionContext, zone: number, more: object): SessionContext => ({
  ...context,
  doses: context.doses.map((dose, index) => (index === zone ? { ...dose, ...more } : dose)),
});

describe('the lease of a tick', () => {
  it('lights the zones of the step that are still to be treated, up to what is booked', () => {
    expect(emittingLease(treating(), TICK)).toEqual({
      tick: 20,
      step: 0,
      zones: 0b1111,
      ceiling: 0.5,
      epoch: 1,
    });
    const one = changed(changed(treating({ epoch: 4 }), 1, { status: 'done' }), 2, { withheld: 'reached' });
    expect(openZones(one, 0)).toBe(0b1001);
    expect(emittingLease(one, TICK)).toMatchObject({ zones: 0b1001, epoch: 4 });
    expect(openZones(treating({}, TWO_STEPS), 0)).toBe(0b0011);
    expect(openZones(treating({}, TWO_STEPS), 1)).toBe(0b0100);
    expect(openZones({ ...treating(), doses: [] }, 0)).toBe(0);
  });

  it('is dark in a rest, for a step that the belt has left, without a booking of this step, with nothing left', () => {
    const dark = { tick: 20, step: 0, zones: 0, ceiling: 0, epoch: 1 };
    expect(darkLease(treating(), TICK)).toEqual(dark);
    expect(emittingLease(treating({ itemIndex: 1 }, TWO_STEPS), TICK)).toEqual(dark);
    expect(emittingLease(treating(), report(20, { step: 1 }))).toEqual({ ...dark, step: 1 });
    expect(emittingLease(treating(booked(1, 1)), TICK)).toEqual(dark);
    expect(emittingLease(withDoses(treating(), { status: 'done' }), TICK)).toEqual(dark);
    expect(emittingLease(contextWith(), TICK)).toEqual(dark);
    expect(emittingLease(treating({ ...booked(1, 1), itemIndex: 2 }, TWO_STEPS), TICK)).toMatchObject({
      step: 1,
      zones: 0b0100,
    });
  });

  it('leaves out a zone that could reach the booked ceiling within the lease', () => {
    // 1 s at 50 mW/cm² is 0.05 J/cm², booked are 0.25.
    const near = changed(treating(), 0, { reportedJPerCm2: 0.2001 });
    expect(emittingLease(near, TICK).zones).toBe(0b1110);
    expect(emittingLease(changed(treating(), 0, { reportedJPerCm2: 0.1999 }), TICK).zones).toBe(0b1111);
    expect(emittingLease({ ...near, ...booked(1) }, TICK).zones).toBe(0b1111);
    expect(emittingLease(changed(near, 1, { withheld: 'cutOff' }), TICK).zones).toBe(0b1100);
    expect(emittingLease({ ...near, profile: undefined }, TICK).zones).toBe(0b1111);
    expect(emittingLease(treating({ ...booked(0.5, 1), itemIndex: 2 }, TWO_STEPS), TICK).zones).toBe(0b0100);
    expect(emittingLease({ ...treating(), doses: [] }, TICK).zones).toBe(0);
  });

  it('exactly at the ceiling is within it', () => {
    const context = treating(
      booked(0.5),
      programOf([[zoneOf(0, { irradianceMwPerCm2: 50, radiantExposureJPerCm2: 0.1 })]]),
    );
    expect(emittingLease(context, TICK).zones).toBe(0b0001);
  });
});

describe('until when a lease may keep the belt lit', () => {
  const lit = { tick: 20, step: 0, zones: 0b0101, ceiling: 1, epoch: 1 };

  it('one lease from now, for each zone; a zone it leaves out ends with the lease before', () => {
    const first = noteLease(treating(), lit);
    expect(first).toEqual({ litEndMs: 6000, zoneEndMs: [6000, -Infinity, 6000, -Infinity], litStep: 0 });
    const second = noteLease(treating({ nowMs: 5250, lease: first }), { ...lit, zones: 0b0110 });
    expect(second).toEqual({ litEndMs: 6250, zoneEndMs: [6000, 6250, 6250, -Infinity], litStep: 0 });
    const next = noteLease(treating({ nowMs: 5500, lease: second }), { ...lit, step: 1, zones: 0b0001 });
    expect(next).toEqual({ litEndMs: 6500, zoneEndMs: [6500, -Infinity, -Infinity, -Infinity], litStep: 1 });
  });

  it('a dark lease changes nothing, an older end is never brought forward', () => {
    const before = { litEndMs: 9000, zoneEndMs: [9000], litStep: 0 };
    expect(noteLease(treating({ lease: before }), { ...lit, zones: 0 })).toBe(before);
    expect(noteLease(treating({ lease: before }), lit)).toMatchObject({ litEndMs: 9000 });
    expect(noteLease(treating({ lease: before }), lit).zoneEndMs).toEqual([6000, -Infinity, 6000, -Infinity]);
    expect(noteLease({ ...treating(), profile: undefined }, lit)).toMatchObject({
      litEndMs: 6000,
      zoneEndMs: [],
    });
  });
});

describe('what is booked ahead', () => {
  it('the present item and the next step to be treated', () => {
    expect(currentItem(treating({ itemIndex: 1 }, TWO_STEPS))).toMatchObject({ kind: 'rest' });
    expect(currentItem(contextWith())).toBe(undefined);
    expect([0, 1, 2, 3].map((itemIndex) => stepToReserve(treating({ itemIndex }, TWO_STEPS)))).toEqual([
      0,
      1,
      1,
      undefined,
    ]);
    expect(stepToReserve(contextWith())).toBe(undefined);
  });

  it('three seconds ahead of what has been given, when less than 2.25 s are left', () => {
    // 3 s of 10 s, 2.25 s are 0.225.
    expect(reservationDue(treating(booked(0)))).toEqual({
      kind: 'book.reserve',
      sessionTag: TAG,
      step: 0,
      ceiling: expect.closeTo(0.3, 12) as number,
    });
    expect(reservationDue(treating(booked(0.2249)))).toMatchObject({ step: 0 });
    expect(reservationDue(treating(booked(0.2251)))).toBe(undefined);
    const given = { reportedJPerCm2: 0.05 };
    expect(reservationDue(changed(treating(booked(0.3)), 3, given))).toMatchObject({
      ceiling: expect.closeTo(0.4, 12) as number,
    });
    expect(reservationDue(changed(treating(booked(0.3)), 3, { integratedJPerCm2: 0.05 }))).toMatchObject({
      ceiling: expect.closeTo(0.4, 12) as number,
    });
    expect(reservationDue(changed(treating(booked(0.3)), 3, { ...given, status: 'done' }))).toBe(undefined);
    expect(reservationDue({ ...treating(booked(0)), doses: [] })).toBe(undefined);
  });

  it('never beyond the whole, and never twice at once', () => {
    const almost = withDoses(treating(booked(0.9)), { reportedJPerCm2: 0.45 });
    expect(reservationDue(almost)).toMatchObject({ ceiling: 1 });
    expect(reservationDue({ ...almost, ...booked(0.9, 0, { reservingSinceMs: 4900 }) })).toBe(undefined);
    expect(reservationDue({ ...almost, ...booked(1) })).toBe(undefined);
    expect(reservationDue(treating(booked(1, 1)))).toMatchObject({ step: 0 });
    expect(reservationDue(contextWith())).toBe(undefined);
  });

  it('the zone that needs most decides', () => {
    const program = programOf([[zoneOf(0), zoneOf(1, { radiantExposureJPerCm2: 0.25 })]]);
    expect(reservationDue(treating(booked(0), program))).toMatchObject({
      ceiling: expect.closeTo(0.6, 12) as number,
    });
    const other = programOf([[zoneOf(0)], [zoneOf(1, { radiantExposureJPerCm2: 0.1 })]]);
    expect(reservationDue(treating(booked(0), other))).toMatchObject({
      ceiling: expect.closeTo(0.3, 12) as number,
    });
  });

  it('while there is light an entry follows every 700 ms even when enough is booked', () => {
    const lit = { lease: { litEndMs: 6000, zoneEndMs: [], litStep: 0 } };
    const since = (reservedAtMs: number, more: Partial<SessionContext> = lit, ceiling = 1) =>
      reservationDue(treating({ ...booked(ceiling, 0, { reservedAtMs }), ...more }));
    expect(since(4300)).toMatchObject({ ceiling: 1 });
    expect(since(4300, lit, 0.6)).toMatchObject({ ceiling: 0.6 });
    expect(since(4301)).toBe(undefined);
    expect(since(4300, { ...lit, phase: 'paused' })).toBe(undefined);
    expect(since(4300, { lease: { litEndMs: 5000, zoneEndMs: [], litStep: 0 } })).toBe(undefined);
  });
});
