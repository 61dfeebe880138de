// Puts one belt together: clock, transport and port, for an embedded simulated belt or one outside this process.
import type { BeltHardware } from '../../firmware-sim/profile.ts';
import { createGattBelt } from '../belt/gatt-belt.ts';
import type { BeltEvent, BeltPort } from '../belt/belt.ts';
import { systemClock } from '../clock.ts';
import type { Clock } from '../clock.ts';
import type { BeltAccess } from './credentials.ts';
import { usageError } from './exit-codes.ts';
import { createPacedClock } from './paced-clock.ts';
import type { StartRequest } from './start.ts';
import { createOuterTransport } from './transports.ts';
import type { World } from './world.ts';

export interface ComposedBelt {
  readonly clock: Clock;
  readonly belt: BeltPort;
  /** Time begins; nothing happens before. */
  run(): void;
  /** Belt time stands still while a disk write is pending; does nothing for belts outside this process. */
  hold(): void;
  release(): void;
  /** Idempotent. */
  dispose(): void;
}

/** An embedded belt is the same every time unless asked otherwise. */
const SEED_DEFAULT = 1;
/** A belt is switched on before somebody connects to it: its sensors have settled by then. */
const SWITCHED_ON_BEFORE_MS = 2000;

/** @param access to a belt outside this process; without credentials the session is plain, or refused */
export async function composeBelt(
  request: StartRequest,
  access: BeltAccess,
  onEvent: (event: BeltEvent) => void,
  createBelt?: World['createBelt'],
): Promise<ComposedBelt> {
  const { scheme, address } = request.belt;
  if (scheme === 'sim') return composeEmbedded(request, onEvent, createBelt);
  const transport = await createOuterTransport(scheme, systemClock);
  const belt = createGattBelt({ transport, address, clock: systemClock, onEvent, ...access });
  const nothing = (): void => undefined;
  return {
    clock: systemClock,
    belt,
    run: nothing,
    hold: nothing,
    release: nothing,
    dispose: () => transport.dispose(),
  };
}

async function loadHardware(nameOrPath: string): Promise<BeltHardware> {
  const { findHardware } = await import('./belt-profiles.ts');
  return findHardware(nameOrPath);
}

async function composeEmbedded(
  request: StartRequest,
  onEvent: (event: BeltEvent) => void,
  createBelt: World['createBelt'],
): Promise<ComposedBelt> {
  const [{ createSimulatedBelt }, { createInProcessTransport }, { parseFault }, { pairEmbedded }] =
    await Promise.all([
      import('../../firmware-sim/simulated-belt.ts'),
      import('../transport/in-process.ts'),
      import('../../firmware-sim/faults.ts'),
      import('./embedded-pairing.ts'),
    ]);
  for (const spec of request.faults) {
    const parsed = parseFault(spec);
    if (!parsed.ok)
      throw usageError(`--fault ${spec}: ${parsed.message}`, 'laserbelt sim faults lists them all.');
  }
  const profile = request.profile === undefined ? undefined : await loadHardware(request.profile);
  const clock = createPacedClock(request.speed);
  const seed = request.seed ?? SEED_DEFAULT;
  const create = createBelt ?? createSimulatedBelt;
  const peripheral = create({ clock, seed, ...(profile === undefined ? {} : { profile }) });
  const transport = createInProcessTransport({ clock, peripheral });
  // Before the faults: they are for the session.
  const credentials = pairEmbedded({ peripheral, transport, clock, advance: (ms) => clock.skip(ms) });
  for (const spec of request.faults) {
    const injected = peripheral.inject(spec);
    if (!injected.ok) throw usageError(`--fault ${spec}: ${injected.message}`);
  }
  clock.skip(SWITCHED_ON_BEFORE_MS);
  return {
    clock,
    belt: createGattBelt({ transport, address: request.belt.address, clock, onEvent, credentials }),
    run: () => clock.start(),
    hold: () => clock.hold(),
    release: () => clock.release(),
    dispose() {
      transport.dispose();
      peripheral.powerOff();
      clock.stop();
    },
  };
}
