import { describe, expect, it } from 'vitest';
import { armed, changeAfter, connectController, emitting, program, setUp } from './controller.ts';

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

describe('lease: the ceiling', () => {
  it('is not crossed, and is waited for dark, without a hazard', () => {
    const bench = setUp();
    armed(bench, {}, { ceiling: 0x4000 });
    const { clock, belt, controller } = bench;
    clock.advance(60_000);
    const zones = belt.truth().zones.filter((zone) => zone.wavelengthNm === 808);
    for (const zone of zones) {
      expect(zone.radiantExposureJPerCm2).toBeLessThan(1.004);
      expect(zone.radiantExposureJPerCm2).toBeGreaterThan(0.98);
    }
    expect(controller.lastTick().zones[0]?.status).toBe('waiting');
    expect(controller.lastTick().hazards).toBe(0);
    controller.grant = {};
    clock.advance(80_000);
    expect(controller.lastTick().state).toBe('ended');
    expect(controller.readRecord({ op: 'last' })?.cause).toBe('completed');
  });

  it('never moves back within a step', () => {
    const { clock, belt, controller } = emitting();
    controller.grant = { ceiling: 1 };
    clock.advance(1000);
    expect(belt.truth().emission).toBe(true);
  });
});

describe('lease: steps', () => {
  it('a lease of a higher step starts it; a zone of an earlier step never lights again', () => {
    const bench = setUp();
    armed(bench, { steps: 2, zones: [0], exposure: 1 }, {});
    const { clock, belt, controller } = bench;
    clock.advance(5000);
    const before = belt.truth().zones[0]!.radiantExposureJPerCm2;
    expect(before).toBeLessThan(0.5);
    controller.grant = { step: 1 };
    clock.advance(40_000);
    expect(belt.truth().zones[0]!.radiantExposureJPerCm2 - before).toBeLessThan(1.01);
    expect(controller.lastTick().state).toBe('ended');
    const record = controller.readRecord({ op: 'last' });
    expect(record?.entries.map((entry) => entry.status)).toEqual(['waiting', 'done']);
  });

  it('between steps the belt waits dark', () => {
    const bench = setUp();
    armed(bench, { steps: 2, zones: [0], exposure: 0.2 }, { step: 0 });
    const { clock, belt, controller } = bench;
    clock.advance(20_000);
    expect(belt.truth().emission).toBe(false);
    expect(controller.lastTick().state).toBe('armed');
    expect(controller.lastTick().zones[0]?.status).toBe('done');
    controller.grant = { step: 1 };
    clock.advance(20_000);
    expect(controller.readRecord({ op: 'last' })?.cause).toBe('completed');
  });
});

describe('lease: epochs', () => {
  it('after a resume the belt is dark until a lit lease of the new epoch', () => {
    const { clock, belt, controller } = emitting();
    controller.grant = undefined;
    controller.command('pause');
    expect(belt.truth().emission).toBe(false);
    const epoch = controller.lastTick().epoch;
    expect(controller.command('resume', Uint8Array.of(epoch + 1))?.code).toBe('ok');
    for (let count = 0; count < 10; count++) {
      controller.lease({ epoch });
      clock.advance(50);
    }
    expect(belt.truth().emission).toBe(false);
    controller.lease({ epoch: epoch + 1 });
    clock.advance(20);
    expect(belt.truth().emission).toBe(true);
  });

  it('a resume starts the comparison of ticks afresh: a tick of the pause will do', () => {
    const { clock, belt, controller } = emitting();
    controller.grant = { zones: 0 };
    controller.command('pause');
    clock.advance(600);
    controller.grant = undefined;
    const tick = controller.lastTick().tick;
    controller.command('resume', Uint8Array.of(2));
    controller.lease({ tick, epoch: 2 });
    clock.advance(20);
    expect(belt.truth().emission).toBe(true);
  });

  it('a lit lease during a pause lights nothing, then and after the resume', () => {
    const { clock, belt, controller } = emitting();
    controller.command('pause');
    clock.advance(2000);
    expect(belt.truth().emission).toBe(false);
    controller.grant = undefined;
    controller.command('resume', Uint8Array.of(2));
    clock.advance(2000);
    expect(belt.truth().emission).toBe(false);
  });

  it('a lit lease during the countdown does not light when it is over', () => {
    const bench = setUp();
    const { clock, controller, truth } = bench;
    controller.subscribe();
    controller.prepare(program());
    controller.grant = {};
    controller.arm();
    clock.advance(2900);
    controller.grant = undefined;
    clock.advance(3000);
    expect(truth.some((line) => line.emission)).toBe(false);
  });

  it('nothing lights before self-test and countdown have passed', () => {
    const bench = setUp();
    armed(bench);
    bench.clock.advance(2000);
    expect(changeAfter(bench.truth, 0, true)).toBeGreaterThanOrEqual(3100);
  });
});

describe('lease: silence', () => {
  it('ten seconds without an accepted lease end the session, old ones do not count', () => {
    const { clock, controller } = emitting();
    controller.grant = undefined;
    const old = controller.lastTick().tick - 3;
    for (let count = 0; count < 98; count++) {
      controller.lease({ tick: old });
      clock.advance(100);
    }
    expect(controller.lastTick().state).toBe('paused');
    clock.advance(500);
    expect(controller.lastTick().state).toBe('ended');
    expect(controller.readRecord({ op: 'last' })?.cause).toBe('silence');
  });

  it('dark leases keep a pause for as long as they come', () => {
    const { clock, controller } = emitting();
    controller.command('pause');
    controller.grant = { zones: 0 };
    clock.advance(60_000);
    expect(controller.lastTick().state).toBe('paused');
  });
});
