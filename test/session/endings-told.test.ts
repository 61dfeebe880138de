// What is told and booked at the end: by zones, by the worst of several reasons, with how long it took.
import { describe, expect, it } from 'vitest';
import { closingOf, concludeSession, emissionOffOf } from '../../src/session/conclude.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { contextWith, recordWith, treating, withDoses } from './support/contexts.ts';
import { armed, complete, confirmed, hazard, said, words } from './support/endings.ts';
import { programOf, TAG, zoneOf } from './support/rig.ts';

describe('zones', () => {
  it('one that was cut off makes the whole a cutoff, named by its hazard', () => {
    const cut = (hazards: SessionContext['hazards']): SessionContext => {
      const context = { ...armed({ kind: 'completed' }), hazards };
      return {
        ...context,
        doses: context.doses.map((dose, at) => (at === 1 ? { ...dose, withheld: 'cutOff' as const } : dose)),
      };
    };
    expect(said(cut([]))).toEqual(['cutoff', 4, 'H08', words('H08')]);
    expect(said(cut([{ id: 'H01', zone: 1, response: 'cutoff', by: 'belt' }]))[2]).toBe('H08');
    expect(
      said(
        cut([
          { id: 'H09', zone: 1, response: 'pause', by: 'belt' },
          { id: 'H09', zone: 1, response: 'cutoff', by: 'belt' },
        ]),
      ),
    ).toEqual(['cutoff', 4, 'H09', words('H09')]);
  });

  it('without their dose nobody’s word makes a session complete', () => {
    const short = withDoses(armed({ kind: 'completed' }), {
      reportedJPerCm2: 0.1,
      integratedJPerCm2: 0.1,
      commandedJPerCm2: 0.1,
    });
    expect(said(short)).toEqual([
      'cutoff',
      4,
      null,
      'The belt says that it is done, but not all of the dose was given. Do not use it again before it has been checked.',
    ]);
    expect(said({ ...short, reasons: [{ kind: 'stop', cause: 'interrupt' }] })[0]).toBe('stopped');
  });
});

describe('the worst decides', () => {
  it('of several reasons', () => {
    expect(said(armed({ kind: 'completed' }, hazard('H01'), { kind: 'stop', cause: 'interrupt' }))[0]).toBe(
      'cutoff',
    );
    expect(said(armed())).toEqual([
      'failed',
      1,
      null,
      'The session ended without a reason. Please report it.',
    ]);
  });

  it('light that may be on is said in any case', () => {
    const open = {
      ...armed({ kind: 'stop', cause: 'interrupt' }),
      stopping: { ...confirmed, confirmed: false },
    };
    expect(said(open)).toEqual([
      'stopped',
      7,
      null,
      'The session was stopped. Whether the light is off could not be confirmed: take the belt off and look for its own indicator.',
    ]);
    expect(said({ ...open, strays: [{ zone: 1, sinceMs: 4000 }] })[3]).toBe(
      'The belt still shines although it was told to stop: take it off now and pull its battery.',
    );
    expect(said({ ...open, reasons: [hazard('H10', 'lockout')] })[1]).toBe(8);
  });

  it('off is confirmed, not confirmed, or was never on', () => {
    expect(emissionOffOf(armed())).toBe('confirmed');
    expect(emissionOffOf(treating())).toBe('unconfirmed');
    expect(emissionOffOf(contextWith())).toBe('neverOn');
    expect(emissionOffOf(contextWith({ strays: [{ zone: null, sinceMs: 0 }] }))).toBe('unconfirmed');
  });
});

describe('what is booked and told at the end', () => {
  it('how long it lasted: from ARM to dark, else to the closing of the book, else to now', () => {
    expect(closingOf(armed({ kind: 'completed' })).durationMs).toBe(3900);
    expect(closingOf(treating({ closedAtMs: 4500 })).durationMs).toBe(3500);
    expect(closingOf(treating()).durationMs).toBe(4000);
    expect(closingOf(treating({ closedAtMs: 500 })).durationMs).toBe(0);
    expect(closingOf(contextWith({ nowMs: 5000 })).durationMs).toBe(0);
  });

  it('whether the belt’s record is still to be read', () => {
    const awaits = (context: SessionContext) => [
      closingOf(context).awaitsBeltRecord,
      closingOf(context).beltRecord,
    ];
    expect(awaits(armed())).toEqual([true, undefined]);
    expect(awaits({ ...armed(), record: recordWith() })).toEqual([false, 7]);
    expect(awaits({ ...treating(), record: recordWith() })).toEqual([true, 7]);
    expect(awaits(contextWith())).toEqual([false, undefined]);
  });

  it('that light may be left: H10 was seen or told, and off is not confirmed', () => {
    const told = { id: 'H10', zone: null, response: 'lockout', by: 'belt' } as const;
    const strays = [{ zone: 1, sinceMs: 4000 }];
    const isLeft = (context: SessionContext) => closingOf(context).isLightLeft;
    expect(isLeft(treating({ strays }))).toBe(true);
    expect(isLeft(treating({ hazards: [told] }))).toBe(true);
    expect(isLeft(treating({ hazards: [{ ...told, id: 'H08' }] }))).toBeUndefined();
    expect(isLeft(treating())).toBeUndefined();
    // There the hazard says it.
    const decided = closingOf(treating({ strays, reasons: [hazard('H10', 'lockout')] }));
    expect(decided).toMatchObject({ hazard: 'H10', emissionOff: 'unconfirmed' });
    expect(decided.isLightLeft).toBeUndefined();
    expect(isLeft({ ...armed(), strays, hazards: [told] })).toBeUndefined();
  });

  it('each zone, with how it ended, and each hazard once', () => {
    const program = programOf([[zoneOf(0), zoneOf(1)]]);
    const context = {
      ...complete({}),
      ...treating(
        {
          stopping: confirmed,
          reasons: [hazard('H01')],
          hazards: [
            { id: 'H05', zone: 0, response: 'pause', by: 'belt' },
            { id: 'H05', zone: 1, response: 'pause', by: 'belt' },
          ],
        },
        program,
      ),
    };
    const outcome = concludeSession(context);
    expect(outcome).toMatchObject({
      outcome: 'cutoff',
      emissionOff: 'confirmed',
      hazard: 'H01',
      hazards: ['H05', 'H01'],
      session: TAG,
      plan: 'test',
      durationMs: 3900,
      exitCode: 4,
      message: words('H01'),
    });
    expect(outcome.zones.map((zone) => ({ ...zone, deliveredJPerCm2: 0 }))).toEqual(
      ['L1', 'L2'].map((zone) => ({
        zone,
        wavelengthNm: 808,
        prescribedJPerCm2: 0.5,
        deliveredJPerCm2: 0,
        certainty: 'certain',
        status: 'incomplete',
      })),
    );
    expect(concludeSession(contextWith()).hazards).toEqual([]);
    expect(closingOf(context)).toMatchObject({
      sessionTag: TAG,
      outcome: 'cutoff',
      emissionOff: 'confirmed',
      hazard: 'H01',
    });
    expect(closingOf(context).zones[0]).not.toHaveProperty('end');
  });
});
