// A real control socket, in a temporary folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeLine } from '../../src/cli/control-protocol.ts';
import { startControlServer } from '../../src/cli/control-server.ts';

const CROWD_COUNT = 40;

describe('stop-while-stuck', () => {
  it('a crowd that holds every place on the control socket and says nothing does not keep a stop out', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'laserbelt-crowd-'));
    const path = join(folder, 'a.sock');
    let stopCount = 0;
    const server = await startControlServer(path, {
      stop: () => void stopCount++,
      pause: () => undefined,
      resume: () => undefined,
      status: () => undefined,
    });
    const connect = () => {
      const socket = createConnection(path);
      socket.on('error', () => undefined);
      return new Promise<typeof socket>((resolve) => socket.on('connect', () => resolve(socket)));
    };
    const crowd = await Promise.all(Array.from({ length: CROWD_COUNT }, connect));
    const stopper = await connect();
    const answer = new Promise<string>((resolve) => {
      stopper.on('data', (chunk) => resolve(chunk.toString()));
      stopper.on('close', () => resolve(''));
    });
    stopper.write(encodeLine({ command: 'stop' }));
    expect(await answer).toContain('accepted');
    expect(stopCount).toBe(1);
    for (const socket of [...crowd, stopper]) socket.destroy();
    server.finish(undefined);
    rmSync(folder, { recursive: true, force: true });
  });
});
