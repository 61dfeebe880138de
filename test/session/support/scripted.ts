// Sessions without a belt: the shipped machine driven by hand-made events through XState's pure `transition`.
import { initialTransition, transition, type SnapshotFrom } from 'xstate';
import type { BeltProfile, BeltReport, BeltZoneReport } from '../../../src/belt/belt.ts';
import type { Effect } from '../../../src/session/effects.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import { sessionMachine } from '../../../src/session/machine.ts';
import { SHORT_PROGRAM, TAG } from './rig.ts';

export const PROFILE: BeltProfile = {
  beltId: '0011223344556677',
  simulated: true,
  paired: false,
  hasButton: true,
  firmwareVersion: '1.0.0',
  protocolVersion: '1.0',
  zoneCount: 4,
  leaseTtlMs: 1000,
  countdownMs: 3000,
  sessionMaxS: 1800,
  skinTemperatureCutC: 43,
  radiantExposureMaxJPerCm2: 60,
  measurementUncertainty: 0.003,
  emitters: [0, 1, 2, 3].flatMap((zone) => [
    { zone, wavelengthNm: 808, areaCm2: 1, radiantPowerMaxMw: 100, irradianceMaxMwPerCm2: 100 },
    { zone, wavelengthNm: 650, areaCm2: 0.5, radiantPowerMaxMw: 5, irradianceMaxMwPerCm2: 10 },
  ]),
};

export const zoneReport = (zone: number, more: Partial<BeltZoneReport> = {}): BeltZoneReport => ({
  zone,
  status: 'waiting',
  contact: true,
  lit: false,
  radiantPowerMw: 0,
  deliveredJPerCm2: 0,
  skinTemperatureC: 33,
  ...more,
});

export const report = (tick: number, more: Partial<BeltReport> = {}): BeltReport => ({
  tick,
  state: 'standby',
  stopLatched: false,
  emission: false,
  leaseLive: false,
  charging: false,
  buttonPressed: false,
  commandId: 0,
  epoch: 1,
  step: 0,
  leaseAgeTicks: 15,
  beltTimeMs: tick * 250,
  batteryPercent: 90,
  hazards: 0,
  zones: [0, 1, 2, 3].map((zone) => zoneReport(zone)),
  ...more,
});

export type Snapshot = SnapshotFrom<typeof sessionMachine>;
export interface Step {
  readonly snapshot: Snapshot;
  readonly effects: readonly Effect[];
}

export const nameOf = (snapshot: Snapshot): string => {
  const { value } = snapshot;
  if (typeof value === 'string') return value;
  const [parent, child] = Object.entries(value)[0] ?? [];
  return `${parent}.${String(child)}`;
};

/** What `perform` was given, in order. */
const effectsOf = (
  actions: readonly { readonly type: string; readonly params?: unknown }[],
): readonly Effect[] =>
  actions.flatMap((action) => (action.type === 'perform' ? (action.params as readonly Effect[]) : []));

export function begin(): Snapshot {
  return initialTransition(sessionMachine, {
    planName: 'test',
    sessionTag: TAG,
    address: 'sim',
    resolve: () => ({ ok: true, program: SHORT_PROGRAM }),
  })[0];
}

export function send(snapshot: Snapshot, event: SessionEvent): Step {
  const [next, actions] = transition(sessionMachine, snapshot, event);
  return { snapshot: next, effects: effectsOf(actions) };
}

const ACK = { kind: 'acknowledged' } as const;

/** One way that leads through every state; each entry is a state and a snapshot in it. */
export function everyState(): ReadonlyMap<string, Snapshot> {
  const found = new Map<string, Snapshot>();
  let snapshot = begin();
  const see = (): void => {
    if (!found.has(nameOf(snapshot))) found.set(nameOf(snapshot), snapshot);
  };
  const go = (...events: readonly SessionEvent[]): void => {
    for (const event of events) {
      snapshot = send(snapshot, event).snapshot;
      see();
    }
  };
  see();
  const unfinished = {
    sessionTag: 'aa'.repeat(8),
    beltId: PROFILE.beltId,
    address: 'sim',
    planName: 'old',
    zones: [],
  };
  go(
    { type: 'operator.start', atMs: 0 },
    { type: 'belt.opened', atMs: 10, profile: PROFILE },
    { type: 'belt.tick', atMs: 250, report: report(1) },
    { type: 'book.loaded', atMs: 260, unfinished: [unfinished] },
    { type: 'belt.record', atMs: 270, found: 'none' },
    { type: 'book.reconciled', atMs: 280, sessionTag: unfinished.sessionTag },
    { type: 'book.allowed', atMs: 285, course: null },
    { type: 'belt.prepared', atMs: 290, outcome: ACK, sentDigest: 'aa', decodedDigest: 'aa' },
    { type: 'operator.arm', atMs: 300, consent: 'atController' },
    { type: 'book.begun', atMs: 310 },
    { type: 'book.reserved', atMs: 320, step: 0, ceiling: 0.3 },
    { type: 'belt.answered', atMs: 330, op: 'arm', outcome: ACK },
    { type: 'belt.tick', atMs: 500, report: report(2, { state: 'countdown' }) },
    { type: 'belt.tick', atMs: 750, report: report(3, { state: 'armed' }) },
    { type: 'operator.pause', atMs: 800 },
    { type: 'belt.answered', atMs: 810, op: 'pause', outcome: ACK },
    { type: 'belt.tick', atMs: 1000, report: report(4, { state: 'paused' }) },
    { type: 'operator.resume', atMs: 1100 },
    { type: 'operator.stop', atMs: 1110, cause: 'interrupt' },
  );
  const confirming = snapshot;
  const dark = report(6, { state: 'ended', stopLatched: true });
  go({ type: 'belt.tick', atMs: 1500, report: dark }, { type: 'belt.record', atMs: 1510, found: 'none' });
  go({ type: 'book.closed', atMs: 1520 });
  snapshot = confirming;
  go({ type: 'link.lost', atMs: 1200, reason: 'lost', detail: '' }, { type: 'timer.due', atMs: 1700 });
  snapshot = confirming;
  for (const atMs of [1410, 1710, 2010, 2310, 2610]) go({ type: 'timer.due', atMs });
  return found;
}
