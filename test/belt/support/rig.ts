// A belt port over the in-process transport and a scripted belt, on a virtual clock.
import type { BeltEvent, BeltPort, Prescription } from '../../../src/belt/belt.ts';
import type { BeltCredentials } from '../../../src/belt/credentials.ts';
import { createGattBelt } from '../../../src/belt/gatt-belt.ts';
import {
  pairBelt,
  type PairBeltOptions,
  type PairedKey,
  type PairingResult,
} from '../../../src/belt/pairing.ts';
import type { Attempt } from '../../../src/transport/transport.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/clock.ts';
import { createInProcessTransport } from '../../../src/transport/in-process.ts';
import { createScriptedBelt, type ScriptedBelt } from './scripted-belt.ts';
import { createScriptedLock, CREDENTIALS, LABEL_SECRET, type ScriptedLock } from './scripted-lock.ts';

export const TAG = '00112233445566ff';

export const PRESCRIPTION: Prescription = {
  sessionTag: TAG,
  timeLimitS: 90,
  steps: [
    [
      {
        zone: 0,
        wavelengthNm: 808,
        irradianceMwPerCm2: 50,
        radiantExposureJPerCm2: 4,
        rampUpS: 2,
        rampDownS: 1,
        pulseFrequencyHz: 0,
        dutyCycle: 1,
      },
    ],
  ],
};

type EventOf<Type extends BeltEvent['type']> = Extract<BeltEvent, { readonly type: Type }>;

export interface Rig {
  readonly clock: VirtualClock;
  readonly scripted: ScriptedBelt;
  readonly belt: BeltPort;
  readonly events: BeltEvent[];
  /** Runs on each event, within the call: for what a session may do there. */
  react: (event: BeltEvent) => void;
  of<Type extends BeltEvent['type']>(type: Type): EventOf<Type>[];
}

export function createRig(credentials?: BeltCredentials): Rig {
  const clock = createVirtualClock(5000);
  const scripted = createScriptedBelt(clock);
  const events: BeltEvent[] = [];
  const rig: Rig = {
    clock,
    scripted,
    events,
    react: () => {},
    belt: createGattBelt({
      transport: createInProcessTransport({ clock, peripheral: scripted }),
      address: 'sim',
      clock,
      credentials,
      onEvent: (event) => {
        events.push(event);
        rig.react(event);
      },
    }),
    of: <Type extends BeltEvent['type']>(type: Type) =>
      events.filter((event): event is EventOf<Type> => event.type === type),
  };
  return rig;
}

/** The same, opened, with the events of opening forgotten. */
export function createOpenRig(): Rig {
  const rig = createRig();
  rig.belt.open();
  rig.clock.advance(0);
  rig.events.length = 0;
  return rig;
}

/** The same, with a prescription that the belt has taken. */
export function createPreparedRig(): Rig {
  const rig = createOpenRig();
  rig.belt.prepare(PRESCRIPTION);
  rig.events.length = 0;
  rig.scripted.commands.length = 0;
  return rig;
}

export interface SealedRig extends Rig {
  readonly lock: ScriptedLock;
}

/** A belt that this controller is paired with; not opened yet. */
export function createSealedRig(credentials: BeltCredentials = CREDENTIALS): SealedRig {
  const lock = createScriptedLock();
  const rig = createRig(credentials);
  rig.scripted.lock = lock;
  return Object.assign(rig, { lock });
}

/** The same, opened, with the events and commands of opening forgotten. */
export function createOpenSealedRig(): SealedRig {
  const rig = createSealedRig();
  rig.belt.open();
  rig.clock.advance(0);
  rig.events.length = 0;
  rig.scripted.commands.length = 0;
  return rig;
}

export interface PairingRig {
  readonly clock: VirtualClock;
  readonly scripted: ScriptedBelt;
  readonly lock: ScriptedLock;
  readonly kept: PairedKey[];
  readonly results: PairingResult[];
  /** How storing a key ends; undefined: not yet. */
  keep: () => boolean | undefined;
  pair(more?: Partial<PairBeltOptions>): Attempt;
}

/** A belt whose pairing window is open, and a controller that has read its label. */
export function createPairingRig(): PairingRig {
  const clock = createVirtualClock(5000);
  const scripted = createScriptedBelt(clock);
  const lock = createScriptedLock();
  lock.longTermKey = undefined;
  scripted.lock = lock;
  const { controllerId, randomBytes } = CREDENTIALS;
  const rig: PairingRig = {
    clock,
    scripted,
    lock,
    kept: [],
    results: [],
    keep: () => true,
    pair: (more = {}) =>
      pairBelt(
        {
          transport: createInProcessTransport({ clock, peripheral: scripted }),
          address: 'sim',
          clock,
          labelSecret: LABEL_SECRET,
          controllerId,
          randomBytes,
          keepKey(key, kept) {
            rig.kept.push(key);
            const isKept = rig.keep();
            if (isKept !== undefined) kept(isKept);
          },
          ...more,
        },
        (result) => void rig.results.push(result),
      ),
  };
  return rig;
}
