// The schema for editors, held by a validator that knows nothing of this program.
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { planJsonSchema } from '../../src/plan/json-schema.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { planTemplate } from '../../src/plan/template.ts';
import { readCorpus, readCorpusFile } from './corpus-reader.ts';

const folder = new URL('../../src/plan/programs/', import.meta.url);
const programs = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const validate = new Ajv({
  strict: true,
  strictRequired: false,
  allErrors: true,
  allowUnionTypes: true,
}).compile(planJsonSchema());
const accepts = (text: string): boolean => validate(parse(text, { logLevel: 'silent' }));

describe('the JSON Schema of plans', () => {
  it.each(programs)('accepts %s', (name) => {
    const text = readFileSync(new URL(name, folder), 'utf8');
    expect([accepts(text), validate.errors]).toEqual([true, null]);
  });

  it('accepts the plans that the corpus changes, and the template', () => {
    expect(accepts(readCorpusFile('right.yaml'))).toBe(true);
    expect(accepts(readCorpusFile('course.yaml'))).toBe(true);
    expect(accepts(planTemplate({ name: 'mine', schema: 'plan.json' }))).toBe(true);
  });

  const shapeless = readCorpus().filter(({ kind }) => kind === 'shape');
  it.each(shapeless)('rejects: $title', ({ text }) => {
    expect(accepts(text)).toBe(false);
  });

  it('leaves to the program what needs arithmetic: every plan that is wrong in meaning alone has the right shape', () => {
    const refused = readCorpus().filter(
      ({ kind, text }) => kind !== 'syntax' && kind !== 'shape' && !accepts(text),
    );
    expect(refused.map(({ title }) => title)).toEqual([]);
  });

  it('takes every spelling that the program takes', () => {
    const right = readCorpusFile('right.yaml');
    for (const [find, put] of [
      ['4 J/cm2', '4 J/cm²'],
      ['4 J/cm2', '4J/cm^2'],
      ['4 J/cm2', '"  4000 mJ/cm2 "'],
      ['4 J/cm2', '0.5 J/cm2'],
      ['50 mW/cm2', '0.05 W/cm²'],
      ['up: 2 s', 'up: 0 s'],
      ['up: 2 s', 'up: 2000 ms'],
      ['60 s', '1 min'],
    ] as const) {
      const text = right.replace(find, () => put);
      expect([put, accepts(text), loadPlan(text, 'p').ok]).toEqual([put, true, true]);
    }
    const course = readCorpusFile('course.yaml');
    for (const every of ['2 days', '24 h', '{ perWeek: 7 }'])
      expect([every, accepts(course.replace('every: 1 day', `every: ${every}`))]).toEqual([every, true]);
  });

  it('says of every key what it is', () => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (schema === null || typeof schema !== 'object') return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'properties' && value !== null && typeof value === 'object')
          for (const [name, property] of Object.entries(value))
            if (!JSON.stringify(property).includes('"description"')) undescribed.push(`${path}/${name}`);
        walk(value, `${path}/${key}`);
      }
    };
    walk(planJsonSchema(), '');
    expect(undescribed).toEqual([]);
  });
});
