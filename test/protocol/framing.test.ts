import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  STREAM_KIND,
  STREAM_PAYLOAD_MAX_BYTES,
  createStreamDecoder,
  encodeStreamMessage,
  type StreamMessage,
} from '../../protocol/framing.ts';
import { toHex } from '../../protocol/bytes.ts';
import { keysOf } from './arbitraries.ts';

const message: fc.Arbitrary<StreamMessage> = fc.record({
  kind: fc.constantFrom(...keysOf(STREAM_KIND)),
  id: fc.nat({ max: 0xffff }),
  slot: fc.nat({ max: 0xff }),
  status: fc.nat({ max: 0xff }),
  payload: fc.uint8Array({ maxLength: STREAM_PAYLOAD_MAX_BYTES }),
});
const encode = (one: StreamMessage): Uint8Array =>
  encodeStreamMessage(one.kind, one.id, one.slot, one.status, one.payload);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
function decodeIn(chunks: readonly Uint8Array[]): { got: StreamMessage[]; whole: boolean } {
  const decoder = createStreamDecoder();
  const got: StreamMessage[] = [];
  const results = chunks.map((chunk) => decoder.push(chunk, (one) => got.push(one)));
  return { got, whole: results.every(Boolean) };
}

describe('GATT over a byte stream', () => {
  it('is, byte by byte, length, kind, id, slot, status, payload', () => {
    expect(toHex(encodeStreamMessage('write', 0x0102, 5, 0, Uint8Array.of(0xab)))).toBe(
      '0600' + '55' + '0201' + '05' + '00' + 'ab',
    );
  });

  it('comes back as it went, whole, in two parts, and byte by byte', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.nat(), (messages, cut) => {
        const stream = joined(messages.map(encode));
        const at = stream.length === 0 ? 0 : cut % stream.length;
        const expected = { got: messages, whole: true };
        expect(decodeIn([stream])).toEqual(expected);
        expect(decodeIn([stream.slice(0, at), stream.slice(at)])).toEqual(expected);
        expect(decodeIn(Array.from(stream, (byte) => Uint8Array.of(byte)))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('a truncated message gives nothing and damages nothing: it waits for the rest', () => {
    const bytes = encodeStreamMessage('value', 0, 6, 0, Uint8Array.of(1, 2, 3));
    for (let length = 0; length < bytes.length; length++)
      expect(decodeIn([bytes.slice(0, length)])).toEqual({ got: [], whole: true });
  });

  it.each([
    ['a length too small for a header', [4, 0]],
    ['a length of zero', [0, 0]],
    ['a length beyond the largest message', [0x03, 0x01]],
    ['the largest length there is', [0xff, 0xff]],
    ['an unknown kind', [5, 0, 0x01, 0, 0, 0, 0]],
  ])('%s ends the stream: what was whole before it stays, nothing after it is read', (_name, bytes) => {
    const good = encodeStreamMessage('read', 1, 2, 0, new Uint8Array(0));
    const decoder = createStreamDecoder();
    const got: StreamMessage[] = [];
    expect(decoder.push(joined([good, Uint8Array.from(bytes), good]), (one) => got.push(one))).toBe(false);
    expect(decoder.push(good, (one) => got.push(one))).toBe(false);
    expect(got).toEqual([{ kind: 'read', id: 1, slot: 2, status: 0, payload: new Uint8Array(0) }]);
  });

  it('takes the largest payload, and refuses to send a larger one', () => {
    const largest = new Uint8Array(STREAM_PAYLOAD_MAX_BYTES).fill(7);
    expect(decodeIn([encodeStreamMessage('value', 0, 6, 0, largest)]).got[0]?.payload).toEqual(largest);
    expect(() => encodeStreamMessage('value', 0, 6, 0, new Uint8Array(STREAM_PAYLOAD_MAX_BYTES + 1))).toThrow(
      RangeError,
    );
  });

  it('never throws on garbage, and holds no more than one message', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 10 }), (chunks) => {
        for (const one of decodeIn(chunks).got)
          expect(one.payload.length).toBeLessThanOrEqual(STREAM_PAYLOAD_MAX_BYTES);
      }),
    );
  });
});
