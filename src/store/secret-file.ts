// A small file that nobody but its owner may have: read only if that is so. What was opened is what is checked, so that
// nothing can be swapped in between; links are not followed, and a pipe in its place does not hold anybody up.
import { constants } from 'node:fs';
import { errorCode, storeFailureOf } from './failure.ts';
import { nodeFileSystem, type StoreFileSystem } from './file-system.ts';

export type SecretProblemKind = 'otherOwner' | 'openToOthers' | 'noFile' | 'damaged' | 'unreadable';

export interface SecretProblem {
  readonly kind: SecretProblemKind;
  readonly path: string;
  /** One sentence for a person: what and where. Nothing of the content. */
  readonly detail: string;
  /** What mends it. */
  readonly remedy: string;
}

export type SecretResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: SecretProblem };

export interface SecretPlace {
  readonly folder: string;
  /** The user's number; undefined where there is none (Windows): then owner and mode say nothing. */
  readonly userId: number | undefined;
  readonly system?: StoreFileSystem;
}

/** A key and what belongs to it takes a fifth of this. */
const SECRET_MAX_BYTES = 4096;
const OTHERS = 0o077;
const PERMISSIONS = 0o777;

export const secretProblem = (
  kind: SecretProblemKind,
  path: string,
  detail: string,
  remedy: string,
): { readonly ok: false; readonly problem: SecretProblem } => ({
  ok: false,
  problem: { kind, path, detail, remedy },
});

const unreadable = (error: unknown, path: string): ReturnType<typeof secretProblem> =>
  secretProblem('unreadable', path, storeFailureOf(error, path, 'read').failure.detail, 'laserbelt doctor');

/** For a command that a person copies into a shell. */
export const shellQuoted = (path: string): string =>
  /^[A-Za-z0-9_./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;

interface Facts {
  readonly uid: number;
  readonly mode: number;
}

function findExposure(
  path: string,
  what: 'file' | 'folder',
  facts: Facts,
  userId: number | undefined,
): ReturnType<typeof secretProblem> | undefined {
  if (userId === undefined) return undefined;
  if (facts.uid !== userId)
    return secretProblem(
      'otherOwner',
      path,
      `the ${what} ${path} belongs to another user (number ${facts.uid})`,
      `Remove it, or have it given to you: sudo chown ${userId} ${shellQuoted(path)}`,
    );
  if ((facts.mode & OTHERS) === 0) return undefined;
  const mode = (facts.mode & PERMISSIONS).toString(8).padStart(3, '0');
  return secretProblem(
    'openToOthers',
    path,
    `the ${what} ${path} is open to other users (mode ${mode})`,
    `chmod ${what === 'file' ? '600' : '700'} ${shellQuoted(path)}`,
  );
}

/** undefined when there is no such folder yet. Never rejects. */
export async function checkSecretFolder({
  folder,
  userId,
  system = nodeFileSystem,
}: SecretPlace): Promise<SecretResult<'there' | undefined>> {
  try {
    const found = await system.lstat(folder);
    if (!found.isDirectory())
      return secretProblem('noFile', folder, `${folder} is no folder`, `Remove it: ${folder}`);
    return findExposure(folder, 'folder', found, userId) ?? { ok: true, value: 'there' };
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? { ok: true, value: undefined } : unreadable(error, folder);
  }
}

/** undefined when there is no such file. Never rejects. */
export async function readSecretFile(
  path: string,
  { userId, system = nodeFileSystem }: SecretPlace,
  maxBytes: number = SECRET_MAX_BYTES,
): Promise<SecretResult<string | undefined>> {
  const notPlain = (): ReturnType<typeof secretProblem> =>
    secretProblem('noFile', path, `${path} is no plain file`, `Remove it: ${path}`);
  try {
    // Windows has neither of the two: there they are undefined, and count as 0.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await system.open(path, flags);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) return notPlain();
      const exposure = findExposure(path, 'file', facts, userId);
      if (exposure !== undefined) return exposure;
      const bytes = Buffer.alloc(maxBytes + 1);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      if (bytesRead > maxBytes)
        return secretProblem('damaged', path, `${path} is too large to be one of ours`, `Remove it: ${path}`);
      return { ok: true, value: bytes.toString('utf8', 0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT') return { ok: true, value: undefined };
    return code === 'ELOOP' || code === 'ENXIO' || code === 'EISDIR' ? notPlain() : unreadable(error, path);
  }
}
