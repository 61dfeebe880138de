import { describe, expect, it } from 'vitest';
import { parseLabel } from '../../protocol/label.ts';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { CONTROLLER_MAX_COUNT } from '../../firmware-sim/firmware/limits.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { armed, emitting, program, setUp } from './bench.ts';
import { connectController, type TestController } from './controller.ts';
import {
  carry,
  connectKeyed,
  controllerIdOf,
  pair,
  pairAndUnlock,
  pairingOf,
  secretOf,
  sessionOf,
  unlock,
} from './keyed.ts';

const WRONG_LABEL = new Uint8Array(16).fill(0x77);

/** How an attempt to pair ended: `ok`, or why not. */
function attempt(
  belt: Parameters<typeof pairingOf>[0],
  controller: TestController,
  options: Parameters<typeof pairingOf>[1] = {},
): string {
  const ending = carry(controller, pairingOf(belt, options));
  return ending.ok ? 'ok' : ending.reason;
}

/** Treated in the open, the belt lights: it is not paired. */
function lightsInTheOpen(bench: ReturnType<typeof setUp>): boolean {
  const plain = { ...bench, controller: connectController(bench.belt) };
  plain.controller.subscribe();
  if (plain.controller.prepare(program()) === undefined) {
    plain.controller.link.disconnect();
    return false;
  }
  armed(plain);
  bench.clock.advance(2500);
  const isLit = bench.belt.truth().emission;
  plain.controller.link.disconnect();
  return isLit;
}

describe('The pairing window', () => {
  it('is closed until somebody opens it, for 60 s, and the end of it counts at the proof as well', () => {
    const { belt, clock, controller } = setUp();
    expect(attempt(belt, controller)).toBe('windowClosed');
    belt.openPairingWindow();
    clock.advance(59_990);
    expect(attempt(belt, controller)).toBe('ok');
    clock.advance(10);
    expect(attempt(belt, controller)).toBe('windowClosed');
    expect(belt.inject('pairing-window').ok).toBe(true);
    clock.advance(59_000);
    const late = pairingOf(belt);
    const step = late.take(controller.handshake(late.hello) ?? new Uint8Array(0));
    if (step.status !== 'waiting') throw new Error('no offer');
    clock.advance(1000);
    expect(late.take(controller.handshake(step.send) ?? new Uint8Array(0))).toEqual({
      status: 'failed',
      reason: 'windowClosed',
    });
  });

  it('closes at the fifth wrong label, for the right one too, until it is opened by hand again', () => {
    const { belt, clock, controller } = setUp();
    belt.openPairingWindow();
    for (let count = 0; count < 5; count++)
      expect(attempt(belt, controller, { labelSecret: WRONG_LABEL })).toBe('wrongProof');
    expect(attempt(belt, controller)).toBe('tooManyFailures');
    clock.advance(60_000);
    expect(attempt(belt, controller)).toBe('windowClosed');
    belt.openPairingWindow();
    expect(attempt(belt, controller)).toBe('ok');
  });

  it('counts failures of all centrals and controllers together, new links or not', () => {
    const { belt } = setUp();
    belt.openPairingWindow();
    for (let count = 0; count < 5; count++) {
      const guesser = connectController(belt);
      attempt(belt, guesser, { labelSecret: WRONG_LABEL, controllerId: controllerIdOf(count) });
      guesser.link.disconnect();
    }
    expect(attempt(belt, connectController(belt))).toBe('tooManyFailures');
  });

  it('does not let a proof through that was begun before the fifth failure', () => {
    const { belt, controller } = setUp();
    belt.openPairingWindow();
    const early = pairingOf(belt);
    const step = early.take(controller.handshake(early.hello) ?? new Uint8Array(0));
    if (step.status !== 'waiting') throw new Error('no offer');
    const guesser = connectController(belt);
    for (let count = 0; count < 5; count++) attempt(belt, guesser, { labelSecret: WRONG_LABEL });
    expect(early.take(controller.handshake(step.send) ?? new Uint8Array(0))).toEqual({
      status: 'failed',
      reason: 'tooManyFailures',
    });
  });

  it('is closed by a reboot: nobody has touched the belt', () => {
    const { belt, clock } = setUp();
    belt.openPairingWindow();
    belt.inject('reboot');
    clock.advance(1000);
    expect(attempt(belt, connectController(belt))).toBe('windowClosed');
  });

  it('lets nobody pair while a session could give light, in the open or sealed', () => {
    const open = emitting();
    open.belt.openPairingWindow();
    expect(attempt(open.belt, connectController(open.belt))).toBe('busy');
    expect(open.belt.truth().emission).toBe(true);
    const bench = setUp();
    pairAndUnlock(bench.belt, bench.controller);
    armed(bench);
    expect(attempt(bench.belt, connectController(bench.belt), { controllerId: controllerIdOf(2) })).toBe(
      'busy',
    );
  });

  it('refuses at the proof when a session began after the hello', () => {
    const bench = setUp();
    bench.belt.openPairingWindow();
    const other = connectController(bench.belt);
    const exchange = pairingOf(bench.belt);
    const step = exchange.take(other.handshake(exchange.hello) ?? new Uint8Array(0));
    if (step.status !== 'waiting') throw new Error('no offer');
    armed(bench);
    const end = exchange.take(other.handshake(step.send) ?? new Uint8Array(0));
    expect(end).toEqual({ status: 'failed', reason: 'busy' });
  });
});

describe('What a pairing leaves behind', () => {
  it('a key that locks nothing until a session under it was set up', () => {
    const bench = setUp();
    bench.belt.openPairingWindow();
    const ring = pair(bench.belt, bench.controller);
    expect(bench.controller.features().paired).toBe(false);
    expect(unlock(bench.belt, bench.controller, ring).ok).toBe(true);
    expect(bench.controller.features().paired).toBe(true);
    bench.controller.link.disconnect();
    expect(lightsInTheOpen(bench)).toBe(false);
  });

  it('nothing at all after a reboot at any point before the belt has the proof', () => {
    for (const said of ['hello', 'half a proof'] as const) {
      const bench = setUp();
      bench.belt.openPairingWindow();
      const exchange = pairingOf(bench.belt);
      const step = exchange.take(bench.controller.handshake(exchange.hello) ?? new Uint8Array(0));
      if (step.status !== 'waiting') throw new Error('no offer');
      if (said === 'half a proof')
        bench.controller.frame(
          'controlPoint',
          bench.controller.envelope.seal(0xc3, Uint8Array.of(1, 0x55), 2),
        );
      bench.belt.inject('reboot');
      bench.clock.advance(1000);
      const later = connectController(bench.belt);
      // The old proof means nothing to the belt that has started anew.
      expect(exchange.take(later.handshake(step.send) ?? new Uint8Array(0)).status).toBe('failed');
      expect(later.features().paired).toBe(false);
      later.link.disconnect();
      expect(lightsInTheOpen(bench)).toBe(true);
    }
  });

  it('after a reboot between the proof and the session: an open belt, and a key that still works', () => {
    const bench = setUp();
    bench.belt.openPairingWindow();
    const ring = pair(bench.belt, bench.controller);
    bench.belt.inject('reboot');
    bench.clock.advance(1000);
    expect(connectController(bench.belt).features().paired).toBe(false);
    const keyed = connectKeyed(bench.belt, ring);
    expect(keyed.features().paired).toBe(true);
  });

  it('the old key of a controller whose second pairing never told it of its end', () => {
    const { belt, controller } = setUp();
    const old = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const again = connectController(belt);
    const unheard = pair(belt, again);
    const retry = connectController(belt);
    expect(unlock(belt, retry, old)).toEqual({ ok: false, reason: 'wrongProof' });
    expect(unlock(belt, retry, old).ok).toBe(true);
    again.link.disconnect();
    const other = connectController(belt);
    expect(unlock(belt, other, unheard).ok).toBe(false);
    expect(unlock(belt, other, unheard).ok).toBe(false);
    expect(unlock(belt, other, old).ok).toBe(true);
  });

  it('a new key that works at the first try, whatever wrong proofs came before the pairing', () => {
    const { belt, controller } = setUp();
    const old = pairAndUnlock(belt, controller);
    const guesser = connectController(belt);
    const wrong = { ...old, longTermKey: new Uint8Array(32) };
    expect(unlock(belt, guesser, wrong).ok).toBe(false);
    const ring = pair(belt, guesser);
    expect(unlock(belt, guesser, ring).ok).toBe(true);
  });

  it('the new key of a controller that was told, and never the old one again', () => {
    const { belt, controller } = setUp();
    const old = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const again = connectController(belt);
    const ring = pairAndUnlock(belt, again);
    again.link.disconnect();
    const late = connectController(belt);
    for (let count = 0; count < 3; count++)
      expect(unlock(belt, late, old)).toEqual({ ok: false, reason: 'wrongProof' });
    expect(unlock(belt, late, ring).ok).toBe(true);
  });

  it('refuses to lock a belt that is treated in the open', () => {
    const bench = setUp();
    bench.belt.openPairingWindow();
    const other = connectController(bench.belt);
    const ring = pair(bench.belt, other);
    armed(bench);
    bench.clock.advance(2500);
    expect(carry(other, sessionOf(bench.belt, ring))).toEqual({ ok: false, reason: 'busy' });
    bench.clock.advance(2000);
    expect(bench.belt.truth().emission).toBe(true);
  });
});

describe('Room for keys', () => {
  it(`is there for ${CONTROLLER_MAX_COUNT}; one more is refused, a known one may pair again`, () => {
    const { belt } = setUp();
    const rings = Array.from({ length: CONTROLLER_MAX_COUNT }, (_, index) => {
      const controller = connectController(belt);
      const ring = pairAndUnlock(belt, controller, controllerIdOf(index + 1));
      controller.link.disconnect();
      return ring;
    });
    const controller = connectController(belt);
    expect(attempt(belt, controller, { controllerId: controllerIdOf(99) })).toBe('full');
    rings[1] = pairAndUnlock(belt, controller, controllerIdOf(2));
    controller.link.disconnect();
    for (const ring of rings) connectKeyed(belt, ring).link.disconnect();
    const stranger = connectController(belt);
    const ring = { ...rings[0]!, controllerId: controllerIdOf(99) };
    expect(carry(stranger, sessionOf(belt, ring))).toEqual({ ok: false, reason: 'notPaired' });
  });
});

describe('The label', () => {
  it('follows from the seed, or is what was handed in, as text or as bytes', () => {
    const clock = createVirtualClock();
    const first = createSimulatedBelt({ clock, seed: 1 });
    expect(createSimulatedBelt({ clock, seed: 1 }).label).toBe(first.label);
    expect(createSimulatedBelt({ clock, seed: 2 }).label).not.toBe(first.label);
    const typed = first.label.toLowerCase().replaceAll('-', ' ');
    expect(createSimulatedBelt({ clock, seed: 3, label: typed }).label).toBe(first.label);
    expect(createSimulatedBelt({ clock, seed: 3, label: secretOf(first) }).label).toBe(first.label);
    expect(parseLabel(first.label).ok).toBe(true);
  });

  it('is refused in words that do not repeat it', () => {
    const clock = createVirtualClock();
    const label = 'ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ';
    const make = (wrong: string | Uint8Array) => () => createSimulatedBelt({ clock, seed: 1, label: wrong });
    expect(make(new Uint8Array(15))).toThrow('label: expected 16 bytes, got 15');
    expect(make(label)).toThrow(/^label: /);
    expect(make(label)).not.toThrow(/ABCD/);
  });
});
