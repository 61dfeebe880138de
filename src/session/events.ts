// Everything that can happen to a session. Each event carries the monotonic time at which it arrived: pure code never
// asks for the time, and late or backward time is itself data.
import type { BeltEvent } from '../belt/belt.ts';
import type { BookEvent } from '../ledger/dose-book.ts';

export type StopCause = 'stopCommand' | 'interrupt' | 'terminate' | 'hangup' | 'declined' | 'unanswered';

export type OperatorEvent =
  | { readonly type: 'operator.start'; readonly atMs: number }
  /** The person says yes, here (`atController`) or will on the belt (`beltButton`). */
  | { readonly type: 'operator.arm'; readonly atMs: number; readonly consent: 'atController' | 'beltButton' }
  | { readonly type: 'operator.stop'; readonly atMs: number; readonly cause: StopCause }
  | { readonly type: 'operator.pause'; readonly atMs: number }
  | { readonly type: 'operator.resume'; readonly atMs: number }
  /** A sign that the person is there (H23). */
  | { readonly type: 'operator.present'; readonly atMs: number }
  /** The second Ctrl-C: do not wait for the belt, drop the link. */
  | { readonly type: 'operator.abandon'; readonly atMs: number };

export type TimerEvent = { readonly type: 'timer.due'; readonly atMs: number };

/** Something of ours broke; emission off comes first. */
export type FailureEvent = {
  readonly type: 'controller.failed';
  readonly atMs: number;
  readonly detail: string;
};

export type SessionEvent = OperatorEvent | BeltEvent | BookEvent | TimerEvent | FailureEvent;
