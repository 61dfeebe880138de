// The four ways a visit is shown: live on a terminal, as plain lines, as JSON Lines, or only its outcome.
import type { SessionEvent } from '../session/events.ts';
import type { ProgramTable } from '../plan/describe.ts';
import type { SessionStatus } from './session-status.ts';
import type { Stamp } from './stamp.ts';
import type { CareDone, VisitOutcome } from './visit-outcome.ts';

export interface PlannedSession {
  readonly table: ProgramTable;
  readonly site: string;
  readonly plan: string;
  /** The visit's id. */
  readonly session: string;
  /** Of this light block on the belt. */
  readonly beltSession: string;
  /** From 1. */
  readonly block: number;
  readonly blockCount: number;
  readonly beltId: string;
  readonly simulated: boolean;
}

/** What happens in a visit beside its belt sessions. */
export type VisitEvent =
  /** The book allows it: which session of its course this is. */
  | { readonly type: 'course'; readonly number: number; readonly of: number; readonly planChanged: boolean }
  /** `step` from 1, among all steps of the visit that are not light. */
  | { readonly type: 'care.started'; readonly step: number; readonly stepCount: number }
  /** Another second of it is over. */
  | { readonly type: 'care.counting' }
  | { readonly type: 'care.ended'; readonly care: CareDone; readonly isBooked: boolean };

export interface Presenter {
  /** Once, when plan and belt are known. */
  planned(planned: PlannedSession, stamp: Stamp): void;
  /** After every event of the session. */
  update(status: SessionStatus, event: SessionEvent, stamp: Stamp): void;
  /** `status` is that of the care step, where one runs or has just run. */
  visit(event: VisitEvent, status: SessionStatus | undefined, stamp: Stamp): void;
  /** A remark for a person: what a key or a signal has set going. */
  note(text: string): void;
  /** A question follows: nothing may be drawn over it until `resume`. */
  suspend(): void;
  resume(): void;
  /** The last word; gives the terminal back. */
  finish(outcome: VisitOutcome, stamp: Stamp): void;
}
