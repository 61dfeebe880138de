// Every wait has a bound. Deadlines live in the context; the runner keeps one timer for the earliest of them.
import {
  STATUS_AGE_MAX_MS,
  STATUS_STALE_MAX_MS,
  UNATTENDED_ASK_MS,
  UNATTENDED_PAUSE_MS,
} from '../safety/limits.ts';

/** How long each wait may take. [eng] unless a source is named. */
export const WAIT_MS = {
  /** The belt port answers within 15 s. */
  connect: 16_000,
  bookAnswer: 10_000,
  /** The belt port answers within 5 s. */
  record: 6000,
  prepare: 10_000,
  /** Nobody armed the session. */
  arming: 10 * 60_000,
  armAnswer: 6000,
  /** The belt waits 30 s for its button. */
  button: 30_000,
  /** What self-test, countdown and link may take beyond the countdown itself. */
  countdownSlack: 10_000,
  pauseAnswer: 6000,
  pauseRepeat: 1000,
  /** Paused for longer: stopped. */
  paused: 10 * 60_000,
  stopRepeat: 300,
  /** After link loss: only to stop, and to read the belt's record. */
  reconnect: 10_000,
  reconnectRetry: 500,
  closingRecord: 2000,
  closingBook: 5000,
  /** An emission without progress, beyond the planned time. */
  emittingSlack: 30_000,
} as const;

export const STOP_REPEAT_MAX_COUNT = 3;
export const PAUSE_REPEAT_MAX_COUNT = 5;
export const HAZARD_LOG_MAX_COUNT = 64;
export const REASON_MAX_COUNT = 16;

/** Infinity where nothing is waited for. */
export interface Deadlines {
  /** The present state has taken too long. */
  readonly stateAtMs: number;
  /** The newest status becomes stale, then a cutoff (H14). */
  readonly statusAtMs: number;
  /** The rest between two steps is over. */
  readonly restAtMs: number;
  /** The person is to be asked for a sign, then not to be waited for any more (H23). */
  readonly presenceAtMs: number;
}

export const NO_DEADLINES: Deadlines = {
  stateAtMs: Infinity,
  statusAtMs: Infinity,
  restAtMs: Infinity,
  presenceAtMs: Infinity,
};

export const earliestDeadlineMs = (deadlines: Deadlines): number =>
  Math.min(deadlines.stateAtMs, deadlines.statusAtMs, deadlines.restAtMs, deadlines.presenceAtMs);

/** The next moment at which a status stamped at `stampAtMs` means something else than now; just after the limit. */
export function statusDeadlineMs(stampAtMs: number, nowMs: number): number {
  const staleAtMs = stampAtMs + STATUS_AGE_MAX_MS + 1;
  if (nowMs < staleAtMs) return staleAtMs;
  const cutoffAtMs = staleAtMs + STATUS_STALE_MAX_MS;
  return nowMs < cutoffAtMs ? cutoffAtMs : Infinity;
}

/** The next moment at which the person's silence since then means something else than now. */
export function presenceDeadlineMs(presentAtMs: number, nowMs: number): number {
  const askAtMs = presentAtMs + UNATTENDED_ASK_MS;
  if (nowMs < askAtMs) return askAtMs;
  const pauseAtMs = presentAtMs + UNATTENDED_PAUSE_MS + 1;
  return nowMs < pauseAtMs ? pauseAtMs : Infinity;
}
