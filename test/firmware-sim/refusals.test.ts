import { describe, expect, it } from 'vitest';
import { endOf, run } from './runs.ts';
import { emitting, program, setUp } from './bench.ts';
import { connectController } from './controller.ts';

describe('H15 altered frames', () => {
  it('two are counted, the third ends the session at once', () => {
    const bench = emitting();
    const bad = Uint8Array.of(0x55, 9, 1, 2, 3);
    bench.controller.frame('lease', bad);
    bench.controller.frame('lease', bad);
    bench.clock.advance(300);
    expect(bench.belt.truth().emission).toBe(true);
    bench.controller.frame('controlPoint', bad);
    expect(bench.belt.truth().emission).toBe(false);
    expect(endOf(bench)).toEqual({ state: 'ended', cause: 'hazard', hazard: 15 });
  });
  it('those of a stranger end nothing', () => {
    const bench = emitting();
    const other = connectController(bench.belt);
    for (let count = 0; count < 9; count++) other.frame('lease', Uint8Array.of(1, 2, 3));
    bench.clock.advance(1000);
    expect(bench.belt.truth().emission).toBe(true);
  });
});

describe('H16 program agreed to', () => {
  it('a wrong proof is refused and spends the nonce', () => {
    const { controller } = setUp();
    controller.subscribe();
    controller.prepare(program());
    const wrong = controller.command('arm', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 0x33));
    expect(wrong?.code).toBe('digestMismatch');
    expect(controller.arm()?.code).toBe('wrongState');
  });
  it('a proof is good for one session', () => {
    const { clock, controller } = setUp();
    controller.subscribe();
    controller.prepare(program());
    controller.arm();
    controller.stop();
    clock.advance(100);
    expect(controller.arm()?.code).toBe('wrongState');
  });
});

describe('H17 self-test', () => {
  for (const fault of [
    'emitter-stuck-on:zone=L2',
    'emitter-stuck-on:zone=L2,master=welded',
    'emitter-dead:zone=L1,as=open',
    'temperature-sensor-open:zone=L4',
  ]) {
    it(`${fault}: never armed, locked out`, () => {
      const bench = setUp({ faults: [fault] });
      const { clock, controller } = bench;
      controller.subscribe();
      clock.advance(500);
      const prepared = controller.prepare(program());
      if (prepared?.code === 'ok') controller.arm();
      controller.grant = {};
      clock.advance(5000);
      expect(['lockout', 'ended']).toContain(controller.lastTick().state);
      expect(controller.lastTick().hazards).not.toBe(0);
      if (!fault.includes('welded')) expect(bench.truth.some((line) => line.emission)).toBe(false);
    });
  }
});

describe('H18 battery', () => {
  it('15 % starts, 14 % is refused', () => {
    for (const [percent, code] of [
      [15.1, 'ok'],
      [14, 'batteryLow'],
    ] as const) {
      const { clock, controller } = setUp({ faults: [`battery-low:percent=${percent}`] });
      controller.subscribe();
      clock.advance(200);
      expect(controller.prepare(program())?.code).toBe(code);
    }
  });
  it('below 10 % the session ends within 1 s', () => {
    const bench = run(['battery-low@5s:percent=9'], 6000);
    expect(endOf(bench).hazard).toBe(18);
    expect(bench.belt.truth().emission).toBe(false);
  });
  it('never while charging', () => {
    const bench = run(['charging@5s'], 6000);
    expect(endOf(bench).hazard).toBe(18);
    expect(bench.controller.prepare(program())?.code).toBe('hazardActive');
  });
});

describe('H22 visible flicker', () => {
  const cases = [
    [2.9, 1, 'ok'],
    [3, 1, 'beyondLimits'],
    [60, 1, 'beyondLimits'],
    [60.1, 1, 'ok'],
    [10, 0, 'ok'],
  ] as const;
  for (const [frequencyHz, emitter, code] of cases)
    it(`${frequencyHz} Hz at ${emitter === 1 ? 650 : 808} nm: ${code}`, () => {
      const { controller } = setUp();
      controller.subscribe();
      const shape = { irradiance: 4, duty: 0.5, exposure: 0.1, frequencyHz, emitter };
      expect(controller.prepare(program(shape))?.code).toBe(code);
    });
});
