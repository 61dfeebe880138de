// One scan for everyone who looks: it runs while somebody does, and noble forgets afterwards what it saw. Adverts are
// unauthenticated and noble merges old fields with new ones: good for a list, never for a decision.
import { decodeAdvert } from '../../protocol/advert.ts';
import { SERVICE_UUID } from '../../protocol/gatt.ts';
import type { Links } from './noble-links.ts';
import type { NobleStack } from './noble-load.ts';
import { asPeripheral, fieldOf, type NoblePeripheral } from './noble-types.ts';
import type { Advert } from './transport.ts';

export const BLE_SCHEME = 'ble:';
const NAME_MAX_LENGTH = 40;
/** Half of what noble can be made to remember during one scan by someone who invents addresses. */
const KNOWN_MAX_COUNT = 512;

/** The id that noble knows a belt by, from `ble:<id>`: an address on Linux and Windows, a UUID of the host's on macOS. */
export function idOfAddress(address: string): string | undefined {
  if (!address.startsWith(BLE_SCHEME)) return undefined;
  const id = address.slice(BLE_SCHEME.length).toLowerCase().replaceAll(/[:-]/g, '');
  return /^([0-9a-f]{12}|[0-9a-f]{32})$/.test(id) ? id : undefined;
}

/** Every field of an advert may be missing or be of another type than the package says. */
export function readAdvert(peripheral: NoblePeripheral): Advert {
  const name = fieldOf(fieldOf(peripheral, 'advertisement'), 'localName');
  const rssi = fieldOf(peripheral, 'rssi');
  const data = fieldOf(fieldOf(peripheral, 'advertisement'), 'manufacturerData');
  const facts = data instanceof Uint8Array ? decodeAdvert(data) : undefined;
  return {
    address: BLE_SCHEME + peripheral.id,
    // Whoever advertises chooses the name: nothing in it may move a terminal's cursor.
    name: typeof name === 'string' ? name.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').slice(0, NAME_MAX_LENGTH) : '',
    rssiDbm: typeof rssi === 'number' && Number.isFinite(rssi) ? rssi : undefined,
    pairingWindowOpen: facts?.isPairingWindowOpen,
    state: facts?.state,
  };
}

/** `keepId`: the belt that noble must still know, because a link to it is opened next. */
export type StopLooking = (keepId?: string) => void;

export interface Scanner {
  /** Calls `onFound` for each advert until the returned function is called. Throws what noble throws. */
  look(onFound: (peripheral: NoblePeripheral) => void): StopLooking;
}

export function createScanner(stack: NobleStack, links: Links): Scanner {
  const lookers = new Set<(peripheral: NoblePeripheral) => void>();

  const prune = (keepId?: string): void => {
    const keep = links.ids();
    stack.forget(stack.knownIds().filter((id) => id !== keepId && !keep.has(id)));
  };
  const onDiscover = (found: unknown): void => {
    const peripheral = asPeripheral(found);
    if (peripheral !== undefined) for (const looker of [...lookers]) looker(peripheral);
    if (stack.knownIds().length > KNOWN_MAX_COUNT) prune();
  };

  return {
    look(onFound) {
      lookers.add(onFound);
      if (lookers.size === 1) {
        stack.noble.on('discover', onDiscover);
        // With duplicates: noble shows a belt at its scan response or second advert, and a filter may eat both.
        stack.noble.startScanning([SERVICE_UUID], true);
      }
      return (keepId) => {
        if (!lookers.delete(onFound) || lookers.size > 0) return;
        stack.noble.removeListener('discover', onDiscover);
        try {
          // Not awaited: where the adapter refuses, noble's promise never settles.
          stack.noble.stopScanning();
        } catch {
          // The adapter is gone; so is the scan.
        }
        prune(keepId);
      };
    },
  };
}
