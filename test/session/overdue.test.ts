// What each state makes of its own bound, and which way a session takes to its end.
import { describe, expect, it } from 'vitest';
import type { EndReason } from '../../src/session/context.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { justNoted } from '../../src/session/session-logic.ts';
import { everyState, nameOf, PROFILE, report, send, type Snapshot } from './support/scripted.ts';

const states = everyState();
const stateNamed = (name: string): Snapshot => {
  const snapshot = states.get(name);
  if (snapshot === undefined) throw new Error(`no state ${name}`);
  return snapshot;
};

describe('a state that lasts too long ends the session for its own reason', () => {
  it.each<[string, EndReason]>([
    ['connecting', { kind: 'unreachable', detail: 'it did not answer in time' }],
    ['preflight.assessing', { kind: 'unanswered', op: 'status' }],
    ['preflight.loadingBook', { kind: 'bookSilent' }],
    ['preflight.reading', { kind: 'unanswered', op: 'record' }],
    ['preflight.reconciling', { kind: 'bookSilent' }],
    ['preflight.allowing', { kind: 'bookSilent' }],
    ['preflight.preparing', { kind: 'unanswered', op: 'prepare' }],
    ['ready.waiting', { kind: 'stop', cause: 'unanswered' }],
    ['ready.beginning', { kind: 'bookSilent' }],
    ['ready.reserving', { kind: 'bookSilent' }],
    ['ready.arming', { kind: 'unanswered', op: 'arm' }],
    ['countdown', { kind: 'unanswered', op: 'countdown' }],
    ['emitting', { kind: 'unanswered', op: 'light' }],
    ['paused.holding', { kind: 'pausedTooLong' }],
    ['paused.resuming', { kind: 'unanswered', op: 'resume' }],
  ])('%s', (name, reason) => {
    const snapshot = stateNamed(name);
    const { stateAtMs } = snapshot.context.session.deadlines;
    const reasonsAt = (atMs: number) =>
      send(snapshot, { type: 'timer.due', atMs }).snapshot.context.session.reasons;
    expect(reasonsAt(stateAtMs)).toContainEqual(reason);
    expect(reasonsAt(stateAtMs - 1)).not.toContainEqual(reason);
  });
});

describe('the way to the end', () => {
  const AT = { atMs: 2700 };
  const kindsOf = (name: string, event: SessionEvent) => {
    const step = send(stateNamed(name), event);
    return [nameOf(step.snapshot), ...step.effects.map(({ kind }) => kind)];
  };

  it('abandoned: STOP for what it is worth, the link is dropped, nothing is waited for', () => {
    const [end, ...kinds] = kindsOf('emitting', { type: 'operator.abandon', ...AT });
    expect([end, kinds]).toEqual(['stopping.closing', ['belt.stop', 'belt.close', 'book.close']]);
  });

  it('never armed: nothing to stop', () => {
    const [end, ...kinds] = kindsOf('ready.waiting', { type: 'operator.stop', ...AT, cause: 'interrupt' });
    expect([end, kinds]).toEqual(['stopped', ['belt.close']]);
  });

  it('armed with a link: STOP, and its echo is waited for', () => {
    const [end, ...kinds] = kindsOf('emitting', { type: 'operator.stop', ...AT, cause: 'interrupt' });
    expect([end, kinds]).toEqual(['stopping.confirming', ['belt.stop']]);
  });

  it('armed without a link: it is opened again', () => {
    const [end, ...kinds] = kindsOf('emitting', { type: 'link.lost', ...AT, reason: 'lost', detail: '' });
    expect([end, kinds]).toEqual(['stopping.reconnecting', ['belt.open']]);
  });

  it('STOP is said again when its time has passed, not before', () => {
    const confirming = stateNamed('stopping.confirming');
    const { stateAtMs } = confirming.context.session.deadlines;
    const early = send(confirming, { type: 'timer.due', atMs: stateAtMs - 1 });
    expect([nameOf(early.snapshot), early.effects]).toEqual(['stopping.confirming', []]);
    const { snapshot, effects } = send(confirming, { type: 'timer.due', atMs: stateAtMs });
    expect([nameOf(snapshot), effects]).toEqual(['stopping.confirming', [{ kind: 'belt.stop' }]]);
    const { nowMs, stopping, deadlines } = snapshot.context.session;
    expect([nowMs, stopping?.sentCount]).toEqual([stateAtMs, 2]);
    expect(deadlines.stateAtMs).toBeGreaterThan(stateAtMs);
  });

  it('another belt answers there: it is neither waited for nor asked for a record', () => {
    const other = { ...PROFILE, beltId: 'ffffffffffffffff' };
    const [end, ...kinds] = kindsOf('stopping.reconnecting', { type: 'belt.opened', ...AT, profile: other });
    expect([end, kinds]).toEqual(['stopping.closing', ['belt.stop', 'belt.close', 'book.close']]);
  });
});

describe('ways that are seldom gone', () => {
  const go = (name: string, ...events: readonly SessionEvent[]): string => {
    let snapshot = stateNamed(name);
    for (const event of events) snapshot = send(snapshot, event).snapshot;
    return nameOf(snapshot);
  };

  it('resumed, and paused again at once: held', () => {
    const tick = report(5, { state: 'paused', epoch: 2 });
    expect(
      go(
        'paused.resuming',
        { type: 'belt.answered', atMs: 1150, op: 'resume', outcome: { kind: 'acknowledged' } },
        { type: 'belt.tick', atMs: 1250, report: tick },
      ),
    ).toBe('paused.holding');
  });

  it('a belt that was out of reach for too long and comes back is not gone on with', () => {
    const { stateAtMs } = stateNamed('stopping.reconnecting').context.session.deadlines;
    expect(go('stopping.reconnecting', { type: 'belt.opened', atMs: stateAtMs, profile: PROFILE })).toBe(
      'stopping.closing',
    );
  });

  it('a belt that says it is locked ends as a lockout', () => {
    const outcome = { kind: 'rejected', code: 'lockedOut', hazard: 0, zone: 255 } as const;
    const prepared: SessionEvent = {
      type: 'belt.prepared',
      atMs: 2700,
      outcome,
      sentDigest: 'aa',
      decodedDigest: '',
    };
    expect(go('preflight.preparing', prepared)).toBe('lockout');
  });

  it('a belt that heard the stop and shines nevertheless is asked for its record, not again', () => {
    const echo = report(9, { state: 'ended', stopLatched: true, emission: true });
    let snapshot = send(stateNamed('stopping.confirming'), {
      type: 'belt.tick',
      atMs: 1150,
      report: echo,
    }).snapshot;
    for (let count = 0; count < 10 && nameOf(snapshot) === 'stopping.confirming'; count++) {
      const atMs = snapshot.context.session.deadlines.stateAtMs;
      snapshot = send(snapshot, { type: 'timer.due', atMs }).snapshot;
    }
    expect(nameOf(snapshot)).toBe('stopping.recording');
  });
});

describe('the short way for events that only tell something', () => {
  const tick: SessionEvent = { type: 'belt.tick', atMs: 1000, report: report(5, { state: 'armed' }) };

  it('is not for a session that is over, or that has been broken off', () => {
    const emitting = stateNamed('emitting');
    expect(justNoted(emitting, tick)).not.toBe(undefined);
    expect(justNoted({ ...emitting, status: 'stopped', output: undefined } as Snapshot, tick)).toBe(
      undefined,
    );
    for (const snapshot of states.values())
      if (snapshot.status === 'done') expect(justNoted(snapshot, tick)).toBe(undefined);
    expect([...states.values()].some(({ status }) => status === 'done')).toBe(true);
  });
});
