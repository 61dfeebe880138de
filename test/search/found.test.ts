// What the search found in the session, each as the few steps that lead there.
import { describe, expect, it } from 'vitest';
import type { BeltReport } from '../../src/belt/belt.ts';
import type { Effect } from '../../src/session/effects.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import { report, zoneReport } from '../session/support/scripted.ts';
import { SEARCHED_PROFILE, shippedLogic, type Snapshot } from './logic.ts';

const ACK = { kind: 'acknowledged' } as const;
const OPENED = { type: 'belt.opened', atMs: 0, profile: SEARCHED_PROFILE } as const;

const zones = (more: Parameters<typeof zoneReport>[1] = {}): BeltReport['zones'] => [
  zoneReport(0, more),
  zoneReport(1),
];
const tick = (number: number, more: Partial<BeltReport>): SessionEvent => ({
  type: 'belt.tick',
  atMs: number * 250,
  report: report(number, { zones: zones(), ...more }),
});

/** Where a row of events leads, and what the last of them asked of the world. */
function after(...events: readonly SessionEvent[]): { snapshot: Snapshot; effects: readonly Effect[] } {
  let found = { snapshot: shippedLogic.begin(), effects: [] as readonly Effect[] };
  for (const event of events) found = shippedLogic.step(found.snapshot, event);
  return found;
}

const TO_READY: readonly SessionEvent[] = [
  { type: 'operator.start', atMs: 0 },
  OPENED,
  tick(1, { state: 'standby' }),
  { type: 'book.loaded', atMs: 250, unfinished: [] },
  { type: 'book.allowed', atMs: 250, course: null },
  { type: 'belt.prepared', atMs: 250, outcome: ACK, sentDigest: 'aa', decodedDigest: 'aa' },
];
const TO_COUNTDOWN: readonly SessionEvent[] = [
  ...TO_READY,
  { type: 'operator.arm', atMs: 250, consent: 'atController' },
  { type: 'book.begun', atMs: 250 },
  { type: 'book.reserved', atMs: 250, step: 0, ceiling: 0.5 },
  { type: 'belt.answered', atMs: 250, op: 'arm', outcome: ACK },
];
const leases = (effects: readonly Effect[]): number =>
  effects.filter((effect) => effect.kind === 'belt.lease' && effect.request.zones !== 0).length;

describe('the first light', () => {
  it('is leased upon a tick that is well', () => {
    const { snapshot, effects } = after(...TO_COUNTDOWN, tick(2, { state: 'armed' }));
    expect([placeOf(snapshot), leases(effects)]).toEqual(['emitting', 1]);
  });

  it('is not leased upon a tick without skin contact, which the countdown lets pass', () => {
    const armed = tick(2, { state: 'armed', zones: zones({ contact: false }) });
    const { snapshot, effects } = after(...TO_COUNTDOWN, armed);
    expect([placeOf(snapshot), leases(effects)]).toEqual(['paused.holding', 0]);
  });

  it('is not leased upon a tick without a temperature, which the countdown lets pass', () => {
    const armed = tick(2, { state: 'armed', zones: zones({ skinTemperatureC: NaN }) });
    const { snapshot, effects } = after(...TO_COUNTDOWN, armed);
    expect([placeOf(snapshot), leases(effects)]).toEqual(['stopping.confirming', 0]);
  });
});

describe('a stop that the belt has latched', () => {
  it('ends the session, whatever else the belt says of itself: no light is leased upon it', () => {
    const armed = tick(2, { state: 'armed' });
    const latched = tick(3, { state: 'armed', stopLatched: true });
    const { snapshot, effects } = after(...TO_COUNTDOWN, armed, latched);
    expect([placeOf(snapshot), leases(effects)]).toEqual(['stopping.confirming', 0]);
  });
});

describe('a late tick that tells of an earlier stop', () => {
  const earlier = tick(3, { state: 'ended', stopLatched: true });

  it('confirms nothing as long as this session has not sent its own', () => {
    const lost = { type: 'link.lost', atMs: 600, reason: 'lost', detail: '' } as const;
    const { snapshot } = after(...TO_COUNTDOWN, tick(2, { state: 'armed' }), lost, earlier);
    expect(snapshot.context.session.stopping?.confirmed).toBe(false);
  });

  it('makes no session that was never armed a confirmed one', () => {
    const stop = { type: 'operator.stop', atMs: 300, cause: 'interrupt' } as const;
    const begun = [
      { type: 'operator.arm', atMs: 250, consent: 'atController' },
      { type: 'book.begun', atMs: 250 },
    ] as const;
    const { snapshot } = after(...TO_READY, ...begun, stop, earlier);
    expect(placeOf(snapshot)).toBe('stopping.closing');
    expect(snapshot.context.session.stopping?.confirmed).toBe(false);
  });
});
