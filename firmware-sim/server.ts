// Serves one simulated belt on a Unix socket in real time. The socket is the belt's radio: each connection is a
// central. Everything here is bounded, because whoever connects may be frozen, broken or hostile.
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../src/clock.ts';
import {
  createStreamDecoder,
  encodeStreamMessage,
  EMPTY_PAYLOAD,
  type StreamKind,
  type StreamMessage,
} from '../protocol/framing.ts';
import {
  ATT_ERROR,
  GATT,
  characteristicOfSlot,
  type AttResult,
  type CentralHandlers,
  type Peripheral,
  type PeripheralLink,
} from '../protocol/gatt.ts';
import { tellCentrals, tellLight } from './belt-news.ts';
import { profileByName, profileFromJson, type BeltHardware } from './profile.ts';
import { createSimulatedBelt, type SimulatedBelt, type TruthSample } from './simulated-belt.ts';

/** Bytes waiting for one central: above the first, notifications are dropped; above the second, the central is. */
const QUEUE_SOFT_MAX_BYTES = 16 * 1024;
const QUEUE_HARD_MAX_BYTES = 64 * 1024;
const SOCKET_MAX_COUNT = 8;
/** What `sun_path` holds on Linux; macOS holds 104. */
const SOCKET_PATH_MAX_BYTES = 103;
const PROBE_TIMEOUT_MS = 1000;

export interface ServeOptions {
  readonly path: string;
  readonly seed: number;
  /** A built-in name, or the path of a JSON file. */
  readonly profile?: string;
  readonly faults?: readonly string[];
  /** JSON Lines of what really happens, written anew and line by line. */
  readonly truthFile?: string;
  readonly name?: string;
  /** See SimulatedBeltOptions. Appears in no log. */
  readonly label?: string | Uint8Array;
  readonly onLog?: (line: string) => void;
}

export interface ServedBelt {
  readonly belt: SimulatedBelt;
  /** Streams that were closed because their bytes made no sense. */
  damagedStreamCount(): number;
  /** Dark, socket gone. */
  close(): Promise<void>;
}

/** Zero point: the machine's monotonic clock, so that a truth file's `hostMs` can be compared by other processes. */
export const hostClock: Clock = {
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
  setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A built-in profile, or a JSON file. Throws an Error with words. */
export function loadProfile(nameOrPath: string): BeltHardware {
  const builtIn = profileByName(nameOrPath);
  if (builtIn.ok) return builtIn.profile;
  if (!/[/\\.]/.test(nameOrPath)) throw new Error(builtIn.message);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(nameOrPath, 'utf8'));
  } catch (error) {
    throw new Error(`${nameOrPath}: ${errorText(error)}`);
  }
  const checked = profileFromJson(value);
  if (!checked.ok) throw new Error(`${nameOrPath}: ${checked.message}`);
  return checked.profile;
}

interface TruthFile {
  write(line: TruthSample): void;
  close(): void;
}

/** Writes each line before it returns: whoever kills this process still finds all of it. */
function openTruthFile(path: string, onFailure: (why: string) => void): TruthFile {
  const file = openSync(path, 'w', 0o644);
  let failed = false;
  return {
    write(line) {
      if (failed) return;
      try {
        writeSync(file, `${JSON.stringify(line)}\n`);
      } catch (error) {
        failed = true;
        onFailure(errorText(error));
      }
    },
    close: () => closeSync(file),
  };
}

/** Removes a socket that nobody listens on; a live one, or another kind of file, is refused with words. */
async function clearPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > SOCKET_PATH_MAX_BYTES)
    throw new Error(
      `${path}: too long for a socket (${SOCKET_PATH_MAX_BYTES} bytes at most); choose a shorter path`,
    );
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} exists and is no socket; choose another path or remove it`);
  const alive = await new Promise<boolean>((resolve) => {
    const probe = createConnection(path);
    const finish = (answer: boolean): void => {
      probe.destroy();
      resolve(answer);
    };
    probe.setTimeout(PROBE_TIMEOUT_MS, () => finish(true));
    probe.once('connect', () => finish(true));
    probe.once('error', () => finish(false));
  });
  if (alive) throw new Error(`${path}: another simulated belt is being served there`);
  rmSync(path, { force: true });
}

/** Listens under a temporary name first: the socket appears at its path only when it can be connected to. */
async function listenAt(server: Server, path: string): Promise<void> {
  const temporary = `${path}.${process.pid % 1000}`;
  rmSync(temporary, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(temporary, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

interface Serving {
  readonly belt: SimulatedBelt;
  readonly air: Peripheral;
  readonly sockets: Set<Socket>;
  readonly log: (line: string) => void;
  damagedCount: number;
}

function answerLever(serving: Serving, socket: Socket, message: StreamMessage): void {
  const result = serving.belt.inject(Buffer.from(message.payload).toString('utf8'));
  const text = result.ok ? result.description : result.message;
  serving.log(result.ok ? `fault: ${text}` : `fault refused: ${text}`);
  const payload = Buffer.from(text, 'utf8').subarray(0, 250);
  socket.write(encodeStreamMessage('leverDone', message.id, 0, result.ok ? 0 : 1, payload));
}

function takeMessage(
  serving: Serving,
  socket: Socket,
  linkOf: () => PeripheralLink,
  message: StreamMessage,
): void {
  const { kind, id, slot, payload } = message;
  if (kind === 'lever') return answerLever(serving, socket, message);
  const link = linkOf();
  const answer =
    (done: StreamKind) =>
    (result: AttResult): void => {
      if (socket.destroyed) return;
      const status = result.ok ? 0 : result.attError;
      const bytes = result.ok ? (result.bytes ?? EMPTY_PAYLOAD) : EMPTY_PAYLOAD;
      socket.write(encodeStreamMessage(done, id, slot, status, bytes));
    };
  const characteristic = characteristicOfSlot(slot);
  const missing: AttResult = { ok: false, attError: ATT_ERROR.attributeNotFound };
  switch (kind) {
    case 'read':
      if (characteristic === undefined) return answer('readDone')(missing);
      return link.read(characteristic, answer('readDone'));
    case 'write':
      if (characteristic === undefined) return answer('writeDone')(missing);
      return link.write(characteristic, payload, 'withResponse', answer('writeDone'));
    case 'writeCommand':
      if (characteristic !== undefined)
        link.write(characteristic, payload, 'withoutResponse', () => undefined);
      return;
    case 'subscribe':
    case 'unsubscribe':
      if (characteristic === undefined) return answer('subscribeDone')(missing);
      return link.subscribe(characteristic, kind === 'subscribe', answer('subscribeDone'));
    case 'hello':
    case 'readDone':
    case 'writeDone':
    case 'subscribeDone':
    case 'value':
    case 'leverDone':
      // A server's own words coming back: this is no central.
      socket.destroy();
  }
}

function takeSocket(serving: Serving, socket: Socket): void {
  if (serving.sockets.size >= SOCKET_MAX_COUNT) {
    socket.destroy();
    return;
  }
  serving.sockets.add(socket);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.write(encodeStreamMessage('hello', 0, 0, 0, Buffer.from(serving.belt.advertisedName, 'utf8')));
  // Who only pulls a lever or looks whether somebody lives here takes no central's place, and no fault cuts them off.
  let link: PeripheralLink | undefined;
  const central: CentralHandlers = {
    value(characteristic, bytes) {
      if (socket.destroyed) return;
      const acknowledged = GATT[characteristic].properties.includes('indicate');
      if (socket.writableLength > QUEUE_HARD_MAX_BYTES) {
        serving.log('a central does not read any more; its link is dropped');
        socket.destroy();
      } else if (acknowledged || socket.writableLength <= QUEUE_SOFT_MAX_BYTES)
        socket.write(encodeStreamMessage('value', 0, GATT[characteristic].slot, 0, bytes));
    },
    disconnected() {
      socket.end();
      socket.destroySoon();
    },
  };
  const linkOf = (): PeripheralLink => (link ??= serving.air.connect(central));
  const decoder = createStreamDecoder();
  socket.on('data', (chunk) => {
    const sound = decoder.push(chunk, (message) => takeMessage(serving, socket, linkOf, message));
    if (sound) return;
    serving.damagedCount += 1;
    serving.log('bytes that make no sense; the stream is closed');
    socket.destroy();
  });
  socket.on('close', () => {
    serving.sockets.delete(socket);
    link?.disconnect();
  });
}

/** Serves until `close`. Rejects with an Error whose message is meant for a person. */
export async function serveOnSocket(options: ServeOptions): Promise<ServedBelt> {
  const log = options.onLog ?? ((): void => undefined);
  const profile = options.profile === undefined ? undefined : loadProfile(options.profile);
  await clearPath(options.path);
  // A belt whose truth is not on record any more is no witness: it goes off rather than shine unseen.
  const truthFile =
    options.truthFile === undefined
      ? undefined
      : openTruthFile(options.truthFile, (why) => {
          log(`the truth file cannot be written (${why}); the belt is switched off`);
          setImmediate(() => belt.powerOff());
        });
  const belt: SimulatedBelt = createSimulatedBelt({
    clock: hostClock,
    seed: options.seed,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    ...(profile === undefined ? {} : { profile }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.label === undefined ? {} : { label: options.label }),
    onTruth: tellLight(log, (line) => truthFile?.write(line)),
  });
  belt.openPairingWindow();
  const serving: Serving = { belt, air: tellCentrals(belt, log), sockets: new Set(), log, damagedCount: 0 };
  const server = createServer((socket) => takeSocket(serving, socket));
  try {
    await listenAt(server, options.path);
  } catch (error) {
    belt.powerOff();
    truthFile?.close();
    throw new Error(`cannot serve on ${options.path}: ${errorText(error)}`);
  }
  let closed = false;
  return {
    belt,
    damagedStreamCount: () => serving.damagedCount,
    async close() {
      if (closed) return;
      closed = true;
      belt.powerOff();
      for (const socket of serving.sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      rmSync(options.path, { force: true });
      truthFile?.close();
    },
  };
}
