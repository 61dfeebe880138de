// A belt by the name it was paired under. On the fast path of `stop`: a plain read of one small file, without its owner,
// mode or content being judged, because STOP harms nobody; who needs the key reads it elsewhere, with all the checks.
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { keyFilePath, nameOfKeyFile, normalKeyName, problemOfKeyName } from '../store/key-names.ts';
import { ADDRESS_HINT, isAddress, mayBeLabel, parseAddress } from './addresses.ts';
import type { BeltAddress } from './addresses.ts';
import type { BeltError } from '../errors.ts';
import { usageError } from './exit-codes.ts';
import { pathsOf } from './folders.ts';
import { printable } from './style.ts';
import { didYouMean } from './suggest.ts';

type Env = Readonly<Record<string, string | undefined>>;

const FILE_MAX_BYTES = 4096;

function readSmallFile(path: string): string {
  // A pipe in the place of the file must not hold the off switch up.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) return '';
    const bytes = Buffer.alloc(FILE_MAX_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, FILE_MAX_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

/** What is between `--belt` and a belt. */
export type NamedBelt =
  | { readonly kind: 'found'; readonly belt: BeltAddress }
  /** There is a key file of this name, but its address cannot be read from it. */
  | { readonly kind: 'damaged'; readonly name: string; readonly path: string }
  | { readonly kind: 'unknown'; readonly name: string };

/** Never throws. */
function findNamedBelt(text: string, env: Env): NamedBelt {
  const name = normalKeyName(text);
  if (problemOfKeyName(name) !== undefined) return { kind: 'unknown', name };
  const path = keyFilePath(pathsOf(env).keysFolder, name);
  let content: string;
  try {
    content = readSmallFile(path);
  } catch (error) {
    const isThere = !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
    return isThere ? { kind: 'damaged', name, path } : { kind: 'unknown', name };
  }
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === 'object' && value !== null && 'address' in value) {
      const { address } = value;
      if (typeof address === 'string' && isAddress(address))
        return { kind: 'found', belt: { ...parseAddress(address), name } };
    }
  } catch {
    // Torn: told below.
  }
  return { kind: 'damaged', name, path };
}

/** Names that have a key file, readable or not. */
export function namesOfBelts(env: Env): readonly string[] {
  try {
    return readdirSync(pathsOf(env).keysFolder)
      .map(nameOfKeyFile)
      .filter((name) => name !== undefined)
      .sort();
  } catch {
    return [];
  }
}

/** An address or a name. Throws a usage error for what looks like an address and is none. */
export const findBelt = (text: string, env: Env): NamedBelt =>
  text === 'sim' || text.includes(':')
    ? { kind: 'found', belt: parseAddress(text) }
    : findNamedBelt(text, env);

export const notRepeatedError = (): BeltError =>
  usageError(
    'no belt is paired under that name (it is not repeated here: it could be a label)',
    `A label is asked for by: laserbelt pair <address>. ${ADDRESS_HINT}`,
  );

/** Why a name leads to no belt, and what was probably meant. */
export function unresolvedError(found: Exclude<NamedBelt, { readonly kind: 'found' }>, env: Env): BeltError {
  const { name } = found;
  if (found.kind === 'damaged') {
    return usageError(
      `the key file of ‘${name}’, ${found.path}, cannot be read or is torn`,
      `laserbelt doctor says more; laserbelt forget ${name} removes it, then pair the belt again.`,
    );
  }
  if (mayBeLabel(name)) return notRepeatedError();
  const names = namesOfBelts(env);
  const meant = didYouMean(name, ['sim', 'socket', 'ble', ...names]);
  return usageError(
    `‘${printable(name)}’ is no belt address, and no belt is paired under that name${meant}`,
    `${names.length === 0 ? '' : `Paired: ${names.join(', ')}. `}${ADDRESS_HINT}`,
  );
}

/** What no Bluetooth stack has an id for is a slip of the hand, not a belt out of reach. */
function withBluetoothId(belt: BeltAddress): BeltAddress {
  if (belt.scheme !== 'ble') return belt;
  const id = belt.address.slice('ble:'.length).replaceAll(/[:-]/g, '');
  if (/^(?:[0-9a-f]{12}|[0-9a-f]{32})$/.test(id)) return belt;
  throw usageError(
    `‘${printable(belt.address)}’ is no Bluetooth address: a belt has 12 hexadecimal digits, on macOS 32`,
    'laserbelt scan shows the belts that are there, each with its address.',
  );
}

/** For commands that need the belt itself. Throws a usage error. */
export function resolveBelt(text: string, env: Env): BeltAddress {
  const found = findBelt(text, env);
  if (found.kind === 'found') return withBluetoothId(found.belt);
  throw unresolvedError(found, env);
}
