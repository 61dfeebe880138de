// A belt port over the in-process transport and a scripted belt, on a virtual clock.
import type { BeltEvent, BeltPort, Prescription } from '../../../src/belt/belt.ts';
import { createGattBelt } from '../../../src/belt/gatt-belt.ts';
import { createVirtualClock, type VirtualClock } from '../../../src/clock.ts';
import { createInProcessTransport } from '../../../src/transport/in-process.ts';
import { createScriptedBelt, type ScriptedBelt } from './scripted-belt.ts';

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

export function createRig(): Rig {
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
