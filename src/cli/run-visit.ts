// One visit in this process: screens the person, registers it, opens the belt, shows it, obeys keys, signals and the
// control socket, and tells the outcome.
import { createHash, randomBytes } from 'node:crypto';
import { BeltError } from '../errors.ts';
import type { BeltKey } from '../store/key-format.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode, SessionOutcome } from '../session/outcome.ts';
import { choosePresenter } from './choose-presenter.ts';
import { conductVisit } from './conduct-visit.ts';
import { isListening } from './control-client.ts';
import { startControlServer } from './control-server.ts';
import type { ControlServer } from './control-server.ts';
import { lookUpKey, wordsOfProblem } from './credentials.ts';
import type { BeltAccess } from './credentials.ts';
import { namePresenter, outcomeForBelt, statusWithName } from './named-presenter.ts';
import { renderBrief } from './render-brief.ts';
import { runtimeFolder, shortFolder } from './folders.ts';
import type { Io } from './io.ts';
import { claimBelt, findHolder, socketPathFor, type Registration } from './running-sessions.ts';
import { createSessionControls } from './session-controls.ts';
import type { SessionControls } from './session-controls.ts';
import { screen } from './screen.ts';
import type { Presenter } from './presenter.ts';
import type { Recording } from './record-visit.ts';
import type { LoadedPlan } from './run-start.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';
import type { VisitIdentity } from './visit-facts.ts';
import type { World } from './world.ts';

const KEY_DIGITS = 16;
const VISIT_BYTES = 8;

export const newVisitId = (): string => randomBytes(VISIT_BYTES).toString('hex');

/** Under which name the files of a belt's session are found: one per address. */
const keyOfAddress = (address: string): string =>
  createHash('sha256').update(address).digest('hex').slice(0, KEY_DIGITS);

const refusedOutcome = (
  plan: string,
  session: string,
  { message, hazard = null, isStopped = false }: Refusal,
): SessionOutcome => ({
  outcome: isStopped ? 'stopped' : 'refused',
  emissionOff: 'neverOn',
  hazard,
  hazards: hazard === null ? [] : [hazard],
  session,
  plan,
  durationMs: 0,
  emissionMs: 0,
  zones: [],
  message,
  exitCode: isStopped ? EXIT_CODE.stoppedByUser : EXIT_CODE.refused,
});

type Registered =
  | { readonly ok: true; readonly server: ControlServer; release(): void }
  | { readonly ok: false; readonly message: string };

const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error instanceof BeltError && error.hint !== undefined
    ? `${error.message}. ${error.hint}`
    : error.message;
};

const wordsOfHolder = ({ address, processId }: Registration): string =>
  `Another session runs on this belt (${address}, process ${processId}): laserbelt status shows it, laserbelt stop ends it.`;

/** Listens first, registers then: whoever finds the registration finds somebody listening. */
async function register(
  request: StartRequest,
  identity: { readonly plan: string; readonly session: string; readonly name?: string },
  io: Io,
  controls: SessionControls,
): Promise<Registered> {
  const { address } = request.belt;
  const folder = runtimeFolder(io.env);
  const key = keyOfAddress(address);
  let server: ControlServer | undefined;
  try {
    const socketPath = socketPathFor(folder, key, shortFolder());
    server = await startControlServer(socketPath, {
      stop: () => controls.stop('stopCommand'),
      pause: () => controls.pause(),
      resume: () => controls.resume(),
      status(isAsked) {
        if (isAsked) controls.present();
        return statusWithName(controls.status(), identity.name);
      },
    });
    const claim = await claimBelt(
      folder,
      key,
      { address, processId: process.pid, socketPath, ...identity },
      isListening,
    );
    if (claim.ok) return { ok: true, server, release: () => claim.release() };
    server.finish(undefined);
    return { ok: false, message: wordsOfHolder(claim.holder) };
  } catch (error) {
    server?.finish(undefined);
    return {
      ok: false,
      message: `The folder for running sessions, ${folder}, cannot be used: ${wordsOf(error)}. Nothing was emitted; laserbelt doctor says what mends it.`,
    };
  }
}

interface Refusal {
  readonly message: string;
  readonly hazard?: SessionOutcome['hazard'];
  /** By the person, before anything could be refused. */
  readonly isStopped?: boolean;
}

/** Before the belt is connected: whether it is in use, what is known against the visit already, and the screening questions. */
async function prepare(
  request: StartRequest,
  { plan, planDigest }: LoadedPlan,
  io: Io,
  world: World,
): Promise<
  | {
      readonly ok: true;
      readonly key: BeltKey | undefined;
      readonly access: BeltAccess;
      readonly identity: VisitIdentity;
    }
  | ({ readonly ok: false } & Refusal)
> {
  const { scheme } = request.belt;
  const { isYes, person, answersFile } = request;
  if (scheme === 'sim' && !isYes && !io.isInputTerminal) {
    const message = 'Not armed: there is no terminal to ask on. --yes arms a simulated belt.';
    return { ok: false, message };
  }
  // Nobody should answer all the questions to hear this. The claim, which decides, comes after them: it is not held meanwhile.
  const holder = await findHolder(runtimeFolder(io.env), keyOfAddress(request.belt.address), isListening);
  if (holder !== undefined) return { ok: false, message: wordsOfHolder(holder) };
  const lookup = await lookUpKey(request.belt, io.env);
  if (!lookup.ok) return { ok: false, message: `Nothing was started. ${wordsOfProblem(lookup.problem)}` };
  const screened = await screen({
    io,
    plan,
    person,
    isYes,
    // Whether a Bluetooth belt is simulated is known when it is open: until then an assumption is let pass (H24).
    mayAssume: true,
    isSimulated: scheme !== 'ble',
    answersFile,
    wallClock: world.wallClock,
    onAsk: () => io.err(`${renderBrief(plan, io.columns()).join('\n')}\n`),
  });
  if (!screened.ok) return screened;
  const visit = newVisitId();
  return {
    ok: true,
    key: lookup.key,
    access: lookup.access,
    identity: { plan, planDigest, person, visit, screening: screened.form },
  };
}

async function recordingFor(
  request: StartRequest,
  identity: VisitIdentity,
  { planText }: LoadedPlan,
  stage: { readonly io: Io; readonly presenter: Presenter; readonly world: World },
): Promise<Recording | undefined> {
  const { recordFile: path } = request;
  if (path === undefined) return undefined;
  const { openRecording } = await import('./record-visit.ts');
  return openRecording({ path, request, identity, planText, ...stage });
}

export async function runVisit(
  request: StartRequest,
  loaded: LoadedPlan,
  io: Io,
  world: World,
): Promise<ExitCode> {
  const presenter = choosePresenter(request, io);
  const refuse = (session: string, refusal: Refusal): ExitCode => {
    const outcome = refusedOutcome(loaded.plan.name, session, refusal);
    presenter.finish(outcome, stampNow());
    return outcome.exitCode;
  };
  const prepared = await prepare(request, loaded, io, world);
  if (!prepared.ok) return refuse(newVisitId(), prepared);
  const { key, access, identity } = prepared;
  const controls = createSessionControls();
  const shown = namePresenter(presenter, request.belt, key?.name);
  const named = key === undefined ? {} : { name: key.name };
  const registered = await register(
    request,
    { plan: loaded.plan.name, session: identity.visit, ...named },
    io,
    controls,
  );
  if (!registered.ok) return refuse(identity.visit, registered);
  let recording: Recording | undefined;
  try {
    recording = await recordingFor(request, identity, loaded, { io, presenter, world });
    const outcome = await conductVisit({
      request,
      identity,
      io,
      presenter: shown,
      controls,
      world,
      access,
      recording,
    });
    registered.server.finish(outcomeForBelt(outcome, request.belt));
    return outcome.exitCode;
  } finally {
    registered.server.finish(undefined);
    registered.release();
    await recording?.close();
  }
}
