import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLease } from '../../protocol/codec.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { FRAME, OP } from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { armed, program, setUp, type Bench } from './bench.ts';
import { connectController, type TestController } from './controller.ts';

const SEED = 20_240;

type Act =
  | { readonly kind: 'bytes'; readonly characteristic: Characteristic; readonly bytes: Uint8Array }
  | {
      readonly kind: 'frame';
      readonly characteristic: Characteristic;
      readonly type: number;
      readonly body: Uint8Array;
    }
  | { readonly kind: 'command'; readonly op: number; readonly operand: Uint8Array }
  | {
      readonly kind: 'lease';
      readonly back: number;
      readonly zones: number;
      readonly epoch: number;
      readonly step: number;
    }
  | { readonly kind: 'prepare' | 'arm' | 'stop' }
  | { readonly kind: 'wait'; readonly ms: number };

const writable = fc.constantFrom<Characteristic>('controlPoint', 'lease', 'recordAccess');
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    kind: fc.constant('bytes' as const),
    characteristic: writable,
    bytes: fc.uint8Array({ maxLength: 24 }),
  }),
  fc.record({
    kind: fc.constant('frame' as const),
    characteristic: writable,
    type: fc.constantFrom(...Object.values(FRAME)),
    body: fc.uint8Array({ maxLength: 9 }),
  }),
  fc.record({
    kind: fc.constant('command' as const),
    op: fc.constantFrom(...Object.values(OP)),
    operand: fc.uint8Array({ maxLength: 30 }),
  }),
  fc.record({
    kind: fc.constant('lease' as const),
    back: fc.integer({ min: -2, max: 20 }),
    zones: fc.integer({ min: 0, max: 255 }),
    epoch: fc.integer({ min: 0, max: 4 }),
    step: fc.integer({ min: 0, max: 2 }),
  }),
  fc.record({ kind: fc.constantFrom('prepare' as const, 'arm' as const, 'stop' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 4000 }) }),
);

let commandId = 0;
function perform(bench: Bench, controller: TestController, step: Act): void {
  switch (step.kind) {
    case 'bytes':
      return controller.frame(step.characteristic, step.bytes);
    case 'frame':
      return controller.frame(
        step.characteristic,
        controller.envelope.seal(step.type, step.body, step.body.length),
      );
    case 'command': {
      commandId = (commandId % 255) + 1;
      const message = Uint8Array.of(step.op, commandId, ...step.operand);
      return splitMessage(message, (body, length) =>
        controller.frame('controlPoint', controller.envelope.seal(FRAME.command, body, length)),
      );
    }
    case 'lease': {
      const body = new Uint8Array(9);
      const tick = (controller.ticks.at(-1)?.tick ?? 0) - step.back;
      const length = encodeLease(
        { tick: tick >>> 0, step: step.step, zones: step.zones, ceiling: 0xffff, epoch: step.epoch },
        body,
      );
      return controller.frame('lease', controller.envelope.seal(FRAME.lease, body, length));
    }
    case 'prepare':
      controller.prepare(program());
      return;
    case 'arm':
      controller.arm();
      return;
    case 'stop':
      return controller.stop();
    case 'wait':
      bench.clock.advance(step.ms);
  }
}

/** Light is only ever seen while the belt says armed and its newest shown tick is at most one TTL old. */
function litWithoutReason(bench: Bench, grants: readonly number[]): string | undefined {
  for (const line of bench.truth) {
    if (!line.emission) continue;
    if (!grants.some((grantedAtMs) => line.atMs >= grantedAtMs && line.atMs <= grantedAtMs + 1000))
      return `light at ${line.atMs}, leases were granted at ${grants.join(', ')}`;
  }
  return undefined;
}

describe('whatever bytes come', () => {
  it(`no sequence of frames without a valid ARM lights the belt (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.array(
          act.filter((step) => step.kind !== 'arm'),
          { maxLength: 40 },
        ),
        (steps) => {
          const bench = setUp();
          bench.controller.subscribe();
          for (const step of steps) perform(bench, bench.controller, step);
          bench.clock.advance(5000);
          expect(bench.truth.some((line) => line.emission)).toBe(false);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  it(`in any session, light is never older than one TTL after a lease was sent (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (steps) => {
        const bench = setUp();
        armed(bench, {}, { zones: 0 });
        bench.controller.grant = undefined;
        const grants: number[] = [];
        for (const step of steps) {
          if (step.kind === 'lease' || step.kind === 'frame') grants.push(bench.clock.nowMs());
          perform(bench, bench.controller, step);
        }
        bench.clock.advance(5000);
        expect(litWithoutReason(bench, grants)).toBeUndefined();
      }),
      { seed: SEED, numRuns: 80 },
    );
  });

  it(`a stranger's frames light nothing and stop nothing but with STOP (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.array(
          act.filter((step) => step.kind !== 'stop'),
          { maxLength: 40 },
        ),
        (steps) => {
          const bench = setUp();
          armed(bench);
          bench.clock.advance(1000);
          const stranger = connectController(bench.belt);
          for (const step of steps) perform(bench, stranger, step);
          bench.clock.advance(500);
          const total = bench.clock.nowMs();
          if (total < 80_000) expect(bench.belt.truth().emission).toBe(true);
          expect(bench.controller.disconnected).toBeUndefined();
        },
      ),
      { seed: SEED, numRuns: 40 },
    );
  });
});

describe('determinism', () => {
  const hashOf = (seed: number): string => {
    const bench = setUp({
      seed,
      faults: ['frame-loss:rate=0.01', 'contact-lost@20s:for=1s', 'clock-drift:percent=1'],
    });
    armed(bench);
    bench.clock.advance(60_000);
    bench.controller.command('resume', Uint8Array.of(2));
    bench.clock.advance(90_000);
    return createHash('sha256').update(JSON.stringify(bench.truth)).digest('hex');
  };
  it('the same seed gives the same truth, another seed another', () => {
    expect(hashOf(5)).toBe(hashOf(5));
    expect(hashOf(5)).not.toBe(hashOf(6));
  });
});
