// The local socket of a running session. STOP is obeyed in the very call that reads its bytes.
import { chmodSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { SessionOutcome } from '../session/outcome.ts';
import { createLineReader, encodeLine, parseRequest, REQUEST_MAX_BYTES } from './control-protocol.ts';
import type { ControlResponse } from './control-protocol.ts';
import type { SessionStatus } from './session-status.ts';

const CLIENT_MAX_COUNT = 32;
const CLIENT_IDLE_MAX_MS = 120_000;
/** A client that does not read is dropped rather than buffered for. */
const UNREAD_MAX_BYTES = 256 * 1024;

export interface ControlHandlers {
  stop(): void;
  /** The refusal in words, or undefined. */
  pause(): string | undefined;
  resume(): string | undefined;
  /** Undefined while there is nothing to tell yet. */
  /** `isAsked`: by a person, not by a view that goes on by itself. */
  status(isAsked: boolean): SessionStatus | undefined;
}

export interface ControlServer {
  /** Answers everybody who waits for the end, then closes. Idempotent. */
  finish(outcome: SessionOutcome | undefined): void;
}

function createClient(socket: Socket, handlers: ControlHandlers, waiting: Set<Socket>): void {
  const send = (response: ControlResponse): void => {
    if (socket.writableLength > UNREAD_MAX_BYTES) socket.destroy();
    else if (!socket.destroyed) socket.write(encodeLine(response));
  };
  const answer = (refusal: string | undefined): void =>
    send(
      refusal === undefined
        ? { type: 'done', state: handlers.status(true)?.state ?? 'standby' }
        : { type: 'refused', message: refusal },
    );
  const read = createLineReader(REQUEST_MAX_BYTES, (line) => {
    const command = parseRequest(line);
    switch (command) {
      case 'stop':
        handlers.stop();
        waiting.add(socket);
        return send({ type: 'accepted' });
      case 'pause':
        return answer(handlers.pause());
      case 'resume':
        return answer(handlers.resume());
      case 'status':
      case 'look': {
        const status = handlers.status(command === 'status');
        return send(
          status === undefined
            ? { type: 'refused', message: 'the session is only beginning' }
            : { type: 'status', status },
        );
      }
      case undefined:
        return send({ type: 'invalid', message: 'expected {"command":"stop"|"pause"|"resume"|"status"}' });
    }
  });
  socket.on('data', (chunk) => {
    if (!read(chunk)) socket.destroy();
  });
  socket.setTimeout(CLIENT_IDLE_MAX_MS, () => socket.destroy());
  // A client that goes away is its own business.
  socket.on('error', () => socket.destroy());
  socket.on('close', () => waiting.delete(socket));
}

/** Listens at `path`, owner only. Rejects when it cannot. */
export async function startControlServer(path: string, handlers: ControlHandlers): Promise<ControlServer> {
  const clients = new Set<Socket>();
  const waiting = new Set<Socket>();
  const server: Server = createServer((socket) => {
    // A stop is always let in: whoever has been here longest without waiting for the end makes room for it.
    if (clients.size >= CLIENT_MAX_COUNT) {
      const idle = [...clients].find((client) => !waiting.has(client));
      (idle ?? socket).destroy();
    }
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    createClient(socket, handlers, waiting);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      server.on('error', () => undefined);
      listening();
    });
  });
  // The folder is closed to others already; this is the second door.
  chmodSync(path, 0o600);
  let isFinished = false;
  return {
    finish(outcome) {
      if (isFinished) return;
      isFinished = true;
      server.close();
      for (const socket of clients) {
        if (outcome !== undefined && waiting.has(socket))
          socket.write(encodeLine({ type: 'outcome', outcome }));
        socket.destroySoon();
      }
      try {
        unlinkSync(path);
      } catch {
        // Closing the server has removed it already.
      }
    },
  };
}
