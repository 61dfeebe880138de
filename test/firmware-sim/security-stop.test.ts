import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { FRAME } from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { armed, emitting, program, setUp, type Bench } from './bench.ts';
import { connectController, type TestController } from './controller.ts';
import { connectKeyed, pairAndUnlock, pairingOf, sessionOf, type KeyRing } from './keyed.ts';

const BYTES: readonly Uint8Array[] = [
  new Uint8Array(0),
  Uint8Array.of(0),
  Uint8Array.of(0xde, 0xad),
  new Uint8Array(20).fill(0xff),
  new Uint8Array(253).fill(0x55),
];

function expectDark(bench: Bench, stopper: TestController, bytes: Uint8Array): void {
  expect(bench.belt.truth().emission).toBe(true);
  stopper.stop(bytes);
  expect(bench.belt.truth().emission).toBe(false);
  bench.clock.advance(3000);
  expect(bench.belt.truth().emission).toBe(false);
}

function treatingSealed(): Bench & { readonly ring: KeyRing } {
  const bench = setUp();
  const ring = pairAndUnlock(bench.belt, bench.controller);
  armed(bench);
  bench.clock.advance(2500);
  return { ...bench, ring };
}

/** The frames of a message in the open, of a central that has said nothing before. */
function plainFrames(message: Uint8Array): Uint8Array[] {
  const envelope = createPlainEnvelope();
  const frames: Uint8Array[] = [];
  splitMessage(message, (body, length) => frames.push(envelope.seal(FRAME.handshake, body, length).slice()));
  return frames;
}

describe('STOP and the lock', () => {
  it('takes any bytes before any pairing', () => {
    for (const bytes of BYTES) {
      const bench = emitting();
      expectDark(bench, connectController(bench.belt), bytes);
    }
  });

  it('takes any bytes from a central without a key while a sealed session treats', () => {
    for (const bytes of BYTES) {
      const bench = treatingSealed();
      expectDark(bench, connectController(bench.belt), bytes);
      expect(bench.controller.lastTick().stopLatched).toBe(true);
      expect(bench.controller.lastTick().state).toBe('ended');
      expect(bench.controller.readRecord({ op: 'last' })?.cause).toBe('stopped');
    }
  });

  it('takes random bytes from a central without a key (seed 11)', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 253 }), (bytes) => {
        const bench = treatingSealed();
        expectDark(bench, connectController(bench.belt), bytes);
      }),
      { numRuns: 10, seed: 11 },
    );
  });

  for (const flavour of ['pairing', 'session'] as const) {
    it(`takes it after every frame of a ${flavour} hello, from the one who says it and from another`, () => {
      const probe = treatingSealed();
      const count = plainFrames(
        (flavour === 'pairing' ? pairingOf(probe.belt) : sessionOf(probe.belt, probe.ring)).hello,
      ).length;
      expect(count).toBeGreaterThan(5);
      for (let said = 0; said <= count; said++) {
        const bench = treatingSealed();
        bench.belt.openPairingWindow();
        const exchange = flavour === 'pairing' ? pairingOf(bench.belt) : sessionOf(bench.belt, bench.ring);
        const talker = connectController(bench.belt);
        for (const frame of plainFrames(exchange.hello).slice(0, said)) talker.frame('controlPoint', frame);
        expectDark(bench, said % 2 === 0 ? talker : bench.controller, Uint8Array.of(said));
      }
    });
  }

  it('takes it after every frame of a proof, and after the link was sealed', () => {
    for (let said = 0; said <= 4; said++) {
      const bench = treatingSealed();
      const talker = connectController(bench.belt);
      const exchange = sessionOf(bench.belt, bench.ring);
      const step = exchange.take(talker.handshake(exchange.hello) ?? new Uint8Array(0));
      if (step.status !== 'waiting') throw new Error('no offer');
      const parts: Uint8Array[] = [];
      splitMessage(step.send, (body, length) =>
        parts.push(talker.envelope.seal(FRAME.handshake, body, length).slice()),
      );
      for (const frame of parts.slice(0, said)) talker.frame('controlPoint', frame);
      expectDark(bench, talker, new Uint8Array(said));
    }
  });

  it('takes it in the middle of a pairing whose belt is treated in the open', () => {
    const bench = emitting();
    bench.belt.openPairingWindow();
    const talker = connectController(bench.belt);
    talker.handshake(pairingOf(bench.belt).hello);
    expectDark(bench, talker, Uint8Array.of(1, 2, 3));
  });

  it('takes it with a damaged key store, sealed or not', () => {
    for (const bytes of BYTES) {
      const sealed = treatingSealed();
      sealed.belt.inject('key-store-damaged');
      expectDark(sealed, connectController(sealed.belt), bytes);
      const own = treatingSealed();
      own.belt.inject('key-store-damaged');
      expectDark(own, own.controller, bytes);
      const open = emitting();
      open.belt.inject('key-store-damaged');
      expectDark(open, connectController(open.belt), bytes);
    }
  });

  it('latches it on a dark belt whose keys cannot be read', () => {
    const { belt, controller } = setUp();
    pairAndUnlock(belt, controller);
    controller.subscribe();
    belt.inject('key-store-damaged');
    connectController(belt).stop(Uint8Array.of(9));
    expect(controller.lastTick().stopLatched).toBe(true);
  });

  it('takes it from a keyed helper who is still greeting, and tells the owner under seal', () => {
    const bench = treatingSealed();
    const helper = connectKeyed(bench.belt, bench.ring);
    expectDark(bench, helper, new Uint8Array(0));
    expect(bench.controller.lastTick().emission).toBe(false);
  });

  it('is news once, however often a stranger repeats it: hazards stay in the events, and nobody’s link is flooded', () => {
    const { belt, clock, controller, ring } = treatingSealed();
    controller.grant = undefined;
    clock.advance(1500);
    const numbers = controller.events.map((event) => event.number);
    const stranger = connectController(belt);
    const frameCount = controller.frames.length;
    for (let count = 0; count < 1000; count++) stranger.stop(new Uint8Array(count % 3));
    const news = controller.events.slice(numbers.length).map((event) => event.kind);
    expect(news).toEqual(['stopped', 'stateChanged', 'recordClosed']);
    expect(controller.frames.length - frameCount).toBeLessThan(20);
    // And it still works: each of them darkens what comes later.
    clock.advance(1000);
    controller.link.disconnect();
    const person = connectKeyed(belt, ring);
    person.features();
    person.subscribe();
    expect(person.prepare(program())?.code).toBe('ok');
    const eventCount = person.events.length;
    stranger.stop();
    expect(person.events.slice(eventCount).map((event) => event.kind)).toEqual(['stopped', 'stateChanged']);
    expect(person.arm()?.code).toBe('wrongState');
  });
});
