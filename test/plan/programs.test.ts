// The built-in programs, each on the simulated belt it is written for: what they give, and that they say honestly what
// is known of it.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BeltProfile } from '../../src/belt/belt.ts';
import { profileOfHardware } from '../../src/cli/belt-profiles.ts';
import { programTable } from '../../src/plan/describe.ts';
import { loadPlan } from '../../src/plan/load.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { profileByName } from '../../firmware-sim/profile.ts';

const folder = new URL('../../src/plan/programs/', import.meta.url);

function beltOf(name: string): BeltProfile {
  const found = profileByName(name);
  if (!found.ok) throw new Error(found.message);
  return profileOfHardware(found.profile);
}

function visitOf(program: string, belt: string) {
  const file = `${program}.yaml`;
  const loaded = loadPlan(readFileSync(new URL(file, folder), 'utf8'), file);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const profile = beltOf(belt);
  const visit = resolveVisit(loaded.plan, profile);
  if (!visit.ok) throw new Error(visit.problems.join('\n'));
  return { plan: loaded.plan, warnings: loaded.warnings, profile, visit };
}

interface Expected {
  readonly program: string;
  readonly belt: string;
  /** Light of the visit, ramps and rests included. */
  readonly durationS: number;
  /** Per zone, all wavelengths. */
  readonly zoneJPerCm2: number;
  readonly course:
    readonly [sessions: number, everyDays: number | undefined, perWeek: number | undefined] | undefined;
  /** In `evidence`: results that speak against an effect, and who lists what. */
  readonly admits: readonly RegExp[];
}

const ACP = /ACP 2017 lists low-level laser for chronic/;
const COCHRANE = /Cochrane CD005107.*small, clinically unimportant/;
const GUIMARAES = /Guimarães \(n = 148\).*(?:not better than|no advantage over) placebo/;

const EXPECTED: readonly Expected[] = [
  {
    program: 'low-back-spasm',
    belt: 'reference',
    durationS: 81.5,
    zoneJPerCm2: 4,
    course: [12, 1, undefined],
    admits: [ACP, COCHRANE, GUIMARAES, /no advantage over sham/],
  },
  {
    program: 'lumbar-nir-start',
    belt: 'reference',
    durationS: 81.5,
    zoneJPerCm2: 4,
    course: [12, 1, undefined],
    admits: [ACP, COCHRANE, GUIMARAES],
  },
  {
    program: 'lumbar-nir-down',
    belt: 'reference',
    durationS: 57.5,
    zoneJPerCm2: 2.8,
    course: [7, 1, undefined],
    admits: [ACP, COCHRANE, GUIMARAES],
  },
  {
    program: 'lumbar-eod',
    belt: 'reference',
    durationS: 81.5,
    zoneJPerCm2: 4,
    course: [14, 2, undefined],
    admits: [ACP, COCHRANE, GUIMARAES],
  },
  {
    program: 'acute-904',
    belt: 'field-904',
    durationS: 600,
    zoneJPerCm2: 3,
    course: [15, undefined, 5],
    admits: [ACP, /One trial/],
  },
  {
    program: 'home-20',
    belt: 'home-mixed',
    durationS: 1200,
    zoneJPerCm2: 30,
    course: [15, undefined, 5],
    admits: [ACP, COCHRANE, GUIMARAES, /no advantage over sham/],
  },
  {
    program: 'led-pad',
    belt: 'led-pad',
    durationS: 900,
    zoneJPerCm2: 15,
    course: undefined,
    admits: [/No trial/],
  },
];

const DAY_S = 86_400;

describe('the built-in programs', () => {
  it('are these, no others', () => {
    const files = readdirSync(folder).map((name) => name.replace('.yaml', ''));
    expect(files.sort()).toEqual(EXPECTED.map(({ program }) => program).sort());
  });

  it.each(EXPECTED)('$program on $belt: figures, schedule, basis and evidence', (expected) => {
    const { plan, visit, warnings } = visitOf(expected.program, expected.belt);
    expect(plan.name).toBe(expected.program);
    expect(warnings).toEqual([]);
    const lightMs = visit.programs.reduce((sum, program) => sum + program.plannedDurationMs, 0);
    expect(lightMs).toBe(expected.durationS * 1000);
    for (const zone of [0, 1, 2, 3]) {
      const doses = visit.planned.filter((dose) => dose.zone === zone);
      const sum = doses.reduce((total, dose) => total + dose.radiantExposureJPerCm2, 0);
      expect(sum).toBeCloseTo(expected.zoneJPerCm2, 9);
    }
    const { course } = plan;
    expect(course && [course.sessions, course.everyS && course.everyS / DAY_S, course.perWeek]).toEqual(
      expected.course,
    );
    if (course !== undefined) expect(course.gapS).toBeGreaterThanOrEqual(20 * 3600);
    expect(plan.basis).not.toBeUndefined();
    for (const admitted of expected.admits) expect(plan.evidence).toMatch(admitted);
    expect(plan.evidence).not.toMatch(/\bcures?\b(?<!no cure)/);
  });

  it.each(EXPECTED)(
    '$program: not above 500 J in all nor 30 min, whatever its source gives',
    ({ program, belt }) => {
      const { visit, profile } = visitOf(program, belt);
      const tables = visit.programs.map((block) => programTable(block, profile));
      const energyJ = tables.reduce((sum, table) => sum + table.radiantEnergyTotalJ, 0);
      expect(energyJ).toBeGreaterThan(0);
      expect(energyJ).toBeLessThanOrEqual(500);
      expect(tables.reduce((sum, table) => sum + table.emissionTotalS, 0)).toBeLessThanOrEqual(1800);
    },
  );

  it('lumbar-nir-start is the lumbar row: 4 points, 16 J in all, no warning', () => {
    const { visit, profile } = visitOf('lumbar-nir-start', 'reference');
    const [block] = visit.programs;
    if (block === undefined) throw new Error('no light');
    const table = programTable(block, profile);
    expect(table.rows.map((row) => row.radiantEnergyJ)).toEqual([4, 4, 4, 4]);
    expect(visit.warnings).toEqual([]);
  });

  it('lumbar-nir-down says that it is below the row', () => {
    const { visit } = visitOf('lumbar-nir-down', 'reference');
    expect(visit.warnings.map(({ message }) => message)).toEqual([
      '11.2 J in all, below 16 J',
      '2.8 J a point, below 4 J',
    ]);
    expect(visit.warnings[0]?.source).toMatch(/lumbar spine .*16 J in all, at least 4 J a point/);
  });

  it('acute-904 gives 15 J a field, 150 s each, and says that the row it is above is unverified', () => {
    const { visit, profile } = visitOf('acute-904', 'field-904');
    const [block] = visit.programs;
    if (block === undefined) throw new Error('no light');
    expect(programTable(block, profile).rows.map((row) => [row.radiantEnergyJ, row.emissionS])).toEqual(
      Array.from({ length: 4 }, () => [15, 150]),
    );
    expect(visit.warnings).toHaveLength(1);
    expect(visit.warnings[0]?.source).toContain('from memory, not verified');
  });

  it('home-20 and led-pad say what no dosage table covers', () => {
    for (const [program, belt, count] of [
      ['home-20', 'home-mixed', 2],
      ['led-pad', 'led-pad', 3],
    ] as const) {
      const told = visitOf(program, belt).visit.warnings.filter(({ message }) =>
        message.endsWith('no dosage table says how much'),
      );
      expect([program, told.length]).toEqual([program, count]);
    }
  });
});

describe('low-back-spasm as a course', () => {
  const { plan, visit } = visitOf('low-back-spasm', 'reference');

  it('begins with light, then stretch, massage and ice; one belt session, so that all care comes after it', () => {
    const kinds = visit.parts.map((part) => (part.kind === 'light' ? 'light' : part.step.measure));
    expect(kinds).toEqual(['light', 'stretch', 'massage', 'ice', 'rest', 'medicine']);
    expect(visit.programs).toHaveLength(1);
  });

  it('has heat as words alone, that ends 30 min before the next light', () => {
    const says = plan.session.map((step) => (step.kind === 'care' ? step.say : '')).join('\n');
    expect(says).toMatch(/Heat .*never with ice or the belt; it ends at least 30 min before the next light/);
    expect(plan.session.some((step) => step.kind === 'care' && step.measure === 'heat')).toBe(false);
  });

  it('says that its basis is an extrapolation', () => {
    expect(plan.basis).toMatch(
      /WALT 2010.*lumbar.*extrapolated to muscle spasm, for which the table has no row/,
    );
  });
});
