// One light block of a visit: a belt session of its own, with its own deliberate act, from the open port to its outcome.
import type { BeltProfile } from '../belt/belt.ts';
import type { DoseBookPort } from '../ledger/dose-book.ts';
import type { Resolution } from '../session/context.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import { createSession } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import { armSession } from './arm-session.ts';
import type { ComposedBelt } from './compose.ts';
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { readKeys } from './question.ts';
import { createRecordedSession } from './record-session.ts';
import type { Tape } from './record-tape.ts';
import { targetOfSession, type SessionControls } from './session-controls.ts';
import { statusOf } from './session-status-of.ts';
import type { SessionStatus } from './session-status.ts';
import type { Signals } from './signals.ts';
import type { StartRequest } from './start.ts';
import { explainUnreachable } from './transports.ts';
import { createViewHandler } from './view-handler.ts';
import { endOfUnreachable } from './visit-outcome.ts';

export interface LightBlockRun {
  readonly request: StartRequest;
  readonly planName: string;
  /** The visit's id. */
  readonly visit: string;
  readonly sessionTag: string;
  /** From 1. */
  readonly block: number;
  readonly blockCount: number;
  readonly expectedBeltId: string | undefined;
  readonly isScreened: boolean;
  /** What the visit has left (H12). */
  readonly emissionMaxMs: number;
  readonly resolve: (profile: BeltProfile) => Resolution;
  readonly io: Io;
  readonly presenter: Presenter;
  readonly controls: SessionControls;
  readonly signals: Signals;
  readonly composed: ComposedBelt;
  readonly book: DoseBookPort;
  /** From here on belt and book tell their events to this. */
  readonly listen: (send: (event: SessionEvent) => void) => void;
  /** Where the session is recorded. */
  readonly tape: Tape | undefined;
}

/** Asks, and then listens to keys until the session is over. */
function startArming(
  run: LightBlockRun,
  view: SessionView,
  send: (event: SessionEvent) => void,
): AbortController {
  const calledOff = new AbortController();
  const { io, presenter, controls, request, composed, block, blockCount } = run;
  if (block > 1) presenter.note(`Light ${block} of ${blockCount} needs its own yes.`);
  armSession({
    view,
    isYes: request.isYes,
    io,
    presenter,
    hold: () => composed.hold(),
    release: () => composed.release(),
    arm: (consent) => send({ type: 'operator.arm', atMs: composed.clock.nowMs(), consent }),
    decline: (cause) => controls.stop(cause),
    calledOff: calledOff.signal,
  }).catch((error: unknown) => controls.fail(String(error)));
  return calledOff;
}

function listenToKeys({ request, io, controls, signals }: LightBlockRun): () => void {
  if (request.isJson || request.isQuiet || !io.isErrorTerminal) return () => undefined;
  return readKeys(io, {
    pause: () => void controls.pause(),
    resume: () => void controls.resume(),
    stop: () => controls.stop('interrupt'),
    skip: () => undefined,
    present: () => controls.present(),
    interrupt: () => signals.interrupt(),
  });
}

export const outcomeOfUnreachable = (
  address: string,
  failure: ConnectFailure,
  detail: string,
): Partial<SessionOutcome> => ({
  message: explainUnreachable(address, failure, detail),
  ...endOfUnreachable(failure),
});

/** Settles with the outcome; the terminal is given back whatever happens. */
export async function conductBlock(run: LightBlockRun): Promise<SessionOutcome> {
  const { request, presenter, controls, signals, composed, visit } = run;
  const { address } = request.belt;
  const nowMs = (): number => composed.clock.nowMs();
  const status = (view: SessionView): SessionStatus => ({ ...statusOf(view, address), session: visit });
  let question: AbortController | undefined;
  let giveKeysBack: (() => void) | undefined;
  let unreachable: Partial<SessionOutcome> = {};
  try {
    const outcome = await new Promise<SessionOutcome>((resolve) => {
      const onView = createViewHandler({
        presenter,
        status,
        planned: { session: visit, block: run.block, blockCount: run.blockCount },
        // noble puts a handler of its own in, which ends the process on SIGINT.
        onOpened: () => signals.register(),
        onUnreachable(failure, detail) {
          unreachable = outcomeOfUnreachable(address, failure, detail);
        },
        onReady(view) {
          question = startArming(run, view, (event) => session.send(event));
        },
        onBeyondReady() {
          question?.abort();
          giveKeysBack ??= listenToKeys(run);
        },
      });
      const { planName, sessionTag, expectedBeltId, isScreened, emissionMaxMs, tape } = run;
      const create: typeof createSession = (input, ports, handlers) =>
        tape === undefined
          ? createSession(input, ports, handlers)
          : createRecordedSession(input, ports, handlers, tape);
      const session = create(
        {
          planName,
          sessionTag,
          address,
          isScreened,
          emissionMaxMs,
          isPresenceAssumed: request.isYes,
          isBeltForgetful: request.belt.scheme !== 'ble',
          resolve: run.resolve,
          ...(expectedBeltId === undefined ? {} : { expectedBeltId }),
        },
        { clock: composed.clock, belt: composed.belt, book: run.book },
        {
          onView,
          onOutcome(ended) {
            controls.attach(undefined);
            resolve(ended);
          },
        },
      );
      run.listen((event) => session.send(event));
      controls.attach(targetOfSession(session, nowMs, status));
      session.send({ type: 'operator.start', atMs: nowMs() });
      composed.run();
    });
    return { ...outcome, ...unreachable };
  } finally {
    question?.abort();
    giveKeysBack?.();
  }
}
