// What begins with each state: its bound, and what it asks of belt and book.
import { describe, expect, it } from 'vitest';
import type { SessionContext } from '../../src/session/context.ts';
import * as enter from '../../src/session/entries.ts';
import { bookWith, recordWith, treating } from './support/contexts.ts';
import { SHORT_PROGRAM, TAG } from './support/rig.ts';
import { PROFILE, report, zoneReport } from './support/scripted.ts';

const ready = (more: Partial<SessionContext> = {}): SessionContext =>
  treating({ phase: 'preflight', armedAtMs: NaN, emittingSinceMs: NaN, ...more });
const waited = (context: SessionContext): number => context.deadlines.stateAtMs - context.nowMs;
const pending = [{ sessionTag: 'aa', beltId: PROFILE.beltId, address: 'sim', planName: 'old', zones: [] }];
const intent = {
  sessionTag: TAG,
  beltId: PROFILE.beltId,
  address: 'sim',
  planName: 'test',
  site: 'lumbar',
  prescription: SHORT_PROGRAM.prescription,
  measurementUncertainty: 0.003,
};

describe('before arming', () => {
  it.each<[string, enter.Entry, string, number, readonly unknown[]]>([
    ['the link', enter.enterConnecting, 'connecting', 16_000, [{ kind: 'belt.open' }]],
    ['the first status', enter.enterAssessing, 'preflight', 10_000, []],
    ['the book', enter.enterLoadingBook, 'preflight', 10_000, [{ kind: 'book.load' }]],
    ['the rules over days', enter.enterAllowing, 'preflight', 10_000, [{ kind: 'book.allow', intent }]],
    [
      'the program',
      enter.enterPreparing,
      'preflight',
      10_000,
      [{ kind: 'belt.prepare', prescription: SHORT_PROGRAM.prescription }],
    ],
    ['the yes', enter.enterReady, 'ready', 600_000, []],
    ['the intent', enter.enterBeginning, 'ready', 10_000, [{ kind: 'book.begin', intent }]],
    ['ARM', enter.enterArming, 'ready', 6000, [{ kind: 'belt.arm', consent: 'atController' }]],
  ])('%s', (_title, entry, phase, waitMs, effects) => {
    const next = entry(ready());
    expect([next.phase, waited(next), next.effects]).toEqual([phase, waitMs, effects]);
    expect(next.deadlines.statusAtMs).toBe(ready().deadlines.statusAtMs);
  });

  it('a record of each unfinished session, then the newest, where the book knows any', () => {
    const read = (more: object) => enter.enterReading(ready({ record: 'none', book: bookWith(more) }));
    expect(read({ pending, knownRecord: 3 }).effects).toEqual([
      { kind: 'belt.readRecord', sessionTag: 'aa' },
    ]);
    expect(read({ knownRecord: 1 }).effects).toEqual([{ kind: 'belt.readRecord', sessionTag: 'newest' }]);
    expect(read({}).effects).toEqual([]);
    expect(read({}).record).toBe(undefined);
    expect(read({}).phase).toBe('preflight');
    expect(waited(read({}))).toBe(6000);
    expect(enter.enterReady(ready({ record: 'none' })).record).toBe(undefined);
  });

  it('the book is told what was found, once it was', () => {
    const tell = (record: SessionContext['record'], of = pending) =>
      enter.enterReconciling(ready({ record, book: bookWith({ pending: of }) }));
    expect(tell('none').effects).toEqual([{ kind: 'book.reconcile', sessionTag: 'aa', found: 'none' }]);
    expect(tell(recordWith()).effects).toEqual([
      { kind: 'book.reconcile', sessionTag: 'aa', found: recordWith() },
    ]);
    for (const record of ['failed', undefined] as const) expect(tell(record).effects).toEqual([]);
    expect(tell('none', []).effects).toEqual([]);
    expect([tell('none').phase, waited(tell('none'))]).toEqual(['preflight', 10_000]);
  });

  it('without a program nothing is asked, and the way on is closed at once', () => {
    for (const lacking of [{ program: undefined }, { profile: undefined }]) {
      expect(enter.enterAllowing(ready(lacking)).effects).toEqual([]);
      const begun = enter.enterBeginning(ready(lacking));
      expect([begun.phase, waited(begun), begun.effects]).toEqual(['ready', 0, []]);
    }
    expect(enter.enterPreparing(ready({ program: undefined })).effects).toEqual([]);
  });

  it('the first light is booked, once', () => {
    const asked = enter.enterReserving(ready({ book: bookWith({ reservedStep: 0 }) }));
    expect(asked.effects).toMatchObject([{ kind: 'book.reserve', step: 0 }]);
    expect([asked.phase, waited(asked), asked.book.reservingSinceMs]).toEqual(['ready', 10_000, 5000]);
    const none = enter.enterReserving(ready({ program: undefined }));
    expect([none.effects, none.book.reservingSinceMs]).toEqual([[], NaN]);
  });

  it('with ARM light is possible, and the clocks are compared anew', () => {
    const next = enter.enterArming(ready({ clocks: { ...ready().clocks, count: 5 }, consent: 'beltButton' }));
    expect(next).toMatchObject({ armedAtMs: 5000, clocks: { count: 0 } });
    expect(next.effects).toEqual([{ kind: 'belt.arm', consent: 'beltButton' }]);
  });
});

describe('from arming on', () => {
  const pause = { cause: 'operator', untilMs: 7000, sentAtMs: 1, sentCount: 1, restLeftMs: 800 } as const;
  const was = {
    pauseWanted: 'stale',
    pause,
    resuming: true,
    resumeAcknowledged: true,
    resumeRefused: true,
  } as const;
  const fresh = { pauseWanted: undefined, resuming: false, resumeAcknowledged: false };

  it('the countdown has its own time, and the button’s', () => {
    const next = enter.enterCountdown(treating({ ...was, countdownSinceMs: 4000 }));
    expect(next).toMatchObject({ phase: 'countdown', ...fresh, pause: undefined, resumeRefused: false });
    expect(next.countdownSinceMs).toBeNaN();
    expect(waited(next)).toBe(13_000);
    expect(waited(enter.enterCountdown(treating({ consent: 'beltButton' })))).toBe(43_000);
    expect(waited(enter.enterCountdown(treating({ profile: undefined })))).toBe(10_000);
  });

  it('light begins with the tick that says so, and lasts what is left and a tenth more', () => {
    const next = enter.enterEmitting(
      treating({ phase: 'countdown', resuming: true, resumeAcknowledged: true, emittedMs: 750 }),
    );
    expect(next).toMatchObject({ phase: 'emitting', ...fresh, emittingSinceMs: 5000 });
    expect(waited(next)).toBeCloseTo(10_000 * 1.1 + 30_000, 6);
    expect(next.effects).toMatchObject([{ kind: 'belt.lease', request: { zones: 0b1111 } }]);
    expect(waited(enter.enterEmitting(treating({ emittedMs: 99_000 })))).toBe(30_000);
    expect(waited(enter.enterEmitting(treating({ program: undefined })))).toBe(30_000);
    expect(next.deadlines.restAtMs).toBe(Infinity);
  });

  it('not while the belt is not armed, not without contact, not while it ends', () => {
    const first = (more: Partial<SessionContext>) =>
      enter.enterEmitting(treating({ phase: 'countdown', ...more })).effects;
    expect(first({ report: report(20, { state: 'countdown' }) })).toEqual([]);
    expect(first({ report: undefined })).toEqual([]);
    expect(
      first({
        report: report(20, {
          state: 'armed',
          zones: [0, 1, 2, 3].map((zone) => zoneReport(zone, { contact: false })),
        }),
      }),
    ).toEqual([]);
    expect(first({ reasons: [{ kind: 'abandon' }] })).toEqual([]);
  });

  it('what a pause left of a rest is still to be rested', () => {
    const next = enter.enterEmitting(treating({ ...was, pauseWanted: undefined }));
    expect(next.deadlines.restAtMs).toBe(5800);
    expect(next.pause).toBe(undefined);
    const paused = enter.enterPaused(
      treating({ pauseWanted: 'operator', deadlines: { ...treating().deadlines, restAtMs: 6200 } }),
    );
    expect(paused.pause?.restLeftMs).toBe(1200);
    expect(paused.deadlines.restAtMs).toBe(Infinity);
    expect(enter.enterPaused(treating({ pause })).pause?.restLeftMs).toBe(800);
  });

  it('a pause says PAUSE unless the belt has paused by itself or the link stalls', () => {
    const next = enter.enterPaused(treating({ pauseWanted: 'operator', emittedMs: 100 }));
    expect(next).toMatchObject({ phase: 'paused', pauseWanted: undefined, emittedMs: 1100 });
    expect(next.effects).toEqual([{ kind: 'belt.pause' }]);
    expect(next.pause).toEqual({
      cause: 'operator',
      untilMs: 605_000,
      sentAtMs: 5000,
      sentCount: 1,
      restLeftMs: Infinity,
    });
    expect(next.deadlines.stateAtMs).toBe(605_000);
    expect(next.emittingSinceMs).toBeNaN();
    const silent = { effects: [], pause: { sentAtMs: -Infinity, sentCount: 0 } };
    expect(enter.enterPaused(treating({ pauseWanted: 'stale' }))).toMatchObject(silent);
    expect(enter.enterPaused(treating({ report: report(20, { state: 'paused' }) }))).toMatchObject({
      ...silent,
      pause: { cause: 'hazard' },
    });
  });

  it('holding keeps the pause’s own bound; resuming asks with the next epoch', () => {
    const held = enter.enterHolding(treating({ ...was, effects: [{ kind: 'belt.pause' }] }));
    expect(held).toMatchObject({
      resuming: false,
      resumeAcknowledged: false,
      resumeRefused: false,
      effects: [],
      deadlines: { stateAtMs: 7000 },
    });
    expect(enter.enterHolding(treating()).deadlines.stateAtMs).toBe(5000);
    const resumed = enter.enterResuming(treating({ ...was, resuming: false, epoch: 255 }));
    expect(resumed).toMatchObject({
      phase: 'paused',
      resuming: true,
      resumeAcknowledged: false,
      resumeRefused: false,
    });
    expect([waited(resumed), resumed.effects]).toEqual([6000, [{ kind: 'belt.resume', epoch: 1 }]]);
  });
});
