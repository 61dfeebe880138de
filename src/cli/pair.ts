// `pair`: makes this computer one of those that a belt listens to.
import { parseLabel } from '../../protocol/label.ts';
import { pairBelt } from '../belt/pairing.ts';
import { systemClock } from '../clock.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { normalKeyName, problemOfKeyName } from '../store/key-names.ts';
import type { BeltAddress } from './addresses.ts';
import { resolveBelt } from './belt-names.ts';
import { isListening } from './control-client.ts';
import { keyPlaceOf } from './credentials.ts';
import { usageError } from './exit-codes.ts';
import { runtimeFolder } from './folders.ts';
import type { Io } from './io.ts';
import { readLabel } from './label-source.ts';
import type { LabelOptions } from './label-source.ts';
import { pairAndKeep } from './pair-belt.ts';
import type { PairOutcome } from './pair-belt.ts';
import { listRegistrations } from './running-sessions.ts';
import { stampNow } from './stamp.ts';
import { createOuterTransport } from './transports.ts';

export interface PairOptions extends LabelOptions {
  readonly name?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function readName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (parseLabel(text).ok)
    throw usageError(
      '--name is what the belt is to be called; its label is no name',
      'See: laserbelt pair --help',
    );
  const name = normalKeyName(text);
  const problem = problemOfKeyName(name);
  if (problem !== undefined) throw usageError(problem);
  return name;
}

async function isInSession(address: string, io: Io): Promise<boolean> {
  const registration = listRegistrations(runtimeFolder(io.env)).find((found) => found.address === address);
  return registration !== undefined && (await isListening(registration.socketPath));
}

async function pairAt(
  belt: BeltAddress & { readonly scheme: 'socket' | 'ble' },
  name: string | undefined,
  labelSecret: Uint8Array,
  io: Io,
): Promise<PairOutcome> {
  const { scheme, address } = belt;
  const calledOff = new AbortController();
  const callOff = (): void => calledOff.abort();
  for (const signal of SIGNALS) process.on(signal, callOff);
  const transport = await createOuterTransport(scheme, systemClock);
  try {
    return await pairAndKeep({
      address,
      name,
      labelSecret,
      place: keyPlaceOf(io.env),
      transport,
      clock: systemClock,
      pair: pairBelt,
      wallClock: () => new Date().toISOString(),
      calledOff: calledOff.signal,
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, callOff);
    transport.dispose();
  }
}

function tell(address: string, outcome: PairOutcome, options: PairOptions, io: Io): ExitCode {
  const exitCode = outcome.ok ? EXIT_CODE.completed : outcome.exitCode;
  const message = outcome.ok ? `Paired with ${address} as ${outcome.name}.` : outcome.message;
  if (options.json === true) {
    const found = outcome.ok
      ? { name: outcome.name, beltId: outcome.profile.beltId, simulated: outcome.profile.simulated }
      : { name: null, beltId: null, simulated: null };
    const record = {
      event: 'pair',
      ...stampNow(),
      isPaired: outcome.ok,
      address,
      ...found,
      message,
      exitCode,
    };
    io.out(`${JSON.stringify(record)}\n`);
  } else if (!outcome.ok) io.err(`laserbelt: ${message}\n`);
  else if (options.quiet !== true) io.out(`${message}\n  laserbelt start --belt ${outcome.name}\n`);
  return exitCode;
}

const refusal = (message: string): PairOutcome => ({ ok: false, message, exitCode: EXIT_CODE.refused });

/** Throws a usage error for an address, a name or a label that cannot be one. */
export async function pair(text: string, options: PairOptions, io: Io): Promise<ExitCode> {
  const belt = resolveBelt(text, io.env);
  const name = readName(options.name) ?? belt.name;
  const { scheme, address } = belt;
  if (scheme === 'sim') {
    if (options.json !== true)
      io.out(
        'The embedded simulated belt is its own label: it needs no pairing. Try: laserbelt start --sim\n',
      );
    return options.json === true
      ? tell(
          address,
          refusal('The embedded simulated belt is its own label: it needs no pairing.'),
          options,
          io,
        )
      : EXIT_CODE.completed;
  }
  if (await isInSession(address, io)) {
    const message = `Not paired: a session runs on ${address}. End it first: laserbelt stop`;
    return tell(address, refusal(message), options, io);
  }
  const labelSecret = await readLabel(options, io);
  if (labelSecret === undefined) {
    const exitCode = EXIT_CODE.stoppedByUser;
    return tell(address, { ok: false, message: 'Called off; nothing was kept here.', exitCode }, options, io);
  }
  if (options.json !== true && options.quiet !== true) io.err(`Pairing with ${address} …\n`);
  return tell(address, await pairAt({ ...belt, scheme }, name, labelSecret, io), options, io);
}
