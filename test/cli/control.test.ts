// Real sockets in a temporary folder; no test here waits for a clock.
import { mkdtempSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askSession, isListening } from '../../src/cli/control-client.ts';
import { createLineReader, encodeLine, parseRequest, parseResponse } from '../../src/cli/control-protocol.ts';
import { startControlServer } from '../../src/cli/control-server.ts';
import type { ControlHandlers, ControlServer } from '../../src/cli/control-server.ts';
import { runDirect } from '../../src/cli/direct.ts';
import {
  claimBelt,
  listRegistrations,
  removeRegistration,
  socketPathFor,
} from '../../src/cli/running-sessions.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createFakeIo, sessionStatus } from './support.ts';

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

let folder: string;
let servers: ControlServer[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-control-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.finish(undefined);
  rmSync(folder, { recursive: true, force: true });
});

async function serve(handlers: Partial<ControlHandlers> = {}, path = join(folder, 'a.sock')) {
  const calls: string[] = [];
  const server = await startControlServer(path, {
    stop: () => void calls.push('stop'),
    pause: () => undefined,
    resume: () => undefined,
    status: () => sessionStatus(),
    ...handlers,
  });
  servers.push(server);
  return { server, path, calls };
}

/** What comes back for these bytes until the other side closes, or answers once. */
function sendRaw(path: string, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => socket.write(bytes));
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString());
    });
    socket.on('close', () => resolve(''));
    socket.on('error', () => resolve(''));
  });
}

describe('the control protocol', () => {
  it('takes the four commands and nothing else, and never throws', () => {
    expect(parseRequest('{"command":"stop"}')).toBe('stop');
    for (const line of [
      '',
      'stop',
      '[]',
      'null',
      '{}',
      '{"command":"STOP"}',
      '{"command":["stop"]}',
      '{"command":"__proto__"}',
      '\u0000',
    ])
      expect(parseRequest(line)).toBeUndefined();
  });
  it('takes back what it sends, and refuses what has another shape', () => {
    const response = { type: 'status', status: sessionStatus() } as const;
    expect(parseResponse(encodeLine(response))).toEqual(response);
    expect(parseResponse(encodeLine({ type: 'outcome', outcome: STOPPED }))).toEqual({
      type: 'outcome',
      outcome: STOPPED,
    });
    for (const line of [
      '{}',
      '{"type":"status"}',
      '{"type":"status","status":{"state":1}}',
      '{"type":"outcome","outcome":{}}',
      '{"type":"done"}',
    ])
      expect(parseResponse(line)).toBeUndefined();
  });
  it('reads lines however they are cut, and gives up on one that is too long', () => {
    const lines: string[] = [];
    const read = createLineReader(8, (line) => lines.push(line));
    for (const byte of Buffer.from('ab\n\ncd\nef')) expect(read(Buffer.from([byte]))).toBe(true);
    expect(lines).toEqual(['ab', 'cd']);
    expect(read(Buffer.from('ghijklmno'))).toBe(false);
    const whole = createLineReader(8, (line) => lines.push(line));
    expect(whole(Buffer.from('123456789\n'))).toBe(false);
    expect(lines).toEqual(['ab', 'cd']);
  });
});

describe('the control socket', () => {
  it('is for its owner alone', async () => {
    const { path } = await serve();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });
  it('stop: obeyed before it is answered, then the outcome', async () => {
    const { server, path, calls } = await serve();
    const result = await askSession(path, 'stop', () => {
      calls.push('accepted');
      server.finish(STOPPED);
    });
    expect(calls).toEqual(['stop', 'accepted']);
    expect(result).toEqual({ ok: true, response: { type: 'outcome', outcome: STOPPED } });
  });
  it('pause: the refusal comes back in words', async () => {
    const { path } = await serve({ pause: () => 'nothing to pause' });
    expect(await askSession(path, 'pause')).toEqual({
      ok: true,
      response: { type: 'refused', message: 'nothing to pause' },
    });
    expect(await askSession(path, 'resume')).toEqual({
      ok: true,
      response: { type: 'done', state: 'emitting' },
    });
  });
  it('garbage gets a word, an endless line gets the door, and stop still works', async () => {
    const { path, calls } = await serve();
    expect(await sendRaw(path, 'hello\n')).toContain('"type":"invalid"');
    expect(await sendRaw(path, Buffer.alloc(5000, 0x61))).toBe('');
    expect(await sendRaw(path, Buffer.from([0xff, 0xfe, 0x0a]))).toContain('"type":"invalid"');
    expect(await sendRaw(path, '{"command":"stop"}\n')).toContain('"type":"accepted"');
    expect(calls).toEqual(['stop']);
  });
  it('a socket without a listener is told from one with', async () => {
    const { path, server } = await serve();
    expect(await isListening(path)).toBe(true);
    server.finish(undefined);
    expect(await isListening(path)).toBe(false);
    expect(await askSession(path, 'status')).toEqual({ ok: false, failure: 'dead' });
  });
  it('a peer that answers nonsense is told from silence', async () => {
    const { path } = await serve({ status: () => ({ state: 1 }) as never });
    expect(await askSession(path, 'status')).toEqual({ ok: false, failure: 'garbled' });
  });
});

describe('one session for one belt', () => {
  const registration = (processId: number, socketPath: string) => ({
    address: 'socket:/belt',
    processId,
    socketPath,
    plan: 'low-back-spasm',
    session: '0123456789abcdef',
  });
  it('the second is refused and told who holds it; after release it may', async () => {
    const first = await claimBelt(folder, 'key', registration(1, 'one'), () => Promise.resolve(true));
    const second = await claimBelt(folder, 'key', registration(2, 'two'), () => Promise.resolve(true));
    expect(second).toMatchObject({ ok: false, holder: { processId: 1 } });
    if (first.ok) first.release();
    const third = await claimBelt(folder, 'key', registration(3, 'three'), () => Promise.resolve(true));
    expect(third.ok).toBe(true);
    expect(readdirSync(folder)).toEqual(['key.session.json']);
  });
  it('a dead session is taken over and its socket removed', async () => {
    const socketPath = join(folder, 'dead.sock');
    writeFileSync(socketPath, '');
    await claimBelt(folder, 'key', registration(1, socketPath), () => Promise.resolve(false));
    const second = await claimBelt(folder, 'key', registration(2, 'two'), () => Promise.resolve(false));
    expect(second.ok).toBe(true);
    expect(listRegistrations(folder)).toMatchObject([{ processId: 2 }]);
    expect(readdirSync(folder)).toEqual(['key.session.json']);
  });
  it('of many that begin at once, exactly one gets the belt', async () => {
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_unused, index) =>
        claimBelt(folder, 'key', registration(index + 1, `s${index}`), () => Promise.resolve(true)),
      ),
    );
    expect(claims.filter((claim) => claim.ok)).toHaveLength(1);
  });
  it('removing a registration that another session has replaced leaves the other alone', async () => {
    await claimBelt(folder, 'key', registration(1, 'one'), () => Promise.resolve(true));
    const [found] = listRegistrations(folder);
    if (found === undefined) throw new Error('nothing registered');
    removeRegistration({ ...found, processId: 99 });
    expect(listRegistrations(folder)).toMatchObject([{ processId: 1 }]);
  });
  it('damaged registrations are no sessions', () => {
    writeFileSync(join(folder, 'x.session.json'), '{"address":5}');
    writeFileSync(join(folder, 'y.session.json'), 'garbage');
    expect(listRegistrations(folder)).toEqual([]);
    expect(listRegistrations(join(folder, 'missing'))).toEqual([]);
  });
  it('a folder with a long path gets its sockets in a short one', () => {
    const long = join(folder, 'x'.repeat(90));
    const short = join(folder, 'short');
    const path = socketPathFor(long, '0123456789abcdef', short);
    expect(path.startsWith(short)).toBe(true);
    expect(statSync(short).mode & 0o777).toBe(0o700);
  });
  it('a folder that others may look into is refused', () => {
    const open = join(folder, 'open');
    mkdirSync(open, { mode: 0o755 });
    expect(() => socketPathFor(open, 'key', folder)).toThrow('open to others');
  });
});

describe('stop, pause, resume and status from another terminal', () => {
  const run = async (command: 'stop' | 'pause' | 'resume' | 'status', ...args: string[]) => {
    const io = createFakeIo({ env: { LASERBELT_HOME: folder } });
    const exitCode = await runDirect(command, args, io);
    return { exitCode, out: io.stdout(), err: io.stderr() };
  };
  /** Registers a session whose controller is this test. */
  async function runningSession(address: string, handlers: Partial<ControlHandlers> = {}) {
    const runtime = join(folder, 'run');
    const socketPath = socketPathFor(runtime, `${address.length}`, folder);
    const served = await serve(handlers, socketPath);
    await claimBelt(
      runtime,
      `${address.length}`,
      { address, processId: process.pid, socketPath, plan: 'low-back-spasm', session: '0123456789abcdef' },
      isListening,
    );
    return served;
  }
  it('with none: stop and status exit 0 and say so, pause and resume exit 6', async () => {
    expect(await run('stop')).toMatchObject({ exitCode: 0, out: 'Nothing is running; nothing to stop.\n' });
    expect(await run('status')).toMatchObject({ exitCode: 0, out: 'No session is running.\n' });
    expect(JSON.parse((await run('status', '--json')).out)).toMatchObject({ event: 'status', session: null });
    expect(await run('pause')).toMatchObject({ exitCode: 6 });
    expect(await run('resume')).toMatchObject({ exitCode: 6 });
  });
  it('stop ends every session and exits 0 when each is confirmed dark', async () => {
    for (const address of ['socket:/a', 'socket:/bb']) {
      const served = await runningSession(address, {
        stop: () => queueMicrotask(() => served.server.finish(STOPPED)),
      });
    }
    const { exitCode, out } = await run('stop');
    expect(exitCode).toBe(0);
    expect(out).toBe('The session was stopped. Light off, confirmed by the belt.\n'.repeat(2));
  });
  it('stop exits 7 when the belt did not say off', async () => {
    const unconfirmed = {
      ...STOPPED,
      emissionOff: 'unconfirmed',
      exitCode: 7,
      message: 'Not confirmed.',
    } as const;
    const served = await runningSession('socket:/a', {
      stop: () => queueMicrotask(() => served.server.finish(unconfirmed)),
    });
    const { exitCode, out, err } = await run('stop', '--json');
    expect(exitCode).toBe(7);
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({ event: 'stop', emissionOff: 'unconfirmed', exitCode: 7 });
  });
  it('pause asks which one when two run, and takes --belt', async () => {
    await runningSession('socket:/a');
    await runningSession('socket:/bb');
    expect(await run('pause')).toMatchObject({
      exitCode: 6,
      err: expect.stringContaining('--belt') as string,
    });
    expect(await run('pause', '--belt', 'socket:/bb')).toMatchObject({ exitCode: 0 });
  });
  it('status of an embedded session whose process died: nothing to stop, and the traces go', async () => {
    const { server } = await runningSession('sim');
    server.finish(undefined);
    expect((await run('status')).out).toContain('is gone');
    expect(await run('stop')).toMatchObject({ exitCode: 0 });
    expect(readdirSync(join(folder, 'run'))).toEqual([]);
  });
  it('stop straight to a belt that is not there: 7, what is wrong, and what to do', async () => {
    const { exitCode, err } = await run('stop', '--belt', `socket:${join(folder, 'nobody')}`);
    expect(exitCode).toBe(7);
    expect(err).toContain('goes dark by itself within 1 s');
  });
});
