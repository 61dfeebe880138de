// `sim serve`: one simulated belt in real time, for other processes, until it is stopped.
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { PAIRING_WINDOW_MS } from '../../protocol/handshake-messages.ts';
import { LABEL_SECRET_BYTES } from '../../protocol/pairing.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { BeltError } from '../errors.ts';
import { systemRandomBytes } from './credentials.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { labelSecretOf } from './label-source.ts';
import { stampNow } from './stamp.ts';
import { printable } from './style.ts';
import { describeConnectFailure } from './transports.ts';
import type { SimulatedBeltOptions } from '../../firmware-sim/simulated-belt.ts';

export interface SimServeOptions {
  readonly socket?: string;
  readonly ble?: boolean;
  readonly profile?: string;
  readonly name?: string;
  readonly seed?: number;
  readonly fault?: readonly string[];
  readonly truth?: string;
  readonly label?: string;
}

const SEED_DEFAULT = 1;

/** Until somebody ends it; a served belt has no end of its own. */
function untilStopped(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}

/** With a seed the belt is the same every time, its label included; without one, nobody can know the label beforehand. */
function chooseLabel({ label, seed }: SimServeOptions): { readonly label?: Uint8Array } {
  if (label !== undefined) return { label: labelSecretOf(label) };
  return seed === undefined ? { label: systemRandomBytes(LABEL_SECRET_BYTES) } : {};
}

/** What happens to the belt, one line each, with the time of day: beside stdout, which scripts read. */
const newsTo =
  (io: Io) =>
  (line: string): void =>
    io.err(`${stampNow().at.slice(11, 23)} ${printable(line)}\n`);

/** The one place where a label is printed: on the belt itself, so to speak. */
const tellLabel = (label: string, io: Io): void =>
  io.out(`Label ${label} · pairing window open for ${PAIRING_WINDOW_MS / 1000} s\n`);

const asUsage = (error: unknown): BeltError =>
  usageError(error instanceof Error ? error.message : String(error), 'See: laserbelt sim serve --help');

/** Before the belt is there: an error of the file system names neither the option nor the way out. */
function checkTruthFile(path: string | undefined): void {
  if (path === undefined) return;
  try {
    closeSync(openSync(path, 'a', 0o644));
  } catch (error) {
    throw usageError(
      `--truth ${path} cannot be written (${error instanceof Error ? error.message : String(error)})`,
      'Give a file in a folder that exists and is yours.',
    );
  }
}

async function checkFaults(specs: readonly string[]): Promise<void> {
  const { parseFault } = await import('../../firmware-sim/faults.ts');
  for (const spec of specs) {
    const parsed = parseFault(spec);
    if (!parsed.ok)
      throw usageError(`--fault ${spec}: ${parsed.message}`, 'laserbelt sim faults lists them all.');
  }
}

export async function simServe(options: SimServeOptions, io: Io): Promise<ExitCode> {
  if ((options.socket !== undefined) === (options.ble === true)) {
    throw usageError('serve the belt on what?', 'Give --socket <path> or --ble, one of the two.');
  }
  await checkFaults(options.fault ?? []);
  checkTruthFile(options.truth);
  // A label that cannot be one is told before anything is served.
  const label = chooseLabel(options);
  return options.socket === undefined
    ? serveOverBle(options, label, io)
    : serveOverSocket(options.socket, options, label, io);
}

async function serveOverSocket(
  socket: string,
  options: SimServeOptions,
  label: ReturnType<typeof chooseLabel>,
  io: Io,
): Promise<ExitCode> {
  const { serveOnSocket } = await import('../../firmware-sim/server.ts');
  // Before the socket appears: whoever waits for it may send the signal that ends this.
  const stopped = untilStopped();
  const path = resolve(socket);
  // Node says "permission denied" of a folder that is not there.
  if (!existsSync(dirname(path)))
    throw usageError(`cannot serve on ${path}: the folder ${dirname(path)} does not exist`, 'Make it first.');
  const served = await serveOnSocket({
    path,
    seed: options.seed ?? SEED_DEFAULT,
    onLog: newsTo(io),
    ...label,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.fault === undefined ? {} : { faults: options.fault }),
    ...(options.truth === undefined ? {} : { truthFile: options.truth }),
    ...(options.name === undefined ? {} : { name: options.name }),
  }).catch((error: unknown) => {
    throw asUsage(error);
  });
  io.out(`Serving ${served.belt.advertisedName} at socket:${path}\n`);
  tellLabel(served.belt.label, io);
  io.err(
    `Pair it:  laserbelt pair socket:${path} --name <name>\n` +
      `Treat:    laserbelt start --belt <name>\n` +
      `Unpaired: laserbelt start --belt socket:${path}\n` +
      'Ctrl-C ends the belt.\n',
  );
  await stopped;
  await served.close();
  return EXIT_CODE.completed;
}

type Hardware = NonNullable<SimulatedBeltOptions['profile']>;

async function loadHardware(name: string | undefined): Promise<{ readonly profile?: Hardware }> {
  if (name === undefined) return {};
  const { loadProfile } = await import('../../firmware-sim/server.ts');
  try {
    return { profile: loadProfile(name) };
  } catch (error) {
    throw asUsage(error);
  }
}

/** Each line is with the operating system before the physics goes on: killing this process loses none. */
function openTruth(path: string | undefined): { readonly write?: (line: object) => void; close(): void } {
  if (path === undefined) return { close: () => undefined };
  const file = openSync(path, 'a', 0o644);
  return { write: (line) => void writeSync(file, `${JSON.stringify(line)}\n`), close: () => closeSync(file) };
}

async function serveOverBle(
  options: SimServeOptions,
  label: ReturnType<typeof chooseLabel>,
  io: Io,
): Promise<ExitCode> {
  const [
    { createSimulatedBelt },
    { tellCentrals, tellLight },
    { hostClock },
    { serveOverBluetooth },
    { stopBeltOnCrash },
  ] = await Promise.all([
    import('../../firmware-sim/simulated-belt.ts'),
    import('../../firmware-sim/belt-news.ts'),
    import('../../firmware-sim/server.ts'),
    import('../../firmware-sim/peripheral.ts'),
    import('../../firmware-sim/peripheral-crash.ts'),
  ]);
  const hardware = await loadHardware(options.profile);
  const truth = openTruth(options.truth);
  const onLog = newsTo(io);
  const belt = createSimulatedBelt({
    clock: hostClock,
    seed: options.seed ?? SEED_DEFAULT,
    faults: options.fault ?? [],
    ...label,
    ...hardware,
    ...(options.name === undefined ? {} : { name: options.name }),
    onTruth: tellLight(onLog, (line) => truth.write?.(line)),
  });
  const served = await serveOverBluetooth({
    peripheral: tellCentrals(belt, onLog),
    name: belt.advertisedName,
    advert: () => belt.advert(),
    onLog,
  });
  if (!served.ok) {
    belt.powerOff();
    truth.close();
    const { problem, remedy } = describeServeFailure(served.failure);
    io.err(`laserbelt: ${problem} (${printable(served.detail)})\n  ${remedy}\n`);
    return EXIT_CODE.beltUnreachable;
  }
  const removeCrashHandler = stopBeltOnCrash({ stopBelt: () => served.stopBelt(), onLog });
  // After bleno is up: it puts handlers of its own in.
  const stopped = untilStopped();
  belt.openPairingWindow();
  io.out(`Serving ${belt.advertisedName} over Bluetooth\n`);
  tellLabel(belt.label, io);
  io.err('Find it: laserbelt scan\nCtrl-C ends the belt.\n');
  await stopped;
  belt.powerOff();
  served.close();
  truth.close();
  removeCrashHandler();
  return EXIT_CODE.completed;
}

/** Serving takes another module than connecting does. */
function describeServeFailure(failure: Parameters<typeof describeConnectFailure>[0]): {
  readonly problem: string;
  readonly remedy: string;
} {
  if (failure === 'moduleMissing') {
    return {
      problem: 'the Bluetooth peripheral module (bleno) is not installed',
      remedy: 'npm install @stoprocent/bleno@0.12.4   (needs a C++ compiler and make)',
    };
  }
  if (failure === 'moduleBroken') {
    return {
      problem: 'the Bluetooth peripheral module (bleno) is installed but does not load',
      remedy:
        'sudo apt-get install -y build-essential python3 && npm rebuild @stoprocent/bluetooth-hci-socket',
    };
  }
  return describeConnectFailure(failure);
}
