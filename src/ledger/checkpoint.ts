// The file beside the book that spares reading it from its first line. It holds what the entries before a place come to;
// the book itself holds the digest of that at this place, in an entry of its own. So the chain of the book proves the
// summary, or the file is not used and the whole book is read: it can be removed at any time.
import { createHash } from 'node:crypto';
import { readFileIfAny, writeFileAtomic } from '../store/atomic-file.ts';
import type { StoreFileSystem } from '../store/file-system.ts';
import type { LogStart } from '../store/line-reader.ts';
import type { BookState } from './book-state.ts';
import { readLine, type BookEntry } from './entries.ts';
import { SUMMARY_VERSION } from './summary.ts';

export const checkpointPath = (bookPath: string): string => `${bookPath}.checkpoint`;
export const CHECKPOINT_HEADER = '{"file":"laserbelt dose book checkpoint","v":1}';

/** What years of many people come to. */
const CHECKPOINT_MAX_BYTES = 64 * 1024 * 1024;

export const digestOf = (summary: string): string =>
  createHash('sha256').update(summary, 'utf8').digest('hex');

export const checkpointEntry = (summary: string): BookEntry => ({
  kind: 'checkpoint',
  summaryVersion: SUMMARY_VERSION,
  summary: digestOf(summary),
});

export interface Checkpoint {
  /** Where the book ended behind the entry with the digest. */
  readonly endBytes: number;
  readonly summary: string;
}

export const formatCheckpoint = ({ endBytes, summary }: Checkpoint): string =>
  `${CHECKPOINT_HEADER}\n${endBytes}\n${summary}\n`;

/** undefined for anything else. Never throws. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [header, end, summary, rest, ...more] = text.split('\n');
  if (header !== CHECKPOINT_HEADER || end === undefined || summary === undefined) return undefined;
  if (rest !== '' || more.length > 0 || !/^\d{1,15}$/.test(end)) return undefined;
  return { endBytes: Number(end), summary };
}

/** Never rejects; a checkpoint that cannot be written is none. */
export const writeCheckpoint = async (
  bookPath: string,
  checkpoint: Checkpoint,
  system?: StoreFileSystem,
): Promise<void> => {
  await writeFileAtomic(checkpointPath(bookPath), formatCheckpoint(checkpoint), system);
};

export const readCheckpoint = async (
  bookPath: string,
  system?: StoreFileSystem,
): Promise<Checkpoint | 'none' | 'other'> => {
  const text = await readFileIfAny(checkpointPath(bookPath), system, CHECKPOINT_MAX_BYTES);
  if (text.ok && text.value === undefined) return 'none';
  return (text.ok && text.value !== undefined ? parseCheckpoint(text.value) : undefined) ?? 'other';
};

/** True when this line of the book holds the digest of this summary, and a state of this version can begin from it. */
export function beginFrom(state: BookState, { summary }: Checkpoint, line: string): boolean {
  const read = readLine(line);
  if (typeof read === 'string') return false;
  const { entry, hash } = read;
  if (entry.kind !== 'checkpoint' || entry.summaryVersion !== SUMMARY_VERSION) return false;
  if (entry.summary !== digestOf(summary)) return false;
  // The entry itself is read like any other, after what the summary says.
  if (!state.restore(summary, { seq: entry.seq, hash: entry.previous })) return false;
  return state.absorb([line]) === undefined && state.head.hash === hash;
}

/** For the log: where the reading of this book may begin. */
export async function startFromCheckpoint(
  bookPath: string,
  state: BookState,
  system?: StoreFileSystem,
): Promise<LogStart | undefined> {
  const checkpoint = await readCheckpoint(bookPath, system);
  if (checkpoint === 'none' || checkpoint === 'other') return undefined;
  const { endBytes } = checkpoint;
  return {
    endBytes,
    statedBy: checkpointPath(bookPath),
    accepts: (line) => beginFrom(state, checkpoint, line),
  };
}
