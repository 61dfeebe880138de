// What is booked of each zone: how it ended, light nobody saw, light that ought not to be, steps that add up.
import { describe, expect, it } from 'vitest';
import type { BeltRecordEntry } from '../../src/belt/belt.ts';
import {
  endedAtMs,
  hasShortfall,
  recordOf,
  slotEnd,
  slotEstimate,
  strayZones,
  sumZones,
} from '../../src/session/booking.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { recordWith, treating, withDoses } from './support/contexts.ts';
import { confirmed } from './support/endings.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { PROFILE } from './support/scripted.ts';

const ONE = programOf([[zoneOf(0)]]);
const AGREED = {
  reportedJPerCm2: 0.2,
  integratedJPerCm2: 0.2,
  commandedJPerCm2: 0.2,
  emissionMs: 4500,
} as const;
const one = (more: Partial<SessionContext> = {}): SessionContext => treating(more, ONE);
const endOf = (context: SessionContext): string => slotEnd(context, context.slots[0]!, context.doses[0]!);
const entry: BeltRecordEntry = {
  step: 0,
  zone: 0,
  wavelengthNm: 808,
  status: 'waiting',
  prescribedJPerCm2: 0.5,
  deliveredJPerCm2: 0.2,
  emissionMs: 4500,
};
const recorded = (more: Partial<BeltRecordEntry>) => ({
  record: recordWith({ entries: [{ ...entry, ...more }] }),
});
const final = (context: SessionContext) => slotEstimate(context, context.slots[0]!, context.doses[0]!, true);

describe('how a zone ended', () => {
  it('the worse of what the belt and we decided; the belt’s record is its last word', () => {
    const dose = (more: object) => endOf(withDoses(one(), more));
    expect(dose({})).toBe('incomplete');
    expect(dose({ status: 'emitting' })).toBe('incomplete');
    expect(dose({ status: 'done' })).toBe('done');
    expect(dose({ withheld: 'reached' })).toBe('done');
    expect(dose({ status: 'endedShort', withheld: 'reached' })).toBe('endedShort');
    expect(dose({ status: 'done', withheld: 'endedShort' })).toBe('endedShort');
    expect(dose({ status: 'cutOff', withheld: 'endedShort' })).toBe('cutOff');
    expect(dose({ status: 'endedShort', withheld: 'cutOff' })).toBe('cutOff');
    expect(endOf(one(recorded({ status: 'done' })))).toBe('done');
    expect(endOf(withDoses(one(recorded({ status: 'cutOff' })), { status: 'done' }))).toBe('cutOff');
    for (const other of [{ zone: 1 }, { step: 1 }])
      expect(endOf(one(recorded({ status: 'done', ...other })))).toBe('incomplete');
  });

  it('a record that was not there or not read is none', () => {
    expect(recordOf(one({ record: 'none' }))).toBe(undefined);
    expect(recordOf(one({ record: 'failed' }))).toBe(undefined);
    expect(recordOf(one())).toBe(undefined);
    expect(recordOf(one({ record: recordWith() }))).toEqual(recordWith());
  });

  it('ended when dark was confirmed, else with the book, else now', () => {
    expect(endedAtMs(one({ stopping: confirmed, closedAtMs: 4950 }))).toBe(4900);
    expect(endedAtMs(one({ stopping: { ...confirmed, confirmed: false }, closedAtMs: 4950 }))).toBe(4950);
    expect(endedAtMs(one())).toBe(5000);
  });
});

describe('a zone that did not get its dose', () => {
  const short = (upper: number, more: object = {}): boolean =>
    hasShortfall(
      withDoses(one({ stopping: confirmed }), {
        status: 'done',
        reportedJPerCm2: upper / 1.003,
        integratedJPerCm2: upper / 1.003,
        ...more,
      }),
    );

  it('less than nine tenths, at most, of what was prescribed', () => {
    expect(short(0.45)).toBe(false);
    expect(short(0.4499)).toBe(true);
    expect(short(0.4499, { status: 'waiting' })).toBe(true);
    expect(short(NaN)).toBe(true);
  });

  it('is none when it was ended on purpose, and none without a dose', () => {
    for (const status of ['endedShort', 'cutOff']) expect(short(0.1, { status }), status).toBe(false);
    expect(hasShortfall({ ...one(), doses: [] })).toBe(false);
  });

  it('one among several is enough', () => {
    const context = withDoses(treating({ stopping: confirmed }), { status: 'done', reportedJPerCm2: 0.5 });
    expect(hasShortfall(context)).toBe(false);
    const doses = context.doses.map((dose, at) => (at === 3 ? { ...dose, reportedJPerCm2: 0.1 } : dose));
    expect(hasShortfall({ ...context, doses })).toBe(true);
  });
});

describe('light nobody saw', () => {
  const lease = { litEndMs: 6000, zoneEndMs: [6000, 6000, 6000, 6000], litStep: 0 };
  const last = { ...AGREED, status: 'emitting', atMs: 4800, litSinceMs: 1000 } as const;
  const unseenMs = (context: SessionContext): number =>
    Math.round(((final(context).deliveredJPerCm2 - 0.2) / (50 * 1.5e-6)) * 1e6) / 1e6;
  const ended = (more: Partial<SessionContext> = {}, dose: object = {}) =>
    withDoses(one({ lease, stampAtMs: 4700, stopping: { ...confirmed, confirmed: false }, ...more }), {
      ...last,
      ...dose,
    });

  it('counts from the stamp of the last tick to the end of the zone’s lease', () => {
    expect(unseenMs(ended())).toBe(1300);
    expect(unseenMs(ended({ stampAtMs: 4900 }))).toBe(1200);
    expect(unseenMs(ended({ stampAtMs: NaN }))).toBe(1200);
    expect(unseenMs(ended({}, { litSinceMs: NaN }))).toBe(1200);
    expect(unseenMs(ended({ lease: { ...lease, zoneEndMs: [5000] } }))).toBe(300);
    expect(unseenMs(ended({ lease: { ...lease, zoneEndMs: [] } }))).toBe(0);
    expect(unseenMs(ended({ lease: { ...lease, zoneEndMs: [4000] } }))).toBe(0);
  });

  it('a zone never seen: since it was armed', () => {
    expect(unseenMs(ended({}, { atMs: NaN }))).toBe(5000);
  });

  it('ends where dark was confirmed, is none for a done zone, another step, or with the belt’s record', () => {
    expect(unseenMs(ended({ stopping: confirmed }))).toBe(200);
    expect(unseenMs(ended({}, { status: 'done', commandedJPerCm2: 0.2125 }))).toBe(0);
    expect(unseenMs(ended({ lease: { ...lease, litStep: 1 } }))).toBe(0);
    expect(unseenMs(ended({ record: recordWith({ entries: [entry] }) }))).toBe(0);
    expect(unseenMs(ended({ record: 'failed' }))).toBe(1300);
  });

  it('is not counted while the session goes on, nor without any', () => {
    const context = ended();
    expect(slotEstimate(context, context.slots[0]!, context.doses[0]!, false).deliveredJPerCm2).toBe(0.2);
    expect(final(withDoses(one({ stopping: confirmed }), { ...AGREED, atMs: 4950 })).certainty).toBe(
      'certain',
    );
  });

  it('the uncertainty of an unknown belt is none', () => {
    const context = withDoses(one({ profile: undefined, stopping: confirmed }), {
      ...AGREED,
      atMs: 4950,
      commandedJPerCm2: 0.19,
    });
    expect(final(context).deliveredUpperJPerCm2).toBe(0.2);
  });
});

describe('light that ought not to be', () => {
  const emitters = PROFILE.emitters.filter((emitter) => emitter.zone < 2);
  const stray = (more: Partial<SessionContext>): SessionContext =>
    one({ stopping: confirmed, profile: { ...PROFILE, emitters }, ...more });
  const joules = (context: SessionContext) =>
    strayZones(context).map((zone) => [
      zone.zone,
      zone.wavelengthNm,
      Math.round(zone.deliveredJPerCm2 * 1e9),
    ]);

  it('of a zone that no plan asked for is booked at full scale, from when it may have begun', () => {
    const context = stray({ strays: [{ zone: 1, sinceMs: 4000 }] });
    expect(strayZones(context)).toEqual([
      {
        zone: 'L2',
        wavelengthNm: 808,
        prescribedJPerCm2: 0,
        deliveredJPerCm2: expect.closeTo(0.09, 12) as number,
        deliveredUpperJPerCm2: expect.closeTo(0.09 * 1.003, 12) as number,
        certainty: 'upperBound',
      },
      {
        zone: 'L2',
        wavelengthNm: 650,
        prescribedJPerCm2: 0,
        deliveredJPerCm2: expect.closeTo(0.009, 12) as number,
        deliveredUpperJPerCm2: expect.closeTo(0.009 * 1.003, 12) as number,
        certainty: 'upperBound',
      },
    ]);
    expect(strayZones(stray({ strays: [{ zone: 1, sinceMs: 4950 }] }))).toEqual([]);
    expect(strayZones(stray({}))).toEqual([]);
    expect(strayZones({ ...context, profile: undefined })).toEqual([]);
  });

  it('of no zone in particular may have been any, and the belt’s own 100 ms come on top', () => {
    const every = joules(stray({ strays: [{ zone: null, sinceMs: 4000 }] }));
    expect(every).toEqual([
      ['L1', 650, 10_000_000],
      ['L2', 808, 100_000_000],
      ['L2', 650, 10_000_000],
    ]);
    const both = stray({
      strays: [
        { zone: null, sinceMs: 4000 },
        { zone: 1, sinceMs: 4500 },
      ],
    });
    expect(joules(both)).toContainEqual(['L2', 808, 40_000_000]);
  });

  it('that only the belt has noticed lasted at most its 100 ms', () => {
    const found = (id: 'H10' | 'H01', by: 'belt' | 'controller') =>
      joules(stray({ hazards: [{ id, zone: null, response: 'lockout', by }] }));
    expect(found('H10', 'belt')).toContainEqual(['L2', 808, 10_000_000]);
    expect(found('H10', 'controller')).toEqual([]);
    expect(found('H01', 'belt')).toEqual([]);
  });

  it('of a zone of the plan is added to it', () => {
    const context = withDoses(stray({ strays: [{ zone: 0, sinceMs: 4000 }] }), AGREED);
    expect(final(context).deliveredJPerCm2).toBeCloseTo(0.2 + 0.09, 12);
  });
});

describe('the steps of one emitter', () => {
  const steps = programOf([[zoneOf(0), zoneOf(1)], [zoneOf(0, { radiantExposureJPerCm2: 0.3 })]]);
  const sum = (context: SessionContext) => sumZones(context);
  const context = withDoses(treating({ stopping: confirmed }, steps), AGREED);

  it('add up, zone by zone', () => {
    const zones = sum(context);
    expect(zones.map((zone) => [zone.zone, zone.prescribedJPerCm2, zone.deliveredJPerCm2])).toEqual([
      ['L1', 0.8, 0.4],
      ['L2', 0.5, 0.2],
    ]);
    expect(zones[0]!.deliveredUpperJPerCm2).toBeCloseTo(0.404, 12);
    expect(zones[0]).toMatchObject({ wavelengthNm: 808, certainty: 'certain', end: 'incomplete' });
    expect(sum({ ...context, doses: [] })).toEqual([]);
  });

  it('the least certain and the worst of them is said', () => {
    const with2 = (first: object, second: object) => {
      const doses = context.doses.map((dose, at) => ({
        ...dose,
        ...(at === 0 ? first : at === 2 ? second : {}),
      }));
      return sum({ ...context, doses })[0];
    };
    const doubtful = { integratedJPerCm2: 0.1 };
    expect(with2(doubtful, {})?.certainty).toBe('upperBound');
    expect(with2({}, doubtful)?.certainty).toBe('upperBound');
    const full = { status: 'done', reportedJPerCm2: 0.5, integratedJPerCm2: 0.5, commandedJPerCm2: 0.5 };
    const short = { ...full, status: 'endedShort' };
    const cut = { ...full, status: 'cutOff' };
    expect(with2(full, full)?.end).toBe('done');
    expect(
      with2(full, { ...full, reportedJPerCm2: 0.1, integratedJPerCm2: 0.1, commandedJPerCm2: 0.1 })?.end,
    ).toBe('incomplete');
    expect(with2(full, short)?.end).toBe('endedShort');
    expect(with2(short, full)?.end).toBe('endedShort');
    expect(with2(short, {})?.end).toBe('incomplete');
    expect(with2({}, short)?.end).toBe('incomplete');
    expect(with2(cut, {})?.end).toBe('cutOff');
    expect(with2({}, cut)?.end).toBe('cutOff');
  });
});
