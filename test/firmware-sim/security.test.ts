import { describe, expect, it } from 'vitest';
import { encodeLease } from '../../protocol/codec.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { FRAME, OP, type OpName } from '../../protocol/messages.ts';
import { armed, program, setUp, type Bench } from './bench.ts';
import { connectController, type TestController } from './controller.ts';
import { connectKeyed, pairAndUnlock, sessionOf, unlock, type KeyRing } from './keyed.ts';

/** Paired, its controller on a sealed link. */
function paired(): Bench & { readonly ring: KeyRing } {
  const bench = setUp();
  return { ...bench, ring: pairAndUnlock(bench.belt, bench.controller) };
}

function treating(): Bench & { readonly ring: KeyRing } {
  const bench = paired();
  armed(bench);
  bench.clock.advance(2500);
  expect(bench.belt.truth().emission).toBe(true);
  return bench;
}

const OPS = (Object.keys(OP) as (keyof typeof OP)[]).filter((op): op is OpName => op !== 'answer');

/** Everything a stranger without a key can ask for. */
function askForEverything(stranger: TestController): void {
  for (const op of OPS) stranger.command(op, new Uint8Array(op === 'clear' ? 8 : 0));
  stranger.prepare(program());
  stranger.arm();
  stranger.readRecord({ op: 'last' });
  stranger.readRecord({ op: 'count' });
}

describe('A paired belt', () => {
  it('treats its controller on the link of the pairing and on later ones', () => {
    const bench = treating();
    bench.controller.stop();
    expect(bench.controller.lastTick().stopLatched).toBe(true);
    bench.controller.link.disconnect();
    const again = { ...bench, controller: connectKeyed(bench.belt, bench.ring) };
    armed(again);
    bench.clock.advance(2500);
    expect(bench.belt.truth().emission).toBe(true);
  });

  it('says in its features that it is paired, in the open and sealed, and no longer after a factory reset', () => {
    const bench = setUp();
    expect(bench.controller.features().paired).toBe(false);
    pairAndUnlock(bench.belt, bench.controller);
    expect(bench.controller.features().paired).toBe(true);
    expect(bench.controller.command('features')?.operand[2]).toBe(0b111);
    bench.belt.inject('factory-reset');
    bench.clock.advance(500);
    expect(connectController(bench.belt).features().paired).toBe(false);
  });

  it('leaves its battery readable for all, as one byte, and nothing with it', () => {
    const { belt, clock, controller } = paired();
    controller.link.disconnect();
    const told: string[] = [];
    const stranger = belt.connect({
      value: (characteristic, bytes) => void told.push(`${characteristic} ${bytes.length}`),
      disconnected: () => undefined,
    });
    stranger.subscribe('battery', true, () => undefined);
    let read: Uint8Array | undefined;
    stranger.read('battery', (result) => void (read = result.ok ? result.bytes : undefined));
    expect(read).toHaveLength(1);
    belt.inject('battery-low');
    clock.advance(5000);
    expect(told.length).toBeGreaterThan(0);
    expect(new Set(told)).toEqual(new Set(['battery 1']));
  });

  it('answers nothing in the open, tells nothing in the open, and lights nothing', () => {
    const { belt, clock, controller } = paired();
    controller.link.disconnect();
    const stranger = connectController(belt);
    stranger.subscribe();
    stranger.grant = {};
    askForEverything(stranger);
    for (let round = 0; round < 40; round++) {
      stranger.lease({ tick: round, zones: 0x0f, epoch: 1 });
      clock.advance(250);
    }
    expect(stranger.frames).toEqual([]);
    expect(belt.truth().emission).toBe(false);
  });

  it('does not let plain leases prolong the light of a sealed session that fell silent', () => {
    const { belt, clock, controller } = treating();
    const { tick, epoch, step } = controller.lastTick();
    controller.grant = undefined;
    const stranger = connectController(belt);
    for (let at = 0; at < 1200; at += 50) {
      stranger.lease({ tick: tick + Math.floor(at / 250), epoch, step });
      clock.advance(50);
    }
    expect(belt.truth().emission).toBe(false);
  });

  it('does not take plain leases on the very link of a session that fell silent', () => {
    const { belt, clock, controller } = treating();
    const { tick, epoch, step } = controller.lastTick();
    controller.grant = undefined;
    clock.advance(600);
    const plain = createPlainEnvelope();
    const body = new Uint8Array(9);
    const length = encodeLease({ tick: tick + 2, step, zones: 0x0f, ceiling: 0xffff, epoch }, body);
    controller.frame('lease', plain.seal(FRAME.lease, body, length));
    clock.advance(500);
    expect(belt.truth().emission).toBe(false);
  });

  it('does not let plain frames of a stranger end, pause or change a sealed session', () => {
    const { belt, clock, controller } = treating();
    const stranger = connectController(belt);
    stranger.subscribe();
    for (let round = 0; round < 20; round++) {
      askForEverything(stranger);
      stranger.frame('lease', Uint8Array.of(1, 2, 3));
      stranger.frame('controlPoint', new Uint8Array(20).fill(round));
      clock.advance(100);
    }
    expect(stranger.frames).toEqual([]);
    expect(belt.truth().emission).toBe(true);
    expect(controller.lastTick().state).toBe('armed');
  });

  it("does not take a sealed link's frames from another link, nor back from where they came", () => {
    const { belt, clock, controller } = treating();
    const body = new Uint8Array(9);
    const lease = controller.envelope.seal(0x55, body, 9).slice();
    const stranger = connectController(belt);
    stranger.subscribe();
    stranger.frame('lease', lease);
    for (const { characteristic, bytes } of controller.frames.slice(-40))
      stranger.frame(characteristic, bytes);
    clock.advance(300);
    expect(stranger.frames).toEqual([]);
    expect(controller.lastTick().state).toBe('armed');
  });

  it('H15 ends the session at the third frame on its own link that has no right tag, and not at duplicates', () => {
    const { belt, clock, controller } = treating();
    const lease = controller.envelope.seal(0x55, new Uint8Array(9), 9).slice();
    for (let count = 0; count < 50; count++) controller.frame('lease', lease);
    clock.advance(50);
    expect(controller.lastTick().state).toBe('armed');
    for (let count = 0; count < 2; count++) controller.frame('lease', new Uint8Array(20).fill(7));
    expect(belt.truth().emission).toBe(true);
    controller.frame('lease', Uint8Array.of(0x55, 1, 0, 0));
    expect(belt.truth().emission).toBe(false);
    clock.advance(20);
    expect(controller.lastTick().state).toBe('ended');
  });

  it('never goes back to plain on a link that was sealed', () => {
    const { belt, controller } = paired();
    const plain = connectController(belt);
    const before = controller.frames.length;
    plain.command('poll');
    controller.frame('controlPoint', plain.envelope.seal(0x33, Uint8Array.of(3, OP.poll, 9), 3).slice());
    expect(controller.frames.length).toBe(before);
    expect(plain.frames).toEqual([]);
  });

  it('takes no handshake on a sealed link, not even sealed: frames out of place, the third ends the session', () => {
    const { belt, clock, controller, ring } = treating();
    const before = controller.handshakes.length;
    controller.handshake(sessionOf(belt, ring).hello);
    expect(controller.handshakes.length).toBe(before);
    expect(belt.truth().emission).toBe(false);
    clock.advance(20);
    expect(controller.lastTick().state).toBe('ended');
  });

  it('does not repeat under seal what it answered in the open', () => {
    const { belt, controller } = setUp();
    controller.subscribe();
    const none = new Uint8Array(0);
    expect(controller.command('features', none, 9)?.operand[2]).toBe(0b101);
    pairAndUnlock(belt, controller);
    expect(controller.command('features', none, 9)?.operand[2]).toBe(0b111);
  });

  it('tells who subscribed before the session was set up what there is to tell, as soon as it is sealed', () => {
    const { belt, clock, controller, ring } = paired();
    controller.stop();
    controller.link.disconnect();
    const later = connectController(belt);
    later.subscribe();
    clock.advance(1001);
    expect(later.frames).toEqual([]);
    const ending = unlock(belt, later, ring);
    expect(ending.ok).toBe(true);
    clock.advance(20);
    expect(later.events.map((event) => event.kind)).toContain('stopped');
    expect(later.lastTick().stopLatched).toBe(true);
  });

  it('shows a second keyed central its ticks, and takes its STOP', () => {
    const { belt, clock, controller, ring } = treating();
    const helper = connectKeyed(belt, ring);
    helper.subscribe(['tick', 'controlPoint']);
    clock.advance(300);
    expect(helper.lastTick().tick).toBe(controller.lastTick().tick);
    expect(helper.command('pause')?.code).toBe('notOwner');
    helper.stop();
    expect(belt.truth().emission).toBe(false);
    expect(helper.lastTick().stopLatched).toBe(true);
  });

  it('forgets what was prepared in the open as soon as it is paired', () => {
    const { belt, clock, controller } = setUp();
    controller.subscribe();
    controller.prepare(program());
    const other = connectController(belt);
    pairAndUnlock(belt, other);
    const before = controller.frames.length;
    expect(controller.arm()).toBeUndefined();
    clock.advance(5000);
    expect(controller.frames.length).toBe(before);
    other.subscribe();
    other.command('poll');
    expect(other.lastTick().state).toBe('standby');
  });

  it('does not finish sealed what a command began in the open', () => {
    const { belt, controller } = setUp();
    controller.subscribe();
    belt.openPairingWindow();
    // First segment of two: `poll`, command id 7.
    const begun = Uint8Array.of(0b01, OP.poll, 7);
    controller.frame('controlPoint', controller.envelope.seal(0x33, begun, begun.length));
    pairAndUnlock(belt, controller);
    const rest = Uint8Array.of(0b110, 0);
    controller.frame('controlPoint', controller.envelope.seal(0x33, rest, rest.length));
    expect(controller.answers).toEqual([]);
  });
});
