// What a controller needs to open a belt that it is paired with.
import { fromHex } from '../../protocol/bytes.ts';
import type { RandomBytes } from '../../protocol/exchange.ts';
import { assert } from '../errors.ts';

export type { RandomBytes } from '../../protocol/exchange.ts';

/** From pairing; the caller keeps the key where nobody else reads it. */
export interface BeltCredentials {
  /** 8 bytes, this controller's for life. */
  readonly controllerId: Uint8Array;
  /** 8 bytes: the belt that the key belongs to. Another one that answers is refused. */
  readonly beltId: Uint8Array;
  /** 32 bytes. */
  readonly longTermKey: Uint8Array;
  /** Unpredictable bytes from the operating system. */
  readonly randomBytes: RandomBytes;
}

/** A key as it is stored: both ids as 16 hexadecimal digits, the key behind a function so that nothing prints it. */
export interface StoredBeltKey {
  readonly controllerId: string;
  readonly beltId: string;
  readonly longTermKey: () => Uint8Array;
}

const bytesOf = (hex: string): Uint8Array => {
  const bytes = fromHex(hex);
  assert(bytes !== undefined, 'an id is hexadecimal');
  return bytes;
};

/** From a stored key, `readKey` for one. Throws on ids that are not hexadecimal; files that hold such are refused before. */
export const credentialsFromKey = (key: StoredBeltKey, randomBytes: RandomBytes): BeltCredentials => ({
  controllerId: bytesOf(key.controllerId),
  beltId: bytesOf(key.beltId),
  longTermKey: key.longTermKey(),
  randomBytes,
});
