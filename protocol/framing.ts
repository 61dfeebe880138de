// GATT over a byte stream: what a served simulator speaks on its socket. Each message is
// `length u16 | kind u8 | id u16 | slot u8 | status u8 | payload`, length counting everything behind itself.
import { byteAt, readU16, writeU16 } from './bytes.ts';
import { VALUE_MAX_BYTES } from './gatt.ts';

/** Kinds carry the protocol's Hamming alphabet, too. */
export const STREAM_KIND = {
  /** Server to client, first message on every connection; payload is the belt's advertised name in UTF-8. */
  hello: 0x0f,
  read: 0x33,
  readDone: 0x3c,
  write: 0x55,
  writeDone: 0x5a,
  writeCommand: 0x66,
  subscribe: 0x69,
  unsubscribe: 0x96,
  subscribeDone: 0x99,
  /** Notification or indication. */
  value: 0xa5,
  /** A simulator's test lever: a fault specification in UTF-8. Not part of a belt. */
  lever: 0xaa,
  /** The answer to it: status 0 and a description, or status 1 and what is wrong, in UTF-8. */
  leverDone: 0xc3,
} as const;
export type StreamKind = keyof typeof STREAM_KIND;

export interface StreamMessage {
  readonly kind: StreamKind;
  /** Chosen by the client for requests, echoed in the answer; 0 otherwise. */
  readonly id: number;
  /** Characteristic (see gatt.ts); 0 where none is meant. */
  readonly slot: number;
  /** 0, or the ATT error of an answer. */
  readonly status: number;
  /** From the decoder: only valid during the call. */
  readonly payload: Uint8Array;
}

const LENGTH_BYTES = 2;
const HEADER_BYTES = 5;
export const STREAM_PAYLOAD_MAX_BYTES = VALUE_MAX_BYTES;
const STREAM_MESSAGE_MAX_BYTES = LENGTH_BYTES + HEADER_BYTES + STREAM_PAYLOAD_MAX_BYTES;

const kinds = new Map<number, StreamKind>(
  (Object.keys(STREAM_KIND) as StreamKind[]).map((kind) => [STREAM_KIND[kind], kind]),
);
export const EMPTY_PAYLOAD = new Uint8Array(0);

/** A fresh buffer with the whole message. Throws on a payload over STREAM_PAYLOAD_MAX_BYTES: check before. */
export function encodeStreamMessage(
  kind: StreamKind,
  id: number,
  slot: number,
  status: number,
  payload: Uint8Array,
): Uint8Array {
  if (payload.length > STREAM_PAYLOAD_MAX_BYTES) throw new RangeError(`payload of ${payload.length} bytes`);
  const bytes = new Uint8Array(LENGTH_BYTES + HEADER_BYTES + payload.length);
  writeU16(bytes, 0, HEADER_BYTES + payload.length);
  bytes[2] = STREAM_KIND[kind];
  writeU16(bytes, 3, id);
  bytes[5] = slot;
  bytes[6] = status;
  bytes.set(payload, LENGTH_BYTES + HEADER_BYTES);
  return bytes;
}

export interface StreamDecoder {
  /** Calls back for every whole message. False once the stream is damaged: close it, nothing more will be decoded. */
  push(chunk: Uint8Array, onMessage: (message: StreamMessage) => void): boolean;
}

/** Bounded: holds at most one message. A length or kind that cannot be ends the stream, there is no resynchronising. */
export function createStreamDecoder(): StreamDecoder {
  const pending = new Uint8Array(STREAM_MESSAGE_MAX_BYTES);
  let filled = 0;
  let damaged = false;
  return {
    push(chunk, onMessage) {
      for (let at = 0; at < chunk.length && !damaged; at++) {
        pending[filled++] = byteAt(chunk, at);
        if (filled < LENGTH_BYTES) continue;
        const length = readU16(pending, 0);
        if (length < HEADER_BYTES || length > HEADER_BYTES + STREAM_PAYLOAD_MAX_BYTES) {
          damaged = true;
        } else if (filled === LENGTH_BYTES + length) {
          const kind = kinds.get(byteAt(pending, 2));
          if (kind === undefined) {
            damaged = true;
          } else {
            const end = filled;
            filled = 0;
            onMessage({
              kind,
              id: readU16(pending, 3),
              slot: byteAt(pending, 5),
              status: byteAt(pending, 6),
              payload: pending.slice(LENGTH_BYTES + HEADER_BYTES, end),
            });
          }
        }
      }
      return !damaged;
    },
  };
}
