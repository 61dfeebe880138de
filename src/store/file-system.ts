// The part of node:fs/promises that lasting files need, so that a test can put a full disk under them.
import { statSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './failure.ts';

export type StoreFileSystem = Pick<
  typeof fs,
  'open' | 'mkdir' | 'rename' | 'unlink' | 'link' | 'readFile' | 'readdir' | 'stat' | 'lstat' | 'chmod'
> & {
  /** `stat` without a turn of the event loop, for a file that is open anyway; undefined when there is none. */
  readonly lookUp?: (path: string) => FoundFile | undefined;
  /** A pipe in the place of a file would be waited on for ever, by a thread that nothing can end. */
  readonly isPipe?: (path: string) => boolean;
};

export interface FoundFile {
  readonly ino: number;
  readonly dev: number;
  readonly size: number;
}

export const nodeFileSystem: StoreFileSystem = {
  ...fs,
  lookUp: (path) => statSync(path, { throwIfNoEntry: false }),
  isPipe: (path) => statSync(path, { throwIfNoEntry: false })?.isFIFO() === true,
};

/** Before a file is opened that somebody else may have put there. Throws an error like the system's. */
export function refusePipe(system: StoreFileSystem, path: string): void {
  if (system.isPipe?.(path) !== true) return;
  throw Object.assign(new Error(`${path} is a pipe and no file`), { code: 'EINVAL' });
}

export const FOLDER_MODE = 0o700;
export const FILE_MODE = 0o600;

/** Some systems cannot open or sync a folder; there a rename or creation is as durable as it gets. */
const NO_FOLDER_SYNC = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EBADF']);

/** Makes a creation, rename or removal in this folder outlast a loss of power. Rejects with a system error. */
export async function syncFolder(system: StoreFileSystem, folder: string): Promise<void> {
  try {
    const handle = await system.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(errorCode(error))) throw error;
  }
}

/** Creates a folder for its owner alone, with what is missing above it, durably. Rejects with a system error. */
export async function makeFolder(system: StoreFileSystem, folder: string): Promise<void> {
  const first = await system.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  if (first === undefined) return;
  const top = dirname(first);
  // Bounded by the depth of the path.
  for (let at = dirname(folder); at.length >= top.length; at = dirname(at)) {
    await syncFolder(system, at);
    if (at === dirname(at)) break;
  }
}

/** undefined when there is no such file. Rejects with a system error. */
export async function lookUp(system: StoreFileSystem, path: string): Promise<FoundFile | undefined> {
  if (system.lookUp !== undefined) return system.lookUp(path);
  try {
    return await system.stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
