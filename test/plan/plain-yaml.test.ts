// The short way and the parser must agree on every file that the short way takes: a dose may not depend on the way.
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainYaml } from '../../src/plan/plain-yaml.ts';
import { readYamlQuickly } from '../../src/plan/quick-yaml-source.ts';
import { parseYamlSource } from '../../src/plan/yaml-source.ts';
import { longPlan } from '../bench/long-plan.ts';
import { readCorpus, readCorpusFile } from './corpus-reader.ts';

const BOUNDS = { depthMax: 8, nodeMaxCount: 10_000, keyMaxChars: 64 };
const folder = new URL('../../src/plan/programs/', import.meta.url);
const programs = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), 'utf8'),
}));
const corpus = readCorpus().filter(({ text }) => text.length < 8000);

const isPlain = (text: string): boolean => readPlainYaml(text, BOUNDS) !== undefined;

/** True when the short way took it, and the parser reads the same and finds nothing wrong. */
function agrees(text: string): boolean {
  const plain = readPlainYaml(text, BOUNDS);
  if (plain === undefined) return false;
  const parsed = parseYamlSource(text, 'plan');
  expect(parsed.problems, text).toEqual([]);
  expect(JSON.stringify(plain), text).toBe(JSON.stringify(parsed.value));
  expect(plain, text).toEqual(parsed.value);
  return true;
}

/** What a line of a plan may hold, and what only looks like it. */
const CONTENTS = [
  ...['laserbelt: 1', 'name: a', 'session:', 'treat: [L1, L2]', '- treat: [L1]', '- L1', '- rest: 60 s'],
  ...['ramp: { up: 2 s, down: 1 s }', 'say: Slowly. Stop if it hurts.', 'dose: 4 J/cm²', 'basis: 780–860 nm'],
  ...[
    'a: b: c',
    'a: b #c',
    'a: b#c',
    'a: b # c',
    '# c',
    '-',
    '- ',
    '- - a',
    '-   a: 1',
    'a:b',
    'a : b',
    'a:',
    'b:',
  ],
  ...[
    'a: 0x10',
    'a: 1e3',
    'a: 0o7',
    'a: 007',
    'a: .5',
    'a: 1.5',
    'a: -1',
    'a: 12345678901234567890',
    'a: 1_000',
  ],
  ...[
    'a: ~',
    'a: null',
    'a: NULL',
    'a: yes',
    'a: True',
    'a: .inf',
    'a: "x"',
    "a: 'x'",
    "a: it's",
    'a: "x" y',
  ],
  ...[
    'a: [',
    'a: ]',
    'a: []',
    'a: {}',
    'a: [a, ]',
    'a: [a b, 1]',
    'a: {a: 1, a: 2}',
    'a: [a] b',
    'a: [a: 1]',
  ],
  ...[
    'a: [x, [y]]',
    'a: {b}',
    'a: {b: }',
    'a: [-1]',
    'a: [true]',
    'a: [a #b]',
    'a: [a:b]',
    'a: {b: c d, e: 1 s}',
  ],
  ...[
    'a: |',
    'a: >',
    'a: &x b',
    'a: *x',
    'a: !!str b',
    'a: @b',
    'a: `b',
    'a: %b',
    'a: ? b',
    '? a',
    ': b',
    'a: - b',
  ],
  ...[
    '---',
    '...',
    '%YAML 1.2',
    'a',
    'two words',
    'a: b ',
    'a:  b  c',
    'true: 1',
    'null: 1',
    '1: 1',
    'é: 1',
    'a: é',
  ],
  ...[
    'a: <<',
    '<<: b',
    'a: x, y',
    'a: (x)',
    'a: x\\ny',
    'a: 4 J/cm2,',
    'a: http://x/y',
    'a: b:',
    'a: 1 :',
    'a: 2026-01-01',
  ],
];

describe('plain files are read a short way', () => {
  it.each(programs)('takes the built-in plan $name, and reads in it what the parser reads', ({ text }) => {
    expect(agrees(text)).toBe(true);
  });

  it('takes long plans, the plans of the corpus, and lists as far in as their key', () => {
    expect(agrees(longPlan(50))).toBe(true);
    expect(agrees(readCorpusFile('course.yaml'))).toBe(true);
    expect(agrees('session:\n- treat:\n  - L1\n  dose: 4 J/cm2 # of light\n- rest: 60 s\nname: a\n')).toBe(
      true,
    );
  });

  it('agrees with the parser on every wrong plan that it takes', () => {
    expect(corpus.filter(({ text }) => agrees(text)).length).toBeGreaterThan(100);
  });

  it('leaves to the parser whatever is not plain', () => {
    for (const { text, kind } of corpus) if (kind === 'syntax') expect(isPlain(text), text).toBe(false);
    for (const text of [
      '',
      '#\n',
      'a: 1\r\n',
      'a:\t1\n',
      '\ufeffa: 1\n',
      ' a: 1\n',
      'a: 1\na: 2\n',
      'a:\n',
      'a: ~\n',
    ])
      expect(isPlain(text), JSON.stringify(text)).toBe(false);
  });

  it('leaves to the parser what is deeper, longer or named longer than a plan', () => {
    const deep = (levels: number): string =>
      `${Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n')} x\n`;
    expect([isPlain(deep(8)), isPlain(deep(9))]).toEqual([true, false]);
    const list = (count: number): string => `a:\n${' - x\n'.repeat(count)}`;
    expect([isPlain(list(9_998)), isPlain(list(9_999))]).toEqual([true, false]);
    expect([isPlain(`${'k'.repeat(64)}: 1\n`), isPlain(`${'k'.repeat(65)}: 1\n`)]).toEqual([true, false]);
    for (const text of [deep(8), deep(9), list(9_998), list(9_999)])
      expect(readYamlQuickly(text, 'plan').problems.length > 0).toBe(!isPlain(text));
  });

  it('agrees with the parser on any lines of a plan at any indents', () => {
    let taken = 0;
    const line = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom(...CONTENTS));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 7 }), (lines) => {
        const text = lines.map(([indent, content]) => `${' '.repeat(indent)}${content}\n`).join('');
        if (agrees(text)) taken++;
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('agrees with the parser when any characters of a plan are put, left out or replaced', () => {
    const texts = [...programs.map(({ text }) => text), readCorpusFile('right.yaml')];
    const piece = fc.oneof(
      fc.constantFrom(
        ' ',
        '  ',
        '\n',
        ':',
        ': ',
        '#',
        ' #',
        '-',
        '- ',
        ',',
        '[',
        ']',
        '{',
        '}',
        '"',
        "'",
        '.',
      ),
      fc.constantFrom(
        '0',
        '1',
        'e',
        'x',
        '\n\n',
        '\n ',
        '\t',
        '&',
        '*',
        '!',
        '|',
        '>',
        '~',
        '\u00a0',
        '\u2028',
      ),
    );
    let taken = 0;
    const edit = fc.record({ at: fc.nat(), removed: fc.integer({ min: 0, max: 3 }), put: piece });
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        (whole, edits) => {
          // A part is parsed faster, and more of it is changed.
          const text = edits.reduce((now, { at, removed, put }) => {
            const place = at % (now.length + 1);
            return now.slice(0, place) + put + now.slice(place + removed);
          }, whole);
          if (agrees(text)) taken++;
        },
      ),
      { numRuns: 1500 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

describe('where a plain file says something wrong', () => {
  it('is told by the parser, at the same place', () => {
    const text = 'name: a\nsession:\n  - treat: [L1]\n    dose: 4\n';
    const problem = { path: ['session', 0, 'dose'], message: 'm', expected: 'e' };
    expect(isPlain(text)).toBe(true);
    expect(readYamlQuickly(text, 'plan').place(problem)).toEqual({
      ...parseYamlSource(text, 'plan').place(problem),
      line: 4,
      column: 11,
    });
  });
});
