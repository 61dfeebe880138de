// Reads a whole dose book and names every line that is not what was written, without changing anything.
import { readLog } from '../store/log-reader.ts';
import { lookUp, nodeFileSystem, type StoreFileSystem } from '../store/file-system.ts';
import { createBookState } from './book-state.ts';
import { digestOf, readCheckpoint, type Checkpoint } from './checkpoint.ts';
import {
  BOOK_HEADER,
  CHAIN_START,
  explainHeader,
  readLine,
  statedHash,
  type BookLine,
  type ChainHead,
} from './entries.ts';
import { SUMMARY_VERSION } from './summary.ts';

export interface BookProblem {
  /** Of the file, its header being 1; null when it is no single line. */
  readonly line: number | null;
  readonly what: string;
}

export type Verified =
  | {
      readonly ok: true;
      /** Entries, the header not counted. */
      readonly lines: number;
      /** Belt sessions. */
      readonly sessions: number;
      /** ISO 8601; null for an empty book, or none. */
      readonly firstAt: string | null;
      readonly lastAt: string | null;
      /** `other`: a file stands there that does not belong to this book. It is not used, and may be removed. */
      readonly checkpoint: 'matches' | 'none' | 'other';
      /** An unfinished line at the end: nobody was told that it counts, and the next session sets it aside. */
      readonly tornBytes: number;
    }
  | { readonly ok: false; readonly problems: readonly BookProblem[] };

const PROBLEM_MAX_COUNT = 100;

interface Walk {
  readonly problems: BookProblem[];
  readonly take: (lines: readonly string[]) => undefined;
  readonly lineCount: () => number;
  readonly sessionCount: () => number;
  readonly ends: () => readonly [string | null, string | null];
  /** Digests of all that the entries come to, at the entries that state them. */
  readonly digests: ReadonlySet<string>;
}

/** Why a whole line does not belong behind the line before it. `hash` is undefined where that line is not known. */
function misfit(
  entry: BookLine & { readonly previous: string },
  head: Partial<ChainHead>,
): string | undefined {
  const { seq = entry.seq, hash = entry.previous } = head;
  if (entry.seq > seq) {
    const count = entry.seq - seq;
    return `${count === 1 ? 'one entry is' : `${count} entries are`} missing before it`;
  }
  if (entry.seq < seq) return `is entry ${entry.seq}, which stands before it already`;
  return entry.previous === hash
    ? undefined
    : 'does not continue the entry before it: it is from another dose book, or one was replaced';
}

function createWalk(): Walk {
  const problems: BookProblem[] = [];
  const digests = new Set<string>();
  const state = createBookState();
  // What the next line must continue; parts that a damaged line leaves unknown are missing.
  let head: Partial<ChainHead> = CHAIN_START;
  let lineCount = 0;
  let sessionCount = 0;
  let firstAt: string | null = null;
  let lastAt: string | null = null;
  const tell = (what: string): void => {
    if (problems.length < PROBLEM_MAX_COUNT) problems.push({ line: lineCount + 1, what });
  };

  function takeWhole(line: string, entry: BookLine): void {
    firstAt ??= entry.at;
    lastAt = entry.at;
    if (entry.kind === 'intent') sessionCount++;
    // What later entries come to means nothing once one is wrong.
    if (problems.length > 0) return;
    if (entry.kind === 'checkpoint' && entry.summaryVersion === SUMMARY_VERSION) {
      if (entry.summary !== digestOf(state.summary()))
        tell('states another sum of the entries before it than they have');
      else digests.add(entry.summary);
    }
    const problem = state.absorb([line]);
    if (problem !== undefined) tell(problem.replace(/^line \d+ /, ''));
  }
  function takeLine(line: string): void {
    lineCount++;
    const read = readLine(line);
    if (typeof read === 'string') {
      tell(read);
      const hash = statedHash(line);
      head = {
        ...(head.seq === undefined ? {} : { seq: head.seq + 1 }),
        ...(hash === undefined ? {} : { hash }),
      };
      return;
    }
    const problem = misfit(read.entry, head);
    if (problem !== undefined) tell(problem);
    head = { seq: read.entry.seq + 1, hash: read.hash };
    takeWhole(line, read.entry);
  }

  return {
    problems,
    digests,
    take: (lines) => void lines.forEach(takeLine),
    lineCount: () => lineCount,
    sessionCount: () => sessionCount,
    ends: () => [firstAt, lastAt],
  };
}

/** Looked up after the checkpoint was read: a session that goes on may have written both since the book was read. */
async function lostEnd(
  path: string,
  checkpoint: Checkpoint | 'none' | 'other',
  system: StoreFileSystem = nodeFileSystem,
): Promise<BookProblem | undefined> {
  if (checkpoint === 'none' || checkpoint === 'other') return undefined;
  const found = await lookUp(system, path).catch(() => undefined);
  const size = found?.size ?? 0;
  if (checkpoint.endBytes <= size) return undefined;
  const what = `the book has ${size} bytes, but had ${checkpoint.endBytes} when the checkpoint beside it was written: its newest entries are missing`;
  return { line: null, what };
}

/** A book that is not there is an empty one. Never rejects. */
export async function verifyBook(path: string, system?: StoreFileSystem): Promise<Verified> {
  const walk = createWalk();
  const options = { path, header: BOOK_HEADER, explainHeader };
  const read = await readLog(system === undefined ? options : { ...options, system }, walk.take);
  if (!read.ok) return { ok: false, problems: [...walk.problems, { line: null, what: read.failure.detail }] };
  if (walk.problems.length > 0) return { ok: false, problems: walk.problems };
  const [firstAt, lastAt] = walk.ends();
  const checkpoint = await readCheckpoint(path, system);
  const lost = await lostEnd(path, checkpoint, system);
  if (lost !== undefined) return { ok: false, problems: [lost] };
  const matches =
    checkpoint !== 'none' && checkpoint !== 'other' && walk.digests.has(digestOf(checkpoint.summary));
  return {
    ok: true,
    lines: walk.lineCount(),
    sessions: walk.sessionCount(),
    firstAt,
    lastAt,
    checkpoint: checkpoint === 'none' ? 'none' : matches ? 'matches' : 'other',
    tornBytes: read.value.tornBytes,
  };
}
