import { describe, expect, it } from 'vitest';
import { formatPlanProblem, loadPlan } from '../../src/plan/load.ts';
import { planTemplate } from '../../src/plan/template.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { referenceProfile } from './belts.ts';
import { readCorpusFile } from './corpus-reader.ts';

const RIGHT_PLAN = readCorpusFile('right.yaml');

const problemsOf = (text: string): readonly string[] => {
  const loaded = loadPlan(text, 'p.yaml');
  return loaded.ok ? [] : loaded.problems.map(formatPlanProblem);
};

describe('a plan that is right', () => {
  it('loads in the units of the program', () => {
    const loaded = loadPlan(RIGHT_PLAN, 'p.yaml');
    expect(loaded).toMatchObject({
      ok: true,
      plan: {
        name: 'two-points',
        title: 'Two points',
        site: 'lumbar',
        basis: 'a test',
        evidence: undefined,
        session: [
          {
            kind: 'treat',
            zones: ['L1', 'L2'],
            order: 'together',
            wavelengthNm: 808,
            irradianceMwPerCm2: 50,
            radiantExposureJPerCm2: 4,
            radiantEnergyJ: undefined,
            rampUpS: 2,
            rampDownS: 1,
            pulse: { frequencyHz: 100, dutyCycle: 0.8 },
          },
          { kind: 'rest', durationS: 60 },
          {
            kind: 'treat',
            zones: ['L3'],
            order: 'together',
            wavelengthNm: 808,
            irradianceMwPerCm2: 20,
            radiantExposureJPerCm2: undefined,
            radiantEnergyJ: 2,
            rampUpS: 0,
            rampDownS: 0,
            pulse: undefined,
          },
        ],
        limits: { sessionDoseJPerCm2: 6, durationS: 1200 },
        course: undefined,
        screening: 'standard',
      },
      warnings: [],
    });
  });

  it('needs no more than version, name, site and one step', () => {
    const text =
      'laserbelt: 1\nname: a\nsite: lumbar\nsession: [{treat: [L1], wavelength: 808 nm, irradiance: 50 mW/cm², dose: 1 J/cm²}]';
    expect(loadPlan(text, 'p.yaml')).toMatchObject({ ok: true, plan: { title: 'a', basis: undefined } });
  });

  it('is what the template is as it stands, with no warning, and with the line that editors look for', () => {
    const text = planTemplate({ name: 'mine', schema: './plan.schema.json' });
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./plan.schema.json');
    const loaded = loadPlan(text, 'mine.yaml');
    expect(loaded).toMatchObject({
      ok: true,
      warnings: [],
      plan: { name: 'mine', course: { sessions: 12 } },
    });
    expect(loaded.ok && resolveVisit(loaded.plan, referenceProfile)).toMatchObject({
      ok: true,
      warnings: [],
    });
  });

  it('may be JSON, and may end its lines as Windows does', () => {
    const json = {
      laserbelt: 1,
      name: 'a',
      site: 'lumbar',
      session: [{ treat: ['L1'], wavelength: '808 nm', irradiance: '50 mW/cm2', dose: '1 J/cm2' }],
    };
    expect(loadPlan(JSON.stringify(json, null, 2), 'p.json').ok).toBe(true);
    expect(loadPlan(RIGHT_PLAN.replaceAll('\n', '\r\n'), 'p.yaml').ok).toBe(true);
    expect(loadPlan(`\uFEFF${RIGHT_PLAN}`, 'p.yaml').ok).toBe(true);
  });
});

describe('a plan that is wrong', () => {
  it('tells everything at once, from the top down', () => {
    const text = RIGHT_PLAN.replace('lumbar', 'back')
      .replace('808 nm', '808')
      .replace('60 s', '60')
      .replace('6 J/cm2', '6');
    expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual([
      'p.yaml:4:7:',
      'p.yaml:9:17:',
      'p.yaml:14:11:',
      'p.yaml:20:16:',
    ]);
  });

  it('says of an empty file what a plan begins with', () => {
    for (const text of ['', '\n\n', '# nothing\n', 'null', '---\n'])
      expect(problemsOf(text)[0]).toMatch(/the file is empty .*laserbelt: 1/);
    expect(problemsOf('[1, 2]')[0]).toContain('this is no plan');
    expect(problemsOf('hello')[0]).toContain('this is no plan');
  });

  it('names a file by the name it was given and quotes nothing that steers a terminal', () => {
    const problems = problemsOf(RIGHT_PLAN.replace('lumbar', '"\\e[2J\\u202E\\x9b"'));
    expect(problems.join('')).toContain('\\u{1b}');
    expect(problems.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  });
});

describe('bounds: no file makes the loader slow, deep or throw', () => {
  it.each([
    ['a long file', `# ${'x'.repeat(65 * 1024)}`, 'at most 64 KiB'],
    ['long in bytes, not in characters', `# ${'²'.repeat(40 * 1024)}`, 'at most 64 KiB'],
    ['brackets without end', '['.repeat(60_000), 'too deep'],
    ['braces without end', '{a: '.repeat(15_000), 'too deep'],
    ['dashes without end', '- '.repeat(30_000), 'too deep'],
    ['questions without end', '? '.repeat(30_000), 'too deep'],
    [
      'levels by indentation',
      Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'too deep',
    ],
    ['very many values', '- a\n'.repeat(16_000), 'too deep or too long'],
    [
      '201 steps',
      `${RIGHT_PLAN.slice(0, RIGHT_PLAN.indexOf('  - treat'))}${'  - rest: 1 s\n'.repeat(201)}`,
      'the list is too long',
    ],
  ])('%s', (_title, text, says) => {
    expect(problemsOf(text).join('\n')).toContain(says);
  });

  it('tells at most a hundred problems', () => {
    const text = `${RIGHT_PLAN}${Array.from({ length: 300 }, (_, at) => `x${at}: 1\n`).join('')}`;
    expect(problemsOf(text)).toHaveLength(100);
  });
});
