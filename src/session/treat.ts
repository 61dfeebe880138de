// The course of the treatment itself: steps, rests, leases and reservations, one tick at a time.
import type { BeltReport } from '../belt/belt.ts';
import type { PauseCause, SessionContext } from './context.ts';
import { isOpen } from './dose.ts';
import { NO_EFFECTS, type Effect } from './effects.ts';
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
export function renew(context: SessionContext, report: BeltReport): SessionContext {
  const lease = emittingLease(context, report);
  const effects: Effect[] = [{ kind: 'belt.lease', request: lease }];
  const reservation = reservationDue(context);
  if (reservation !== undefined) effects.push(reservation);
  return {
    ...context,
    lease: noteLease(context, lease),
    book: reservation === undefined ? context.book : { ...context.book, reserving: true },
    effects,
  };
}

const keepAlive = (context: SessionContext, report: BeltReport): SessionContext => ({
  ...context,
  effects: [{ kind: 'belt.lease', request: darkLease(context, report) }],
});

const wantsLease = (state: BeltReport['state']): boolean =>
  state === 'selfTest' || state === 'countdown' || state === 'paused';

/** Paused here while the belt still says armed: PAUSE again, a few times. Dark it is already, without lit leases. */
function holdPause(context: SessionContext, report: BeltReport): SessionContext {
  const kept = keepAlive(context, report);
  const { pause } = context;
  const wasSent = pause !== undefined && context.nowMs - pause.sentAtMs < WAIT_MS.pauseRepeat;
  if (pause === undefined || report.state === 'paused' || wasSent || context.resumeAcknowledged) return kept;
  if (!(pause.sentCount < PAUSE_REPEAT_MAX_COUNT))
    return addReason(kept, { kind: 'unanswered', op: 'pause' });
  return {
    ...kept,
    pause: { ...pause, sentAtMs: context.nowMs, sentCount: pause.sentCount + 1 },
    effects: [...kept.effects, { kind: 'belt.pause' }],
  };
}

/** Why the belt is paused, as far as its tick tells; a notice may tell better. */
const pauseCauseOf = (context: SessionContext): PauseCause =>
  context.pauseWanted ??
  (context.doses.some((dose) => isOpen(dose) && !dose.contact) ? 'contactLost' : 'leaseExpired');

/** What a tick leads to while nothing ends the session. */
export function treatTick(context: SessionContext, report: BeltReport): SessionContext {
  switch (context.phase) {
    case 'countdown': {
      const kept = wantsLease(report.state) ? keepAlive(context, report) : context;
      if (report.state === 'paused') return { ...kept, pauseWanted: pauseCauseOf(context) };
      const isFirst = report.state === 'countdown' && Number.isNaN(context.countdownSinceMs);
      return isFirst ? { ...kept, countdownSinceMs: context.nowMs } : kept;
    }
    case 'emitting': {
      if (report.state === 'paused')
        return { ...keepAlive(context, report), pauseWanted: pauseCauseOf(context) };
      if (context.pauseWanted !== undefined) return keepAlive(context, report);
      const moved = progress(context);
      return moved.reasons.length > 0 ? moved : renew(moved, report);
    }
    case 'paused':
      return holdPause(context, report);
    default:
      return context.effects.length === 0 ? context : { ...context, effects: NO_EFFECTS };
  }
}
