// What each event tells, and what it does not.
import { describe, expect, it } from 'vitest';
import type { CommandOutcome } from '../../src/belt/belt.ts';
import type { SessionContext } from '../../src/session/context.ts';
import { nextEpoch, note } from '../../src/session/note.ts';
import { contextWith, treating } from './support/contexts.ts';
import { confirmed } from './support/endings.ts';
import { report, zoneReport } from './support/scripted.ts';

const atMs = 5250;
const ACK: CommandOutcome = { kind: 'acknowledged' };
const rejected = (code: 'busy' | 'hazardActive'): CommandOutcome => ({
  kind: 'rejected',
  code,
  hazard: 5,
  zone: 2,
});
const tick = (context: SessionContext, tickNumber: number, more: object = {}, time = atMs): SessionContext =>
  note(context, { type: 'belt.tick', atMs: time, report: report(tickNumber, { state: 'armed', ...more }) });
const answered = (
  context: SessionContext,
  op: 'arm' | 'pause' | 'resume' | 'clear',
  outcome: CommandOutcome,
) => note(context, { type: 'belt.answered', atMs, op, outcome });

describe('a tick', () => {
  it('is the newest status, by its own stamp', () => {
    const next = tick(treating(), 21);
    expect(next).toMatchObject({ nowMs: 5250, stampAtMs: 5250, presentAtMs: 5000 });
    expect(next.report?.tick).toBe(21);
    expect(next.clocks.count).toBe(1);
    expect(tick(treating(), 21, { buttonPressed: true }).presentAtMs).toBe(5250);
  });

  it('from the past, or the same again, says nothing', () => {
    const before = treating({ effects: [{ kind: 'belt.pause' }] });
    for (const number of [19, 20]) expect(tick(before, number)).toEqual({ ...before, effects: [] });
    expect(tick(treating({ report: undefined }), 1).report?.tick).toBe(1);
  });

  it('shows this session once ARM was answered and the belt is in one of its states', () => {
    const seen = (
      state:
        'armed' | 'standby' | 'ended' | 'lockout' | 'awaitingButton' | 'selfTest' | 'countdown' | 'paused',
      armAcknowledged = true,
    ): boolean =>
      tick(treating({ phase: 'countdown', sessionSeen: false, armAcknowledged }), 21, { state }).sessionSeen;
    for (const state of ['armed', 'awaitingButton', 'selfTest', 'countdown', 'paused'] as const)
      expect(seen(state), state).toBe(true);
    for (const state of ['standby', 'ended', 'lockout'] as const) expect(seen(state), state).toBe(false);
    expect(seen('armed', false)).toBe(false);
    expect(tick(treating(), 21, { state: 'standby' }).sessionSeen).toBe(true);
  });

  it('adds to the time of light when there was some at either end', () => {
    const total = (before: boolean, now: boolean, time = atMs): number =>
      tick(
        treating({ sessionEmissionMs: 1000, report: report(20, { state: 'armed', emission: before }) }),
        21,
        { emission: now },
        time,
      ).sessionEmissionMs;
    expect([total(false, false), total(true, false), total(false, true), total(true, true)]).toEqual([
      1000, 1250, 1250, 1250,
    ]);
    expect(total(true, true, 4000)).toBe(1000);
    expect(tick(treating({ report: undefined }), 21, { emission: true }).sessionEmissionMs).toBe(0);
  });

  it('counts the light of zones once armed and seen', () => {
    const zones = [
      zoneReport(0, { lit: true, status: 'emitting', deliveredJPerCm2: 0.01, radiantPowerMw: 50 }),
    ];
    const given = (more: Partial<SessionContext>) =>
      tick(treating(more), 21, { emission: true, zones }).doses[0]?.reportedJPerCm2;
    expect(given({})).toBe(0.01);
    expect(given({ armedAtMs: NaN })).toBe(0);
    expect(given({ sessionSeen: false, armAcknowledged: false })).toBe(0);
  });

  it('outside the session’s states tells that the belt has ended it', () => {
    const ended = (
      state: 'standby' | 'ended' | 'lockout' | 'paused',
      more: Partial<SessionContext> = {},
    ): boolean => tick(treating(more), 21, { state }).reasons.some((reason) => reason.kind === 'beltEnded');
    for (const phase of ['countdown', 'emitting', 'paused'] as const)
      expect(ended('standby', { phase }), phase).toBe(true);
    for (const phase of ['ready', 'preflight', 'stopping'] as const)
      expect(ended('standby', { phase }), phase).toBe(false);
    expect(ended('paused')).toBe(false);
    const unseen = { sessionSeen: false, phase: 'countdown' } as const;
    expect([ended('standby', unseen), ended('ended', unseen), ended('lockout', unseen)]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('after STOP is its answer, and confirms when all is dark; the first that does counts', () => {
    const stopping = { ...confirmed, confirmed: false, answered: false, darkAtMs: NaN };
    const context = treating({ phase: 'stopping', stopping });
    const echo = { state: 'ended', stopLatched: true } as const;
    expect(tick(context, 21, echo).stopping).toEqual({
      ...stopping,
      answered: true,
      confirmed: true,
      darkAtMs: 5250,
    });
    expect(tick(context, 21, { ...echo, emission: true }).stopping).toEqual({ ...stopping, answered: true });
    expect(tick(context, 21, { state: 'ended' }).stopping).toEqual(stopping);
    expect(tick({ ...context, stopping: confirmed }, 21, echo).stopping).toEqual(confirmed);
    expect(tick(treating(), 21, echo).stopping).toBe(undefined);
  });
});

describe('answers', () => {
  it('to ARM: only a sure refusal takes back that light is possible', () => {
    const waiting = treating({ armAcknowledged: false, phase: 'ready' });
    expect(answered(waiting, 'arm', ACK)).toMatchObject({
      armAcknowledged: true,
      armedAtMs: 1000,
      reasons: [],
    });
    const refused = answered(waiting, 'arm', rejected('busy'));
    expect(refused.armedAtMs).toBeNaN();
    expect(refused.reasons).toEqual([{ kind: 'rejected', op: 'arm', code: 'busy', hazard: 5, zone: 2 }]);
    const unsent = answered(waiting, 'arm', { kind: 'notSent' });
    expect(unsent.armedAtMs).toBeNaN();
    expect(unsent.reasons).toEqual([{ kind: 'unanswered', op: 'arm' }]);
    expect(answered(waiting, 'arm', { kind: 'unknown' })).toMatchObject({
      armedAtMs: 1000,
      armAcknowledged: false,
      reasons: [{ kind: 'unanswered', op: 'arm' }],
    });
  });

  it('to RESUME: a refusal leaves the pause, with words; an unknown end is one', () => {
    expect(answered(treating({ epoch: 3 }), 'resume', ACK)).toMatchObject({
      resumeAcknowledged: true,
      epoch: 4,
      resumeRefused: false,
    });
    expect(answered(treating(), 'resume', rejected('hazardActive'))).toMatchObject({
      resumeRefused: true,
      notice: 'not resumed: a zone has no skin contact',
      reasons: [],
      epoch: 1,
    });
    for (const outcome of [rejected('busy'), { kind: 'notSent' } as const])
      expect(answered(treating(), 'resume', outcome)).toMatchObject({
        resumeRefused: true,
        notice: 'not resumed: the belt refused; try again',
      });
    expect(answered(treating(), 'resume', { kind: 'unknown' })).toMatchObject({
      resumeRefused: false,
      reasons: [{ kind: 'unanswered', op: 'resume' }],
    });
    expect([nextEpoch(1), nextEpoch(254), nextEpoch(255), nextEpoch(256)]).toEqual([2, 255, 1, 1]);
  });

  it('to PAUSE: only an unknown end matters; to others nothing', () => {
    expect(answered(treating(), 'pause', { kind: 'unknown' }).reasons).toEqual([
      { kind: 'unanswered', op: 'pause' },
    ]);
    for (const outcome of [ACK, rejected('busy'), { kind: 'notSent' } as const])
      expect(answered(treating(), 'pause', outcome).reasons).toEqual([]);
    expect(answered(treating(), 'clear', { kind: 'unknown' }).reasons).toEqual([]);
  });

  it('to PREPARE: prepared with the same digest, else another program, else its refusal', () => {
    const prepared = (outcome: CommandOutcome, sentDigest: string, decodedDigest: string) =>
      note(contextWith({ phase: 'preflight', linkOpen: true, openedAtMs: 5000 }), {
        type: 'belt.prepared',
        atMs,
        outcome,
        sentDigest,
        decodedDigest,
      });
    expect(prepared(ACK, 'aa', 'aa')).toMatchObject({ prepared: true, programDiffers: false, reasons: [] });
    for (const [sent, decoded] of [
      ['aa', 'ab'],
      ['', ''],
    ] as const) {
      const other = prepared(ACK, sent, decoded);
      expect(other).toMatchObject({ prepared: false, programDiffers: true });
      expect(other.reasons).toMatchObject([{ kind: 'hazard', hazard: { id: 'H16' } }]);
    }
    expect(prepared(rejected('busy'), 'aa', 'aa')).toMatchObject({
      prepared: false,
      reasons: [{ kind: 'rejected', op: 'prepare', code: 'busy' }],
    });
  });
});

describe('time', () => {
  it('a rest that is over moves on, a failure of ours ends, and time never goes back', () => {
    const resting = treating({
      deadlines: { stateAtMs: Infinity, statusAtMs: Infinity, restAtMs: 5250, presenceAtMs: Infinity },
    });
    const due = (context: SessionContext, time = atMs) => note(context, { type: 'timer.due', atMs: time });
    expect(due({ ...resting, itemIndex: 9 }).reasons).toEqual([{ kind: 'completed' }]);
    expect(due({ ...resting, itemIndex: 9 }, 5249).reasons).toEqual([]);
    expect(due({ ...resting, itemIndex: 9, phase: 'paused' }).reasons).toEqual([]);
    expect(due({ ...resting, itemIndex: 9, reasons: [{ kind: 'abandon' }] }).reasons).toEqual([
      { kind: 'abandon' },
    ]);
    expect(due(treating(), 4000).nowMs).toBe(5000);
    expect(due(treating()).nowMs).toBe(5250);
    expect(due(treating({ effects: [{ kind: 'belt.pause' }] }), 5000).effects).toEqual([]);
    expect(note(treating(), { type: 'controller.failed', atMs, detail: 'oops' }).reasons).toEqual([
      { kind: 'failure', detail: 'oops' },
    ]);
  });
});
