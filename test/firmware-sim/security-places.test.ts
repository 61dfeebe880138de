// A belt has two places for centrals, and whoever comes first has one: what somebody without a key can do by holding
// them, and what he cannot.
import { describe, expect, it } from 'vitest';
import { armed, setUp, type Bench } from './bench.ts';
import { connectController, type TestController } from './controller.ts';
import { connectKeyed, pairAndUnlock, type KeyRing } from './keyed.ts';

interface Treated extends Bench {
  readonly ring: KeyRing;
  readonly stranger: TestController;
}

/** The owner treats sealed, and the other place is a stranger's. */
function treatedBesideStranger(): Treated {
  const bench = setUp();
  const ring = pairAndUnlock(bench.belt, bench.controller);
  armed(bench);
  bench.clock.advance(2500);
  const stranger = connectController(bench.belt);
  stranger.subscribe();
  expect(bench.belt.truth().emission).toBe(true);
  return { ...bench, ring, stranger };
}

const isRefused = ({ belt, clock }: Bench): boolean => {
  const third = connectController(belt);
  clock.advance(1);
  return third.disconnected === 'refused';
};

describe('Both places held by centrals without a key', () => {
  it('nobody can begin, nothing lights, each of the two can stop; whoever leaves gives the place free', () => {
    const bench = setUp();
    const { belt, clock, controller } = bench;
    const ring = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const first = connectController(belt);
    const second = connectController(belt);
    for (const stranger of [first, second]) stranger.subscribe();
    expect(isRefused(bench)).toBe(true);
    clock.advance(60_000);
    expect(isRefused(bench)).toBe(true);
    expect(first.frames.concat(second.frames)).toEqual([]);
    expect(bench.truth.some((line) => line.emission)).toBe(false);
    for (const stranger of [first, second]) stranger.stop();
    second.link.disconnect();
    const person = connectKeyed(belt, ring);
    person.subscribe();
    clock.advance(300);
    expect(person.lastTick()).toMatchObject({ stopLatched: true, emission: false });
    expect(person.events.filter((event) => event.kind === 'stopped')).toHaveLength(1);
  });

  it('a reboot empties both', () => {
    const { belt, clock, controller } = setUp();
    const ring = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const strangers = [connectController(belt), connectController(belt)];
    belt.inject('reboot');
    clock.advance(1000);
    for (const stranger of strangers) expect(stranger.disconnected).toBeDefined();
    expect(connectKeyed(belt, ring).command('features')?.code).toBe('ok');
  });
});

describe('The second place held by a central without a key, while its person is treated', () => {
  it('keeps helpers out, and neither of the two from stopping', () => {
    for (const stopper of ['controller', 'stranger'] as const) {
      const bench = treatedBesideStranger();
      expect(isRefused(bench)).toBe(true);
      expect(bench.belt.truth().emission).toBe(true);
      bench[stopper].stop();
      expect(bench.belt.truth().emission).toBe(false);
      bench.clock.advance(500);
      expect(bench.controller.lastTick()).toMatchObject({ stopLatched: true, emission: false });
    }
  });

  it('makes the belt drop a frozen owner, dark before, so that a helper with a key gets in and confirms', () => {
    const bench = treatedBesideStranger();
    const { belt, clock, controller, ring } = bench;
    const named = controller.lastTick();
    controller.grant = undefined;
    clock.advance(1000);
    expect(belt.truth().emission).toBe(false);
    expect(named.emission).toBe(true);
    clock.advance(1000);
    expect(controller.disconnected).toBe('superseded');
    const helper = connectKeyed(belt, ring);
    helper.subscribe();
    helper.stop();
    expect(helper.lastTick()).toMatchObject({ stopLatched: true, emission: false, state: 'ended' });
    expect(helper.command('features')?.code).toBe('ok');
  });
});

describe('A second session of the same person, while the owner holds the belt', () => {
  it('stops, knows which belt it was and reads off, but commands nothing', () => {
    for (const isFrozen of [false, true]) {
      const bench = setUp();
      const ring = pairAndUnlock(bench.belt, bench.controller);
      armed(bench);
      bench.clock.advance(2500);
      if (isFrozen) bench.controller.grant = undefined;
      const helper = connectKeyed(bench.belt, ring);
      helper.subscribe();
      expect(helper.command('features')?.code).toBe('ok');
      for (const op of ['pause', 'resume', 'arm', 'clear', 'identify', 'confirmEvents'] as const)
        expect(helper.command(op)?.code).toBe('notOwner');
      expect(bench.belt.truth().emission).toBe(true);
      helper.stop();
      expect(bench.belt.truth().emission).toBe(false);
      bench.clock.advance(20);
      expect(helper.lastTick()).toMatchObject({ stopLatched: true, emission: false, state: 'ended' });
      expect(helper.readRecord({ op: 'last' })?.cause).toBe('stopped');
      // What the owner sends when it wakes up lights nothing.
      bench.controller.grant = {};
      bench.controller.lease({ tick: bench.controller.lastTick().tick, zones: 0x0f, epoch: 1 });
      bench.clock.advance(3000);
      expect(bench.belt.truth().emission).toBe(false);
    }
  });
});
