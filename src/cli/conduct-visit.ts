// A visit from its first step to its one outcome: the light blocks of a plan, each a belt session of its own, and the
// care steps between them, while which no belt session is open.
import { randomBytes } from 'node:crypto';
import type { BeltProfile } from '../belt/belt.ts';
import type { BookEvent } from '../ledger/dose-book.ts';
import { createDoseBook, type DoseBook } from '../ledger/dose-book-file.ts';
import { blocksOf, type LightBlock } from '../plan/blocks.ts';
import type { PlanCareStep } from '../plan/plan.ts';
import type { Resolution } from '../session/context.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import { composeBelt, type ComposedBelt } from './compose.ts';
import type { BeltAccess } from './credentials.ts';
import { conductBlock, outcomeOfUnreachable } from './conduct-block.ts';
import { conductCare } from './conduct-care.ts';
import { doseBookFor } from './dose-book-place.ts';
import { closeBook, holdWhileWriting } from './held-book.ts';
import type { Io } from './io.ts';
import { createBeltLink, type BeltLink, type LookEvent } from './look.ts';
import type { Presenter } from './presenter.ts';
import { lookOnTape } from './record-look.ts';
import type { Tape } from './record-tape.ts';
import { recordEnd, type Recording } from './record-visit.ts';
import { resolutionOf, reviewVisit, type VisitReview } from './review-visit.ts';
import type { SessionControls } from './session-controls.ts';
import { createSignals, type Signals } from './signals.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import { visitFactsOf, type VisitIdentity } from './visit-facts.ts';
import { emissionLeftMs } from './visit-light.ts';
import { mergeOutcomes, type CareDone, type EndBetween, type VisitOutcome } from './visit-outcome.ts';
import { previewVisit } from './visit-preview.ts';
import { localTimeWords } from './visit-refusal.ts';
import type { World } from './world.ts';

export interface Conduct {
  readonly request: StartRequest;
  readonly identity: VisitIdentity;
  readonly io: Io;
  readonly presenter: Presenter;
  readonly controls: SessionControls;
  readonly world: World;
  /** Of a paired belt outside this process. */
  readonly access: BeltAccess;
  readonly recording: Recording | undefined;
}

/** What is known of a visit as it goes on. */
interface Progress {
  blockIndex: number;
  review: VisitReview | undefined;
  profile: BeltProfile | undefined;
  course: { readonly number: number; readonly of: number } | null;
  allowedAt: string | null;
  readonly blocks: SessionOutcome[];
  readonly care: CareDone[];
  endBetween: EndBetween | undefined;
}

interface Stage extends Conduct {
  readonly composed: ComposedBelt;
  readonly link: BeltLink;
  readonly book: DoseBook;
  readonly wrappedBook: ReturnType<typeof holdWhileWriting>;
  readonly signals: Signals;
  readonly progress: Progress;
  readonly blockCount: number;
  readonly careCount: number;
  readonly listen: (send: (event: SessionEvent) => void) => void;
  readonly tape: Tape | undefined;
}

const INTERRUPTED = 'Stopping … (Ctrl-C again drops the link without waiting for the belt)';

const createControllerSignals = ({ controls, presenter }: Conduct): Signals =>
  createSignals({
    stop(cause) {
      // First the light, then the words.
      controls.stop(cause);
      if (cause === 'interrupt') presenter.note(INTERRUPTED);
    },
    abandon: () => controls.abandon(),
    fail: (detail) => controls.fail(detail),
  });

/** The whole visit is checked when the belt is known: before the first arming, and once. */
function resolveBlock({ identity, progress }: Stage, profile: BeltProfile): Resolution {
  progress.profile ??= profile;
  return resolutionOf((progress.review ??= reviewVisit(identity.plan, profile)), progress.blockIndex);
}

/** What the book says beside its answer to the session: told before anybody is asked to arm. */
function noteBook({ presenter }: Conduct, progress: Progress, event: BookEvent): void {
  if (event.type === 'book.refused') progress.allowedAt = event.allowedAt;
  if (event.type !== 'book.allowed' || event.course === null || progress.blockIndex > 0) return;
  const { number, of, planChanged } = event.course;
  progress.course = { number, of };
  presenter.visit({ type: 'course', number, of, planChanged }, undefined, stampNow(event.atMs));
}

async function runLight(stage: Stage): Promise<boolean> {
  const { identity, progress, composed, link } = stage;
  await link.whenClosed();
  const outcome = await conductBlock({
    ...stage,
    planName: identity.plan.name,
    visit: identity.visit,
    sessionTag: progress.blockIndex === 0 ? identity.visit : randomBytes(8).toString('hex'),
    block: progress.blockIndex + 1,
    expectedBeltId: progress.profile?.beltId,
    isScreened: identity.screening !== 'assumed',
    emissionMaxMs: emissionLeftMs(progress.blocks),
    resolve: (profile) => resolveBlock(stage, profile),
    book: stage.wrappedBook.wrap(stage.book),
    composed,
  });
  progress.blocks.push(outcome);
  progress.blockIndex++;
  // What is completed and not confirmed dark is no reason to light again.
  return outcome.outcome === 'completed' && outcome.exitCode === 0;
}

async function runCareStep(stage: Stage, step: PlanCareStep): Promise<boolean> {
  const { progress, request, link, careCount } = stage;
  await link.whenClosed();
  const isConfirmed = request.isYes && progress.profile?.simulated === true;
  const number = progress.care.length + 1;
  const { care, end } = await conductCare({ ...stage, step, number, count: careCount, isConfirmed });
  progress.care.push(care);
  progress.endBetween = end;
  return end === undefined;
}

const isOfLook = (event: SessionEvent): event is LookEvent =>
  event.type === 'belt.opened' || event.type === 'belt.unreachable' || event.type === 'link.lost';

/** Nobody stretches for ten minutes to be told then that there is no light today. */
async function lookFirst(stage: Stage): Promise<boolean> {
  const { progress, composed, listen, link, request } = stage;
  composed.run();
  const looked = await lookOnTape(
    composed.belt,
    (handler) =>
      listen((event) => {
        if (isOfLook(event)) handler(event);
      }),
    stage.tape,
  );
  stage.signals.register();
  if (!looked.ok) {
    const told = outcomeOfUnreachable(request.belt.address, looked.failure, looked.detail);
    const kind = told.outcome === 'refused' ? 'refused' : 'unreachable';
    progress.endBetween = { kind, hazard: null, message: told.message ?? looked.detail };
    return false;
  }
  await link.whenClosed();
  const resolved = resolveBlock(stage, looked.profile);
  if (!resolved.ok || progress.review?.ok !== true) {
    const problems = resolved.ok ? '' : resolved.problems.join('; ');
    progress.endBetween = {
      kind: 'refused',
      hazard: null,
      message: `The plan does not fit this belt: ${problems}.`,
    };
    return false;
  }
  const asked = await previewVisit({ ...stage, profile: looked.profile, visit: progress.review.visit });
  if (!asked.ok) {
    progress.endBetween = { kind: 'refused', hazard: 'H20', message: asked.detail };
    return false;
  }
  // What an unfinished session of this belt has given is found out when the belt session begins.
  if (asked.decision.ok || asked.isUnfinished) return true;
  const { hazard, detail, allowedAt } = asked.decision.refusal;
  progress.allowedAt = allowedAt;
  progress.endBetween = { kind: 'refused', hazard, message: detail };
  return false;
}

async function runParts(stage: Stage): Promise<void> {
  const parts = blocksOf(stage.identity.plan);
  if (parts[0]?.kind === 'care' && !(await lookFirst(stage))) return;
  // Bounded by the plan: each part once.
  for (const part of parts) {
    const goesOn = part.kind === 'light' ? await runLight(stage) : await runCareStep(stage, part.step);
    if (!goesOn) return;
  }
}

function outcomeOf({ identity, progress, blockCount, world, tape }: Stage): VisitOutcome {
  const planned = progress.review?.ok === true ? progress.review.visit.planned : [];
  const merged = mergeOutcomes({
    visit: identity.visit,
    plan: identity.plan.name,
    blockCount,
    planned: visitFactsOf(identity, 0, planned).plannedJPerCm2,
    blocks: progress.blocks,
    endBetween: progress.endBetween,
  });
  recordEnd(tape, progress.endBetween, merged);
  const isTimed = merged.hazard === 'H19' || merged.hazard === 'H21';
  const allowedAt = isTimed ? progress.allowedAt : null;
  return {
    ...merged,
    message: merged.message + localTimeWords(allowedAt, world.wallClock.nowMs()),
    person: identity.person,
    course: progress.course,
    allowedAt,
    care: progress.care,
  };
}

const isLight = (part: { readonly kind: string }): part is LightBlock => part.kind === 'light';

async function setStage(conduct: Conduct, signals: Signals): Promise<Stage> {
  const { request, identity, io, world } = conduct;
  let send: (event: SessionEvent) => void = () => undefined;
  const parts = blocksOf(identity.plan);
  const blockCount = parts.filter(isLight).length;
  const progress: Progress = {
    blockIndex: 0,
    review: undefined,
    profile: undefined,
    course: null,
    allowedAt: null,
    blocks: [],
    care: [],
    endBetween: undefined,
  };
  const link = createBeltLink(() => composed.clock);
  const composed = await composeBelt(
    request,
    conduct.access,
    (event) => {
      link.note(event);
      send(event);
    },
    world.createBelt,
  );
  const wrappedBook = holdWhileWriting(composed, (event) => {
    noteBook(conduct, progress, event);
    send(event);
  });
  const book = createDoseBook({
    store: doseBookFor(request.belt.scheme, io.env, () => progress.profile?.simulated === true, {
      isKept: request.isBookKept,
      system: world.system,
      processFacts: world.processFacts,
    }),
    clock: composed.clock,
    onEvent: wrappedBook.onBookEvent,
    wallClock: world.wallClock,
    visit: () =>
      visitFactsOf(
        identity,
        progress.blockIndex,
        progress.review?.ok === true ? progress.review.visit.planned : [],
      ),
  });
  const listen = (next: (event: SessionEvent) => void): void => {
    send = next;
  };
  const careCount = parts.length - blockCount;
  const tape = conduct.recording?.begin(composed.clock);
  return {
    ...conduct,
    tape,
    composed,
    link,
    book,
    wrappedBook,
    signals,
    progress,
    blockCount,
    careCount,
    listen,
  };
}

/** Every run ends in an outcome; the terminal, the signals and the stack are given back whatever happens. */
export async function conductVisit(conduct: Conduct): Promise<VisitOutcome> {
  const signals = createControllerSignals(conduct);
  signals.register();
  let stage: Stage | undefined;
  try {
    stage = await setStage(conduct, signals);
    await runParts(stage);
    const told = outcomeOf(stage);
    conduct.presenter.finish(told, stampNow(stage.composed.clock.nowMs()));
    return told;
  } finally {
    if (stage !== undefined) {
      await closeBook(stage.book);
      stage.composed.dispose();
    }
    signals.remove();
  }
}
