// H24 in the session itself: whoever forgot to ask the questions gets no light from a real belt.
import { initialTransition } from 'xstate';
import { describe, expect, it } from 'vitest';
import { concludeSession } from '../../src/session/conclude.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { sessionMachine } from '../../src/session/machine.ts';
import { SHORT_PROGRAM, TAG } from './support/rig.ts';
import { nameOf, PROFILE, report, send } from './support/scripted.ts';

function preflight(simulated: boolean, isScreened: boolean | undefined) {
  let [snapshot] = initialTransition(sessionMachine, {
    planName: 'test',
    sessionTag: TAG,
    address: 'ble:00',
    resolve: () => ({ ok: true, program: SHORT_PROGRAM }),
    ...(isScreened === undefined ? {} : { isScreened }),
  });
  const ops: string[] = [];
  const events: readonly SessionEvent[] = [
    { type: 'operator.start', atMs: 0 },
    { type: 'belt.opened', atMs: 10, profile: { ...PROFILE, simulated } },
    { type: 'belt.tick', atMs: 250, report: report(1) },
    { type: 'book.loaded', atMs: 260, unfinished: [] },
    { type: 'book.allowed', atMs: 285, course: null },
    {
      type: 'belt.prepared',
      atMs: 290,
      outcome: { kind: 'acknowledged' },
      sentDigest: 'aa',
      decodedDigest: 'aa',
    },
    { type: 'operator.arm', atMs: 300, consent: 'beltButton' },
    { type: 'book.begun', atMs: 310 },
    { type: 'book.reserved', atMs: 320, step: 0, ceiling: 0.3 },
  ];
  for (const event of events) {
    const step = send(snapshot, event);
    snapshot = step.snapshot;
    ops.push(...step.effects.map((effect) => JSON.stringify(effect)));
  }
  return {
    state: nameOf(snapshot),
    outcome: concludeSession(snapshot.context.session),
    effects: ops.join('\n'),
  };
}

describe('H24 a belt that is not simulated', () => {
  it.each([undefined, false])(
    'isScreened %s: refused before arming, nothing is sent that could light it',
    (isScreened) => {
      const { outcome, effects } = preflight(false, isScreened);
      expect(outcome).toMatchObject({
        outcome: 'refused',
        emissionOff: 'neverOn',
        hazard: 'H24',
        exitCode: 6,
      });
      expect(outcome.message).toMatch(/ask your doctor/);
      expect(effects).not.toMatch(/belt\.(arm|lease|prepare)/);
    },
  );

  it('is armed when the questions were answered', () => {
    expect(preflight(false, true).effects).toMatch(/"belt.arm"/);
  });
});

describe('a simulated belt', () => {
  it('is armed without questions', () => {
    expect(preflight(true, undefined).effects).toMatch(/"belt.arm"/);
  });
});
