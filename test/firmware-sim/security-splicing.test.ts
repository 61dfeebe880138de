import { describe, expect, it } from 'vitest';
import { decodeHandshake, HANDSHAKE_TIMEOUT_MS } from '../../protocol/handshake-messages.ts';
import type { ControllerHandshake } from '../../protocol/exchange.ts';
import { armed, setUp, type Bench } from './bench.ts';
import { connectController, type TestController } from './controller.ts';
import { carry, controllerIdOf, pairAndUnlock, pairingOf, sessionOf, type KeyRing } from './keyed.ts';

const NONE = new Uint8Array(0);

function pairedBelt(): Bench & { readonly ring: KeyRing } {
  const bench = setUp();
  const ring = pairAndUnlock(bench.belt, bench.controller);
  bench.controller.link.disconnect();
  return { ...bench, ring };
}

/** Says the hello; the offer, and the proof that follows from it. */
function untilProof(
  controller: TestController,
  exchange: ControllerHandshake<unknown>,
): { readonly offer: Uint8Array; readonly proof: Uint8Array } {
  const offer = controller.handshake(exchange.hello) ?? NONE;
  const step = exchange.take(offer);
  if (step.status !== 'waiting') throw new Error('no offer');
  return { offer, proof: step.send };
}

function refusalIn(answer: Uint8Array | undefined): string {
  const decoded = decodeHandshake(answer ?? NONE);
  return decoded.ok && decoded.value.kind === 'refused' ? decoded.value.code : 'no refusal';
}

/** Whoever did this has no sealed link: the belt hears nothing of theirs. */
function expectShutOut(controller: TestController): void {
  const before = controller.frames.length;
  controller.subscribe();
  controller.command('poll');
  expect(controller.frames.length).toBe(before);
}

describe('Handshakes that were heard before', () => {
  it('replayed whole get a new offer and no session, on another link and after a reboot', () => {
    const { belt, clock, ring } = pairedBelt();
    const honest = connectController(belt);
    const exchange = sessionOf(belt, ring);
    const { offer, proof } = untilProof(honest, exchange);
    expect(exchange.take(honest.handshake(proof) ?? NONE).status).toBe('done');
    honest.link.disconnect();
    for (const reboots of [false, true]) {
      if (reboots) belt.inject('reboot');
      clock.advance(1000);
      const replayer = connectController(belt);
      expect(replayer.handshake(exchange.hello)).not.toEqual(offer);
      expect(refusalIn(replayer.handshake(proof))).toBe('wrongProof');
      expectShutOut(replayer);
      replayer.link.disconnect();
    }
  });

  it('a proof does not count twice, nor on another link than that of its hello', () => {
    const { belt, ring } = pairedBelt();
    const honest = connectController(belt);
    const { proof } = untilProof(honest, sessionOf(belt, ring));
    const thief = connectController(belt);
    expect(refusalIn(thief.handshake(proof))).toBe('malformed');
    untilProof(thief, sessionOf(belt, ring));
    expect(refusalIn(thief.handshake(proof))).toBe('wrongProof');
    expect(refusalIn(thief.handshake(proof))).toBe('malformed');
    expectShutOut(thief);
    const done = decodeHandshake(honest.handshake(proof) ?? NONE);
    expect(done.ok && done.value.kind).toBe('sessionDone');
  });

  it('a proof does not survive the reboot of its belt, nor a new hello on its link', () => {
    const { belt, clock, ring } = pairedBelt();
    const honest = connectController(belt);
    const { proof } = untilProof(honest, sessionOf(belt, ring));
    honest.handshake(sessionOf(belt, ring).hello);
    expect(refusalIn(honest.handshake(proof))).toBe('wrongProof');
    const second = untilProof(honest, sessionOf(belt, ring));
    belt.inject('reboot');
    clock.advance(1000);
    const later = connectController(belt);
    expect(refusalIn(later.handshake(second.proof))).toBe('malformed');
    expectShutOut(later);
  });

  it('a recorded pairing, replayed in an open window, stores nothing', () => {
    const { belt, clock } = setUp();
    belt.openPairingWindow();
    const first = connectController(belt);
    const exchange = pairingOf(belt);
    const { proof } = untilProof(first, exchange);
    expect(exchange.take(first.handshake(proof) ?? NONE).status).toBe('done');
    first.link.disconnect();
    belt.inject('factory-reset');
    clock.advance(1000);
    belt.openPairingWindow();
    const replayer = connectController(belt);
    replayer.handshake(exchange.hello);
    expect(refusalIn(replayer.handshake(proof))).toBe('wrongProof');
    const ring = { controllerId: controllerIdOf(1), longTermKey: new Uint8Array(32) };
    expect(carry(replayer, sessionOf(belt, ring))).toEqual({ ok: false, reason: 'notPaired' });
  });
});

describe('Handshakes that are put together from others', () => {
  it('the proof of a pairing is none of a session, and the other way round', () => {
    const { belt, ring } = pairedBelt();
    belt.openPairingWindow();
    const controller = connectController(belt);
    const other = connectController(belt);
    const pairing = untilProof(controller, pairingOf(belt, { controllerId: controllerIdOf(2) }));
    const session = untilProof(other, sessionOf(belt, ring));
    expect(refusalIn(controller.handshake(session.proof))).toBe('malformed');
    expect(refusalIn(other.handshake(pairing.proof))).toBe('malformed');
    expectShutOut(controller);
    expectShutOut(other);
  });

  it('the hello of one controller with the proof of another opens nothing', () => {
    const { belt, ring } = pairedBelt();
    const second = connectController(belt);
    const secondRing = pairAndUnlock(belt, second, controllerIdOf(2));
    second.link.disconnect();
    const [left, right] = [connectController(belt), connectController(belt)];
    const ofLeft = untilProof(left, sessionOf(belt, ring));
    const ofRight = untilProof(right, sessionOf(belt, secondRing));
    expect(refusalIn(left.handshake(ofRight.proof))).toBe('wrongProof');
    expect(refusalIn(right.handshake(ofLeft.proof))).toBe('wrongProof');
    expectShutOut(left);
    expectShutOut(right);
  });

  it("the belt's own messages sent back to it open nothing", () => {
    const { belt, ring } = pairedBelt();
    const controller = connectController(belt);
    const { offer } = untilProof(controller, sessionOf(belt, ring));
    expect(refusalIn(controller.handshake(offer))).toBe('malformed');
    expectShutOut(controller);
  });

  it('every bit of a proof counts', () => {
    const { belt, clock, ring } = pairedBelt();
    const controller = connectController(belt);
    for (let bit = 8; bit < 17 * 8; bit += 5) {
      const { proof } = untilProof(controller, sessionOf(belt, ring));
      const wrong = proof.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(refusalIn(controller.handshake(wrong))).toBe('wrongProof');
      clock.advance(10);
    }
    expectShutOut(controller);
  });

  it('a hello that is changed on its way ends at the proof', () => {
    const { belt, ring } = pairedBelt();
    const controller = connectController(belt);
    const exchange = sessionOf(belt, ring);
    // The last byte is the nonce's: the belt cannot see the change, the transcript does.
    const changed = exchange.hello.map((byte, index, all) => (index === all.length - 1 ? byte ^ 1 : byte));
    const step = exchange.take(controller.handshake(changed) ?? NONE);
    if (step.status !== 'waiting') throw new Error('no offer');
    expect(refusalIn(controller.handshake(step.send))).toBe('wrongProof');
    expectShutOut(controller);
  });

  it('versions that were cut down on the way open nothing', () => {
    const { belt, ring } = pairedBelt();
    const controller = connectController(belt);
    const hello = sessionOf(belt, ring).hello.map((byte, index) => (index === 1 || index === 2 ? 9 : byte));
    expect(refusalIn(controller.handshake(hello))).toBe('versionMismatch');
  });
});

describe('The bounds of a handshake', () => {
  it('is dropped when it is not over after 10 s', () => {
    const { belt, clock, ring } = pairedBelt();
    const controller = connectController(belt);
    const intime = untilProof(controller, sessionOf(belt, ring));
    clock.advance(HANDSHAKE_TIMEOUT_MS);
    expect(decodeHandshake(controller.handshake(intime.proof) ?? NONE)).toMatchObject({
      ok: true,
      value: { kind: 'sessionDone' },
    });
    const late = connectController(belt);
    const { proof } = untilProof(late, sessionOf(belt, ring));
    clock.advance(HANDSHAKE_TIMEOUT_MS + 1);
    expect(refusalIn(late.handshake(proof))).toBe('malformed');
  });

  it('hellos without end cost a session at most four offers a second, and neither light nor ticks', () => {
    const bench = setUp();
    const ring = pairAndUnlock(bench.belt, bench.controller);
    armed(bench);
    bench.clock.advance(2500);
    const flooder = connectController(bench.belt);
    const before = bench.controller.ticks.length;
    let offers = 0;
    for (let count = 0; count < 500; count++) {
      const answer = flooder.handshake(sessionOf(bench.belt, ring).hello);
      if (refusalIn(answer) === 'no refusal') offers += 1;
      else expect(refusalIn(answer)).toBe('busy');
      bench.clock.advance(4);
    }
    expect(offers).toBeLessThanOrEqual(9);
    expect(bench.belt.truth().emission).toBe(true);
    expect(bench.controller.ticks.length - before).toBeGreaterThanOrEqual(7);
  });

  it('answers one wrong key as it answers any other', () => {
    const { belt, ring } = pairedBelt();
    const controller = connectController(belt);
    for (const byte of [0, 1, 0xff]) {
      const wrong = { ...ring, longTermKey: new Uint8Array(32).fill(byte) };
      expect(carry(controller, sessionOf(belt, wrong))).toEqual({ ok: false, reason: 'wrongProof' });
    }
  });
});
