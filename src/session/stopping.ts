// Off is a fact read from the belt: which tick may confirm it.
import type { BeltReport } from '../belt/belt.ts';
import { OFF_RATIO } from '../safety/limits.ts';
import { closingOf } from './conclude.ts';
import { emittedMs, isArmed, type SessionContext, type Stopping } from './context.ts';
import { NO_DEADLINES, STOP_REPEAT_MAX_COUNT, WAIT_MS } from './deadlines.ts';
import { NO_EFFECTS, type Effect } from './effects.ts';

/** The belt stamped this tick after our STOP, and says that it has obeyed. */
export const isStopEcho = (context: SessionContext, report: BeltReport): boolean =>
  context.stopping !== undefined && report.tick > context.stopping.afterTick && report.stopLatched;

const isDark = (context: SessionContext, report: BeltReport): boolean => {
  if (report.emission) return false;
  for (const zone of report.zones) {
    let fullScaleMw = 0;
    for (const emitter of context.profile?.emitters ?? [])
      if (emitter.zone === zone.zone) fullScaleMw = Math.max(fullScaleMw, emitter.radiantPowerMaxMw);
    // Against the weakest reading of the zone's full scale a weak emitter's stray light would pass: see the step's own.
    const slot = context.slots.find((found) => found.step === report.step && found.zone === zone.zone);
    const limitMw = OFF_RATIO * (slot === undefined ? fullScaleMw : slot.fullScaleMwPerCm2 * slot.areaCm2);
    if (!(zone.radiantPowerMw <= limitMw)) return false;
  }
  return true;
};

export const isConfirmedBy = (context: SessionContext, report: BeltReport): boolean =>
  !context.identityDiffers &&
  // Who abandons does not wait for the belt: nothing that happens to arrive makes that a confirmation.
  !context.reasons.some((reason) => reason.kind === 'abandon') &&
  isStopEcho(context, report) &&
  isDark(context, report);

/** As long as STOP has not gone out, no tick is its echo: a late one may tell of an earlier stop. */
const NOT_SENT: Stopping = {
  afterTick: Infinity,
  sentCount: 0,
  answered: false,
  confirmed: false,
  darkAtMs: NaN,
  reconnectUntilMs: NaN,
};

/** STOP goes out now: only ticks after this one count. */
const stopSent = (context: SessionContext): Stopping => ({
  ...(context.stopping ?? NOT_SENT),
  afterTick: context.report?.tick ?? -1,
  sentCount: 1,
  answered: false,
});

const until = (context: SessionContext, waitMs: number): SessionContext['deadlines'] => ({
  ...NO_DEADLINES,
  stateAtMs: context.nowMs + waitMs,
});

/** The way out begins: no lease any more, whatever the reason. */
export const enterStopping = (context: SessionContext): SessionContext => ({
  ...context,
  phase: 'stopping',
  emittedMs: emittedMs(context),
  emittingSinceMs: NaN,
  stopping: NOT_SENT,
  record: undefined,
  deadlines: NO_DEADLINES,
  effects: NO_EFFECTS,
});

export const enterConfirming = (context: SessionContext): SessionContext => ({
  ...context,
  stopping: stopSent(context),
  deadlines: until(context, WAIT_MS.stopRepeat),
  effects: [{ kind: 'belt.stop' }],
});

/** An unanswered STOP is said again. */
export const repeatStop = (context: SessionContext): SessionContext => {
  const stopping = context.stopping ?? NOT_SENT;
  const isLast = stopping.sentCount > STOP_REPEAT_MAX_COUNT;
  return {
    ...context,
    stopping: { ...stopping, sentCount: stopping.sentCount + 1 },
    deadlines: until(context, WAIT_MS.stopRepeat),
    effects: isLast ? NO_EFFECTS : [{ kind: 'belt.stop' }],
  };
};

/** The first STOP and its repeats have had their time. */
export const isStopExhausted = (context: SessionContext): boolean =>
  (context.stopping?.sentCount ?? 0) > STOP_REPEAT_MAX_COUNT + 1;

export const enterReconnecting = (context: SessionContext): SessionContext => {
  const stopping = context.stopping ?? NOT_SENT;
  const reconnectUntilMs = Number.isNaN(stopping.reconnectUntilMs)
    ? context.nowMs + WAIT_MS.reconnect
    : stopping.reconnectUntilMs;
  return {
    ...context,
    stopping: { ...stopping, reconnectUntilMs },
    deadlines: { ...NO_DEADLINES, stateAtMs: reconnectUntilMs },
    effects: context.nowMs < reconnectUntilMs ? [{ kind: 'belt.open' }] : NO_EFFECTS,
  };
};

/** No link, or a link without an answer: that one is dropped. The belt is dark at the lease's end at the latest. */
export const enterRetrying = (context: SessionContext): SessionContext => ({
  ...context,
  linkOpen: false,
  deadlines: until(context, WAIT_MS.reconnectRetry),
  effects: context.linkOpen ? [{ kind: 'belt.close' }] : NO_EFFECTS,
});

export const enterRecording = (context: SessionContext): SessionContext => ({
  ...context,
  record: undefined,
  deadlines: until(context, WAIT_MS.closingRecord),
  effects: [{ kind: 'belt.readRecord', sessionTag: context.input.sessionTag }],
});

/** Link down, book closed. An abandoned session has not sent its STOP yet: it goes first, for what it is worth. */
export const enterClosing = (context: SessionContext): SessionContext => {
  const effects: Effect[] = [];
  if (isArmed(context) && context.stopping?.confirmed !== true) effects.push({ kind: 'belt.stop' });
  effects.push({ kind: 'belt.close' });
  if (context.book.begun) effects.push({ kind: 'book.close', closing: closingOf(context) });
  // From here on a failed book is the failed close alone; what failed before is among the reasons.
  const book = { ...context.book, failed: undefined };
  return {
    ...context,
    book,
    closedAtMs: context.nowMs,
    deadlines: until(context, WAIT_MS.closingBook),
    effects,
  };
};
