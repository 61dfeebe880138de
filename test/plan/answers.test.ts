// The answers file: what it may say, and what is told about every mistake in it.
import { describe, expect, it } from 'vitest';
import { answersTemplate } from '../../src/plan/answers-template.ts';
import { readAnswers, type AnswersRequest } from '../../src/plan/answers.ts';
import { parseDate } from '../../src/plan/calendar.ts';
import { formatPlanProblem } from '../../src/plan/load.ts';
import { CONTRAINDICATIONS } from '../../src/safety/contraindications.ts';
import { questionsFor } from '../../src/safety/screening.ts';

const FACTS = { site: 'lumbar', pulsesVisibleLight: false };
const NOW_MS = Date.parse('2026-03-31T12:00:00Z');
const DAY_MS = 86_400_000;
const request = (changes: Partial<AnswersRequest> = {}): AnswersRequest => ({
  known: CONTRAINDICATIONS,
  full: questionsFor('full', FACTS),
  short: questionsFor('short', FACTS),
  needed: 'short',
  person: 'default',
  nowMs: NOW_MS,
  utcOffsetMinutes: 0,
  ...changes,
});

const answerLines = (form: 'full' | 'short'): string[] =>
  questionsFor(form, FACTS).map(({ id, safe }) => `  ${id}: ${safe}`);
const textOf = (form: 'full' | 'short', changes: Record<string, string> = {}, more = ''): string =>
  [
    `laserbelt-answers: ${changes['version'] ?? '1'}`,
    `person: ${changes['person'] ?? 'default'}`,
    `date: ${changes['date'] ?? '2026-03-31'}`,
    'answers:',
    ...answerLines(form).map((line) => {
      const id = line.trim().split(':')[0] ?? '';
      return changes[id] === undefined ? line : `  ${id}: ${changes[id]}`;
    }),
    more,
  ].join('\n');
const problemsOf = (text: string, changes: Partial<AnswersRequest> = {}): string[] => {
  const read = readAnswers(text, 'a.yaml', request(changes));
  return read.ok ? [] : read.problems.map(formatPlanProblem);
};

describe('an answers file', () => {
  it('gives the answers, who overrides what, and when', () => {
    const text = textOf(
      'full',
      { 'photosensitising-drugs': 'yes' },
      'override:\n  photosensitising-drugs: { by: Dr Who, date: 2026-03-01 }\n',
    );
    const read = readAnswers(text, 'a.yaml', request({ needed: 'full' }));
    expect(read).toMatchObject({
      ok: true,
      value: {
        form: 'full',
        isOfToday: true,
        atMs: Date.parse('2026-03-31T00:00:00Z'),
        overrides: { 'photosensitising-drugs': { by: 'Dr Who', date: '2026-03-01' } },
      },
    });
    if (read.ok)
      expect(read.value.answers).toMatchObject({
        'photosensitising-drugs': 'yes',
        fever: 'no',
        'skin-intact': 'yes',
      });
  });

  it('may be JSON', () => {
    const answers = Object.fromEntries(questionsFor('short', FACTS).map(({ id, safe }) => [id, safe]));
    const text = JSON.stringify({ 'laserbelt-answers': 1, person: 'default', date: '2026-03-31', answers });
    expect(readAnswers(text, 'a.json', request())).toMatchObject({
      ok: true,
      value: { form: 'short', answers },
    });
  });

  it('a full form of today serves where a short one is needed; the reverse does not', () => {
    expect(readAnswers(textOf('full'), 'a', request())).toMatchObject({
      ok: true,
      value: { form: 'full', isOfToday: true },
    });
    expect(problemsOf(textOf('short'), { needed: 'full' }).join('\n')).toMatch(
      /`malignancy` is not answered/,
    );
  });

  it('an answer to a question that this session does not ask is none too many', () => {
    expect(problemsOf(`${textOf('short')}  thyroid: yes\n`)).toEqual([]);
  });

  const full = { needed: 'full' } as const;
  it.each([
    ['short', '2026-03-31', {}, true],
    ['short', '2026-03-30T12:00:00Z', {}, true],
    ['short', '2026-03-30T11:59:59Z', {}, false],
    ['short', '2026-03-30', {}, false],
    ['full', '2026-03-11T12:00:00Z', full, true],
    ['full', '2026-03-11T11:59:59Z', full, false],
    ['short', '2026-03-31T12:05:00Z', {}, true],
    ['short', '2026-03-31T12:05:01Z', {}, false],
    ['short', '2026-04-01', {}, false],
    ['full', '2027-03-31', full, false],
    // East of Greenwich it is already the next day.
    ['short', '2026-04-01', { utcOffsetMinutes: 13 * 60 }, true],
  ] as const)('a %s form of %s with %j is taken: %s', (form, date, changes, isTaken) => {
    const problems = problemsOf(textOf(form, { date }), changes);
    expect(problems.length).toBe(isTaken ? 0 : 1);
    if (!isTaken)
      expect(problems[0]).toMatch(/^a\.yaml:3:7: `date`: .*(days? old|in the future).*\(expected /);
  });

  it('a full form of an earlier day says that it is not of today', () => {
    const read = readAnswers(textOf('full', { date: '2026-03-20' }), 'a', request(full));
    expect(read).toMatchObject({ ok: true, value: { isOfToday: false } });
  });

  const HEAD = 'laserbelt-answers: 1\nperson: default\ndate: 2026-03-31\n';
  it.each([
    ['', /^a\.yaml:1:1: this is no answers file \(expected a file that begins `laserbelt-answers: 1`\)$/],
    ['- yes\n', /no answers file/],
    ['yes\n', /no answers file/],
    ['answers: all no', /`answers`: `all no` is no group of keys/],
    [
      `${HEAD}answers: no\n`,
      /^a\.yaml:4:10: `answers`: `no` is no group of keys \(expected one line for each question\)$/,
    ],
    [HEAD, /`answers` is missing/],
    [
      textOf('short', { version: '2' }),
      /^a\.yaml:1:20: format version `2` is not known here \(expected `laserbelt-answers: 1`\)$/,
    ],
    [textOf('short').replace('laserbelt-answers: 1\n', ''), /`laserbelt-answers` is missing/],
    [textOf('short').replace('laserbelt-answers', 'laserbelt'), /unknown key `laserbelt`/],
    [textOf('short').replace('person: default\n', ''), /`person` is missing/],
    [
      textOf('short', { person: 'Ann' }),
      /^a\.yaml:2:9: `person`: these are the answers of `Ann` \(expected those of `default`/,
    ],
    [textOf('short', { person: '[a]' }), /`person`: a list is no name/],
    [textOf('short', { date: '2026-02-30' }), /`date`: `2026-02-30` is no date/],
    [textOf('short', { date: 'today' }), /`date`: `today` is no date/],
    [textOf('short', { date: '20260331' }), /`date`: `20260331` is no date/],
    [textOf('short').replace('date: 2026-03-31\n', ''), /`date` is missing/],
    [
      textOf('short', { pregnancy: 'maybe' }),
      /^a\.yaml:\d+:\d+: `pregnancy`: `maybe` is no answer \(expected yes or no\)$/,
    ],
    [
      textOf('short', { pregnancy: 'true' }),
      /`pregnancy`: `true` is no answer; did you mean `yes`\? \(expected yes or no\)/,
    ],
    [textOf('short', { pregnancy: 'No' }), /did you mean `no`\?/],
    [textOf('short', { pregnancy: '' }), /`pregnancy` is not answered \(expected yes or no\)$/],
    [
      textOf('short').replace('pregnancy', 'pregnacy'),
      /unknown question `pregnacy`; did you mean `pregnancy`\?/,
    ],
    [
      textOf('short').replace(/ {2}pregnancy: no\n/, ''),
      /^a\.yaml:4:1: `pregnancy` is not answered \(expected yes or no: Are you pregnant/,
    ],
    [
      textOf('short').replace('pregnancy: no', 'pregnancy: no\n  pregnancy: no'),
      /this key stands here twice/,
    ],
    [`${textOf('short')}  "*": no\n`, /unknown question `\*`/],
    [`${textOf('short')}  all: no\n`, /unknown question `all`/],
    [`${textOf('short')}overide: {}\n`, /unknown key `overide`; did you mean `override`\?/],
    [`${textOf('short')}override: Dr Who\n`, /`override`: `Dr Who` is no group of keys/],
    [
      `${textOf('short')}override: { pregnancy: { by: Dr Who, date: 2026-03-01 } }\n`,
      /`pregnancy`: nobody can override this \(expected one of .*photosensitising-drugs/,
    ],
    [
      `${textOf('short')}override: { new-medicin: { by: Dr Who, date: 2026-03-01 } }\n`,
      /unknown question `new-medicin`; did you mean `new-medicine`\?/,
    ],
    [
      `${textOf('short')}override: { new-medicine: yes }\n`,
      /`yes` is no override \(expected `\{ by: Dr Name, date: 2026-03-01 \}`\)/,
    ],
    [`${textOf('short')}override: { new-medicine: { date: 2026-03-01 } }\n`, /`by` is missing/],
    [
      `${textOf('short')}override: { new-medicine: { by: Default, date: 2026-03-01 } }\n`,
      /`by`: `Default` is the person who is treated/,
    ],
    [
      `${textOf('short')}override: { new-medicine: { by: Dr Who, date: 2026-05-01 } }\n`,
      /`date`: `2026-05-01` is in the future/,
    ],
    [
      `${textOf('short')}override: { new-medicine: { by: Dr Who, date: 2024-05-01 } }\n`,
      /`date`: this is \d+ days old \(expected at most 365 days/,
    ],
    [`${textOf('short')}override: { new-medicine: { by: Dr Who } }\n`, /`date`: nothing is no date/],
    [
      `${textOf('short')}override: { new-medicine: { by: Dr Who, date: 2026-03-01, ok: 1 } }\n`,
      /unknown key `ok`/,
    ],
    [
      textOf('short', { pregnancy: '&a no', 'skin-intact': '*a' }),
      /anchor `&a`: questionnaires have no anchors/,
    ],
    ['%YAML 1.1\n---\nanswers: {}\n', /no YAML directives/],
    ['answers: {a: [\n', /not readable as YAML|still open/],
    [`answers: ${'['.repeat(200)}`, /too deep/],
    ['#'.repeat(100_000), /too long for a questionnaire/],
    ['person: "\u001b[2J"\n', /\\u\{1b\}/],
  ])('%j is told', (text, expected) => {
    const problems = problemsOf(text);
    expect(
      problems.some((problem) => expected.test(problem)),
      problems.join('\n'),
    ).toBe(true);
    for (const problem of problems) expect(problem).toMatch(/^a\.yaml:[1-9]\d*:[1-9]\d*: /);
  });

  it('names every mistake at once, in the order of the file', () => {
    const text = textOf('short', {
      person: 'Ann',
      date: '2030-01-01',
      pregnancy: 'never',
      'skin-intact': 'sure',
    });
    const lines = problemsOf(text).map((problem) => Number(problem.split(':')[1]));
    expect(lines.length).toBe(4);
    expect(lines).toEqual([...lines].sort((left, right) => left - right));
  });

  it('a key called __proto__ answers nothing', () => {
    expect(problemsOf(`${textOf('short')}  __proto__: no\n`).join()).toMatch(/unknown question `__proto__`/);
  });
});

describe('a date', () => {
  it('is the moment that the calendar of the machine gives it, for every day of 150 years', () => {
    for (let day = 0; day < 55_000; day += 1) {
      const text = new Date(day * DAY_MS).toISOString();
      if (parseDate(text.slice(0, 10), 0) !== day * DAY_MS || parseDate(text, 0) !== day * DAY_MS)
        expect.fail(text);
    }
    expect(parseDate('2026-03-01T08:30:15+02:00', 0)).toBe(Date.parse('2026-03-01T08:30:15+02:00'));
    expect(parseDate('2026-03-01', -300)).toBe(Date.parse('2026-03-01T00:00:00-05:00'));
  });
  it.each([
    '2026-02-29',
    '2026-13-01',
    '2026-00-10',
    '1969-12-31',
    '2026-3-1',
    '2026-03-01T24:00Z',
    '2026-03-01T08:30',
    '2026-03-01T08:30+15:00',
    '',
    'x',
  ])('%j is none', (text) => {
    expect(parseDate(text, 0)).toBeUndefined();
  });
});

describe('the template of an answers file', () => {
  const templateOf = (form: 'full' | 'short', person = 'default'): string =>
    answersTemplate({
      planName: 'low-back',
      form,
      person,
      questions: questionsFor(form, FACTS),
      note: 'Note.',
    });

  it.each(['full', 'short'] as const)(
    '%s: as it is, every question and the date are told to be open',
    (form) => {
      const problems = problemsOf(templateOf(form), { needed: form });
      for (const { id } of questionsFor(form, FACTS))
        expect(
          problems.filter((problem) => problem.includes(`\`${id}\` is not answered`)),
          id,
        ).toHaveLength(1);
      expect(problems.join()).toMatch(/`date`: nothing is no date/);
      expect(problems).toHaveLength(questionsFor(form, FACTS).length + 1);
    },
  );

  it.each(['full', 'short'] as const)('%s: filled in, it is taken', (form) => {
    let text = templateOf(form, 'Ann: "A"').replace(/^date:.*$/m, 'date: 2026-03-31');
    for (const { id, safe } of questionsFor(form, FACTS))
      text = text.replace(`  ${id}:\n`, `  ${id}: ${safe}\n`);
    expect(problemsOf(text, { needed: form, person: 'Ann: "A"' })).toEqual([]);
  });

  it('shows the words of each question above its line', () => {
    for (const { id, words } of questionsFor('full', FACTS))
      expect(templateOf('full')).toContain(`  # ${words}\n  ${id}:\n`);
  });
});
