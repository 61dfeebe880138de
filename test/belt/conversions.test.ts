import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePrescription, PRESCRIPTION_ENTRY_MAX_COUNT } from '../../protocol/documents.ts';
import type { PrescribedZone, Prescription } from '../../src/belt/belt.ts';
import { countDown, prescriptionBytesOf, wireLeaseOf } from '../../src/belt/conversions.ts';
import { PRESCRIPTION } from './support/rig.ts';
import { FEATURES } from './support/scripted-belt.ts';

const ZONE: PrescribedZone = PRESCRIPTION.steps[0]![0]!;
const withZone = (changes: Partial<PrescribedZone>): Prescription => ({
  ...PRESCRIPTION,
  steps: [[{ ...ZONE, ...changes }]],
});
const seed = 20_240_602;

describe(`rounding (seed ${seed})`, () => {
  it('never goes up, and never loses more than one unit', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 150, noNaN: true }),
        fc.constantFrom(100, 65_535, 100_000),
        (value, perUnit) => {
          const count = countDown(value, perUnit);
          expect(count / perUnit).toBeLessThanOrEqual(value);
          expect((count + 1) / perUnit).toBeGreaterThan(value);
        },
      ),
      { seed, numRuns: 5000 },
    );
  });

  it.each([
    [0.29, 29],
    [50, 5000],
    [49.999, 4999],
    [1.1, 110],
  ])('%d mW/cm² are %d hundredths', (value, count) => {
    expect(countDown(value, 100)).toBe(count);
  });
});

describe('a prescription on the wire', () => {
  it('is what was meant, rounded down where light is concerned', () => {
    const bytes = prescriptionBytesOf(
      withZone({
        irradianceMwPerCm2: 49.999,
        radiantExposureJPerCm2: 3.999_999,
        rampUpS: 2.04,
        rampDownS: 0.5,
      }),
      FEATURES,
    );
    const decoded = decodePrescription(bytes!);
    expect(decoded.ok && decoded.value).toMatchObject({
      stepCount: 1,
      timeLimitS: 90,
      entries: [
        {
          step: 0,
          zone: 0,
          emitter: 0,
          irradianceCentiMwPerCm2: 4999,
          radiantExposureTenMicroJPerCm2: 399_999,
          dutyCyclePer10k: 10_000,
          rampUpDeciS: 20,
          rampDownDeciS: 5,
        },
      ],
    });
  });

  it('finds the emitter by zone and wavelength together', () => {
    expect(prescriptionBytesOf(withZone({ wavelengthNm: 650 }), FEATURES)).toBeUndefined();
    const decoded = decodePrescription(
      prescriptionBytesOf(withZone({ zone: 1, wavelengthNm: 650 }), FEATURES) ?? new Uint8Array(0),
    );
    expect(decoded.ok && decoded.value.entries[0]?.emitter).toBe(1);
  });

  it.each<[string, Prescription]>([
    ['NaN irradiance', withZone({ irradianceMwPerCm2: NaN })],
    ['infinite irradiance', withZone({ irradianceMwPerCm2: Infinity })],
    ['irradiance below one unit', withZone({ irradianceMwPerCm2: 0.009 })],
    ['negative exposure', withZone({ radiantExposureJPerCm2: -1 })],
    ['exposure over 24 bits', withZone({ radiantExposureJPerCm2: 168 })],
    ['a ramp over 25.5 s', withZone({ rampUpS: 26 })],
    ['a negative ramp', withZone({ rampDownS: -0.1 })],
    ['a duty cycle of 0', withZone({ dutyCycle: 0 })],
    ['a duty cycle over 1', withZone({ dutyCycle: 1.01 })],
    ['a frequency over 16 bits', withZone({ pulseFrequencyHz: 7000, dutyCycle: 0.5 })],
    ['a zone the belt does not have', withZone({ zone: 5 })],
    ['no steps', { ...PRESCRIPTION, steps: [] }],
    ['an empty step', { ...PRESCRIPTION, steps: [[ZONE], []] }],
    ['a zone twice in a step', { ...PRESCRIPTION, steps: [[ZONE, ZONE]] }],
    ['more steps than the wire names', { ...PRESCRIPTION, steps: Array.from({ length: 16 }, () => [ZONE]) }],
    ['a tag that is none', { ...PRESCRIPTION, sessionTag: 'xyz' }],
    ['a time limit below 1 s', { ...PRESCRIPTION, timeLimitS: 0.5 }],
    ['a time limit over 16 bits', { ...PRESCRIPTION, timeLimitS: 70_000 }],
  ])('%s does not fit, and is not sent as something else', (_what, prescription) => {
    expect(prescriptionBytesOf(prescription, FEATURES)).toBeUndefined();
  });

  it('takes as many entries as fit one message, and not one more', () => {
    const pair = [ZONE, { ...ZONE, zone: 1, wavelengthNm: 650 }];
    const steps = (entryCount: number): Prescription => ({
      ...PRESCRIPTION,
      steps: Array.from({ length: Math.ceil(entryCount / 2) }, (_, step) =>
        step * 2 + 1 < entryCount ? pair : [ZONE],
      ),
    });
    expect(prescriptionBytesOf(steps(PRESCRIPTION_ENTRY_MAX_COUNT), FEATURES)).toBeDefined();
    expect(prescriptionBytesOf(steps(PRESCRIPTION_ENTRY_MAX_COUNT + 1), FEATURES)).toBeUndefined();
  });
});

describe('a lease on the wire', () => {
  const LEASE = { tick: 7, step: 1, zones: 3, ceiling: 0.5, epoch: 2 };

  it('rounds the ceiling down and caps it at the whole prescription', () => {
    expect(wireLeaseOf(LEASE)).toEqual({ ...LEASE, ceiling: 32_767 });
    expect(wireLeaseOf({ ...LEASE, ceiling: 1.2 })?.ceiling).toBe(65_535);
    expect(wireLeaseOf({ ...LEASE, ceiling: 0 })?.ceiling).toBe(0);
  });

  it.each([
    ['ceiling', NaN],
    ['ceiling', -0.1],
    ['tick', 2 ** 32],
    ['tick', -1],
    ['tick', 1.5],
    ['step', 15],
    ['zones', 256],
    ['epoch', 256],
    ['epoch', NaN],
  ])('with %s %d says nothing, so that none is sent', (field, value) => {
    expect(wireLeaseOf({ ...LEASE, [field]: value })).toBeUndefined();
  });
});
