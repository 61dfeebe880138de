// Any order of pairings that are heard or not, sessions, wrong proofs of a stranger who uses the person's own id, lost
// links and reboots: who holds the key that the belt gave last gets in, within two exchanges, and the belt stays locked.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { program, setUp } from './bench.ts';
import { connectController, type TestController } from './controller.ts';
import {
  carry,
  connectKeyed,
  controllerIdOf,
  pair,
  pairAndUnlock,
  pairingOf,
  unlock,
  type KeyRing,
} from './keyed.ts';

const seed = Number(process.env['LASERBELT_SEED'] ?? Date.now() % 1_000_000);

const STEPS = ['pair', 'pair unheard', 'session', 'wrong proof', 'reconnect', 'reboot'] as const;
type Step = (typeof STEPS)[number];

function createPerson() {
  const { belt, clock, controller } = setUp();
  controller.link.disconnect();
  let own = connectController(belt);
  let stranger = connectController(belt);
  let ring: KeyRing | undefined;
  /** A session under the key was set up: the belt keeps it whatever becomes of later pairings. */
  let isConfirmed = false;
  let isLocked = false;

  const reconnect = (): void => {
    for (const link of [own, stranger]) link.link.disconnect();
    own = connectController(belt);
    stranger = connectController(belt);
  };
  /** A link that has set a session up takes no other. */
  const freshly = (): TestController => {
    own.link.disconnect();
    own = connectController(belt);
    return own;
  };
  const pairAgain = (isHeard: boolean): void => {
    belt.openPairingWindow();
    const ending = carry(freshly(), pairingOf(belt));
    if (!ending.ok) throw new Error(`not paired: ${ending.reason}`);
    if (isHeard) {
      ring = { controllerId: controllerIdOf(1), longTermKey: ending.result.longTermKey };
      isConfirmed = false;
    } else if (!isConfirmed) ring = undefined;
  };
  const openSession = (): void => {
    if (ring === undefined) return;
    const link = freshly();
    const first = unlock(belt, link, ring);
    expect(first.ok || unlock(belt, link, ring).ok).toBe(true);
    isConfirmed = true;
    isLocked = true;
    expect(link.command('features')?.operand[2]).toBe(0b111);
  };
  const takeStep = (step: Step): void => {
    switch (step) {
      case 'pair':
        return pairAgain(true);
      case 'pair unheard':
        return pairAgain(false);
      case 'session':
        return openSession();
      case 'wrong proof': {
        const wrong = { controllerId: controllerIdOf(1), longTermKey: new Uint8Array(32).fill(3) };
        expect(unlock(belt, stranger, wrong).ok).toBe(false);
        return;
      }
      case 'reconnect':
        return reconnect();
      case 'reboot':
        belt.inject('reboot');
        clock.advance(1000);
        return reconnect();
    }
  };
  return {
    takeStep,
    /** At the end, whatever was before. */
    check() {
      expect(stranger.features().paired).toBe(isLocked);
      openSession();
      expect(stranger.features().paired).toBe(isLocked);
      belt.powerOff();
    },
  };
}

describe('Keys in any order of events', () => {
  it(`who was given the last key gets in, and a belt once locked stays so (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STEPS), { maxLength: 14 }), (steps) => {
        const person = createPerson();
        for (const step of steps) person.takeStep(step);
        person.check();
      }),
      { seed, numRuns: 200 },
    );
  });
});

describe('A key that was just given', () => {
  it('is kept, whatever wrong proofs a stranger puts between the pairing and its first session', () => {
    for (const wrongCount of [1, 2, 3]) {
      for (const isSecondPairing of [false, true]) {
        const { belt, controller } = setUp();
        if (isSecondPairing) pairAndUnlock(belt, controller);
        controller.link.disconnect();
        const person = connectController(belt);
        belt.openPairingWindow();
        const ring = pair(belt, person);
        const stranger = connectController(belt);
        const wrong = { ...ring, longTermKey: new Uint8Array(32) };
        for (let count = 0; count < wrongCount; count++)
          expect(unlock(belt, stranger, wrong)).toEqual({ ok: false, reason: 'wrongProof' });
        // At once, on a link that gave no wrong proof itself.
        expect(unlock(belt, person, ring).ok).toBe(true);
        expect(person.command('features')?.operand[2]).toBe(0b111);
        person.link.disconnect();
        stranger.link.disconnect();
        connectKeyed(belt, ring);
      }
    }
  });

  it('is kept after its controller itself gave a wrong proof first', () => {
    const { belt, controller } = setUp();
    belt.openPairingWindow();
    const ring = pair(belt, controller);
    const wrong = { ...ring, longTermKey: new Uint8Array(32) };
    expect(unlock(belt, controller, wrong).ok).toBe(false);
    expect(unlock(belt, controller, ring).ok).toBe(true);
    controller.link.disconnect();
    expect(connectKeyed(belt, ring).features().paired).toBe(true);
  });
});

describe('A key that was replaced', () => {
  it('opens nothing any more, and the link that is sealed with it is dropped: its holder cannot light', () => {
    const { belt, clock, controller, truth } = setUp();
    const stolen = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const thief = connectKeyed(belt, stolen);
    thief.features();
    thief.subscribe();
    expect(thief.prepare(program())?.code).toBe('ok');
    const person = connectController(belt);
    belt.openPairingWindow();
    const ring = pair(belt, person);
    expect(unlock(belt, person, ring).ok).toBe(true);
    expect(thief.disconnected).toBe('its key was replaced');
    expect(thief.arm()).toBeUndefined();
    expect(thief.prepare(program())).toBeUndefined();
    thief.grant = {};
    clock.advance(8000);
    expect(truth.some((line) => line.emission)).toBe(false);
    const again = connectController(belt);
    expect(unlock(belt, again, stolen).ok).toBe(false);
    expect(unlock(belt, again, stolen).ok).toBe(false);
    expect(person.command('features')?.code).toBe('ok');
  });

  it('is another controller’s no concern: whose key stays, keeps its link', () => {
    const { belt, controller } = setUp();
    pairAndUnlock(belt, controller);
    const other = connectController(belt);
    pairAndUnlock(belt, other, controllerIdOf(2));
    expect(controller.disconnected).toBeUndefined();
    expect(controller.command('features')?.code).toBe('ok');
  });

  it('lets its holder hinder a pairing anew while he is near, told as a failure; a factory reset ends that', () => {
    const { belt, clock, controller } = setUp();
    const stolen = pairAndUnlock(belt, controller);
    controller.link.disconnect();
    const person = connectController(belt);
    const thief = connectController(belt);
    belt.openPairingWindow();
    const ring = pair(belt, person);
    expect(unlock(belt, thief, stolen).ok).toBe(false);
    expect(unlock(belt, thief, stolen).ok).toBe(true);
    expect(unlock(belt, person, ring).ok).toBe(false);
    expect(unlock(belt, person, ring).ok).toBe(false);
    belt.inject('factory-reset');
    clock.advance(1000);
    const fresh = connectController(belt);
    const own = pairAndUnlock(belt, fresh);
    expect(fresh.command('features')?.operand[2]).toBe(0b111);
    const back = connectController(belt);
    expect(unlock(belt, back, stolen).ok).toBe(false);
    fresh.link.disconnect();
    expect(connectKeyed(belt, own).command('features')?.code).toBe('ok');
  });
});
