// One care step at the terminal: prompted, counted, skipped or stopped, and written into the dose book.
import type { DoseBook } from '../ledger/dose-book-file.ts';
import type { PlanCareStep } from '../plan/plan.ts';
import { actOnCare, runCare, type CareAct, type CareCause, type CareRun } from './care-run.ts';
import type { ComposedBelt } from './compose.ts';
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import type { Tape } from './record-tape.ts';
import { readKeys } from './question.ts';
import type { ControlTarget, SessionControls } from './session-controls.ts';
import type { SessionStatus } from './session-status.ts';
import type { Signals } from './signals.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import type { VisitIdentity } from './visit-facts.ts';
import type { CareDone, EndBetween } from './visit-outcome.ts';

export interface CareStepRun {
  readonly request: StartRequest;
  readonly identity: VisitIdentity;
  readonly step: PlanCareStep;
  /** From 1, among the care steps of the visit. */
  readonly number: number;
  readonly count: number;
  readonly isConfirmed: boolean;
  readonly io: Io;
  readonly presenter: Presenter;
  readonly controls: SessionControls;
  readonly signals: Signals;
  readonly composed: ComposedBelt;
  readonly book: DoseBook;
  /** Where the visit is recorded. */
  readonly tape: Tape | undefined;
}

const statusOfCare = (
  { request, identity, step }: CareStepRun,
  remainingMs: number,
  wholeMs: number,
): SessionStatus => ({
  state: 'care',
  emission: false,
  awaitsButton: false,
  plan: identity.plan.name,
  session: identity.visit,
  address: request.belt.address,
  simulated: null,
  processId: process.pid,
  itemIndex: 0,
  itemCount: 0,
  elapsedMs: wholeMs - remainingMs,
  plannedDurationMs: null,
  countdownRemainingMs: null,
  batteryPercent: null,
  statusAgeMs: null,
  pauseCause: null,
  hazards: [],
  warnings: [],
  badFrameCount: 0,
  zones: [],
  care: { measure: step.measure, say: step.say ?? null, durationMs: wholeMs, remainingMs },
});

function endOf(cause: CareCause, measure: string): EndBetween | undefined {
  switch (cause.kind) {
    case 'over':
    case 'skipped':
      return undefined;
    case 'stopped':
      return { kind: 'stopped', message: `The session was stopped during a care step (${measure}).` };
    case 'failed':
      return {
        kind: 'failed',
        message: `Something in the controller failed: ${cause.detail}. Please report it.`,
      };
  }
}

const NOTHING_TO_PAUSE = 'a care step runs, and there is no light to pause; s or Enter there goes on';

const KEY_PAUSES_NOTHING = 'It is dark: p has no light to pause, and the time goes on; s ends this step.';

function listenToKeys(
  { request, io, presenter, controls, signals, isConfirmed }: CareStepRun,
  skip: () => void,
) {
  if (isConfirmed || request.isJson || request.isQuiet || !io.isErrorTerminal) return () => undefined;
  return readKeys(io, {
    // Whoever presses it is answered: the time of a care step goes on, and whoever needs longer takes it.
    pause: () => presenter.note(KEY_PAUSES_NOTHING),
    resume: () => undefined,
    stop: () => controls.stop('interrupt'),
    skip,
    present: () => undefined,
    interrupt: () => signals.interrupt(),
  });
}

/** Belt time stands still meanwhile, as for every other entry. */
async function bookCare({ composed, book, identity }: CareStepRun, care: CareDone): Promise<boolean> {
  composed.hold();
  const written = await book.care({ visit: identity.visit, ...care });
  composed.release();
  return written.ok;
}

/** Begins to count; where the visit is recorded, on its tape. */
function begin(
  { step, composed, isConfirmed, tape }: CareStepRun,
  onTick: () => void,
): { readonly running: CareRun; readonly act: (act: CareAct) => void } {
  const { clock } = composed;
  if (tape === undefined) {
    const running = runCare({ step, clock, isConfirmed, onTick });
    return { running, act: (act) => actOnCare(running, act) };
  }
  const { measure, durationS, say = null } = step;
  const count = (): CareRun =>
    runCare({
      step,
      clock: tape.clock,
      isConfirmed,
      onTick,
      onEnd: (end) => tape.put({ t: 'cared', end }),
    });
  const begun: { running?: CareRun } = {};
  tape.take(
    { t: 'care', step: { measure, durationS, say }, isConfirmed },
    () => void (begun.running = count()),
  );
  const running = begun.running ?? count();
  return { running, act: (act) => tape.take({ t: 'act', act }, () => actOnCare(running, act)) };
}

export async function conductCare(
  run: CareStepRun,
): Promise<{ readonly care: CareDone; readonly end: EndBetween | undefined }> {
  const { step, composed, presenter, controls, number, count } = run;
  const { clock } = composed;
  composed.run();
  const wholeMs = step.durationS * 1000;
  const stamp = () => stampNow(clock.nowMs());
  const status = (): SessionStatus => statusOfCare(run, running.remainingMs(), wholeMs);
  presenter.visit(
    { type: 'care.started', step: number, stepCount: count },
    statusOfCare(run, wholeMs, wholeMs),
    stamp(),
  );
  const { running, act } = begin(run, () => presenter.visit({ type: 'care.counting' }, status(), stamp()));
  const target: ControlTarget = {
    stop: (cause) => act({ kind: 'stop', cause }),
    pause: () => NOTHING_TO_PAUSE,
    resume: () => 'nothing to resume: a care step runs, and the light after it needs a yes of its own',
    abandon: () => act({ kind: 'stop', cause: 'interrupt' }),
    fail: (detail) => act({ kind: 'fail', detail }),
    present: () => undefined,
    status,
  };
  const giveKeysBack = listenToKeys(run, () => act({ kind: 'skip' }));
  controls.attach(target);
  const { outcome, durationMs, cause } = await running.ended;
  controls.attach(undefined);
  giveKeysBack();
  // Nobody has done it: the record says so.
  const isAssumed = run.isConfirmed && outcome === 'done' && wholeMs > 0;
  const care: CareDone = { measure: step.measure, outcome: isAssumed ? 'assumed' : outcome, durationMs };
  const isBooked = await bookCare(run, care);
  presenter.visit({ type: 'care.ended', care, isBooked }, status(), stamp());
  return { care, end: endOf(cause, step.measure) };
}
