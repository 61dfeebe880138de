// Real sockets: a served belt and a session's control socket, with junk from many clients while somebody is treated.
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveOnSocket } from '../../firmware-sim/server.ts';
import { encodeStreamMessage, type StreamKind } from '../../protocol/framing.ts';
import { GATT, type Characteristic } from '../../protocol/gatt.ts';
import { startControlServer } from '../../src/cli/control-server.ts';
import { program } from '../firmware-sim/bench.ts';
import { connectController } from '../firmware-sim/controller.ts';
import { edited, goodStream, type Edit } from './texts.ts';

const SEED = 6502;
const CLIENT_COUNT = 40;
const LIGHT_WITHIN_MS = 8000;

let folder = '';
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'laserbelt-fuzz-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Resolves when the other side has closed, or has had time to. */
const sendAndLeave = (path: string, bytes: Uint8Array): Promise<void> =>
  new Promise((resolve) => {
    const socket = createConnection(path, () => socket.end(bytes));
    socket.setTimeout(2000, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => resolve());
  });

const until = async (isReached: () => boolean, boundMs: number): Promise<boolean> => {
  for (let ms = 0; ms < boundMs && !isReached(); ms += 10) await new Promise((next) => setTimeout(next, 10));
  return isReached();
};

const opened = (path: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = createConnection(path, () => resolve(socket));
    socket.once('error', reject);
  });

const NOT_STOP = ['controlPoint', 'lease', 'recordAccess', 'tick', 'events', 'feature'] as const;
const message: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.constantFrom<StreamKind>(
      'read',
      'write',
      'writeCommand',
      'subscribe',
      'unsubscribe',
      'value',
      'readDone',
    ),
    fc.nat(0xffff),
    fc.oneof(
      fc.constantFrom<Characteristic>(...NOT_STOP).map((name) => GATT[name].slot),
      fc.constantFrom(0, 77, 255),
    ),
    fc.uint8Array({ maxLength: 40 }),
  )
  .map(([kind, id, slot, payload]) => encodeStreamMessage(kind, id, slot, 0, payload));
const edits = fc.array(
  fc.record<Edit>({
    kind: fc.constantFrom('set', 'insert', 'remove', 'double'),
    at: fc.nat(0xffff),
    length: fc.nat(40),
    // Never the slot of STOP: that is meant to darken.
    bytes: fc
      .uint8Array({ maxLength: 4 })
      .map((bytes) => bytes.map((byte) => (byte === GATT.stop.slot ? 6 : byte))),
  }),
  { maxLength: 4 },
);
const junk = fc.oneof(
  fc.array(message, { maxLength: 60 }).map((list) => Uint8Array.from(Buffer.concat(list))),
  edits
    .map((list) => edited(goodStream(4), list))
    .map((bytes) => bytes.map((byte) => (byte === GATT.stop.slot ? 6 : byte))),
);

describe('sockets under junk', () => {
  it(`a served belt goes on treating, and its STOP works from a fresh client (seed ${SEED})`, async () => {
    const path = join(folder, 'belt');
    const served = await serveOnSocket({ path, seed: 1 });
    try {
      const owner = connectController(served.belt);
      owner.subscribe();
      expect(owner.prepare(program())?.code).toBe('ok');
      owner.grant = {};
      expect(owner.arm()?.code).toBe('ok');
      expect(await until(() => served.belt.truth().emission, LIGHT_WITHIN_MS)).toBe(true);
      const inputs = fc.sample(junk, { seed: SEED, numRuns: CLIENT_COUNT });
      for (let at = 0; at < inputs.length; at += 4)
        await Promise.all(inputs.slice(at, at + 4).map((bytes) => sendAndLeave(path, bytes)));
      expect(served.damagedStreamCount()).toBeGreaterThan(0);
      expect(owner.disconnected).toBeUndefined();
      expect(served.belt.truth().emission).toBe(true);
      const socket = await opened(path);
      socket.write(encodeStreamMessage('writeCommand', 0, GATT.stop.slot, 0, Uint8Array.of(9)));
      expect(await until(() => !served.belt.truth().emission, 1000)).toBe(true);
      expect(owner.ticks.at(-1)?.stopLatched).toBe(true);
      socket.destroy();
    } finally {
      await served.close();
    }
  });

  it(`a session's control socket: junk of all clients keeps nobody's stop away (seed ${SEED})`, async () => {
    const path = join(folder, 'control');
    let stopCount = 0;
    const server = await startControlServer(path, {
      stop: () => void (stopCount += 1),
      pause: () => undefined,
      resume: () => 'not paused',
      status: () => undefined,
    });
    const lines = fc.array(
      fc.oneof(
        fc.string({ maxLength: 200 }),
        fc.json(),
        fc.constantFrom(
          '{"command":"pause"}',
          '{"command":"status"}',
          '{"command":["stop"]}',
          '[]',
          'null',
          '{',
        ),
      ),
      { maxLength: 200 },
    );
    try {
      const inputs = fc.sample(lines, { seed: SEED, numRuns: CLIENT_COUNT });
      for (let at = 0; at < inputs.length; at += 8)
        await Promise.all(
          inputs.slice(at, at + 8).map((list) => sendAndLeave(path, Buffer.from(list.join('\n')))),
        );
      await sendAndLeave(path, new Uint8Array(100_000).fill(0x61));
      expect(stopCount).toBe(0);
      // One that sends junk and stays, and one that stops beside it.
      const staying = await opened(path);
      staying.write('{"command":');
      await sendAndLeave(path, Buffer.from('{"command":"stop"}\n'));
      expect(stopCount).toBe(1);
      staying.destroy();
    } finally {
      server.finish(undefined);
    }
  });
});
