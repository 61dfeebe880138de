// The same book without a disk: for simulations in virtual time, where nothing may wait for a promise. The same entries,
// chain, rules and bounds; only what makes them last is missing.
import type { Clock, WallClock } from '../clock.ts';
import { eventOf, isReserved, planCall, stampOfClock, type BookCall, type CallPlan } from './book-calls.ts';
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

type Done = { readonly ok: true; readonly plan: CallPlan } | { readonly ok: false; readonly detail: string };

export function createMemoryDoseBook(options: MemoryDoseBookOptions): MemoryDoseBook {
  const { clock, onEvent, wallClock, visit, latencyMs = 0 } = options;
  const state = createBookState();
  const lines = [...(options.lines ?? [])];
  let failed = state.absorb(lines);

  const write = (call: BookCall): Done => {
    if (failed !== undefined) return { ok: false, detail: failed };
    const stamp = stampOfClock(wallClock);
    if (isReserved(state, call, () => stamp)) return { ok: true, plan: { entries: [] } };
    const plan = planCall(state, call, stamp, () => visit?.());
    const composed = state.compose(plan.entries, stamp);
    if (!composed.ok) return { ok: false, detail: composed.problem };
    lines.push(...composed.lines);
    const problem = state.absorb(composed.lines);
    return problem === undefined ? { ok: true, plan } : { ok: false, detail: problem };
  };
  // Never from within the call: the caller is not ready for its event there.
  const enqueue = (call: BookCall): void => {
    clock.setTimeout(() => {
      const done = write(call);
      if (!done.ok) failed = done.detail;
      const atMs = clock.nowMs();
      const event: BookEvent | undefined = done.ok
        ? eventOf(state, call, done.plan, atMs)
        : { type: 'book.failed', atMs, detail: done.detail };
      if (event !== undefined) onEvent(event);
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
