// The dose book on disk: calls queue in order, and each is confirmed when its entry outlasts a loss of power. The first
// failure is the last word: nothing more is confirmed, so nothing more may be emitted (H20).
import type { Clock, WallClock } from '../clock.ts';
import { openAppendLog, type AppendLog } from '../store/append-log.ts';
import type { StoreResult } from '../store/failure.ts';
import type { StoreFileSystem } from '../store/file-system.ts';
import { createBookState, type BookState } from './book-state.ts';
import { entryOf, eventOf, isReserved, type BookCall } from './book-calls.ts';
import type { BookEvent, DoseBookPort } from './dose-book.ts';
import { BOOK_HEADER } from './entries.ts';
import type { VisitFacts } from './visit.ts';

/** Opens the log that a book stands on. */
export type OpenDoseBookStore = () => Promise<StoreResult<AppendLog>>;

export const doseBookFile =
  (path: string, system?: StoreFileSystem): OpenDoseBookStore =>
  () =>
    openAppendLog(
      system === undefined ? { path, header: BOOK_HEADER } : { path, header: BOOK_HEADER, system },
    );

export interface DoseBookOptions {
  readonly store: OpenDoseBookStore;
  readonly clock: Clock;
  readonly onEvent: (event: BookEvent) => void;
  readonly wallClock: WallClock;
  /** Whose visit this is; asked with each `allow` and `begin`. Without it: the default person, no course. */
  readonly visit?: () => VisitFacts;
  /** Told around each disk write: simulated time must not pass meanwhile. */
  readonly pacing?: { hold(): void; release(): void };
}

export interface DoseBook extends DoseBookPort {
  /** Settles when every call so far is confirmed or has failed. */
  whenIdle(): Promise<void>;
  /** Closes the file after that. Idempotent. */
  dispose(): Promise<void>;
}

/** A session has one call under way and few waiting; more is a broken caller. */
const QUEUE_MAX_COUNT = 100;

type Done = { readonly ok: true } | { readonly ok: false; readonly detail: string };

/** One call against one log: read what others wrote, append the entry, and only then count it. */
async function perform(log: AppendLog, state: BookState, call: BookCall, at: string): Promise<Done> {
  let written: readonly string[] = [];
  const done = await log.append((unseen) => {
    const problem = state.absorb(unseen);
    if (problem !== undefined)
      return {
        ok: false,
        problem: `${problem}. Move the file away to begin a new book; its doses are then not counted`,
      };
    const entry = entryOf(state, call);
    if (entry === undefined) return { ok: true, lines: [] };
    const composed = state.compose(entry, at);
    if (!composed.ok) return composed;
    written = [composed.line];
    return { ok: true, lines: written };
  });
  if (!done.ok) return { ok: false, detail: done.failure.detail };
  const problem = state.absorb(written);
  return problem === undefined ? { ok: true } : { ok: false, detail: `${log.path}: ${problem}` };
}

export function createDoseBook(options: DoseBookOptions): DoseBook {
  const { clock, onEvent, wallClock, pacing } = options;
  const state = createBookState();
  let opened: Promise<StoreResult<AppendLog>> | undefined;
  let failed: string | undefined;
  let queue: Promise<void> = Promise.resolve();
  let waitingCount = 0;

  const attempt = async (call: BookCall): Promise<Done> => {
    opened ??= options.store();
    const log = await opened;
    if (!log.ok) return { ok: false, detail: log.failure.detail };
    return perform(log.value, state, call, new Date(wallClock.nowMs()).toISOString());
  };
  const run = async (call: BookCall): Promise<void> => {
    pacing?.hold();
    let done: Done;
    try {
      if (failed !== undefined) done = { ok: false, detail: failed };
      else if (isReserved(state, call)) done = { ok: true };
      else done = await attempt(call);
    } catch (error) {
      done = {
        ok: false,
        detail: `the dose book broke: ${error instanceof Error ? error.message : String(error)}`,
      };
    } finally {
      waitingCount--;
      pacing?.release();
    }
    if (!done.ok) failed = done.detail;
    const atMs = clock.nowMs();
    onEvent(done.ok ? eventOf(state, call, atMs) : { type: 'book.failed', atMs, detail: done.detail });
  };
  const enqueue = (call: BookCall): void => {
    waitingCount++;
    if (waitingCount > QUEUE_MAX_COUNT) failed ??= 'the dose book has more entries waiting than it can take';
    queue = queue.then(() => run(call));
  };

  return {
    load: () => enqueue({ kind: 'load' }),
    allow: (intent) => enqueue({ kind: 'allow', intent }),
    begin: (intent) => enqueue({ kind: 'begin', intent }),
    reserve: (sessionTag, step, ceiling) => enqueue({ kind: 'reserve', sessionTag, step, ceiling }),
    reconcile: (sessionTag, found) => enqueue({ kind: 'reconcile', sessionTag, found }),
    close: (closing) => enqueue({ kind: 'close', closing }),
    whenIdle: () => queue,
    async dispose() {
      await queue;
      failed ??= 'the dose book is closed';
      const log = await opened;
      if (log?.ok === true) await log.value.close();
    },
  };
}
