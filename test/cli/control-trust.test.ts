// Whose word counts over the local socket: a confirmation from a folder that others can write to is none, and a session
// is found by its belt's name even when the key file is torn.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isListening } from '../../src/cli/control-client.ts';
import { startControlServer } from '../../src/cli/control-server.ts';
import type { ControlHandlers, ControlServer } from '../../src/cli/control-server.ts';
import { runDirect } from '../../src/cli/direct.ts';
import { claimBelt, listRegistrations, socketPathFor } from '../../src/cli/running-sessions.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { serveOnSocket } from '../../firmware-sim/server.ts';
import { createFakeIo } from './support.ts';

const STOPPED: SessionOutcome = {
  outcome: 'stopped',
  emissionOff: 'confirmed',
  hazard: null,
  hazards: [],
  session: '0123456789abcdef',
  plan: 'low-back-spasm',
  durationMs: 1000,
  emissionMs: 0,
  zones: [],
  message: 'The session was stopped.',
  exitCode: 3,
};

const NO_HANDLERS: ControlHandlers = {
  stop: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  status: () => undefined,
};

let folder: string;
let runtime: string;
let server: ControlServer | undefined;
let stopCount: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-trust-'));
  runtime = join(folder, 'run');
  stopCount = 0;
});
afterEach(() => {
  server?.finish(undefined);
  rmSync(folder, { recursive: true, force: true });
});

async function runningSession(
  outcome: SessionOutcome,
  name?: string,
  address = 'socket:/a',
): Promise<string> {
  const socketPath = socketPathFor(runtime, 'key', folder);
  const served = await startControlServer(socketPath, {
    stop() {
      stopCount++;
      queueMicrotask(() => served.finish(outcome));
    },
    pause: () => undefined,
    resume: () => undefined,
    status: () => undefined,
  });
  server = served;
  const named = name === undefined ? {} : { name };
  const { plan, session } = outcome;
  const registration = { address, processId: process.pid, socketPath, plan, session, ...named };
  await claimBelt(runtime, 'key', registration, isListening);
  return socketPath;
}

const registrationAt = (address: string): string =>
  JSON.stringify({ address, socketPath: '/nobody', processId: 1, plan: 'x', session: 'y' });

async function stop(...args: readonly string[]) {
  const io = createFakeIo({ env: { LASERBELT_HOME: folder } });
  const exitCode = await runDirect('stop', args, io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

describe('the local socket of a session', () => {
  it('is the owner’s alone, like its folder', async () => {
    const socketPath = await runningSession(STOPPED);
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(runtime).mode & 0o777).toBe(0o700);
    expect(await stop()).toMatchObject({ exitCode: 0 });
  });

  it.each([0o777, 0o770, 0o702])(
    'in a folder of mode %o the session is told to stop all the same, but its word confirms nothing: 7',
    async (mode) => {
      await runningSession(STOPPED);
      chmodSync(runtime, mode);
      const { exitCode, err } = await stop();
      expect(stopCount).toBe(1);
      expect(exitCode).toBe(7);
      expect(err).toContain(`chmod 700 ${runtime}`);
    },
  );

  it('cannot move the cursor of who stops it', async () => {
    await runningSession({ ...STOPPED, message: 'dark\u001b[2J\u001b[H\rLight' });
    const { out } = await stop();
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(out).toContain('dark');
  });

  it('is found by the belt’s name, also when the key file is torn or gone', async () => {
    await runningSession(STOPPED, 'kitchen');
    const keys = join(folder, 'state', 'keys');
    mkdirSync(keys, { recursive: true, mode: 0o700 });
    writeFileSync(join(keys, 'belt-kitchen.key'), '{"laser', { mode: 0o600 });
    expect(await stop('--belt', 'kitchen')).toMatchObject({ exitCode: 0 });
    expect(stopCount).toBe(1);
    await runningSession(STOPPED, 'kitchen');
    rmSync(keys, { recursive: true });
    expect(await stop('--belt', 'Kitchen')).toMatchObject({ exitCode: 0 });
    expect(stopCount).toBe(2);
  });

  it('of another belt is left alone', async () => {
    await runningSession(STOPPED, 'garden');
    await expect(stop('--belt', 'kitchen')).rejects.toMatchObject({ code: 'usage' });
    expect(stopCount).toBe(0);
  });

  it('in a folder that others can write to does not keep STOP from the belt itself, whose word counts', async () => {
    const path = join(folder, 'belt.sock');
    const served = await serveOnSocket({ path, seed: 1 });
    try {
      await runningSession(STOPPED, undefined, `socket:${path}`);
      chmodSync(runtime, 0o777);
      const { exitCode, out } = await stop('--belt', `socket:${path}`);
      expect(out).toContain('confirmed by the belt');
      expect(exitCode).toBe(0);
      expect(stopCount).toBe(1);
    } finally {
      await served.close();
    }
  });

  it.each([
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a link to what never ends', (path: string) => symlinkSync('/dev/zero', path)],
    ['a folder', (path: string) => void mkdirSync(path)],
    ['an address that is none', (path: string) => writeFileSync(path, registrationAt('garbage'))],
    ['megabytes', (path: string) => writeFileSync(path, ' '.repeat(3_000_000))],
  ])('is stopped though %s lies beside its registration', { timeout: 5000 }, async (_what, put) => {
    await runningSession(STOPPED);
    put(join(runtime, 'a.session.json'));
    put(join(runtime, 'z.session.json'));
    expect(await stop()).toMatchObject({ exitCode: 0 });
    expect(stopCount).toBe(1);
  });

  it('begins though a killed session of the same process number has left its socket', async () => {
    const earlier = await runningSession(STOPPED);
    await expect(startControlServer(earlier, NO_HANDLERS)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const later = socketPathFor(runtime, 'key', folder);
    expect(later).not.toBe(earlier);
    const second = await startControlServer(later, NO_HANDLERS);
    second.finish(undefined);
    expect(await stop()).toMatchObject({ exitCode: 0 });
  });

  it('of another user is nobody’s session here', async () => {
    await runningSession(STOPPED);
    expect(listRegistrations(runtime)).toHaveLength(1);
    expect(listRegistrations(runtime, (process.getuid?.() ?? 0) + 1)).toEqual([]);
    expect(readFileSync(join(runtime, 'key.session.json'), 'utf8')).toContain('socket:/a');
  });
});
