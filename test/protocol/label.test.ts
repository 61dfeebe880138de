import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLabel, parseLabel } from '../../protocol/label.ts';
import { bytesOf } from './examples.ts';

const SECRET = bytesOf('000102030405060708090a0b0c0d0e0f');
const TEXT = 'AAAQ-EAYE-AUDA-OCAJ-BIFQ-YDIO-B4';
const someSecret = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('the label', () => {
  it('is base32 of RFC 4648 in groups of four', () => {
    expect(formatLabel(SECRET)).toBe(TEXT);
    expect(formatLabel(new Uint8Array(16).fill(0xff))).toBe('7777-7777-7777-7777-7777-7777-74');
  });

  it('is read however a person types it', () => {
    fc.assert(
      fc.property(
        someSecret,
        fc.array(fc.constantFrom(' ', '-', '–', '\t', '\n'), { maxLength: 20 }),
        (secret, gaps) => {
          const characters = [...formatLabel(secret).replaceAll('-', '')];
          const text = characters
            .map((one, index) => (index % 2 ? one.toLowerCase() : one) + (gaps[index] ?? ''))
            .join('');
          expect(parseLabel(text)).toEqual({ ok: true, secret });
          expect(parseLabel(formatLabel(secret))).toEqual({ ok: true, secret });
        },
      ),
    );
  });

  it.each([
    ['', /26 letters and digits, this is empty/],
    [TEXT.slice(0, -1), /these are 25/],
    [`${TEXT}A`, /these are 27/],
    ['A'.repeat(201), /much longer/],
    [TEXT.replace('O', '0'), /character 13 .*: labels have no digit 0; it is the letter O/],
    [TEXT.replace('I', '1'), /character 18 .*no digit 1; it is the letter I, or perhaps L/],
    [TEXT.replace('B', '8'), /character 17 .*no digit 8; it is the letter B/],
    [TEXT.replace('Q', '9'), /no digit 9/],
    [TEXT.replace('Q', '\u001b'), /character 4 .* none of the letters/],
    [TEXT.replace('Q', 'ß'), /none of the letters/],
    [TEXT.replace('I', 'ı'), /none of the letters/],
    [TEXT.replace('Q', '💡'), /none of the letters/],
    [TEXT.replace(/4$/, '5'), /last character/],
  ])('%j is refused in words', (text, words) => {
    const reading = parseLabel(text);
    expect(reading.ok ? 'read' : reading.problem).toMatch(words);
  });

  it('never repeats a character of the secret in its words', () => {
    const text = 'WXYZ'.repeat(6);
    for (const wrong of [text, `${text}!!`, `${text}0W`, `${text}WX`]) {
      const reading = parseLabel(wrong);
      expect(reading.ok ? wrong : reading.problem).not.toMatch(/W|X/);
    }
  });

  it('answers any text with a result, lone surrogates and all', () => {
    const text = fc.array(fc.nat({ max: 0xffff }), { maxLength: 40 });
    fc.assert(fc.property(text, (units) => !parseLabel(String.fromCharCode(...units)).ok));
  });

  it('holds 16 bytes: any other number is a broken invariant', () => {
    for (const length of [0, 15, 17]) expect(() => formatLabel(new Uint8Array(length))).toThrow(RangeError);
  });
});
