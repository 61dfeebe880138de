// `clear`: ends a lockout after the hazard is gone. A person types the belt's name; `--yes` speaks for simulated belts alone.
import { createGattBelt } from '../belt/gatt-belt.ts';
import { systemClock } from '../clock.ts';
import { hazardRow } from '../safety/hazards.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { BeltAddress } from './addresses.ts';
import { namesOfBelts, resolveBelt } from './belt-names.ts';
import { clearBelt } from './clear-belt.ts';
import type { ClearResult, Consent, LatchedBelt } from './clear-belt.ts';
import { isListening } from './control-client.ts';
import { lookUpKey, wordsOfProblem } from './credentials.ts';
import { usageError } from './exit-codes.ts';
import { runtimeFolder } from './folders.ts';
import type { Io } from './io.ts';
import { askLine } from './question.ts';
import { hazardWords } from './render-session.ts';
import { listRegistrations } from './running-sessions.ts';
import { stampNow } from './stamp.ts';
import { createOuterTransport } from './transports.ts';

export interface ClearOptions {
  readonly belt?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const withoutBelt = (message: string, exitCode: ExitCode): ClearResult => ({
  isClear: exitCode === EXIT_CODE.completed,
  latched: [],
  hazard: null,
  message,
  exitCode,
});

function describeLatch({ name, address, isLockedOut, hazards }: LatchedBelt): string {
  const rows = hazards.map((id) => `  ${hazardWords(id)}. ${hazardRow(id)?.description ?? ''}\n`);
  return `${name} (${address}) ${isLockedOut ? 'is locked' : 'refuses to start'}:\n${rows.join('')}`;
}

async function askPerson(
  belt: LatchedBelt,
  isYes: boolean,
  io: Io,
  calledOff: AbortSignal,
): Promise<Consent> {
  if (belt.simulated && isYes) return 'yes';
  io.err(describeLatch(belt));
  if (!io.isInputTerminal) {
    io.err(
      belt.simulated
        ? 'There is no terminal to type its name on; --yes clears a simulated belt.\n'
        : 'There is no terminal to type its name on; a real belt is cleared by a person alone.\n',
    );
    return 'unanswered';
  }
  const answer = await askLine(
    io,
    `When that is gone, type the belt’s name, ${belt.name}, to clear it: `,
    calledOff,
  );
  if (answer === undefined) return 'unanswered';
  return answer.toLowerCase() === belt.name ? 'yes' : 'no';
}

async function clearAt(belt: BeltAddress, isYes: boolean, io: Io): Promise<ClearResult> {
  const { scheme, address } = belt;
  if (scheme === 'sim')
    return withoutBelt(
      'The embedded simulated belt is new in every session; nothing is latched.',
      EXIT_CODE.completed,
    );
  const registration = listRegistrations(runtimeFolder(io.env)).find((found) => found.address === address);
  if (registration !== undefined && (await isListening(registration.socketPath))) {
    const words = `Not cleared: a session (${registration.plan}) runs on ${address}. End it first: laserbelt stop`;
    return withoutBelt(words, EXIT_CODE.refused);
  }
  const lookup = await lookUpKey(belt, io.env);
  if (!lookup.ok) return withoutBelt(`Not cleared. ${wordsOfProblem(lookup.problem)}`, EXIT_CODE.refused);
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  const transport = await createOuterTransport(scheme, systemClock);
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    const cleared = clearBelt({
      address,
      clock: systemClock,
      createBelt: (onEvent) =>
        createGattBelt({ transport, address, clock: systemClock, onEvent, ...lookup.access }),
      async ask(latched, calledOff) {
        const consent = await askPerson(latched, isYes, io, AbortSignal.any([calledOff, interrupted.signal]));
        return interrupted.signal.aborted ? 'interrupted' : consent;
      },
    });
    const calledOff = new Promise<ClearResult>((resolve) => {
      interrupted.signal.addEventListener('abort', () =>
        resolve(withoutBelt('Called off.', EXIT_CODE.stoppedByUser)),
      );
    });
    return await Promise.race([cleared, calledOff]);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    transport.dispose();
  }
}

/** Throws a usage error when no belt is named. */
export async function clear(options: ClearOptions, io: Io): Promise<ExitCode> {
  if (options.belt === undefined) {
    const names = namesOfBelts(io.env);
    throw usageError(
      'which belt?',
      `Name it as for start: laserbelt clear --belt ${names.length === 1 ? names[0] : '<belt>'}` +
        (names.length > 1 ? `   Paired: ${names.join(', ')}` : ''),
    );
  }
  const belt = resolveBelt(options.belt, io.env);
  const { address } = belt;
  const result = await clearAt(belt, options.yes === true, io);
  const { message, exitCode } = result;
  if (options.json === true)
    io.out(`${JSON.stringify({ event: 'clear', ...stampNow(), address, ...result })}\n`);
  else if (!result.isClear) io.err(`laserbelt: ${message}\n`);
  else if (options.quiet !== true) io.out(`${message}\n`);
  return exitCode;
}
