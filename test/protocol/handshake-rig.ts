// Both ends of a handshake, with randomness that the test knows and a place for an attacker between them.
import { createHash } from 'node:crypto';
import type {
  BeltHandshake,
  ControllerHandshake,
  HandshakeFailure,
  HandshakeStep,
  RandomBytes,
} from '../../protocol/exchange.ts';
import { createPairingBelt, createPairingController } from '../../protocol/pairing.ts';
import { createSessionBelt, createSessionController } from '../../protocol/session-setup.ts';
import { BELT_ID, bytesOf } from './examples.ts';

export const CONTROLLER_ID = bytesOf('c0117011e2000001');
export const LABEL_SECRET = bytesOf('000102030405060708090a0b0c0d0e0f');
export const LONG_TERM_KEY = bytesOf('202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f');
export const BOOT_EPOCH = bytesOf('b0b1b2b3b4b5b6b7');

/** Bytes that follow from a name: the same in every run, different for every end. */
export function namedRandom(name: string): RandomBytes {
  let count = 0;
  return (length) =>
    Uint8Array.from(createHash('sha256').update(`${name} ${count++}`).digest().subarray(0, length));
}

export interface Ends<C, B> {
  readonly controller: ControllerHandshake<C>;
  readonly belt: BeltHandshake<B>;
}

export const pairingEnds = (
  options: {
    readonly name?: string;
    readonly controllerSecret?: Uint8Array;
    readonly beltSecret?: Uint8Array;
    readonly controllerId?: Uint8Array;
    readonly beltId?: Uint8Array;
  } = {},
) => ({
  controller: createPairingController({
    labelSecret: options.controllerSecret ?? LABEL_SECRET,
    controllerId: options.controllerId ?? CONTROLLER_ID,
    randomBytes: namedRandom(`${options.name ?? 'pairing'} controller`),
  }),
  belt: createPairingBelt({
    labelSecret: options.beltSecret ?? LABEL_SECRET,
    beltId: options.beltId ?? BELT_ID,
    randomBytes: namedRandom(`${options.name ?? 'pairing'} belt`),
    refuse: () => undefined,
  }),
});

export const sessionEnds = (
  options: {
    readonly name?: string;
    readonly controllerSecret?: Uint8Array;
    readonly beltSecret?: Uint8Array;
    readonly beltId?: Uint8Array;
    readonly bootEpoch?: Uint8Array;
  } = {},
) => ({
  controller: createSessionController({
    longTermKey: options.controllerSecret ?? LONG_TERM_KEY,
    controllerId: CONTROLLER_ID,
    beltId: BELT_ID,
    randomBytes: namedRandom(`${options.name ?? 'session'} controller`),
  }),
  belt: createSessionBelt({
    findKey: () => ({ ok: true, secret: options.beltSecret ?? LONG_TERM_KEY }),
    beltId: options.beltId ?? BELT_ID,
    bootEpoch: options.bootEpoch ?? BOOT_EPOCH,
    randomBytes: namedRandom(`${options.name ?? 'session'} belt`),
  }),
});

/** What each end came to; `failed` with the reason, or the result. */
export interface Ending<C, B> {
  readonly controller: C | undefined;
  readonly belt: B | undefined;
  readonly controllerFailure: HandshakeFailure | undefined;
  readonly beltFailure: HandshakeFailure | undefined;
  readonly messages: readonly Uint8Array[];
}

/** Carries messages to and fro until nobody says anything more. The attacker may change each, by its place in line. */
export function run<C, B>(
  ends: Ends<C, B>,
  attack: (message: Uint8Array, index: number) => Uint8Array = (message) => message,
): Ending<C, B> {
  const messages: Uint8Array[] = [];
  let controller: HandshakeStep<C> | undefined;
  let belt: HandshakeStep<B> | undefined;
  let next: Uint8Array | undefined = ends.controller.hello;
  for (let index = 0; next !== undefined; index++) {
    if (index > 8) throw new Error('a handshake that does not end');
    messages.push(next);
    const arriving = attack(next.slice(), index);
    const step: HandshakeStep<C> | HandshakeStep<B> =
      index % 2 === 0 ? (belt = ends.belt.take(arriving)) : (controller = ends.controller.take(arriving));
    next = step.send;
  }
  return {
    controller: controller?.status === 'done' ? controller.result : undefined,
    belt: belt?.status === 'done' ? belt.result : undefined,
    controllerFailure: controller?.status === 'failed' ? controller.reason : undefined,
    beltFailure: belt?.status === 'failed' ? belt.reason : undefined,
    messages,
  };
}
