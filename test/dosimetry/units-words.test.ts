// Numbers with units, in the words a person reads, and as the pattern that a schema hands to editors.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exampleOf,
  expectedQuantity,
  parseQuantity,
  quantityPattern,
  type QuantityKind,
} from '../../src/dosimetry/units.ts';

/** kind, what a plan says it wanted, how it is named where another was written. */
const KINDS: readonly (readonly [kind: QuantityKind, expected: string, title: string])[] = [
  ['radiantExposure', 'J/cm2 or mJ/cm2, such as `4 J/cm2`', 'radiant exposure'],
  ['irradiance', 'mW/cm2 or W/cm2, such as `50 mW/cm2`', 'irradiance'],
  ['wavelength', 'nm, such as `808 nm`', 'wavelength'],
  ['duration', 's, min, h or ms, such as `60 s`', 'time'],
  ['interval', 'day, h, min or s, such as `1 day`', 'time between sessions'],
  ['frequency', 'Hz or kHz, such as `100 Hz`', 'frequency'],
  ['ratio', '%, such as `80 %`', 'share'],
  ['radiantEnergy', 'J or mJ, such as `4 J`', 'energy'],
];
const problem = (kind: QuantityKind, text: string): string => {
  const parsed = parseQuantity(kind, text);
  return parsed.ok ? `read as ${parsed.value}` : parsed.problem;
};

describe('each kind of quantity', () => {
  it.each(KINDS)('%s: says what it wants, with an example that it takes itself', (kind, expected) => {
    expect(expectedQuantity(kind)).toBe(`a number with its unit, ${expected}`);
    expect(parseQuantity(kind, exampleOf(kind)).ok).toBe(true);
    expect(parseQuantity(kind, '4')).toEqual({
      ok: false,
      problem: '`4` has no unit',
      expected: expectedQuantity(kind),
    });
  });

  it.each(KINDS)('%s: names itself and the kind whose unit was written', (kind, _expected, title) => {
    const [other, , otherTitle] = kind === 'wavelength' ? KINDS[6]! : KINDS[2]!;
    const unit = exampleOf(other).split(' ')[1] ?? '';
    expect(problem(kind, `4 ${unit}`)).toBe(`\`${unit}\` is a unit of ${otherTitle}, not of ${title}`);
  });

  it.each([
    ['1 day', 86_400],
    ['2 days', 172_800],
    ['1.5 h', 5400],
    ['90 min', 5400],
    ['30 s', 30],
  ] as const)('time between sessions: %s', (text, value) => {
    expect(parseQuantity('interval', text)).toEqual({ ok: true, value });
  });
});

describe('what is wrong with a quantity is said in words', () => {
  it.each([
    ['4 daysx', 'unknown unit `daysx`'],
    ['4 ydays', 'unknown unit `ydays`'],
    ['4 DAY', 'unknown unit `DAY`; did you mean `day`? Capitals count'],
    ['', 'the number is missing'],
    ['days', 'the number is missing'],
    ['-4 days', 'must not be negative'],
    ['−4 days', 'must not be negative'],
    ['4-5 days', '`4-5` is not a plain decimal number'],
    ['12,34 days', '`12,34`: the decimal mark is a point, not a comma'],
    ['x1,2', 'the number is missing'],
    ['.1,2 days', '`.1,2` is not a plain decimal number'],
    ['1,2. days', '`1,2.` is not a plain decimal number'],
    ['1234567890 days', '`1234567890` has too many digits: at most nine before the point and nine behind'],
    [
      '1.1234567890 days',
      '`1.1234567890` has too many digits: at most nine before the point and nine behind',
    ],
    ['1._ days', '`1._` is not a plain decimal number'],
    ['nan days', 'not a finite number'],
    ['+inf', 'not a finite number'],
    ['.inf', 'not a finite number'],
    ['(nan) days', '`(` is not a plain decimal number'],
    ['4e5 days', 'write the number in plain decimal digits'],
    ['4e-15 days', 'write the number in plain decimal digits'],
    ['0xff', 'write the number in plain decimal digits'],
    ['0o17', 'write the number in plain decimal digits'],
    ['0b11', 'write the number in plain decimal digits'],
    ['4 e', 'unknown unit `e`'],
    ['4 o9', 'unknown unit `o9`'],
    ['4 b2', 'unknown unit `b2`'],
    ['4 ee5', 'unknown unit `ee5`'],
    ['4 times 0x1', 'unknown unit `times 0x1`'],
    ['4 min\n30 s', 'the number is missing'],
    ['x4\nday', 'the number is missing'],
    ['4 min 30 s', 'unknown unit `min 30 s`'],
  ])('%j', (text, words) => {
    expect(problem('interval', text)).toBe(words);
  });

  it('40 characters may be a quantity, 41 are too long for one', () => {
    expect(parseQuantity('interval', `1${' '.repeat(36)}day`).ok).toBe(true);
    expect(parseQuantity('interval', `1${' '.repeat(36)}days`).ok).toBe(false);
    expect(problem('interval', `1${' '.repeat(37)}day`)).toBe('too long for a quantity');
  });
});

describe('the pattern of a quantity', () => {
  it('is plain: digits, spaces, and the spellings of the units', () => {
    expect(quantityPattern('radiantExposure', true)).toBe(
      '^\\s*[0-9]{1,9}(\\.[0-9]{1,9})?\\s*(J/cm(2|²|\\^2)|mJ/cm(2|²|\\^2))\\s*$',
    );
    expect(quantityPattern('interval', false)).toBe(
      '^\\s*(?!0+(\\.0+)?([^0-9.]|$))[0-9]{1,9}(\\.[0-9]{1,9})?\\s*(days?|h|min|s)\\s*$',
    );
  });

  it('takes what is read, and nothing else', () => {
    const kinds = fc.constantFrom(...KINDS.map(([kind]) => kind));
    const number = fc.constantFrom(
      '0',
      '0.0',
      '00',
      '4',
      '12.5',
      '0.001',
      '1234567890',
      '-1',
      '1.',
      '.5',
      '1e3',
    );
    const unit = fc.constantFrom(
      '',
      'J',
      'J/cm2',
      'J/cm²',
      'mJ/cm^2',
      'nm',
      's',
      'min',
      'days',
      'day',
      'Hz',
      '%',
    );
    const space = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(kinds, number, space, unit, space, (kind, digits, between, spelling, behind) => {
        const text = `${behind}${digits}${between}${spelling}${behind}`;
        const parsed = parseQuantity(kind, text);
        expect(new RegExp(quantityPattern(kind, true), 'u').test(text), text).toBe(parsed.ok);
        expect(new RegExp(quantityPattern(kind, false), 'u').test(text), text).toBe(
          parsed.ok && parsed.value > 0,
        );
      }),
      { numRuns: 2000 },
    );
  });
});
