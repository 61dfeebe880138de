// The controller's end and the simulated belt's end of the protocol, written by different hands, put together.
import { describe, expect, it } from 'vitest';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltEvent, BeltPort, BeltReport, Prescription } from '../../src/belt/belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';

const TAG = 'a1b2c3d4e5f60718';

interface Bench {
  readonly clock: VirtualClock;
  readonly simulated: SimulatedBelt;
  readonly belt: BeltPort;
  readonly events: BeltEvent[];
  readonly of: <Type extends BeltEvent['type']>(type: Type) => Extract<BeltEvent, { type: Type }>[];
  readonly report: () => BeltReport;
  /** Renews the lease on every tick, as a session does; undefined lets it run out. */
  lease: { zones: number; step: number; ceiling: number; epoch: number } | undefined;
}

function createBench(faults: readonly string[] = []): Bench {
  const clock = createVirtualClock(1000);
  const simulated = createSimulatedBelt({ clock, seed: 7, faults });
  const events: BeltEvent[] = [];
  const of = <Type extends BeltEvent['type']>(type: Type): Extract<BeltEvent, { type: Type }>[] =>
    events.filter((event): event is Extract<BeltEvent, { type: Type }> => event.type === type);
  const bench: Bench = {
    clock,
    simulated,
    events,
    of,
    lease: undefined,
    report: () => of('belt.tick').at(-1)!.report,
    belt: createGattBelt({
      transport: createInProcessTransport({ clock, peripheral: simulated }),
      address: 'sim',
      clock,
      onEvent: (event) => {
        events.push(event);
        if (event.type === 'belt.tick' && bench.lease !== undefined)
          bench.belt.lease({ ...bench.lease, tick: event.report.tick });
      },
    }),
  };
  bench.belt.open();
  clock.advance(500);
  return bench;
}

const prescriptionFor = (bench: Bench, radiantExposureJPerCm2: number): Prescription => {
  const emitter = bench.of('belt.opened')[0]!.profile.emitters[0]!;
  return {
    sessionTag: TAG,
    timeLimitS: 60,
    steps: [
      [
        {
          zone: emitter.zone,
          wavelengthNm: emitter.wavelengthNm,
          irradianceMwPerCm2: 50,
          radiantExposureJPerCm2,
          rampUpS: 1,
          rampDownS: 1,
          pulseFrequencyHz: 0,
          dutyCycle: 1,
        },
      ],
    ],
  };
};

/** Prepared, armed by the controller, past the countdown, and lit by leases. */
function light(bench: Bench, radiantExposureJPerCm2 = 1): void {
  bench.belt.prepare(prescriptionFor(bench, radiantExposureJPerCm2));
  bench.clock.advance(100);
  bench.belt.arm('atController');
  bench.lease = { zones: 1, step: 0, ceiling: 1, epoch: 1 };
  bench.clock.advance(6000);
}

describe('a belt port on the simulated belt', () => {
  it('opens, and reports four times a second', () => {
    const bench = createBench();
    expect(bench.of('belt.opened')).toHaveLength(1);
    expect(bench.of('belt.opened')[0]?.profile).toMatchObject({
      simulated: true,
      paired: false,
      protocolVersion: '1.0',
    });
    const before = bench.of('belt.tick').length;
    bench.clock.advance(10_000);
    expect(bench.of('belt.tick').length - before).toBeGreaterThanOrEqual(39);
    expect(bench.of('belt.badFrame')).toEqual([]);
  });

  it('agrees on the digest of a prescription, arms, lights under leases, delivers the dose, and goes dark by itself', () => {
    const bench = createBench();
    light(bench);
    const [prepared] = bench.of('belt.prepared');
    expect(prepared?.outcome).toEqual({ kind: 'acknowledged' });
    expect(prepared?.decodedDigest).toBe(prepared?.sentDigest);
    expect(bench.of('belt.answered')).toMatchObject([{ op: 'arm', outcome: { kind: 'acknowledged' } }]);
    expect(bench.report()).toMatchObject({ state: 'armed', emission: true, leaseLive: true });
    expect(bench.simulated.truth().emission).toBe(true);
    bench.clock.advance(30_000);
    expect(bench.simulated.truth().emission).toBe(false);
    expect(bench.report()).toMatchObject({ state: 'ended', emission: false });
    expect(bench.report().zones[0]?.deliveredJPerCm2).toBeCloseTo(1, 1);
    expect(bench.of('belt.badFrame')).toEqual([]);
  });

  it('the record of the session says what was prescribed and delivered', () => {
    const bench = createBench();
    light(bench);
    bench.clock.advance(30_000);
    bench.belt.readRecord(TAG);
    bench.clock.advance(5000);
    const found = bench.of('belt.record')[0]?.found;
    expect(found).toMatchObject({ kind: 'closed', cause: 'completed', sessionTag: TAG });
    if (typeof found !== 'object') throw new Error('no record');
    expect(found.entries[0]?.prescribedJPerCm2).toBe(1);
    expect(found.entries[0]?.deliveredJPerCm2).toBeCloseTo(1, 1);
    bench.belt.readRecord('newest');
    bench.clock.advance(5000);
    expect(bench.of('belt.record').at(-1)?.found).toEqual(found);
    bench.belt.readRecord('0000000000000001');
    bench.clock.advance(5000);
    expect(bench.of('belt.record').at(-1)?.found).toBe('none');
  });

  it('stop: dark within one firmware step, latched, and never lit again by leases', () => {
    const bench = createBench();
    light(bench);
    expect(bench.simulated.truth().emission).toBe(true);
    bench.belt.stop();
    bench.clock.advance(10);
    expect(bench.simulated.truth().emission).toBe(false);
    bench.clock.advance(2000);
    expect(bench.report()).toMatchObject({ stopLatched: true, emission: false });
    expect(bench.simulated.truth().emission).toBe(false);
  });

  it('stop takes effect while an earlier command is never answered', () => {
    const bench = createBench();
    light(bench);
    expect(bench.simulated.inject('answer-lost')).toMatchObject({ ok: true });
    bench.belt.pause();
    expect(bench.of('belt.answered').map((event) => event.op)).toEqual(['arm']);
    bench.belt.stop();
    expect(bench.of('belt.answered').at(-1)).toMatchObject({ op: 'pause', outcome: { kind: 'unknown' } });
    bench.clock.advance(1000);
    expect(bench.simulated.truth().emission).toBe(false);
    expect(bench.report().stopLatched).toBe(true);
  });

  it('an answer that is lost once: the same id again brings the stored answer, and pause was done once', () => {
    const bench = createBench();
    light(bench, 2);
    bench.simulated.inject('answer-lost:count=1');
    bench.belt.pause();
    bench.clock.advance(20);
    expect(bench.simulated.truth().emission).toBe(false);
    bench.clock.advance(1500);
    expect(bench.of('belt.answered').at(-1)).toMatchObject({
      op: 'pause',
      outcome: { kind: 'acknowledged' },
    });
  });

  it('a stalled link: stop goes unanswered, and the lease makes it dark in time', () => {
    const bench = createBench();
    light(bench, 2);
    bench.simulated.inject('link-stall:for=30s');
    bench.belt.stop();
    bench.clock.advance(1010);
    expect(bench.simulated.truth().emission).toBe(false);
  });

  it('frames that are damaged on the way are counted, never believed', () => {
    const bench = createBench();
    bench.simulated.inject('frame-corrupt:rate=1,count=3,characteristic=tick');
    bench.clock.advance(2000);
    expect(bench.of('belt.badFrame').map((event) => event.count)).toEqual([1, 2, 3]);
    const ticks = bench.of('belt.tick').map((event) => event.report.tick);
    expect(ticks).toEqual([...new Set(ticks)].sort((left, right) => left - right));
  });

  it('pause is dark, a lease of the old epoch lights nothing, resume takes the next epoch', () => {
    const bench = createBench();
    light(bench, 2);
    bench.belt.pause();
    bench.clock.advance(600);
    expect(bench.report()).toMatchObject({ state: 'paused', emission: false });
    bench.lease = { zones: 1, step: 0, ceiling: 1, epoch: 2 };
    bench.belt.resume(2);
    bench.clock.advance(2000);
    expect(bench.of('belt.answered').map((event) => [event.op, event.outcome.kind])).toEqual([
      ['arm', 'acknowledged'],
      ['pause', 'acknowledged'],
      ['resume', 'acknowledged'],
    ]);
    expect(bench.report()).toMatchObject({ state: 'armed', emission: true, epoch: 2 });
  });

  it('leases that stop coming: dark within the lease time, by the belt alone', () => {
    const bench = createBench();
    light(bench, 2);
    bench.lease = undefined;
    bench.clock.advance(1010);
    expect(bench.simulated.truth().emission).toBe(false);
  });

  it('a link that is closed: dark, and the next connection finds the record interrupted by the lost link', () => {
    const bench = createBench();
    light(bench, 2);
    bench.belt.close();
    bench.clock.advance(20);
    expect(bench.simulated.truth().emission).toBe(false);
    bench.lease = undefined;
    bench.belt.open();
    bench.clock.advance(1000);
    expect(bench.of('belt.opened')).toHaveLength(2);
    bench.belt.readRecord(TAG);
    bench.clock.advance(5000);
    expect(bench.of('belt.record').at(-1)?.found).toMatchObject({ sessionTag: TAG, cause: 'linkLost' });
  });

  it('what happens at the belt is told as events, each once, and confirmed', () => {
    const bench = createBench();
    light(bench);
    bench.clock.advance(30_000);
    const kinds = bench.of('belt.noticed').map((event) => event.kind);
    expect(kinds).toContain('zoneEnded');
    expect(kinds).toContain('recordClosed');
    bench.belt.close();
    bench.events.length = 0;
    bench.clock.advance(500);
    bench.belt.open();
    bench.clock.advance(1000);
    // Confirmed ones are not told again.
    expect(bench.of('belt.noticed').map((event) => event.kind)).not.toContain('zoneEnded');
  });

  it('poll brings a tick at once', () => {
    const bench = createBench();
    bench.clock.advance(260);
    const before = bench.of('belt.tick').length;
    bench.belt.poll();
    bench.clock.advance(30);
    expect(bench.of('belt.tick').length).toBe(before + 1);
  });
});
