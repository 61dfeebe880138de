import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EMPTY_PAYLOAD, encodeStreamMessage } from '../../protocol/framing.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { sendLever } from '../../src/transport/lever.ts';
import { createSocketTransport } from '../../src/transport/socket.ts';
import type { Connection, ConnectionEvent, ConnectResult, Transport } from '../../src/transport/transport.ts';
import { createScriptedPeer } from './support/scripted-peer.ts';
import { letBytesTravel, listenAt, servePeer, type PeerServer } from './support/socket-server.ts';

const HELLO = encodeStreamMessage('hello', 0, 0, 0, new TextEncoder().encode('a belt'));

let folder: string;
let clock: VirtualClock;
let transport: Transport;
let server: PeerServer | undefined;
let events: ConnectionEvent[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'belt-'));
  clock = createVirtualClock();
  transport = createSocketTransport({ clock });
  events = [];
});
afterEach(async () => {
  transport.dispose();
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const path = (): string => join(folder, 's');

async function connect(address: string, waitMs = 0): Promise<ConnectResult | undefined> {
  let result: ConnectResult | undefined;
  transport.connect(
    address,
    (event) => events.push(event),
    (told) => (result = told),
  );
  await letBytesTravel();
  clock.advance(waitMs);
  await letBytesTravel();
  return result;
}

async function open(): Promise<Connection> {
  const result = await connect(`socket:${path()}`);
  if (result?.ok !== true) throw new Error('no connection');
  return result.connection;
}

const serve = async (handle: (socket: Socket) => void): Promise<void> => {
  server = await listenAt(path(), handle);
};

describe('why a socket belt cannot be reached', () => {
  it('nothing at the path: says so, and how to start a belt there', async () => {
    expect(await connect(`socket:${path()}`)).toEqual({
      ok: false,
      failure: 'noSuchBelt',
      detail: `nothing exists at ${path()}; start a simulated belt there with: laserbelt sim serve --socket ${path()}`,
    });
  });

  it('a file that is no socket, a folder: nobody listens', async () => {
    writeFileSync(path(), 'not a socket');
    expect(await connect(`socket:${path()}`)).toMatchObject({ ok: false, failure: 'noSuchBelt' });
    expect(await connect(`socket:${folder}`)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('nobody listens'),
    });
  });

  it('a path too long for a socket is refused, never cut to reach another one', async () => {
    const long = `${folder}/${'x'.repeat(120)}`;
    expect(await connect(`socket:${long}`)).toMatchObject({
      failure: 'unsupported',
      detail: expect.stringContaining('a socket takes'),
    });
  });

  it.each(['socket:', 'socket:a\0b', ''])('no path in %j: refused', async (address) => {
    expect(await connect(address)).toMatchObject({ ok: false, failure: 'noSuchBelt' });
  });

  it('another server that talks: it is not a laserbelt', async () => {
    await serve((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await connect(`socket:${path()}`)).toMatchObject({
      failure: 'unsupported',
      detail: `what listens at ${path()} is not a laserbelt`,
    });
  });

  it('a framed message before the hello: not a laserbelt', async () => {
    await serve((socket) => socket.write(encodeStreamMessage('value', 0, 6, 0, EMPTY_PAYLOAD)));
    expect(await connect(`socket:${path()}`)).toMatchObject({ failure: 'unsupported' });
  });

  it('a server that says nothing: the attempt ends at its bound', async () => {
    await serve(() => {});
    expect(await connect(`socket:${path()}`, 4999)).toBeUndefined();
    expect(await connect(`socket:${path()}`, 5000)).toMatchObject({ failure: 'timedOut' });
  });

  it('a server that closes at once has refused', async () => {
    await serve((socket) => socket.end());
    expect(await connect(`socket:${path()}`)).toMatchObject({ failure: 'refused' });
  });

  it('a belt that closes after its name and before anything else has refused', async () => {
    await serve((socket) => socket.end(HELLO));
    expect(await connect(`socket:${path()}`)).toMatchObject({ ok: true });
    expect(events).toMatchObject([{ type: 'closed', reason: 'refused' }]);
  });
});

describe('damage on an open socket', () => {
  it.each([
    ['a length that cannot be', Uint8Array.of(0xff, 0xff, 1, 2, 3)],
    ['a kind that does not exist', Uint8Array.of(5, 0, 0x01, 0, 0, 0, 0)],
    ['a request, which only a controller sends', encodeStreamMessage('read', 1, 2, 0, EMPTY_PAYLOAD)],
    ['a second hello', HELLO],
    ['a value of no characteristic', encodeStreamMessage('value', 0, 99, 0, EMPTY_PAYLOAD)],
    ['noise', Uint8Array.from({ length: 600 }, (_, index) => (index * 37 + 11) & 0xff)],
  ])('%s: closed as damaged, once, with the running operation settled', async (_what, bytes) => {
    const peer = createScriptedPeer();
    server = await servePeer(path(), peer);
    const connection = await open();
    peer.mood = 'silent';
    connection.submit(1, { kind: 'read', characteristic: 'feature' });
    await letBytesTravel();
    server.sendRaw(bytes);
    await letBytesTravel();
    expect(events).toMatchObject([
      { type: 'operation.settled', id: 1, outcome: 'disconnected' },
      { type: 'closed', reason: 'damaged' },
    ]);
    expect(connection.isOpen).toBe(false);
    expect(peer.isConnected).toBe(false);
  });

  it('an answer to nothing, twice, or of another kind settles nothing and harms nothing', async () => {
    const peer = createScriptedPeer();
    server = await servePeer(path(), peer);
    const connection = await open();
    peer.mood = 'silent';
    connection.submit(1, { kind: 'read', characteristic: 'feature' });
    await letBytesTravel();
    for (const id of [0, 2, 999]) server.sendRaw(encodeStreamMessage('readDone', id, 2, 0, EMPTY_PAYLOAD));
    server.sendRaw(encodeStreamMessage('writeDone', 1, 2, 0, EMPTY_PAYLOAD));
    await letBytesTravel();
    expect(events).toEqual([]);
    peer.answerWithheld();
    server.sendRaw(encodeStreamMessage('readDone', 1, 2, 0, EMPTY_PAYLOAD));
    await letBytesTravel();
    expect(events).toHaveLength(1);
    expect(connection.isOpen).toBe(true);
  });

  it('messages cut anywhere, or glued together, arrive all the same', async () => {
    const value = encodeStreamMessage('value', 0, 6, 0, Uint8Array.of(1, 2, 3));
    await serve((socket) => {
      void (async () => {
        socket.write(Uint8Array.of(...HELLO, ...value));
        for (const byte of value) {
          await new Promise((resolve) => setImmediate(resolve));
          socket.write(Uint8Array.of(byte));
        }
      })();
    });
    await open();
    await letBytesTravel();
    await letBytesTravel();
    expect(events.map((event) => event.type)).toEqual(['value', 'value']);
  });

  it('a belt that no longer reads: stop drops the link within its bound instead of waiting in a buffer', async () => {
    await serve((socket) => {
      socket.pause();
      socket.write(HELLO);
    });
    const connection = await open();
    // More than any socket buffer of a system takes.
    for (let count = 0; count < 200_000 && connection.isOpen; count++)
      connection.sendLease(new Uint8Array(20));
    connection.stopNow();
    clock.advance(200);
    expect(events).toMatchObject([{ type: 'closed', reason: 'stopByDrop' }]);
  });
});

describe('the test lever', () => {
  const answerWith = (status: number, words: string): Promise<void> =>
    serve((socket) => {
      socket.write(HELLO);
      socket.on('data', () =>
        socket.write(encodeStreamMessage('leverDone', 1, 0, status, new TextEncoder().encode(words))),
      );
    });

  it('tells what the simulator did', async () => {
    await answerWith(0, 'contact of L2 is lost');
    expect(await sendLever(path(), 'contact-lost:zone=L2', clock)).toEqual({
      ok: true,
      description: 'contact of L2 is lost',
    });
  });

  it('tells what is wrong with a specification', async () => {
    await answerWith(1, 'no fault is called contact-last');
    expect(await sendLever(`socket:${path()}`, 'contact-last', clock)).toEqual({
      ok: false,
      failure: 'refused',
      message: 'no fault is called contact-last',
    });
  });

  it('refuses a specification that no frame carries', async () => {
    expect(await sendLever(path(), 'x'.repeat(254), clock)).toMatchObject({ failure: 'refused' });
  });

  it('says that nobody is there', async () => {
    expect(await sendLever(path(), 'link-loss', clock)).toMatchObject({
      failure: 'unreachable',
      cause: 'noSuchBelt',
    });
  });

  it('ends when the simulator never answers, and when it closes', async () => {
    await serve((socket) => socket.write(HELLO));
    const waiting = sendLever(path(), 'link-loss', clock);
    await letBytesTravel();
    clock.advance(2000);
    expect(await waiting).toMatchObject({ failure: 'unreachable', cause: 'timedOut' });
    await server?.close();
    await serve((socket) => socket.end(HELLO));
    expect(await sendLever(path(), 'link-loss', clock)).toMatchObject({ failure: 'unreachable' });
  });
});
