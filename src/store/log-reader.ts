// Reads an append-only log from its first line without taking part in it: no lock, nothing created, nothing set aside.
import { errorCode, stored, storeFailure, storeFailureOf, type StoreResult } from './failure.ts';
import { nodeFileSystem, refusePipe, type StoreFileSystem } from './file-system.ts';
import { readLinesFrom, startOf, type LogStart } from './line-reader.ts';

export interface LogReadOptions {
  readonly path: string;
  readonly header: string;
  /** What is wrong with another first line, where more is known than that it is another. */
  readonly explainHeader?: (found: string) => string | undefined;
  /** Where the reading may begin, when not with the first line. */
  readonly start?: () => Promise<LogStart | undefined>;
  readonly system?: StoreFileSystem;
}

export interface LogRead {
  /** Behind the last whole line; 0 when there is no file. */
  readonly endBytes: number;
  /** What stands behind it: of a writer that died, or that is just writing. */
  readonly tornBytes: number;
}

/** Hands every line but the header on, in order and in batches, until `take` says what is wrong. Never rejects. */
export async function readLog(
  { path, header, explainHeader, start, system = nodeFileSystem }: LogReadOptions,
  take: (lines: readonly string[]) => string | undefined,
): Promise<StoreResult<LogRead>> {
  let isHeaderSeen = false;
  const withoutHeader = (lines: readonly string[]): string | undefined => {
    if (isHeaderSeen) return take(lines);
    const first = lines[0] ?? '';
    if (first !== header)
      return (
        explainHeader?.(first) ??
        `does not begin with ${header} but with ${JSON.stringify(first.slice(0, 60))}`
      );
    isHeaderSeen = true;
    return lines.length > 1 ? take(lines.slice(1)) : undefined;
  };
  try {
    refusePipe(system, path);
    const handle = await system.open(path, 'r');
    try {
      const { size } = await handle.stat();
      const headerBytes = Buffer.byteLength(header, 'utf8') + 1;
      const from = await startOf(handle, await start?.(), headerBytes, size);
      // Whoever knows a line of ours knows the header too.
      isHeaderSeen = from > headerBytes;
      const first = isHeaderSeen ? from : 0;
      const { problem, endBytes, torn } = await readLinesFrom(handle, first, size, withoutHeader);
      // A torn header is the beginning of the header.
      const rest = torn.toString('utf8');
      if (problem === undefined && !isHeaderSeen && !header.startsWith(rest)) {
        const what = withoutHeader([rest]);
        return storeFailure('damaged', path, `${path} ${what}`);
      }
      if (problem !== undefined) return storeFailure('damaged', path, `${path} ${problem}`);
      return stored({ endBytes, tornBytes: torn.length });
    } finally {
      await handle.close();
    }
  } catch (error) {
    return errorCode(error) === 'ENOENT'
      ? stored({ endBytes: 0, tornBytes: 0 })
      : storeFailureOf(error, path, 'read');
  }
}
