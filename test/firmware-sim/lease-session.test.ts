import { describe, expect, it } from 'vitest';
import { armed, changeAfter, emitting, program, setUp } from './bench.ts';

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

  it('light of the new epoch ends with its own lease, not with what was left of the old one', () => {
    const { clock, controller, truth } = emitting();
    controller.grant = { zones: 0 };
    controller.command('pause');
    clock.advance(2000);
    controller.grant = undefined;
    const ticks = controller.ticks.slice(-3);
    controller.command('resume', Uint8Array.of(2));
    const named = ticks[0]!;
    controller.lease({ tick: named.tick, epoch: 2 });
    const from = clock.nowMs();
    clock.advance(1500);
    expect(changeAfter(truth, from, true)).toBeGreaterThan(0);
    expect(changeAfter(truth, from, false) - named.uptimeMs).toBeLessThanOrEqual(1000);
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
