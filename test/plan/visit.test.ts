import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, planOfBlock } from '../../src/plan/blocks.ts';
import { programTable } from '../../src/plan/describe.ts';
import type { PlanStep } from '../../src/plan/plan.ts';
import { resolveProgram } from '../../src/plan/program.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { belt, planOf, referenceProfile, treat } from './belts.ts';

const stretch: PlanStep = { kind: 'care', measure: 'stretch', durationS: 600, say: undefined };
const rest: PlanStep = { kind: 'rest', durationS: 60 };

describe('a visit is cut at its care steps', () => {
  it('into light blocks, none of them empty, that know where they began', () => {
    const blocks = blocksOf(planOf([stretch, treat(), rest, treat(), stretch, stretch, treat()]));
    expect(
      blocks.map((block) => (block.kind === 'light' ? [block.firstIndex, block.steps.length] : 'care')),
    ).toEqual(['care', [1, 3], 'care', 'care', [6, 1]]);
  });

  it('each block is a program of its own, and the care steps stand between them', () => {
    const visit = resolveVisit(planOf([treat(), stretch, treat({ zones: ['L3'] })]), referenceProfile);
    if (!visit.ok) throw new Error(visit.problems.join('\n'));
    expect(
      visit.programs.map((program) => program.prescription.steps.flat().map((entry) => entry.zone)),
    ).toEqual([[0, 1], [2]]);
    expect(visit.parts.map(({ kind }) => kind)).toEqual(['light', 'care', 'light']);
  });

  it('no program ever runs through a care step', () => {
    const plan = planOf([treat(), stretch, treat()]);
    expect(resolveProgram(plan, referenceProfile)).toMatchObject({
      ok: false,
      placed: [{ path: ['session', 2] }],
    });
    const [, , last] = blocksOf(plan);
    if (last?.kind !== 'light') throw new Error('no light');
    expect(resolveProgram(planOfBlock(plan, last), referenceProfile).ok).toBe(true);
  });

  it('a visit without light is refused', () => {
    expect(resolveVisit(planOf([stretch]), referenceProfile)).toMatchObject({
      ok: false,
      problems: ['this session has no light'],
    });
  });
});

describe('the limits of a session hold over all blocks of a visit', () => {
  const half = treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 31 });
  it.each([
    [
      'dose of a zone',
      planOf([half, stretch, half]),
      belt(),
      'L1: 62 J/cm2 in this session is above the cap',
    ],
    [
      'the plan’s own dose',
      planOf([treat(), stretch, treat()], { sessionDoseJPerCm2: 6 }),
      belt(),
      '`sessionDose` (6 J/cm2)',
    ],
    [
      'the belt’s dose',
      planOf([treat(), stretch, treat()]),
      belt({ radiantExposureMaxJPerCm2: 7 }),
      "the belt's own limit",
    ],
    [
      'the plan’s own duration',
      planOf([treat(), stretch, treat()], { durationS: 120 }),
      belt(),
      'lasts 163 s',
    ],
    [
      'minutes of light',
      planOf([
        treat({ radiantExposureJPerCm2: 50 }),
        stretch,
        treat({ radiantExposureJPerCm2: 50, zones: ['L3'] }),
      ]),
      belt(),
      '33.4 min of light',
    ],
  ])('%s', (_title, plan, profile, says) => {
    const visit = resolveVisit(plan, profile);
    expect(visit.ok ? '' : visit.problems.join('\n')).toContain(says);
    for (const block of blocksOf(plan))
      if (block.kind === 'light') expect(resolveProgram(planOfBlock(plan, block), profile).ok).toBe(true);
  });

  it('30 minutes of light may be shared out over blocks, and not one second more', () => {
    const lightOf = (zone: string, onS: number): PlanStep =>
      treat({ zones: [zone], radiantExposureJPerCm2: (onS - 1.5) * 0.05, rampUpS: 2, rampDownS: 1 });
    const visitOf = (lastS: number) =>
      resolveVisit(planOf([lightOf('L1', 900), stretch, lightOf('L3', lastS)]), referenceProfile);
    expect(visitOf(899).ok).toBe(true);
    expect(visitOf(900).ok).toBe(true);
    expect(visitOf(901)).toMatchObject({
      ok: false,
      problems: ['this session is 30 min of light, above the cap of 30 min'],
    });
  });

  it('care between counts neither as light nor as the plan’s duration', () => {
    expect(resolveVisit(planOf([treat(), stretch, treat()], { durationS: 163 }), referenceProfile).ok).toBe(
      true,
    );
  });

  it('50 steps are a visit: in blocks of at most 15, parted by care', () => {
    const short = treat({ zones: ['L1'], radiantExposureJPerCm2: 0.5, rampUpS: 0, rampDownS: 0 });
    const block = Array.from({ length: 12 }, () => short);
    const session = [...block, stretch, ...block, stretch, ...block, stretch, ...block.slice(0, 11)];
    expect(session).toHaveLength(50);
    const visit = resolveVisit(planOf(session), referenceProfile);
    expect(visit.ok ? visit.programs.map(({ items }) => items.length) : visit.problems).toEqual([
      12, 12, 12, 11,
    ]);
  });
});

describe('what is resolved is what was asked: sums agree', () => {
  const step = fc.record({
    zones: fc.subarray(['L1', 'L2', 'L3', 'L4'], { minLength: 1 }),
    red: fc.boolean(),
    centiMw: fc.integer({ min: 100, max: 1000 }),
    centiJ: fc.integer({ min: 5, max: 100 }),
    up: fc.integer({ min: 0, max: 10 }),
    order: fc.constantFrom('together' as const, 'sequence' as const),
    careAfter: fc.boolean(),
  });

  it('dose = irradiance × (plateau + half the ramps), energy = dose × area, totals = sums over all blocks', () => {
    let resolvedCount = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), (steps) => {
        const session = steps.flatMap(({ zones, red, centiMw, centiJ, up, order, careAfter }): PlanStep[] => [
          treat({
            zones,
            order,
            wavelengthNm: red ? 650 : 808,
            irradianceMwPerCm2: centiMw / 100,
            radiantExposureJPerCm2: centiJ / 100,
            rampUpS: up / 10,
            rampDownS: 0,
          }),
          ...(careAfter ? [stretch] : []),
        ]);
        const visit = resolveVisit(planOf(session), referenceProfile);
        if (!visit.ok) return;
        resolvedCount++;
        const rows = visit.programs.flatMap((program) => programTable(program, referenceProfile).rows);
        for (const row of rows) {
          const plateauS = row.emissionS - row.rampUpS - row.rampDownS;
          const givenJ = (row.irradianceMwPerCm2 / 1000) * (plateauS + (row.rampUpS + row.rampDownS) / 2);
          expect(givenJ).toBeCloseTo(row.radiantExposureJPerCm2, 9);
          expect(row.radiantExposureJPerCm2 * row.areaCm2).toBeCloseTo(row.radiantEnergyJ, 9);
          expect(row.areaCm2).toBe(row.wavelengthNm === 650 ? 0.5 : 1);
        }
        for (const zone of ['L1', 'L2', 'L3', 'L4'])
          for (const wavelengthNm of [650, 808]) {
            const asked = steps
              .filter(({ zones, red }) => zones.includes(zone) && red === (wavelengthNm === 650))
              .reduce((sum, { centiJ }) => sum + centiJ / 100, 0);
            const inRows = rows
              .filter((row) => row.zone === zone && row.wavelengthNm === wavelengthNm)
              .reduce((sum, row) => sum + row.radiantExposureJPerCm2, 0);
            const inPlanned = visit.planned
              .filter((dose) => `L${dose.zone + 1}` === zone && dose.wavelengthNm === wavelengthNm)
              .reduce((sum, dose) => sum + dose.radiantExposureJPerCm2, 0);
            expect(inRows).toBeCloseTo(asked, 9);
            expect(inPlanned).toBeCloseTo(asked, 9);
          }
      }),
      { numRuns: 500 },
    );
    expect(resolvedCount).toBeGreaterThan(100);
  });
});
