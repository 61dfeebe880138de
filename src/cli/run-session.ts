// One session in this process: registers it, opens the belt, shows it, obeys keys, signals and the control socket, and
// tells the outcome.
import { createHash, randomBytes } from 'node:crypto';
import { BeltError } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode, SessionOutcome } from '../session/outcome.ts';
import { choosePresenter } from './choose-presenter.ts';
import { conductSession } from './conduct-session.ts';
import { isListening } from './control-client.ts';
import { startControlServer } from './control-server.ts';
import type { ControlServer } from './control-server.ts';
import { credentialsOf, lookUpKey, wordsOfProblem } from './credentials.ts';
import { runtimeFolder, shortFolder } from './folders.ts';
import type { Io } from './io.ts';
import { claimBelt, socketPathFor } from './running-sessions.ts';
import { createSessionControls } from './session-controls.ts';
import type { SessionControls } from './session-controls.ts';
import { statusOf } from './session-status-of.ts';
import { stampNow } from './stamp.ts';
import type { StartRequest } from './start.ts';

const KEY_DIGITS = 16;

/** Under which name the files of a belt's session are found: one per address. */
const keyOfAddress = (address: string): string =>
  createHash('sha256').update(address).digest('hex').slice(0, KEY_DIGITS);

const refusedOutcome = (plan: string, session: string, message: string): SessionOutcome => ({
  outcome: 'refused',
  emissionOff: 'neverOn',
  hazard: null,
  hazards: [],
  session,
  plan,
  durationMs: 0,
  zones: [],
  message,
  exitCode: EXIT_CODE.refused,
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
      status() {
        const view = controls.view();
        return view === undefined ? undefined : statusOf(view, address);
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
    const { processId } = claim.holder;
    return {
      ok: false,
      message: `Another session runs on this belt (${address}, process ${processId}): laserbelt status shows it, laserbelt stop ends it.`,
    };
  } catch (error) {
    server?.finish(undefined);
    return {
      ok: false,
      message: `The folder for running sessions, ${folder}, cannot be used: ${wordsOf(error)}. Nothing was emitted; laserbelt doctor says what mends it.`,
    };
  }
}

export async function runSession(request: StartRequest, plan: Plan, io: Io): Promise<ExitCode> {
  const presenter = choosePresenter(request, io);
  const session = randomBytes(8).toString('hex');
  const refuse = (message: string): ExitCode => {
    presenter.finish(refusedOutcome(plan.name, session, message), stampNow());
    return EXIT_CODE.refused;
  };
  if (request.belt.scheme === 'sim' && !request.isYes && !io.isInputTerminal) {
    return refuse('Not armed: there is no terminal to ask on. --yes arms a simulated belt.');
  }
  const lookup = await lookUpKey(request.belt, io.env);
  if (!lookup.ok) return refuse(`Nothing was started. ${wordsOfProblem(lookup.problem)}`);
  const { key } = lookup;
  const controls = createSessionControls();
  const identity = { plan: plan.name, session, ...(key === undefined ? {} : { name: key.name }) };
  const registered = await register(request, identity, io, controls);
  if (!registered.ok) return refuse(registered.message);
  try {
    const credentials = key === undefined ? undefined : credentialsOf(key);
    const outcome = await conductSession({ request, plan, session, io, presenter, controls, credentials });
    registered.server.finish(outcome);
    return outcome.exitCode;
  } finally {
    registered.server.finish(undefined);
    registered.release();
  }
}
