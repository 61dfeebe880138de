import { describe, expect, it } from 'vitest';
import type { PlanTreatStep } from '../../src/plan/plan.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { belt, planOf, referenceProfile, treat } from './belts.ts';

const zones = ['L1', 'L2', 'L3', 'L4'];
function warningsOf(steps: readonly Partial<PlanTreatStep>[], site = 'lumbar', profile = referenceProfile) {
  const plan = { ...planOf(steps.map((step) => treat({ zones, ...step }))), site };
  const visit = resolveVisit(plan, profile);
  if (!visit.ok) throw new Error(visit.problems.join('\n'));
  return visit.warnings;
}
const messagesOf = (...given: Parameters<typeof warningsOf>): readonly string[] =>
  warningsOf(...given).map(({ message }) => message);

describe('outside the dosage table is a warning with the row quoted, never a refusal', () => {
  it('inside the row there is nothing to say', () => {
    expect(messagesOf([{}])).toEqual([]);
    expect(messagesOf([{ radiantExposureJPerCm2: 6 }])).toEqual([]);
  });

  it('quotes the row of the site', () => {
    const [warning] = warningsOf([{ radiantExposureJPerCm2: 7 }]);
    expect(warning?.message).toBe('28 J in all, outside the window of 8 to 24 J');
    expect(warning?.source).toBe(
      'WALT 2010, 780-860 nm, lumbar spine (arthritis): 4-8 points, 16 J in all, at least 4 J a point, 20-300 s a point',
    );
    expect(warningsOf([{ radiantExposureJPerCm2: 7 }], 'hip-left')[0]?.source).toContain('hip (arthritis)');
  });

  it.each([
    ['too few points', [{ zones: ['L1', 'L2'], radiantExposureJPerCm2: 8 }], '2 points, not 4-8'],
    ['too little a point', [{ radiantExposureJPerCm2: 3 }], '3 J a point, below 4 J'],
    ['too long a point', [{ irradianceMwPerCm2: 10 }], '400 s a point, not 20 to 300 s'],
    ['two steps on the same points add up', [{}, {}], '32 J in all, outside the window of 8 to 24 J'],
    [
      'one point of many',
      [{}, { zones: ['L1'], irradianceMwPerCm2: 12.5 }],
      '400 s a point, not 20 to 300 s',
    ],
  ] as const)('%s', (_title, steps, says) => {
    expect(messagesOf(steps)).toContain(says);
  });

  it('says what no row covers', () => {
    expect(messagesOf([{ wavelengthNm: 650, irradianceMwPerCm2: 10, radiantExposureJPerCm2: 1 }])).toEqual([
      '650 nm: no dosage table says how much',
    ]);
    expect(messagesOf([{}], 'thoracic')).toEqual(['no dosage table has a row for the site `thoracic`']);
  });

  it('takes the energy through the area of the belt’s own beam', () => {
    const wide = belt({
      emitters: referenceProfile.emitters.map((emitter) => ({
        ...emitter,
        areaCm2: 2,
        radiantPowerMaxMw: 200,
      })),
    });
    expect(messagesOf([{}], 'lumbar', wide)).toEqual(['32 J in all, outside the window of 8 to 24 J']);
  });
});
