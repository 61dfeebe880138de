// Reading a long book from its first line takes seconds, more than a session waits for. What has been read is kept on the
// way, at the entries that prove it, so that the next start goes on from there.
import type { StoreFileSystem } from '../store/file-system.ts';
import type { BookState } from './book-state.ts';
import { digestOf, writeCheckpoint } from './checkpoint.ts';
import { readLine } from './entries.ts';
import { SUMMARY_VERSION } from './summary.ts';

/** Half a second of reading, or so. */
const KEEP_EVERY_BYTES = 16 * 1024 * 1024;
const CHECKPOINT_MARK = '"kind":"checkpoint"';

export interface LongReading {
  /** As the state does; `endBytes` is behind the last of these lines. */
  absorb(lines: readonly string[], endBytes: number): string | undefined;
  /** Settles when nothing is being written any more. Never rejects. */
  settled(): Promise<void>;
}

const byteLength = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + Buffer.byteLength(line, 'utf8') + 1, 0);

/** @param keptBytes how far the file beside the book reaches already */
export function createLongReading(
  state: BookState,
  book: { readonly path: string; readonly system: StoreFileSystem },
  keptBytes: () => number,
  everyBytes = KEEP_EVERY_BYTES,
): LongReading {
  let lastBytes = 0;
  let writing: Promise<void> = Promise.resolve();

  function keepAt(line: string, summary: string, endBytes: number): void {
    const read = readLine(line);
    if (typeof read === 'string' || read.entry.kind !== 'checkpoint') return;
    const { summaryVersion, summary: digest } = read.entry;
    if (summaryVersion !== SUMMARY_VERSION || digest !== digestOf(summary)) return;
    lastBytes = endBytes;
    writing = writing.then(() => writeCheckpoint(book.path, { endBytes, summary }, book.system));
  }

  return {
    absorb(lines, endBytes) {
      const isDue = endBytes - Math.max(lastBytes, keptBytes()) >= everyBytes;
      const at = isDue ? lines.findIndex((line) => line.includes(CHECKPOINT_MARK)) : -1;
      const line = lines[at];
      if (line === undefined) return state.absorb(lines);
      const before = state.absorb(lines.slice(0, at));
      if (before !== undefined) return before;
      const summary = state.summary();
      const problem = state.absorb([line]);
      if (problem !== undefined) return problem;
      const rest = lines.slice(at + 1);
      keepAt(line, summary, endBytes - byteLength(rest));
      return state.absorb(rest);
    },
    settled: () => writing,
  };
}
