// From the newest tick and the session's facts to the terms of the hazards.
import { describe, expect, it } from 'vitest';
import type { SessionContext } from '../../src/session/context.ts';
import { isSomebodyDue, observe } from '../../src/session/observe.ts';
import { bookWith, contextWith, INPUT, lighting, lit, treating } from './support/contexts.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';

const zoneOfContext = (context: SessionContext, nowMs = 5000) => observe(context, nowMs).zones[0];

describe('what is observed of a zone in treatment', () => {
  it('is what the belt says of it and what was planned', () => {
    expect(
      zoneOfContext(lighting({ reportedJPerCm2: 0.1, integratedJPerCm2: 0.11, emissionMs: 2000 })),
    ).toEqual({
      zone: 0,
      inTreatment: true,
      isPrescribed: true,
      contact: false,
      lit: true,
      offExpected: false,
      irradianceMwPerCm2: 40,
      irradianceSetMwPerCm2: 50,
      irradianceExpectedMwPerCm2: 50,
      onPlateau: true,
      irradianceFullScaleMwPerCm2: 100,
      exposureLimitMwPerCm2: lighting().slots[0]?.exposureLimitMwPerCm2,
      reportedJPerCm2: 0.1,
      integratedJPerCm2: 0.11,
      prescribedJPerCm2: 0.5,
      emissionMs: 2000,
      emissionPlannedMs: 10_750,
      skinTemperatureC: 35,
    });
    expect(zoneOfContext(lighting({ withheld: 'reached' }))?.inTreatment).toBe(false);
    expect(zoneOfContext(lighting({ lightingCount: 3 }))?.emissionPlannedMs).toBe(12_750);
    expect(zoneOfContext(lighting({ lightingCount: 0 }))?.emissionPlannedMs).toBe(10_750);
    const small = treating(
      { report: report(20, { zones: [zoneReport(0, lit)] }) },
      programOf([[zoneOf(0, { wavelengthNm: 650, irradianceMwPerCm2: 8 })]]),
    );
    expect(zoneOfContext(small)?.irradianceMwPerCm2).toBe(80);
  });

  it('off is expected when the belt says so itself', () => {
    const off = (zone: object, tick: object = {}) => zoneOfContext(lighting({}, zone, {}, tick))?.offExpected;
    expect(off({})).toBe(false);
    expect(off({ status: 'waiting' })).toBe(false);
    expect(off({ lit: false })).toBe(true);
    expect(off({ status: 'done' })).toBe(true);
    expect(off({}, { stopLatched: true })).toBe(true);
    expect(off({}, { state: 'paused' })).toBe(true);
  });

  it('nothing is expected of the first 250 ms, its share in the ramp, all of it after', () => {
    const expected = (litSinceMs: number) =>
      zoneOfContext(lighting({ litSinceMs }))?.irradianceExpectedMwPerCm2;
    expect([expected(4751), expected(4750), expected(4500), expected(4000), expected(3000)]).toEqual([
      0, 12.5, 25, 50, 50,
    ]);
    expect([expected(NaN), expected(5001)]).toEqual([0, 0]);
    const steep = { rampUpMs: 0 };
    const context = lighting({ litSinceMs: 4750 });
    expect(
      zoneOfContext({ ...context, slots: context.slots.map((slot) => ({ ...slot, ...steep })) })
        ?.irradianceExpectedMwPerCm2,
    ).toBe(50);
  });

  it('the plateau begins 300 ms after the ramp and ends 300 ms before the ramp down', () => {
    const on = (litSinceMs: number, left = 0.5) =>
      zoneOfContext(lighting({ litSinceMs, reportedJPerCm2: 0.5 - left }));
    expect([on(3701)?.onPlateau, on(3700)?.onPlateau]).toEqual([false, true]);
    // Half the ramp down and 300 ms at 50 mW/cm² are 0.0275.
    expect([on(3000, 0.0276)?.onPlateau, on(3000, 0.0274)?.onPlateau]).toEqual([true, false]);
    expect([on(3000, 0.0276), on(3000, 0.0274)].map((zone) => zone?.irradianceExpectedMwPerCm2)).toEqual([
      50, 0,
    ]);
  });
});

describe('what is observed of a zone that is not in treatment', () => {
  const idle = (context: SessionContext) => observe(context, 5000).zones;

  it('only that nothing shines, against the strongest emitter of the zone', () => {
    const context = lighting({}, { radiantPowerMw: 3 }, { sessionSeen: false });
    expect(idle(context)[0]).toEqual({
      zone: 0,
      inTreatment: false,
      isPrescribed: true,
      contact: false,
      lit: true,
      offExpected: false,
      irradianceMwPerCm2: 3,
      irradianceSetMwPerCm2: 0,
      irradianceExpectedMwPerCm2: 0,
      onPlateau: false,
      irradianceFullScaleMwPerCm2: 100,
      exposureLimitMwPerCm2: 100,
      reportedJPerCm2: 0,
      integratedJPerCm2: 0,
      prescribedJPerCm2: 0,
      emissionMs: 0,
      emissionPlannedMs: 0,
      skinTemperatureC: 35,
    });
  });

  it('an area that is not 1 cm² counts, and so does the order of emitters not', () => {
    const wide = PROFILE.emitters.map((emitter) =>
      emitter.wavelengthNm === 808 ? { ...emitter, areaCm2: 4 } : emitter,
    );
    for (const emitters of [wide, [...wide].reverse()]) {
      const context = lighting(
        {},
        { radiantPowerMw: 3 },
        { sessionSeen: false, profile: { ...PROFILE, emitters } },
      );
      expect(idle(context)[0]).toMatchObject({ irradianceMwPerCm2: 0.75, irradianceFullScaleMwPerCm2: 25 });
    }
    expect(
      idle({ ...lighting({}, { radiantPowerMw: 3 }, { sessionSeen: false }), profile: undefined })[0],
    ).toMatchObject({ irradianceMwPerCm2: 3, irradianceFullScaleMwPerCm2: 0 });
  });

  it('a zone of no step, of another step, or without a dose', () => {
    const two = treating(
      { report: report(20, { state: 'armed', step: 1 }) },
      programOf([[zoneOf(0)], [zoneOf(1)]]),
    );
    expect(idle(two).map((zone) => [zone.prescribedJPerCm2, zone.isPrescribed])).toEqual([
      [0, true],
      [0.5, true],
      [0, false],
      [0, false],
    ]);
    expect(idle({ ...lighting(), doses: [] })[0]?.prescribedJPerCm2).toBe(0);
    const off = (zone: object, tick: object) =>
      idle(lighting({}, zone, { slots: [], doses: [] }, tick))[0]?.offExpected;
    expect([off({}, {}), off({ status: 'idle' }, {}), off({}, { state: 'ended' })]).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('what is observed of the belt and of us', () => {
  it('in the middle of a treatment', () => {
    const { zones, ...rest } = observe(treating({ sessionEmissionMs: 700 }), 5100);
    expect(zones).toHaveLength(4);
    expect(rest).toEqual({
      nowMs: 5100,
      phase: 'emitting',
      statusAgeMs: 100,
      clockDifferenceMs: 0,
      clockElapsedMs: 0,
      batteryPercent: 90,
      charging: false,
      badFrameCount: 0,
      linkLost: false,
      bookFailed: false,
      bookRefusal: undefined,
      isScreened: true,
      identityDiffers: false,
      programDiffers: false,
      selfTestFailed: false,
      isStarting: false,
      isReadingDue: false,
      flickersVisibly: false,
      unattendedMs: 100,
      sessionEmissionMs: 700,
      sessionEmissionMaxMs: 1_800_000,
      beltHazards: 0,
    });
  });

  it('without a tick its age counts from the link, without a link there is none and nothing is known', () => {
    expect(observe(contextWith({ linkOpen: true, openedAtMs: 4000 }), 5000)).toMatchObject({
      statusAgeMs: 1000,
      zones: [],
      batteryPercent: 100,
    });
    const charging = treating({ report: report(20, { charging: true, batteryPercent: 40, hazards: 1 }) });
    expect(observe(charging, 5000)).toMatchObject({ charging: true, batteryPercent: 40, beltHazards: 1 });
    expect(observe({ ...charging, linkOpen: false }, 5000)).toMatchObject({
      charging: false,
      batteryPercent: 100,
      beltHazards: 0,
      linkLost: true,
      statusAgeMs: 0,
      zones: [],
    });
  });

  it('each fact is its own', () => {
    const of = (more: Partial<SessionContext>) => observe(treating(more), 5000);
    expect(of({ book: bookWith({ failed: 'x' }) }).bookFailed).toBe(true);
    expect(of({ book: bookWith({ refused: { hazard: 'H21', detail: '' } }) }).bookRefusal).toBe('H21');
    expect(
      of({ badFrameCount: 2, identityDiffers: true, programDiffers: true, flickersVisibly: true }),
    ).toMatchObject({ badFrameCount: 2, identityDiffers: true, programDiffers: true, flickersVisibly: true });
    const rejected = (code: 'selfTestFailed' | 'busy') =>
      ({ reasons: [{ kind: 'rejected', op: 'arm', code, hazard: 0, zone: 255 }] }) as const;
    expect(of(rejected('selfTestFailed')).selfTestFailed).toBe(true);
    expect(of(rejected('busy')).selfTestFailed).toBe(false);
    expect(
      of({ reasons: [{ kind: 'completed' }, ...rejected('selfTestFailed').reasons] }).selfTestFailed,
    ).toBe(true);
  });

  it('screening is asked of a belt that is not simulated', () => {
    const real = { ...PROFILE, simulated: false };
    const screened = (more: Partial<SessionContext>) => observe(treating(more), 5000).isScreened;
    expect(screened({ profile: real })).toBe(false);
    expect(screened({ profile: real, input: { ...INPUT, isScreened: true } })).toBe(true);
    expect(screened({ profile: real, input: { ...INPUT, isScreened: false } })).toBe(false);
    expect(screened({ profile: undefined })).toBe(true);
  });

  it('a start is after the yes and before the first light; a reading is due one second into the countdown', () => {
    const starting = (more: Partial<SessionContext>) =>
      observe(treating({ saidYes: true, phase: 'countdown', ...more }), 5000);
    expect(starting({}).isStarting).toBe(true);
    expect(starting({ phase: 'ready' }).isStarting).toBe(true);
    expect(starting({ phase: 'emitting' }).isStarting).toBe(false);
    expect(starting({ saidYes: false }).isStarting).toBe(false);
    expect(starting({ sessionEmissionMs: 1 }).isStarting).toBe(false);
    expect(
      [starting({ countdownSinceMs: 4000 }), starting({ countdownSinceMs: 4001 })].map(
        (seen) => seen.isReadingDue,
      ),
    ).toEqual([true, false]);
  });

  it('somebody has to be there while light may come on, unless a simulated belt is told otherwise', () => {
    const assumed = { input: { ...INPUT, isPresenceAssumed: true } };
    expect(isSomebodyDue(treating())).toBe(true);
    expect(isSomebodyDue(treating(assumed))).toBe(false);
    expect(isSomebodyDue(treating({ ...assumed, profile: { ...PROFILE, simulated: false } }))).toBe(true);
    expect(isSomebodyDue(treating({ ...assumed, profile: undefined }))).toBe(true);
    expect(isSomebodyDue(treating({ phase: 'paused' }))).toBe(false);
    expect(observe(treating({ phase: 'paused', presentAtMs: 0 }), 5000).unattendedMs).toBe(0);
  });

  it('before the session was seen only what the belt has latched counts', () => {
    const mask = 0xffffff;
    expect(observe(treating({ report: report(20, { hazards: mask }) }), 5000).beltHazards).toBe(mask);
    const before = observe(
      treating({ sessionSeen: false, report: report(20, { hazards: mask }) }),
      5000,
    ).beltHazards;
    expect(before & (1 << 9)).not.toBe(0);
    expect(before & (1 << 4)).toBe(0);
    expect(
      observe(treating({ sessionSeen: false, report: report(20, { hazards: 1 << 4 }) }), 5000).beltHazards,
    ).toBe(0);
    expect(
      observe(treating({ sessionSeen: false, report: report(20, { hazards: 1 << 9 }) }), 5000).beltHazards,
    ).toBe(1 << 9);
  });
});
