// The long-term keys, as they rest in the flash: one image, written whole. Either all of a change is there or nothing
// of it, so that no loss of power leaves a belt half-paired.
import { byteAt, crc16, readU16, writeU16 } from '../../protocol/bytes.ts';
import { equalInConstantTime } from '../../protocol/handshake.ts';
import { CONTROLLER_ID_BYTES } from '../../protocol/handshake-messages.ts';
import { LONG_TERM_KEY_BYTES } from '../../protocol/pairing.ts';
import { CONTROLLER_MAX_COUNT } from './limits.ts';

export interface StoredKey {
  readonly controllerId: Uint8Array;
  readonly longTermKey: Uint8Array;
}

export interface KeyStore {
  /** While there is one, the belt speaks sealed only. */
  readonly keys: readonly StoredKey[];
  /** From a pairing whose controller has not shown yet that it holds the key as well: it locks nothing. */
  readonly provisional: StoredKey | undefined;
}

export const EMPTY_KEY_STORE: KeyStore = { keys: [], provisional: undefined };

const HEADER_BYTES = 2;
const CRC_BYTES = 2;
const ENTRY_BYTES = CONTROLLER_ID_BYTES + LONG_TERM_KEY_BYTES;

/** `key count | provisional 0 or 1 | entries, the provisional one last | crc16`, an entry being `id 8 | key 32`. */
export function encodeKeyStore({ keys, provisional }: KeyStore): Uint8Array {
  const entries = provisional === undefined ? keys : [...keys, provisional];
  const end = HEADER_BYTES + entries.length * ENTRY_BYTES;
  const image = new Uint8Array(end + CRC_BYTES);
  image[0] = keys.length;
  image[1] = provisional === undefined ? 0 : 1;
  for (const [index, { controllerId, longTermKey }] of entries.entries()) {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    image.set(controllerId, at);
    image.set(longTermKey, at + CONTROLLER_ID_BYTES);
  }
  writeU16(image, end, crc16(image, 0, end));
  return image;
}

/** Undefined for a damaged image: nothing of it can be trusted, and an empty store is not what it stands for. */
export function decodeKeyStore(image: Uint8Array): KeyStore | undefined {
  const end = image.length - CRC_BYTES;
  if (!(end >= HEADER_BYTES) || crc16(image, 0, end) !== readU16(image, end)) return undefined;
  const keyCount = byteAt(image, 0);
  const provisionalCount = byteAt(image, 1);
  if (!(keyCount <= CONTROLLER_MAX_COUNT && provisionalCount <= 1)) return undefined;
  if ((keyCount + provisionalCount) * ENTRY_BYTES !== end - HEADER_BYTES) return undefined;
  const entryAt = (index: number): StoredKey => {
    const at = HEADER_BYTES + index * ENTRY_BYTES;
    return {
      controllerId: image.slice(at, at + CONTROLLER_ID_BYTES),
      longTermKey: image.slice(at + CONTROLLER_ID_BYTES, at + ENTRY_BYTES),
    };
  };
  return {
    keys: Array.from({ length: keyCount }, (_, index) => entryAt(index)),
    provisional: provisionalCount === 0 ? undefined : entryAt(keyCount),
  };
}

export const isKeyOf = (key: StoredKey | undefined, controllerId: Uint8Array): key is StoredKey =>
  key !== undefined && equalInConstantTime(key.controllerId, controllerId);

export const findStored = (store: KeyStore, controllerId: Uint8Array): StoredKey | undefined =>
  store.keys.find((key) => isKeyOf(key, controllerId));

/** Room for a key of this controller: a new one of a known controller takes the place of the old. */
export const hasRoomFor = (store: KeyStore, controllerId: Uint8Array): boolean =>
  store.keys.length < CONTROLLER_MAX_COUNT || findStored(store, controllerId) !== undefined;

/** The provisional key has proved itself: it stands for its controller from now on. */
export const withConfirmedKey = ({ keys, provisional }: KeyStore): KeyStore =>
  provisional === undefined
    ? { keys, provisional }
    : {
        keys: [...keys.filter((key) => !isKeyOf(key, provisional.controllerId)), provisional],
        provisional: undefined,
      };
