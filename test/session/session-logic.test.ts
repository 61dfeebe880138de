// The short way for events that only tell something, beside XState itself: the same state, facts and effects.
import { transition } from 'xstate';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../firmware-sim/random.ts';
import type { BeltReport, CommandOutcome } from '../../src/belt/belt.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { sessionMachine } from '../../src/session/machine.ts';
import { justNoted, placeOf } from '../../src/session/session-logic.ts';
import { createRig } from './support/rig.ts';
import {
  begin,
  everyState,
  nameOf,
  PROFILE,
  report,
  send,
  zoneReport,
  type Snapshot,
} from './support/scripted.ts';

const BELT_STATES = [
  'standby',
  'prepared',
  'selfTest',
  'countdown',
  'armed',
  'paused',
  'ended',
  'lockout',
] as const;
const ACK: CommandOutcome = { kind: 'acknowledged' };
const OUTCOMES = [ACK, { kind: 'unknown' }, { kind: 'notSent' }] as const;

/** Mostly ticks of a belt that is well, sometimes anything else. */
function createEvents(seed: number): (snapshot: Snapshot) => SessionEvent {
  const random = createRandom(seed, 'events');
  const pick = <T>(all: readonly [T, ...T[]]): T => all[random.below(all.length)] ?? all[0];
  const tick = (before: BeltReport | undefined, atMs: number): SessionEvent => {
    const state = random.next() < 0.8 ? (before?.state ?? 'standby') : pick(BELT_STATES);
    const lit = state === 'armed' && random.next() < 0.8;
    const zones = [0, 1, 2, 3].map((zone) =>
      zoneReport(zone, {
        status: lit ? 'emitting' : 'waiting',
        lit,
        contact: random.next() < 0.98,
        radiantPowerMw: lit ? 50 + random.spread() : 0,
        skinTemperatureC: random.next() < 0.98 ? 34 : 43,
      }),
    );
    const step = random.next() < 0.9 ? 1 : 0;
    const more = { state, zones, emission: lit, stopLatched: state === 'ended', beltTimeMs: atMs };
    return { type: 'belt.tick', atMs, report: report((before?.tick ?? 0) + step, more) };
  };
  return ({ context: { session } }) => {
    const atMs = session.nowMs + pick([0, 10, 250, 250, 250, 900]);
    if (random.next() < 0.6) return tick(session.report, atMs);
    return pick<SessionEvent>([
      { type: 'operator.start', atMs },
      { type: 'operator.arm', atMs, consent: 'atController' },
      { type: 'operator.pause', atMs },
      { type: 'operator.resume', atMs },
      { type: 'belt.opened', atMs, profile: PROFILE },
      { type: 'belt.prepared', atMs, outcome: ACK, sentDigest: 'aa', decodedDigest: 'aa' },
      {
        type: 'belt.answered',
        atMs,
        op: pick(['arm', 'pause', 'resume', 'poll']),
        outcome: pick<CommandOutcome>(OUTCOMES),
      },
      { type: 'belt.record', atMs, found: 'none' },
      { type: 'belt.badFrame', atMs, count: 1 },
      { type: 'book.loaded', atMs, unfinished: [] },
      { type: 'book.begun', atMs },
      { type: 'book.reserved', atMs, step: 0, ceiling: random.next() },
      { type: 'book.closed', atMs },
      { type: 'timer.due', atMs: pick([atMs, session.deadlines.stateAtMs]) },
      { type: 'link.lost', atMs, reason: 'lost', detail: '' },
    ]);
  };
}

/** True when it went the short way. */
function expectSame(snapshot: Snapshot, event: SessionEvent): boolean {
  const noted = justNoted(snapshot, event);
  if (noted === undefined) return false;
  const { snapshot: judged, effects } = send(snapshot, event);
  expect(placeOf(noted), event.type).toBe(nameOf(judged));
  expect(noted.status).toBe(judged.status);
  expect(noted.context).toStrictEqual(judged.context);
  expect(noted.context.session.effects).toStrictEqual(effects);
  return true;
}

describe('events that only tell something', () => {
  it('lead to what XState makes of them, wherever they come', () => {
    let shortWays = 0;
    const starts = [begin(), ...everyState().values()];
    for (let seed = 1; seed <= 120; seed++) {
      const next = createEvents(seed);
      let snapshot = starts[seed % starts.length] ?? begin();
      for (let count = 0; count < 40 && snapshot.status === 'active'; count++) {
        const event = next(snapshot);
        if (expectSame(snapshot, event)) shortWays++;
        [snapshot] = transition(sessionMachine, snapshot, event);
      }
    }
    expect(shortWays).toBeGreaterThan(500);
  });

  it('are what a treatment consists of: its ticks and reservations need no other judgement', () => {
    const rig = createRig();
    rig.send({ type: 'operator.start' });
    rig.untilOver();
    let snapshot = begin();
    const counts = { noted: 0, judged: 0 };
    for (const event of rig.events) {
      counts[expectSame(snapshot, event) ? 'noted' : 'judged']++;
      ({ snapshot } = send(snapshot, event));
    }
    expect(counts.noted).toBeGreaterThan(counts.judged * 3);
  });

  it('are never those that a state does not name, nor those that end or pause a session', () => {
    const emitting = everyState().get('emitting') ?? begin();
    expect(justNoted(emitting, { type: 'operator.start', atMs: 900 })).toBeUndefined();
    expect(justNoted(emitting, { type: 'operator.stop', atMs: 900, cause: 'interrupt' })).toBeUndefined();
    expect(justNoted(emitting, { type: 'operator.pause', atMs: 900 })).toBeUndefined();
    expect(justNoted(emitting, { type: 'book.failed', atMs: 900, detail: '' })).toBeUndefined();
  });
});
