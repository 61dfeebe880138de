import { describe, expect, it } from 'vitest';
import { hazardBit } from '../../protocol/messages.ts';
import { BOUND_MS, endOf, firstLight, run } from './runs.ts';
import { changeAfter, program, setUp } from './bench.ts';

describe('H01 skin over-temperature', () => {
  it('42.7 °C goes on', () => {
    const bench = run(['over-temperature@10s:celsius=42.7'], 60_000);
    expect(bench.belt.truth().emission).toBe(true);
  });
  it('43.3 °C: dark within 1 s, latched, refused until it is below 38 °C and a person clears it', () => {
    const bench = run(['over-temperature@10s:zone=L2,celsius=43.3,for=20s'], 20_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(1000);
    expect(endOf(bench)).toEqual({ state: 'ended', cause: 'hazard', hazard: 1 });
    const { controller, clock } = bench;
    const prepared = controller.prepare(program());
    expect(prepared?.code).toBe('hazardActive');
    expect([...(prepared?.operand ?? [])]).toEqual([1, 0xff]);
    const id = Uint8Array.from(controller.features().beltId);
    expect(controller.command('clear', id)?.code).toBe('hazardActive');
    clock.advance(15_000);
    // The skin cools with its own time constant of four minutes.
    clock.advance(300_000);
    expect(controller.command('clear', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))?.code).toBe('notConfirmed');
    expect(controller.command('clear', id)?.code).toBe('ok');
    expect(controller.prepare(program())?.code).toBe('ok');
  });
});

describe('H04 temperature sensors', () => {
  it('an open sensor: dark within 1 s, latched', () => {
    const bench = run(['temperature-sensor-open@10s:zone=L3,sensor=a'], 20_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(1000);
    expect(endOf(bench).hazard).toBe(4);
    expect(bench.controller.prepare(program())?.code).toBe('hazardActive');
  });
  it('a stuck sensor is found after 60 s of emission, not before', () => {
    const bench = run(['temperature-sensor-stuck@5s:zone=L1,sensor=b'], 80_000, { exposure: 8 });
    const onset = firstLight(bench) + 5000;
    const took = changeAfter(bench.truth, onset, false) - onset;
    expect(took).toBeGreaterThanOrEqual(59_900);
    expect(took).toBeLessThanOrEqual(61_000);
    expect(endOf(bench).hazard).toBe(4);
  });
  it('a live sensor on resting skin is never taken for stuck', () => {
    const bench = run([], 200_000, { exposure: 12 });
    expect(bench.controller.lastTick().hazards).toBe(0);
  });
});

describe('H05 skin contact', () => {
  it('lost while emitting: dark within 100 ms, paused, and light does not come back with it', () => {
    const bench = run(['contact-lost@10s:zone=L2,for=500ms'], 20_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(BOUND_MS);
    expect(bench.belt.truth().emission).toBe(false);
    expect(bench.controller.lastTick().state).toBe('paused');
    expect(bench.controller.lastTick().hazards).toBe(hazardBit(5));
  });
  it('without a zone means all zones', () => {
    const bench = run(['contact-lost@10s'], 11_000);
    expect(bench.controller.lastTick().zones.map((zone) => zone.contact)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
  it('resume is refused while it is missing and names the zone', () => {
    const bench = run(['contact-lost@10s:zone=L2,for=5s'], 12_000);
    const answer = bench.controller.command('resume', Uint8Array.of(2));
    expect(answer?.code).toBe('hazardActive');
    expect([...(answer?.operand ?? [])]).toEqual([5, 1]);
    bench.clock.advance(5000);
    expect(bench.controller.command('resume', Uint8Array.of(2))?.code).toBe('ok');
  });
  it('three losses are borne, the fourth ends the session', () => {
    const bench = run([], 1000);
    const { clock, controller, belt } = bench;
    for (let loss = 1; loss <= 4; loss++) {
      expect(controller.lastTick().state).toBe('armed');
      belt.inject('contact-lost:zone=L1,for=1s');
      clock.advance(2000);
      if (loss < 4) controller.command('resume', Uint8Array.of(loss + 1));
      clock.advance(500);
    }
    expect(endOf(bench)).toEqual({ state: 'ended', cause: 'hazard', hazard: 5 });
  });
  it('29 s without contact are borne, more than 30 s in all end the session', () => {
    const bench = run(['contact-lost@1s:zone=L1,for=29s'], 31_000);
    expect(bench.controller.lastTick().state).toBe('paused');
    bench.controller.command('resume', Uint8Array.of(2));
    bench.clock.advance(1000);
    bench.belt.inject('contact-lost:zone=L3,for=5s');
    bench.clock.advance(1500);
    expect(endOf(bench).hazard).toBe(5);
  });
  it('missing at ARM is refused', () => {
    const bench = setUp({ faults: ['contact-lost:zone=L4'] });
    bench.controller.subscribe();
    bench.controller.prepare(program());
    expect(bench.controller.arm()?.code).toBe('hazardActive');
  });
  it('lost in the countdown: after the resume the countdown runs again, whole', () => {
    const bench = setUp();
    const { clock, controller, belt } = bench;
    controller.subscribe();
    controller.prepare(program());
    controller.grant = {};
    controller.arm();
    clock.advance(3000);
    belt.inject('contact-lost:for=100ms');
    clock.advance(300);
    expect(controller.lastTick().state).toBe('paused');
    controller.command('resume', Uint8Array.of(2));
    const resumedAtMs = clock.nowMs();
    clock.advance(4000);
    expect(changeAfter(bench.truth, 0, true) - resumedAtMs).toBeGreaterThanOrEqual(3000);
  });
  it('a stuck contact switch that says covered hides it from the belt, not from the truth', () => {
    const bench = run(['contact-sensor-stuck:zone=L1', 'contact-lost@5s:zone=L1'], 10_000);
    expect(bench.controller.lastTick().state).toBe('armed');
    expect(bench.belt.truth().emission).toBe(true);
  });
});

describe('H06 dose', () => {
  it('a monitor that reads too little is caught before 110 % (by H08)', () => {
    const bench = run(['monitor-gain@5s:factor=0.75'], 120_000);
    for (const zone of bench.belt.truth().zones) expect(zone.radiantExposureJPerCm2).toBeLessThan(4.4);
    expect(endOf(bench).cause).toBe('hazard');
  });
});

describe('H07 over-irradiance', () => {
  it('a program of 100 mW/cm² is taken, one of 100.01 is not', () => {
    const bench = setUp();
    bench.controller.subscribe();
    expect(bench.controller.prepare(program({ irradiance: 100 }))?.code).toBe('ok');
    const refused = bench.controller.prepare(program({ irradiance: 100.01 }));
    expect(refused?.code).toBe('beyondLimits');
    expect([...(refused?.operand ?? [])]).toEqual([7, 0]);
  });
  it('runs at 100 mW/cm² without a hazard', () => {
    const bench = run([], 60_000, { irradiance: 100 });
    expect(bench.controller.lastTick().hazards).toBe(0);
  });
  it('130 mW/cm² measured: dark within 100 ms, session over, latched', () => {
    const bench = run(['emitter-gain@10s:zone=L1,factor=1.3'], 20_000, { irradiance: 100 });
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(BOUND_MS);
    expect(endOf(bench).hazard).toBe(7);
    expect(bench.controller.prepare(program())?.code).toBe('hazardActive');
  });
});

describe('H02 thermal dose', () => {
  /** 42.5 °C do in a minute what 43 °C do in half of one: 2 min of them after 4 min, give or take the sensors' 0.1 °C. */
  const WARM = 'over-temperature@5s:zone=L2,celsius=42.5';
  it('42.5 °C go on for three minutes', () => {
    const bench = run([WARM], 190_000, { exposure: 14 });
    expect(bench.belt.truth().emission).toBe(true);
    expect(bench.controller.lastTick().hazards).toBe(0);
  });
  it('and end the session when they come to 2 min at 43 °C', () => {
    const bench = run([WARM], 330_000, { exposure: 16 });
    const onset = firstLight(bench) + 5000;
    const tookMin = (changeAfter(bench.truth, onset, false) - onset) / 60_000;
    expect(endOf(bench)).toEqual({ state: 'ended', cause: 'hazard', hazard: 2 });
    // The hotter of two sensors with errors of ±0.1 °C and noise counts: sooner than 4 min, never much later.
    expect(tookMin).toBeGreaterThan(2.8);
    expect(tookMin).toBeLessThan(4.3);
  });
  it('is not latched, and the next session begins with none', () => {
    const bench = run([`${WARM},for=280s`], 330_000, { exposure: 16 });
    expect(endOf(bench).hazard).toBe(2);
    expect(bench.controller.prepare(program())?.code).toBe('ok');
  });
});
