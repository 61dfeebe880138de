import { describe, expect, it } from 'vitest';
import { createSealedEnvelope, createSessionKeys, SEALED_COUNTER_MAX } from '../../protocol/sealing.ts';
import { acceptLink } from '../../firmware-sim/firmware/inputs.ts';
import { bootFirmware, stepFirmware } from '../../firmware-sim/firmware/firmware.ts';
import { createFlash } from '../../firmware-sim/firmware/flash.ts';
import { decodeKeyStore, encodeKeyStore } from '../../firmware-sim/firmware/key-store.ts';
import { createBoard } from '../../firmware-sim/optics.ts';
import { REFERENCE_BELT } from '../../firmware-sim/profile.ts';
import { createRandomBytes } from '../../firmware-sim/random.ts';
import { armed, emitting, program, setUp } from './bench.ts';
import { connectController } from './controller.ts';
import { carry, connectKeyed, controllerIdOf, pairAndUnlock, pairingOf, sessionOf, unlock } from './keyed.ts';

const keyOf = (index: number) => ({
  controllerId: controllerIdOf(index),
  longTermKey: new Uint8Array(32).fill(index),
});

describe('The key store', () => {
  it('comes back from its image as it was', () => {
    for (const store of [
      { keys: [], provisional: undefined },
      { keys: [keyOf(1)], provisional: undefined },
      { keys: [keyOf(1), keyOf(2), keyOf(3), keyOf(4)], provisional: keyOf(5) },
    ])
      expect(decodeKeyStore(encodeKeyStore(store))).toEqual(store);
  });

  it('is damaged at any flipped bit and at any length but its own', () => {
    const image = encodeKeyStore({ keys: [keyOf(1)], provisional: keyOf(2) });
    for (let bit = 0; bit < image.length * 8; bit++) {
      const flipped = image.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      expect(decodeKeyStore(flipped)).toBeUndefined();
    }
    for (let length = 0; length < image.length; length++)
      expect(decodeKeyStore(image.slice(0, length))).toBeUndefined();
  });
});

describe('A damaged key store', () => {
  it('opens the belt to nobody: no session, no pairing, nothing in the open, on a belt never paired as well', () => {
    for (const wasPaired of [true, false]) {
      const { belt, clock, controller } = setUp();
      const ring = wasPaired ? pairAndUnlock(belt, controller) : { ...keyOf(1) };
      controller.link.disconnect();
      expect(belt.inject('key-store-damaged').ok).toBe(true);
      belt.openPairingWindow();
      const later = connectController(belt);
      later.subscribe();
      expect(later.features().paired).toBe(true);
      expect(later.prepare(program())).toBeUndefined();
      expect(later.command('poll')).toBeUndefined();
      clock.advance(500);
      expect(later.ticks).toEqual([]);
      expect(carry(later, sessionOf(belt, ring))).toEqual({ ok: false, reason: 'storeDamaged' });
      expect(carry(later, pairingOf(belt))).toEqual({ ok: false, reason: 'storeDamaged' });
    }
  });

  it('stays damaged over a reboot and when it happens twice, and is mended by a factory reset', () => {
    const { belt, clock, controller } = setUp();
    const ring = pairAndUnlock(belt, controller);
    belt.inject('key-store-damaged');
    belt.inject('key-store-damaged');
    belt.inject('reboot');
    clock.advance(1000);
    const later = connectController(belt);
    expect(carry(later, sessionOf(belt, ring))).toEqual({ ok: false, reason: 'storeDamaged' });
    belt.inject('factory-reset');
    clock.advance(1000);
    const open = connectController(belt);
    open.subscribe();
    expect(open.prepare(program())?.code).toBe('ok');
    expect(carry(open, sessionOf(belt, ring))).toEqual({ ok: false, reason: 'notPaired' });
  });

  it('between offer and proof ends the set-up without a session', () => {
    const { belt, controller } = setUp();
    const ring = pairAndUnlock(belt, controller);
    const later = connectController(belt);
    const exchange = sessionOf(belt, ring);
    const step = exchange.take(later.handshake(exchange.hello) ?? new Uint8Array(0));
    if (step.status !== 'waiting') throw new Error('no offer');
    belt.inject('key-store-damaged');
    const end = exchange.take(later.handshake(step.send) ?? new Uint8Array(0));
    expect(end).toEqual({ status: 'failed', reason: 'storeDamaged' });
  });

  it('darkens what is treated in the open within one lease, and leaves a sealed session its keys', () => {
    const open = emitting();
    const { tick, epoch, step } = open.controller.lastTick();
    open.belt.inject('key-store-damaged');
    // No tick comes any more; leases for the ticks that it can guess do not help.
    for (let count = 1; count <= 12; count++) {
      open.clock.advance(100);
      open.controller.lease({ tick: tick + Math.floor((count * 100) / 250), epoch, step });
    }
    expect(open.belt.truth().emission).toBe(false);
    const sealed = setUp();
    pairAndUnlock(sealed.belt, sealed.controller);
    armed(sealed);
    sealed.clock.advance(2500);
    sealed.belt.inject('key-store-damaged');
    sealed.clock.advance(3000);
    expect(sealed.belt.truth().emission).toBe(true);
  });
});

describe('A factory reset', () => {
  it('is dark at once, drops every link, forgets every key and keeps records and label', () => {
    const bench = setUp();
    const { belt, clock, controller } = bench;
    const label = belt.label;
    const ring = pairAndUnlock(belt, controller);
    armed(bench);
    clock.advance(2500);
    expect(belt.truth().emission).toBe(true);
    belt.inject('factory-reset');
    expect(belt.truth().emission).toBe(false);
    expect(controller.disconnected).toBeDefined();
    clock.advance(1000);
    const later = connectController(belt);
    later.subscribe();
    expect(later.readRecord({ op: 'last' })?.kind).toBe('interrupted');
    expect(carry(later, sessionOf(belt, ring))).toEqual({ ok: false, reason: 'notPaired' });
    expect(carry(later, pairingOf(belt))).toEqual({ ok: false, reason: 'windowClosed' });
    expect(belt.label).toBe(label);
  });

  it('does not unlock a belt that a hazard has locked out', () => {
    const bench = emitting();
    bench.belt.inject('emitter-stuck-on:zone=L1');
    bench.clock.advance(300);
    bench.controller.stop();
    bench.clock.advance(1000);
    expect(bench.controller.lastTick().state).toBe('lockout');
    bench.belt.inject('factory-reset');
    bench.clock.advance(1000);
    const later = connectController(bench.belt);
    later.subscribe();
    later.command('poll');
    expect(later.lastTick().state).toBe('lockout');
  });
});

describe('Session keys', () => {
  it('are fresh in every session and after every reboot', () => {
    const { belt, clock, controller } = setUp();
    const ring = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const sessions = new Set<string>();
    const epochs = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const keyed = connectKeyed(belt, ring);
      keyed.link.disconnect();
      const other = connectController(belt);
      const ending = unlock(belt, other, ring);
      if (!ending.ok) throw new Error(ending.reason);
      sessions.add(ending.result.keys.sessionId.join());
      epochs.add(ending.result.bootEpoch.join());
      belt.inject('reboot');
      clock.advance(1000);
    }
    expect([sessions.size, epochs.size]).toEqual([6, 6]);
  });

  it('are dropped with their link long before a counter ends', () => {
    const board = createBoard(REFERENCE_BELT, 1);
    const dropped: number[] = [];
    const fw = bootFirmware(
      board,
      createFlash(new Uint8Array(8)),
      true,
      { send: () => undefined, disconnect: (id) => void dropped.push(id) },
      { labelSecret: new Uint8Array(16), randomBytes: createRandomBytes(1, 'worn') },
    );
    acceptLink(fw, 1);
    acceptLink(fw, 2);
    const [worn, fresh] = fw.links;
    const keys = createSessionKeys(new Uint8Array(40));
    worn!.sealed = createSealedEnvelope(keys, 'belt', { sent: SEALED_COUNTER_MAX - 1000, received: 0 });
    fresh!.sealed = createSealedEnvelope(keys, 'belt');
    stepFirmware(fw, 200);
    expect(dropped).toEqual([1]);
    expect(fw.links.map((link) => link.id)).toEqual([2]);
  });
});
