import { describe, expect, it } from 'vitest';
import { armed, changeAfter, emitting, program, setUp } from './bench.ts';
import { connectController } from './controller.ts';

const TTL_MS = 1000;

describe('lease: the end', () => {
  it('is dark at most 1.0 s after the newest tick the belt was shown, and paused', () => {
    const { clock, belt, controller, truth } = emitting();
    controller.grant = undefined;
    const newest = controller.lastTick();
    const tickAtMs = newest.uptimeMs;
    clock.advance(1500);
    const darkAtMs = changeAfter(truth, tickAtMs, false);
    expect(darkAtMs - tickAtMs).toBeGreaterThan(900);
    expect(darkAtMs - tickAtMs).toBeLessThanOrEqual(TTL_MS);
    expect(belt.truth().emission).toBe(false);
    expect(controller.lastTick().state).toBe('paused');
    expect(controller.events.at(-2)?.cause).toBe('leaseExpired');
  });

  it('is counted from the tick a lease names, not from its arrival', () => {
    const { clock, controller, truth } = emitting();
    controller.grant = undefined;
    const before = controller.ticks.length;
    while (controller.ticks.length === before) clock.advance(10);
    const named = controller.lastTick();
    clock.advance(700);
    controller.lease({ tick: named.tick });
    clock.advance(1500);
    const lasted = changeAfter(truth, named.uptimeMs, false) - named.uptimeMs;
    expect(lasted).toBeGreaterThan(900);
    expect(lasted).toBeLessThanOrEqual(TTL_MS);
  });

  it('is moved neither by duplicates nor by a burst of old leases', () => {
    const { clock, controller, truth } = emitting();
    controller.grant = undefined;
    const ticks = controller.ticks.slice(-5);
    const newest = controller.lastTick();
    for (let count = 0; count < 90; count++) {
      clock.advance(10);
      for (const tick of ticks) controller.lease({ tick: tick.tick });
    }
    clock.advance(600);
    expect(changeAfter(truth, newest.uptimeMs, false) - newest.uptimeMs).toBeLessThanOrEqual(TTL_MS);
  });

  it('of a rest is no pause: a dark lease may run out', () => {
    const { clock, controller } = emitting();
    controller.grant = { zones: 0 };
    clock.advance(300);
    controller.grant = undefined;
    clock.advance(3000);
    expect(controller.lastTick().state).toBe('armed');
  });
});

describe('lease: what is ignored', () => {
  const strange: readonly (readonly [string, (newest: number) => object])[] = [
    ['a tick from the future', (newest) => ({ tick: newest + 1 })],
    ['an older epoch', (newest) => ({ tick: newest, epoch: 0 })],
    ['a later epoch', (newest) => ({ tick: newest, epoch: 2 })],
    ['a step there is not', (newest) => ({ tick: newest, step: 1 })],
    ['tick 0', () => ({ tick: 0 })],
  ];
  for (const [name, lease] of strange) {
    it(`${name} lights nothing`, () => {
      const bench = setUp();
      armed(bench, {}, { zones: 0 });
      bench.controller.grant = undefined;
      for (let count = 0; count < 20; count++) {
        bench.controller.lease(lease(bench.controller.lastTick().tick));
        bench.clock.advance(100);
      }
      expect(bench.truth.some((line) => line.emission)).toBe(false);
    });
  }

  it('a tick from before this ARM does not even count as a lease', () => {
    const { clock, controller } = setUp();
    controller.subscribe();
    clock.advance(1000);
    controller.prepare(program());
    const before = controller.lastTick().tick;
    controller.arm();
    controller.lease({ tick: before, epoch: 1 });
    clock.advance(300);
    expect(controller.lastTick().leaseAgeTicks).toBe(15);
    controller.lease({ epoch: 1 });
    clock.advance(300);
    expect(controller.lastTick().leaseAgeTicks).toBeLessThan(15);
  });

  it('a tick is remembered for sixteen ticks: the fifteenth-last still counts, the sixteenth-last does not', () => {
    for (const [back, keeps] of [
      [15, true],
      [16, false],
    ] as const) {
      const bench = setUp();
      armed(bench, {}, { zones: 0 });
      const { clock, controller } = bench;
      controller.grant = undefined;
      const first = controller.lastTick().tick;
      clock.advance(250 * 20);
      controller.lease({ tick: controller.lastTick().tick - back, zones: 0 });
      clock.advance(250);
      expect(controller.lastTick().tick).toBeGreaterThan(first + back);
      // The session outlives ten seconds of silence since the first lease only when this one counted.
      clock.advance(5200);
      expect(controller.lastTick().state).toBe(keeps ? 'armed' : 'ended');
    }
  });

  it('a lease of another central lights nothing', () => {
    const bench = setUp();
    armed(bench, {}, { zones: 0 });
    const { clock, controller } = bench;
    const other = connectController(bench.belt);
    other.features();
    other.subscribe(['tick']);
    controller.grant = undefined;
    for (let count = 0; count < 15; count++) {
      clock.advance(50);
      other.lease({});
    }
    expect(other.ticks.length).toBeGreaterThan(1);
    expect(bench.truth.some((line) => line.emission)).toBe(false);
  });

  it('an older lease that comes late does not bring its zones back', () => {
    const bench = setUp();
    armed(bench, {}, { zones: 0b0011 });
    const { clock, belt, controller } = bench;
    clock.advance(1000);
    controller.grant = undefined;
    controller.lease({ tick: controller.lastTick().tick, zones: 0b0001 });
    controller.lease({ tick: controller.lastTick().tick - 1, zones: 0b1111 });
    clock.advance(50);
    const lit = belt.truth().zones.filter((zone) => zone.irradianceMwPerCm2 > 0);
    expect(lit.map((zone) => zone.zone)).toEqual(['L1']);
  });
});

describe('lease: same tick, newer tick', () => {
  it('the same tick again can take zones away but not add any', () => {
    const bench = setUp();
    armed(bench, {}, { zones: 0b0011 });
    const { clock, belt, controller } = bench;
    clock.advance(1000);
    controller.grant = undefined;
    controller.lease({ zones: 0b1110 });
    clock.advance(20);
    const lit = belt.truth().zones.filter((zone) => zone.irradianceMwPerCm2 > 0);
    expect(lit.map((zone) => zone.zone)).toEqual(['L2']);
  });

  it('a dark lease is dark at once, not at the next step', () => {
    const { clock, belt, controller } = emitting();
    clock.advance(4);
    controller.lease({ zones: 0 });
    expect(belt.truth().emission).toBe(false);
    expect(controller.lastTick().state).toBe('armed');
  });

  it('a newer dark lease is dark at once', () => {
    const { clock, belt, controller } = emitting();
    controller.grant = undefined;
    clock.advance(250);
    controller.lease({ zones: 0 });
    expect(belt.truth().emission).toBe(false);
  });

  it('a zone that no lease names stays dark', () => {
    const bench = setUp();
    armed(bench, {}, { zones: 0b0101 });
    bench.clock.advance(5000);
    const lit = bench.belt.truth().zones.filter((zone) => zone.radiantExposureJPerCm2 > 0);
    expect(lit.map((zone) => zone.zone)).toEqual(['L1', 'L3']);
  });
});
