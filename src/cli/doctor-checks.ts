// What `doctor` looks at, one after the other.
import { closeSync, fsyncSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import { loadPlan } from '../plan/load.ts';
import { storeFailureOf } from '../store/failure.ts';
import type { StoreFailureKind } from '../store/failure.ts';
import { listKeys } from '../store/key-files.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import { startControlServer } from './control-server.ts';
import { keyPlaceOf } from './credentials.ts';
import { pathsOf, shortFolder } from './folders.ts';
import type { Io } from './io.ts';
import { builtInPlanNames, readPlan } from './plan-source.ts';
import { socketPathFor } from './running-sessions.ts';
import { runSelfTest } from './self-test.ts';
import { createOuterTransport, describeConnectFailure } from './transports.ts';

export interface CheckResult {
  /** `warn`: everything but real belts works. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly words: string;
  /** The command that mends it. */
  readonly fix?: string;
}

export interface Check {
  readonly name: string;
  run(io: Io): Promise<CheckResult> | CheckResult;
}

const NODE_MIN = [20, 19] as const;
function checkNode(): CheckResult {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  if (isEnough) return { status: 'ok', words: process.versions.node };
  const fix = 'Install Node 20.19 or newer: https://nodejs.org';
  return { status: 'fail', words: `${process.versions.node} is too old`, fix };
}

const ELSEWHERE = '(or another place: LASERBELT_HOME=<folder>)';

/** Making a folder does not mend a full disk: each cause has its own way out. */
function folderProblem(error: unknown, folder: string): CheckResult {
  const { failure } = storeFailureOf(error, folder, 'use');
  const remedies: Partial<Record<StoreFailureKind, string>> = {
    diskFull: 'Make room on that disk',
    readOnly: 'Make that file system writable',
  };
  const fix = remedies[failure.kind] ?? `mkdir -p ${folder} && chmod 700 ${folder}`;
  return { status: 'fail', words: failure.detail, fix: `${fix}   ${ELSEWHERE}` };
}

function checkStateFolder(io: Io): CheckResult {
  const { stateFolder } = pathsOf(io.env);
  const file = join(stateFolder, `.doctor-${process.pid}`);
  try {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
    const handle = openSync(file, 'w', 0o600);
    writeSync(handle, 'x');
    fsyncSync(handle);
    closeSync(handle);
    unlinkSync(file);
    return { status: 'ok', words: `${stateFolder} can be written and synced` };
  } catch (error) {
    return folderProblem(error, stateFolder);
  }
}

async function checkRuntimeFolder(io: Io): Promise<CheckResult> {
  const { runtimeFolder } = pathsOf(io.env);
  try {
    const server = await startControlServer(socketPathFor(runtimeFolder, 'doctor', shortFolder()), {
      stop: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      status: () => undefined,
    });
    server.finish(undefined);
    return { status: 'ok', words: `sockets can be made in ${runtimeFolder}` };
  } catch (error) {
    return folderProblem(error, runtimeFolder);
  }
}

/** Whose they are and who else can read them; never what they hold. */
async function checkKeyFiles(io: Io): Promise<CheckResult> {
  const { keys, problems } = await listKeys(keyPlaceOf(io.env));
  const [problem] = problems;
  if (problem !== undefined) {
    const rest = problems.length > 1 ? `; ${problems.length - 1} more` : '';
    // Elsewhere the remedy is this command; here it would send people round in a circle.
    const isHere = problem.remedy === 'laserbelt doctor';
    const fix = isHere ? `ls -ld ${problem.path}   (it must be yours, and readable)` : problem.remedy;
    return { status: 'fail', words: `${problem.detail}${rest}`, fix };
  }
  if (keys.length === 0) return { status: 'ok', words: 'none: no belt is paired' };
  const owner = process.getuid === undefined ? '' : `, open to their owner (user ${process.getuid()}) alone`;
  return { status: 'ok', words: `${keys.map((key) => key.name).join(', ')}: whole${owner}` };
}

function checkPlans(): CheckResult {
  const names = builtInPlanNames();
  const broken = names.filter((name) => {
    const { text, file } = readPlan(name);
    return !loadPlan(text, file).ok;
  });
  const fix = 'npm install -g laserbelt   (the installation is damaged)';
  if (names.length === 0) return { status: 'fail', words: 'no built-in plan was found', fix };
  if (broken.length > 0) return { status: 'fail', words: `damaged: ${broken.join(', ')}`, fix };
  return { status: 'ok', words: names.join(', ') };
}

/** Looking for a moment tells module, adapter, permission and power apart. */
const SCAN_MS = 1500;

async function checkBluetooth(): Promise<CheckResult> {
  const transport = await createOuterTransport('ble', systemClock);
  const failure = await new Promise<
    { readonly failure: ConnectFailure; readonly detail: string } | undefined
  >((resolve) => {
    const attempt = transport.scan(() => undefined, resolve);
    setTimeout(() => {
      attempt.cancel();
      resolve(undefined);
    }, SCAN_MS);
  });
  transport.dispose();
  if (failure === undefined) return { status: 'ok', words: 'module, adapter and permission are there' };
  const { problem, remedy } = describeConnectFailure(failure.failure);
  return { status: 'warn', words: `${problem} (${failure.detail}); simulated belts work`, fix: remedy };
}

async function checkPeripheralModule(): Promise<CheckResult> {
  const { loadInstalledBleno, failureOfCause } = await import('../../firmware-sim/peripheral-bleno.ts');
  try {
    await loadInstalledBleno();
    return { status: 'ok', words: 'bleno loads (needed for sim serve --ble alone)' };
  } catch (error) {
    const isMissing = failureOfCause(error) === 'moduleMissing';
    return {
      status: 'warn',
      words: `bleno ${isMissing ? 'is not installed' : 'does not load'}; needed for sim serve --ble alone`,
      fix: isMissing
        ? 'npm install @stoprocent/bleno@0.12.4'
        : 'sudo apt-get install -y build-essential python3 && npm rebuild @stoprocent/bluetooth-hci-socket',
    };
  }
}

function checkSession(): CheckResult {
  const { isPassed, words } = runSelfTest();
  return isPassed ? { status: 'ok', words } : { status: 'fail', words, fix: 'Please report this.' };
}

export const DOCTOR_CHECKS: readonly Check[] = [
  { name: 'Node', run: checkNode },
  { name: 'state folder', run: checkStateFolder },
  { name: 'runtime folder', run: checkRuntimeFolder },
  { name: 'key files', run: checkKeyFiles },
  { name: 'built-in plans', run: checkPlans },
  { name: 'simulated session', run: checkSession },
  { name: 'Bluetooth', run: checkBluetooth },
  { name: 'Bluetooth peripheral', run: checkPeripheralModule },
];
