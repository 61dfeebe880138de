import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesEqual,
  clampCount,
  clampReading,
  crc16,
  fromHex,
  readU16,
  readU24,
  readU32,
  toHex,
  writeU16,
  writeU24,
  writeU32,
} from '../../protocol/bytes.ts';

const CHECK_INPUT = new TextEncoder().encode('123456789');

/** A second, bitwise CRC with every parameter open, to tell the right one from the usual wrong ones. */
function crcByBits(
  bytes: Uint8Array,
  polynomial: number,
  initial: number,
  reflected: boolean,
  xorOut: number,
) {
  let crc = initial;
  for (const byte of bytes) {
    crc ^= reflected ? byte : byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      if (reflected) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
      else crc = crc & 0x8000 ? ((crc << 1) ^ polynomial) & 0xffff : (crc << 1) & 0xffff;
    }
  }
  return crc ^ xorOut;
}

describe('the CRC is CRC-16/MCRF4XX', () => {
  it.each([
    ['the check string 123456789', CHECK_INPUT, 0x6f91],
    ['no bytes', new Uint8Array(0), 0xffff],
    ['00', Uint8Array.of(0x00), 0x0f87],
    ['FF', Uint8Array.of(0xff), 0x00ff],
    ['00..13 hex', Uint8Array.from({ length: 20 }, (_, index) => index), 0xbcea],
  ])('gives the known value for %s', (_name, bytes, expected) => {
    expect(crc16(bytes)).toBe(expected);
  });

  it.each([
    ['CCITT-FALSE', 0x1021, 0xffff, false, 0, 0x29b1],
    ['X.25', 0x8408, 0xffff, true, 0xffff, 0x906e],
    ['KERMIT', 0x8408, 0, true, 0, 0x2189],
  ])('is not %s', (_name, polynomial, initial, reflected, xorOut, wrong) => {
    expect(crcByBits(CHECK_INPUT, polynomial, initial, reflected, xorOut)).toBe(wrong);
    expect(crc16(CHECK_INPUT)).not.toBe(wrong);
  });

  it('agrees with a bitwise computation on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc16(bytes)).toBe(crcByBits(bytes, 0x8408, 0xffff, true, 0));
      }),
    );
  });

  it('leaves residue 0 over a message and its little-endian CRC', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (message) => {
        const framed = new Uint8Array(message.length + 2);
        framed.set(message);
        writeU16(framed, message.length, crc16(message));
        expect(crc16(framed)).toBe(0);
      }),
    );
  });

  it('covers exactly the range it is given', () => {
    expect(crc16(Uint8Array.of(9, ...CHECK_INPUT, 9), 1, 10)).toBe(0x6f91);
  });
});

describe('numbers on the wire', () => {
  it('are little-endian and come back as they went, at their extremes too', () => {
    const bytes = new Uint8Array(9);
    writeU16(bytes, 0, 0x1234);
    writeU24(bytes, 2, 0x56789a);
    writeU32(bytes, 5, 0xfedcba98);
    expect(toHex(bytes)).toBe('34129a785698badcfe');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffffff }), (value) => {
        writeU32(bytes, 0, value);
        expect(readU32(bytes, 0)).toBe(value);
        writeU24(bytes, 0, value & 0xffffff);
        expect(readU24(bytes, 0)).toBe(value & 0xffffff);
        writeU16(bytes, 0, value & 0xffff);
        expect(readU16(bytes, 0)).toBe(value & 0xffff);
      }),
    );
  });

  it('a count is clamped: NaN and negatives are 0, too much is the maximum, halves round to the nearest', () => {
    expect(
      [NaN, -1, -Infinity, 0, 0.4, 0.6, 99.4, 100, 1e9, Infinity].map((v) => clampCount(v, 100)),
    ).toEqual([0, 0, 0, 0, 0, 1, 99, 100, 100, 100]);
  });

  it('a reading that is NaN looks like too much, never like nothing', () => {
    expect([NaN, -1, 0, 50.2, 101].map((value) => clampReading(value, 100))).toEqual([100, 0, 0, 50, 100]);
  });
});

describe('hexadecimal text', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
  });

  it('may have spaces and capitals, and is refused when it is anything else', () => {
    expect(fromHex('0A fF')).toEqual(Uint8Array.of(0x0a, 0xff));
    expect(['0', 'abc', 'zz', '0x12', '1.5e'].map(fromHex)).toEqual(Array.from({ length: 5 }));
  });

  it('equality looks at length and every byte', () => {
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
    expect(bytesEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0))).toBe(false);
  });
});
