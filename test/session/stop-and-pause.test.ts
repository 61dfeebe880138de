// Stop in every state, pause and resume, by a person or by the belt.
import { describe, expect, it } from 'vitest';
import type { SessionStateName } from '../../src/session/view.ts';
import { createRig, programOf, startRig, zoneOf, type Rig } from './support/rig.ts';

const lastTruth = (rig: Rig) => rig.belt.truth();

describe('stop', () => {
  const STATES: readonly SessionStateName[] = [
    'standby',
    'connecting',
    'preflight',
    'ready',
    'countdown',
    'emitting',
    'paused',
  ];
  it.each(STATES)('in %s: over, dark, exit 3', (state) => {
    const rig = createRig({ isArmedByItself: state !== 'ready' });
    if (state !== 'standby') rig.send({ type: 'operator.start' });
    if (state === 'paused') {
      rig.until('emitting');
      rig.run(2000);
      rig.send({ type: 'operator.pause' });
    }
    if (state !== 'connecting' && state !== 'standby') rig.until(state);
    if (state === 'emitting') rig.run(3000);
    const atMs = rig.clock.nowMs();
    rig.send({ type: 'operator.stop', cause: 'interrupt' });
    const outcome = rig.untilOver(30_000);
    expect(outcome).toMatchObject({ outcome: 'stopped', exitCode: 3, hazard: null });
    const armed = state === 'countdown' || state === 'emitting' || state === 'paused';
    expect(outcome.emissionOff).toBe(armed ? 'confirmed' : 'neverOn');
    expect(lastTruth(rig).emission).toBe(false);
    if (state === 'emitting') expect(rig.darkSinceMs() - atMs).toBeLessThanOrEqual(50);
    expect(rig.clock.nowMs() - atMs).toBeLessThan(1000);
  });

  it('is repeated when it goes unanswered, and confirmed over a new link: exit 3', () => {
    const rig = startRig();
    rig.run(3000);
    // STOP itself gets through; what the belt says does not.
    rig.belt.inject('frame-loss:rate=1,for=3s,characteristic=tick,direction=to-central');
    rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    expect(rig.untilOver(30_000)).toMatchObject({
      outcome: 'stopped',
      emissionOff: 'confirmed',
      exitCode: 3,
    });
  });

  it('declined or unanswered arming is a refusal: exit 6, nothing emitted', () => {
    for (const cause of ['declined', 'unanswered'] as const) {
      const rig = startRig({ isArmedByItself: false }, 'ready');
      rig.send({ type: 'operator.stop', cause });
      expect(rig.untilOver()).toMatchObject({ outcome: 'refused', exitCode: 6, emissionOff: 'neverOn' });
    }
  });

  it('nobody arms it for ten minutes: refused, exit 6', () => {
    const rig = startRig({ isArmedByItself: false }, 'ready');
    rig.run(599_000);
    expect(rig.session.view().state).toBe('ready');
    expect(rig.untilOver(5000)).toMatchObject({ outcome: 'refused', exitCode: 6, emissionOff: 'neverOn' });
  });

  it('abandon drops the link at once: dark, exit 7', () => {
    const rig = startRig();
    rig.run(3000);
    const atMs = rig.clock.nowMs();
    rig.send({ type: 'operator.abandon' });
    expect(rig.untilOver(6000)).toMatchObject({
      outcome: 'stopped',
      emissionOff: 'unconfirmed',
      exitCode: 7,
    });
    expect(rig.darkSinceMs() - atMs).toBeLessThanOrEqual(50);
    expect(rig.closings.at(-1)?.awaitsBeltRecord).toBe(true);
  });

  it('by another central ends the session as stopped', () => {
    const rig = startRig();
    rig.run(3000);
    const other = rig.belt.connect({ value: () => undefined, disconnected: () => undefined });
    other.write('stop', new Uint8Array([0]), 'withoutResponse', () => undefined);
    expect(rig.untilOver(5000)).toMatchObject({ outcome: 'stopped', exitCode: 3, emissionOff: 'confirmed' });
  });
});

describe('pause', () => {
  it('is dark within 50 ms, delivers and counts nothing, and goes on only by resume', () => {
    const rig = startRig();
    rig.run(3000);
    const atMs = rig.clock.nowMs();
    rig.send({ type: 'operator.pause' });
    rig.run(60_000);
    expect(rig.darkSinceMs() - atMs).toBeLessThanOrEqual(50);
    const { elapsedMs } = rig.session.view();
    expect(elapsedMs).toBeLessThan(3500);
    expect(rig.session.view()).toMatchObject({ state: 'paused', pause: { cause: 'operator' } });
    rig.send({ type: 'operator.resume' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
    for (const zone of rig.delivered().entries())
      if (zone[0].endsWith('808')) expect(zone[1]).toBeCloseTo(0.5, 2);
  });

  it('during the countdown begins the countdown again, whole', () => {
    const rig = startRig({}, 'countdown');
    rig.run(2000);
    rig.send({ type: 'operator.pause' });
    rig.run(5000);
    expect(rig.session.view().state).toBe('paused');
    rig.send({ type: 'operator.resume' });
    rig.until('countdown', 1000);
    const atMs = rig.clock.nowMs();
    rig.until('emitting');
    expect(rig.clock.nowMs() - atMs).toBeGreaterThanOrEqual(2500);
    expect(rig.untilOver().outcome).toBe('completed');
  });

  it('does not use up a rest', () => {
    const program = programOf([[zoneOf(0, { radiantExposureJPerCm2: 0.1 })], { restMs: 8000 }, [zoneOf(1)]]);
    const rig = startRig({ program });
    while (rig.session.view().itemIndex === 0) rig.run(10);
    rig.run(3000);
    rig.send({ type: 'operator.pause' });
    rig.run(20_000);
    rig.send({ type: 'operator.resume' });
    const atMs = rig.clock.nowMs();
    while (rig.session.view().itemIndex === 1) rig.run(10);
    expect(rig.clock.nowMs() - atMs).toBeGreaterThan(4800);
    expect(rig.clock.nowMs() - atMs).toBeLessThan(5600);
    expect(rig.untilOver().outcome).toBe('completed');
  });

  it('lasts ten minutes at the most: then stopped, exit 3', () => {
    const rig = startRig();
    rig.send({ type: 'operator.pause' });
    rig.run(595_000);
    expect(rig.session.view().state).toBe('paused');
    expect(rig.untilOver(10_000)).toMatchObject({
      outcome: 'stopped',
      exitCode: 3,
      emissionOff: 'confirmed',
    });
  });

  it('H05 light does not come back because contact did, and the fourth loss ends it', () => {
    const rig = startRig();
    for (let loss = 1; loss <= 4; loss++) {
      rig.run(800);
      rig.belt.inject('contact-lost:for=300ms');
      rig.run(3000);
      if (loss === 4) break;
      expect(rig.session.view()).toMatchObject({
        state: 'paused',
        emission: false,
        pause: { cause: 'contactLost' },
      });
      rig.send({ type: 'operator.resume' });
      rig.until('emitting', 2000);
    }
    expect(rig.untilOver(3000)).toMatchObject({ outcome: 'cutoff', hazard: 'H05', exitCode: 4 });
  });

  it('resume without contact is refused in words, and stays paused', () => {
    const rig = startRig();
    rig.run(1000);
    rig.belt.inject('contact-lost:zone=L2,for=8s');
    rig.run(2000);
    rig.send({ type: 'operator.resume' });
    rig.run(2000);
    expect(rig.session.view()).toMatchObject({ state: 'paused', emission: false });
    expect(rig.session.view().warnings.join()).toMatch(/no skin contact/);
    rig.run(6000);
    rig.send({ type: 'operator.resume' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
  });
});
