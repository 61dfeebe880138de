// Sessions with a belt that is paired: the same as in the open for its person, and closed to everybody in between.
import { describe, expect, it } from 'vitest';
import { createSimulatedBelt, type TruthSample } from '../../firmware-sim/simulated-belt.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { encodeLease, LEASE_BODY_BYTES } from '../../protocol/codec.ts';
import { CEILING_FULL, FRAME } from '../../protocol/messages.ts';
import { encodeTickDetail, encodeTickState, encodeTickZone } from '../../protocol/tick.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { tickOf } from '../belt/support/scripted-values.ts';
import { putBetween, type ManInTheMiddle } from './support/man-in-the-middle.ts';
import { createRig, programOf, startRig, zoneOf, type Rig, type RigOptions } from './support/rig.ts';

const LONG = programOf([[zoneOf(0, { radiantExposureJPerCm2: 1 })]]);
const LEASE_MS = 1000;

interface Attacked {
  readonly man: ManInTheMiddle;
  readonly rig: Rig;
  readonly clock: VirtualClock;
  readonly truth: readonly TruthSample[];
  darkSinceMs(): number;
}

/** A sealed session of a treatment that is under way, with somebody in between. */
function startAttacked(options: RigOptions = {}): Attacked {
  const clock = createVirtualClock();
  const truth: TruthSample[] = [];
  const belt = createSimulatedBelt({ clock, seed: 3, onTruth: (line) => void truth.push(line) });
  const man = putBetween(belt);
  const rig = startRig({ program: LONG, isSealed: true, ...options, clock, belt: man.belt });
  const darkSinceMs = (): number => {
    const lastLit = truth.findLastIndex((line) => line.emission);
    return truth[lastLit + 1]?.atMs ?? Infinity;
  };
  return { man, rig, clock, truth, darkSinceMs };
}

const isTick = ({ to, characteristic }: { to: string; characteristic: string }): boolean =>
  to === 'controller' && characteristic === 'tick';
const newestTick = (rig: Rig): number =>
  rig.events.findLast((event) => event.type === 'belt.tick')?.report.tick ?? 0;
const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));

describe('a sealed session', () => {
  it('is completed, confirmed dark, within 0.5 % of the prescription by the truth', () => {
    const rig = createRig({ isSealed: true });
    rig.send({ type: 'operator.start' });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'completed',
      exitCode: 0,
      emissionOff: 'confirmed',
      hazard: null,
    });
    for (const zone of outcome.zones) {
      expect(zone.certainty).toBe('certain');
      const truth = rig.delivered().get(`${zone.zone}/808`) ?? NaN;
      expect(Math.abs(truth / 0.5 - 1)).toBeLessThanOrEqual(0.005);
    }
    expect(rig.session.view().profile?.paired).toBe(true);
  });

  it('runs steps, rests, a pause and a resume', () => {
    const program = programOf([
      [zoneOf(0, { radiantExposureJPerCm2: 0.2 })],
      { restMs: 5000 },
      [zoneOf(0, { radiantExposureJPerCm2: 0.2 }), zoneOf(2)],
    ]);
    const rig = startRig({ isSealed: true, program });
    rig.run(1000);
    rig.send({ type: 'operator.pause' });
    rig.run(2000);
    expect(rig.belt.truth().emission).toBe(false);
    rig.send({ type: 'operator.resume' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
    expect(rig.delivered().get('L1/808')).toBeCloseTo(0.4, 2);
  });

  it('STOP: dark in the same instant, confirmed by a sealed tick', () => {
    const rig = startRig({ isSealed: true, program: LONG });
    rig.run(2000);
    const atMs = rig.clock.nowMs();
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'stopped', emissionOff: 'confirmed', exitCode: 3 });
    expect(rig.darkSinceMs()).toBe(atMs);
  });

  it('a controller that freezes: dark within one lease', () => {
    const rig = startRig({ isSealed: true, program: LONG });
    rig.run(2000);
    const atMs = rig.clock.nowMs();
    rig.freeze();
    rig.run(LEASE_MS + 100);
    expect(rig.darkSinceMs() - atMs).toBeLessThanOrEqual(LEASE_MS + 10);
  });

  it('H15 three frames that the radio damaged: cutoff, confirmed dark', () => {
    const rig = startRig({ isSealed: true, program: LONG });
    expect(rig.belt.inject('frame-corrupt:rate=1,count=3,direction=to-central').ok).toBe(true);
    expect(rig.untilOver()).toMatchObject({
      outcome: 'cutoff',
      exitCode: 4,
      hazard: 'H15',
      emissionOff: 'confirmed',
    });
  });

  it('a belt that restarts in the middle: dark, no light after it, and not completed', () => {
    const rig = startRig({ isSealed: true, program: LONG });
    rig.run(1000);
    rig.belt.inject('reboot');
    const outcome = rig.untilOver();
    expect(outcome.outcome).not.toBe('completed');
    rig.run(20_000);
    expect(rig.belt.truth().emission).toBe(false);
  });
});

describe('somebody between the controller and its belt', () => {
  it('hears no plain frame: after the hellos nothing on the air opens as one, but handshakes and STOP', () => {
    const { man, rig } = startAttacked();
    rig.run(2000);
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    rig.untilOver();
    const plain = man.heard
      .filter(({ characteristic }) => characteristic !== 'stop' && characteristic !== 'battery')
      .map(({ bytes }) => createPlainEnvelope().open(bytes))
      .filter((opened) => opened.ok && opened.type !== FRAME.handshake);
    expect(plain).toEqual([]);
    expect(man.heard.filter(isTick).length).toBeGreaterThan(20);
  });

  it('H15 forges three ticks: none is believed, the third ends the session dark', () => {
    const { man, rig, darkSinceMs } = startAttacked();
    rig.run(1000);
    const forgedAtMs = rig.clock.nowMs();
    const { bytes } = man.heard.findLast(isTick)!;
    for (let count = 0; count < 3; count++) man.sayToController('tick', flipped(bytes));
    expect(rig.untilOver()).toMatchObject({ outcome: 'cutoff', hazard: 'H15', exitCode: 4 });
    expect(darkSinceMs() - forgedAtMs).toBeLessThanOrEqual(100);
  });

  it('two forged frames do not end it: it goes on to its end', () => {
    const { man, rig } = startAttacked();
    const { bytes } = man.heard.findLast(isTick)!;
    for (let count = 0; count < 2; count++) man.sayToController('tick', flipped(bytes));
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
    expect(rig.session.view().badFrameCount).toBe(2);
  });

  it('plays everything again that both said: nothing changes', () => {
    const { man, rig } = startAttacked();
    rig.run(1000);
    for (const { to, characteristic, bytes } of [...man.heard]) {
      if (characteristic === 'stop') continue;
      if (createPlainEnvelope().open(bytes).ok) continue;
      if (to === 'controller') man.sayToController(characteristic, bytes);
      else man.sayToBelt(characteristic, bytes);
    }
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
    expect(rig.session.view().badFrameCount).toBe(0);
    expect(rig.delivered().get('L1/808')).toBeLessThanOrEqual(1.005);
  });

  it('swallows the ticks and plays old ones: no lease is renewed by them, dark within one lease', () => {
    const { man, rig, darkSinceMs } = startAttacked();
    rig.run(1000);
    const old = man.heard.filter(isTick);
    const atMs = rig.clock.nowMs();
    man.toController = (value) => (value.characteristic === 'tick' ? [] : [value.bytes]);
    for (let round = 0; round < 60; round++) {
      for (const { bytes } of old.slice(-12)) man.sayToController('tick', bytes);
      rig.run(50);
    }
    expect(rig.belt.truth().emission).toBe(false);
    expect(darkSinceMs() - atMs).toBeLessThanOrEqual(LEASE_MS + 100);
  });

  /** Holds the controller off and leases in its place, with the true number of every tick; still lit after 3 s? */
  function leaseInItsPlace(isSealed: boolean): { readonly isLit: boolean; readonly darkAfterMs: number } {
    const { man, rig, darkSinceMs } = startAttacked({ isSealed });
    rig.run(1000);
    const atMs = rig.clock.nowMs();
    man.toBelt = () => [];
    const plain = createPlainEnvelope();
    const body = new Uint8Array(LEASE_BODY_BYTES);
    for (let ms = 0; ms < 3000; ms += 50) {
      const tick = newestTick(rig);
      const length = encodeLease({ tick, step: 0, zones: 1, ceiling: CEILING_FULL, epoch: 1 }, body);
      man.sayToBelt('lease', plain.seal(FRAME.lease, body, length));
      rig.run(50);
    }
    return { isLit: rig.belt.truth().emission, darkAfterMs: darkSinceMs() - atMs };
  }

  it('leases in the controller’s place: prolongs the light of a belt in the open, not of a locked one', () => {
    expect(leaseInItsPlace(false).isLit).toBe(true);
    const locked = leaseInItsPlace(true);
    expect(locked.isLit).toBe(false);
    expect(locked.darkAfterMs).toBeLessThanOrEqual(LEASE_MS + 100);
  });

  it('cannot make STOP fail by swallowing everything else', () => {
    const { man, rig, darkSinceMs } = startAttacked();
    rig.run(1000);
    man.toBelt = () => [];
    man.toController = () => [];
    const atMs = rig.clock.nowMs();
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    expect(darkSinceMs() - atMs).toBeLessThanOrEqual(10);
    expect(rig.untilOver().outcome).toBe('stopped');
  });

  /** Swallows what the belt says after a STOP and says itself that all is dark. */
  function confirmInItsPlace(isSealed: boolean): string {
    const { man, rig } = startAttacked({ isSealed });
    rig.run(1000);
    man.toController = (value) => (value.characteristic === 'tick' ? [] : [value.bytes]);
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    const dark = tickOf(newestTick(rig) + 1, {
      state: 'ended',
      stopLatched: true,
      zones: [0, 1, 2, 3].map((zone) => ({ ...tickOf(0).zones[0]!, zone, powerCentiMw: 0 })),
    });
    const plain = createPlainEnvelope();
    const body = new Uint8Array(16);
    const say = (type: number, length: number): void =>
      man.sayToController('tick', plain.seal(type, body, length));
    say(FRAME.tickState, encodeTickState(dark, body));
    say(FRAME.tickDetail, encodeTickDetail(dark, body));
    for (const zone of dark.zones) say(FRAME.tickZone, encodeTickZone(dark.tick, zone, body));
    return rig.untilOver().emissionOff;
  }

  it('confirms the dark in the belt’s place: believed in the open, not of a locked belt', () => {
    expect(confirmInItsPlace(false)).toBe('confirmed');
    expect(confirmInItsPlace(true)).toBe('unconfirmed');
  });
});
