// The dose book on disk: calls queue in order, and each is confirmed when its entry outlasts a loss of power. The first
// failure is the last word: nothing more is confirmed, so nothing more may be emitted (H20).
import type { Clock, WallClock } from '../clock.ts';
import { openAppendLog, type Appended, type AppendLog } from '../store/append-log.ts';
import type { ProcessFacts } from '../store/holder.ts';
import type { StoreResult } from '../store/failure.ts';
import { nodeFileSystem, type StoreFileSystem } from '../store/file-system.ts';
import type { LogStart } from '../store/line-reader.ts';
import { eventOf, isReserved, planCall, stampOfClock, type BookCall, type CallPlan } from './book-calls.ts';
import { createBookState, type BookState } from './book-state.ts';
import { checkpointEntry, startFromCheckpoint, writeCheckpoint } from './checkpoint.ts';
import type { BookEvent, DoseBookPort } from './dose-book.ts';
import { BOOK_HEADER, explainHeader, type BookEntry, type CareFacts } from './entries.ts';
import { createLongReading, type LongReading } from './long-reading.ts';
import { failureWords } from './mending.ts';
import type { Stamp } from './timeline.ts';
import type { VisitFacts } from './visit.ts';

/** Where the reading of a book at this path may begin, when not with its first line. */
export type FindStart = (path: string, system: StoreFileSystem) => Promise<LogStart | undefined>;

/** Opens the log that a book stands on. Without `findStart` it is read from its first line. */
export type OpenDoseBookStore = (findStart?: FindStart) => Promise<StoreResult<AppendLog>>;

export const doseBookFile =
  (path: string, system: StoreFileSystem = nodeFileSystem, facts?: ProcessFacts): OpenDoseBookStore =>
  (findStart) =>
    openAppendLog({
      path,
      header: BOOK_HEADER,
      explainHeader,
      system,
      ...(facts === undefined ? {} : { facts }),
      ...(findStart === undefined ? {} : { start: () => findStart(path, system) }),
    });

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

export type Written = { readonly ok: true } | { readonly ok: false; readonly detail: string };

export interface DoseBook extends DoseBookPort {
  /** A step of the visit without light; settles when it is durable. Never rejects. */
  care(facts: CareFacts): Promise<Written>;
  /** Settles when every call so far is confirmed or has failed. */
  whenIdle(): Promise<void>;
  /** Closes the file after that. Idempotent. */
  dispose(): Promise<void>;
}

/** A session has one call under way and few waiting; more is a broken caller. */
const QUEUE_MAX_COUNT = 100;
/** What a start may have to read: after more than this, the next quiet moment leaves a checkpoint. */
const CHECKPOINT_EVERY_BYTES = 64 * 1024;

type Done = { readonly ok: true; readonly plan: CallPlan } | { readonly ok: false; readonly detail: string };

/** Reads what others wrote, appends what is made of that, and only then counts it. */
async function appendTo(
  log: AppendLog,
  state: BookState,
  reading: LongReading,
  stamp: () => Stamp,
  make: (now: Stamp) => readonly BookEntry[],
  isLockKept: boolean,
): Promise<StoreResult<Appended>> {
  let written: readonly string[] = [];
  const done = await log.append(
    {
      absorb: (lines, endBytes) => reading.absorb(lines, endBytes),
      compose() {
        const now = stamp();
        const composed = state.compose(make(now), now);
        if (composed.ok) written = composed.lines;
        return composed;
      },
    },
    isLockKept,
  );
  const problem = done.ok ? state.absorb(written) : undefined;
  if (problem === undefined) return done;
  return { ok: false, failure: { kind: 'damaged', path: log.path, detail: `${log.path}: ${problem}` } };
}

/** From the intent to the close the next entry follows soon. */
const isLockKept = (call: BookCall): boolean => call.kind === 'begin' || call.kind === 'reserve';
/** Nobody waits for light. */
const isQuiet = (call: BookCall): boolean =>
  call.kind === 'load' || call.kind === 'close' || call.kind === 'reconcile';

/** The book as one open file: what is known of it, and how much of that a start would have to read. */
function createOpenBook({ store, wallClock, visit }: DoseBookOptions) {
  const state = createBookState();
  let opened: Promise<StoreResult<AppendLog>> | undefined;
  let checkpointBytes = 0;
  let endBytes = 0;
  let reading: LongReading | undefined;
  const stamp = (): Stamp => stampOfClock(wallClock);
  const readingOf = (log: AppendLog): LongReading =>
    (reading ??= createLongReading(state, log, () => checkpointBytes));
  const open = (): Promise<StoreResult<AppendLog>> =>
    (opened ??= store(async (path, system) => {
      const start = await startFromCheckpoint(path, state, system);
      if (start === undefined) return undefined;
      return {
        ...start,
        accepts(line) {
          const isAccepted = start.accepts(line);
          if (isAccepted) checkpointBytes = start.endBytes;
          return isAccepted;
        },
      };
    }));

  return {
    state,
    async perform(call: BookCall): Promise<Done> {
      const log = await open();
      if (!log.ok) return { ok: false, detail: failureWords(log.failure) };
      let plan: CallPlan = { entries: [] };
      const make = (now: Stamp): readonly BookEntry[] =>
        (plan = planCall(state, call, now, () => visit?.())).entries;
      const done = await appendTo(log.value, state, readingOf(log.value), stamp, make, isLockKept(call));
      if (!done.ok) return { ok: false, detail: failureWords(done.failure) };
      ({ endBytes } = done.value);
      return { ok: true, plan };
    },
    /** Its digest into the book, then the summary beside it. */
    async leaveCheckpoint(): Promise<void> {
      const log = await open();
      if (!log.ok || endBytes - checkpointBytes < CHECKPOINT_EVERY_BYTES) return;
      let summary = '';
      const make = (): readonly BookEntry[] => [checkpointEntry((summary = state.summary()))];
      const done = await appendTo(log.value, state, readingOf(log.value), stamp, make, false);
      if (!done.ok) return;
      ({ endBytes } = done.value);
      checkpointBytes = endBytes;
      await writeCheckpoint(log.value.path, { endBytes, summary }, log.value.system);
    },
    async close(): Promise<void> {
      const log = await opened;
      await reading?.settled();
      if (log?.ok === true) await log.value.close();
    },
  };
}

const wordsOf = (error: unknown): string =>
  `the dose book broke: ${error instanceof Error ? error.message : String(error)}`;

export function createDoseBook(options: DoseBookOptions): DoseBook {
  const { clock, onEvent, pacing, wallClock } = options;
  const book = createOpenBook(options);
  let failed: string | undefined;
  let queue: Promise<void> = Promise.resolve();
  let waitingCount = 0;

  const attempt = async (call: BookCall): Promise<Done> => {
    if (failed !== undefined) return { ok: false, detail: failed };
    if (isReserved(book.state, call, () => stampOfClock(wallClock)))
      return { ok: true, plan: { entries: [] } };
    try {
      return await book.perform(call);
    } catch (error) {
      return { ok: false, detail: wordsOf(error) };
    }
  };
  const run = async (call: BookCall): Promise<Done> => {
    pacing?.hold();
    const done = await attempt(call);
    waitingCount--;
    pacing?.release();
    if (!done.ok) failed = done.detail;
    const atMs = clock.nowMs();
    const event = done.ok
      ? eventOf(book.state, call, done.plan, atMs)
      : ({ type: 'book.failed', atMs, detail: done.detail } as const);
    // What nobody waits for fails with the next call that somebody does.
    if (event !== undefined && call.kind !== 'care') onEvent(event);
    // A checkpoint is a convenience: whatever becomes of it, the call is done.
    if (done.ok && isQuiet(call)) await book.leaveCheckpoint().catch(() => undefined);
    return done;
  };
  const enqueue = (call: BookCall): Promise<Done> => {
    waitingCount++;
    if (waitingCount > QUEUE_MAX_COUNT) failed ??= 'the dose book has more entries waiting than it can take';
    const done = queue.then(() => run(call));
    queue = done.then(() => undefined);
    return done;
  };

  return {
    load: () => void enqueue({ kind: 'load' }),
    allow: (intent) => void enqueue({ kind: 'allow', intent }),
    begin: (intent) => void enqueue({ kind: 'begin', intent }),
    reserve: (sessionTag, step, ceiling) => void enqueue({ kind: 'reserve', sessionTag, step, ceiling }),
    reconcile: (sessionTag, found) => void enqueue({ kind: 'reconcile', sessionTag, found }),
    close: (closing) => void enqueue({ kind: 'close', closing }),
    async care(facts) {
      const done = await enqueue({ kind: 'care', facts });
      return done.ok ? { ok: true } : done;
    },
    whenIdle: () => queue,
    async dispose() {
      await queue;
      failed ??= 'the dose book is closed';
      await book.close();
    },
  };
}
