// Assumptions B1 to B4, B10, B11 and B14 to B16 of protocol/sealed.pml, each held against the code that ships. The model
// says nothing about a belt for which one of them is not true.
import { describe, expect, it } from 'vitest';
import { createPlainEnvelope } from '../../../protocol/envelope.ts';
import { FRAME } from '../../../protocol/messages.ts';
import { SEALED_WINDOW } from '../../../protocol/sealing.ts';
import { createGattBelt } from '../../../src/belt/gatt-belt.ts';
import { createInProcessTransport } from '../../../src/transport/in-process.ts';
import { armed, program, setUp } from '../../firmware-sim/bench.ts';
import { connectController } from '../../firmware-sim/controller.ts';
import { connectKeyed, pair, sessionOf, unlock } from '../../firmware-sim/keyed.ts';
import { createTestRandom } from '../../session/support/paired-belt.ts';
import { putBetween } from '../../session/support/man-in-the-middle.ts';
import { startRig } from '../../session/support/rig.ts';
import { bytesOf } from '../examples.ts';
import { run, sessionEnds } from '../handshake-rig.ts';
import { paired, treating, ends, BODY } from './sealed-belts.ts';

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
