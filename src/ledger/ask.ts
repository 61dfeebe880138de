// Asks a dose book whether a visit would be allowed now, without taking part in it: nothing is written, no lock is taken.
import type { WallClock } from '../clock.ts';
import { readLog } from '../store/log-reader.ts';
import { nodeFileSystem, type StoreFileSystem } from '../store/file-system.ts';
import type { LogStart } from '../store/line-reader.ts';
import { stampOfClock } from './book-calls.ts';
import { createBookState, unfinishedSessions } from './book-state.ts';
import { startFromCheckpoint } from './checkpoint.ts';
import { decide, type Decision } from './decide.ts';
import type { DoseIntent } from './dose-book.ts';
import { BOOK_HEADER, explainHeader } from './entries.ts';
import { failureWords } from './mending.ts';
import type { VisitFacts } from './visit.ts';

export type Asked =
  | {
      readonly ok: true;
      readonly decision: Decision;
      /** A session of this belt whose own record is still to be read: the answer can then only become milder. */
      readonly isUnfinished: boolean;
    }
  /** The book cannot be read (H20): a sentence for a person. */
  | { readonly ok: false; readonly detail: string };

export interface BookQuestion {
  readonly path: string;
  readonly intent: DoseIntent;
  readonly visit: VisitFacts;
  readonly wallClock: WallClock;
  readonly system?: StoreFileSystem;
}

/** A book that is not there is empty. Never rejects. */
export async function askBook({ path, intent, visit, wallClock, system }: BookQuestion): Promise<Asked> {
  const state = createBookState();
  const start = (): Promise<LogStart | undefined> => startFromCheckpoint(path, state, system);
  const read = await readLog(
    { path, header: BOOK_HEADER, explainHeader, start, system: system ?? nodeFileSystem },
    (lines) => state.absorb(lines),
  );
  if (!read.ok) return { ok: false, detail: `The dose book failed: ${failureWords(read.failure)}.` };
  const isUnfinished = unfinishedSessions(state).some((session) => session.beltId === intent.beltId);
  return { ok: true, decision: decide(state, intent, visit, stampOfClock(wallClock)), isUnfinished };
}
