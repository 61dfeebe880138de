import { describe, expect, it } from 'vitest';
import { FAULTS, LEVERS, parseFault } from '../../firmware-sim/faults.ts';
import { BOUND_MS, firstLight, run } from './runs.ts';
import { armed, changeAfter, emitting, program, setUp } from './bench.ts';
import { connectController } from './controller.ts';

const messageOf = (spec: string): string => {
  const parsed = parseFault(spec);
  if (parsed.ok) throw new Error(`${spec} was taken`);
  return parsed.message;
};

describe('fault grammar', () => {
  it('every fault and lever is taken by its bare name and does something describable', () => {
    for (const { name } of [...FAULTS, ...LEVERS]) {
      const { belt } = setUp();
      expect(belt.inject(name)).toMatchObject({ ok: true });
    }
  });
  it('reads times and keys', () => {
    expect(parseFault('emitter-gain@10s:zone=L1,factor=2.3')).toMatchObject({
      ok: true,
      fault: { start: { from: 'light', afterMs: 10_000 }, zone: 0, numbers: { factor: 2.3 } },
    });
    expect(parseFault('reboot@boot+5s')).toMatchObject({
      ok: true,
      fault: { start: { from: 'boot', afterMs: 5000 } },
    });
    expect(parseFault('contact-lost@2min:for=500ms')).toMatchObject({
      ok: true,
      fault: { start: { from: 'light', afterMs: 120_000 }, zone: undefined, forMs: 500 },
    });
  });
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['contact-lots', /unknown fault "contact-lots", did you mean "contact-lost"\?/],
    ['zzz', /unknown fault "zzz"; known: contact-lost/],
    ['contact-lost@30', /"@30": expected a time such as @30s/],
    ['contact-lost:zon=L1', /unknown key "zon", did you mean "zone"\?/],
    ['contact-lost:zone=9', /zone=9: expected a zone such as L2/],
    ['contact-lost:for=3', /for=3: expected a duration/],
    ['emitter-gain:factor=x', /factor=x: expected a number from 0 to 10/],
    ['emitter-gain:factor=', /factor=: expected a number/],
    ['answer-lost:effect=never', /expected before or after/],
    ['reboot:zone=L1', /unknown key "zone"/],
    ['firmware-hang:for=1s', /it has no keys/],
    ['contact-lost:zone', /"zone": expected key=value/],
    ['', /unknown fault ""/],
  ];
  for (const [spec, expected] of wrong)
    it(`"${spec}" is refused with words`, () => expect(messageOf(spec)).toMatch(expected));
  it('zones and wavelengths the belt does not have are refused', () => {
    const { belt } = setUp();
    expect(belt.inject('contact-lost:zone=L5')).toEqual({
      ok: false,
      message: 'contact-lost: zone=L5: this belt has zones L1 to L4',
    });
    expect(belt.inject('emitter-dead:wavelength=904')).toMatchObject({ ok: false });
  });
  it('a belt made with a wrong fault throws words', () => {
    expect(() => setUp({ faults: ['contact-lots'] })).toThrow(/did you mean/);
  });
});

describe('faults of the firmware', () => {
  it('firmware-hang: the hardware watchdog opens the master within 110 ms, then the belt restarts', () => {
    const bench = run(['firmware-hang@10s'], 12_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(110);
    expect(bench.controller.disconnected).toBe('the belt restarted');
    const again = connectController(bench.belt);
    again.subscribe();
    expect(again.readRecord({ op: 'last' })?.cause).toBe('rebooted');
    bench.clock.advance(10_000);
    expect(bench.belt.truth().emission).toBe(false);
  });
  it('reboot: dark at once, links gone, nobody let in until it is back, atMs goes on', () => {
    const bench = run(['reboot@10s:for=2s'], 10_500);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(10);
    const early = connectController(bench.belt);
    bench.clock.advance(10);
    expect(early.disconnected).toBe('refused');
    bench.clock.advance(2000);
    const late = connectController(bench.belt);
    bench.clock.advance(10);
    expect(late.disconnected).toBeUndefined();
    expect(bench.belt.truth().atMs).toBeGreaterThan(onset);
  });
  for (const percent of [-5, 5])
    it(`clock-drift ${percent} %: the lease still ends within its time on the belt's clock`, () => {
      const bench = emitting({ faults: [`clock-drift:percent=${percent}`] });
      bench.controller.grant = undefined;
      const from = bench.clock.nowMs();
      bench.clock.advance(1500);
      expect(changeAfter(bench.truth, from, false) - from).toBeLessThanOrEqual(1000 * (1 + 0.06));
    });
  it('double-frequency: the truth shows twice what was set', () => {
    const bench = run(['double-frequency'], 5000, { irradiance: 20, frequencyHz: 1000, duty: 0.5 });
    expect(bench.belt.truth().zones[0]!.pulseFrequencyHz).toBe(2000);
  });
});

describe('faults of the link', () => {
  it('link-drop: dark at once, and nobody gets in for as long as it lasts', () => {
    const bench = run(['link-drop@10s:for=3s'], 11_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(10);
    expect(bench.controller.disconnected).toBe('link lost');
    const early = connectController(bench.belt);
    bench.clock.advance(10);
    expect(early.disconnected).toBe('refused');
    bench.clock.advance(2500);
    const late = connectController(bench.belt);
    bench.clock.advance(10);
    expect(late.disconnected).toBeUndefined();
  });
  it('link-stall: dark when the lease ends; the burst after it lights nothing', () => {
    const bench = run(['link-stall@10s:for=3s'], 16_000);
    const onset = firstLight(bench) + 10_000;
    expect(changeAfter(bench.truth, onset, false) - onset).toBeLessThanOrEqual(1000);
    expect(bench.belt.truth().emission).toBe(false);
    expect(bench.controller.lastTick().state).toBe('paused');
    const numbers = bench.controller.ticks.map((tick) => tick.tick);
    expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
  });
  it('a stall towards the belt holds leases back and then delivers all of them, for nothing', () => {
    const bench = run(['link-stall@10s:for=3s,direction=to-belt'], 13_200);
    expect(bench.belt.truth().emission).toBe(false);
    expect(bench.controller.lastTick().state).toBe('paused');
  });
  it('frame-loss of two ticks in ten is borne', () => {
    const bench = run(['frame-loss:rate=0.02,characteristic=tick'], 100_000);
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('completed');
  });
  it('frame-corrupt towards the belt: the third damaged frame ends the session', () => {
    const bench = run(['frame-corrupt@10s:count=3,direction=to-belt'], 12_000);
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('hazard');
    expect(bench.controller.events.find((event) => event.hazard !== 0)?.hazard).toBe(15);
  });
  it('frame-duplicate changes nothing', () => {
    const bench = run(['frame-duplicate:rate=1'], 100_000);
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('completed');
    expect(bench.controller.lastTick().hazards).toBe(0);
  });
  it('answer-lost after the effect: armed, and nobody was told', () => {
    const bench = setUp({ faults: ['answer-lost:op=arm'] });
    const { clock, controller } = bench;
    controller.subscribe();
    controller.prepare(program());
    expect(controller.arm()).toBeUndefined();
    clock.advance(500);
    expect(controller.lastTick().state).toBe('countdown');
    controller.stop();
    clock.advance(100);
    expect(controller.prepare(program())?.code).toBe('ok');
    expect(controller.arm()?.code).toBe('ok');
  });
  it('answer-lost before the effect: not armed', () => {
    const bench = setUp({ faults: ['answer-lost:op=arm,effect=before'] });
    const { clock, controller } = bench;
    controller.subscribe();
    controller.prepare(program());
    expect(controller.arm()).toBeUndefined();
    clock.advance(500);
    expect(controller.lastTick().state).toBe('prepared');
  });
});

describe('times of faults', () => {
  it('@time counts from the first light of the session, for= gives it back', () => {
    const bench = run(['emitter-dead@2s:zone=L1,for=20ms'], 4000);
    const light = firstLight(bench);
    expect(bench.controller.lastTick().zones[0]?.status).toBe('emitting');
    expect(light).toBeGreaterThan(3100);
    const dark = bench.truth.find(
      (line) => line.zones[0]!.irradianceMwPerCm2 === 0 && line.atMs > light + 1900,
    );
    if (dark !== undefined) expect(dark.atMs - light).toBeGreaterThanOrEqual(2000);
  });
  it('@boot+time counts from power-on', () => {
    const bench = setUp({ faults: ['contact-lost@boot+2s:zone=L1'] });
    bench.controller.features();
    bench.controller.subscribe();
    bench.clock.advance(1900);
    expect(bench.controller.lastTick().zones[0]?.contact).toBe(true);
    bench.clock.advance(400);
    expect(bench.controller.lastTick().zones[0]?.contact).toBe(false);
  });
  it('a fault injected into a running session counts from its first light too', () => {
    const bench = run([], 5000);
    bench.belt.inject('contact-lost@6s');
    bench.clock.advance(900);
    expect(bench.belt.truth().emission).toBe(true);
    bench.clock.advance(200);
    expect(bench.belt.truth().emission).toBe(false);
    expect(changeAfter(bench.truth, firstLight(bench) + 1, false) - firstLight(bench)).toBeLessThanOrEqual(
      6000 + BOUND_MS,
    );
  });
});

describe('truth', () => {
  it('has a line at least every 100 ms and at every change of emission, with a row for each emitter', () => {
    const bench = setUp();
    armed(bench);
    bench.clock.advance(5003);
    bench.controller.stop();
    bench.clock.advance(1000);
    const { truth } = bench;
    for (let index = 1; index < truth.length; index++)
      expect(truth[index]!.atMs - truth[index - 1]!.atMs).toBeLessThanOrEqual(100);
    expect(truth[0]!.zones.length).toBe(8);
    const off = truth.findIndex((line, index) => index > 0 && truth[index - 1]!.emission && !line.emission);
    expect(truth[off]!.atMs).toBe(3110 + 5003);
    expect(truth[off]!.cause).toBe('stopped');
    expect(Object.keys(truth[0]!)).toEqual(['atMs', 'hostMs', 'emission', 'zones', 'cause']);
  });
  it('warms the skin by about 2.5 °C at 50 mW/cm² in the long run', () => {
    const bench = run([], 700_000, { exposure: 36 });
    const celsius = bench.belt.truth().zones[0]!.skinTemperatureC;
    expect(celsius).toBeGreaterThan(35.1);
    expect(celsius).toBeLessThan(35.6);
  });
});
