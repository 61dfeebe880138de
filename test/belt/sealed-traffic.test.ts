// On a sealed link nothing counts but what the belt sealed, once, and forward.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSealedEnvelope, createSessionKeys, SEALED_COUNTER_MAX } from '../../protocol/sealing.ts';
import { encodeTickDetail, encodeTickState, encodeTickZone } from '../../protocol/tick.ts';
import { createBeltLink } from '../../src/belt/link.ts';
import type { Connection, Operation } from '../../src/transport/transport.ts';
import { createOpenSealedRig, createSealedRig, PRESCRIPTION, TAG, type SealedRig } from './support/rig.ts';
import { eventOf, tickOf } from './support/scripted-belt.ts';

const seed = Number(process.env['LASERBELT_SEED'] ?? Date.now() % 1_000_000);

/** Keeps the frames of ticks that were not delivered, and those that were. */
function recordFrames(rig: SealedRig): Uint8Array[] {
  const frames: Uint8Array[] = [];
  rig.scripted.tap = (_characteristic, bytes) => void frames.push(bytes.slice());
  return frames;
}
const counts = (rig: SealedRig): readonly number[] => rig.of('belt.badFrame').map((event) => event.count);
const ticks = (rig: SealedRig): readonly number[] => rig.of('belt.tick').map((event) => event.report.tick);

describe('a sealed link', () => {
  it('carries everything a session needs: PREPARE, ARM, leases, ticks, events, records, answers', () => {
    const rig = createOpenSealedRig();
    rig.scripted.recordScript = () => ({ code: 'noRecord' });
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.arm('atController');
    rig.belt.lease({ tick: 1, step: 0, zones: 1, ceiling: 1, epoch: 1 });
    rig.scripted.sendTick(tickOf(1));
    rig.scripted.sendEvent(eventOf(1));
    rig.belt.readRecord(TAG);
    expect(rig.events.map((event) => event.type)).toEqual([
      'belt.prepared',
      'belt.answered',
      'belt.tick',
      'belt.noticed',
      'belt.record',
    ]);
    expect(rig.scripted.leases).toHaveLength(1);
    expect(rig.scripted.badCount).toBe(0);
  });

  it('no frame to the belt is plain: none of them opens as one, all are too long for what they say', () => {
    const rig = createOpenSealedRig();
    const written: Uint8Array[] = [];
    rig.scripted.heard = (bytes) => void written.push(bytes);
    rig.belt.prepare(PRESCRIPTION);
    rig.belt.lease({ tick: 1, step: 0, zones: 1, ceiling: 1, epoch: 1 });
    rig.belt.readRecord(TAG);
    rig.belt.poll();
    expect(written.length).toBeGreaterThan(6);
    for (const frame of written) {
      expect(createPlainEnvelope().open(frame).ok).toBe(false);
      expect(frame.length).toBeLessThanOrEqual(20);
    }
  });

  it('H15 frames with a wrong tag are never told and are counted: the third ends the session', () => {
    const rig = createOpenSealedRig();
    const frames = recordFrames(rig);
    rig.scripted.isSwallowed = true;
    for (let tick = 1; tick <= 3; tick++) rig.scripted.sendTick(tickOf(tick));
    rig.scripted.isSwallowed = false;
    for (const frame of frames.slice(0, 3)) {
      const forged = frame.slice();
      forged[forged.length - 1]! ^= 1;
      rig.scripted.sendRaw('tick', forged);
    }
    expect(counts(rig)).toEqual([1, 2, 3]);
    expect(ticks(rig)).toEqual([]);
  });

  it('plain ticks, plain answers and handshakes are bad frames, whatever they say', () => {
    const rig = createOpenSealedRig();
    const plain = createPlainEnvelope();
    const body = new Uint8Array(16);
    const tick = tickOf(7, { state: 'standby', stopLatched: true, emission: false });
    rig.scripted.sendRaw('tick', plain.seal(FRAME.tickState, body, encodeTickState(tick, body)));
    rig.scripted.sendRaw('tick', plain.seal(FRAME.tickDetail, body, encodeTickDetail(tick, body)));
    for (const zone of tick.zones)
      rig.scripted.sendRaw('tick', plain.seal(FRAME.tickZone, body, encodeTickZone(7, zone, body)));
    rig.scripted.sendRaw('controlPoint', plain.seal(FRAME.handshake, Uint8Array.of(3, 0xf0, 0x3c), 3));
    rig.scripted.sendBody('controlPoint', FRAME.handshake, Uint8Array.of(3, 0xf0, 0x3c), 3);
    expect(counts(rig)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(ticks(rig)).toEqual([]);
  });

  it('what was heard before is neither told again nor counted as bad: a burst after a stall is ordinary', () => {
    const rig = createOpenSealedRig();
    const frames = recordFrames(rig);
    rig.scripted.sendTick(tickOf(1));
    rig.scripted.sendTick(tickOf(2));
    for (let round = 0; round < 5; round++) for (const frame of frames) rig.scripted.sendRaw('tick', frame);
    expect(ticks(rig)).toEqual([1, 2]);
    expect(counts(rig)).toEqual([]);
  });

  it('frames of the session before count as bad in the next', () => {
    const rig = createOpenSealedRig();
    const frames = recordFrames(rig);
    rig.scripted.sendTick(tickOf(1));
    rig.scripted.drop('out of range');
    rig.belt.open();
    rig.clock.advance(0);
    rig.events.length = 0;
    rig.scripted.tap = () => undefined;
    for (const frame of frames) rig.scripted.sendRaw('tick', frame);
    expect(ticks(rig)).toEqual([]);
    expect(counts(rig)).toHaveLength(frames.length);
  });

  it('frames that were moved to another characteristic are bad, although their tag is right', () => {
    const rig = createOpenSealedRig();
    rig.scripted.sendBody('events', FRAME.tickState, new Uint8Array(9), 9);
    expect(counts(rig)).toEqual([1]);
  });

  it('what this controller sent, thrown back at it, is bad', () => {
    const rig = createOpenSealedRig();
    const written: Uint8Array[] = [];
    rig.scripted.heard = (bytes) => void written.push(bytes);
    rig.belt.pause();
    for (const frame of written) rig.scripted.sendRaw('controlPoint', frame);
    expect(counts(rig)).toHaveLength(written.length);
  });

  it('goes when its counter nears its end, and writes nothing more: a nonce never repeats', () => {
    const written: Operation[] = [];
    let isOpen = true;
    const connection: Connection = {
      submit: (_id, operation) => void written.push(operation),
      sendLease: (bytes) => void written.push({ kind: 'write', characteristic: 'lease', bytes }),
      stopNow: () => undefined,
      close: () => void (isOpen = false),
      get isOpen() {
        return isOpen;
      },
    };
    const handler = { frame: () => undefined, badFrame: () => undefined, closed: () => undefined };
    const link = createBeltLink({ connection, envelope: createPlainEnvelope(), handler });
    const keys = createSessionKeys(new Uint8Array(40).fill(5));
    link.seal(createSealedEnvelope(keys, 'controller', { sent: SEALED_COUNTER_MAX - 10, received: 0 }));
    const outcomes: string[] = [];
    link.lease(new Uint8Array(9), 9);
    link.write('controlPoint', FRAME.command, new Uint8Array(9), 9, (outcome) => outcomes.push(outcome));
    expect(isOpen).toBe(false);
    expect(written).toEqual([]);
    expect(outcomes).toEqual(['notSent']);
  });
});

describe('hostile bytes', () => {
  const value = fc.record({
    characteristic: fc.constantFrom(
      'controlPoint',
      'tick',
      'events',
      'recordAccess',
      'recordData',
      'battery',
    ),
    bytes: fc.uint8Array({ maxLength: 40 }),
  });
  /** Whole frames of the handshake with anything in them: they pass the CRC and reach the exchange. */
  const segment = fc.uint8Array({ minLength: 0, maxLength: 9 });

  it(`on a sealed link: nothing throws, nothing is told but the count (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (values) => {
        const rig = createOpenSealedRig();
        for (const { characteristic, bytes } of values) rig.scripted.sendRaw(characteristic, bytes);
        expect(rig.events.filter((event) => event.type !== 'belt.badFrame')).toEqual([]);
        rig.scripted.sendTick(tickOf(1));
        expect(ticks(rig)).toEqual([1]);
      }),
      { seed, numRuns: 300 },
    );
  });

  it(`in the middle of a set-up: one ending within 15 s, never opened by them (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 40 }),
        fc.array(value, { maxLength: 10 }),
        (segments, values) => {
          const rig = createSealedRig();
          rig.lock.alter = () => {
            for (const body of segments)
              rig.scripted.sendBody('controlPoint', FRAME.handshake, body, body.length);
            for (const { characteristic, bytes } of values) rig.scripted.sendRaw(characteristic, bytes);
            return undefined;
          };
          rig.belt.open();
          rig.clock.advance(15_000);
          expect(rig.events.map((event) => event.type)).toEqual(['belt.unreachable']);
          expect(rig.scripted.connected()).toBe(false);
          expect(rig.clock.nextDeadlineMs()).toBeUndefined();
        },
      ),
      { seed, numRuns: 300 },
    );
  });

  it(`messages of any length and content from a belt: never opened by them (seed ${seed})`, () => {
    const message = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 256 }),
      fc
        .tuple(
          fc.constantFrom(0x69, 0x99, 0xf0, 0x3c, 0x5a),
          fc.constantFrom(1, 16, 57, 65),
          fc.infiniteStream(fc.nat(255)),
        )
        .map(([kind, length, stream]) => Uint8Array.of(kind, ...[...stream.take(length)])),
    );
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 4 }), (messages) => {
        const rig = createSealedRig();
        let index = 0;
        rig.lock.alter = () => messages[index++ % messages.length];
        rig.belt.open();
        rig.clock.advance(15_000);
        expect(rig.events.map((event) => event.type)).toEqual(['belt.unreachable']);
        expect(rig.scripted.commands).toEqual([]);
      }),
      { seed, numRuns: 400 },
    );
  });
});
