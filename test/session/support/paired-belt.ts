// A simulated belt that is paired with this controller before anything else happens, the way people do it: window,
// label, first session.
import { createHash } from 'node:crypto';
import type { SimulatedBelt } from '../../../firmware-sim/simulated-belt.ts';
import { parseLabel } from '../../../protocol/label.ts';
import type { BeltCredentials, RandomBytes } from '../../../src/belt/credentials.ts';
import { PAIRING_MAX_MS, pairBelt, type PairedKey, type PairingResult } from '../../../src/belt/pairing.ts';
import type { VirtualClock } from '../../../src/clock.ts';
import { createInProcessTransport } from '../../../src/transport/in-process.ts';

/** Different bytes at every call, the same in every run: chance stays out of the tests. */
export function createTestRandom(name: string): RandomBytes {
  let count = 0;
  return (length) =>
    Uint8Array.from(createHash('sha256').update(`${name} ${count++}`).digest().subarray(0, length));
}

const CONTROLLER_ID = Uint8Array.of(0xc0, 1, 2, 3, 4, 5, 6, 7);
const STEP_MS = 10;

/** Advances the clock until the belt is paired; throws when it does not come to that. */
export function pairSimulatedBelt(
  belt: SimulatedBelt,
  clock: VirtualClock,
  name = 'paired',
): BeltCredentials {
  const label = parseLabel(belt.label);
  if (!label.ok) throw new Error(label.problem);
  const randomBytes = createTestRandom(`${name} controller`);
  let key: PairedKey | undefined;
  let result: PairingResult | undefined;
  belt.openPairingWindow();
  pairBelt(
    {
      transport: createInProcessTransport({ clock, peripheral: belt }),
      address: 'sim',
      clock,
      labelSecret: label.secret,
      controllerId: CONTROLLER_ID,
      randomBytes,
      keepKey(made, kept) {
        key = made;
        kept(true);
      },
    },
    (ended) => void (result = ended),
  );
  for (let ms = 0; ms <= PAIRING_MAX_MS && result === undefined; ms += STEP_MS) clock.advance(STEP_MS);
  if (result?.ok !== true || key === undefined) throw new Error(`not paired: ${JSON.stringify(result)}`);
  return { controllerId: CONTROLLER_ID, randomBytes, beltId: key.beltId, longTermKey: key.longTermKey };
}
