import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armed, emitting, program, setUp, type Bench } from './bench.ts';
import { connectController } from './controller.ts';

const STATES: readonly (readonly [string, (bench: Bench) => void])[] = [
  ['standby', () => undefined],
  [
    'prepared',
    ({ controller }) => {
      controller.subscribe();
      controller.prepare(program());
    },
  ],
  [
    'awaitingButton',
    ({ controller }) => {
      controller.subscribe();
      controller.prepare(program());
      controller.arm('beltButton');
    },
  ],
  [
    'selfTest',
    ({ controller }) => {
      controller.subscribe();
      controller.prepare(program());
      controller.arm();
    },
  ],
  [
    'countdown',
    ({ controller, clock }) => {
      controller.subscribe();
      controller.prepare(program());
      controller.arm();
      clock.advance(1000);
    },
  ],
  ['armed and dark', (bench) => armed(bench, {}, { zones: 0 })],
  [
    'emitting',
    (bench) => {
      armed(bench);
      bench.clock.advance(3000);
    },
  ],
  [
    'paused',
    (bench) => {
      armed(bench);
      bench.clock.advance(3000);
      bench.controller.command('pause');
    },
  ],
];

describe('STOP', () => {
  for (const [state, reach] of STATES) {
    it(`from another central in ${state}: dark at once, latched, session over`, () => {
      const bench = setUp();
      reach(bench);
      const wasSession = bench.controller.ticks.length > 0 && !['standby', 'prepared'].includes(state);
      const other = connectController(bench.belt);
      other.features();
      other.subscribe(['tick']);
      other.stop(Uint8Array.of(0xde, 0xad));
      expect(bench.belt.truth().emission).toBe(false);
      const tick = other.lastTick();
      expect(tick.stopLatched).toBe(true);
      expect(tick.emission).toBe(false);
      if (wasSession) {
        expect(tick.state).toBe('ended');
        other.subscribe();
        expect(other.readRecord({ op: 'last' })?.cause).toBe('stopped');
      }
      bench.controller.grant = {};
      bench.clock.advance(5000);
      expect(bench.belt.truth().emission).toBe(false);
    });
  }

  it('takes any bytes of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 253 }), (bytes) => {
        const bench = emitting();
        bench.controller.stop(bytes);
        expect(bench.belt.truth().emission).toBe(false);
        expect(bench.controller.lastTick().stopLatched).toBe(true);
      }),
      { numRuns: 15, seed: 7 },
    );
  });

  it('sends a tick that is stamped after it, at once, and reads no power', () => {
    const bench = emitting();
    const before = bench.controller.lastTick().tick;
    bench.clock.advance(3);
    bench.controller.stop();
    const tick = bench.controller.lastTick();
    expect(tick.tick).toBe(before + 1);
    expect(tick.zones.map((zone) => zone.powerCentiMw)).toEqual([0, 0, 0, 0]);
    expect(tick.uptimeMs).toBe(Math.floor(bench.clock.nowMs()));
  });

  it('stays latched until the next ARM, which a PREPARE is not', () => {
    const bench = emitting();
    const { clock, controller } = bench;
    controller.grant = undefined;
    controller.stop();
    clock.advance(100);
    expect(controller.prepare(program())?.code).toBe('ok');
    clock.advance(300);
    expect(controller.lastTick().stopLatched).toBe(true);
    controller.arm();
    clock.advance(300);
    expect(controller.lastTick().stopLatched).toBe(false);
  });

  it('closes the record with its cause', () => {
    const bench = emitting();
    bench.controller.stop();
    const record = bench.controller.readRecord({ op: 'last' });
    expect(record?.kind).toBe('closed');
    expect(record?.cause).toBe('stopped');
  });

  it('many in a row do not wash out ticks faster than one in 20 ms', () => {
    const bench = emitting();
    const before = bench.controller.lastTick().tick;
    for (let count = 0; count < 1000; count++) {
      bench.clock.advance(1);
      bench.controller.stop();
    }
    expect(bench.controller.lastTick().tick - before).toBeLessThanOrEqual(1000 / 20 + 5);
  });
});
