import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex, writeU24 } from '../../protocol/bytes.ts';
import { armProof, prescriptionDigest } from '../../protocol/digest.ts';
import {
  PRESCRIPTION_ENTRY_MAX_COUNT,
  RECORD_ENTRY_MAX_COUNT,
  decodePrescription,
  encodePrescription,
} from '../../protocol/documents.ts';
import * as random from './arbitraries.ts';

const prescribed = (entries: readonly number[][], stepCount = 1): Uint8Array =>
  Uint8Array.of(
    ...[1], // protocol major
    ...[1, 2, 3, 4, 5, 6, 7, 8], // session tag
    stepCount,
    ...[0x58, 0x02], // time limit, 600 s
    ...entries.flat(),
  );
/** 50 mW/cm² continuous, 4 J/cm², ramps of 2.0 s up and 1.0 s down. */
const entry = (step: number, zone: number, changes: Readonly<Record<number, number>> = {}): number[] => {
  const bytes = [
    (step << 4) | zone,
    0, // emitter
    ...[0x88, 0x13], // irradiance
    ...[0, 0], // pulse frequency
    ...[0x10, 0x27], // duty cycle
    ...[0x80, 0x1a, 0x06], // radiant exposure
    20, // ramp up
    10, // ramp down
  ];
  for (const [at, byte] of Object.entries(changes)) bytes[Number(at)] = byte;
  return bytes;
};

describe('a prescription', () => {
  it('is read field by field', () => {
    expect(decodePrescription(prescribed([entry(0, 2)]))).toEqual({
      ok: true,
      value: {
        sessionTag: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
        stepCount: 1,
        timeLimitS: 600,
        entries: [
          {
            step: 0,
            zone: 2,
            emitter: 0,
            irradianceCentiMwPerCm2: 5000,
            pulseFrequencyDeciHz: 0,
            dutyCyclePer10k: 10_000,
            radiantExposureTenMicroJPerCm2: 400_000,
            rampUpDeciS: 20,
            rampDownDeciS: 10,
          },
        ],
      },
    });
  });

  it.each([
    ['of another major version', Uint8Array.of(2, ...prescribed([entry(0, 0)]).slice(1)), 'version'],
    ['of no steps', prescribed([entry(0, 0)], 0), 'range'],
    ['of 16 steps', prescribed([entry(0, 0)], 16), 'range'],
    ['with a step beyond its count', prescribed([entry(0, 0), entry(1, 0)], 1), 'range'],
    ['with a step left out', prescribed([entry(0, 0), entry(2, 0)], 3), 'range'],
    ['with a zone twice in a step', prescribed([entry(0, 0), entry(0, 0)]), 'range'],
    ['of zone 8', prescribed([entry(0, 8)]), 'range'],
    ['with an emitter no belt can have', prescribed([entry(0, 0, { 1: 24 })]), 'range'],
    ['with duty cycle 0', prescribed([entry(0, 0, { 6: 0, 7: 0 })]), 'range'],
    ['with a duty cycle above 1', prescribed([entry(0, 0, { 6: 0x11 })]), 'range'],
    ['continuous, yet with a duty cycle', prescribed([entry(0, 0, { 6: 0x0f })]), 'range'],
    ['without entries', prescribed([]), 'length'],
    [
      'with 19 entries',
      prescribed(
        Array.from({ length: 19 }, (_, at) => entry(at >> 3, at & 7)),
        3,
      ),
      'length',
    ],
  ])('%s is refused', (_name, bytes, problem) => {
    expect(decodePrescription(bytes)).toEqual({ ok: false, problem });
  });

  it('is refused in every truncation that does not end an entry', () => {
    const whole = prescribed([entry(0, 0), entry(0, 1)]);
    for (let length = 1; length < whole.length; length++)
      if (length !== 25)
        expect(decodePrescription(whole.slice(0, length))).toEqual({ ok: false, problem: 'length' });
  });

  it('has as many entries as fit a PREPARE message, and a record can hold them all', () => {
    expect(PRESCRIPTION_ENTRY_MAX_COUNT).toBe(18);
    expect(RECORD_ENTRY_MAX_COUNT).toBeGreaterThanOrEqual(PRESCRIPTION_ENTRY_MAX_COUNT);
  });
});

describe('digest and arm proof', () => {
  it('any changed field of the prescription changes the digest, and with it the proof', () => {
    fc.assert(
      fc.property(
        random.prescription,
        fc.nat(),
        fc.uint8Array({ minLength: 8, maxLength: 8 }),
        (one, pick, nonce) => {
          const bytes = encodePrescription(one);
          const other = bytes.slice();
          const at = pick % bytes.length;
          other[at] = (other[at] ?? 0) ^ 1;
          const digest = prescriptionDigest(bytes);
          expect(digest.length).toBe(16);
          expect(prescriptionDigest(other)).not.toEqual(digest);
          expect(armProof(prescriptionDigest(other), nonce)).not.toEqual(armProof(digest, nonce));
        },
      ),
    );
  });

  it('a proof serves one nonce only', () => {
    const digest = prescriptionDigest(prescribed([entry(0, 0)]));
    const nonce = new Uint8Array(8);
    const first = armProof(digest, nonce);
    writeU24(nonce, 0, 1);
    expect(first.length).toBe(8);
    expect(armProof(digest, nonce)).not.toEqual(first);
  });

  it('is SHA-256, cut: the first 16 bytes of the digest of "abc"', () => {
    expect(toHex(prescriptionDigest(new TextEncoder().encode('abc')))).toBe(
      'ba7816bf8f01cfea414140de5dae2223',
    );
  });
});
