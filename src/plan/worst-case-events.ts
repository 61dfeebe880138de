// What can happen in the worst-case search, as data: names for programs, sentences elsewhere.
import type { Booking, Short } from './worst-case-moments.ts';

export type WorstCaseEvent =
  /** A visit begins, `waitedS` after the one before it ended; the rules over days allow it. */
  | { readonly kind: 'visitBegins'; readonly visit: number; readonly waitedS: number }
  /** The answer to the arming is lost: the belt is stopped before any light. */
  | { readonly kind: 'armingUnanswered' }
  /** Emitters fail one after the other, and the belt ends each such zone by itself. */
  | { readonly kind: 'zonesFail' }
  /** Light until a moment; `ratio` of the block's time. */
  | {
      readonly kind: 'light';
      readonly block: number;
      readonly until: 'end' | Short;
      readonly ratio: number;
      /** J/cm² of this visit after it, as the belt measures it, in the order of the lines. */
      readonly doses: readonly number[];
    }
  | { readonly kind: 'paused' }
  | { readonly kind: 'contactLost' }
  | { readonly kind: 'leaseLapsed' }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'linkLost' }
  | { readonly kind: 'controllerCrashed' }
  | { readonly kind: 'beltRestarted' }
  /** The controller is back, or started anew: what the belt tells of the session is booked, or the upper bound is. */
  | { readonly kind: 'reconciled'; readonly booking: Booking }
  | { readonly kind: 'blockDone'; readonly block: number }
  | { readonly kind: 'visitDone' };

export type WorstCaseEventKind = WorstCaseEvent['kind'];
