// Facts: what each event tells. Total, pure, and without a decision about where the session goes.
import type { BeltEvent, BeltReport, CommandOutcome } from '../belt/belt.ts';
import { assertNever } from '../errors.ts';
import { stampedAtMs, watchClocks } from './clocks.ts';
import {
  draftOf,
  isArmed,
  isEnding,
  type CommandOp,
  type PauseCause,
  type SessionContext,
  type Stopping,
} from './context.ts';
import { accumulateTick } from './dose.ts';
import { NO_EFFECTS } from './effects.ts';
import type { SessionEvent } from './events.ts';
import { addReason, judge, judgeInto } from './judge.ts';
import { noteBook, noteOperator } from './note-ours.ts';
import { noteOpened, notePrepared } from './preflight.ts';
import { isConfirmedBy, isStopEcho } from './stopping.ts';
import { progress, treatTick } from './treat.ts';

/** States of the belt that belong to a session under way. */
const isSessionState = (state: BeltReport['state']): boolean =>
  state === 'awaitingButton' ||
  state === 'selfTest' ||
  state === 'countdown' ||
  state === 'armed' ||
  state === 'paused';

/** The belt is no longer in the session, although we have not ended it. */
const hasBeltEnded = (context: SessionContext, report: BeltReport): boolean => {
  const { phase } = context;
  if (phase !== 'countdown' && phase !== 'emitting' && phase !== 'paused') return false;
  // A stop that the belt has latched ends the session, whatever else it says of itself.
  if (isSessionState(report.state) && !report.stopLatched) return false;
  return context.sessionSeen || report.state === 'ended' || report.state === 'lockout';
};

/** The light was, or may have been, on since the tick before, whatever else was heard since: for H12. */
function emissionMsSince(context: SessionContext, report: BeltReport, atMs: number): number {
  const before = context.report;
  if (before === undefined || !(report.emission || before.emission)) return 0;
  return Math.max(0, atMs - (context.clocks.recentAtMs.at(-1) ?? context.nowMs));
}

const noteStopEcho = (
  context: SessionContext,
  stopping: Stopping,
  report: BeltReport,
  atMs: number,
): Stopping => {
  if (!isStopEcho(context, report)) return stopping;
  if (stopping.confirmed || !isConfirmedBy(context, report)) return { ...stopping, answered: true };
  return { ...stopping, answered: true, confirmed: true, darkAtMs: atMs };
};

function noteTick(context: SessionContext, report: BeltReport, atMs: number): SessionContext {
  const { report: before } = context;
  // A tick from the past says nothing new about now.
  if (before !== undefined && report.tick <= before.tick) return { ...context, effects: NO_EFFECTS };
  const draft = draftOf(context);
  const clocks = watchClocks(context.clocks, atMs, report.beltTimeMs);
  draft.effects = NO_EFFECTS;
  draft.nowMs = atMs;
  draft.report = report;
  draft.clocks = clocks;
  draft.stampAtMs = stampedAtMs(clocks, atMs, report.beltTimeMs);
  if (report.buttonPressed) draft.presentAtMs = atMs;
  draft.sessionSeen = context.sessionSeen || (context.armAcknowledged && isSessionState(report.state));
  draft.sessionEmissionMs = context.sessionEmissionMs + emissionMsSince(context, report, atMs);
  if (draft.sessionSeen && isArmed(context))
    draft.doses = accumulateTick(context.slots, context.doses, report, atMs, context.lease.litEndMs);
  if (context.stopping !== undefined) draft.stopping = noteStopEcho(context, context.stopping, report, atMs);
  judgeInto(draft, atMs, context.nowMs);
  if (hasBeltEnded(draft, report)) return addReason(draft, { kind: 'beltEnded' });
  return isEnding(draft) ? draft : treatTick(draft, report);
}

const noteAnswer = (context: SessionContext, op: CommandOp, outcome: CommandOutcome): SessionContext => {
  switch (outcome.kind) {
    case 'acknowledged':
      return context;
    case 'rejected':
      return addReason(context, {
        kind: 'rejected',
        op,
        code: outcome.code,
        hazard: outcome.hazard,
        zone: outcome.zone,
      });
    case 'notSent':
    case 'unknown':
      return addReason(context, { kind: 'unanswered', op });
    default:
      return assertNever(outcome);
  }
};

/** ARM is the one command after which light is possible: only a sure refusal takes that back. */
function noteArmAnswer(context: SessionContext, outcome: CommandOutcome): SessionContext {
  if (outcome.kind === 'acknowledged') return { ...context, armAcknowledged: true };
  const surelyNot = outcome.kind === 'rejected' || outcome.kind === 'notSent';
  return noteAnswer(surelyNot ? { ...context, armedAtMs: NaN } : context, 'arm', outcome);
}

function noteResumeAnswer(context: SessionContext, outcome: CommandOutcome): SessionContext {
  if (outcome.kind === 'acknowledged')
    return { ...context, resumeAcknowledged: true, epoch: nextEpoch(context.epoch) };
  if (outcome.kind === 'unknown') return noteAnswer(context, 'resume', outcome);
  const why =
    outcome.kind === 'rejected' && outcome.code === 'hazardActive'
      ? 'not resumed: a zone has no skin contact'
      : 'not resumed: the belt refused; try again';
  return { ...context, notice: why, resumeRefused: true };
}

export const nextEpoch = (epoch: number): number => (epoch >= 255 ? 1 : epoch + 1);

function noteCommandAnswer(
  context: SessionContext,
  event: Extract<BeltEvent, { type: 'belt.answered' }>,
): SessionContext {
  switch (event.op) {
    case 'arm':
      return noteArmAnswer(context, event.outcome);
    case 'resume':
      return noteResumeAnswer(context, event.outcome);
    case 'pause':
      // What the belt refuses to pause is not lit any more; what was not sent is sent again with a later tick.
      return event.outcome.kind === 'unknown' ? noteAnswer(context, 'pause', event.outcome) : context;
    default:
      return context;
  }
}

const PAUSE_CAUSE: Readonly<Record<string, PauseCause>> = {
  contactLost: 'contactLost',
  leaseExpired: 'leaseExpired',
  pausedByCommand: 'operator',
};

function noteNotice(
  context: SessionContext,
  event: Extract<BeltEvent, { type: 'belt.noticed' }>,
): SessionContext {
  // Notices of earlier sessions are repeated until confirmed: before ours has been seen they say nothing.
  if (!context.sessionSeen || event.cause === 'none') return context;
  if (event.state === 'ended' || event.state === 'lockout') return { ...context, beltCause: event.cause };
  const cause = PAUSE_CAUSE[event.cause];
  const { pause } = context;
  if (event.state !== 'paused' || cause === undefined || pause === undefined) return context;
  // The belt knows best why it is dark, except that a person's own pause comes first, and that it has ours from us.
  const isOurs = event.cause === 'pausedByCommand' && pause.sentCount > 0;
  return pause.cause === 'operator' || isOurs ? context : { ...context, pause: { ...pause, cause } };
}

function noteLinkLost(
  context: SessionContext,
  event: Extract<BeltEvent, { type: 'link.lost' }>,
): SessionContext {
  const lost: SessionContext = { ...context, linkOpen: false };
  const ours = event.reason === 'closedByUs' || event.reason === 'stopByDrop';
  if (context.phase === 'stopping') {
    const open = context.stopping?.confirmed === false && isArmed(context) && !ours;
    return open ? addReason(lost, { kind: 'linkLost', detail: event.detail }) : lost;
  }
  const judged = judge(lost, event.atMs, context.nowMs);
  return addReason(judged, { kind: 'linkLost', detail: event.detail });
}

/** Records are numbered upwards for ever: a belt below what it had has lost sessions that nobody can count (H21). */
function noteNewest(context: SessionContext, newestRecord: number, atMs: number): SessionContext {
  const { book } = context;
  if (newestRecord >= book.knownRecord) return { ...context, book: { ...book, newestRecord } };
  const refused = {
    hazard: 'H21',
    detail: `The belt has lost its records: it is at ${newestRecord}, and the dose book knows its session ${book.knownRecord}. Have it checked. Nothing is given with it until two days after the last session that the book knows of.`,
  } as const;
  return judge({ ...context, book: { ...book, newestRecord, refused } }, atMs, context.nowMs);
}

/** Before anything else: what an unfinished session of this belt came to. Without that, nothing new is armed. */
function noteRecord(
  context: SessionContext,
  { found, atMs }: Extract<BeltEvent, { type: 'belt.record' }>,
): SessionContext {
  if (context.phase !== 'preflight') return { ...context, record: found };
  const isOpen = found !== 'none' && found !== 'failed' && found.kind === 'open';
  if (found !== 'failed' && !isOpen)
    return context.book.pending.length > 0
      ? { ...context, record: found }
      : noteNewest(context, found === 'none' ? 0 : found.number, atMs);
  return addReason(context, {
    kind: 'refused',
    detail: isOpen
      ? 'An earlier session of this belt is still under way. End it first: `laserbelt stop`.'
      : 'The belt did not give its record of an earlier unfinished session. Keep it near, then start again.',
  });
}

function noteBelt(context: SessionContext, event: BeltEvent): SessionContext {
  switch (event.type) {
    case 'belt.tick':
      return noteTick(context, event.report, event.atMs);
    case 'belt.opened':
      return noteOpened(context, event.profile, event.atMs);
    case 'belt.unreachable':
      return context.phase === 'stopping'
        ? context
        : addReason(context, { kind: 'unreachable', detail: event.detail });
    case 'belt.prepared':
      return notePrepared(noteAnswer(context, 'prepare', event.outcome), event);
    case 'belt.answered':
      return noteCommandAnswer(context, event);
    case 'belt.record':
      return noteRecord(context, event);
    case 'belt.noticed':
      return noteNotice(context, event);
    case 'belt.badFrame':
      return judge({ ...context, badFrameCount: event.count }, event.atMs, context.nowMs);
    case 'link.lost':
      return noteLinkLost(context, event);
    default:
      return assertNever(event);
  }
}

/** A deadline may have passed: a status gone stale, a rest over. The state's own bound is the machine's business. */
function noteTimer(context: SessionContext, atMs: number): SessionContext {
  const judged = judge(context, atMs, context.nowMs);
  const rested = judged.phase === 'emitting' && atMs >= judged.deadlines.restAtMs;
  return rested && !isEnding(judged) ? progress(judged) : judged;
}

function noteAny(context: SessionContext, event: SessionEvent): SessionContext {
  switch (event.type) {
    case 'operator.start':
    case 'operator.arm':
    case 'operator.stop':
    case 'operator.pause':
    case 'operator.resume':
    case 'operator.present':
    case 'operator.abandon':
      return noteOperator(context, event);
    case 'book.loaded':
    case 'book.allowed':
    case 'book.refused':
    case 'book.begun':
    case 'book.reserved':
    case 'book.reconciled':
    case 'book.closed':
    case 'book.failed':
      return noteBook(context, event);
    case 'timer.due':
      return noteTimer(context, event.atMs);
    case 'controller.failed':
      return addReason(context, { kind: 'failure', detail: event.detail });
    default:
      return noteBelt(context, event);
  }
}

const later = (context: SessionContext, atMs: number): SessionContext =>
  atMs > context.nowMs || context.effects.length > 0
    ? { ...context, nowMs: Math.max(atMs, context.nowMs), effects: NO_EFFECTS }
    : context;

/** What is known after this event, with the effects that follow at once (leases, reservations). */
export function note(context: SessionContext, event: SessionEvent): SessionContext {
  if (event.type === 'belt.tick') return noteTick(context, event.report, event.atMs);
  return noteAny(later(context, event.atMs), event);
}
