// One care step of a visit: a prompt that times itself. No belt session is open while it runs.
import type { Clock, TimerId } from '../clock.ts';
import { assertNever } from '../errors.ts';
import type { CareFacts } from '../ledger/entries.ts';
import type { PlanCareStep } from '../plan/plan.ts';
import type { StopCause } from '../session/events.ts';

/** How often it is shown anew. */
const TICK_MS = 1000;
/** Whoever skips within this time has not begun with it [eng]. */
const SKIPPED_MAX_MS = 10_000;

export type CareCause =
  /** The time is over, or there was nothing to wait for. */
  | { readonly kind: 'over' }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'stopped'; readonly cause: StopCause }
  | { readonly kind: 'failed'; readonly detail: string };

export interface CareEnd {
  readonly outcome: CareFacts['outcome'];
  readonly durationMs: number;
  readonly cause: CareCause;
}

export type CareAct =
  | { readonly kind: 'skip' }
  | { readonly kind: 'stop'; readonly cause: StopCause }
  | { readonly kind: 'fail'; readonly detail: string };

export interface CareRun {
  skip(): void;
  stop(cause: StopCause): void;
  fail(detail: string): void;
  remainingMs(): number;
  readonly ended: Promise<CareEnd>;
}

const outcomeOf = (cause: CareCause, durationMs: number): CareFacts['outcome'] => {
  if (cause.kind === 'over') return 'done';
  return durationMs < SKIPPED_MAX_MS ? 'skipped' : 'cutShort';
};

export interface CareOptions {
  readonly step: PlanCareStep;
  readonly clock: Clock;
  /** Nobody is there to take the time: it is taken as done at once. */
  readonly isConfirmed: boolean;
  onTick(): void;
  /** Within the call that ended it; `ended` follows. */
  onEnd?(end: CareEnd): void;
}

/** Begins at once; ends by itself when its time is over. */
export function runCare({ step, clock, isConfirmed, onTick, onEnd }: CareOptions): CareRun {
  const beganAtMs = clock.nowMs();
  const wholeMs = isConfirmed ? 0 : step.durationS * 1000;
  let timer: TimerId | undefined;
  let settle: ((end: CareEnd) => void) | undefined;
  const ended = new Promise<CareEnd>((resolve) => {
    settle = resolve;
  });
  const elapsedMs = (): number => Math.max(0, clock.nowMs() - beganAtMs);
  const end = (cause: CareCause): void => {
    if (settle === undefined) return;
    if (timer !== undefined) clock.clearTimeout(timer);
    const durationMs = cause.kind === 'over' ? wholeMs : Math.min(elapsedMs(), wholeMs);
    const told = settle;
    settle = undefined;
    const found: CareEnd = { outcome: outcomeOf(cause, durationMs), durationMs, cause };
    onEnd?.(found);
    told(found);
  };
  // A moment, not a duration: what is left of it is exact near its end, and never too little for a clock to move.
  const endAtMs = beganAtMs + wholeMs;
  const leftNowMs = (): number => Math.max(0, endAtMs - clock.nowMs());
  const wait = (): void => {
    const leftMs = leftNowMs();
    if (!(leftMs > 0)) return end({ kind: 'over' });
    timer = clock.setTimeout(
      () => {
        wait();
        if (settle !== undefined) onTick();
      },
      Math.min(TICK_MS, leftMs),
    );
  };
  wait();
  return {
    skip: () => end({ kind: 'skipped' }),
    stop: (cause) => end({ kind: 'stopped', cause }),
    fail: (detail) => end({ kind: 'failed', detail }),
    remainingMs: leftNowMs,
    ended,
  };
}

export function actOnCare(care: CareRun, act: CareAct): void {
  switch (act.kind) {
    case 'skip':
      return care.skip();
    case 'stop':
      return care.stop(act.cause);
    case 'fail':
      return care.fail(act.detail);
    default:
      return assertNever(act);
  }
}
