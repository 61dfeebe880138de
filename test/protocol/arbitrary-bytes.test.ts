import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, writeU16 } from '../../protocol/bytes.ts';
import * as codec from '../../protocol/codec.ts';
import * as documents from '../../protocol/documents.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { Decoded } from '../../protocol/messages.ts';
import { decodeRecordAnswer, decodeRecordRequest } from '../../protocol/record-access.ts';

const inFrame =
  (decode: (bytes: Uint8Array, at: number, length: number) => Decoded<unknown>) => (bytes: Uint8Array) =>
    decode(bytes, 0, bytes.length);

const DECODERS: readonly (readonly [string, (bytes: Uint8Array) => { readonly ok: boolean }])[] = [
  ['plain envelope', (bytes) => createPlainEnvelope().open(bytes)],
  ['lease', inFrame(codec.decodeLease)],
  ['tick state', inFrame(codec.decodeTickState)],
  ['tick detail', inFrame(codec.decodeTickDetail)],
  ['tick zone', inFrame(codec.decodeTickZone)],
  ['event', inFrame(codec.decodeEvent)],
  ['record request', inFrame(decodeRecordRequest)],
  ['record answer', inFrame(decodeRecordAnswer)],
  ['command', documents.decodeCommand],
  ['answer', documents.decodeAnswer],
  ['prescription', documents.decodePrescription],
  ['features', documents.decodeFeatures],
  ['record', documents.decodeRecord],
];

/** Arbitrary bytes alone hardly ever get past a CRC, so half of them are given a right one. */
const anyBytes = fc
  .tuple(fc.oneof(fc.uint8Array({ maxLength: 24 }), fc.uint8Array({ maxLength: 300 })), fc.boolean())
  .map(([bytes, mend]) => {
    if (mend && bytes.length >= 2) writeU16(bytes, bytes.length - 2, crc16(bytes, 0, bytes.length - 2));
    return bytes;
  });

describe.each(DECODERS)('the decoder of a %s', (_name, decode) => {
  it('answers arbitrary bytes with a result: it never throws and never changes them', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const before = bytes.slice();
        expect(typeof decode(bytes).ok).toBe('boolean');
        expect(bytes).toEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});
