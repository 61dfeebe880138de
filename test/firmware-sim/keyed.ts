// Controllers with keys: pairing and session set-up over a test controller's link, message by message when wanted.
import type { ControllerHandshake, HandshakeFailure } from '../../protocol/exchange.ts';
import { parseLabel } from '../../protocol/label.ts';
import { createPairingController, type ControllerPairing } from '../../protocol/pairing.ts';
import { createSessionController, type ControllerSession } from '../../protocol/session-setup.ts';
import type { SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createRandomBytes } from '../../firmware-sim/random.ts';
import { bytesOf } from '../protocol/examples.ts';
import { connectController, type TestController } from './controller.ts';

export interface KeyRing {
  readonly controllerId: Uint8Array;
  readonly longTermKey: Uint8Array;
}

/** Eight bytes that only differ in the last. */
export const controllerIdOf = (index: number): Uint8Array =>
  Uint8Array.of(0xc0, 0x11, 0x70, 0x11, 0xe2, 0, 0, index);

let streams = 0;
/** A new stream each: no two exchanges of a run share randomness. */
const freshRandom = () => createRandomBytes(1, `controller ${streams++}`);

export function secretOf(belt: SimulatedBelt): Uint8Array {
  const read = parseLabel(belt.label);
  if (!read.ok) throw new Error(read.problem);
  return read.secret;
}

export const pairingOf = (
  belt: SimulatedBelt,
  options: { readonly labelSecret?: Uint8Array; readonly controllerId?: Uint8Array } = {},
): ControllerHandshake<ControllerPairing> =>
  createPairingController({
    labelSecret: options.labelSecret ?? secretOf(belt),
    controllerId: options.controllerId ?? controllerIdOf(1),
    randomBytes: freshRandom(),
    beltId: bytesOf(belt.beltId),
  });

export const sessionOf = (belt: SimulatedBelt, ring: KeyRing): ControllerHandshake<ControllerSession> =>
  createSessionController({ ...ring, beltId: bytesOf(belt.beltId), randomBytes: freshRandom() });

export type Ending<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly reason: HandshakeFailure | 'silent' };

/** Carries an exchange through over a link that answers at once. */
export function carry<Result>(
  controller: TestController,
  exchange: ControllerHandshake<Result>,
): Ending<Result> {
  let next: Uint8Array | undefined = exchange.hello;
  for (let count = 0; count < 4 && next !== undefined; count++) {
    const answer = controller.handshake(next);
    if (answer === undefined) return { ok: false, reason: 'silent' };
    const step = exchange.take(answer);
    if (step.status === 'done') return { ok: true, result: step.result };
    if (step.status === 'failed') return { ok: false, reason: step.reason };
    next = step.send;
  }
  throw new Error('a handshake that does not end');
}

export function pair(
  belt: SimulatedBelt,
  controller: TestController,
  controllerId = controllerIdOf(1),
): KeyRing {
  const ending = carry(controller, pairingOf(belt, { controllerId }));
  if (!ending.ok) throw new Error(`not paired: ${ending.reason}`);
  return { controllerId, longTermKey: ending.result.longTermKey };
}

/** Sets a session up and speaks sealed from then on. */
export function unlock(
  belt: SimulatedBelt,
  controller: TestController,
  ring: KeyRing,
): Ending<ControllerSession> {
  const exchange = sessionOf(belt, ring);
  let ending: Ending<ControllerSession> = { ok: false, reason: 'silent' };
  let proof: Uint8Array | undefined;
  controller.onHandshake = (message) => {
    const step = exchange.take(message);
    if (step.status === 'waiting') proof = step.send;
    else if (step.status === 'failed') ending = { ok: false, reason: step.reason };
    else {
      controller.seal(step.result.keys);
      ending = { ok: true, result: step.result };
    }
  };
  controller.handshake(exchange.hello);
  if (proof !== undefined) controller.handshake(proof);
  controller.onHandshake = undefined;
  return ending;
}

/** A fresh connection that is sealed. */
export function connectKeyed(belt: SimulatedBelt, ring: KeyRing): TestController {
  const controller = connectController(belt);
  const ending = unlock(belt, controller, ring);
  if (!ending.ok) throw new Error(`no session: ${ending.reason}`);
  return controller;
}

/** Pairs in an open window and confirms the key, all on one link, which is sealed afterwards. */
export function pairAndUnlock(
  belt: SimulatedBelt,
  controller: TestController,
  controllerId = controllerIdOf(1),
): KeyRing {
  belt.openPairingWindow();
  const ring = pair(belt, controller, controllerId);
  const ending = unlock(belt, controller, ring);
  if (!ending.ok) throw new Error(`no session: ${ending.reason}`);
  return ring;
}
