import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAdvert, encodeAdvert } from '../../protocol/advert.ts';
import { BELT_STATE, type BeltState } from '../../protocol/messages.ts';

const BYTES = Uint8Array.of(
  0xff,
  0xff, // company: none, for tests
  1, // protocol version
  0x69, // armed
  1, // pairing window open
  0x5a,
  0x01,
  0xff, // belt id
);

describe('an advert', () => {
  it('is eight bytes, one field after the other', () => {
    const facts = { state: 'armed', isPairingWindowOpen: true, shortId: '5a01ff' } as const;
    expect(encodeAdvert(facts)).toEqual(BYTES);
    expect(decodeAdvert(BYTES)).toEqual(facts);
  });

  it('fits the 31 bytes of advertising data beside flags and one 128-bit UUID', () => {
    expect(3 + 18 + 2 + BYTES.length).toBeLessThanOrEqual(31);
  });

  it('reads as it was written, in every state', () => {
    for (const state of Object.keys(BELT_STATE) as BeltState[])
      for (const isPairingWindowOpen of [true, false]) {
        const facts = { state, isPairingWindowOpen, shortId: '00abcd' };
        expect(decodeAdvert(encodeAdvert(facts))).toEqual(facts);
      }
  });

  it('of another company, version, state or length says nothing', () => {
    for (const [at, value] of [
      [0, 0x4c],
      [1, 0],
      [2, 2],
      [3, 0],
    ] as const) {
      const bytes = Uint8Array.from(BYTES);
      bytes[at] = value;
      expect(decodeAdvert(bytes)).toBeUndefined();
    }
    for (let length = 0; length < BYTES.length; length++)
      expect(decodeAdvert(BYTES.subarray(0, length))).toBeUndefined();
    expect(decodeAdvert(Uint8Array.of(...BYTES, 0))).toBeUndefined();
  });

  it('of any bytes never throws, and what is read writes the same known fields', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const facts = decodeAdvert(bytes);
        if (facts !== undefined) expect(encodeAdvert(facts).subarray(5)).toEqual(bytes.subarray(5));
      }),
    );
  });
});
