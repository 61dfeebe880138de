// The arithmetic of one tick, with numbers that can be checked by hand.
import { describe, expect, it } from 'vitest';
import type { BeltZoneReport } from '../../src/belt/belt.ts';
import {
  accumulateTick,
  emptyDoses,
  isOpen,
  slotsOf,
  type DoseSlot,
  type SlotDose,
} from '../../src/session/dose.ts';
import { doseOf } from './support/contexts.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';

const slotFrom = (more: Parameters<typeof zoneOf>[1] = {}): DoseSlot =>
  slotsOf(programOf([[zoneOf(0, more)]]).prescription, PROFILE)![0]!;
/** 50 mW/cm² on 1 cm², up in 1 s and down in 0.5 s. */
const slot = slotFrom();
const DARK_AT_1000: Partial<SlotDose> = { atMs: 1000 };

function tick(
  of: DoseSlot,
  dose: Partial<SlotDose>,
  atMs: number,
  zone: Partial<BeltZoneReport>,
  leaseEndMs = Infinity,
): SlotDose {
  const seen = zoneReport(of.zone, { status: 'emitting', lit: true, ...zone });
  return accumulateTick([of], [doseOf(of, dose)], report(9, { zones: [seen] }), atMs, leaseEndMs)[0]!;
}

describe('what is fixed about a zone', () => {
  it('is its emitter, its limits and how long it takes, ramps included', () => {
    expect(slot).toEqual({
      step: 0,
      zone: 0,
      wavelengthNm: 808,
      areaCm2: 1,
      irradianceSetMwPerCm2: 50,
      fullScaleMwPerCm2: 100,
      exposureLimitMwPerCm2: slot.exposureLimitMwPerCm2,
      prescribedJPerCm2: 0.5,
      rampUpMs: 1000,
      rampDownMs: 500,
      plannedMs: 10_750,
    });
    expect(slot.exposureLimitMwPerCm2).toBeGreaterThan(200);
    const red = slotFrom({ wavelengthNm: 650, irradianceMwPerCm2: 8 });
    expect(red).toMatchObject({ areaCm2: 0.5, fullScaleMwPerCm2: 10, wavelengthNm: 650, plannedMs: 63_250 });
  });

  it('an emitter that the belt does not have makes no plan', () => {
    expect(slotsOf(programOf([[zoneOf(0), zoneOf(1, { wavelengthNm: 904 })]]).prescription, PROFILE)).toBe(
      undefined,
    );
    expect(slotsOf(programOf([[zoneOf(9)]]).prescription, PROFILE)).toBe(undefined);
  });

  it('nothing has been given yet, the skin’s warmth is not known, contact is taken to be there', () => {
    expect(emptyDoses([slot])).toEqual([
      {
        status: 'waiting',
        contact: true,
        skinTemperatureC: NaN,
        reportedJPerCm2: 0,
        integratedJPerCm2: 0,
        commandedJPerCm2: 0,
        emissionMs: 0,
        assumedDarkMs: 0,
        litSinceMs: NaN,
        lightingCount: 0,
        irradianceMwPerCm2: 0,
        atMs: NaN,
        withheld: 'no',
      },
    ]);
  });

  it('it is still to be treated while the belt says so and we do not withhold it', () => {
    const open = (more: Partial<SlotDose>): boolean => isOpen(doseOf(slot, more));
    expect([open({}), open({ status: 'emitting' })]).toEqual([true, true]);
    for (const status of ['done', 'endedShort', 'cutOff', 'idle'] as const)
      expect(open({ status }), status).toBe(false);
    for (const withheld of ['reached', 'endedShort', 'cutOff'] as const)
      expect(open({ withheld }), withheld).toBe(false);
  });
});

describe('first seen lit', () => {
  it('in its ramp: on for as long as the ramp takes to that power', () => {
    const dose = tick(slot, DARK_AT_1000, 1250, { radiantPowerMw: 10, contact: false, skinTemperatureC: 35 });
    expect(dose).toMatchObject({
      status: 'emitting',
      contact: false,
      skinTemperatureC: 35,
      emissionMs: 200,
      assumedDarkMs: 50,
      litSinceMs: 1050,
      lightingCount: 1,
      irradianceMwPerCm2: 10,
      atMs: 1250,
      withheld: 'no',
    });
    expect(dose.integratedJPerCm2).toBeCloseTo(5 * 250e-6, 12);
    expect(dose.commandedJPerCm2).toBeCloseTo(50 * 20e-6, 12);
    const next = tick(slot, dose, 1500, { radiantPowerMw: 20, deliveredJPerCm2: 0.004 });
    expect(next).toMatchObject({
      emissionMs: 450,
      litSinceMs: 1050,
      lightingCount: 1,
      reportedJPerCm2: 0.004,
    });
    expect(next.integratedJPerCm2).toBeCloseTo(5 * 250e-6 + 15 * 250e-6, 12);
    expect(next.commandedJPerCm2).toBeCloseTo(50 * 101.25e-6, 12);
  });

  it('the time before it was seen lit adds up over all lightings, and dark ticks add nothing', () => {
    const first = tick(slot, { ...DARK_AT_1000, assumedDarkMs: 30 }, 1250, { radiantPowerMw: 10 });
    expect(first.assumedDarkMs).toBe(80);
    expect(tick(slot, first, 1500, { radiantPowerMw: 20 }).assumedDarkMs).toBe(80);
    expect(
      tick(slot, { ...DARK_AT_1000, assumedDarkMs: 30 }, 1250, { lit: false, radiantPowerMw: 0 })
        .assumedDarkMs,
    ).toBe(30);
  });

  it('brighter than its ramp can be by now: since the tick before', () => {
    expect(tick(slot, DARK_AT_1000, 1250, { radiantPowerMw: 40 })).toMatchObject({ emissionMs: 250 });
  });

  it('without measurable power its monitor may be blind: since the tick before', () => {
    expect(tick(slot, DARK_AT_1000, 1250, { radiantPowerMw: 0.4999 })).toMatchObject({ litSinceMs: 1000 });
    expect(tick(slot, DARK_AT_1000, 1250, { radiantPowerMw: 0.5 })).toMatchObject({ litSinceMs: 1240 });
  });

  it('without a ramp: half the time since the tick before, and no number that is none', () => {
    const steep = slotFrom({ rampUpS: 0 });
    const dose = tick(steep, DARK_AT_1000, 1250, { radiantPowerMw: 50 });
    expect(dose).toMatchObject({ emissionMs: 125, litSinceMs: 1125 });
    expect(dose.commandedJPerCm2).toBeCloseTo(50 * 125e-6, 12);
    expect(tick(steep, DARK_AT_1000, 1250, { radiantPowerMw: 0 }).emissionMs).toBe(250);
  });

  it('with the very first tick, or one from before: no time has passed', () => {
    expect(tick(slot, {}, 1250, { radiantPowerMw: 10 })).toMatchObject({ emissionMs: 0, atMs: 1250 });
    expect(tick(slot, { atMs: 1300 }, 1250, { radiantPowerMw: 10 })).toMatchObject({ emissionMs: 0 });
  });
});

describe('lit before', () => {
  const LIT: Partial<SlotDose> = { atMs: 4000, litSinceMs: 2000, irradianceMwPerCm2: 40, lightingCount: 1 };

  it('on the plateau the commanded light grows with time', () => {
    const dose = tick(slot, LIT, 4250, { radiantPowerMw: 50 });
    expect(dose.commandedJPerCm2).toBeCloseTo(50 * 250e-6, 12);
    expect(dose.integratedJPerCm2).toBeCloseTo(45 * 250e-6, 12);
    expect(dose).toMatchObject({ emissionMs: 250, lightingCount: 1, litSinceMs: 2000 });
  });

  it('dark at once counts at the power before, done counts its ramp down', () => {
    const cut = tick(slot, LIT, 4250, { lit: false, status: 'waiting' });
    expect(cut.integratedJPerCm2).toBeCloseTo(40 * 250e-6, 12);
    expect(cut).toMatchObject({ emissionMs: 250, litSinceMs: NaN, lightingCount: 1 });
    expect(cut.commandedJPerCm2).toBeCloseTo(50 * 250e-6, 12);
    const done = tick(slot, LIT, 4250, { lit: false, status: 'done' });
    expect(done.integratedJPerCm2).toBeCloseTo(20 * 250e-6, 12);
  });

  it('dark before and dark now is no light', () => {
    const dose = tick(slot, { atMs: 4000 }, 4250, { lit: false, status: 'waiting' });
    expect(dose).toMatchObject({
      emissionMs: 0,
      lightingCount: 0,
      commandedJPerCm2: 0,
      integratedJPerCm2: 0,
      litSinceMs: NaN,
    });
  });

  it('850 ms is no gap yet; longer counts at the larger power and no longer than the lease', () => {
    const close = tick(slot, LIT, 4850, { radiantPowerMw: 20 }, 4100);
    expect(close.integratedJPerCm2).toBeCloseTo(30 * 850e-6, 12);
    const gap = tick(slot, LIT, 5000, { radiantPowerMw: 20 }, 4900);
    expect(gap.integratedJPerCm2).toBeCloseTo(40 * 900e-6, 12);
    expect(gap.emissionMs).toBe(900);
    expect(tick(slot, LIT, 5000, { radiantPowerMw: 60 }, Infinity).integratedJPerCm2).toBeCloseTo(
      60 * 1000e-6,
      12,
    );
    expect(tick(slot, LIT, 5000, { radiantPowerMw: 20 }, 3000)).toMatchObject({ emissionMs: 0 });
  });

  it('a power that is no number counts at 150 % of what is set', () => {
    expect(tick(slot, LIT, 4250, { radiantPowerMw: NaN }).irradianceMwPerCm2).toBe(75);
    expect(
      tick(slotFrom({ wavelengthNm: 650, irradianceMwPerCm2: 8 }), LIT, 4250, { radiantPowerMw: 3 })
        .irradianceMwPerCm2,
    ).toBe(6);
  });

  it('the belt’s own number never falls', () => {
    expect(
      tick(slot, { ...LIT, reportedJPerCm2: 0.3 }, 4250, { deliveredJPerCm2: 0.2 }).reportedJPerCm2,
    ).toBe(0.3);
    expect(
      tick(slot, { ...LIT, reportedJPerCm2: 0.3 }, 4250, { deliveredJPerCm2: 0.31 }).reportedJPerCm2,
    ).toBe(0.31);
  });

  it('a belt that has forgotten the session says nothing of the zone', () => {
    expect(tick(slot, LIT, 4250, { status: 'idle', radiantPowerMw: 50 })).toEqual(doseOf(slot, LIT));
  });
});

describe('the steps of a session', () => {
  const steps = slotsOf(programOf([[zoneOf(0)], [zoneOf(1)], [zoneOf(2)]]).prescription, PROFILE)!;
  const lit = steps.map((of) => doseOf(of, { atMs: 4000, litSinceMs: 2000, irradianceMwPerCm2: 40 }));
  const during = (step: number, atMs: number, leaseEndMs: number): readonly SlotDose[] =>
    accumulateTick(steps, lit, report(9, { step }), atMs, leaseEndMs);

  it('light of a step that the belt has left counts up to now, never beyond its lease', () => {
    const [first, second, third] = during(1, 4250, Infinity);
    expect(first).toMatchObject({ emissionMs: 250, litSinceMs: NaN, irradianceMwPerCm2: 0, atMs: 4250 });
    expect(first!.integratedJPerCm2).toBeCloseTo(40 * 250e-6, 12);
    expect(second?.atMs).toBe(4250);
    expect(third).toEqual(lit[2]);
    expect(during(1, 4250, 4100)[0]).toMatchObject({ emissionMs: 100 });
    expect(during(1, 4250, 3000)[0]).toMatchObject({ emissionMs: 0 });
  });

  it('what was dark when the belt left it stays as it was', () => {
    const dark = steps.map((of) => doseOf(of, { atMs: 4000 }));
    expect(accumulateTick(steps, dark, report(9, { step: 2 }), 4250, Infinity)[0]).toBe(dark[0]);
    const later = steps.map((of) => doseOf(of, { atMs: 4000, litSinceMs: 5000 }));
    expect(accumulateTick(steps, later, report(9, { step: 2 }), 4250, Infinity)[0]).toBe(later[0]);
  });

  it('a zone that the tick does not tell of stays as it was', () => {
    expect(accumulateTick(steps, lit, report(9, { zones: [] }), 4250, Infinity)[0]).toBe(lit[0]);
    const others = report(9, { zones: [zoneReport(3)] });
    expect(accumulateTick(steps, lit, others, 4250, Infinity)[0]).toBe(lit[0]);
    expect(accumulateTick(steps, [], report(9), 4250, Infinity)).toEqual([]);
  });
});
