// The same book without a disk: for simulations in virtual time, where nothing may wait for a promise. The same entries,
// chain and bounds; only what makes them last is missing.
import type { Clock, WallClock } from '../clock.ts';
import { entryOf, eventOf, isReserved, type BookCall } from './book-calls.ts';
import { createBookState, type BookedSession } from './book-state.ts';
import type { BookEvent, DoseBookPort } from './dose-book.ts';
import type { VisitFacts } from './visit.ts';

export interface MemoryDoseBookOptions {
  readonly clock: Clock;
  readonly onEvent: (event: BookEvent) => void;
  readonly wallClock: WallClock;
  /** Whose visit this is; asked with each `allow` and `begin`. Without it: the default person, no course. */
  readonly visit?: () => VisitFacts;
  /** How long a write takes in the clock's time. */
  readonly latencyMs?: number;
  /** What an earlier book left: how a restart finds it. */
  readonly lines?: readonly string[];
}

export interface MemoryDoseBook extends DoseBookPort {
  /** As they would stand in the file, without its header. */
  lines(): readonly string[];
  sessions(): ReadonlyMap<string, BookedSession>;
  /** From now on every call fails, as on a full disk. */
  breakDown(detail: string): void;
}

export function createMemoryDoseBook(options: MemoryDoseBookOptions): MemoryDoseBook {
  const { clock, onEvent, wallClock, latencyMs = 0 } = options;
  const state = createBookState();
  const lines = [...(options.lines ?? [])];
  let failed = state.absorb(lines);

  const write = (call: BookCall): string | undefined => {
    if (failed !== undefined || isReserved(state, call)) return failed;
    const entry = entryOf(state, call);
    if (entry === undefined) return undefined;
    const composed = state.compose(entry, new Date(wallClock.nowMs()).toISOString());
    if (!composed.ok) return composed.problem;
    lines.push(composed.line);
    return state.absorb([composed.line]);
  };
  // Never from within the call: the caller is not ready for its event there.
  const enqueue = (call: BookCall): void => {
    clock.setTimeout(() => {
      failed = write(call);
      const atMs = clock.nowMs();
      onEvent(
        failed === undefined ? eventOf(state, call, atMs) : { type: 'book.failed', atMs, detail: failed },
      );
    }, latencyMs);
  };

  return {
    load: () => enqueue({ kind: 'load' }),
    allow: (intent) => enqueue({ kind: 'allow', intent }),
    begin: (intent) => enqueue({ kind: 'begin', intent }),
    reserve: (sessionTag, step, ceiling) => enqueue({ kind: 'reserve', sessionTag, step, ceiling }),
    reconcile: (sessionTag, found) => enqueue({ kind: 'reconcile', sessionTag, found }),
    close: (closing) => enqueue({ kind: 'close', closing }),
    lines: () => lines,
    sessions: () => state.sessions,
    breakDown(detail) {
      failed ??= detail;
    },
  };
}
