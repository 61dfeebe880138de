// The key of a belt, when there is one; or why there must be no session. An address whose key cannot be read is never
// used as if it had none: that would be the downgrade that an attacker wants.
import { randomBytes } from 'node:crypto';
import { credentialsFromKey } from '../belt/credentials.ts';
import type { BeltCredentials } from '../belt/credentials.ts';
import type { GattBeltOptions } from '../belt/gatt-belt.ts';
import { listKeys, readKey } from '../store/key-files.ts';
import type { BeltKey } from '../store/key-format.ts';
import type { SecretPlace, SecretProblem } from '../store/secret-file.ts';
import type { BeltAddress } from './addresses.ts';
import { pathsOf } from './folders.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** For everybody who draws keys: bytes of the operating system, as plain ones. */
export const systemRandomBytes = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));

export const keyPlaceOf = (env: Env): SecretPlace => ({
  folder: pathsOf(env).keysFolder,
  userId: process.getuid?.(),
});

export const credentialsOf = (key: BeltKey): BeltCredentials => credentialsFromKey(key, systemRandomBytes);

/** How a belt may be spoken to: sealed with a key, or in the open unless it is one of those that have a key here. */
export type BeltAccess = Pick<GattBeltOptions, 'credentials' | 'lockedBelts'>;

export type KeyLookup =
  /** undefined: no belt was paired at this address. */
  | { readonly ok: true; readonly key: BeltKey | undefined; readonly access: BeltAccess }
  | { readonly ok: false; readonly problem: SecretProblem };

const found = (key: BeltKey | undefined, others: readonly BeltKey[] = []): KeyLookup => ({
  ok: true,
  key,
  access:
    key === undefined
      ? { lockedBelts: new Map(others.map(({ beltId, name }) => [beltId, name])) }
      : { credentials: credentialsOf(key) },
});

/** By the name the belt was called by, else by its address. Never rejects. */
export async function lookUpKey({ scheme, address, name }: BeltAddress, env: Env): Promise<KeyLookup> {
  // The embedded belt is its own label: its key is made with it and ends with it.
  if (scheme === 'sim') return found(undefined);
  const place = keyPlaceOf(env);
  if (name !== undefined) {
    const read = await readKey(place, name);
    if (!read.ok) return read;
    if (read.value?.address === address) return found(read.value);
    const problem = {
      kind: 'damaged',
      path: place.folder,
      detail: `the key of ‘${name}’ was replaced or removed meanwhile`,
      remedy: 'laserbelt belts shows what is there.',
    } as const;
    return { ok: false, problem };
  }
  const { keys, problems } = await listKeys(place);
  const key = keys.find((known) => known.address === address);
  const [problem] = problems;
  return key === undefined && problem !== undefined ? { ok: false, problem } : found(key, keys);
}

const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** Two sentences: what is wrong with which file, and what mends it. */
export const wordsOfProblem = ({ detail, remedy }: SecretProblem): string =>
  `${capitalized(detail)}. ${/^[A-Z]/.test(remedy) ? remedy : `That is mended by: ${remedy}`}`;
