// What went wrong elsewhere, run against this controller and judged by the truth at the emitter.
import { describe, expect, it } from 'vitest';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltPort } from '../../src/belt/belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { isUnfinished } from '../../src/ledger/book-state.ts';
import { createRig, startRig, type Rig } from '../session/support/rig.ts';
import { expectBooked, restart } from './support.ts';

describe('false-failure-retry, error-but-delivered', () => {
  it('a RESUME whose answers are lost ends the session dark and booked; its light is not given again unasked', () => {
    const rig = startRig({ faults: ['answer-lost:op=resume,effect=after,count=9'] });
    rig.run(4000);
    rig.send({ type: 'operator.pause' });
    rig.run(500);
    rig.send({ type: 'operator.resume' });
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({ exitCode: 5, emissionOff: 'confirmed' });
    const delivered = rig.delivered().get('L1/808');
    rig.run(5000);
    expect(rig.delivered().get('L1/808')).toBe(delivered);
    expectBooked(rig);
  });

  it('an ARM whose answers are lost is not sent again as another command: stopped, confirmed dark', () => {
    let armCount = 0;
    const wrapBelt = (belt: BeltPort): BeltPort => ({
      ...belt,
      arm(consent) {
        armCount++;
        belt.arm(consent);
      },
    });
    const rig = createRig({ faults: ['answer-lost:op=arm,effect=after,count=9'], wrapBelt });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ exitCode: 5, emissionOff: 'confirmed' });
    expect(armCount).toBe(1);
    expect(rig.truth.some((line) => line.emission)).toBe(false);
  });
});

describe('delivered-not-recorded, host-dies-device-finishes', () => {
  it.each([200, 1700, 5300, 9900])(
    'the controller dies %s ms into the light: booked before and after the next start',
    (ms) => {
      const rig = startRig();
      rig.run(ms);
      rig.freeze();
      rig.belt.inject('link-drop');
      rig.run(2000);
      expect(rig.belt.truth().emission).toBe(false);
      expectBooked(rig);
      const next = restart(rig);
      next.send({ type: 'operator.start' });
      next.until('ready');
      expect([...next.book.sessions().values()].some(isUnfinished)).toBe(false);
      expectBooked(next);
    },
  );

  it('without a word from the belt nothing new is armed', () => {
    const rig = startRig();
    rig.run(3000);
    rig.freeze();
    rig.belt.inject('link-drop');
    rig.belt.inject('frame-loss:rate=1,characteristic=recordAccess');
    const next = restart(rig, true);
    next.send({ type: 'operator.start' });
    expect(next.untilOver()).toMatchObject({ outcome: 'refused', exitCode: 6, emissionOff: 'neverOn' });
  });
});

describe('double-start', () => {
  it('two controllers on one belt: the second is refused and the first is not disturbed', () => {
    const rig = startRig();
    const second = restart(rig, true);
    second.send({ type: 'operator.start' });
    expect(second.untilOver()).toMatchObject({ outcome: 'refused', exitCode: 6, emissionOff: 'neverOn' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', emissionOff: 'confirmed' });
    expect(rig.delivered().get('L1/808')).toBeLessThanOrEqual(0.5 * 1.005);
  });

  it('start and arm said twice are one session and one dose', () => {
    const rig = createRig({ isArmedByItself: false });
    rig.send({ type: 'operator.start' });
    rig.send({ type: 'operator.start' });
    rig.until('ready');
    for (let count = 0; count < 3; count++) rig.send({ type: 'operator.arm', consent: 'atController' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
    expect(rig.delivered().get('L1/808')).toBeLessThanOrEqual(0.5 * 1.005);
  });
});

describe('stop-while-stuck, stop-does-not-preempt', () => {
  it.each(['pause', 'resume', 'record'] as const)('a stop while %s hangs is dark at once', (what) => {
    const rig = startRig();
    rig.run(2000);
    if (what === 'record') rig.belt.inject('frame-loss:rate=1,characteristic=recordAccess');
    else rig.belt.inject(`answer-lost:op=${what},effect=before,count=9`);
    if (what === 'resume') {
      rig.send({ type: 'operator.pause' });
      rig.run(500);
      rig.send({ type: 'operator.resume' });
    } else if (what === 'pause') rig.send({ type: 'operator.pause' });
    rig.run(20);
    rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    expect(rig.belt.truth().emission).toBe(false);
    expect(rig.untilOver()).toMatchObject({ outcome: 'stopped', exitCode: 3, emissionOff: 'confirmed' });
    expectBooked(rig);
  });
});

describe('gatt-op-never-settles', () => {
  it.each(['prepare', 'arm', 'readRecord', 'open', 'stop'] as const)(
    '%s that never answers: over, and told',
    (call) => {
      const wrapBelt = (belt: BeltPort): BeltPort => ({ ...belt, [call]: () => undefined });
      const rig = createRig({ wrapBelt });
      rig.send({ type: 'operator.start' });
      const outcome = rig.untilOver();
      expect(rig.belt.truth().emission).toBe(false);
      if (call === 'stop') expect(outcome.emissionOff).toBe('unconfirmed');
    },
  );
});

describe('disk-full-while-emitting', () => {
  it('a disk that hangs while emitting is H20, within 15 s, and not the belt’s fault', () => {
    let isHung = false;
    const rig = startRig({
      wrapBook: (book) => ({
        ...book,
        reserve: (tag, step, ceiling) => (isHung ? undefined : book.reserve(tag, step, ceiling)),
      }),
    });
    rig.run(1000);
    isHung = true;
    const beganAtMs = rig.clock.nowMs();
    const outcome = rig.untilOver();
    expect(outcome).toMatchObject({
      outcome: 'cutoff',
      hazard: 'H20',
      exitCode: 4,
      emissionOff: 'confirmed',
    });
    expect(rig.clock.nowMs() - beganAtMs).toBeLessThan(15_000);
    expectBooked(rig);
  });
});

describe('a person changes their mind', () => {
  it('pause while a resume is under way: paused on the belt, and resumable', () => {
    const rig = startRig();
    rig.run(2000);
    rig.send({ type: 'operator.pause' });
    rig.run(1500);
    rig.belt.inject('link-stall:for=300ms');
    rig.send({ type: 'operator.resume' });
    rig.run(50);
    rig.send({ type: 'operator.pause' });
    const pausedAtMs = rig.clock.nowMs();
    rig.run(5000);
    expect(rig.session.view().state).toBe('paused');
    expect(rig.truth.some((line) => line.emission && line.atMs > pausedAtMs)).toBe(false);
    rig.send({ type: 'operator.resume' });
    rig.run(2000);
    expect(rig.session.view().state).toBe('emitting');
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', exitCode: 0 });
  });

  it('an event that comes from within an event is not lost', () => {
    let isSaid = false;
    const rig: Rig = createRig({
      onView(view) {
        if (view.state !== 'emitting' || isSaid) return;
        isSaid = true;
        rig.send({ type: 'operator.stop', cause: 'interrupt' });
      },
    });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'stopped', exitCode: 3 });
    expect(rig.truth.some((line) => line.emission)).toBe(false);
  });
});

describe('the button on the belt', () => {
  const awaitButton = (): Rig => {
    const rig = createRig({ isArmedByItself: false });
    rig.send({ type: 'operator.start' });
    rig.until('ready');
    rig.send({ type: 'operator.arm', consent: 'beltButton' });
    rig.run(2000);
    return rig;
  };

  it('that nobody presses: not armed, exit 6, and no word of a lost link', () => {
    const outcome = awaitButton().untilOver();
    expect(outcome).toMatchObject({
      outcome: 'refused',
      exitCode: 6,
      hazard: null,
      emissionOff: 'confirmed',
    });
    expect(outcome.message).toContain('button');
  });

  it('a pause while it is waited for does nothing; pressed later, the session runs', () => {
    const rig = awaitButton();
    rig.send({ type: 'operator.pause' });
    rig.run(8000);
    expect(rig.session.view().state).toBe('countdown');
    rig.belt.pressButton();
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed' });
  });
});

describe('wrong-belt', () => {
  it('another belt that answers on the way out confirms nothing about this one', () => {
    const clock = createVirtualClock();
    const belt = createSimulatedBelt({ clock, seed: 1 });
    const other = createSimulatedBelt({ clock, seed: 2 });
    const swapped = {
      ...belt,
      connect: (central: Parameters<typeof belt.connect>[0]) => (isSwapped ? other : belt).connect(central),
    };
    let isSwapped = false;
    const rig = startRig({ clock, belt: swapped });
    rig.run(2000);
    isSwapped = true;
    belt.inject('link-drop');
    expect(rig.untilOver()).toMatchObject({ emissionOff: 'unconfirmed', exitCode: 7 });
  });
});
