// An append-only file of lines that outlasts a crash at any byte. Several processes may append: each one, under the
// file's lock, first reads what the others wrote. A line counts from its line feed on; what stands behind the last one
// was never confirmed to anybody and is set aside into `<path>.torn`.
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  errorCode,
  stored,
  storeFailure,
  storeFailureOf,
  type StoreFailure,
  type StoreResult,
} from './failure.ts';
import {
  FILE_MODE,
  lookUp,
  makeFolder,
  nodeFileSystem,
  refusePipe,
  syncFolder,
  type StoreFileSystem,
} from './file-system.ts';
import type { ProcessFacts } from './holder.ts';
import { createKeptLock } from './kept-lock.ts';
import { LINE_FEED, LINE_MAX_BYTES, readLinesFrom, startOf, type LogStart } from './line-reader.ts';

/** What to append, made from all lines so far; or why nothing may be. */
export type Composed =
  { readonly ok: true; readonly lines: readonly string[] } | { readonly ok: false; readonly problem: string };

export interface AppendJob {
  /** Sees, in order and in batches, every line that no earlier call has shown; answers what is wrong with them. */
  absorb(lines: readonly string[], endBytes: number): string | undefined;
  /** Once, after that; synchronous. */
  compose(): Composed;
}

export interface Appended {
  /** Where the file ended after it. */
  readonly endBytes: number;
}

export interface AppendLog {
  readonly path: string;
  readonly system: StoreFileSystem;
  /**
   * Ok means durable. After a failed write nothing more is accepted. Calls must not overlap. Never rejects. With
   * `isLockKept` the lock stays ours until somebody else wants it: for entries that follow soon.
   */
  append(job: AppendJob, isLockKept?: boolean): Promise<StoreResult<Appended>>;
  close(): Promise<void>;
}

export interface AppendLogOptions {
  readonly path: string;
  /** The first line: what kind of file this is, and its version. */
  readonly header: string;
  /** What is wrong with another first line, where more is known than that it is another. */
  readonly explainHeader?: (found: string) => string | undefined;
  /** Asked once, under the lock, before the first reading. */
  readonly start?: () => Promise<LogStart | undefined>;
  readonly system?: StoreFileSystem;
  readonly facts?: ProcessFacts;
}

/** Decades of sessions; more is no log of ours. */
const LOG_MAX_BYTES = 8 * 1024 * 1024 * 1024;
/** Of any first line: ours are shorter. */
const HEADER_MAX_BYTES = 1024;
/** A live process holds the lock for the time of one write. */
const LOCK_WAIT_MS = 2000;
/** A write may be taken in parts; each takes at least one byte of a short line. */
const WRITE_PART_MAX_COUNT = 1000;

interface LogFile {
  readonly options: AppendLogOptions;
  readonly system: StoreFileSystem;
  readonly handle: FileHandle;
  readonly ino: number;
  readonly dev: number;
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

const damaged = ({ options: { path } }: LogFile, what: string): Failed =>
  storeFailure('damaged', path, `${path} ${what}`);

/** The lock guards the name; this guards against a file that was moved or replaced under an open handle. */
async function sizeOf(file: LogFile): Promise<StoreResult<number>> {
  const { path } = file.options;
  const named = await lookUp(file.system, path);
  if (named?.ino !== file.ino || named.dev !== file.dev)
    return damaged(file, 'was moved, removed or replaced while in use');
  if (!(named.size >= file.knownBytes)) return damaged(file, 'has become shorter');
  if (named.size <= LOG_MAX_BYTES) return stored(named.size);
  return storeFailure('tooLarge', path, `${path} is larger than ${LOG_MAX_BYTES} bytes`);
}

async function setTornAside(file: LogFile, torn: Uint8Array, endBytes: number): Promise<void> {
  const side = `${file.options.path}.torn`;
  refusePipe(file.system, side);
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

function foreign(file: LogFile, found: string): Failed {
  const { header, explainHeader } = file.options;
  const known = explainHeader?.(found);
  return damaged(
    file,
    known ?? `does not begin with ${header} but with ${JSON.stringify(found.slice(0, 60))}`,
  );
}

/** A log that was cut, emptied or replaced by an older copy: nobody may go on from there as if it were whole. */
function lostEnd(file: LogFile, start: LogStart | undefined, size: number): Failed | undefined {
  if (start?.statedBy === undefined || start.endBytes <= size) return undefined;
  return damaged(
    file,
    `has ${size} bytes, but had ${start.endBytes} when ${start.statedBy} was written: its newest entries are missing. Put the whole file back, or move both away to begin anew; what is missing is then not counted`,
  );
}

/** A torn header is the beginning of the header; anything else is somebody else's file, and stays as it is. */
async function readHeader(file: LogFile, size: number): Promise<Failed | undefined> {
  const start = await file.options.start?.();
  const lost = lostEnd(file, start, size);
  if (lost !== undefined || size === 0) return lost;
  const { header } = file.options;
  const bytes = Buffer.alloc(Math.min(size, HEADER_MAX_BYTES));
  const { bytesRead } = await file.handle.read(bytes, 0, bytes.length, 0);
  const found = bytes.subarray(0, bytesRead);
  const endAt = found.indexOf(LINE_FEED);
  const first = found.subarray(0, endAt < 0 ? found.length : endAt).toString('utf8');
  if (endAt < 0) return header.startsWith(first) ? undefined : foreign(file, first);
  if (first !== header) return foreign(file, first);
  file.knownBytes = await startOf(file.handle, start, endAt + 1, size);
  file.headerSeen = true;
  return undefined;
}

/** Only under the lock: then a line without its end is nobody's work in progress. */
async function readUnseen(file: LogFile, size: number, job: AppendJob): Promise<Failed | undefined> {
  if (!file.headerSeen) {
    const problem = await readHeader(file, size);
    if (problem !== undefined) return problem;
  }
  const read = await readLinesFrom(file.handle, file.knownBytes, size, (lines, endBytes) =>
    job.absorb(lines, endBytes),
  );
  if (read.problem !== undefined)
    return storeFailure('damaged', file.options.path, `${file.options.path}: ${read.problem}`);
  file.knownBytes = read.endBytes;
  if (read.torn.length > 0) await setTornAside(file, read.torn, read.endBytes);
  return undefined;
}

/** Ok means durable, and that the name still leads to this file, with these lines at its end. */
async function writeLines(file: LogFile, lines: readonly string[]): Promise<Failed | undefined> {
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
  await writeAll(file.handle, bytes);
  await file.handle.datasync();
  file.knownBytes += bytes.length;
  const size = await sizeOf(file);
  if (!size.ok) return size;
  return size.value === file.knownBytes
    ? undefined
    : damaged(file, 'was written by somebody who did not ask');
}

const composeProblem = (composed: Composed): string | undefined => {
  if (!composed.ok) return composed.problem;
  const fits = composed.lines.every(
    (line) => Buffer.byteLength(line, 'utf8') < LINE_MAX_BYTES && !line.includes('\n'),
  );
  return fits ? undefined : 'an entry is too long or not one line';
};

/** What others wrote, and the first line of a new file. */
async function readAll(file: LogFile, job: AppendJob): Promise<Failed | undefined> {
  const size = await sizeOf(file);
  if (!size.ok) return size;
  if (size.value > file.knownBytes || !file.headerSeen) {
    const problem = await readUnseen(file, size.value, job);
    if (problem !== undefined) return problem;
  }
  if (file.headerSeen) return undefined;
  const problem = await writeLines(file, [file.options.header]);
  if (problem !== undefined) return problem;
  await syncFolder(file.system, dirname(file.options.path));
  file.headerSeen = true;
  return undefined;
}

async function appendLocked(file: LogFile, job: AppendJob, isNew: boolean): Promise<StoreResult<Appended>> {
  const { path } = file.options;
  // A lock that was kept since the last entry has kept everybody else from writing.
  const unread = isNew || !file.headerSeen ? await readAll(file, job) : undefined;
  if (unread !== undefined) return unread;
  const composed = job.compose();
  const problem = composeProblem(composed);
  if (problem !== undefined || !composed.ok) return storeFailure('damaged', path, `${path}: ${problem}`);
  const unwritten = composed.lines.length > 0 ? await writeLines(file, composed.lines) : undefined;
  return unwritten ?? stored({ endBytes: file.knownBytes });
}

/** Creates the file (0600, folder 0700) when there is none. Reading begins with the first `append`. Never rejects. */
export async function openAppendLog(options: AppendLogOptions): Promise<StoreResult<AppendLog>> {
  const { path, facts, system = nodeFileSystem } = options;
  let file: LogFile;
  try {
    await makeFolder(system, dirname(path));
    const handle = await system.open(path, 'a+', FILE_MODE);
    const { ino, dev } = await handle.stat();
    file = { options, system, handle, ino, dev, knownBytes: 0, headerSeen: false };
  } catch (error) {
    return storeFailureOf(error, path, 'open');
  }
  const request = { path: `${path}.lock`, note: 'writing', waitMs: LOCK_WAIT_MS, system };
  const lock = createKeptLock(facts === undefined ? request : { ...request, facts });
  let broken: Failed | undefined;

  const append = async (job: AppendJob, isLockKept: boolean): Promise<StoreResult<Appended>> => {
    const taken = await lock.take();
    if (!taken.ok) return taken;
    let done: StoreResult<Appended>;
    try {
      done = await appendLocked(file, job, taken.value.isNew);
    } catch (error) {
      done = storeFailureOf(error, path, 'write');
    }
    await lock.done(isLockKept && done.ok);
    return done;
  };
  return stored({
    path,
    system,
    async append(job, isLockKept = false) {
      if (broken !== undefined) return broken;
      const done = await append(job, isLockKept);
      // After a failed write or sync nobody knows what the disk holds: only opening anew finds out.
      if (!done.ok) broken = done;
      return done;
    },
    async close() {
      broken ??= storeFailure('failed', path, `${path} is closed`);
      await lock.done(false);
      await file.handle.close().catch(() => undefined);
    },
  });
}

/** Removes a log and what was set aside: for a simulated belt's book that shall start empty. Never rejects. */
export async function discardAppendLog(
  path: string,
  system: StoreFileSystem = nodeFileSystem,
  besides: readonly string[] = [],
): Promise<StoreResult<void>> {
  for (const name of [path, `${path}.torn`, ...besides]) {
    try {
      await system.unlink(name);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') return storeFailureOf(error, name, 'remove');
    }
  }
  return stored(undefined);
}
