// A session as it is shown, fact by fact.
import { describe, expect, it } from 'vitest';
import type { SessionContext } from '../../src/session/context.ts';
import { viewOf, type SessionView } from '../../src/session/view.ts';
import { contextWith, doseOf, INPUT, lighting, treating } from './support/contexts.ts';
import { hazard } from './support/endings.ts';
import { SHORT_PROGRAM, TAG } from './support/rig.ts';
import { PROFILE, report } from './support/scripted.ts';

const view = (context: SessionContext, nowMs = context.nowMs): SessionView =>
  viewOf(context, 'emitting', nowMs);
const active = (...ids: string[]): SessionContext['active'] =>
  ids.flatMap((id) => {
    const reason = hazard(id);
    return reason.kind === 'hazard' ? [reason.hazard] : [];
  });

describe('before anything is known', () => {
  it('has no number that is made up', () => {
    const { zones, ...flat } = viewOf(contextWith(), 'standby', 0);
    expect(zones()).toEqual([]);
    expect(flat).toEqual({
      state: 'standby',
      sessionTag: TAG,
      planName: INPUT.planName,
      profile: undefined,
      program: undefined,
      itemIndex: 0,
      itemCount: 0,
      elapsedMs: 0,
      plannedDurationMs: null,
      countdownRemainingMs: null,
      batteryPercent: null,
      statusAgeMs: null,
      emission: false,
      awaitsButton: false,
      hazards: [],
      warnings: [],
      badFrameCount: 0,
    });
  });
});

describe('a treatment', () => {
  it('shows what the belt and the program say', () => {
    expect(view(treating({ itemIndex: 2, badFrameCount: 4 }))).toMatchObject({
      state: 'emitting',
      profile: PROFILE,
      program: SHORT_PROGRAM,
      itemIndex: 2,
      itemCount: SHORT_PROGRAM.items.length,
      plannedDurationMs: SHORT_PROGRAM.plannedDurationMs,
      batteryPercent: 90,
      badFrameCount: 4,
    });
  });

  it('its time goes on while nothing happens, and never back', () => {
    expect(view(treating()).elapsedMs).toBe(1000);
    expect(view(treating(), 5750).elapsedMs).toBe(1750);
    expect(view(treating(), 3000).elapsedMs).toBe(1000);
    expect(view(treating({ emittingSinceMs: NaN, emittedMs: 700 }), 5750).elapsedMs).toBe(700);
    expect(view(treating({ emittedMs: 700 })).elapsedMs).toBe(1700);
    expect(view(treating({ emittingSinceMs: 6000, emittedMs: 700 })).elapsedMs).toBe(700);
  });

  it('the age of its status grows, and there is none without a link or a status', () => {
    expect(view(treating({ stampAtMs: 4800 })).statusAgeMs).toBe(200);
    expect(view(treating({ stampAtMs: 4800 }), 5100).statusAgeMs).toBe(300);
    expect(view(treating({ linkOpen: false })).statusAgeMs).toBe(null);
    expect(view(treating({ report: undefined })).statusAgeMs).toBe(null);
  });

  it('light is on when the belt says so over an open link', () => {
    const on = report(20, { emission: true });
    expect(view(treating({ report: on })).emission).toBe(true);
    expect(view(treating({ report: on, linkOpen: false })).emission).toBe(false);
    expect(view(treating()).emission).toBe(false);
  });

  it('waits for the button while the belt does', () => {
    expect(view(treating({ report: report(20, { state: 'awaitingButton' }) })).awaitsButton).toBe(true);
    expect(view(treating()).awaitsButton).toBe(false);
  });

  it('a pause is shown with its cause, and none is not shown at all', () => {
    const pause = {
      cause: 'contactLost',
      untilMs: 9000,
      sentAtMs: 1,
      sentCount: 1,
      restLeftMs: 0,
    } as const;
    expect(view(treating({ pause })).pause).toEqual({ cause: 'contactLost', remainingMs: 4000 });
    expect(view(treating({ pause }), pause.untilMs - 1500).pause?.remainingMs).toBe(1500);
    expect(view(treating({ pause }), pause.untilMs + 1).pause?.remainingMs).toBe(0);
    expect(view(treating())).not.toHaveProperty('pause');
  });
});

describe('the countdown', () => {
  const counting = (more: Partial<SessionContext> = {}): SessionContext =>
    treating({ phase: 'countdown', countdownSinceMs: 4000, ...more });

  it('is what is left of the belt’s own, and not less than nothing', () => {
    expect(view(counting()).countdownRemainingMs).toBe(2000);
    expect(view(counting(), 5500).countdownRemainingMs).toBe(1500);
    expect(view(counting(), 9000).countdownRemainingMs).toBe(0);
  });

  it('is not there before it was seen, nor in another state, nor without a belt', () => {
    expect(view(counting({ countdownSinceMs: NaN })).countdownRemainingMs).toBe(null);
    expect(view(counting({ phase: 'emitting' })).countdownRemainingMs).toBe(null);
    expect(view(counting({ profile: undefined })).countdownRemainingMs).toBe(null);
  });
});

describe('hazards and warnings', () => {
  it('each hazard once, in their order', () => {
    expect(view(treating({ active: active('H05', 'H01', 'H05') })).hazards).toEqual(['H05', 'H01']);
    expect(view(treating()).hazards).toEqual([]);
  });

  it('what is to be noticed now comes after what was warned of', () => {
    expect(view(treating({ warnings: ['a'] })).warnings).toEqual(['a']);
    expect(view(treating({ warnings: ['a'], notice: 'b' })).warnings).toEqual(['a', 'b']);
  });
});

describe('a zone', () => {
  it('that shines', () => {
    const shining = lighting({ irradianceMwPerCm2: 40, skinTemperatureC: 35, status: 'emitting' });
    const [zone, ...others] = view(shining).zones();
    expect(others).toEqual([]);
    expect(zone).toEqual({
      zone: 'L1',
      wavelengthNm: 808,
      irradianceMwPerCm2: 40,
      prescribedJPerCm2: 0.5,
      deliveredJPerCm2: 0,
      deliveredUpperJPerCm2: 0,
      certainty: 'certain',
      skinTemperatureC: 35,
      contact: true,
      status: 'emitting',
    });
  });

  it('that is dark, or lights only later, shows no irradiance; one without a temperature shows none', () => {
    const of = (dose: object) => view(lighting({ irradianceMwPerCm2: 40, ...dose })).zones()[0];
    expect(of({ litSinceMs: NaN })?.irradianceMwPerCm2).toBe(0);
    expect(of({ litSinceMs: 5001 })?.irradianceMwPerCm2).toBe(0);
    expect(of({ litSinceMs: 5000 })?.irradianceMwPerCm2).toBe(40);
    expect(of({ skinTemperatureC: NaN })?.skinTemperatureC).toBe(null);
    expect(of({ contact: false })?.contact).toBe(false);
  });

  it('that was ended shows how, whatever the belt has said of it so far', () => {
    const ended = (dose: object) => view(lighting(dose)).zones()[0]?.status;
    expect(ended({ status: 'done' })).toBe('done');
    expect(ended({ status: 'waiting' })).toBe('waiting');
    expect(ended({ status: 'emitting', withheld: 'endedShort' })).toBe('endedShort');
    expect(ended({ status: 'emitting', withheld: 'cutOff' })).toBe('cutOff');
  });

  it('light that nobody has seen yet is not shown as given', () => {
    const lease = { litEndMs: 6000, zoneEndMs: [6000], litStep: 0 };
    expect(view(lighting({ atMs: 4000 }, {}, { lease })).zones()[0]).toMatchObject({
      deliveredUpperJPerCm2: 0,
      certainty: 'certain',
    });
  });

  it('without a dose of its own is left out', () => {
    const context = treating();
    expect(view({ ...context, doses: context.doses.slice(0, 1) }).zones()).toHaveLength(1);
    const [slot] = context.slots;
    if (slot === undefined) throw new Error('no slot');
    expect(view({ ...context, slots: [slot], doses: [doseOf(slot), doseOf(slot)] }).zones()).toHaveLength(1);
  });
});
