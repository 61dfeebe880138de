import { describe, expect, it } from 'vitest';
import { checkCare } from '../../src/plan/check-care.ts';
import { loadPlan } from '../../src/plan/load.ts';
import type { CareMeasure, PlanStep } from '../../src/plan/plan.ts';
import { readCorpusFile } from './corpus-reader.ts';
import { treat } from './belts.ts';

const care = (measure: CareMeasure, minutes: number): PlanStep => ({
  kind: 'care',
  measure,
  durationS: minutes * 60,
  say: undefined,
});
const problemsOf = (...session: readonly PlanStep[]): readonly string[] =>
  checkCare(session).problems.map(({ message }) => message);
const warningsOf = (...session: readonly PlanStep[]): readonly string[] =>
  checkCare(session).warnings.map(({ message }) => message);

describe('care beside light: exactly at each rule it is allowed', () => {
  it.each([
    ['ice for 15 min', [treat(), care('ice', 15)]],
    ['ice for 20 min', [treat(), care('ice', 20)]],
    [
      'ice again after 90 min',
      [treat(), care('ice', 15), care('rest', 60), care('rest', 30), care('ice', 15)],
    ],
    ['light 30 min after heat', [care('heat', 30), care('rest', 30), treat()]],
    [
      'light 30 min after heat, in two parts',
      [care('heat', 20), care('stretch', 10), care('rest', 20), treat()],
    ],
    ['heat after light', [treat(), care('heat', 30)]],
    ['stretch before light', [care('stretch', 5), treat()]],
    ['medicine before light', [care('medicine', 0), treat()]],
  ] as const)('%s', (_title, session) => {
    expect(problemsOf(...session)).toEqual([]);
  });
});

describe('care beside light: past a rule it is refused', () => {
  it.each([
    ['ice for 14.9 min', [treat(), care('ice', 14.9)], 'too short for ice'],
    ['ice for 20.1 min', [treat(), care('ice', 20.1)], 'too long for ice'],
    [
      'ice again after 89 min',
      [treat(), care('ice', 15), care('rest', 60), care('rest', 29), care('ice', 15)],
      'ice again after 89 min',
    ],
    [
      'light after ice, hours later',
      [care('ice', 15), ...Array.from({ length: 3 }, () => care('rest', 60)), treat()],
      'light after ice',
    ],
    ['light 29 min after heat', [care('heat', 20), care('rest', 29), treat()], 'light 29 min after heat'],
    ['light after heat that lasts', [care('heat', 30), care('heat', 30), treat()], 'light right after heat'],
    ['a time that is no number', [treat(), care('ice', NaN)], 'for ice'],
  ] as const)('%s', (_title, session, says) => {
    expect(problemsOf(...session).join('\n')).toContain(says);
  });

  it('light counts as time since heat only as far as its length is known', () => {
    const byEnergy = treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 400 });
    expect(problemsOf(care('heat', 20), care('rest', 30), byEnergy)).toEqual([]);
    expect(problemsOf(care('heat', 20), care('rest', 25), byEnergy, treat())).toHaveLength(2);
  });
});

describe('massage after light', () => {
  it('is a warning before 10 min have passed, with the rule', () => {
    expect(warningsOf(treat(), care('massage', 10))).toEqual([
      'massage 0 min after light: no pressure on the treated area yet',
    ]);
    expect(warningsOf(treat(), care('stretch', 9), care('massage', 10))).toHaveLength(1);
    expect(warningsOf(treat(), care('stretch', 10), care('massage', 10))).toEqual([]);
    expect(warningsOf(care('massage', 10), treat())).toEqual([]);
  });

  it('is told at its line', () => {
    const text = readCorpusFile('course.yaml').replace(
      '    for: 10 min\n    say: Slowly.\n',
      '    for: 5 min\n',
    );
    const loaded = loadPlan(text, 'p.yaml');
    expect(loaded).toMatchObject({ ok: true, warnings: [{ file: 'p.yaml', line: 11, column: 5 }] });
    expect(loaded.ok && loaded.warnings[0]?.source).toContain('10 min');
  });
});
