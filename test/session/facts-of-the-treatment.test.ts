// The course of the treatment: items, rests, leases, reservations and pauses, one tick at a time.
import { describe, expect, it } from 'vitest';
import { draftOf, type SessionContext } from '../../src/session/context.ts';
import { progress, renew, treatTick } from '../../src/session/treat.ts';
import { bookWith, treating, withDoses } from './support/contexts.ts';
import { programOf, zoneOf } from './support/rig.ts';
import { report, zoneReport } from './support/scripted.ts';

const TWO = programOf([[zoneOf(0)], { restMs: 4000 }, [zoneOf(1)], { restMs: 1000 }]);
const armed = report(20, { state: 'armed' });
const tick = (context: SessionContext, state: Parameters<typeof report>[1] = {}) =>
  treatTick(draftOf(context), report(20, { state: 'armed', ...state }));
const kinds = (context: SessionContext): readonly string[] => context.effects.map((effect) => effect.kind);
const done = (context: SessionContext): SessionContext => withDoses(context, { status: 'done' });
const dark = { kind: 'belt.lease', request: { tick: 20, step: 0, zones: 0, ceiling: 0, epoch: 1 } };

describe('moving on', () => {
  it('when all zones of a step are done the rest begins, and lasts its time', () => {
    const resting = progress(done(treating({}, TWO)));
    expect(resting.itemIndex).toBe(1);
    expect(resting.deadlines.restAtMs).toBe(9000);
    expect(progress(treating({}, TWO)).itemIndex).toBe(0);
    expect(progress({ ...resting, nowMs: 8999 }).itemIndex).toBe(1);
    const second = progress({ ...resting, nowMs: 9000 });
    expect(second).toMatchObject({ itemIndex: 2, reasons: [] });
    expect(second.deadlines.restAtMs).toBe(Infinity);
  });

  it('after the last treatment the session is complete, a rest behind it is none', () => {
    expect(progress(done(treating({ itemIndex: 2 }, TWO))).reasons).toEqual([{ kind: 'completed' }]);
    expect(progress(treating({ itemIndex: 9 }, TWO)).reasons).toEqual([{ kind: 'completed' }]);
    expect(progress(treating({ program: undefined })).reasons).toEqual([{ kind: 'completed' }]);
  });
});

describe('a tick while light is due', () => {
  it('brings the next lease, and notes until when it may be lit', () => {
    const next = tick(treating());
    expect(kinds(next)).toEqual(['belt.lease']);
    expect(next.effects[0]).toMatchObject({ request: { zones: 0b1111, ceiling: 0.5 } });
    expect(next.lease.litEndMs).toBe(6000);
    expect(next.book.reservingSinceMs).toBeNaN();
    expect(renew(treating(), armed).effects).toEqual(next.effects);
  });

  it('asks the book for more when little is left, and remembers since when', () => {
    const next = tick(treating({ book: bookWith({ reservedStep: 0, reservedCeiling: 0.1 }) }));
    expect(kinds(next)).toEqual(['belt.lease', 'book.reserve']);
    expect(next.book.reservingSinceMs).toBe(5000);
  });

  it('a book that does not answer for more than ten seconds ends it', () => {
    const since = (reservingSinceMs: number) =>
      tick(treating({ book: bookWith({ reservedStep: 0, reservedCeiling: 0.5, reservingSinceMs }) })).reasons;
    expect(since(-5000)).toEqual([]);
    expect(since(-5001)).toEqual([{ kind: 'bookSilent' }]);
  });

  it('a step that is done moves on with the lease of what comes next', () => {
    const doses = treating({}, TWO).doses.map((dose, at) =>
      at === 0 ? { ...dose, status: 'done' as const } : dose,
    );
    const next = tick(treating({ doses }, TWO));
    expect(next.itemIndex).toBe(1);
    expect(next.effects).toEqual([dark, expect.objectContaining({ kind: 'book.reserve', step: 1 })]);
    expect(tick(done(treating())).reasons).toEqual([{ kind: 'completed' }]);
    expect(tick(done(treating())).effects).toEqual([]);
  });

  it('a pause that is wanted keeps the session dark', () => {
    const next = tick(treating({ pauseWanted: 'operator' }));
    expect(next.effects).toEqual([dark]);
    expect(next.pauseWanted).toBe('operator');
  });

  it('a belt that paused by itself: for lost contact where that is seen, else its lease ran out', () => {
    expect(tick(treating(), { state: 'paused' }).pauseWanted).toBe('leaseExpired');
    expect(tick(treating({ pauseWanted: 'operator' }), { state: 'paused' }).pauseWanted).toBe('operator');
    const off = (more: object) =>
      tick(withDoses(treating(), { contact: false, ...more }), { state: 'paused' }).pauseWanted;
    expect(off({})).toBe('contactLost');
    expect(off({ status: 'done' })).toBe('leaseExpired');
    const one = treating();
    const doses = one.doses.map((dose, at) => ({ ...dose, contact: at !== 2 }));
    expect(tick({ ...one, doses }, { state: 'paused' }).pauseWanted).toBe('contactLost');
    expect(tick(treating(), { state: 'paused' }).effects).toEqual([dark]);
  });
});

describe('a tick in the countdown', () => {
  const counting = treating({ phase: 'countdown' });
  it('keeps the session, dark, in the belt’s own states of it', () => {
    for (const state of ['selfTest', 'countdown', 'paused'] as const)
      expect(tick(counting, { state }).effects, state).toEqual([dark]);
    for (const state of ['armed', 'awaitingButton', 'standby', 'ended'] as const)
      expect(tick(counting, { state }).effects, state).toEqual([]);
  });

  it('is when the belt’s countdown was first seen', () => {
    expect(tick(counting, { state: 'countdown' }).countdownSinceMs).toBe(5000);
    expect(tick({ ...counting, countdownSinceMs: 4000 }, { state: 'countdown' }).countdownSinceMs).toBe(4000);
    expect(tick(counting, { state: 'selfTest' }).countdownSinceMs).toBeNaN();
    expect(tick(counting, { state: 'paused' }).pauseWanted).toBe('leaseExpired');
    expect(tick(counting, { state: 'countdown' }).pauseWanted).toBe(undefined);
  });
});

describe('a tick in a pause', () => {
  const pause = {
    cause: 'operator',
    untilMs: 600_000,
    sentAtMs: 4000,
    sentCount: 1,
    restLeftMs: Infinity,
  } as const;
  const paused = (more: Partial<SessionContext> = {}) => treating({ phase: 'paused', pause, ...more });

  it('keeps the session dark, and says PAUSE again after a second while the belt is still armed', () => {
    const next = tick(paused());
    expect(next.effects).toEqual([dark, { kind: 'belt.pause' }]);
    expect(next.pause).toEqual({ ...pause, sentAtMs: 5000, sentCount: 2 });
    expect(tick(paused({ pause: { ...pause, sentAtMs: 4001 } })).effects).toEqual([dark]);
    expect(tick(paused(), { state: 'paused' }).effects).toEqual([dark]);
    expect(tick(paused({ resuming: true })).effects).toEqual([dark]);
    expect(tick(paused({ pause: undefined })).effects).toEqual([dark]);
  });

  it('five times; then the session ends', () => {
    expect(tick(paused({ pause: { ...pause, sentCount: 4 } })).pause?.sentCount).toBe(5);
    const over = tick(paused({ pause: { ...pause, sentCount: 5 } }));
    expect(over.reasons).toEqual([{ kind: 'unanswered', op: 'pause' }]);
    expect(over.effects).toEqual([dark]);
  });

  it('in any other state a tick leads to nothing', () => {
    for (const phase of ['ready', 'stopping', 'preflight'] as const)
      expect(tick(treating({ phase }), { zones: [zoneReport(0)] }).effects, phase).toEqual([]);
  });
});
