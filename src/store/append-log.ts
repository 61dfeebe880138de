// An append-only file of lines that outlasts a crash at any byte. Several processes may append: each one, under the
// file's lock, first reads what the others wrote. A line counts from its line feed on; what stands behind the last one
// was never confirmed to anybody and is set aside into `<path>.torn`.
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { acquireFileLock } from './file-lock.ts';
import {
  errorCode,
  stored,
  storeFailure,
  storeFailureOf,
  type StoreFailure,
  type StoreResult,
} from './failure.ts';
import { FILE_MODE, makeFolder, nodeFileSystem, syncFolder, type StoreFileSystem } from './file-system.ts';
import type { ProcessFacts } from './holder.ts';

/** What to append, made from the lines that were not seen before; or why nothing may be. */
export type Composed =
  { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly problem: string };

export interface AppendLog {
  readonly path: string;
  /**
   * Ok means durable. `compose` sees, in order, every line that no earlier call has shown, and runs synchronously.
   * After a failed write nothing more is accepted. Calls must not overlap. Never rejects.
   */
  append(compose: (unseen: readonly string[]) => Composed): Promise<StoreResult<void>>;
  close(): Promise<void>;
}

export interface AppendLogOptions {
  readonly path: string;
  /** The first line: what kind of file this is, and its version. */
  readonly header: string;
  readonly system?: StoreFileSystem;
  readonly facts?: ProcessFacts;
}

/** Many years of sessions; more is no log of ours. */
const LOG_MAX_BYTES = 256 * 1024 * 1024;
const LINE_MAX_CHARS = 64 * 1024;
/** A live process holds the lock for the time of one write. */
const LOCK_WAIT_MS = 2000;
const LINE_FEED = 0x0a;
/** A write may be taken in parts; each takes at least one byte of a short line. */
const WRITE_PART_MAX_COUNT = 1000;

interface LogFile {
  readonly options: Required<Pick<AppendLogOptions, 'path' | 'header'>>;
  readonly system: StoreFileSystem;
  readonly handle: FileHandle;
  /** Up to here everything has been read; always behind a line feed. */
  knownBytes: number;
  headerSeen: boolean;
}

type Failed = { readonly ok: false; readonly failure: StoreFailure };

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  for (let part = 0; part < WRITE_PART_MAX_COUNT && written < bytes.length; part++)
    written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
  if (written < bytes.length) throw new Error('the write was cut short');
}

/** The lock guards the name; this guards against a file that was moved or replaced under an open handle. */
async function findReplaced(file: LogFile): Promise<Failed | undefined> {
  const { path } = file.options;
  const held = await file.handle.stat();
  try {
    const named = await file.system.stat(path);
    if (named.ino === held.ino && named.dev === held.dev) return undefined;
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  return storeFailure('damaged', path, `${path} was moved, removed or replaced while in use`);
}

async function setTornAside(file: LogFile, torn: Uint8Array, endBytes: number): Promise<void> {
  const side = `${file.options.path}.torn`;
  const handle = await file.system.open(side, 'a', FILE_MODE);
  try {
    await writeAll(handle, torn);
    await writeAll(handle, new Uint8Array([LINE_FEED]));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(file.system, dirname(side));
  await file.handle.truncate(endBytes);
  await file.handle.datasync();
}

async function readFrom(file: LogFile, fromBytes: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size - fromBytes);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.handle.read(bytes, filled, bytes.length - filled, fromBytes + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

const foreign = ({ path, header }: LogFile['options'], found: string): Failed =>
  storeFailure(
    'damaged',
    path,
    `${path} does not begin with ${header} but with ${JSON.stringify(found.slice(0, 60))}`,
  );

/** Only under the lock: then a line without its end is nobody's work in progress. */
async function readUnseen(file: LogFile): Promise<StoreResult<readonly string[]>> {
  const { path, header } = file.options;
  const { size } = await file.handle.stat();
  if (!(size >= file.knownBytes)) return storeFailure('damaged', path, `${path} has become shorter`);
  if (!(size <= LOG_MAX_BYTES))
    return storeFailure('tooLarge', path, `${path} is larger than ${LOG_MAX_BYTES} bytes`);
  const bytes = await readFrom(file, file.knownBytes, size);
  const endAt = bytes.lastIndexOf(LINE_FEED) + 1;
  const lines = bytes.subarray(0, endAt).toString('utf8').split('\n').slice(0, -1);
  const torn = bytes.subarray(endAt);
  if (!file.headerSeen) {
    const first = lines[0] ?? torn.toString('utf8');
    // A torn header is the beginning of the header; anything else is somebody else's file, and stays as it is.
    const fits = lines.length > 0 ? first === header : header.startsWith(first);
    if (!fits) return foreign(file.options, first);
  }
  if (torn.length > 0) await setTornAside(file, torn, file.knownBytes + endAt);
  file.knownBytes += endAt;
  if (file.headerSeen || lines.length === 0) return stored(lines);
  file.headerSeen = true;
  return stored(lines.slice(1));
}

async function writeLines(file: LogFile, lines: readonly string[]): Promise<void> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
  await writeAll(file.handle, bytes);
  await file.handle.datasync();
  file.knownBytes += bytes.length;
}

const composeProblem = (composed: Composed): string | undefined => {
  if (!composed.ok) return composed.problem;
  const fits = composed.lines.every((line) => line.length <= LINE_MAX_CHARS && !line.includes('\n'));
  return fits ? undefined : 'an entry is too long or not one line';
};

async function appendLocked(
  file: LogFile,
  compose: (unseen: readonly string[]) => Composed,
): Promise<StoreResult<void>> {
  const { path, header } = file.options;
  const replaced = await findReplaced(file);
  if (replaced !== undefined) return replaced;
  const unseen = await readUnseen(file);
  if (!unseen.ok) return unseen;
  if (!file.headerSeen) {
    await writeLines(file, [header]);
    await syncFolder(file.system, dirname(path));
    file.headerSeen = true;
  }
  const composed = compose(unseen.value);
  const problem = composeProblem(composed);
  if (problem !== undefined || !composed.ok) return storeFailure('damaged', path, `${path}: ${problem}`);
  if (composed.lines.length > 0) await writeLines(file, composed.lines);
  return stored(undefined);
}

/** Creates the file (0600, folder 0700) when there is none. Reading begins with the first `append`. Never rejects. */
export async function openAppendLog(options: AppendLogOptions): Promise<StoreResult<AppendLog>> {
  const { path, header } = options;
  const system = options.system ?? nodeFileSystem;
  const facts = options.facts;
  let handle: FileHandle;
  try {
    await makeFolder(system, dirname(path));
    handle = await system.open(path, 'a+', FILE_MODE);
  } catch (error) {
    return storeFailureOf(error, path, 'open');
  }
  const file: LogFile = { options: { path, header }, system, handle, knownBytes: 0, headerSeen: false };
  let broken: Failed | undefined;

  const append = async (compose: (unseen: readonly string[]) => Composed): Promise<StoreResult<void>> => {
    const request = { path: `${path}.lock`, note: 'writing', waitMs: LOCK_WAIT_MS, system };
    const lock = await acquireFileLock(facts === undefined ? request : { ...request, facts });
    if (!lock.ok) return lock;
    try {
      return await appendLocked(file, compose);
    } catch (error) {
      return storeFailureOf(error, path, 'write');
    } finally {
      await lock.value.release();
    }
  };
  return stored({
    path,
    async append(compose) {
      if (broken !== undefined) return broken;
      const done = await append(compose);
      // After a failed write or sync nobody knows what the disk holds: only opening anew finds out.
      if (!done.ok) broken = done;
      return done;
    },
    async close() {
      broken ??= storeFailure('failed', path, `${path} is closed`);
      await handle.close().catch(() => undefined);
    },
  });
}

/** Removes a log and what was set aside: for a simulated belt's book that shall start empty. Never rejects. */
export async function discardAppendLog(
  path: string,
  system: StoreFileSystem = nodeFileSystem,
): Promise<StoreResult<void>> {
  for (const name of [path, `${path}.torn`]) {
    try {
      await system.unlink(name);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') return storeFailureOf(error, name, 'remove');
    }
  }
  return stored(undefined);
}
