// `stop`, `pause`, `resume`, `status`, for sessions that run in other processes. The network module is loaded only when
// there is somebody to talk to.
import { dirname } from 'node:path';
import type { ControlResult } from './control-client.ts';
import type { ControlCommand } from './control-protocol.ts';
import type { DirectCommand, DirectRequest } from './direct-options.ts';
import { parseDirect } from './direct-options.ts';
import { parseAddress } from './addresses.ts';
import type { BeltAddress } from './addresses.ts';
import { findBelt, unresolvedError } from './belt-names.ts';
import type { NamedBelt } from './belt-names.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import { directHelp, helpColumns } from './help.ts';
import type { Io } from './io.ts';
import { isPrivateFolder, listRegistrations, removeRegistration } from './running-sessions.ts';
import type { FoundRegistration } from './running-sessions.ts';
import { runtimeFolder } from './folders.ts';
import { stampNow } from './stamp.ts';
import { printable } from './style.ts';

/** What became of one belt. */
export interface StopResult {
  readonly address: string;
  readonly emissionOff: 'confirmed' | 'unconfirmed' | 'neverOn';
  readonly message: string;
}

const OFF_WORDS: Readonly<Record<StopResult['emissionOff'], string>> = {
  confirmed: 'Light off, confirmed by the belt.',
  unconfirmed: 'Light off NOT CONFIRMED: take the belt off if you see light.',
  neverOn: 'No light was emitted.',
};

const ask = async (
  path: string,
  command: ControlCommand,
  onAccepted?: () => void,
): Promise<ControlResult> => {
  const { askSession } = await import('./control-client.ts');
  return askSession(path, command, onAccepted);
};

export async function runDirect(command: DirectCommand, args: readonly string[], io: Io): Promise<number> {
  const request = parseDirect(command, args);
  if (request === 'help') {
    io.out(directHelp(command, helpColumns(io)));
    return EXIT_CODE.completed;
  }
  const wanted = request.belt === undefined ? undefined : findBelt(request.belt, io.env);
  const found = listRegistrations(runtimeFolder(io.env)).filter(
    (registration) => wanted === undefined || isOn(wanted, registration),
  );
  if (wanted !== undefined && wanted.kind !== 'found' && found.length === 0) {
    if (command !== 'stop' || wanted.kind === 'unknown') throw unresolvedError(wanted, io.env);
    return tellStopped([unresolvedStop(wanted)], request, io);
  }
  switch (command) {
    case 'stop':
      return stop(found, wanted, request, io);
    case 'pause':
    case 'resume':
      return pauseOrResume(command, found, request, io);
    case 'status': {
      if (found.length === 0) return tellNothingRuns(request, io);
      const { showStatus } = await import('./status.ts');
      return showStatus(found, request, io);
    }
  }
}

/** A session knows the name of its belt, and is found by it even when the key file is torn or gone. */
const isOn = (wanted: NamedBelt, { address, name }: FoundRegistration): boolean =>
  wanted.kind === 'found' ? address === wanted.belt.address : name !== undefined && name === wanted.name;

const unresolvedStop = ({ name, path }: Extract<NamedBelt, { readonly kind: 'damaged' }>): StopResult => ({
  address: name,
  emissionOff: 'unconfirmed',
  message:
    `nobody could be told to stop: the key file of ‘${name}’, ${path}, cannot be read, and its address is in there. ` +
    'Give the address (laserbelt stop --belt <address>), or take the belt off.',
});

function tellNothingRuns(request: DirectRequest, io: Io): number {
  io.out(
    request.isJson
      ? `${JSON.stringify({ event: 'status', ...stampNow(), state: 'none', session: null })}\n`
      : 'No session is running.\n',
  );
  return EXIT_CODE.completed;
}

async function stop(
  found: readonly FoundRegistration[],
  wanted: NamedBelt | undefined,
  request: DirectRequest,
  io: Io,
): Promise<number> {
  const results: StopResult[] = await Promise.all(
    found.map((registration) => stopSession(registration, request, io)),
  );
  if (found.length === 0 && wanted?.kind === 'found') results.push(await stopBelt(wanted.belt, io));
  return tellStopped(results, request, io);
}

function tellStopped(results: readonly StopResult[], request: DirectRequest, io: Io): number {
  const isConfirmed = results.every((result) => result.emissionOff !== 'unconfirmed');
  const exitCode = isConfirmed ? EXIT_CODE.completed : EXIT_CODE.unconfirmed;
  if (request.isJson) {
    const emissionOff = results.length === 0 ? 'neverOn' : isConfirmed ? 'confirmed' : 'unconfirmed';
    io.out(`${JSON.stringify({ event: 'stop', ...stampNow(), emissionOff, belts: results, exitCode })}\n`);
    return exitCode;
  }
  if (results.length === 0 && !request.isQuiet) io.out('Nothing is running; nothing to stop.\n');
  for (const { emissionOff, message } of results) {
    if (emissionOff === 'unconfirmed') io.err(`laserbelt: ${message}\n`);
    else if (!request.isQuiet) io.out(`${message}\n`);
  }
  return exitCode;
}

async function stopSession(
  registration: FoundRegistration,
  request: DirectRequest,
  io: Io,
): Promise<StopResult> {
  const { address, name, plan, processId } = registration;
  const folder = dirname(registration.file);
  // Where others can write, the socket may be anybody's, who takes the STOP and passes it on to nobody.
  const beside =
    isPrivateFolder(folder) || address === 'sim' ? undefined : stopBelt(parseAddress(address), io);
  const result = await ask(registration.socketPath, 'stop', () => {
    if (!request.isQuiet && !request.isJson)
      io.err(`Light commanded off (${printable(name ?? address)}); waiting for the belt to say so …\n`);
  });
  if (result.ok && result.response.type === 'outcome') {
    const { emissionOff, message } = result.response.outcome;
    const direct = await beside;
    if (direct?.emissionOff === 'confirmed') return direct;
    if (emissionOff !== 'unconfirmed' && !isPrivateFolder(folder))
      return strangersWord(name ?? address, address, folder);
    return { address, emissionOff, message: `${printable(message)} ${OFF_WORDS[emissionOff]}` };
  }
  const isDead = !result.ok && result.failure === 'dead';
  if (address === 'sim') {
    if (isDead) removeRegistration(registration);
    return isDead
      ? { address, emissionOff: 'neverOn', message: 'Nothing is running; nothing to stop.' }
      : {
          address,
          emissionOff: 'unconfirmed',
          message: `the session (${plan}) in process ${processId} does not answer. End it: kill -9 ${processId}`,
        };
  }
  // Its controller is gone or frozen: the belt lets a second connection in for STOP.
  const direct = await (beside ?? stopBelt(parseAddress(address), io));
  if (isDead && direct.emissionOff !== 'unconfirmed') removeRegistration(registration);
  return direct;
}

/** It was told to stop all the same; but who answered is not known. */
const strangersWord = (shown: string, address: string, folder: string): StopResult => ({
  address,
  emissionOff: 'unconfirmed',
  message:
    `what answered for ${printable(shown)} says that the light is off, but anybody could have put it into ${folder}, ` +
    `which is open to other users (chmod 700 ${folder}), and the belt itself did not confirm it. Take the belt off if you see light.`,
});

async function stopBelt(belt: BeltAddress, io: Io): Promise<StopResult> {
  const { address } = belt;
  if (address === 'sim') {
    return { address, emissionOff: 'neverOn', message: 'No session runs on the embedded simulated belt.' };
  }
  const { stopDirectly } = await import('./stop-directly.ts');
  return stopDirectly(belt, io.env);
}

async function pauseOrResume(
  command: 'pause' | 'resume',
  found: readonly FoundRegistration[],
  request: DirectRequest,
  io: Io,
): Promise<number> {
  const tell = (isDone: boolean, message: string): number => {
    const exitCode = isDone ? EXIT_CODE.completed : EXIT_CODE.refused;
    if (request.isJson)
      io.out(`${JSON.stringify({ event: command, ...stampNow(), isDone, message, exitCode })}\n`);
    else if (!isDone) io.err(`laserbelt: ${message}\n`);
    else if (!request.isQuiet) io.out(`${message}\n`);
    return exitCode;
  };
  if (found.length > 1) {
    const belts = found.map((registration) => registration.address).join(', ');
    return tell(false, `${found.length} sessions are running: say which with --belt (${belts})`);
  }
  const [registration] = found;
  if (registration === undefined) return tell(false, `no session is running, nothing to ${command}`);
  const result = await ask(registration.socketPath, command);
  if (!result.ok) {
    return tell(
      false,
      result.failure === 'dead'
        ? 'no session is running any more; laserbelt stop makes sure that the belt is dark'
        : `the session in process ${registration.processId} does not answer; use laserbelt stop`,
    );
  }
  const { response } = result;
  if (response.type === 'refused') return tell(false, response.message);
  return tell(
    response.type === 'done',
    command === 'pause' ? 'Pausing; go on with laserbelt resume.' : 'Resuming.',
  );
}
