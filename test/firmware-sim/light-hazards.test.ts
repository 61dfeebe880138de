import { describe, expect, it } from 'vitest';
import { hazardBit } from '../../protocol/messages.ts';
import { BOUND_MS, endOf, firstLight, litZones, run } from './runs.ts';
import { armed, changeAfter, program, setUp } from './bench.ts';
import { connectController } from './controller.ts';

describe('H08 output deviates from set', () => {
  it('+15 % goes on to the end', () => {
    const bench = run(['emitter-gain@10s:zone=L1,factor=1.15'], 100_000);
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('completed');
  });
  for (const factor of [1.25, 0.75]) {
    it(`a factor of ${factor}: the zone is cut off within 1.1 s, the others finish`, () => {
      const bench = run([`emitter-gain@10s:zone=L2,factor=${factor}`], 100_000);
      const onset = firstLight(bench) + 10_000;
      const cut = bench.truth.find((line) => line.atMs > onset && !litZones(line).includes('L2'));
      expect(cut!.atMs - onset).toBeGreaterThanOrEqual(1000);
      expect(cut!.atMs - onset).toBeLessThanOrEqual(1200);
      const record = bench.controller.readRecord({ op: 'last' });
      expect(record?.entries.map((entry) => entry.status)).toEqual(['done', 'cutOff', 'done', 'done']);
      expect(endOf(bench)).toEqual({ state: 'ended', cause: 'hazard', hazard: 8 });
    });
  }
  it('230 %: the zone is cut off within 100 ms', () => {
    const bench = run(['emitter-gain@10s:zone=L1,factor=2.3'], 10_400);
    const onset = firstLight(bench) + 10_000;
    const cut = bench.truth.find((line) => line.atMs > onset && !litZones(line).includes('L1'));
    expect(cut!.atMs - onset).toBeLessThanOrEqual(2 * BOUND_MS);
    expect(bench.controller.lastTick().zones[0]?.status).toBe('cutOff');
    expect(bench.belt.truth().emission).toBe(true);
    expect(bench.belt.truth().zones[0]!.irradianceMwPerCm2).toBe(0);
  });
  it('an open control photodiode drives the emitter to full power: cut off at once, ramp included', () => {
    const bench = run(['feedback-open:zone=L1'], 3000);
    expect(bench.controller.lastTick().zones[0]?.status).toBe('cutOff');
    expect(bench.belt.truth().zones[0]!.radiantExposureJPerCm2).toBeLessThan(0.005);
  });
  it('pulsed light is judged by its on-phase: a sound session runs without a hazard', () => {
    const bench = run([], 60_000, { irradiance: 20, frequencyHz: 1000, duty: 0.25, exposure: 1 });
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('completed');
    const bad = run(['emitter-gain@5s:zone=L1,factor=1.7'], 8000, {
      irradiance: 20,
      frequencyHz: 1000,
      duty: 0.25,
    });
    expect(bad.controller.lastTick().zones[0]?.status).toBe('cutOff');
  });
});

describe('H09 emitter dead', () => {
  it('dead: the zone is cut off within 100 ms, the others finish', () => {
    const bench = run(['emitter-dead@10s:zone=L3'], 10_110);
    expect(bench.controller.lastTick().zones[2]?.status).toBe('cutOff');
    bench.clock.advance(90_000);
    expect(endOf(bench)).toEqual({ state: 'ended', cause: 'hazard', hazard: 9 });
  });
  it('an open monitor looks the same and is cut off the same', () => {
    const bench = run(['monitor-open@10s:zone=L3'], 10_400);
    expect(litZones(bench.belt.truth())).toEqual(['L1', 'L2', 'L4']);
  });
});

describe('H10 emission while commanded off', () => {
  it('a stuck driver in a treated zone: cut off, then darkened by the master within 200 ms in all, lockout', () => {
    const bench = run(['emitter-stuck-on@10s:zone=L1'], 12_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(100);
    expect(endOf(bench)).toEqual({ state: 'lockout', cause: 'hazard', hazard: 10 });
  });
  it('a stuck driver in a zone that is off: dark within 100 ms from onset', () => {
    const bench = setUp({ faults: ['emitter-stuck-on@10s:zone=L4'] });
    armed(bench, { zones: [0, 1] });
    bench.clock.advance(12_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(100);
    expect(endOf(bench).state).toBe('lockout');
  });
  it('is found as fast while somebody keeps the belt busy every millisecond', () => {
    const bench = setUp({ faults: ['emitter-stuck-on@10s:zone=L4'] });
    armed(bench, { zones: [0, 1] });
    bench.clock.advance(9000);
    for (let count = 0; count < 3000; count++) {
      bench.clock.advance(1);
      if (count % 3 === 0) bench.controller.command('poll');
      else bench.controller.link.read('battery', () => undefined);
    }
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(100);
  });
  it('with the master welded too the belt says so: lockout, emission on in every tick', () => {
    const bench = run(['emitter-stuck-on@10s:zone=L1,master=welded'], 15_000);
    const tick = bench.controller.lastTick();
    expect(tick.state).toBe('lockout');
    expect(tick.emission).toBe(true);
    expect(tick.hazards & hazardBit(10)).not.toBe(0);
    expect(bench.belt.truth().emission).toBe(true);
    expect(bench.controller.events.length).toBeLessThan(30);
  });
  it('the lockout outlasts a restart and needs the fault gone to be cleared', () => {
    const bench = run(['emitter-stuck-on@10s:zone=L1,for=60s'], 12_000);
    bench.belt.inject('reboot');
    bench.clock.advance(1000);
    const again = connectController(bench.belt);
    const features = again.features();
    again.subscribe();
    bench.clock.advance(300);
    expect(again.lastTick().state).toBe('lockout');
    expect(again.prepare(program())?.code).toBe('lockedOut');
    expect(again.command('clear', features.beltId)?.code).toBe('hazardActive');
    bench.clock.advance(60_000);
    expect(again.command('clear', features.beltId)?.code).toBe('ok');
    expect(again.prepare(program())?.code).toBe('ok');
  });
});

describe('H12 exposure over time limit', () => {
  it('a weak emitter within its band ends short at planned + 5 %, marked so', () => {
    const bench = run(['emitter-gain:zone=L1,factor=0.85'], 120_000, { timeLimitS: 90 });
    const record = bench.controller.readRecord({ op: 'last' });
    expect(record?.entries.map((entry) => entry.status)).toEqual(['endedShort', 'done', 'done', 'done']);
    expect(record?.cause).toBe('completed');
    expect(record?.entries[0]?.emissionCentiS).toBeLessThanOrEqual(81.5 * 1.05 * 100 + 2);
  });
  it('an emitter at -3 % is done in time', () => {
    const bench = run(['emitter-gain:zone=L1,factor=0.97'], 120_000);
    expect(bench.controller.readRecord({ op: 'last' })?.entries[0]?.status).toBe('done');
  });
  it('ramps repeated after pauses do not count', () => {
    const bench = run([], 5000);
    for (let pause = 2; pause < 8; pause++) {
      bench.controller.command('pause');
      bench.clock.advance(500);
      bench.controller.command('resume', Uint8Array.of(pause));
      bench.clock.advance(5000);
    }
    bench.clock.advance(100_000);
    expect(bench.controller.readRecord({ op: 'last' })?.entries.map((entry) => entry.status)).toEqual([
      'done',
      'done',
      'done',
      'done',
    ]);
  });
  it('a program longer than 30 min, or than its own limit, is refused', () => {
    const { controller } = setUp();
    controller.subscribe();
    expect(controller.prepare(program({ irradiance: 10, exposure: 20, timeLimitS: 1800 }))?.code).toBe(
      'beyondLimits',
    );
    expect(controller.prepare(program({ timeLimitS: 80 }))?.code).toBe('beyondLimits');
    expect(controller.prepare(program({ timeLimitS: 82 }))?.code).toBe('ok');
    expect(controller.prepare(program({ timeLimitS: 1801 }))?.code).toBe('beyondLimits');
  });
});
