// Small files that are replaced whole: after a crash there is the old content or the new, never a mixture.
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { errorCode, stored, storeFailure, storeFailureOf, type StoreResult } from './failure.ts';
import {
  FILE_MODE,
  makeFolder,
  nodeFileSystem,
  refusePipe,
  syncFolder,
  type StoreFileSystem,
} from './file-system.ts';

/** Belts, keys, answers: small. */
const FILE_MAX_BYTES = 1024 * 1024;

async function writeDurably(system: StoreFileSystem, path: string, content: string): Promise<void> {
  const handle = await system.open(path, 'wx', FILE_MODE);
  try {
    await handle.writeFile(content, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Mode 0600. When this answers ok, the new content outlasts a loss of power. Never rejects. */
export async function writeFileAtomic(
  path: string,
  content: string,
  system: StoreFileSystem = nodeFileSystem,
): Promise<StoreResult<void>> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await makeFolder(system, dirname(path));
    await writeDurably(system, temporary, content);
    await system.rename(temporary, path);
    await syncFolder(system, dirname(path));
    return stored(undefined);
  } catch (error) {
    await system.unlink(temporary).catch(() => undefined);
    return storeFailureOf(error, path, 'write');
  }
}

/** undefined when there is no such file. Never rejects. */
export async function readFileIfAny(
  path: string,
  system: StoreFileSystem = nodeFileSystem,
  maxBytes = FILE_MAX_BYTES,
): Promise<StoreResult<string | undefined>> {
  try {
    refusePipe(system, path);
    const { size } = await system.stat(path);
    if (!(size <= maxBytes))
      return storeFailure('tooLarge', path, `${path} is larger than ${maxBytes} bytes`);
    return stored(await system.readFile(path, 'utf8'));
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? stored(undefined) : storeFailureOf(error, path, 'read');
  }
}
