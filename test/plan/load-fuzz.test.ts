// Whatever a file holds: the loader ends, never throws, and says where. Seeds are printed by the property on failure.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { belt, referenceProfile } from './belts.ts';
import { readCorpus, readCorpusFile } from './corpus-reader.ts';

const folder = new URL('../../src/plan/programs/', import.meta.url);
const rightTexts = [
  readCorpusFile('right.yaml'),
  readCorpusFile('course.yaml'),
  ...readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8')),
];
const texts = [...rightTexts, ...readCorpus().map(({ text }) => text)].filter((text) => text.length < 8000);

const profiles = [
  referenceProfile,
  belt({ zoneCount: NaN, sessionMaxS: NaN, radiantExposureMaxJPerCm2: NaN }),
  belt({
    emitters: referenceProfile.emitters.map((emitter) => ({
      ...emitter,
      areaCm2: 0,
      radiantPowerMaxMw: NaN,
    })),
  }),
  belt({ emitters: [] }),
];

/** Fails where a person would be left without a place or without words. */
function hold(text: string): boolean {
  const loaded = loadPlan(text, 'p.yaml');
  // A carriage return alone ends no line: so the parser counts, and so do editors.
  const lines = text.split('\n');
  const places = loaded.ok ? loaded.warnings : loaded.problems;
  if (!loaded.ok) expect(places.length).toBeGreaterThan(0);
  for (const { line, column, message } of places) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(Math.max(...lines.map((each) => each.length)) + 2);
    expect(message).not.toBe('');
    expect(message).not.toMatch(/undefined|\[object|NaN J|[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
  if (!loaded.ok) return false;
  for (const profile of profiles) {
    const visit = resolveVisit(loaded.plan, profile);
    if (visit.ok) continue;
    expect(visit.problems.length).toBeGreaterThan(0);
    for (const { line, column } of loaded.placeProblems(visit.placed))
      expect(line >= 1 && line <= lines.length && column >= 1).toBe(true);
  }
  return true;
}

const PIECES = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    '- ',
    '&a ',
    '*a',
    '!!map ',
    '"',
    "'",
    '\n',
    '\r',
    '\t',
    '?',
    '|',
    '>',
    '#',
    '%',
    '\0',
  ],
  ...[
    '\u{1F9E8}',
    '\ud800',
    '\u202e',
    '~',
    '<<: ',
    '1e400',
    '.nan',
    '-0',
    '0x',
    '²',
    '---\n',
    '...\n',
    ' ',
    '  ',
  ],
  ...[
    'care: ice',
    'for: 20 min',
    'every: { perWeek: 5 }',
    'rest: 60 s',
    '50 W/cm2',
    '999999999 J/cm2',
    'treat: [L8]',
  ],
];

describe('the loader under junk', () => {
  it('whatever is cut out, put in, doubled or swapped: it ends with places, or with a plan that any belt can judge', () => {
    let loadedCount = 0;
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(40),
      piece: fc.constantFrom(...PIECES, ''),
      copy: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (start, edits) => {
          let text = start;
          for (const { at, length, piece, copy } of edits) {
            const from = Math.floor(at * text.length);
            const put = copy ? text.slice(from, from + length) + piece : piece;
            text = text.slice(0, from) + put + text.slice(copy ? from : from + length);
          }
          if (hold(text)) loadedCount++;
        },
      ),
      { numRuns: 3000 },
    );
    expect(loadedCount).toBeGreaterThan(10);
  });

  it('lines of right plans in any order', () => {
    const lines = rightTexts.flatMap((text) => text.split('\n'));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...lines), { maxLength: 30 }), (chosen) => {
        hold(chosen.join('\n'));
      }),
      { numRuns: 1500 },
    );
  });

  it('any text, any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(hold(text)).toBe(false);
      }),
      { numRuns: 1500 },
    );
  });

  it('any values behind the keys of a plan', () => {
    const value = fc.oneof(
      fc.constantFrom('4 J/cm2', '50 mW/cm2', '808 nm', '60 s', '1 day', '80 %', 'lumbar', 'ice', 1, 12),
      fc.constantFrom<unknown>(
        ['L1'],
        ['L1', 'L1'],
        { up: '1 s' },
        { perWeek: 5 },
        { frequency: '1 Hz', duty: '5 %' },
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const keysOf = (...keys: readonly string[]) =>
      fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: keys.length });
    const plan = fc.record({
      laserbelt: fc.constantFrom<unknown>(1, 2),
      name: fc.constantFrom<unknown>('a', null),
      site: fc.constantFrom('lumbar', 'knee'),
      session: fc.array(
        keysOf(
          'treat',
          'wavelength',
          'irradiance',
          'dose',
          'energy',
          'ramp',
          'pulse',
          'rest',
          'care',
          'for',
          'say',
          'order',
        ),
        { maxLength: 5 },
      ),
      course: keysOf('sessions', 'every', 'gap'),
      limits: keysOf('sessionDose', 'duration'),
    });
    fc.assert(
      fc.property(plan, (object) => {
        hold(JSON.stringify(object, null, 1));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('what no file can make slow', () => {
  const head = 'laserbelt: 1\nname: a\nsite: lumbar\nsession:\n';
  it.each([
    ['ten thousand steps', `${head}${'  - rest: 1 s\n'.repeat(10_000)}`, 'at most 64 KiB'],
    [
      'ten thousand steps in little room',
      `${head.trim()} [${'a,'.repeat(10_000)}]\n`,
      'at most 8 levels and 10000 values',
    ],
    ['as many steps as a file has room for', `${head}${'  - rest: 1 s\n'.repeat(4500)}`, 'at most 200 items'],
    [
      'ten thousand keys',
      Array.from({ length: 10_500 }, (_, at) => `k${at.toString(36)}:\n`).join(''),
      '10000 values',
    ],
    ['one key twenty thousand times', 'a:\n'.repeat(20_000), 'each key once'],
    ['mistakes in every step', `${head}${'  - x: 1\n'.repeat(4900)}`, 'at most 200 items'],
  ])('%s: refused by a named limit', (_title, text, says) => {
    const loaded = loadPlan(text, 'p.yaml');
    expect(
      loaded.ok ? '' : loaded.problems.map(({ message, expected }) => `${message} ${expected}`).join('\n'),
    ).toContain(says);
  });
});
