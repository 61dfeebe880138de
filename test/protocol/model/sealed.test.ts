// Assumptions B1 to B16 of protocol/sealed.pml, each held against the code that ships. The model says nothing about a
// belt for which one of them is not true.
import { describe, expect, it } from 'vitest';
import { createPlainEnvelope } from '../../../protocol/envelope.ts';
import { PAIRING_WINDOW_MS } from '../../../protocol/handshake-messages.ts';
import { FRAME } from '../../../protocol/messages.ts';
import { createSealedEnvelope, createSessionKeys, SEALED_WINDOW } from '../../../protocol/sealing.ts';
import { createGattBelt } from '../../../src/belt/gatt-belt.ts';
import { createInProcessTransport } from '../../../src/transport/in-process.ts';
import { armed, program, setUp, type Bench } from '../../firmware-sim/bench.ts';
import { connectController, type TestController } from '../../firmware-sim/controller.ts';
import {
  carry,
  connectKeyed,
  pair,
  pairAndUnlock,
  pairingOf,
  sessionOf,
  unlock,
  type KeyRing,
} from '../../firmware-sim/keyed.ts';
import { createTestRandom } from '../../session/support/paired-belt.ts';
import { putBetween } from '../../session/support/man-in-the-middle.ts';
import { startRig } from '../../session/support/rig.ts';
import { bytesOf } from '../examples.ts';
import { run, sessionEnds } from '../handshake-rig.ts';

interface Keyed extends Bench {
  readonly ring: KeyRing;
}
const paired = (): Keyed => {
  const bench = setUp();
  return { ...bench, ring: pairAndUnlock(bench.belt, bench.controller) };
};
const treating = (): Keyed => {
  const bench = paired();
  armed(bench);
  bench.clock.advance(2500);
  expect(bench.belt.truth().emission).toBe(true);
  return bench;
};
const wasLit = ({ truth }: Bench): boolean => truth.some((line) => line.emission);
/** Any keys: both ends of one link. */
const ends = (fill: number, start = { sent: 0, received: 0 }) => {
  const keys = createSessionKeys(new Uint8Array(40).fill(fill).map((byte, index) => byte + index));
  return {
    controller: createSealedEnvelope(keys, 'controller', start),
    belt: createSealedEnvelope(keys, 'belt'),
  };
};
const BODY = Uint8Array.of(1, 2, 3);

describe('What the model of the sealed wire assumes: exchanges', () => {
  it('B1: no two connections under one long-term key share a session key', () => {
    const [first, second] = [run(sessionEnds({ name: 'one' })), run(sessionEnds({ name: 'two' }))];
    expect(first.messages[0]).not.toEqual(second.messages[0]);
    expect(first.messages[1]).not.toEqual(second.messages[1]);
    const keys = [first, second].map(({ belt }) => belt?.keys.toBelt.export().toString('hex'));
    expect(new Set(keys).size).toBe(2);
    // And on the belt itself: what one link's controller sealed says nothing on the next link.
    const { belt, controller, ring } = paired();
    const late = controller.envelope.seal(FRAME.command, Uint8Array.of(3, 0x69, 1), 3).slice();
    controller.link.disconnect();
    const next = connectKeyed(belt, ring);
    next.frame('controlPoint', late);
    expect(next.answers).toEqual([]);
  });

  it('B2: a proof fits its own hello, offer, boot epoch and long-term key, and nothing else', () => {
    const told = run(sessionEnds({ name: 'x' }));
    const [hello, , proof] = told.messages;
    if (hello === undefined || proof === undefined) throw new Error('no exchange');
    const replayTo = (options: Parameters<typeof sessionEnds>[0]): string => {
      const { belt } = sessionEnds(options);
      belt.take(hello);
      const step = belt.take(proof);
      return step.status === 'failed' ? step.reason : step.status;
    };
    // A belt whose chance repeats to the last bit: the same boot cannot tell, another one does.
    expect(replayTo({ name: 'x' })).toBe('done');
    expect(replayTo({ name: 'x', bootEpoch: bytesOf('c0b1b2b3b4b5b6b7') })).toBe('wrongProof');
    expect(replayTo({ name: 'y' })).toBe('wrongProof');
    expect(replayTo({ name: 'x', beltSecret: new Uint8Array(32).fill(7) })).toBe('wrongProof');
    const other = run(sessionEnds({ name: 'z' })).messages[0];
    const { belt } = sessionEnds({ name: 'x' });
    belt.take(other ?? new Uint8Array(0));
    expect(belt.take(proof)).toMatchObject({ status: 'failed', reason: 'wrongProof' });
  });

  it('B10: a provisional key is not confirmed while a session is under way', () => {
    const { belt, controller, ring } = paired();
    controller.link.disconnect();
    const person = connectController(belt);
    belt.openPairingWindow();
    const fresh = pair(belt, person);
    const thief = connectController(belt);
    expect(unlock(belt, thief, ring).ok).toBe(false);
    // The thief's proof says which key he holds; before it the person has begun, in the very gap.
    const own = sessionOf(belt, fresh);
    const offer = person.handshake(own.hello);
    const proof = own.take(offer ?? new Uint8Array(0));
    expect(unlock(belt, thief, ring).ok).toBe(true);
    thief.features();
    thief.subscribe();
    expect(thief.prepare(program())?.code).toBe('ok');
    expect(thief.arm()?.code).toBe('ok');
    const answer = proof.status === 'waiting' ? person.handshake(proof.send) : undefined;
    expect(own.take(answer ?? new Uint8Array(0)).status).toBe('failed');
    expect(thief.disconnected).toBeUndefined();
    // In the open, before any key is confirmed, the same.
    const plain = setUp();
    plain.belt.openPairingWindow();
    const key = pair(plain.belt, plain.controller);
    armed(plain);
    expect(unlock(plain.belt, connectController(plain.belt), key)).toEqual({ ok: false, reason: 'busy' });
  });

  it('B11: a wrong proof makes the next exchange on its own link try the other key, and on no other link', () => {
    const { belt, controller, ring } = paired();
    controller.link.disconnect();
    const person = connectController(belt);
    belt.openPairingWindow();
    const fresh = pair(belt, person);
    const stranger = connectController(belt);
    const wrong = { ...fresh, longTermKey: new Uint8Array(32) };
    expect(unlock(belt, stranger, wrong)).toEqual({ ok: false, reason: 'wrongProof' });
    expect(unlock(belt, stranger, fresh)).toEqual({ ok: false, reason: 'wrongProof' });
    expect(unlock(belt, stranger, ring)).toEqual({ ok: false, reason: 'wrongProof' });
    expect(unlock(belt, person, fresh).ok).toBe(true);
  });
});

describe('What the model of the sealed wire assumes: frames', () => {
  it('B3: a frame opens on its link, in its direction and under its counter alone', () => {
    const link = ends(1);
    const frame = link.controller.seal(FRAME.command, BODY, 3).slice();
    expect(link.controller.open(frame)).toMatchObject({ ok: false, problem: 'tag' });
    expect(ends(2).belt.open(frame)).toMatchObject({ ok: false, problem: 'tag' });
    for (const counter of [0, 2, 1023, 1024]) {
      const moved = frame.slice();
      moved[1] = counter & 0xff;
      moved[2] = counter >>> 8;
      expect(link.belt.open(moved).ok).toBe(false);
    }
    expect(link.belt.open(frame)).toMatchObject({ ok: true, sequence: 'next' });
  });

  it('B14: 1,024 frames forward and not one more, and 10 s of a treatment are fewer than that', () => {
    expect(SEALED_WINDOW).toBe(1024);
    for (const [sent, opens] of [
      [SEALED_WINDOW - 1, true],
      [SEALED_WINDOW, false],
    ] as const) {
      const link = ends(3, { sent, received: 0 });
      expect(link.belt.open(link.controller.seal(FRAME.lease, BODY, 3).slice()).ok).toBe(opens);
    }
    const { clock, controller } = treating();
    const before = controller.frames.length;
    clock.advance(10_000);
    expect(controller.frames.length - before).toBeGreaterThan(200);
    expect(controller.frames.length - before).toBeLessThan(SEALED_WINDOW);
  });

  it('B15: what another type has overtaken still counts, once; what its own type has passed does not', () => {
    const { controller, belt } = ends(4);
    const pause = controller.seal(FRAME.command, BODY, 3).slice();
    const leases = [1, 2, 3].map(() => controller.seal(FRAME.lease, BODY, 3).slice());
    const sequences = (frames: readonly (Uint8Array | undefined)[]) =>
      frames.map((frame) => {
        const opened = belt.open(frame ?? new Uint8Array(0));
        return opened.ok && opened.sequence;
      });
    expect(sequences([leases[2], pause, leases[0], pause])).toEqual(['gap', 'gap', 'repeated', 'repeated']);
  });

  it('B4: a paired belt acts on nothing plain, and answers nothing, whatever it is and wherever it comes', () => {
    const bench = treating();
    const stranger = connectController(bench.belt);
    stranger.subscribe();
    stranger.grant = {};
    for (const type of Object.values(FRAME)) {
      if (type === FRAME.handshake) continue;
      for (const characteristic of ['controlPoint', 'lease', 'recordAccess'] as const)
        for (const body of [BODY, Uint8Array.of(3, 0x55, 1), new Uint8Array(9).fill(0xff)])
          stranger.frame(characteristic, stranger.envelope.seal(type, body, body.length).slice());
    }
    stranger.prepare(program());
    stranger.arm();
    stranger.command('pause');
    bench.clock.advance(300);
    expect(stranger.frames).toEqual([]);
    expect(bench.controller.lastTick().state).toBe('armed');
    // On the sealed link itself the plain lease is a bad frame: it does not prolong, and the third ends the session.
    bench.controller.grant = undefined;
    const { tick } = bench.controller.lastTick();
    const plain = createPlainEnvelope();
    for (let count = 0; count < 2; count++) {
      bench.controller.frame('lease', plain.seal(FRAME.lease, new Uint8Array(9), 9).slice());
      bench.clock.advance(250);
    }
    expect(bench.controller.lastTick().leaseAgeTicks).toBe(bench.controller.lastTick().tick - tick);
    bench.controller.handshakes.length = 0;
    bench.controller.frame('controlPoint', plain.seal(FRAME.handshake, BODY, 3).slice());
    expect(bench.controller.handshakes).toEqual([]);
    expect(bench.belt.truth().emission).toBe(false);
  });

  it('B16: the controller takes nothing plain from a belt it has a key for, and never speaks plain to it', () => {
    const { belt, clock } = setUp();
    const man = putBetween(belt);
    const rig = startRig({ isSealed: true, belt: man.belt, clock });
    const heard = rig.events.length;
    const plain = createPlainEnvelope();
    man.sayToController('tick', plain.seal(FRAME.tickState, new Uint8Array(9), 9).slice());
    expect(rig.events.slice(heard).map((event) => event.type)).toEqual(['belt.badFrame']);
    const handshakeOnly = man.heard.filter(({ to, characteristic, bytes }) => {
      const isPlain = createPlainEnvelope().open(bytes).ok;
      return to === 'belt' && characteristic !== 'stop' && isPlain && bytes[0] !== FRAME.handshake;
    });
    expect(handshakeOnly).toEqual([]);
    // A belt that says it is not paired gets nothing from a controller with a key, and no session.
    const open = setUp();
    const told: string[] = [];
    const gatt = createGattBelt({
      transport: createInProcessTransport({ clock: open.clock, peripheral: open.belt }),
      address: 'sim',
      clock: open.clock,
      credentials: {
        controllerId: new Uint8Array(8),
        randomBytes: createTestRandom('nobody'),
        beltId: bytesOf(open.belt.beltId),
        longTermKey: new Uint8Array(32).fill(1),
      },
      onEvent: (event) => void told.push(event.type),
    });
    gatt.open();
    open.clock.advance(20_000);
    expect(told).toEqual(['belt.unreachable']);
  });
});

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
