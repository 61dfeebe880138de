// The course of the treatment itself: steps, rests, leases and reservations, one tick at a time.
import type { BeltReport } from '../belt/belt.ts';
import { draftOf, type Draft, type PauseCause, type SessionContext } from './context.ts';
import { isOpen } from './dose.ts';
import type { Effect } from './effects.ts';
import { addReason } from './judge.ts';
import { currentItem, darkLease, emittingLease, noteLease, openZones, reservationDue } from './lease.ts';
import { PAUSE_REPEAT_MAX_COUNT, WAIT_MS } from './deadlines.ts';

const isTreatmentLeft = (context: SessionContext, fromIndex: number): boolean =>
  context.program?.items.slice(fromIndex).some((item) => item.kind === 'treat') === true;

/** The next item begins now. What follows the last treatment is dark anyway: the session is complete. */
function nextItem(context: SessionContext): SessionContext {
  const itemIndex = context.itemIndex + 1;
  if (!isTreatmentLeft(context, itemIndex)) return addReason(context, { kind: 'completed' });
  const item = context.program?.items[itemIndex];
  const restAtMs = item?.kind === 'rest' ? context.nowMs + item.durationMs : Infinity;
  return { ...context, itemIndex, deadlines: { ...context.deadlines, restAtMs } };
}

/** Moves on when the present item is over. */
export function progress(context: SessionContext): SessionContext {
  const item = currentItem(context);
  if (item === undefined) return addReason(context, { kind: 'completed' });
  if (item.kind === 'rest') return context.nowMs >= context.deadlines.restAtMs ? nextItem(context) : context;
  return openZones(context, item.step) === 0 ? nextItem(context) : context;
}

/** The lease for this tick, and a reservation when the booked light runs low. */
export function renewInto(draft: Draft, report: BeltReport): void {
  const lease = emittingLease(draft, report);
  const reservation = reservationDue(draft);
  draft.lease = noteLease(draft, lease);
  const renewal: Effect = { kind: 'belt.lease', request: lease };
  draft.effects = reservation === undefined ? [renewal] : [renewal, reservation];
  if (reservation !== undefined) draft.book = { ...draft.book, reservingSinceMs: draft.nowMs };
}

export function renew(context: SessionContext, report: BeltReport): SessionContext {
  const draft = draftOf(context);
  renewInto(draft, report);
  return draft;
}

const keepAlive = (draft: Draft, report: BeltReport): void => {
  draft.effects = [{ kind: 'belt.lease', request: darkLease(draft, report) }];
};

const wantsLease = (state: BeltReport['state']): boolean =>
  state === 'selfTest' || state === 'countdown' || state === 'paused';

/** Paused here while the belt still says armed: PAUSE again, a few times. Dark it is already, without lit leases. */
function holdPause(draft: Draft, report: BeltReport): SessionContext {
  keepAlive(draft, report);
  const { pause } = draft;
  const wasSent = pause !== undefined && draft.nowMs - pause.sentAtMs < WAIT_MS.pauseRepeat;
  if (pause === undefined || report.state === 'paused' || wasSent || draft.resuming) return draft;
  if (!(pause.sentCount < PAUSE_REPEAT_MAX_COUNT))
    return addReason(draft, { kind: 'unanswered', op: 'pause' });
  draft.pause = { ...pause, sentAtMs: draft.nowMs, sentCount: pause.sentCount + 1 };
  draft.effects = [...draft.effects, { kind: 'belt.pause' }];
  return draft;
}

/** Why the belt is paused, as far as its tick tells; a notice may tell better. */
const pauseCauseOf = (context: SessionContext): PauseCause =>
  context.pauseWanted ??
  (context.doses.some((dose) => isOpen(dose) && !dose.contact) ? 'contactLost' : 'leaseExpired');

function treatCountdown(draft: Draft, report: BeltReport): SessionContext {
  if (wantsLease(report.state)) keepAlive(draft, report);
  if (report.state === 'paused') draft.pauseWanted = pauseCauseOf(draft);
  if (report.state === 'countdown' && Number.isNaN(draft.countdownSinceMs))
    draft.countdownSinceMs = draft.nowMs;
  return draft;
}

function treatEmitting(draft: Draft, report: BeltReport): SessionContext {
  if (report.state === 'paused') draft.pauseWanted = pauseCauseOf(draft);
  if (draft.pauseWanted !== undefined) {
    keepAlive(draft, report);
    return draft;
  }
  // A disk that hangs is a book that is not durable (H20): waiting in the dark must end, too.
  if (draft.nowMs - draft.book.reservingSinceMs > WAIT_MS.bookAnswer)
    return addReason(draft, { kind: 'bookSilent' });
  const moved = progress(draft);
  if (moved.reasons.length > 0) return moved;
  if (moved !== draft) return renew(moved, report);
  renewInto(draft, report);
  return draft;
}

/** What a tick leads to while nothing ends the session. */
export function treatTick(draft: Draft, report: BeltReport): SessionContext {
  switch (draft.phase) {
    case 'countdown':
      return treatCountdown(draft, report);
    case 'emitting':
      return treatEmitting(draft, report);
    case 'paused':
      return holdPause(draft, report);
    default:
      return draft;
  }
}
