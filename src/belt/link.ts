// One open connection with its envelope: frames in and out, each operation with the function that learns how it went,
// and the count of what could not be understood.
import type { Envelope } from '../../protocol/envelope.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { FRAME } from '../../protocol/messages.ts';
import type { SealedEnvelope } from '../../protocol/sealing.ts';
import type {
  CloseReason,
  Connection,
  ConnectionEvent,
  Operation,
  OperationOutcome,
} from '../transport/transport.ts';

export type Settled = (outcome: OperationOutcome, bytes: Uint8Array | undefined) => void;

export interface FrameHandler {
  /** A frame that passed its check, new, and where it belongs. The body is bytes[at, at + length), valid during the call. */
  frame(type: number, bytes: Uint8Array, at: number, length: number): void;
  badFrame(count: number): void;
  closed(reason: CloseReason, detail: string): void;
}

export interface BeltLink {
  readonly isOpen: boolean;
  readonly isSealed: boolean;
  /** From now on everything is sealed, both ways, until the link ends; there is no way back to plain. */
  seal(envelope: SealedEnvelope): void;
  read(characteristic: Characteristic, settled: Settled): void;
  subscribe(characteristic: Characteristic, settled: Settled): void;
  /** Seals body[0, length) and writes it. */
  write(
    characteristic: Characteristic,
    type: number,
    body: Uint8Array,
    length: number,
    settled: Settled,
  ): void;
  lease(body: Uint8Array, length: number): void;
  stop(): void;
  close(): void;
  /** Counts content that passed the envelope's check but made no sense. */
  countBadFrame(): void;
  /** From the transport. */
  handle(event: ConnectionEvent): void;
}

/** What a belt sends, and where. Anything else, or the same elsewhere, makes no sense. */
const PLACE_OF_FRAME: ReadonlyMap<number, Characteristic> = new Map<number, Characteristic>([
  [FRAME.answer, 'controlPoint'],
  [FRAME.handshake, 'controlPoint'],
  [FRAME.tickState, 'tick'],
  [FRAME.tickDetail, 'tick'],
  [FRAME.tickZone, 'tick'],
  [FRAME.event, 'events'],
  [FRAME.recordData, 'recordData'],
  [FRAME.recordAnswer, 'recordAccess'],
]);

/** Operation ids are unique per connection; they never roll over within one. */
export function createBeltLink(options: {
  readonly connection: Connection;
  readonly envelope: Envelope;
  readonly handler: FrameHandler;
}): BeltLink {
  const { connection, handler } = options;
  let envelope = options.envelope;
  let sealed: SealedEnvelope | undefined;
  const waiting = new Map<number, Settled>();
  let lastOperationId = 0;
  let badFrameCount = 0;

  const submit = (operation: Operation, settled: Settled): void => {
    if (!connection.isOpen) {
      settled('notSent', undefined);
      return;
    }
    const id = ++lastOperationId;
    waiting.set(id, settled);
    connection.submit(id, operation);
  };

  /** Never reached in a session: it takes a belt that pushes its counter on. The next link has fresh keys. */
  const closeIfWornOut = (): void => {
    if (sealed?.isWornOut() === true) connection.close();
  };

  const countBadFrame = (): void => handler.badFrame(++badFrameCount);

  const receive = (characteristic: Characteristic, bytes: Uint8Array): void => {
    // The battery level is one bare byte; the ticks carry it, too.
    if (characteristic === 'battery') return;
    const opened = envelope.open(bytes);
    if (!opened.ok || PLACE_OF_FRAME.get(opened.type) !== characteristic) countBadFrame();
    else if (opened.sequence !== 'repeated')
      handler.frame(opened.type, opened.bytes, opened.at, opened.length);
  };

  return {
    get isOpen() {
      return connection.isOpen;
    },
    get isSealed() {
      return sealed !== undefined;
    },
    seal(next) {
      envelope = next;
      sealed = next;
    },
    read: (characteristic, settled) => submit({ kind: 'read', characteristic }, settled),
    subscribe: (characteristic, settled) => submit({ kind: 'subscribe', characteristic }, settled),
    write(characteristic, type, body, length, settled) {
      closeIfWornOut();
      submit({ kind: 'write', characteristic, bytes: envelope.seal(type, body, length) }, settled);
    },
    lease(body, length) {
      closeIfWornOut();
      if (connection.isOpen) connection.sendLease(envelope.seal(FRAME.lease, body, length));
    },
    stop: () => connection.stopNow(),
    close: () => connection.close(),
    countBadFrame,
    handle(event) {
      switch (event.type) {
        case 'operation.settled': {
          const settled = waiting.get(event.id);
          waiting.delete(event.id);
          settled?.(event.outcome, event.bytes);
          return;
        }
        case 'value':
          receive(event.characteristic, event.bytes);
          return;
        case 'closed':
          handler.closed(event.reason, event.detail);
      }
    },
  };
}
