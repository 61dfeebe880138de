// What the dose book confirmed, what the person asked for, and what plan and belt became together.
import { describe, expect, it } from 'vitest';
import type { SessionContext } from '../../src/session/context.ts';
import { noteBook, noteOperator } from '../../src/session/note-ours.ts';
import { noteOpened } from '../../src/session/preflight.ts';
import { bookWith, contextWith, INPUT, treating } from './support/contexts.ts';
import { programOf, TAG, zoneOf } from './support/rig.ts';
import { PROFILE, report } from './support/scripted.ts';

const ready = (more: Partial<SessionContext> = {}): SessionContext =>
  treating({ phase: 'preflight', armedAtMs: NaN, emittingSinceMs: NaN, ...more });
const pending = [{ sessionTag: 'aa', beltId: PROFILE.beltId, address: 'sim', planName: 'old', zones: [] }];

describe('what the book says', () => {
  const atMs = 5250;
  it('unfinished sessions and records of this belt, none of a belt that is new each time', () => {
    const other = { ...pending[0]!, beltId: 'other' };
    const loaded = (more: Partial<SessionContext> = {}, records = new Map([[PROFILE.beltId, 4]])) =>
      noteBook(ready({ book: bookWith(), ...more }), {
        type: 'book.loaded',
        atMs,
        unfinished: [other, ...pending],
        beltRecords: records,
      }).book;
    expect(loaded()).toMatchObject({ loaded: true, pending, knownRecord: 4 });
    expect(loaded({}, new Map()).knownRecord).toBe(0);
    expect(loaded({ input: { ...INPUT, isBeltForgetful: true } }).knownRecord).toBe(0);
    expect(loaded({ profile: undefined }).pending).toEqual([]);
    expect(noteBook(ready(), { type: 'book.loaded', atMs, unfinished: [] }).book.knownRecord).toBe(0);
  });

  it('yes, no, begun, closed, failed', () => {
    expect(
      noteBook(ready({ book: bookWith() }), { type: 'book.allowed', atMs, course: null }).book.allowed,
    ).toBe(true);
    const refused = noteBook(ready(), {
      type: 'book.refused',
      atMs,
      hazard: 'H19',
      detail: 'no',
      allowedAt: null,
    });
    expect(refused.book.refused).toEqual({ hazard: 'H19', detail: 'no' });
    expect(refused.reasons).toMatchObject([{ kind: 'hazard', hazard: { id: 'H19' } }]);
    expect(noteBook(ready({ book: bookWith() }), { type: 'book.begun', atMs }).book.begun).toBe(true);
    expect(noteBook(ready(), { type: 'book.closed', atMs }).book.closed).toBe(true);
    const failed = noteBook(treating({ book: bookWith({ reservingSinceMs: 5 }) }), {
      type: 'book.failed',
      atMs,
      detail: 'disk',
    });
    expect(failed.book).toMatchObject({ failed: 'disk', reservingSinceMs: NaN });
    expect(failed.reasons).toMatchObject([{ kind: 'hazard', hazard: { id: 'H20' } }]);
  });

  it('what is booked never falls within a step; a reconciled session waits no more', () => {
    const reserved = (step: number, ceiling: number) =>
      noteBook(treating({ book: bookWith({ reservedStep: 1, reservedCeiling: 0.5, reservingSinceMs: 5 }) }), {
        type: 'book.reserved',
        atMs,
        step,
        ceiling,
      }).book;
    expect(reserved(1, 0.4)).toMatchObject({
      reservedStep: 1,
      reservedCeiling: 0.5,
      reservedAtMs: 5250,
      reservingSinceMs: NaN,
    });
    expect(reserved(1, 0.7).reservedCeiling).toBe(0.7);
    expect(reserved(2, 0.3)).toMatchObject({ reservedStep: 2, reservedCeiling: 0.3 });
    const two = [...pending, { ...pending[0]!, sessionTag: 'bb' }];
    const done = noteBook(ready({ record: 'none', book: bookWith({ pending: two }) }), {
      type: 'book.reconciled',
      atMs,
      sessionTag: 'aa',
    });
    expect(done.book.pending.map((one) => one.sessionTag)).toEqual(['bb']);
    expect(done.record).toBe(undefined);
  });
});

describe('what the person says', () => {
  const atMs = 5250;
  it('each is a sign of presence, or an end', () => {
    expect(noteOperator(contextWith(), { type: 'operator.start', atMs }).startedAtMs).toBe(5250);
    expect(noteOperator(ready(), { type: 'operator.arm', atMs, consent: 'beltButton' })).toMatchObject({
      consent: 'beltButton',
      saidYes: true,
      presentAtMs: 5250,
    });
    expect(noteOperator(treating(), { type: 'operator.stop', atMs, cause: 'hangup' }).reasons).toEqual([
      { kind: 'stop', cause: 'hangup' },
    ]);
    expect(noteOperator(treating(), { type: 'operator.pause', atMs })).toMatchObject({
      pauseWanted: 'operator',
      presentAtMs: 5250,
    });
    const waiting = treating({ report: report(20, { state: 'awaitingButton' }) });
    expect(noteOperator(waiting, { type: 'operator.pause', atMs })).toEqual({
      ...waiting,
      notice: 'nothing to pause: the belt waits for its button',
    });
    expect(
      noteOperator(treating({ notice: 'x', report: undefined }), { type: 'operator.pause', atMs })
        .pauseWanted,
    ).toBe('operator');
    expect(noteOperator(treating({ notice: 'x' }), { type: 'operator.resume', atMs })).toMatchObject({
      notice: undefined,
      presentAtMs: 5250,
    });
    expect(noteOperator(treating(), { type: 'operator.present', atMs }).deadlines.presenceAtMs).toBe(605_250);
    expect(noteOperator(treating(), { type: 'operator.abandon', atMs }).reasons).toEqual([
      { kind: 'abandon' },
    ]);
  });
});

describe('the link is open', () => {
  const open = (more: Partial<SessionContext> = {}, profile = PROFILE) =>
    noteOpened(contextWith({ phase: 'connecting', ...more }), profile, 5000);
  const resolving = (resolve: SessionContext['input']['resolve']) => open({ input: { ...INPUT, resolve } });
  const why = (context: SessionContext) =>
    context.reasons.map((reason) => ('detail' in reason ? [reason.kind, reason.detail] : reason.kind));

  it('plan and belt become a program under this session’s tag', () => {
    const next = open();
    expect(next).toMatchObject({
      linkOpen: true,
      openedAtMs: 5000,
      identityDiffers: false,
      flickersVisibly: false,
      reasons: [],
    });
    expect(next.program?.prescription.sessionTag).toBe(TAG);
    expect([next.slots.length, next.doses.length]).toEqual([4, 4]);
    expect(next.deadlines.statusAtMs).toBe(5851);
  });

  it('another belt than the expected one, at the start and on the way back', () => {
    const expecting = (expectedBeltId: string) => open({ input: { ...INPUT, expectedBeltId } });
    expect(expecting(PROFILE.beltId).identityDiffers).toBe(false);
    expect(expecting('other')).toMatchObject({ identityDiffers: true, reasons: [{ hazard: { id: 'H16' } }] });
    const back = (beltId: string) => open({ phase: 'stopping', profile: PROFILE }, { ...PROFILE, beltId });
    expect(back(PROFILE.beltId)).toMatchObject({
      linkOpen: true,
      identityDiffers: false,
      program: undefined,
    });
    expect(back('other').identityDiffers).toBe(true);
    expect(open({ phase: 'stopping' }).identityDiffers).toBe(true);
  });

  it('what does not fit is refused with words', () => {
    const cannot =
      'The belt states that it cannot measure its dose well enough to be booked. Have it checked.';
    expect(why(open({}, { ...PROFILE, measurementUncertainty: 0.21 }))).toEqual([['refused', cannot]]);
    expect(why(open({}, { ...PROFILE, measurementUncertainty: NaN }))).toEqual([['refused', cannot]]);
    expect(why(open({}, { ...PROFILE, measurementUncertainty: 0.2 }))).toEqual([]);
    expect(why(resolving(() => ({ ok: false, problems: ['a', 'b'] })))).toEqual([
      ['refused', 'The plan does not fit this belt: a; b.'],
    ]);
    const lacks = 'The plan does not fit this belt: it names an emitter that the belt does not have.';
    for (const parts of [[[zoneOf(0, { wavelengthNm: 904 })]], [{ restMs: 5 }]])
      expect(why(resolving(() => ({ ok: true, program: programOf(parts) })))).toEqual([['refused', lacks]]);
    const thrown = (what: unknown) =>
      why(
        resolving(() => {
          throw what;
        }),
      );
    expect([thrown(new Error('oops')), thrown('text')]).toEqual([
      [['failure', 'oops']],
      [['failure', 'text']],
    ]);
  });

  it('visible light between 3 and 60 Hz flickers; a rate that is none does, too', () => {
    const flickers = (wavelengthNm: number, pulseFrequencyHz: number) =>
      resolving(() => ({
        ok: true,
        program: programOf([
          [zoneOf(0, { wavelengthNm, irradianceMwPerCm2: 8, pulseFrequencyHz }), zoneOf(1)],
        ]),
      }));
    for (const hz of [3, 10, 60, NaN, 2.9 + 0.1])
      expect(flickers(650, hz), String(hz)).toMatchObject({
        flickersVisibly: true,
        reasons: [{ hazard: { id: 'H22' } }],
      });
    for (const hz of [0, 2.99, 60.01])
      expect(flickers(650, hz), String(hz)).toMatchObject({ flickersVisibly: false, reasons: [] });
    expect(flickers(808, 10)).toMatchObject({ flickersVisibly: false, reasons: [] });
  });
});
