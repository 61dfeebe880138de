// The keys of paired belts, each in a file of its own (0600) in a folder of its own (0700), under the belt's name.
// Nothing is used that others could have read or written: the answer is then words, and no light.
import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { writeFileAtomic } from './atomic-file.ts';
import { errorCode, stored, storeFailureOf, type StoreResult } from './failure.ts';
import { acquireFileLock } from './file-lock.ts';
import { nodeFileSystem, syncFolder, type StoreFileSystem } from './file-system.ts';
import {
  decodeControllerFile,
  decodeKeyFile,
  encodeControllerFile,
  encodeKeyFile,
  type BeltKey,
} from './key-format.ts';
import { keyFilePath, nameOfKeyFile, problemOfKeyName } from './key-names.ts';
import { ensurePrivateFolder } from './paths.ts';
import {
  checkSecretFolder,
  readSecretFile,
  secretProblem,
  type SecretPlace,
  type SecretProblem,
  type SecretResult,
} from './secret-file.ts';

const CONTROLLER_FILE = 'controller.id';
const LOCK_FILE = 'pairing.lock';
const CONTROLLER_ID_BYTES = 8;
/** One person has a few belts. */
export const KEY_MAX_COUNT = 64;
/** Somebody else pairs a belt at this moment: that takes seconds, and then a person may try again. */
const LOCK_WAIT_MS = 1000;

/** undefined when no belt has this name. Never rejects. */
export async function readKey(place: SecretPlace, name: string): Promise<SecretResult<BeltKey | undefined>> {
  if (problemOfKeyName(name) !== undefined) return { ok: true, value: undefined };
  const folder = await checkSecretFolder(place);
  if (!folder.ok) return folder;
  const path = keyFilePath(place.folder, name);
  const text = await readSecretFile(path, place);
  if (!text.ok) return text;
  if (text.value === undefined) return { ok: true, value: undefined };
  const decoded = decodeKeyFile(text.value, name);
  return decoded.ok
    ? decoded
    : secretProblem(
        'damaged',
        path,
        `the key file ${path} ${decoded.detail}`,
        `Pair the belt again: laserbelt forget ${name}, then laserbelt pair <address> --name ${name}`,
      );
}

export interface KeyListing {
  readonly keys: readonly BeltKey[];
  /** Files that cannot be used, each with the name in its file name; the folder itself has none. */
  readonly problems: readonly (SecretProblem & { readonly name: string | undefined })[];
}

/** In the order of the names. Never rejects. */
export async function listKeys(place: SecretPlace): Promise<KeyListing> {
  const folder = await checkSecretFolder(place);
  if (!folder.ok) return { keys: [], problems: [{ ...folder.problem, name: undefined }] };
  if (folder.value === undefined) return { keys: [], problems: [] };
  let fileNames: readonly string[];
  try {
    fileNames = await (place.system ?? nodeFileSystem).readdir(place.folder);
  } catch (error) {
    const { detail } = storeFailureOf(error, place.folder, 'read').failure;
    const problem = { kind: 'unreadable', path: place.folder, detail, remedy: 'laserbelt doctor' } as const;
    return { keys: [], problems: [{ ...problem, name: undefined }] };
  }
  const names = fileNames
    .map(nameOfKeyFile)
    .filter((name) => name !== undefined)
    .sort();
  const keys: BeltKey[] = [];
  const problems: (SecretProblem & { readonly name: string | undefined })[] = [];
  for (const name of names.slice(0, KEY_MAX_COUNT)) {
    const read = await readKey(place, name);
    if (!read.ok) problems.push({ ...read.problem, name });
    else if (read.value !== undefined) keys.push(read.value);
  }
  const { folder: path } = place;
  if (names.length > KEY_MAX_COUNT) {
    const detail = `${path} holds more than ${KEY_MAX_COUNT} keys; the others are not read`;
    problems.push({
      kind: 'damaged',
      path,
      detail,
      remedy: 'laserbelt forget <name> removes one.',
      name: undefined,
    });
  }
  return { keys, problems };
}

/** The folder is ours, nobody else pairs meanwhile, and it can be written to. */
export interface KeyWriting {
  /** 16 hexadecimal digits, the same for every belt of this user; made when it is first needed. */
  controllerId(): Promise<SecretResult<string>>;
  /** Durable when it answers ok; a file of the same name is replaced whole. `oldName`: what the belt was called before. */
  save(key: BeltKey, oldName?: string): Promise<StoreResult<void>>;
  release(): Promise<void>;
}

async function controllerIdIn(place: SecretPlace): Promise<SecretResult<string>> {
  const path = join(place.folder, CONTROLLER_FILE);
  const text = await readSecretFile(path, place);
  if (!text.ok) return text;
  if (text.value !== undefined) {
    const decoded = decodeControllerFile(text.value);
    // Not simply made anew: who removes it decides that the belts see a new controller.
    return decoded.ok
      ? decoded
      : secretProblem('damaged', path, `the file ${path} ${decoded.detail}`, `Remove it: ${path}`);
  }
  const controllerId = randomBytes(CONTROLLER_ID_BYTES).toString('hex');
  const written = await writeFileAtomic(path, encodeControllerFile(controllerId), place.system);
  return written.ok
    ? { ok: true, value: controllerId }
    : secretProblem('unreadable', path, written.failure.detail, 'laserbelt doctor');
}

/** What a process left that was killed while it wrote the key: it may hold one. */
async function removeLeftovers(place: SecretPlace, name: string, system: StoreFileSystem): Promise<void> {
  const prefix = `${basename(keyFilePath(place.folder, name))}.`;
  for (const fileName of await system.readdir(place.folder))
    if (fileName.startsWith(prefix) && fileName.endsWith('.new'))
      await system.unlink(join(place.folder, fileName));
}

/** Removes the file whatever is in it; `none` when there was none. Never rejects. */
export async function removeKey(place: SecretPlace, name: string): Promise<StoreResult<'removed' | 'none'>> {
  const system = place.system ?? nodeFileSystem;
  if (problemOfKeyName(name) !== undefined) return stored('none');
  const path = keyFilePath(place.folder, name);
  try {
    await removeLeftovers(place, name, system);
    await system.unlink(path);
    await syncFolder(system, place.folder);
    return stored('removed');
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? stored('none') : storeFailureOf(error, path, 'remove');
  }
}

/** Taken before a belt is asked, so that a key that was agreed upon can also be kept. Never rejects. */
export async function beginKeyWriting(place: SecretPlace): Promise<StoreResult<KeyWriting>> {
  const { folder, userId } = place;
  const system = place.system ?? nodeFileSystem;
  const ours = await ensurePrivateFolder(folder, userId, system);
  if (!ours.ok) return ours;
  const lock = await acquireFileLock({
    path: join(folder, LOCK_FILE),
    note: 'pairing a belt',
    waitMs: LOCK_WAIT_MS,
    system,
  });
  if (!lock.ok) return lock;
  return stored({
    controllerId: () => controllerIdIn(place),
    async save(key, oldName) {
      const saved = await writeFileAtomic(keyFilePath(folder, key.name), encodeKeyFile(key), system);
      if (!saved.ok || oldName === undefined || oldName === key.name) return saved;
      const removed = await removeKey(place, oldName);
      return removed.ok ? stored(undefined) : removed;
    },
    release: () => lock.value.release(),
  });
}
