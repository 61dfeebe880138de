// `start --detach`: the controller goes on in the background, and this process tells how it began.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BeltError } from '../errors.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import { askSession } from './control-client.ts';
import { pathsOf } from './folders.ts';
import type { Io } from './io.ts';
import { headlineOf } from './render-session.ts';
import { listRegistrations } from './running-sessions.ts';
import type { SessionStatus } from './session-status.ts';
import type { StartRequest } from './start.ts';

/** Connecting, reading an unfinished session's record, preparing: then it is armed, waits for the button, or has failed. */
const BEGIN_MAX_MS = 60_000;
const POLL_MS = 100;
const TAIL_LINES = 6;
const BEGUN: readonly string[] = ['countdown', 'emitting', 'paused'];

interface Child {
  readonly process: ChildProcess;
  exitCode(): number | undefined;
}

function spawnController(log: string, args: readonly string[]): Child {
  const file = openSync(log, 'w', 0o600);
  let ended: number | undefined;
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...args], {
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  child.on('exit', (code) => {
    ended = code ?? EXIT_CODE.internalFailure;
  });
  child.on('error', () => {
    ended = EXIT_CODE.internalFailure;
  });
  return { process: child, exitCode: () => ended };
}

async function readStatus(
  request: StartRequest,
  processId: number | undefined,
  io: Io,
): Promise<SessionStatus | undefined> {
  const registration = listRegistrations(pathsOf(io.env).runtimeFolder).find(
    (found) => found.address === request.belt.address && found.processId === processId,
  );
  if (registration === undefined) return undefined;
  const result = await askSession(registration.socketPath, 'status');
  return result.ok && result.response.type === 'status' ? result.response.status : undefined;
}

const tailOf = (log: string): string =>
  readFileSync(log, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

function prepareLog(io: Io): string {
  const folder = join(pathsOf(io.env).stateFolder, 'logs');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return join(folder, `session-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.log`);
  } catch (cause) {
    throw new BeltError('ledgerUnwritable', `cannot write below ${folder}`, {
      cause,
      hint: 'laserbelt doctor says more.',
    });
  }
}

/** The exit code is the session's own when it ended before this returns; 0 when it has begun. */
export async function startDetached(request: StartRequest, io: Io): Promise<number> {
  if (request.belt.scheme === 'sim' && !request.isYes) {
    io.err('laserbelt: --detach leaves nobody to ask; give --yes too (simulated belts)\n');
    return EXIT_CODE.refused;
  }
  const log = prepareLog(io);
  const child = spawnController(
    log,
    process.argv.slice(2).filter((word) => word !== '--detach'),
  );
  const { pid } = child.process;
  let shown = '';
  for (let waitedMs = 0; waitedMs < BEGIN_MAX_MS; waitedMs += POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const exitCode = child.exitCode();
    if (exitCode !== undefined) {
      io.err(`${tailOf(log)}\n`);
      return exitCode;
    }
    const status = await readStatus(request, pid, io);
    if (status === undefined) continue;
    if (status.awaitsButton && shown === '') {
      shown = headlineOf(status);
      io.err(`${shown}\n`);
    }
    if (BEGUN.includes(status.state) && !status.awaitsButton) {
      child.process.unref();
      const record = {
        event: 'session.detached',
        state: status.state,
        session: status.session,
        processId: pid,
        log,
      };
      if (request.isJson) io.out(`${JSON.stringify(record)}\n`);
      else {
        io.out(`${headlineOf(status)} · session ${status.session}, process ${pid}\n`);
        io.err(
          `  laserbelt status --watch   watch it\n  laserbelt stop             stop it\n  its log: ${log}\n`,
        );
      }
      return EXIT_CODE.completed;
    }
  }
  child.process.kill('SIGTERM');
  io.err(
    `laserbelt: the session did not begin within ${BEGIN_MAX_MS / 1000} s and was stopped; its log: ${log}\n`,
  );
  return EXIT_CODE.internalFailure;
}
