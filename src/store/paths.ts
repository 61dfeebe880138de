// Where files live: the platform's user folders (XDG on Linux), or everything under LASERBELT_HOME. Pure but for
// `ensurePrivateFolder`: environment and platform are handed in.
import { posix, win32 } from 'node:path';
import { stored, storeFailure, storeFailureOf, type StoreResult } from './failure.ts';
import { makeFolder, nodeFileSystem, type StoreFileSystem } from './file-system.ts';

export interface PathSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  readonly temporaryFolder: string;
  readonly currentFolder: string;
  /** Sets the runtime folders of two users apart in a shared temporary folder. */
  readonly userName: string;
}

export interface UserPaths {
  readonly configFolder: string;
  /** What must last: the dose book, keys, belts. */
  readonly stateFolder: string;
  /** What need not outlast the login: control sockets, locks. */
  readonly runtimeFolder: string;
  readonly doseBookFile: string;
  /** Simulated belts book here: trying the tool never blocks a treatment. */
  readonly simulatedDoseBookFile: string;
  /** One file for each paired belt, named after it; and who this controller is. */
  readonly keysFolder: string;
}

const APP = 'laserbelt';

interface Folders {
  readonly configFolder: string;
  readonly stateFolder: string;
  readonly runtimeFolder: string;
}

function unixFolders({ env, platform, homeFolder, temporaryFolder, userName }: PathSurroundings): Folders {
  // The XDG specification: a relative path is invalid and to be ignored.
  const absolute = (name: string): string | undefined => {
    const value = env[name];
    return value !== undefined && posix.isAbsolute(value) ? posix.join(value, APP) : undefined;
  };
  const safeName = userName.replace(/[^A-Za-z0-9._-]/g, '_');
  const runtimeFallback = posix.join(temporaryFolder, `${APP}-${safeName}`);
  if (platform === 'darwin') {
    const support = posix.join(homeFolder, 'Library', 'Application Support', APP);
    return { configFolder: support, stateFolder: support, runtimeFolder: runtimeFallback };
  }
  return {
    configFolder: absolute('XDG_CONFIG_HOME') ?? posix.join(homeFolder, '.config', APP),
    stateFolder: absolute('XDG_STATE_HOME') ?? posix.join(homeFolder, '.local', 'state', APP),
    runtimeFolder: absolute('XDG_RUNTIME_DIR') ?? runtimeFallback,
  };
}

function windowsFolders({ env, homeFolder }: PathSurroundings): Folders {
  const folder = (name: string, fallback: string): string => {
    const value = env[name];
    return win32.join(value !== undefined && win32.isAbsolute(value) ? value : fallback, APP);
  };
  const local = folder('LOCALAPPDATA', win32.join(homeFolder, 'AppData', 'Local'));
  return {
    configFolder: folder('APPDATA', win32.join(homeFolder, 'AppData', 'Roaming')),
    stateFolder: win32.join(local, 'state'),
    runtimeFolder: win32.join(local, 'run'),
  };
}

export function userPaths(surroundings: PathSurroundings): UserPaths {
  const path = surroundings.platform === 'win32' ? win32 : posix;
  const moved = surroundings.env['LASERBELT_HOME'];
  const root =
    moved === undefined || moved === '' ? undefined : path.resolve(surroundings.currentFolder, moved);
  const usual = surroundings.platform === 'win32' ? windowsFolders : unixFolders;
  const folders: Folders =
    root === undefined
      ? usual(surroundings)
      : {
          configFolder: path.join(root, 'config'),
          stateFolder: path.join(root, 'state'),
          runtimeFolder: path.join(root, 'run'),
        };
  return {
    ...folders,
    doseBookFile: path.join(folders.stateFolder, 'dose-book.jsonl'),
    simulatedDoseBookFile: path.join(folders.stateFolder, 'simulated-dose-book.jsonl'),
    keysFolder: path.join(folders.stateFolder, 'keys'),
  };
}

/** One lock for each belt: while it is held, a second session on that belt is refused. `beltKey` may hold anything. */
export function beltLockFile(paths: UserPaths, beltKey: string, platform: NodeJS.Platform): string {
  const path = platform === 'win32' ? win32 : posix;
  const safe = [...beltKey]
    .map((char) => (/[A-Za-z0-9]/.test(char) ? char : `_${char.codePointAt(0)}`))
    .join('');
  return path.join(paths.runtimeFolder, `belt-${safe.slice(-120)}.lock`);
}

/** 0700 and ours: in a shared temporary folder anybody may have made it before us. Never rejects. */
export async function ensurePrivateFolder(
  folder: string,
  /** The user's number; undefined where there is none (Windows). */
  userId: number | undefined,
  system: StoreFileSystem = nodeFileSystem,
): Promise<StoreResult<void>> {
  try {
    await makeFolder(system, folder);
    const found = await system.lstat(folder);
    if (!found.isDirectory()) return storeFailure('notPermitted', folder, `${folder} is no folder`);
    if (userId === undefined) return stored(undefined);
    if (found.uid !== userId)
      return storeFailure('notPermitted', folder, `${folder} belongs to another user (number ${found.uid})`);
    if ((found.mode & 0o077) !== 0) await system.chmod(folder, 0o700);
    return stored(undefined);
  } catch (error) {
    return storeFailureOf(error, folder, 'use the folder');
  }
}
