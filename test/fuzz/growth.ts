// Whether an end grows with what is sent to it: live bytes after many frames, and after three times as many.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { CentralHandlers, Peripheral } from '../../protocol/gatt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import type { Act } from './acts.ts';
import { attackerAct } from './arbitraries.ts';
import { createAttacker, type AttackerAct } from './attacker.ts';
import { tape } from './tape.ts';

const ADVANCE_MS = 5;
const INPUT_COUNT = 2000;
/** The tape itself is to be full before anything is measured. */
const TAPE_COUNT = 200;

function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no garbage collector to call');
  // Twice: what a first pass only unlinks is freed by the second.
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Bytes by which the heap is larger after `count` × 3 frames than after `count`. */
function growth(count: number, sendOne: (index: number) => void): number {
  let sent = 0;
  const send = (until: number): void => {
    for (; sent < until; sent++) sendOne(sent);
  };
  send(count);
  const before = liveBytes();
  send(count * 3);
  return liveBytes() - before;
}

const inputs = (seed: number): readonly Act[] => fc.sample(attackerAct, { seed, numRuns: INPUT_COUNT });
const isAttack = (act: Act): act is AttackerAct => act.kind !== 'wait' && act.kind !== 'owner';

export function growthOfBelt(count: number, seed: number): number {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed });
  const air = tape(belt, TAPE_COUNT);
  const attacker = createAttacker(air, air);
  const acts = inputs(seed).filter(isAttack);
  const seen = { tick: undefined, beltId: new Uint8Array(8), prepared: undefined };
  const grown = growth(count, (index) => {
    const act = acts[index % acts.length];
    if (act !== undefined) attacker.perform(act, seen);
    if (index % 50 === 0) clock.advance(ADVANCE_MS);
    if (index % 5000 === 0) attacker.relink();
  });
  belt.powerOff();
  return grown;
}

export function growthOfController(count: number, seed: number): number {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed });
  let central: CentralHandlers | undefined;
  const peripheral: Peripheral = {
    connect(handlers) {
      central = handlers;
      return belt.connect(handlers);
    },
  };
  const transport = createInProcessTransport({ clock, peripheral });
  const port = createGattBelt({ transport, address: 'sim', clock, onEvent: () => undefined });
  port.open();
  clock.advance(2000);
  const frames = inputs(seed).flatMap((act) => ('on' in act && act.on !== 'same' ? [act] : []));
  const source = tape(belt, TAPE_COUNT);
  const speaker = createAttacker({ connect: () => ({ ...source.connect(silent), write: speak }) }, source);
  function speak(on: Parameters<CentralHandlers['value']>[0], bytes: Uint8Array): void {
    central?.value(on === 'lease' ? 'tick' : on, bytes);
  }
  const seen = { tick: undefined, beltId: new Uint8Array(8), prepared: undefined };
  const grown = growth(count, (index) => {
    const act = frames[index % frames.length];
    if (act !== undefined && isAttack(act) && act.kind !== 'subscribe' && act.kind !== 'read')
      speaker.perform(act, seen);
    if (index % 50 === 0) clock.advance(ADVANCE_MS);
  });
  port.close();
  belt.powerOff();
  return grown;
}

const silent: CentralHandlers = { value: () => undefined, disconnected: () => undefined };
