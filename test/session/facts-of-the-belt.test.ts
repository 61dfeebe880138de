// Notices, the end of a link, and records: what they tell, and what they do not.
import { describe, expect, it } from 'vitest';
import type { BeltEvent } from '../../src/belt/belt.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { note } from '../../src/session/note.ts';
import { bookWith, contextWith, recordWith, treating } from './support/contexts.ts';
import { confirmed } from './support/endings.ts';
import { PROFILE } from './support/scripted.ts';

const atMs = 5250;

describe('notices of the belt', () => {
  const pause = {
    cause: 'hazard',
    untilMs: 9,
    sentAtMs: -Infinity,
    sentCount: 0,
    restLeftMs: Infinity,
  } as const;
  const noticed = (
    more: Partial<SessionContext>,
    state: 'paused' | 'ended' | 'lockout' | 'armed',
    cause: Extract<BeltEvent, { type: 'belt.noticed' }>['cause'],
  ) =>
    note(treating({ phase: 'paused', pause, ...more }), {
      type: 'belt.noticed',
      atMs,
      kind: 'stateChanged',
      state,
      cause,
      hazard: 0,
      zone: 255,
    });

  it('say why it ended', () => {
    expect(noticed({}, 'ended', 'stopped').beltCause).toBe('stopped');
    expect(noticed({}, 'lockout', 'hazard').beltCause).toBe('hazard');
    expect(noticed({}, 'ended', 'none').beltCause).toBe(undefined);
    expect(noticed({}, 'paused', 'contactLost').beltCause).toBe(undefined);
    expect(noticed({ sessionSeen: false }, 'ended', 'stopped').beltCause).toBe(undefined);
  });

  it('say why it is paused, except that a person’s own pause comes first, and ours is known', () => {
    expect(noticed({}, 'paused', 'contactLost').pause?.cause).toBe('contactLost');
    expect(noticed({}, 'paused', 'leaseExpired').pause?.cause).toBe('leaseExpired');
    expect(noticed({}, 'paused', 'pausedByCommand').pause?.cause).toBe('operator');
    expect(noticed({ pause: { ...pause, sentCount: 1 } }, 'paused', 'pausedByCommand').pause?.cause).toBe(
      'hazard',
    );
    expect(noticed({ pause: { ...pause, sentCount: 1 } }, 'paused', 'contactLost').pause?.cause).toBe(
      'contactLost',
    );
    expect(noticed({ pause: { ...pause, cause: 'operator' } }, 'paused', 'contactLost').pause?.cause).toBe(
      'operator',
    );
    expect(noticed({}, 'paused', 'stopped').pause).toEqual(pause);
    expect(noticed({}, 'armed', 'contactLost').pause).toEqual(pause);
    expect(noticed({ pause: undefined }, 'paused', 'contactLost').pause).toBe(undefined);
    expect(noticed({ sessionSeen: false }, 'paused', 'contactLost').pause).toEqual(pause);
  });
});

describe('the link', () => {
  const lost = (context: SessionContext, reason: 'lost' | 'closedByUs' | 'stopByDrop' = 'lost') =>
    note(context, { type: 'link.lost', atMs, reason, detail: 'gone' });
  const why = { kind: 'linkLost', detail: 'gone' };

  it('lost ends the session; while stopping only if off is not confirmed and we did not drop it', () => {
    expect(lost(treating()).reasons.at(-1)).toEqual(why);
    expect(lost(treating()).linkOpen).toBe(false);
    const open = treating({ phase: 'stopping', stopping: { ...confirmed, confirmed: false } });
    expect(lost(open)).toMatchObject({ linkOpen: false, reasons: [why] });
    expect(lost(open, 'closedByUs').reasons).toEqual([]);
    expect(lost(open, 'stopByDrop').reasons).toEqual([]);
    expect(lost({ ...open, stopping: confirmed }).reasons).toEqual([]);
    expect(lost({ ...open, armedAtMs: NaN }).reasons).toEqual([]);
    expect(lost({ ...open, stopping: undefined }).reasons).toEqual([]);
  });

  it('not found is a reason, except while stopping', () => {
    const gone = (phase: 'connecting' | 'stopping') =>
      note(contextWith({ phase }), {
        type: 'belt.unreachable',
        atMs,
        failure: 'timedOut',
        detail: 'x',
      }).reasons;
    expect(gone('connecting')).toEqual([{ kind: 'unreachable', detail: 'x' }]);
    expect(gone('stopping')).toEqual([]);
  });

  it('three damaged frames end the session', () => {
    const damaged = (count: number) => note(treating(), { type: 'belt.badFrame', atMs, count });
    expect(damaged(2)).toMatchObject({ badFrameCount: 2, reasons: [] });
    expect(damaged(3).reasons).toMatchObject([{ kind: 'hazard', hazard: { id: 'H15' } }]);
  });
});

describe('records of the belt', () => {
  const pending = [{ sessionTag: 'aa', beltId: PROFILE.beltId, address: 'sim', planName: 'old', zones: [] }];
  const found = (
    record: Extract<BeltEvent, { type: 'belt.record' }>['found'],
    more: Partial<SessionContext> = {},
  ) =>
    note(
      contextWith({
        phase: 'preflight',
        nowMs: 5000,
        linkOpen: true,
        openedAtMs: 5000,
        book: bookWith({ pending }),
        ...more,
      }),
      { type: 'belt.record', atMs, found: record },
    );

  it('of an unfinished session are kept for the book', () => {
    for (const record of ['none', recordWith(), recordWith({ kind: 'interrupted' })] as const)
      expect(found(record)).toMatchObject({ record, reasons: [] });
  });

  it('that are still open, or that it did not give, refuse', () => {
    expect(found(recordWith({ kind: 'open' })).reasons).toEqual([
      {
        kind: 'refused',
        detail: 'An earlier session of this belt is still under way. End it first: `laserbelt stop`.',
      },
    ]);
    expect(found('failed').reasons).toEqual([
      {
        kind: 'refused',
        detail:
          'The belt did not give its record of an earlier unfinished session. Keep it near, then start again.',
      },
    ]);
    expect(found('failed').record).toBe(undefined);
  });

  it('at the end of a session are kept as they are', () => {
    for (const record of ['none', 'failed', recordWith({ kind: 'open' })] as const)
      expect(found(record, { phase: 'stopping' })).toMatchObject({ record, reasons: [] });
  });

  it('that run backwards refuse for two days; the newest must be the book’s or later', () => {
    const newest = (record: Parameters<typeof found>[0], knownRecord: number) =>
      found(record, { book: bookWith({ knownRecord }) });
    expect(newest(recordWith({ number: 7 }), 7)).toMatchObject({
      book: { newestRecord: 7, refused: undefined },
      reasons: [],
    });
    expect(newest('none', 0).book.newestRecord).toBe(0);
    const less = newest(recordWith({ number: 6 }), 7);
    expect(less.book.refused).toEqual({
      hazard: 'H21',
      detail:
        'The belt has lost its records: it is at 6, and the dose book knows its session 7. Have it checked. Nothing is given with it until two days after the last session that the book knows of.',
    });
    expect(less.book.newestRecord).toBe(6);
    expect(less.reasons).toMatchObject([{ kind: 'hazard', hazard: { id: 'H21' } }]);
    expect(newest('none', 7).book.refused?.hazard).toBe('H21');
  });
});
