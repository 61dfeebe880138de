import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSocketTransport } from '../../src/transport/socket.ts';
import { describeTransportContract } from './contract.ts';
import { createCountingClock } from './support/counting-clock.ts';
import { letBytesTravel, servePeer } from './support/socket-server.ts';

/** Node tells of every client socket that is made: the only way to see the transport's own. */
const CLIENT_SOCKETS = 'net.client.socket';

// Real sockets under a virtual clock: bytes travel in the event loop, timeouts pass when the test says so.
describeTransportContract('socket', async (peer) => {
  const folder = mkdtempSync(join(tmpdir(), 'belt-'));
  const path = join(folder, 's');
  const server = await servePeer(path, peer);
  const clock = createCountingClock();
  const transport = createSocketTransport({ clock });
  const clients: Socket[] = [];
  const onSocket = (message: unknown): void => void clients.push((message as { socket: Socket }).socket);
  subscribe(CLIENT_SOCKETS, onSocket);
  return {
    transport,
    address: `socket:${path}`,
    emptyAddress: `socket:${path}-nobody`,
    settle: letBytesTravel,
    async advance(durationMs) {
      await letBytesTravel();
      clock.advance(durationMs);
      await letBytesTravel();
    },
    listenerCount: () =>
      clock.timerCount() +
      clients
        .flatMap((socket) => socket.eventNames().map((event) => socket.listenerCount(event)))
        .reduce((sum, count) => sum + count, 0),
    refusedWriteBecomes: 'refused',
    async dispose() {
      unsubscribe(CLIENT_SOCKETS, onSocket);
      transport.dispose();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
});
