// Assumptions A1 to A13 of protocol/lease.pml, about the belt, each held against the firmware that ships.
import { describe, expect, it } from 'vitest';
import { LEASE_TTL_MS, TICK_PERIOD_MS } from '../../../protocol/messages.ts';
import { changeAfter, emitting, program, setUp, type Bench } from '../../firmware-sim/bench.ts';
import { connectController } from '../../firmware-sim/controller.ts';

/** Runs until the belt has stamped another tick, and says which. */
const nextTick = ({ clock, controller }: Bench) => {
  const before = controller.lastTick().tick;
  while (controller.lastTick().tick === before) clock.advance(10);
  return controller.lastTick();
};
const isLit = ({ belt }: Bench): boolean => belt.truth().emission;
const resume = ({ controller }: Bench, epoch: number) =>
  controller.command('resume', Uint8Array.of(epoch))?.code;
/** Emitting, and no lease any more but by hand. */
const held = (): Bench => {
  const bench = emitting();
  bench.controller.grant = undefined;
  return bench;
};

describe('What the model of the lease assumes of the belt', () => {
  it('A1: a lease ends 1,000 ms, four ticks, after the stamp of the tick that it names', () => {
    const bench = held();
    const first = nextTick(bench);
    expect(nextTick(bench).uptimeMs - first.uptimeMs).toBe(TICK_PERIOD_MS);
    expect([TICK_PERIOD_MS, LEASE_TTL_MS]).toEqual([250, 1000]);
    bench.clock.advance(300);
    bench.controller.lease({ tick: first.tick });
    bench.clock.advance(1500);
    const lastedMs = changeAfter(bench.truth, first.uptimeMs, false) - first.uptimeMs;
    expect(lastedMs).toBeLessThanOrEqual(LEASE_TTL_MS);
    expect(lastedMs).toBeGreaterThan(LEASE_TTL_MS - 50);
  });

  it('A2: a tick from the future, from before this ARM, or older than the last 16 is not taken', () => {
    const bench = setUp();
    const { clock, controller } = bench;
    controller.subscribe();
    clock.advance(500);
    expect(controller.prepare(program())?.code).toBe('ok');
    const before = controller.lastTick().tick;
    expect(controller.arm()?.code).toBe('ok');
    controller.lease({ tick: before, epoch: 1 });
    expect(nextTick(bench).leaseAgeTicks).toBe(15);
    controller.lease({ tick: controller.lastTick().tick + 1, epoch: 1 });
    expect(nextTick(bench).leaseAgeTicks).toBe(15);
    const first = controller.lastTick().tick;
    while (controller.lastTick().tick < first + 16) nextTick(bench);
    controller.lease({ tick: first, epoch: 1 });
    expect(nextTick(bench).leaseAgeTicks).toBe(15);
    controller.lease({ epoch: 1 });
    expect(nextTick(bench).leaseAgeTicks).toBeLessThan(15);
  });

  it('A3: another epoch and a tick older than the newest one taken are not taken', () => {
    const bench = held();
    const old = bench.controller.lastTick();
    const newest = nextTick(bench);
    bench.controller.lease({ tick: newest.tick });
    bench.controller.lease({ tick: old.tick, zones: 0 });
    expect(isLit(bench)).toBe(true);
    for (const epoch of [0, 2, 255]) {
      nextTick(bench);
      bench.controller.lease({ epoch });
    }
    bench.clock.advance(newest.uptimeMs + LEASE_TTL_MS - bench.controller.lastTick().uptimeMs);
    expect(isLit(bench)).toBe(false);
  });

  it('A4: the same tick again takes zones away and adds neither zones nor time', () => {
    const bench = held();
    const { tick, uptimeMs } = nextTick(bench);
    const litZones = () => bench.belt.truth().zones.filter((zone) => zone.irradianceMwPerCm2 > 0).length;
    bench.controller.lease({ tick, zones: 0b0011 });
    bench.clock.advance(20);
    expect(litZones()).toBe(2);
    bench.controller.lease({ tick, zones: 0b1110 });
    bench.clock.advance(20);
    expect(litZones()).toBe(1);
    for (let count = 0; count < 9; count++) {
      bench.clock.advance(100);
      bench.controller.lease({ tick, zones: 0b1111 });
    }
    bench.clock.advance(200);
    expect(changeAfter(bench.truth, uptimeMs, false) - uptimeMs).toBeLessThanOrEqual(LEASE_TTL_MS);
  });

  it('A5: a lease from countdown or pause lights nothing later; one without zones is dark at once', () => {
    const bench = setUp();
    bench.controller.subscribe();
    bench.controller.prepare(program());
    bench.controller.arm();
    bench.clock.advance(2700);
    expect(nextTick(bench).state).toBe('countdown');
    bench.controller.lease({});
    bench.clock.advance(600);
    expect(bench.controller.lastTick().state).toBe('armed');
    expect(bench.truth.some((line) => line.emission)).toBe(false);
    const lit = held();
    nextTick(lit);
    lit.controller.lease({ zones: 0 });
    expect(isLit(lit)).toBe(false);
    lit.controller.command('pause');
    nextTick(lit);
    lit.controller.lease({});
    expect(resume(lit, 2)).toBe('ok');
    lit.clock.advance(240);
    expect(isLit(lit)).toBe(false);
  });

  it('A6: the end of a lease with light latches pause, and only RESUME with the next epoch leads out', () => {
    const bench = held();
    bench.clock.advance(1300);
    expect(bench.controller.lastTick()).toMatchObject({ state: 'paused', epoch: 1 });
    bench.controller.grant = {};
    bench.clock.advance(2000);
    expect(isLit(bench)).toBe(false);
    for (const epoch of [0, 1, 3, 255]) expect(resume(bench, epoch)).toBe('invalidOperand');
    expect(bench.controller.arm()?.code).toBe('wrongState');
    expect(resume(bench, 2)).toBe('ok');
    bench.clock.advance(600);
    expect(isLit(bench)).toBe(true);
  });

  it('A7: RESUME forgets the lease whole: what is left of the old one lights nothing', () => {
    const bench = held();
    nextTick(bench);
    bench.controller.lease({});
    bench.controller.command('pause');
    expect(resume(bench, 2)).toBe('ok');
    // Nothing of it counts as a lease, though its end has not come.
    const { leaseLive } = nextTick(bench);
    expect(leaseLive).toBe(false);
    // A tick from before the RESUME may be named anew, and then its own second counts, not what the old lease had left.
    const fresh = held();
    const named = nextTick(fresh);
    nextTick(fresh);
    fresh.controller.lease({});
    fresh.controller.command('pause');
    expect(resume(fresh, 2)).toBe('ok');
    fresh.controller.lease({ tick: named.tick, epoch: 2 });
    fresh.clock.advance(20);
    expect(isLit(fresh)).toBe(true);
    fresh.clock.advance(1500);
    expect(changeAfter(fresh.truth, named.uptimeMs + 300, false) - named.uptimeMs).toBeLessThanOrEqual(
      LEASE_TTL_MS,
    );
  });

  it('A8: an ARM fits one nonce, used once; STOP, link loss and reboot drop it', () => {
    const bench = setUp();
    const { belt, clock, controller } = bench;
    controller.subscribe();
    const nonces = [1, 2, 3].map(() => controller.prepare(program())?.operand.slice(16).join());
    expect(new Set(nonces).size).toBe(3);
    expect(controller.arm()?.code).toBe('ok');
    expect(controller.arm()?.code).toBe('wrongState');
    controller.stop();
    controller.prepare(program());
    controller.stop();
    expect(controller.arm()?.code).not.toBe('ok');
    controller.prepare(program());
    controller.link.disconnect();
    const next = connectController(belt);
    next.subscribe();
    expect(next.arm()?.code).not.toBe('ok');
    next.prepare(program());
    belt.inject('reboot');
    clock.advance(1000);
    const later = connectController(belt);
    later.subscribe();
    expect(later.arm()?.code).not.toBe('ok');
  });

  it('A9: STOP ends the session and is latched until the next ARM that is accepted', () => {
    const bench = emitting();
    bench.controller.stop();
    expect(isLit(bench)).toBe(false);
    bench.clock.advance(2000);
    expect(bench.controller.lastTick()).toMatchObject({ state: 'ended', stopLatched: true });
    expect(resume(bench, 2)).not.toBe('ok');
    expect(bench.controller.prepare(program())?.code).toBe('ok');
    expect(nextTick(bench).stopLatched).toBe(true);
    expect(bench.controller.arm()?.code).toBe('ok');
    expect(nextTick(bench).stopLatched).toBe(false);
  });

  it('A10: tick numbers only grow, over reboots as well', () => {
    const bench = emitting();
    const ticks = bench.controller.ticks.map(({ tick }) => tick);
    expect(ticks.every((tick, index) => index === 0 || tick > (ticks[index - 1] ?? 0))).toBe(true);
    for (let count = 0; count < 3; count++) {
      const newest = ticks.at(-1) ?? 0;
      bench.belt.inject('reboot');
      bench.clock.advance(1000);
      const next = connectController(bench.belt);
      next.features();
      next.subscribe();
      bench.clock.advance(500);
      expect(next.ticks[0]?.tick).toBeGreaterThan(newest);
      ticks.push(next.lastTick().tick);
    }
  });

  it('A11: link loss and reboot end the session', () => {
    for (const end of ['linkLost', 'rebooted'] as const) {
      const bench = emitting();
      if (end === 'linkLost') bench.controller.link.disconnect();
      else bench.belt.inject('reboot');
      expect(isLit(bench)).toBe(false);
      bench.clock.advance(1000);
      const next = connectController(bench.belt);
      next.features();
      next.subscribe();
      bench.clock.advance(300);
      expect(['ended', 'standby']).toContain(next.lastTick().state);
      expect(next.readRecord({ op: 'last' })?.cause).toBe(end);
    }
  });

  it('A12: 10 s without an accepted lease end the session', () => {
    const bench = held();
    bench.clock.advance(9500);
    expect(bench.controller.lastTick().state).toBe('paused');
    bench.clock.advance(1200);
    expect(bench.controller.lastTick().state).toBe('ended');
    expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('silence');
  });

  it('A13: lost contact latches pause, RESUME without it is refused, and contact that is back lights nothing', () => {
    const bench = emitting();
    expect(bench.belt.inject('contact-lost:zone=L1,for=4s').ok).toBe(true);
    bench.clock.advance(200);
    expect(isLit(bench)).toBe(false);
    expect(nextTick(bench).state).toBe('paused');
    expect(resume(bench, 2)).toBe('hazardActive');
    bench.clock.advance(6000);
    expect(bench.controller.lastTick().zones[0]?.contact).toBe(true);
    expect(isLit(bench)).toBe(false);
    expect(resume(bench, 2)).toBe('ok');
    bench.clock.advance(600);
    expect(isLit(bench)).toBe(true);
  });
});
