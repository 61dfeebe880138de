// The embedded simulated belt is paired with the session that made it: it is its own label, and what it treats is sealed
// as on a real belt. The key lives in this process and ends with it.
import type { SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { parseLabel } from '../../protocol/label.ts';
import type { BeltCredentials } from '../belt/credentials.ts';
import { PAIRING_MAX_MS, pairBelt } from '../belt/pairing.ts';
import type { PairingResult } from '../belt/pairing.ts';
import type { Clock } from '../clock.ts';
import { assert } from '../errors.ts';
import type { Transport } from '../transport/transport.ts';
import { systemRandomBytes } from './credentials.ts';

const CONTROLLER_ID_BYTES = 8;
const STEP_MS = 10;

export interface EmbeddedPairing {
  readonly peripheral: Pick<SimulatedBelt, 'label' | 'openPairingWindow'>;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Lets belt time pass at once. */
  advance(durationMs: number): void;
}

/** Synchronous, in belt time. Throws when the belt does not pair with itself: that is a failure of ours. */
export function pairEmbedded({ peripheral, transport, clock, advance }: EmbeddedPairing): BeltCredentials {
  const label = parseLabel(peripheral.label);
  assert(label.ok, 'the embedded belt has a label');
  const controllerId = systemRandomBytes(CONTROLLER_ID_BYTES);
  peripheral.openPairingWindow();
  const ended: PairingResult[] = [];
  pairBelt(
    {
      transport,
      address: 'sim',
      clock,
      labelSecret: label.secret,
      controllerId,
      randomBytes: systemRandomBytes,
    },
    (result) => void ended.push(result),
  );
  for (let waitedMs = 0; ended.length === 0 && waitedMs <= PAIRING_MAX_MS; waitedMs += STEP_MS)
    advance(STEP_MS);
  const [result] = ended;
  assert(result !== undefined, 'the embedded belt did not answer its pairing');
  assert(result.ok, result.ok ? '' : `the embedded belt could not be paired: ${result.detail}`);
  const { beltId, longTermKey } = result;
  return { controllerId, beltId, longTermKey, randomBytes: systemRandomBytes };
}
