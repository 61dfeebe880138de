// Which sessions run on this machine: one registration per belt in the runtime folder, each with its local socket.
// Read on the fast path of `stop`: nothing here loads more than node:fs.
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { BeltError } from '../errors.ts';
import { isAddress } from './addresses.ts';

/** sockaddr_un holds 108 bytes on Linux, 104 on macOS, with the final zero. */
const SOCKET_PATH_MAX_BYTES = 100;
const SUFFIX = '.session.json';
const CLAIM_ATTEMPTS_MAX_COUNT = 4;
/** A registration takes a tenth of this. */
const FILE_MAX_BYTES = 8192;

export interface Registration {
  /** The canonical address of the belt. */
  readonly address: string;
  /** When the belt was called by it: `stop` finds the session even if the belt's key file is torn. */
  readonly name?: string;
  readonly processId: number;
  readonly socketPath: string;
  readonly plan: string;
  readonly session: string;
}

export interface FoundRegistration extends Registration {
  readonly file: string;
}

function parseRegistration(text: string): Registration | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { address, name, processId, socketPath, plan, session } = value as Partial<Record<string, unknown>>;
    if (typeof address !== 'string' || typeof socketPath !== 'string') return undefined;
    if (address !== 'sim' && !isAddress(address)) return undefined;
    if (typeof processId !== 'number' || !Number.isSafeInteger(processId)) return undefined;
    if (typeof plan !== 'string' || typeof session !== 'string') return undefined;
    const found = { address, processId, socketPath, plan, session };
    return typeof name === 'string' ? { ...found, name } : found;
  } catch {
    return undefined;
  }
}

/** The text of a plain file of this user; a pipe, a link or a stranger's file in its place must not hold `stop` up. */
function readOwnFile(path: string, userId: number | undefined): string | undefined {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile() || (userId !== undefined && found.uid !== userId)) return undefined;
    const bytes = Buffer.alloc(FILE_MAX_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, FILE_MAX_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

function readRegistration(
  file: string,
  userId: number | undefined = process.getuid?.(),
): FoundRegistration | undefined {
  try {
    const text = readOwnFile(file, userId);
    const registration = text === undefined ? undefined : parseRegistration(text);
    return registration === undefined ? undefined : { ...registration, file };
  } catch {
    return undefined;
  }
}

/** Every session of this user that has registered, live or dead. */
export function listRegistrations(
  runtimeFolder: string,
  userId: number | undefined = process.getuid?.(),
): readonly FoundRegistration[] {
  let names: string[];
  try {
    names = readdirSync(runtimeFolder);
  } catch {
    return [];
  }
  return names
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => readRegistration(join(runtimeFolder, name), userId))
    .filter((found) => found !== undefined);
}

/** Whether it is that session's still: one that ends takes its registration with it, one that is killed cannot. */
export function isStillRegistered({ file, session, processId }: FoundRegistration): boolean {
  const now = readRegistration(file);
  return now?.session === session && now.processId === processId;
}

/** Removes a dead session's registration, unless another one has taken its place meanwhile. */
export function removeRegistration(found: FoundRegistration): void {
  const aside = `${found.file}.${process.pid}.old`;
  try {
    renameSync(found.file, aside);
    const moved = readRegistration(aside);
    const isTheSame = moved?.processId === found.processId && moved.socketPath === found.socketPath;
    if (isTheSame) removeFile(found.socketPath);
    else linkSync(aside, found.file);
    unlinkSync(aside);
  } catch {
    // Somebody else was first.
  }
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already.
  }
}

/** What stands in a folder that others can write to may be anybody's word: a session's, or one that was put there. */
export function isPrivateFolder(folder: string): boolean {
  try {
    const found = lstatSync(folder);
    if (process.getuid === undefined) return found.isDirectory();
    return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0;
  } catch {
    return false;
  }
}

/** A folder of ours that nobody else may look into. */
function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isPrivateFolder(folder)) {
    throw new BeltError('refused', `the folder ${folder} is open to others`, {
      hint: `chmod 700 ${folder}, or remove it`,
    });
  }
}

/**
 * Where a session for the belt `key` listens. New each time, so that a registered socket always has a listener while its
 * owner lives, and what a killed process of the same number left (in a container they repeat) is in nobody's way. Falls back to a short folder of this user where the runtime folder's path is too long for a socket.
 */
export function socketPathFor(runtimeFolder: string, key: string, shortFolder: string): string {
  makePrivateFolder(runtimeFolder);
  const fileName = `${key}-${process.pid}-${process.hrtime.bigint().toString(36).slice(-6)}.sock`;
  const path = join(runtimeFolder, fileName);
  if (Buffer.byteLength(path) <= SOCKET_PATH_MAX_BYTES) return path;
  makePrivateFolder(shortFolder);
  return join(shortFolder, fileName);
}

export type Claim =
  | { readonly ok: true; update(registration: Registration): void; release(): void }
  | { readonly ok: false; readonly holder: Registration };

/** Who holds the belt just now. For a word to the person before it is claimed: only the claim decides. Changes nothing. */
export async function findHolder(
  runtimeFolder: string,
  key: string,
  isAlive: (socketPath: string) => Promise<boolean>,
): Promise<Registration | undefined> {
  const found = readRegistration(join(runtimeFolder, `${key}${SUFFIX}`));
  return found !== undefined && (await isAlive(found.socketPath)) ? found : undefined;
}

/**
 * Registers the session of a belt. Its socket listens already, so a registration whose socket refuses is a dead session's.
 * @param isAlive whether somebody listens at that socket
 */
export async function claimBelt(
  runtimeFolder: string,
  key: string,
  registration: Registration,
  isAlive: (socketPath: string) => Promise<boolean>,
): Promise<Claim> {
  const file = join(runtimeFolder, `${key}${SUFFIX}`);
  const draft = `${file}.${process.pid}.new`;
  const write = (content: Registration): void =>
    writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 });
  for (let attempt = 0; attempt < CLAIM_ATTEMPTS_MAX_COUNT; attempt++) {
    write(registration);
    try {
      // A link, unlike a rename, fails where a file is already: whole and exclusive at once.
      linkSync(draft, file);
      unlinkSync(draft);
      return {
        ok: true,
        update(content) {
          write(content);
          renameSync(draft, file);
        },
        release: () => removeRegistration({ ...registration, file }),
      };
    } catch (error) {
      removeFile(draft);
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readRegistration(file);
    if (holder === undefined) removeFile(file);
    else if (await isAlive(holder.socketPath)) return { ok: false, holder };
    else removeRegistration(holder);
  }
  const holder = readRegistration(file);
  return { ok: false, holder: holder ?? registration };
}
