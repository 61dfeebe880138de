// GATT over a byte stream, as a driver of the operation queue. Knows messages, not sockets.
import { characteristicOfSlot, GATT } from '../../protocol/gatt.ts';
import {
  EMPTY_PAYLOAD,
  encodeStreamMessage,
  type StreamKind,
  type StreamMessage,
} from '../../protocol/framing.ts';
import type { Operation } from './transport.ts';
import type { DriverResult, LaneResult, OperationDriver, OperationQueue } from './operation-queue.ts';

/** What the driver needs of a stream. */
export interface ByteStream {
  /** Takes the bytes at once; `flushed` is called when they have left this process. */
  write(bytes: Uint8Array, flushed: () => void): void;
  /** Whether bytes wait in this process, because the other side does not read. */
  isStuck(): boolean;
  /** Drops the stream with whatever waits. */
  destroy(): void;
}

export interface StreamDriver extends OperationDriver {
  /** False when the message is one that no belt sends. */
  take(message: StreamMessage, queue: OperationQueue): boolean;
}

const REQUEST_KIND = {
  read: { sent: 'read', answer: 'readDone' },
  write: { sent: 'write', answer: 'writeDone' },
  subscribe: { sent: 'subscribe', answer: 'subscribeDone' },
} as const satisfies Record<Operation['kind'], { sent: StreamKind; answer: StreamKind }>;

const REQUEST_ID_MAX = 0xffff;

interface Request {
  readonly id: number;
  readonly answer: StreamKind;
  readonly settle: (result: DriverResult) => void;
}

/** `onFlushed` is called whenever bytes have left: the moment to offer again what was blocked. */
export function createStreamDriver(
  stream: ByteStream,
  onFlushed: () => void,
  onDrop: () => void,
): StreamDriver {
  let request: Request | undefined;
  let lastId = 0;

  const write = (kind: StreamKind, id: number, slot: number, payload: Uint8Array): void =>
    stream.write(encodeStreamMessage(kind, id, slot, 0, payload), onFlushed);

  /** Behind bytes that do not leave, a lease would arrive late and STOP perhaps never. */
  const command = (slot: number, bytes: Uint8Array): LaneResult => {
    if (stream.isStuck()) return 'blocked';
    write('writeCommand', 0, slot, bytes);
    return 'sent';
  };

  const settle = (message: StreamMessage): void => {
    // An answer to anything but the running request is late, or made up: it settles nothing.
    if (request?.id !== message.id || request.answer !== message.kind) return;
    const { settle: told } = request;
    request = undefined;
    if (message.status !== 0) told({ ok: false, detail: `ATT error ${message.status}` });
    else if (message.kind === 'readDone') told({ ok: true, bytes: message.payload });
    else told({ ok: true });
  };

  return {
    start(operation, told) {
      const { sent, answer } = REQUEST_KIND[operation.kind];
      lastId = lastId >= REQUEST_ID_MAX ? 1 : lastId + 1;
      request = { id: lastId, answer, settle: told };
      const payload = operation.kind === 'write' ? operation.bytes : EMPTY_PAYLOAD;
      write(sent, lastId, GATT[operation.characteristic].slot, payload);
    },
    sendLease: (bytes) => command(GATT.lease.slot, bytes),
    sendStop: (bytes) => command(GATT.stop.slot, bytes),
    drop() {
      onDrop();
      stream.destroy();
    },
    take(message, queue) {
      switch (message.kind) {
        case 'readDone':
        case 'writeDone':
        case 'subscribeDone':
          settle(message);
          return true;
        case 'value': {
          const characteristic = characteristicOfSlot(message.slot);
          if (characteristic === undefined) return false;
          queue.value(characteristic, message.payload);
          return true;
        }
        default:
          return false;
      }
    },
  };
}
