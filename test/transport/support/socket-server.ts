// The peer on a real socket: the far end of protocol/framing.ts, and nothing more.
import { createServer, type Server, type Socket } from 'node:net';
import {
  createStreamDecoder,
  EMPTY_PAYLOAD,
  encodeStreamMessage,
  type StreamKind,
  type StreamMessage,
} from '../../../protocol/framing.ts';
import { characteristicOfSlot, GATT, type AttResult, type Peripheral } from '../../../protocol/gatt.ts';

export interface PeerServer {
  /** Bytes to every client, below the framing. */
  sendRaw(bytes: Uint8Array): void;
  close(): Promise<void>;
}

function serveClient(socket: Socket, peripheral: Peripheral): void {
  const send = (kind: StreamKind, id: number, slot: number, status: number, payload: Uint8Array): void => {
    if (!socket.destroyed) socket.write(encodeStreamMessage(kind, id, slot, status, payload));
  };
  send('hello', 0, 0, 0, new TextEncoder().encode('test belt'));
  const link = peripheral.connect({
    value: (characteristic, bytes) => send('value', 0, GATT[characteristic].slot, 0, bytes),
    disconnected: () => socket.destroy(),
  });
  const take = ({ kind, id, slot, payload }: StreamMessage): void => {
    const characteristic = characteristicOfSlot(slot);
    if (characteristic === undefined) return;
    const answer =
      (answerKind: StreamKind) =>
      (result: AttResult): void =>
        send(
          answerKind,
          id,
          slot,
          result.ok ? 0 : result.attError,
          (result.ok && result.bytes) || EMPTY_PAYLOAD,
        );
    if (kind === 'read') link.read(characteristic, answer('readDone'));
    else if (kind === 'write') link.write(characteristic, payload, 'withResponse', answer('writeDone'));
    else if (kind === 'writeCommand') link.write(characteristic, payload, 'withoutResponse', () => {});
    else if (kind === 'subscribe') link.subscribe(characteristic, true, answer('subscribeDone'));
  };
  const decoder = createStreamDecoder();
  socket.on('data', (chunk) => void decoder.push(chunk, take));
  socket.on('error', () => {});
  socket.on('close', () => link.disconnect());
}

/** A server that treats every client as `serve` says; resolves when it listens. */
export function listenAt(path: string, serve: (socket: Socket) => void): Promise<PeerServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  return new Promise((resolve) => {
    server.listen(path, () =>
      resolve({
        sendRaw: (bytes) => sockets.forEach((socket) => socket.write(bytes)),
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      }),
    );
  });
}

export const servePeer = (path: string, peripheral: Peripheral): Promise<PeerServer> =>
  listenAt(path, (socket) => serveClient(socket, peripheral));

/**
 * Lets bytes travel: both ends of a local socket live in this event loop, so each round of it carries them one way.
 * No time has to pass for it.
 */
export async function letBytesTravel(): Promise<void> {
  for (let round = 0; round < 12; round++) await new Promise((resolve) => setImmediate(resolve));
}
