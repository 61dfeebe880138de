// Edges: equal numbers, empty lists, the other zone, the other step. Each of these once passed for what it is not.
import { describe, expect, it } from 'vitest';
import { strayZones, sumZones } from '../../src/session/booking.ts';
import { clockDifferenceMs, NO_CLOCK_WATCH, watchClocks, type ClockWatch } from '../../src/session/clocks.ts';
import { concludeEnd } from '../../src/session/conclude.ts';
import type { SessionContext, Stopping } from '../../src/session/context.ts';
import { accumulateTick, estimateOf, NOTHING_UNSEEN, slotsOf } from '../../src/session/dose.ts';
import { judge } from '../../src/session/judge.ts';
import { emittingLease, reservationDue } from '../../src/session/lease.ts';
import { observe, withhold } from '../../src/session/observe.ts';
import { enterClosing, enterConfirming, isConfirmedBy, repeatStop } from '../../src/session/stopping.ts';
import { bookWith, doseOf, lighting, ONE_ZONE, recordWith, treating, withDoses } from './support/contexts.ts';
import { armed, confirmed, hazard, said } from './support/endings.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';

const slot = slotsOf(ONE_ZONE.prescription, PROFILE)![0]!;
const at = (context: SessionContext): SessionContext => judge(context, 5000, 4750);
const bit = (number: number): number => 1 << (number - 1);

describe('clocks', () => {
  const watch = (more: Partial<ClockWatch>): ClockWatch => ({
    ...NO_CLOCK_WATCH,
    count: 9,
    baselineMs: 0,
    ...more,
  });

  it('a watch is never changed, nor is the one that knows nothing', () => {
    const first = watchClocks(NO_CLOCK_WATCH, 1000, 400);
    watchClocks(first, 1250, 650);
    expect(first.recentMs).toEqual([600]);
    expect(first.recentAtMs).toEqual([1000]);
    expect(NO_CLOCK_WATCH).toMatchObject({ count: 0, recentMs: [], recentAtMs: [] });
  });

  it('a fast clock is seen even after a gap, and by the least of the window', () => {
    expect(clockDifferenceMs(watch({ baselineMs: 50, recentMs: [50, 20], recentAtMs: [0, 3000] }))).toBe(-30);
    expect(clockDifferenceMs(watch({ baselineMs: 50, recentMs: [20, 50], recentAtMs: [0, 1200] }))).toBe(-30);
  });

  it('the window takes in its first tick, 1.5 s back at most and 1 s at least', () => {
    const slow = (atMs: number) => clockDifferenceMs(watch({ recentMs: [100, 200], recentAtMs: [0, atMs] }));
    expect([slow(999), slow(1000), slow(1500), slow(1501)]).toEqual([0, 100, 100, 0]);
  });
});

describe('doses', () => {
  const tick = (dose: object, atMs: number, more: object = {}) =>
    accumulateTick(
      [slot],
      [doseOf(slot, dose)],
      report(9, { zones: [zoneReport(0, { lit: true, status: 'emitting', radiantPowerMw: 50, ...more })] }),
      atMs,
      Infinity,
    )[0]!;

  it('out of the ramp onto the plateau', () => {
    const dose = tick({ atMs: 2900, litSinceMs: 2000, irradianceMwPerCm2: 45 }, 3150);
    expect(dose.commandedJPerCm2).toBeCloseTo(50 * (650 - 405) * 1e-6, 12);
  });

  it('seen lit twice at one instant is one lighting; left at that instant it is dark', () => {
    const dose = { atMs: 1250, litSinceMs: 1250, lightingCount: 1 };
    expect(tick(dose, 1250).lightingCount).toBe(1);
    const left = accumulateTick([slot], [doseOf(slot, dose)], report(9, { step: 1 }), 1250, Infinity)[0];
    expect(left?.litSinceMs).toBeNaN();
  });

  it('less time on than was seen takes its share; none at all is no number that is none', () => {
    const entry = {
      step: 0,
      zone: 0,
      wavelengthNm: 808,
      status: 'waiting',
      prescribedJPerCm2: 0.5,
      deliveredJPerCm2: 0,
    } as const;
    const claim = (dose: object, emissionMs: number) =>
      estimateOf(
        slot,
        doseOf(slot, dose),
        0.003,
        NOTHING_UNSEEN,
        recordWith({ entries: [{ ...entry, emissionMs }] }),
      );
    expect(claim({ commandedJPerCm2: 0.2, emissionMs: 4500 }, 2250).deliveredJPerCm2).toBeCloseTo(0.1, 12);
    expect(claim({}, 0).deliveredJPerCm2).toBe(0);
  });

  it('certain rests on the belt’s integral as well, less its uncertainty', () => {
    const certainty = (commandedJPerCm2: number) =>
      estimateOf(
        slot,
        doseOf(slot, { reportedJPerCm2: 0.2, integratedJPerCm2: 0.2, commandedJPerCm2 }),
        0.003,
        NOTHING_UNSEEN,
        undefined,
      ).certainty;
    expect([certainty(0.2043), certainty(0.2044)]).toEqual(['certain', 'upperBound']);
  });
});

describe('what is booked', () => {
  it('an emitter of the plan is not stray as well, whichever of its zones it is', () => {
    const context = treating({ stopping: confirmed, strays: [{ zone: null, sinceMs: 4000 }] });
    expect(strayZones(context).map((zone) => zone.wavelengthNm)).toEqual([650, 650, 650, 650]);
  });

  it('a zone that was ended short on purpose is not incomplete', () => {
    const context = withDoses(treating({ stopping: confirmed }, ONE_ZONE), { status: 'endedShort' });
    expect(sumZones(context)[0]?.end).toBe('endedShort');
  });
});

describe('what is said', () => {
  it('of several hazards of the belt, the one that is more than a pause, wherever it stands; else the last', () => {
    const found = (id: string, response: 'cutoff' | 'pause') =>
      ({ id: id as 'H01', zone: null, response, by: 'belt' }) as const;
    const cause = (...hazards: SessionContext['hazards']) =>
      said({ ...armed({ kind: 'beltEnded' }), beltCause: 'hazard', hazards })[2];
    expect(cause(found('H01', 'cutoff'), found('H05', 'pause'))).toBe('H01');
    expect(cause(found('H05', 'pause'))).toBe('H05');
    expect(cause(found('H05', 'pause'), found('H13', 'pause'), found('H06', 'pause'))).toBe('H06');
  });

  it('a zone’s cutoff is named by what cut it off, and slots without doses end nothing', () => {
    const context = {
      ...armed({ kind: 'completed' }),
      hazards: [
        { id: 'H08', zone: 1, response: 'pause', by: 'controller' },
        { id: 'H09', zone: 1, response: 'cutoff', by: 'controller' },
      ],
    } as const;
    const doses = context.doses.map((dose) => ({ ...dose, withheld: 'cutOff' as const }));
    expect(said({ ...context, doses })[2]).toBe('H09');
    expect(concludeEnd({ ...context, doses: [] }).outcome).toBe('completed');
  });
});

describe('judgements', () => {
  const hot = (more: Partial<SessionContext> = {}): SessionContext =>
    treating({
      report: report(20, {
        state: 'armed',
        zones: [0, 1, 2, 3].map((zone) => zoneReport(zone, zone === 1 ? { skinTemperatureC: 44 } : {})),
      }),
      ...more,
    });
  const known = { id: 'H01', zone: 1, response: 'cutoff', by: 'controller' } as const;

  it('a hazard is known by its id, its zone and its response; the log of before stays as it was', () => {
    expect(at(hot({ hazards: [known] })).hazards).toHaveLength(1);
    for (const other of [
      { ...known, id: 'H02' as const },
      { ...known, zone: 2 },
      { ...known, response: 'pause' as const },
    ]) {
      const hazards = [other];
      expect(at(hot({ hazards })).hazards).toHaveLength(2);
      expect(hazards).toHaveLength(1);
    }
  });

  it('a reason is known by its kind, its hazard and its response', () => {
    expect(at(hot({ reasons: [{ kind: 'abandon' }] })).reasons).toHaveLength(2);
    expect(at(hot({ reasons: [hazard('H01', 'lockout')] })).reasons).toHaveLength(2);
    expect(at(hot({ reasons: [hazard('H01')] })).reasons).toHaveLength(1);
  });

  const noContact = { zones: [0, 1, 2, 3].map((zone) => zoneReport(zone, { contact: zone !== 0 })) };
  it('the worst decides although a lesser one comes first in the list', () => {
    const next = at(treating({ badFrameCount: 3, report: report(20, { state: 'armed', ...noContact }) }));
    expect(next.active[0]?.id).toBe('H05');
    expect(next.reasons).toMatchObject([{ hazard: { id: 'H15', response: 'cutoff' } }]);
    expect(next.pauseWanted).toBe(undefined);
  });

  it('our pause counts although the belt names one, too; while paused none is wanted', () => {
    const both = { state: 'armed', hazards: bit(5), ...noContact } as const;
    expect(at(treating({ report: report(20, both) })).pauseWanted).toBe('contactLost');
    expect(
      at(treating({ phase: 'paused', report: report(20, { ...both, state: 'paused' }) })).pauseWanted,
    ).toBe(undefined);
  });

  it('a zone whose light is far from what is set is cut off alone', () => {
    const dim = { contact: true, skinTemperatureC: 33, radiantPowerMw: 30 };
    const later = { ...at(lighting({}, dim)), nowMs: 6100, stampAtMs: 6100 };
    const next = judge(later, 6100, 5850);
    expect(next.active).toMatchObject([{ id: 'H08', zone: 0, response: 'cutoff' }]);
    expect(next.reasons).toEqual([]);
    expect(next.doses[0]?.withheld).toBe('cutOff');
  });

  it('two zones that shine are two', () => {
    const zones = [0, 1, 2, 3].map((zone) =>
      zoneReport(zone, { status: 'done', radiantPowerMw: zone > 1 ? 20 : 0 }),
    );
    const next = judge(at(treating({ report: report(20, { state: 'armed', zones }) })), 5100, 4850);
    expect(next.strays.map((stray) => stray.zone)).toEqual([2, 3]);
  });
});

describe('leases', () => {
  const booked = (reservedCeiling: number, more = {}) => ({
    book: bookWith({ reservedStep: 0, reservedCeiling, reservedAtMs: 5000, ...more }),
  });

  it('with all of it booked the last second is given, too', () => {
    const near = withDoses(treating(booked(1)), { reportedJPerCm2: 0.48 });
    expect(emittingLease(near, report(20, { state: 'armed' })).zones).toBe(0b1111);
  });

  it('with nothing left to be treated nothing is booked, light or not', () => {
    const lit = { lease: { litEndMs: 6000, zoneEndMs: [], litStep: 0 } };
    expect(reservationDue(treating({ ...booked(1, { reservedAtMs: 4000 }), ...lit, itemIndex: 9 }))).toBe(
      undefined,
    );
  });
});

describe('observation', () => {
  const full = (emitters: typeof PROFILE.emitters) =>
    observe(
      lighting({}, { radiantPowerMw: 3 }, { sessionSeen: false, profile: { ...PROFILE, emitters } }),
      5000,
    ).zones[0]?.irradianceFullScaleMwPerCm2;

  it('of a dark zone is against its own strongest emitter, the first of equals', () => {
    const [own] = PROFILE.emitters;
    expect(full([own!, { ...own!, zone: 1, radiantPowerMaxMw: 500 }])).toBe(100);
    expect(full([own!, { ...own!, areaCm2: 2 }])).toBe(100);
  });

  it('a zone cut off in this step is not cut off in the next; without a tick none is', () => {
    const context = treating({}, programOf([[zoneOf(0)], [zoneOf(0)]]));
    const active = [{ id: 'H08', zone: 0, response: 'cutoff', by: 'controller' }] as const;
    const seen = observe(context, 5000);
    expect(withhold(context, seen, active).map((dose) => dose.withheld)).toEqual(['cutOff', 'no']);
    expect(withhold({ ...context, report: undefined }, seen, active)).toBe(context.doses);
  });
});

describe('stopping', () => {
  const stopping: Stopping = { ...confirmed, confirmed: false };
  const weak = programOf([[zoneOf(0, { wavelengthNm: 650, irradianceMwPerCm2: 8 })], [zoneOf(0), zoneOf(1)]]);
  const dark = (zone: number, step: number): boolean =>
    isConfirmedBy(
      treating({ phase: 'stopping', stopping }, weak),
      report(21, {
        state: 'ended',
        stopLatched: true,
        step,
        zones: [0, 1, 2, 3].map((one) => zoneReport(one, one === zone ? { radiantPowerMw: 0.2 } : {})),
      }),
    );

  it('a weak emitter’s light is measured by that emitter, in its own step and zone', () => {
    expect(dark(0, 0)).toBe(false);
    expect(dark(0, 1)).toBe(true);
    expect(dark(1, 0)).toBe(true);
    expect(dark(1, 1)).toBe(true);
  });

  it('what is repeated is STOP, and a session without one says it once before the link goes', () => {
    expect(repeatStop(enterConfirming(treating())).effects).toEqual([{ kind: 'belt.stop' }]);
    expect(enterClosing(treating()).effects[0]).toEqual({ kind: 'belt.stop' });
  });
});
