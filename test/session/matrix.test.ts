// The whole table of states and events, written down: where each event leads, and what is ignored.
import { describe, expect, it } from 'vitest';
import { earliestDeadlineMs } from '../../src/session/deadlines.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { sessionMachine } from '../../src/session/machine.ts';
import { everyState, nameOf, PROFILE, report, send, type Snapshot } from './support/scripted.ts';

const ACK = { kind: 'acknowledged' } as const;
const AT = { atMs: 2700 };

/** One of each; ticks say nothing new but their number and age. */
const EVENTS: Readonly<Record<SessionEvent['type'], (snapshot: Snapshot) => SessionEvent>> = {
  'operator.start': () => ({ type: 'operator.start', ...AT }),
  'operator.arm': () => ({ type: 'operator.arm', ...AT, consent: 'atController' }),
  'operator.stop': () => ({ type: 'operator.stop', ...AT, cause: 'stopCommand' }),
  'operator.pause': () => ({ type: 'operator.pause', ...AT }),
  'operator.resume': () => ({ type: 'operator.resume', ...AT }),
  'operator.present': () => ({ type: 'operator.present', ...AT }),
  'operator.abandon': () => ({ type: 'operator.abandon', ...AT }),
  'belt.opened': () => ({ type: 'belt.opened', ...AT, profile: PROFILE }),
  'belt.unreachable': () => ({ type: 'belt.unreachable', ...AT, failure: 'timedOut', detail: '' }),
  'belt.tick': ({ context: { session: context } }) => ({
    type: 'belt.tick',
    ...AT,
    report: { ...(context.report ?? report(1)), tick: 11, beltTimeMs: 2700 },
  }),
  'belt.prepared': () => ({
    type: 'belt.prepared',
    ...AT,
    outcome: ACK,
    sentDigest: 'aa',
    decodedDigest: 'aa',
  }),
  'belt.answered': () => ({ type: 'belt.answered', ...AT, op: 'arm', outcome: ACK }),
  'belt.record': () => ({ type: 'belt.record', ...AT, found: 'none' }),
  'belt.noticed': () => ({
    type: 'belt.noticed',
    ...AT,
    kind: 'stateChanged',
    state: 'paused',
    cause: 'contactLost',
    hazard: 0,
    zone: 0,
  }),
  'belt.badFrame': () => ({ type: 'belt.badFrame', ...AT, count: 1 }),
  'link.lost': () => ({ type: 'link.lost', ...AT, reason: 'lost', detail: '' }),
  'book.loaded': () => ({ type: 'book.loaded', ...AT, unfinished: [] }),
  'book.allowed': () => ({ type: 'book.allowed', ...AT, course: null }),
  'book.refused': () => ({
    type: 'book.refused',
    ...AT,
    hazard: 'H19',
    detail: 'too soon',
    allowedAt: '2026-01-02T00:00:00.000Z',
  }),
  'book.begun': () => ({ type: 'book.begun', ...AT }),
  'book.reserved': () => ({ type: 'book.reserved', ...AT, step: 0, ceiling: 0.5 }),
  'book.reconciled': () => ({ type: 'book.reconciled', ...AT, sessionTag: 'aa'.repeat(8) }),
  'book.closed': () => ({ type: 'book.closed', ...AT }),
  'book.failed': () => ({ type: 'book.failed', ...AT, detail: 'disk full' }),
  'timer.due': () => ({ type: 'timer.due', ...AT }),
  'controller.failed': () => ({ type: 'controller.failed', ...AT, detail: 'a bug' }),
};

const IGNORED = '·';
/** Heard, and noted, without leaving the state. */
const NOTED = '=';

function cell(snapshot: Snapshot, type: SessionEvent['type']): string {
  const event = EVENTS[type](snapshot);
  const { snapshot: next, effects } = send(snapshot, event);
  const from = nameOf(snapshot);
  const to = nameOf(next);
  if (to !== from) return to;
  return next.context.session === snapshot.context.session && effects.length === 0 ? IGNORED : NOTED;
}

const types = Object.keys(EVENTS).map((name) => name as SessionEvent['type']);
const states = everyState();

describe('state × event', () => {
  it('is as written down in matrix.txt', async () => {
    const lines = [...states].map(([state, snapshot]) => {
      const cells = types.map((type) => [type, cell(snapshot, type)] as const);
      const leads = cells.filter(([, to]) => to !== IGNORED && to !== NOTED);
      const names = (wanted: string): string =>
        cells
          .filter(([, to]) => to === wanted)
          .map(([type]) => type)
          .join(' ');
      return [
        state,
        ...leads.map(([type, to]) => `  ${type.padEnd(18)} -> ${to}`),
        `  noted              ${names(NOTED)}`,
        `  ignored            ${names(IGNORED)}`,
        '',
      ].join('\n');
    });
    await expect(lines.join('\n')).toMatchFileSnapshot('./matrix.txt');
  });

  it('covers every state of the machine', () => {
    const all = new Set<string>();
    for (const [name, node] of Object.entries(sessionMachine.states)) {
      const children = Object.keys(node.states).filter((child) => child !== 'deciding' && child !== 'ended');
      for (const child of children) all.add(`${name}.${child}`);
      if (children.length === 0 && node.type !== 'final') all.add(name);
    }
    const seen = new Set(
      [...states].filter(([, snapshot]) => snapshot.status === 'active').map(([state]) => state),
    );
    expect([...seen].sort()).toEqual([...all].sort());
  });

  it('STOP is heard in every state that is not an end', () => {
    for (const [state, snapshot] of states) {
      if (snapshot.status === 'done') continue;
      expect(cell(snapshot, 'operator.stop'), state).not.toBe(IGNORED);
      expect(cell(snapshot, 'operator.abandon'), state).not.toBe(IGNORED);
      expect(cell(snapshot, 'controller.failed'), state).not.toBe(IGNORED);
    }
  });

  it('no event of the world makes a throw, in any state, twice in a row', () => {
    for (const [, snapshot] of states)
      for (const first of types)
        for (const second of types) {
          const once = send(snapshot, EVENTS[first](snapshot)).snapshot;
          if (once.status === 'active') expect(() => send(once, EVENTS[second](once))).not.toThrow();
        }
  });
});

describe('whatever happens', () => {
  const armedStates = ['countdown', 'emitting', 'paused.holding', 'paused.resuming'];

  it('an end of any kind from an armed state sends STOP, or finds the link gone', () => {
    for (const state of armedStates) {
      const snapshot = states.get(state);
      if (snapshot === undefined) throw new Error(state);
      for (const type of types) {
        const { snapshot: next, effects } = send(snapshot, EVENTS[type](snapshot));
        if (!nameOf(next).startsWith('stopping')) continue;
        const kinds = effects.map((effect) => effect.kind);
        if (type === 'link.lost') expect(kinds, `${state} ${type}`).toContain('belt.open');
        else expect(kinds, `${state} ${type}`).toContain('belt.stop');
        expect(kinds, `${state} ${type}`).not.toContain('belt.lease');
      }
    }
  });

  it('lit leases come out of emitting alone', () => {
    for (const [state, snapshot] of states)
      for (const type of types) {
        const { snapshot: next, effects } = send(snapshot, EVENTS[type](snapshot));
        const lit = effects.some((effect) => effect.kind === 'belt.lease' && effect.request.zones !== 0);
        if (lit) expect(nameOf(next), `${state} ${type}`).toBe('emitting');
      }
  });

  it('every state ends by its own deadlines alone when the world falls silent', () => {
    for (const [state, start] of states) {
      let snapshot = start;
      // Nothing has been asked for in standby.
      if (state === 'standby') continue;
      for (let count = 0; count < 200 && snapshot.status === 'active'; count++) {
        const { deadlines } = snapshot.context.session;
        const atMs = earliestDeadlineMs(deadlines);
        expect(atMs, `${state} via ${nameOf(snapshot)}`).toBeLessThan(Infinity);
        snapshot = send(snapshot, { type: 'timer.due', atMs }).snapshot;
      }
      expect(snapshot.status, state).toBe('done');
      expect(snapshot.context.session.nowMs - start.context.session.nowMs, state).toBeLessThan(11 * 60_000);
    }
  });
});
