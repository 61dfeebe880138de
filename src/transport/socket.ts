// A simulated belt that is served on a local socket: `socket:<path>`.
import { connect as connectSocket } from 'node:net';
import { createStreamDecoder, type StreamMessage } from '../../protocol/framing.ts';
import type { Clock } from '../clock.ts';
import { createOperationQueue, type OperationQueue } from './operation-queue.ts';
import { createStreamDriver, type ByteStream } from './stream-driver.ts';
import {
  TRANSPORT_TIMEOUT_MS,
  type Attempt,
  type ConnectFailure,
  type ConnectionEvent,
  type ConnectResult,
  type Transport,
} from './transport.ts';

const SCHEME = 'socket:';

/** `socket:/tmp/belt` and `/tmp/belt` name the same belt. */
export const pathOfAddress = (address: string): string =>
  address.startsWith(SCHEME) ? address.slice(SCHEME.length) : address;

/** `sun_path` less its closing NUL. Node cuts longer paths without a word, and may so reach another socket. */
const PATH_MAX_BYTES = process.platform === 'linux' ? 107 : 103;

type Failure = { readonly failure: ConnectFailure; readonly detail: string };

/** A stream whose first message was a belt's. */
export interface SocketStream extends ByteStream {
  /** Who hears what comes from here on. To be set in `opened`; the end is told once, and nothing after it. */
  listener:
    | {
        /** False when the message makes no sense. */
        readonly message: (message: StreamMessage) => boolean;
        readonly gone: (why: 'ended' | 'damaged', detail: string) => void;
      }
    | undefined;
}

export interface SocketHandlers {
  readonly opened: (stream: SocketStream) => void;
  readonly failed: (failure: Failure) => void;
}

function failureOfError(path: string, cause: Error): Failure {
  const hint = `start a simulated belt there with: laserbelt sim serve --socket ${path}`;
  switch ('code' in cause ? cause.code : '') {
    case 'ENOENT':
    case 'ENOTDIR':
      return { failure: 'noSuchBelt', detail: `nothing exists at ${path}; ${hint}` };
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return { failure: 'noSuchBelt', detail: `nobody listens at ${path}; ${hint}` };
    case 'EACCES':
    case 'EPERM':
      return { failure: 'noPermission', detail: `you may not use ${path}: it belongs to somebody else` };
    default:
      return { failure: 'noSuchBelt', detail: `no belt at ${path}: ${cause.message}` };
  }
}

function failureOfPath(path: string): Failure | undefined {
  if (path === '' || path.includes('\0')) return { failure: 'noSuchBelt', detail: 'a socket needs a path' };
  const byteCount = Buffer.byteLength(path);
  if (byteCount <= PATH_MAX_BYTES) return undefined;
  const detail = `the path has ${byteCount} bytes, a socket takes ${PATH_MAX_BYTES}: ${path}`;
  return { failure: 'unsupported', detail };
}

/**
 * One attempt to reach a belt's socket; ends in one of the handlers, never within this call, within
 * TRANSPORT_TIMEOUT_MS.connect of `clock`, unless cancelled. Bytes that no belt sends end the stream; nothing throws.
 */
export function openSocketStream(clock: Clock, path: string, handlers: SocketHandlers): Attempt {
  const decoder = createStreamDecoder();
  let stream: SocketStream | undefined;
  let over = false;

  const giveUp = (): void => {
    over = true;
    clock.clearTimeout(timer);
    socket?.destroy();
  };
  const fail = (failure: Failure): void => {
    if (over) return;
    giveUp();
    handlers.failed(failure);
  };
  const gone = (why: 'ended' | 'damaged', detail: string, before: Failure): void => {
    if (over) return;
    if (stream === undefined) {
      fail(before);
      return;
    }
    giveUp();
    stream.listener?.gone(why, detail);
  };

  const pathFailure = failureOfPath(path);
  const timer =
    pathFailure === undefined
      ? clock.setTimeout(
          () =>
            fail({ failure: 'timedOut', detail: `what listens at ${path} does not say that it is a belt` }),
          TRANSPORT_TIMEOUT_MS.connect,
        )
      : clock.setTimeout(() => fail(pathFailure), 0);
  const socket = pathFailure === undefined ? connectSocket({ path }) : undefined;
  if (socket === undefined) return { cancel: giveUp };

  const notABelt: Failure = { failure: 'unsupported', detail: `what listens at ${path} is not a laserbelt` };
  const damaged = (): void => gone('damaged', 'the other side sent what no belt sends', notABelt);

  const takeHello = (message: StreamMessage): void => {
    if (message.kind !== 'hello') {
      damaged();
      return;
    }
    clock.clearTimeout(timer);
    stream = {
      listener: undefined,
      write: (bytes, flushed) => void socket.write(bytes, flushed),
      isStuck: () => socket.writableLength > 0,
      destroy: giveUp,
    };
    handlers.opened(stream);
  };

  socket.on('data', (chunk) => {
    const whole = decoder.push(chunk, (message) => {
      if (over) return;
      if (stream === undefined) takeHello(message);
      else if (stream.listener?.message(message) === false) damaged();
    });
    if (!whole) damaged();
  });
  const ended = (detail: string): void =>
    gone('ended', detail, {
      failure: 'refused',
      detail: `the belt at ${path} closed the connection at once: it may have two controllers already`,
    });
  socket.on('error', (cause) => gone('ended', cause.message, failureOfError(path, cause)));
  socket.on('end', () => ended('the belt closed the connection'));
  socket.on('close', () => ended('the connection is closed'));
  return { cancel: giveUp };
}

/** The queue over an open stream. A belt that closes before it said anything but its name has refused. */
function createSocketLink(options: {
  readonly clock: Clock;
  readonly stream: SocketStream;
  readonly onEvent: (event: ConnectionEvent) => void;
  readonly onEnd: () => void;
}): OperationQueue {
  const { clock, stream, onEvent, onEnd } = options;
  const driver = createStreamDriver(stream, () => queue.ready(), onEnd);
  const queue = createOperationQueue({ clock, driver, onEvent });
  let heard = false;
  stream.listener = {
    message(message) {
      heard = true;
      return driver.take(message, queue);
    },
    gone: (why, detail) => queue.lost(why === 'damaged' ? 'damaged' : heard ? 'lost' : 'refused', detail),
  };
  return queue;
}

/** Connects to `socket:<path>`. Timeouts run on `clock`, bytes in real time. */
export function createSocketTransport(options: { readonly clock: Clock }): Transport {
  const { clock } = options;
  const cleanups = new Set<() => void>();

  /** Something that dispose has to end; the returned function forgets it again. */
  const keep = (cleanup: () => void): (() => void) => {
    cleanups.add(cleanup);
    return () => void cleanups.delete(cleanup);
  };

  const connect = (
    address: string,
    onEvent: (event: ConnectionEvent) => void,
    done: (result: ConnectResult) => void,
  ): Attempt => {
    const attempt = openSocketStream(clock, pathOfAddress(address), {
      opened(stream) {
        forget();
        handedOver = true;
        const onEnd = (): void => forgetLink();
        const { connection } = createSocketLink({ clock, stream, onEvent, onEnd });
        const forgetLink = keep(() => connection.close());
        done({ ok: true, connection });
      },
      failed(failure) {
        forget();
        done({ ok: false, ...failure });
      },
    });
    let handedOver = false;
    const cancel = (): void => {
      forget();
      if (!handedOver) attempt.cancel();
    };
    const forget = keep(cancel);
    return { cancel };
  };

  return {
    connect,
    /** A path is given, never found: there is nothing to look through. */
    scan(_onAdvert, done) {
      const timer = clock.setTimeout(() => {
        forget();
        done(undefined);
      }, 0);
      const cancel = (): void => {
        forget();
        clock.clearTimeout(timer);
      };
      const forget = keep(cancel);
      return { cancel };
    },
    dispose() {
      for (const cleanup of [...cleanups]) cleanup();
    },
  };
}
