// The file of a recording: created once, only ever added to, for its owner alone. Lines are handed to the system as they
// come, so that a process that is killed leaves all but the last moment; what the disk cannot take ends the recording and
// nothing else.
import type { FileHandle } from 'node:fs/promises';
import { BeltError } from '../errors.ts';
import { errorCode, storeFailureOf } from '../store/failure.ts';
import { FILE_MODE, type StoreFileSystem } from '../store/file-system.ts';
import { usageError } from './exit-codes.ts';

/** Some hours of a session: a disk that is behind by more does not write any more. */
const PENDING_MAX_BYTES = 4 * 1024 * 1024;
/** After the outcome; a disk that hangs does not hold the person. */
const CLOSE_MAX_MS = 2000;

export interface RecordFile {
  /** Never throws, never waits. */
  write(line: string): void;
  /** Bounded; never rejects. */
  close(): Promise<void>;
  /** It could not be written to its end. */
  readonly isBroken: boolean;
}

export const alreadyThere = (path: string): BeltError =>
  usageError(
    `${path} is there already, and a recording is never written over`,
    'Give --record another name, or move that file away.',
  );

/** Rejects with a usage error. @param onFailure told once, in words, when the recording ends before the session does */
export async function createRecordFile(
  path: string,
  system: StoreFileSystem,
  onFailure: (detail: string) => void,
): Promise<RecordFile> {
  let handle: FileHandle;
  try {
    handle = await system.open(path, 'ax', FILE_MODE);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw alreadyThere(path);
    throw usageError(storeFailureOf(error, path, 'write the recording').failure.detail);
  }
  let pending: string[] = [];
  let pendingBytes = 0;
  let isBroken = false;
  let writing: Promise<void> | undefined;

  const fail = (detail: string): void => {
    if (isBroken) return;
    isBroken = true;
    pending = [];
    onFailure(detail);
  };

  async function writeAll(): Promise<void> {
    try {
      while (pending.length > 0) {
        const bytes = Buffer.from(pending.join(''), 'utf8');
        pending = [];
        pendingBytes = 0;
        for (let at = 0; at < bytes.length;) {
          const { bytesWritten } = await handle.write(bytes, at, bytes.length - at);
          if (!(bytesWritten > 0)) throw new Error('nothing was written');
          at += bytesWritten;
        }
      }
    } catch (error) {
      fail(storeFailureOf(error, path, 'write the recording').failure.detail);
    } finally {
      writing = undefined;
    }
  }

  return {
    write(line) {
      if (isBroken) return;
      pending.push(line);
      pendingBytes += line.length;
      if (pendingBytes > PENDING_MAX_BYTES)
        return fail(`cannot write the recording ${path}: the disk is too slow`);
      writing ??= writeAll();
      return undefined;
    },
    async close() {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const tooLong = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          fail(`cannot write the recording ${path}: the disk does not answer`);
          resolve();
        }, CLOSE_MAX_MS);
      });
      const closing = (writing ?? Promise.resolve())
        .then(() => handle.datasync())
        .catch((error: unknown) => fail(storeFailureOf(error, path, 'write the recording').failure.detail))
        .then(() => handle.close())
        .catch(() => undefined);
      await Promise.race([closing, tooLong]);
      clearTimeout(timer);
    },
    get isBroken() {
      return isBroken;
    },
  };
}
