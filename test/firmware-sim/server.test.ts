// Real sockets and real time, few and short.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStreamDecoder, encodeStreamMessage, type StreamMessage } from '../../protocol/framing.ts';
import { GATT } from '../../protocol/gatt.ts';
import { decodeFeatures } from '../../protocol/documents.ts';
import { serveOnSocket, type ServedBelt } from '../../firmware-sim/server.ts';
import { connectController } from './controller.ts';
import { pair } from './keyed.ts';

let folder = '';
let path = '';
const served: ServedBelt[] = [];
const sockets: Socket[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'belt-'));
  path = join(folder, 'belt.sock');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const belt of served.splice(0)) await belt.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(options: Partial<Parameters<typeof serveOnSocket>[0]> = {}): Promise<ServedBelt> {
  const belt = await serveOnSocket({ path, seed: 1, ...options });
  served.push(belt);
  return belt;
}

interface Client {
  readonly socket: Socket;
  readonly messages: StreamMessage[];
  closed: boolean;
  send(kind: Parameters<typeof encodeStreamMessage>[0], id: number, slot: number, payload?: Uint8Array): void;
  until(found: (message: StreamMessage) => boolean): Promise<StreamMessage>;
}

async function connect(): Promise<Client> {
  const socket = createConnection(path);
  sockets.push(socket);
  const messages: StreamMessage[] = [];
  const waiting: (() => void)[] = [];
  const wake = (): void => waiting.splice(0).forEach((next) => next());
  const decoder = createStreamDecoder();
  socket.on('data', (chunk) => {
    decoder.push(chunk, (message) => messages.push(message));
    wake();
  });
  socket.on('error', () => undefined);
  const client: Client = {
    socket,
    messages,
    closed: false,
    send: (kind, id, slot, payload = new Uint8Array(0)) =>
      void socket.write(encodeStreamMessage(kind, id, slot, 0, payload)),
    async until(found) {
      for (;;) {
        const message = messages.find(found);
        if (message !== undefined) return message;
        if (client.closed) throw new Error('the stream closed');
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
  socket.on('close', () => {
    client.closed = true;
    wake();
  });
  await client.until((message) => message.kind === 'hello');
  return client;
}

const closed = (client: Client): Promise<void> =>
  client.closed ? Promise.resolve() : new Promise((resolve) => client.socket.once('close', () => resolve()));

describe('a belt on a socket', () => {
  it('appears at its path for its owner only, says hello, and is gone after close', async () => {
    const belt = await serve({ name: 'bench belt' });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const client = await connect();
    const hello = client.messages[0]!;
    expect(Buffer.from(hello.payload).toString()).toBe('bench belt');
    await belt.close();
    expect(existsSync(path)).toBe(false);
  });

  it('answers reads, and refuses what there is not', async () => {
    await serve();
    const client = await connect();
    client.send('read', 7, GATT.feature.slot);
    const answer = await client.until((message) => message.kind === 'readDone' && message.id === 7);
    expect(decodeFeatures(answer.payload)).toMatchObject({
      ok: true,
      value: { simulated: true, zoneCount: 4 },
    });
    client.send('read', 8, 99);
    const missing = await client.until((message) => message.id === 8);
    expect(missing.status).not.toBe(0);
  });

  it('takes STOP with nothing in front and answers with a tick that says so', async () => {
    await serve();
    const client = await connect();
    client.send('subscribe', 1, GATT.tick.slot);
    client.send('write', 2, GATT.stop.slot, Uint8Array.of(1, 2, 3));
    await client.until((message) => message.kind === 'writeDone' && message.id === 2);
    const stopped = await client.until(
      (message) =>
        message.slot === GATT.tick.slot && message.payload[0] === 0x5a && (message.payload[7]! & 1) === 1,
    );
    expect(stopped.kind).toBe('value');
  });

  it('closes a stream that makes no sense, counts it, and goes on serving', async () => {
    const belt = await serve();
    const broken = await connect();
    broken.socket.write(Buffer.alloc(64, 0xff));
    await closed(broken);
    expect(belt.damagedStreamCount()).toBe(1);
    const next = await connect();
    expect(next.closed).toBe(false);
  });

  it('injects faults by lever and says what will happen or what is wrong', async () => {
    await serve();
    const client = await connect();
    client.send('lever', 5, 0, Buffer.from('contact-lost:zone=L2'));
    const done = await client.until((message) => message.kind === 'leverDone' && message.id === 5);
    expect(done.status).toBe(0);
    expect(Buffer.from(done.payload).toString()).toContain('zone L2');
    client.send('lever', 6, 0, Buffer.from('contact-lots'));
    const refused = await client.until((message) => message.kind === 'leverDone' && message.id === 6);
    expect(refused.status).toBe(1);
    expect(Buffer.from(refused.payload).toString()).toContain('did you mean');
  });

  it('refuses a third central, and counts nobody who only looks', async () => {
    await serve();
    await connect();
    const central = async (): Promise<Client> => {
      const client = await connect();
      client.send('read', 1, GATT.feature.slot);
      return client;
    };
    for (const client of [await central(), await central()])
      await client.until((message) => message.kind === 'readDone');
    const third = await central();
    await closed(third);
    expect(third.closed).toBe(true);
  });

  it('answers the lever that drops every link', async () => {
    await serve();
    const central = await connect();
    central.send('read', 1, GATT.feature.slot);
    await central.until((message) => message.kind === 'readDone');
    const lever = await connect();
    lever.send('lever', 7, 0, Buffer.from('link-drop'));
    expect(await lever.until((message) => message.kind === 'leverDone')).toMatchObject({ id: 7, status: 0 });
    await closed(central);
    expect(lever.closed).toBe(false);
  });

  it('keeps pace with real time and writes the truth line by line', async () => {
    const truthFile = join(folder, 'truth.jsonl');
    await serve({ truthFile });
    const client = await connect();
    client.send('subscribe', 1, GATT.tick.slot);
    const heads = (): StreamMessage[] =>
      client.messages.filter((message) => message.slot === GATT.tick.slot && message.payload[0] === 0x5a);
    await client.until(() => heads().length >= 4);
    const lines = readFileSync(truthFile, 'utf8').trimEnd().split('\n');
    const parsed = lines.map(
      (line) => JSON.parse(line) as { atMs: number; hostMs: number; emission: boolean },
    );
    expect(parsed.length).toBeGreaterThanOrEqual(7);
    const now = Number(process.hrtime.bigint()) / 1e6;
    expect(Math.abs(now - parsed.at(-1)!.hostMs)).toBeLessThan(2000);
    const offsets = parsed.map((line) => line.hostMs - line.atMs);
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(0.01);
  });

  it('cleans up a dead socket, refuses a live one and what is no socket', async () => {
    await serve();
    await expect(serveOnSocket({ path, seed: 2 })).rejects.toThrow(/another simulated belt is being served/);
    await served.splice(0)[0]!.close();

    const plain = join(folder, 'file');
    writeFileSync(plain, '');
    await expect(serveOnSocket({ path: plain, seed: 1 })).rejects.toThrow(/is no socket/);
    await expect(serveOnSocket({ path: join(folder, 'x'.repeat(120)), seed: 1 })).rejects.toThrow(/too long/);

    // A socket file whose process is gone: made by listening and renaming it away from under the listener.
    const dead = createServer();
    await new Promise<void>((resolve) => dead.listen(`${path}.dead`, () => resolve()));
    const { renameSync } = await import('node:fs');
    renameSync(`${path}.dead`, path);
    await new Promise<void>((resolve) => dead.close(() => resolve()));
    expect(existsSync(path)).toBe(true);
    await serve();
    const client = await connect();
    expect(client.closed).toBe(false);
  });

  it('takes a profile from a JSON file and says what is wrong with a bad one', async () => {
    const file = join(folder, 'two.json');
    const emitter = { zone: 'L1', wavelengthNm: 850, areaCm2: 1, radiantPowerMaxMw: 50 };
    writeFileSync(file, JSON.stringify({ zoneCount: 2, emitters: [emitter, { ...emitter, zone: 'L2' }] }));
    await serve({ profile: file });
    const client = await connect();
    client.send('read', 1, GATT.feature.slot);
    const answer = await client.until((message) => message.kind === 'readDone');
    expect(decodeFeatures(answer.payload)).toMatchObject({ ok: true, value: { zoneCount: 2 } });

    const bad: readonly (readonly [unknown, RegExp])[] = [
      [{ zoneCount: 2 }, /emitters: expected a list/],
      [{ zoneCount: 9, emitters: [emitter] }, /zoneCount: expected a number from 1 to 8, got 9/],
      [
        { zoneCount: 1, emitters: [{ ...emitter, zone: 'L2' }] },
        /emitters\[0\].zone: expected "L1" to "L1", got "L2"/,
      ],
      [{ zoneCount: 1, emitters: [{ ...emitter, areaCM2: 1 }] }, /emitters\[0\].areaCM2: unknown key/],
      [[], /expected an object/],
    ];
    for (const [value, expected] of bad) {
      writeFileSync(file, JSON.stringify(value));
      const elsewhere = join(folder, 'other.sock');
      await expect(serveOnSocket({ path: elsewhere, seed: 1, profile: file })).rejects.toThrow(expected);
    }
    await expect(
      serveOnSocket({ path: join(folder, 'o.sock'), seed: 1, profile: 'referenz' }),
    ).rejects.toThrow(/no belt profile "referenz"; built in: reference/);
  });

  it('opens its pairing window at start and by its lever, and logs its label nowhere', async () => {
    const log: string[] = [];
    const { belt } = await serve({
      label: 'AAAQEAYEAUDAOCAJBIFQYDIOB4',
      onLog: (line) => void log.push(line),
    });
    expect(belt.label).toBe('AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4');
    const controller = connectController(belt);
    expect(pair(belt, controller).longTermKey).toHaveLength(32);
    const client = await connect();
    client.send('lever', 7, 0, Buffer.from('pairing-window'));
    await client.until((message) => message.kind === 'leverDone' && message.status === 0);
    expect(log.join()).toMatch(/pairing-window/);
    expect(log.join().replaceAll('-', '')).not.toContain('AAAQEAYE');
    await expect(serveOnSocket({ path: `${path}2`, seed: 1, label: 'AAAQ' })).rejects.toThrow(/^label: /);
  });
});
