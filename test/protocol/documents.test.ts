import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16, toHex, writeU16 } from '../../protocol/bytes.ts';
import {
  decodeAnswer,
  decodeCommand,
  decodeFeatures,
  decodePrescription,
  decodeRecord,
  encodeAnswer,
  encodeCommand,
  encodeFeatures,
  encodePrescription,
  encodeRecord,
} from '../../protocol/documents.ts';
import { VALUE_MAX_BYTES } from '../../protocol/gatt.ts';
import { MESSAGE_MAX_BYTES, type Decoded } from '../../protocol/messages.ts';
import * as random from './arbitraries.ts';

const DOCUMENTS = [
  ['command', random.command, encodeCommand, decodeCommand, MESSAGE_MAX_BYTES],
  ['answer', random.answer, encodeAnswer, decodeAnswer, MESSAGE_MAX_BYTES],
  ['prescription', random.prescription, encodePrescription, decodePrescription, MESSAGE_MAX_BYTES - 2],
  ['feature value', random.features, encodeFeatures, decodeFeatures, VALUE_MAX_BYTES],
  ['record', random.record, encodeRecord, decodeRecord, MESSAGE_MAX_BYTES],
] as unknown as readonly (readonly [
  string,
  fc.Arbitrary<object>,
  (value: object) => Uint8Array,
  (bytes: Uint8Array) => Decoded<object>,
  number,
])[];

describe.each(DOCUMENTS)('a %s', (_name, arbitrary, encode, decode, maxBytes) => {
  it('comes back as it went, within its bound', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const bytes = encode(value);
        expect(bytes.length).toBeLessThanOrEqual(maxBytes);
        expect(decode(bytes)).toEqual({ ok: true, value });
      }),
    );
  });

  it('encodes again to the very same bytes', () => {
    fc.assert(
      fc.property(arbitrary, (value) => {
        const bytes = encode(value);
        const decoded = decode(bytes);
        expect(decoded.ok && encode(decoded.value)).toEqual(bytes);
      }),
    );
  });
});

describe('commands and answers', () => {
  it('an answer reads response, op, id, code', () => {
    const answer = {
      op: 'arm',
      commandId: 7,
      code: 'hazardActive',
      operand: Uint8Array.of(18, 0xff),
    } as const;
    expect(toHex(encodeAnswer(answer))).toBe('f0' + '3c' + '07' + '96' + '12' + 'ff');
  });

  it.each([
    ['a command without an id', decodeCommand, [0x33], 'length'],
    ['a command of an unknown op', decodeCommand, [0x0f, 1], 'code'],
    ['an answer sent as a command', decodeCommand, [0xf0, 1], 'code'],
    ['an answer without a code', decodeAnswer, [0xf0, 0x33, 1], 'length'],
    ['an answer that starts like a command', decodeAnswer, [0x33, 0x33, 1, 0x0f], 'code'],
    ['an answer to an answer', decodeAnswer, [0xf0, 0xf0, 1, 0x0f], 'code'],
    ['an answer of an unknown code', decodeAnswer, [0xf0, 0x33, 1, 0x0e], 'code'],
  ] as const)('%s is refused', (_name, decode, bytes, problem) => {
    expect(decode(Uint8Array.from(bytes))).toEqual({ ok: false, problem });
  });
});

/** Changes one byte and mends the CRC, so that what is tested is not the CRC. */
function mended(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  const copy = bytes.slice();
  for (const [at, byte] of Object.entries(changes)) copy[Number(at)] = byte;
  writeU16(copy, copy.length - 2, crc16(copy, 0, copy.length - 2));
  return copy;
}

describe('a feature value', () => {
  const value = fc.sample(random.features, { seed: 1, numRuns: 1 })[0]!;
  const bytes = encodeFeatures(value);

  it.each([
    ['of another major version', { 0: 2 }, 'version'],
    ['without zones', { 14: 0 }, 'range'],
    ['with 9 zones', { 14: 9 }, 'range'],
    ['that promises a lease over 1 s', { 16: 0xe9, 17: 3 }, 'range'],
    ['that promises no lease', { 16: 0, 17: 0 }, 'range'],
    ['that promises a countdown under 3 s', { 18: 0xb7, 19: 0x0b }, 'range'],
    ['with an emitter of a zone it does not have', { 30: 8 }, 'range'],
    ['with an emitter without area', { 33: 0, 34: 0 }, 'range'],
    ['with another count of emitters than it carries', { 15: 25 }, 'length'],
  ])('%s is refused', (_name, changes, problem) => {
    expect(decodeFeatures(mended(bytes, changes as Record<number, number>))).toEqual({ ok: false, problem });
  });

  it('of a later major version is told from a damaged one, whatever its layout', () => {
    for (const length of [3, 20, 100, 253])
      expect(decodeFeatures(mended(new Uint8Array(length), { 0: 2 }))).toEqual({
        ok: false,
        problem: 'version',
      });
  });

  it('of a later minor version is read', () => {
    expect(decodeFeatures(mended(bytes, { 1: 200 }))).toMatchObject({
      ok: true,
      value: { protocolMinor: 200 },
    });
  });
});

describe('a record', () => {
  const value = { ...fc.sample(random.record, { seed: 2, numRuns: 1 })[0]! };
  const whole = encodeRecord({
    ...value,
    entries: [
      {
        step: 0,
        zone: 1,
        emitter: 2,
        status: 'done',
        prescribedTenMicroJPerCm2: 400_000,
        deliveredTenMicroJPerCm2: 400_001,
        emissionCentiS: 8150,
      },
    ],
  });

  it.each([
    ['of an unknown kind', { 4: 0 }, 'code'],
    ['of an unknown cause', { 5: 0 }, 'code'],
    ['with an unknown zone status', { 29: 0xe0 }, 'code'],
    ['with step 15', { 28: 0xf0 }, 'range'],
    ['with zone 8', { 28: 0x08 }, 'range'],
    ['with another count of entries than it carries', { 27: 2 }, 'length'],
  ])('%s is refused', (_name, changes, problem) => {
    expect(decodeRecord(mended(whole, changes as Record<number, number>))).toEqual({ ok: false, problem });
  });

  it('a dose that is NaN is recorded as the most there is, never as none', () => {
    const decoded = decodeRecord(
      encodeRecord({
        ...value,
        entries: [
          {
            step: 0,
            zone: 0,
            emitter: 0,
            status: 'cutOff',
            prescribedTenMicroJPerCm2: 1,
            deliveredTenMicroJPerCm2: NaN,
            emissionCentiS: NaN,
          },
        ],
      }),
    );
    expect(decoded).toMatchObject({
      value: { entries: [{ deliveredTenMicroJPerCm2: 0xffffff, emissionCentiS: 0xffffff }] },
    });
  });
});

describe.each([
  ['feature value', encodeFeatures(fc.sample(random.features, { seed: 3, numRuns: 1 })[0]!), decodeFeatures],
  ['record', encodeRecord(fc.sample(random.record, { seed: 4, numRuns: 1 })[0]!), decodeRecord],
] as const)('a %s', (_name, bytes, decode) => {
  it('is refused in every truncation, and with any bit flipped', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(decode(bytes.slice(0, length)).ok).toBe(false);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decode(damaged)).toEqual({ ok: false, problem: 'check' });
    }
  });
});
