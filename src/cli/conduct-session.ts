// From the composed belt to the outcome: the session, its dose book, the person at the terminal, and the signals.
import type { BeltCredentials } from '../belt/credentials.ts';
import { createDoseBook } from '../ledger/dose-book-file.ts';
import type { DoseBook } from '../ledger/dose-book-file.ts';
import type { BookEvent } from '../ledger/dose-book.ts';
import type { Plan } from '../plan/plan.ts';
import { resolveProgram } from '../plan/program.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import { createSession } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import { armSession } from './arm-session.ts';
import { composeBelt } from './compose.ts';
import type { ComposedBelt } from './compose.ts';
import { doseBookFor } from './dose-book-place.ts';
import { holdWhileWriting } from './held-book.ts';
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { readKeys } from './question.ts';
import type { SessionControls } from './session-controls.ts';
import { createSignals } from './signals.ts';
import type { Signals } from './signals.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import { explainUnreachable } from './transports.ts';
import { createViewHandler } from './view-handler.ts';
import { systemWallClock } from './wall-clock.ts';
import type { SessionEvent } from '../session/events.ts';

/** After the outcome the book's file is closed; a disk that hangs does not hold the person. */
const CLOSE_MAX_MS = 2000;

export interface Conduct {
  readonly request: StartRequest;
  readonly plan: Plan;
  readonly session: string;
  readonly io: Io;
  readonly presenter: Presenter;
  readonly controls: SessionControls;
  /** Of a paired belt outside this process. */
  readonly credentials: BeltCredentials | undefined;
}

const INTERRUPTED = 'Stopping … (Ctrl-C again drops the link without waiting for the belt)';

function createControllerSignals({ controls, presenter }: Conduct): Signals {
  return createSignals({
    stop(cause) {
      // First the light, then the words.
      controls.stop(cause);
      if (cause === 'interrupt') presenter.note(INTERRUPTED);
    },
    abandon: () => controls.abandon(),
    fail: (detail) => controls.fail(detail),
  });
}

/** Asks, and then listens to keys until the session is over. */
function startArming(
  conduct: Conduct,
  composed: ComposedBelt,
  view: SessionView,
  send: (event: SessionEvent) => void,
): AbortController {
  const calledOff = new AbortController();
  const { io, presenter, controls, request } = conduct;
  const nowMs = (): number => composed.clock.nowMs();
  armSession({
    view,
    isYes: request.isYes,
    io,
    presenter,
    hold: () => composed.hold(),
    release: () => composed.release(),
    arm: (consent) => send({ type: 'operator.arm', atMs: nowMs(), consent }),
    decline: (cause) => controls.stop(cause),
    calledOff: calledOff.signal,
  }).catch((error: unknown) => controls.fail(String(error)));
  return calledOff;
}

function listenToKeys({ request, io, controls }: Conduct, signals: Signals): () => void {
  if (request.isJson || request.isQuiet || !io.isErrorTerminal) return () => undefined;
  return readKeys(io, {
    pause: () => void controls.pause(),
    resume: () => void controls.resume(),
    stop: () => controls.stop('interrupt'),
    interrupt: () => signals.interrupt(),
  });
}

function openBook(
  { request, io, controls }: Conduct,
  composed: ComposedBelt,
  onEvent: (event: BookEvent) => void,
): DoseBook {
  const isSimulated = (): boolean => controls.view()?.profile?.simulated === true;
  return createDoseBook({
    store: doseBookFor(request.belt.scheme, io.env, isSimulated),
    clock: composed.clock,
    onEvent,
    wallClock: systemWallClock,
  });
}

async function closeBook(book: DoseBook): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_MAX_MS);
  });
  await Promise.race([book.dispose(), tooLong]);
  clearTimeout(timer);
}

/** A belt that does not know this computer was reached: it refused. */
const outcomeOfUnreachable = (
  address: string,
  failure: ConnectFailure,
  detail: string,
): Partial<SessionOutcome> => {
  const message = explainUnreachable(address, failure, detail);
  return failure === 'notPaired' ? { message, outcome: 'refused', exitCode: EXIT_CODE.refused } : { message };
};

/** Every run ends in an outcome; the terminal, the signals and the stack are given back whatever happens. */
export async function conductSession(conduct: Conduct): Promise<SessionOutcome> {
  const { request, plan, presenter, controls } = conduct;
  const { address } = request.belt;
  const signals = createControllerSignals(conduct);
  signals.register();
  let send: (event: SessionEvent) => void = () => undefined;
  const composed = await composeBelt(request, conduct.credentials, (event) => send(event));
  const held = holdWhileWriting(composed, (event) => send(event));
  const book = openBook(conduct, composed, held.onBookEvent);
  let question: AbortController | undefined;
  let giveKeysBack: (() => void) | undefined;
  let unreachable: Partial<SessionOutcome> = {};
  try {
    const outcome = await new Promise<SessionOutcome>((resolve) => {
      const onView = createViewHandler({
        presenter,
        address,
        // noble puts a handler of its own in, which ends the process on SIGINT.
        onOpened: () => signals.register(),
        onUnreachable(failure, detail) {
          unreachable = outcomeOfUnreachable(address, failure, detail);
        },
        onReady(view) {
          question = startArming(conduct, composed, view, (event) => send(event));
        },
        onBeyondReady() {
          question?.abort();
          giveKeysBack ??= listenToKeys(conduct, signals);
        },
      });
      const session = createSession(
        {
          planName: plan.name,
          sessionTag: conduct.session,
          address,
          resolve: (profile) => resolveProgram(plan, profile),
        },
        { clock: composed.clock, belt: composed.belt, book: held.wrap(book) },
        { onView, onOutcome: resolve },
      );
      send = (event) => session.send(event);
      controls.attach(session, () => composed.clock.nowMs());
      session.send({ type: 'operator.start', atMs: composed.clock.nowMs() });
      composed.run();
    });
    giveKeysBack?.();
    const told = { ...outcome, ...unreachable };
    presenter.finish(told, stampNow(composed.clock.nowMs()));
    return told;
  } finally {
    question?.abort();
    giveKeysBack?.();
    await closeBook(book);
    composed.dispose();
    signals.remove();
  }
}
