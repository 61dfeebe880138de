// The runner: one queue of events into the machine, its effects onto the ports, one timer, and emission off first when
// anything of ours breaks.
import { createActor } from 'xstate';
import type { BeltPort } from '../belt/belt.ts';
import type { Clock, TimerId } from '../clock.ts';
import { assertNever } from '../errors.ts';
import type { DoseBookPort } from '../ledger/dose-book.ts';
import { closingOf, concludeSession } from './conclude.ts';
import { initialContext, type SessionInput } from './context.ts';
import { earliestDeadlineMs } from './deadlines.ts';
import type { Effect } from './effects.ts';
import type { SessionEvent } from './events.ts';
import type { SessionOutcome } from './outcome.ts';
import { createSessionLogic } from './session-logic.ts';
import { viewOf, type SessionStateName, type SessionView } from './view.ts';

export type { SessionInput } from './context.ts';

/** Events waiting for their turn; more than this is a loop of ours. */
export const EVENT_QUEUE_MAX_COUNT = 1024;

export interface SessionPorts {
  readonly clock: Clock;
  readonly belt: BeltPort;
  readonly book: DoseBookPort;
}

export interface SessionHandlers {
  /** After every event. What it throws ends the session, light off first. */
  onView(view: SessionView, event: SessionEvent): void;
  /** Once. Nothing follows. */
  onOutcome(outcome: SessionOutcome): void;
}

export interface Session {
  /** Events of the operator, of the belt port and of the dose book alike. Ignored once the session is over. */
  send(event: SessionEvent): void;
  view(): SessionView;
}

function runEffect({ belt, book }: SessionPorts, effect: Effect): void {
  switch (effect.kind) {
    case 'belt.open':
      return belt.open();
    case 'belt.prepare':
      return belt.prepare(effect.prescription);
    case 'belt.arm':
      return belt.arm(effect.consent);
    case 'belt.pause':
      return belt.pause();
    case 'belt.resume':
      return belt.resume(effect.epoch);
    case 'belt.lease':
      return belt.lease(effect.request);
    case 'belt.readRecord':
      return belt.readRecord(effect.sessionTag);
    case 'belt.stop':
      return belt.stop();
    case 'belt.close':
      return belt.close();
    case 'book.load':
      return book.load();
    case 'book.allow':
      return book.allow(effect.intent);
    case 'book.begin':
      return book.begin(effect.intent);
    case 'book.reserve':
      return book.reserve(effect.sessionTag, effect.step, effect.ceiling);
    case 'book.reconcile':
      return book.reconcile(effect.sessionTag, effect.found);
    case 'book.close':
      return book.close(effect.closing);
    default:
      return assertNever(effect);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Runs what must not stop the rest from running; gives the words of what it threw. */
function attempt(run: () => void): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return wordsOf(error);
  }
}

/**
 * One session on one belt. Synchronous: what follows from an event has been asked of the ports when `send` returns.
 * Never throws. Every run ends in exactly one `onOutcome`.
 */
export function createSession(input: SessionInput, ports: SessionPorts, handlers: SessionHandlers): Session {
  const { clock, belt } = ports;
  const queue: SessionEvent[] = [];
  let isRunning = false;
  let isOver = false;
  let isBroken = false;
  let timer: { readonly id: TimerId; readonly dueAtMs: number } | undefined;

  const actor = createActor(
    createSessionLogic((effects) => effects.forEach(perform)),
    {
      input,
      clock: {
        setTimeout: (callback, delayMs) => clock.setTimeout(callback, delayMs),
        clearTimeout: (id) => clock.clearTimeout(id),
      },
    },
  );
  // Without an observer XState throws from a timer of its own.
  actor.subscribe({ error: () => {} });

  /** A port that throws is treated like a belt on fire: off, then everything else. */
  function perform(effect: Effect): void {
    const words = attempt(() => runEffect(ports, effect));
    if (words === undefined) return;
    darken();
    queue.push({ type: 'controller.failed', atMs: clock.nowMs(), detail: `${effect.kind}: ${words}` });
  }

  function darken(): void {
    attempt(() => belt.stop());
  }

  const stateName = (): SessionStateName => {
    const { value } = actor.getSnapshot();
    return (typeof value === 'string' ? value : Object.keys(value)[0]) as SessionStateName;
  };
  const view = (): SessionView => viewOf(actor.getSnapshot().context.session, stateName(), clock.nowMs());

  function finish(outcome: SessionOutcome): void {
    isOver = true;
    queue.length = 0;
    if (timer !== undefined) clock.clearTimeout(timer.id);
    timer = undefined;
    attempt(() => handlers.onOutcome(outcome));
  }

  /** The machine itself is broken: the light goes off, the link goes down, and what is known is booked and told. */
  function breakDown(detail: string): void {
    if (isOver) return;
    isOver = true;
    darken();
    attempt(() => belt.close());
    const { session: context } = actor.getSnapshot().context;
    const failed = { ...context, reasons: [...context.reasons, { kind: 'failure', detail } as const] };
    let outcome: SessionOutcome | undefined;
    const words = attempt(() => {
      if (context.book.begun) ports.book.close(closingOf(failed));
      outcome = concludeSession(failed);
    });
    finish(
      outcome ??
        concludeSession({
          ...initialContext(input),
          reasons: [{ kind: 'failure', detail: words ?? detail }],
        }),
    );
  }

  /** One timer for the earliest deadline. It may come early, when that deadline has moved on; then it is set anew. */
  function setTimer(): void {
    if (isOver) return;
    const dueAtMs = earliestDeadlineMs(actor.getSnapshot().context.session.deadlines);
    if (timer !== undefined) {
      if (timer.dueAtMs <= dueAtMs) return;
      clock.clearTimeout(timer.id);
      timer = undefined;
    }
    if (dueAtMs === Infinity) return;
    const id = clock.setTimeout(onTimer, dueAtMs - clock.nowMs());
    timer = { id, dueAtMs };
  }

  function onTimer(): void {
    timer = undefined;
    const atMs = clock.nowMs();
    if (isOver) return;
    if (atMs >= earliestDeadlineMs(actor.getSnapshot().context.session.deadlines))
      send({ type: 'timer.due', atMs });
    else setTimer();
  }

  function handle(event: SessionEvent): void {
    const words = attempt(() => actor.send(event));
    const snapshot = actor.getSnapshot();
    if (words !== undefined || snapshot.status === 'error' || snapshot.status === 'stopped') {
      breakDown(words ?? wordsOf(snapshot.error));
      return;
    }
    const shown = attempt(() => handlers.onView(view(), event));
    if (snapshot.status === 'done') {
      finish(concludeSession(snapshot.context.session));
      return;
    }
    if (shown !== undefined && !isBroken) {
      // Once: a view that keeps failing must not fill the queue.
      isBroken = true;
      darken();
      queue.push({ type: 'controller.failed', atMs: event.atMs, detail: `view: ${shown}` });
    }
  }

  function send(event: SessionEvent): void {
    if (isOver) return;
    if (queue.length >= EVENT_QUEUE_MAX_COUNT) {
      breakDown('too many events at once');
      return;
    }
    queue.push(event);
    if (isRunning) return;
    isRunning = true;
    try {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) handle(next);
    } finally {
      // Whatever happens in there, the next STOP is heard.
      isRunning = false;
    }
    setTimer();
  }

  actor.start();
  return { send, view };
}
