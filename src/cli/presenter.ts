// The four ways a session is shown: live on a terminal, as plain lines, as JSON Lines, or only its outcome.
import type { SessionEvent } from '../session/events.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import type { ProgramTable } from '../plan/describe.ts';
import type { SessionStatus } from './session-status.ts';
import type { Stamp } from './stamp.ts';

export interface PlannedSession {
  readonly table: ProgramTable;
  readonly site: string;
  readonly plan: string;
  readonly session: string;
  readonly beltId: string;
  readonly simulated: boolean;
}

export interface Presenter {
  /** Once, when plan and belt are known. */
  planned(planned: PlannedSession, stamp: Stamp): void;
  /** After every event of the session. */
  update(status: SessionStatus, event: SessionEvent, stamp: Stamp): void;
  /** A remark for a person: what a key or a signal has set going. */
  note(text: string): void;
  /** A question follows: nothing may be drawn over it until `resume`. */
  suspend(): void;
  resume(): void;
  /** The last word; gives the terminal back. */
  finish(outcome: SessionOutcome, stamp: Stamp): void;
}
