// Assumptions B5 to B9, B12 and B13 of protocol/sealed.pml, each held against the code that ships. The model says nothing about a
// belt for which one of them is not true.
import { describe, expect, it } from 'vitest';
import { PAIRING_WINDOW_MS } from '../../../protocol/handshake-messages.ts';
import { FRAME } from '../../../protocol/messages.ts';
import { armed, program, setUp } from '../../firmware-sim/bench.ts';
import { connectController, type TestController } from '../../firmware-sim/controller.ts';
import {
  carry,
  connectKeyed,
  pair,
  pairAndUnlock,
  pairingOf,
  sessionOf,
  unlock,
} from '../../firmware-sim/keyed.ts';
import { type Keyed, paired, treating, wasLit, BODY } from './sealed-belts.ts';

describe('What the model of the sealed wire assumes: the belt', () => {
  /** The belt in each of its states, and how it is got there. */
  const states: readonly (readonly [string, (bench: Keyed) => void])[] = [
    ['standby', () => undefined],
    ['prepared', ({ controller }) => void controller.prepare(program())],
    [
      'awaitingButton',
      ({ controller }) => {
        controller.prepare(program());
        controller.arm('beltButton');
      },
    ],
    [
      'selfTest',
      (bench) => {
        bench.controller.prepare(program());
        bench.controller.arm();
        bench.clock.advance(30);
      },
    ],
    [
      'countdown',
      (bench) => {
        bench.controller.prepare(program());
        bench.controller.arm();
        bench.clock.advance(1000);
      },
    ],
    ['armed', (bench) => armed(bench)],
    [
      'paused',
      (bench) => {
        armed(bench);
        bench.controller.command('pause');
      },
    ],
  ];

  it('B5: STOP counts from any central, in every state of belt and link, with any bytes', () => {
    for (const [state, reach] of states)
      for (const link of ['none', 'offered', 'sealed'] as const)
        for (const bytes of [new Uint8Array(0), new Uint8Array(253).fill(0x55)]) {
          const bench = paired();
          bench.controller.subscribe();
          reach(bench);
          bench.controller.command('poll');
          bench.clock.advance(30);
          expect(bench.controller.lastTick().state).toBe(state);
          const helper = connectController(bench.belt);
          if (link === 'offered') helper.handshake(sessionOf(bench.belt, bench.ring).hello);
          if (link === 'sealed') unlock(bench.belt, helper, bench.ring);
          helper.stop(bytes);
          expect(bench.belt.truth().emission).toBe(false);
          bench.clock.advance(100);
          expect(bench.controller.lastTick()).toMatchObject({ stopLatched: true, emission: false });
          expect(['standby', 'ended']).toContain(bench.controller.lastTick().state);
          // Nothing that was sent before lights again, nor does the same ARM.
          expect(['wrongState', 'notOwner']).toContain(bench.controller.arm()?.code);
        }
  });

  it('B6: two places, one owner: a second central with a key neither commands nor leases, a third has no place', () => {
    const bench = treating();
    const helper = connectKeyed(bench.belt, bench.ring);
    helper.subscribe();
    for (const op of ['pause', 'resume', 'arm'] as const) expect(helper.command(op)?.code).toBe('notOwner');
    const third = connectController(bench.belt);
    bench.clock.advance(50);
    expect(third.disconnected).toBeDefined();
    bench.controller.grant = undefined;
    helper.grant = {};
    bench.clock.advance(1300);
    expect(bench.belt.truth().emission).toBe(false);
  });

  it('B7: pairing needs an open window, the label, and a belt without a session', () => {
    const { belt, clock, controller } = setUp();
    expect(PAIRING_WINDOW_MS).toBe(60_000);
    clock.advance(PAIRING_WINDOW_MS + 1000);
    const attempt = (on: TestController, labelSecret?: Uint8Array) => {
      const ending = carry(on, pairingOf(belt, labelSecret === undefined ? {} : { labelSecret }));
      return ending.ok ? 'paired' : ending.reason;
    };
    expect(attempt(controller)).toBe('windowClosed');
    belt.openPairingWindow();
    expect(attempt(controller, new Uint8Array(16))).toBe('wrongProof');
    clock.advance(PAIRING_WINDOW_MS - 100);
    expect(attempt(controller)).toBe('paired');
    clock.advance(200);
    expect(attempt(controller)).toBe('windowClosed');
    belt.openPairingWindow();
    armed({ belt, clock, controller, truth: [] });
    expect(attempt(connectController(belt))).toBe('busy');
  });

  it('B8: a provisional key locks nothing and leaves the older one in force', () => {
    const unlocked = setUp();
    unlocked.belt.openPairingWindow();
    pair(unlocked.belt, unlocked.controller);
    expect(unlocked.controller.features().paired).toBe(false);
    armed(unlocked);
    unlocked.clock.advance(1000);
    expect(unlocked.belt.truth().emission).toBe(true);
    const { belt, controller, ring } = paired();
    controller.link.disconnect();
    belt.openPairingWindow();
    // The last message is lost: nobody holds the newer key.
    pair(belt, connectController(belt));
    const again = connectController(belt);
    expect(unlock(belt, again, ring).ok || unlock(belt, again, ring).ok).toBe(true);
  });

  it('B9: a key that is confirmed replaces the older one and closes the links sealed with it', () => {
    const bench = paired();
    bench.controller.features();
    bench.controller.subscribe();
    expect(bench.controller.prepare(program())?.code).toBe('ok');
    bench.belt.openPairingWindow();
    const person = connectController(bench.belt);
    const ring = pair(bench.belt, person);
    expect(unlock(bench.belt, person, ring).ok).toBe(true);
    expect(bench.controller.disconnected).toBeDefined();
    bench.controller.grant = {};
    expect(bench.controller.arm()).toBeUndefined();
    bench.clock.advance(5000);
    expect(wasLit(bench)).toBe(false);
    const old = connectController(bench.belt);
    for (let count = 0; count < 3; count++) expect(unlock(bench.belt, old, bench.ring).ok).toBe(false);
  });

  it('B12: link loss and reboot end session, link keys and exchange; the long-term key stays', () => {
    for (const end of ['link', 'reboot'] as const) {
      const bench = treating();
      const begun = connectController(bench.belt);
      const exchange = sessionOf(bench.belt, bench.ring);
      const step = exchange.take(begun.handshake(exchange.hello) ?? new Uint8Array(0));
      if (end === 'link') bench.controller.link.disconnect();
      else bench.belt.inject('reboot');
      bench.clock.advance(1000);
      expect(bench.belt.truth().emission).toBe(false);
      if (end === 'link') begun.link.disconnect();
      const late = connectController(bench.belt);
      if (step.status === 'waiting') late.handshake(step.send);
      expect(late.frames.some(({ bytes }) => bytes[0] !== FRAME.handshake)).toBe(false);
      late.link.disconnect();
      const next = connectKeyed(bench.belt, bench.ring);
      next.features();
      next.subscribe();
      const old = bench.controller.envelope.seal(FRAME.command, BODY, 3).slice();
      next.frame('controlPoint', old);
      bench.clock.advance(500);
      expect(['standby', 'ended']).toContain(next.lastTick().state);
      const record = next.readRecord({ op: 'last' });
      expect(record?.cause).toBe(end === 'link' ? 'linkLost' : 'rebooted');
    }
  });

  it('B13: sealing a link forgets what was prepared in the open', () => {
    const { belt, clock, controller } = setUp();
    controller.subscribe();
    expect(controller.prepare(program())?.code).toBe('ok');
    const other = connectController(belt);
    pairAndUnlock(belt, other);
    other.features();
    other.subscribe();
    clock.advance(300);
    expect(other.lastTick().state).toBe('standby');
    expect(controller.arm()).toBeUndefined();
  });
});
