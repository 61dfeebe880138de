import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber, parseQuantity, type QuantityKind } from '../../src/dosimetry/units.ts';

const KINDS: readonly QuantityKind[] = [
  'radiantExposure',
  'irradiance',
  'wavelength',
  'duration',
  'frequency',
  'ratio',
  'radiantEnergy',
];

describe('numbers with units', () => {
  it.each([
    ['radiantExposure', '4 J/cm2', 4],
    ['radiantExposure', '4 J/cm²', 4],
    ['radiantExposure', '4 J/cm^2', 4],
    ['radiantExposure', '4J/cm2', 4],
    ['radiantExposure', '  4.25   J/cm2 ', 4.25],
    ['radiantExposure', '500 mJ/cm2', 0.5],
    ['irradiance', '50 mW/cm2', 50],
    ['irradiance', '0.05 W/cm2', 50],
    ['wavelength', '808 nm', 808],
    ['duration', '2 s', 2],
    ['duration', '5 min', 300],
    ['duration', '500 ms', 0.5],
    ['duration', '100 ms', 0.1],
    ['duration', '20 h', 72_000],
    ['duration', '0 s', 0],
    ['frequency', '100 Hz', 100],
    ['frequency', '5 kHz', 5000],
    ['ratio', '80 %', 0.8],
    ['ratio', '80%', 0.8],
    ['radiantEnergy', '4 J', 4],
    ['radiantEnergy', '250 mJ', 0.25],
  ] as const)('%s: %s', (kind, text, value) => {
    expect(parseQuantity(kind, text)).toEqual({ ok: true, value });
  });

  it.each([
    ['radiantExposure', '4', '`4` has no unit', 'J/cm2 or mJ/cm2'],
    ['duration', '60', '`60` has no unit', 's, min, h or ms'],
    ['wavelength', '808', '`808` has no unit', 'nm'],
    ['radiantExposure', '4 J', '`J` is a unit of energy, not of radiant exposure', 'J/cm2'],
    ['radiantExposure', '4 j/cm2', 'did you mean `J/cm2`', 'J/cm2'],
    ['irradiance', '50 MW/cm2', 'did you mean `mW/cm2`', 'mW/cm2'],
    ['duration', '5 minutes', 'unknown unit `minutes`', 's, min, h or ms'],
    ['duration', '5 min 30 s', 'unknown unit `min 30 s`', ''],
    ['radiantExposure', '-4 J/cm2', 'must not be negative', ''],
    ['radiantExposure', '+4 J/cm2', 'is not a plain decimal number', ''],
    ['radiantExposure', '4,5 J/cm2', 'the decimal mark is a point', ''],
    ['radiantExposure', '4e3 J/cm2', 'plain decimal digits', ''],
    ['radiantExposure', '1e400', 'plain decimal digits', ''],
    ['radiantExposure', '0x10 J/cm2', 'plain decimal digits', ''],
    ['radiantExposure', 'NaN J/cm2', 'not a finite number', ''],
    ['radiantExposure', 'Infinity J/cm2', 'not a finite number', ''],
    ['radiantExposure', '-Infinity', 'not a finite number', ''],
    ['radiantExposure', '.5 J/cm2', 'is not a plain decimal number', ''],
    ['radiantExposure', '4. J/cm2', 'is not a plain decimal number', ''],
    ['radiantExposure', '1.2.3 J/cm2', 'is not a plain decimal number', ''],
    ['radiantExposure', '1_000 J/cm2', 'is not a plain decimal number', ''],
    ['radiantExposure', '٤ J/cm2', 'is not a plain decimal number', ''],
    ['radiantExposure', 'J/cm2', 'the number is missing', ''],
    ['radiantExposure', '', 'the number is missing', ''],
    ['radiantExposure', '4000000000 J/cm2', 'has too many digits', ''],
    ['radiantExposure', `4${' '.repeat(50)}J/cm2`, 'too long', ''],
  ] as const)('%s: %j is refused', (kind, text, problem, expected) => {
    const parsed = parseQuantity(kind, text);
    expect(parsed).toMatchObject({ ok: false, problem: expect.stringContaining(problem) as string });
    expect(parsed.ok ? '' : parsed.expected).toContain(expected);
  });

  it('whatever is written: never throws, and never yields what is no plain amount', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.string({ unit: 'binary', maxLength: 60 }), (kind, text) => {
        const parsed = parseQuantity(kind, text);
        if (parsed.ok) expect(parsed.value).toBeGreaterThanOrEqual(0);
        else expect(parsed.expected).toContain('a number with its unit');
      }),
      { numRuns: 2000 },
    );
  });

  it('reads every decimal fraction as the nearest number there is', () => {
    fc.assert(
      fc.property(fc.nat(999_999), fc.nat(99_999), (whole, fraction) => {
        const text = `${whole}.${fraction}`;
        expect(parseQuantity('radiantExposure', `${text} J/cm2`)).toEqual({ ok: true, value: Number(text) });
        expect(parseQuantity('duration', `${whole} ms`)).toEqual({ ok: true, value: whole / 1000 });
      }),
    );
  });

  it('shows numbers short, and what is no number as a dash', () => {
    expect([4, 4.25, 0.1 + 0.2, 81.5, NaN, Infinity].map((value) => formatNumber(value))).toEqual([
      '4',
      '4.25',
      '0.3',
      '81.5',
      '–',
      '–',
    ]);
  });
});
