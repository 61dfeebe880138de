// What begins with each state: its bound, and what it asks of belt and book.
import {
  emittedMs,
  isEnding,
  type Pause,
  type PauseCause,
  type SessionContext,
  type SessionPhase,
} from './context.ts';
import type { DoseIntent } from '../ledger/dose-book.ts';
import { NO_CLOCK_WATCH } from './clocks.ts';
import { WAIT_MS } from './deadlines.ts';
import { NO_EFFECTS, type Effect } from './effects.ts';
import { judge } from './judge.ts';
import { reservationDue } from './lease.ts';
import { nextEpoch } from './note.ts';
import { renew } from './treat.ts';

export type Entry = (context: SessionContext) => SessionContext;

/** The state's own bound, in ms from now; what is stale or resting keeps its own. */
const begin = (
  context: SessionContext,
  phase: SessionPhase,
  waitMs: number,
  effects: readonly Effect[] = NO_EFFECTS,
): SessionContext => ({
  ...context,
  phase,
  deadlines: { ...context.deadlines, stateAtMs: context.nowMs + waitMs },
  effects,
});

export const enterConnecting: Entry = (context) =>
  begin(context, 'connecting', WAIT_MS.connect, [{ kind: 'belt.open' }]);

/** Waits for the first status; its absence is H14. */
export const enterAssessing: Entry = (context) => begin(context, 'preflight', WAIT_MS.bookAnswer);

export const enterLoadingBook: Entry = (context) =>
  begin(context, 'preflight', WAIT_MS.bookAnswer, [{ kind: 'book.load' }]);

/** The belt's own record of a session that the book never saw the end of; then, whether it still has those that it had. */
export const enterReading: Entry = (context) => {
  const { pending, knownRecord } = context.book;
  const [session] = pending;
  const wanted = session?.sessionTag ?? (knownRecord > 0 ? 'newest' : undefined);
  return {
    ...begin(
      context,
      'preflight',
      WAIT_MS.record,
      wanted === undefined ? NO_EFFECTS : [{ kind: 'belt.readRecord', sessionTag: wanted }],
    ),
    record: undefined,
  };
};

export const enterReconciling: Entry = (context) => {
  const [session] = context.book.pending;
  const { record } = context;
  const known = session !== undefined && record !== undefined && record !== 'failed';
  return begin(
    context,
    'preflight',
    WAIT_MS.bookAnswer,
    known ? [{ kind: 'book.reconcile', sessionTag: session.sessionTag, found: record }] : NO_EFFECTS,
  );
};

/** What is to be booked, once belt and plan are known. */
function intentOf({ input, profile, program }: SessionContext): DoseIntent | undefined {
  if (profile === undefined || program === undefined) return undefined;
  return {
    sessionTag: input.sessionTag,
    beltId: profile.beltId,
    address: input.address,
    planName: input.planName,
    site: program.site,
    prescription: program.prescription,
    measurementUncertainty: profile.measurementUncertainty,
  };
}

export const enterAllowing: Entry = (context) => {
  const intent = intentOf(context);
  return begin(
    context,
    'preflight',
    WAIT_MS.bookAnswer,
    intent === undefined ? NO_EFFECTS : [{ kind: 'book.allow', intent }],
  );
};

export const enterPreparing: Entry = (context) =>
  begin(
    context,
    'preflight',
    WAIT_MS.prepare,
    context.program === undefined
      ? NO_EFFECTS
      : [{ kind: 'belt.prepare', prescription: context.program.prescription }],
  );

export const enterReady: Entry = (context) => ({
  ...begin(context, 'ready', WAIT_MS.arming),
  record: undefined,
});

/** The intent must be durable before the belt may be armed. */
export const enterBeginning: Entry = (context) => {
  const intent = intentOf(context);
  if (intent === undefined) return begin(context, 'ready', 0);
  return begin(context, 'ready', WAIT_MS.bookAnswer, [{ kind: 'book.begin', intent }]);
};

export const enterReserving: Entry = (context) => {
  const reservation = reservationDue(context);
  const next = begin(context, 'ready', WAIT_MS.bookAnswer, reservation === undefined ? [] : [reservation]);
  const reservingSinceMs = reservation === undefined ? NaN : context.nowMs;
  return { ...next, book: { ...context.book, reservingSinceMs } };
};

/** From here on light is possible. The clocks are compared from here, too. */
export const enterArming: Entry = (context) => ({
  ...begin(context, 'ready', WAIT_MS.armAnswer, [{ kind: 'belt.arm', consent: context.consent }]),
  armedAtMs: context.nowMs,
  clocks: NO_CLOCK_WATCH,
});

export const enterCountdown: Entry = (context) => ({
  ...begin(
    context,
    'countdown',
    (context.profile?.countdownMs ?? 0) +
      WAIT_MS.countdownSlack +
      (context.consent === 'beltButton' ? WAIT_MS.button : 0),
  ),
  countdownSinceMs: NaN,
  pauseWanted: undefined,
  pause: undefined,
  resuming: false,
  resumeAcknowledged: false,
  resumeRefused: false,
});

/**
 * Light may begin with the tick that says so, once that tick has been judged as one of light: the countdown asks for less.
 * What a pause left of a rest is still to be rested.
 */
export const enterEmitting: Entry = (context) => {
  const leftMs = Math.max(0, (context.program?.plannedDurationMs ?? 0) - context.emittedMs);
  const next = begin(context, 'emitting', leftMs * 1.1 + WAIT_MS.emittingSlack);
  const restLeftMs = context.pause?.restLeftMs ?? Infinity;
  const resumed: SessionContext = {
    ...next,
    emittingSinceMs: context.nowMs,
    pauseWanted: undefined,
    pause: undefined,
    resuming: false,
    resumeAcknowledged: false,
    deadlines: {
      ...next.deadlines,
      restAtMs: restLeftMs === Infinity ? next.deadlines.restAtMs : context.nowMs + restLeftMs,
    },
  };
  const judged = judge(resumed, resumed.nowMs, resumed.nowMs);
  const isLightDue = judged.pauseWanted === undefined && !isEnding(judged);
  return isLightDue && judged.report?.state === 'armed' ? renew(judged, judged.report) : judged;
};

/** PAUSE goes out unless the belt has paused by itself, or would not hear it: a stalled link must not break on it. */
const isPauseNeeded = (context: SessionContext, cause: PauseCause): boolean =>
  context.report?.state !== 'paused' && cause !== 'stale';

export const enterPaused: Entry = (context) => {
  const cause = context.pauseWanted ?? 'hazard';
  const sends = isPauseNeeded(context, cause);
  const pause: Pause = {
    cause,
    untilMs: context.nowMs + WAIT_MS.paused,
    sentAtMs: sends ? context.nowMs : -Infinity,
    sentCount: sends ? 1 : 0,
    restLeftMs: context.pause?.restLeftMs ?? context.deadlines.restAtMs - context.nowMs,
  };
  return {
    ...begin(context, 'paused', WAIT_MS.paused, sends ? [{ kind: 'belt.pause' }] : NO_EFFECTS),
    emittedMs: emittedMs(context),
    emittingSinceMs: NaN,
    pauseWanted: undefined,
    pause,
    deadlines: { ...context.deadlines, stateAtMs: pause.untilMs, restAtMs: Infinity },
  };
};

export const enterHolding: Entry = (context) => ({
  ...context,
  resuming: false,
  resumeAcknowledged: false,
  resumeRefused: false,
  // What led here has gone out already: a PAUSE that is said again at once only finds the control point busy.
  effects: NO_EFFECTS,
  deadlines: { ...context.deadlines, stateAtMs: context.pause?.untilMs ?? context.nowMs },
});

export const enterResuming: Entry = (context) => ({
  ...begin(context, 'paused', WAIT_MS.pauseAnswer, [
    { kind: 'belt.resume', epoch: nextEpoch(context.epoch) },
  ]),
  resuming: true,
  resumeAcknowledged: false,
  resumeRefused: false,
});
