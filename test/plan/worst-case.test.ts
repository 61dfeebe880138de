// What the worst-case search says of plans whose answer can be worked out by hand, and that it finds each rule missing.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { profileByName } from '../../firmware-sim/profile.ts';
import type { BeltProfile } from '../../src/belt/belt.ts';
import { profileOfHardware } from '../../src/cli/belt-profiles.ts';
import { loadPlan } from '../../src/plan/load.ts';
import type { Plan, PlanCourse, PlanStep } from '../../src/plan/plan.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { worstCase, type WorstCase, type WorstCaseFound } from '../../src/plan/worst-case.ts';
import type { WorstCaseEventKind } from '../../src/plan/worst-case-events.ts';
import { worstCaseFacts, type WorstCaseFacts } from '../../src/plan/worst-case-facts.ts';
import type { WorstCaseStep } from '../../src/plan/worst-case-targets.ts';
import { planOf, referenceProfile, treat } from './belts.ts';

type Change = (facts: WorstCaseFacts) => WorstCaseFacts;
const asItIs: Change = (facts) => facts;
const withRules =
  (rules: Partial<WorstCaseFacts['rules']>): Change =>
  (facts) => ({ ...facts, rules: { ...facts.rules, ...rules } });
const withLimits =
  (limits: Partial<WorstCaseFacts['limits']>): Change =>
  (facts) => ({ ...facts, limits: { ...facts.limits, ...limits } });

function search(plan: Plan, change: Change = asItIs, profile: BeltProfile = referenceProfile): WorstCase {
  const visit = resolveVisit(plan, profile);
  if (!visit.ok) throw new Error(visit.problems.join('\n'));
  return worstCase(visit.programs, profile, change(worstCaseFacts(plan, profile)));
}

function found(plan: Plan, change: Change = asItIs): WorstCaseFound {
  const worst = search(plan, change);
  if (!worst.ok) throw new Error(worst.problem);
  return worst;
}

const zone = (worst: WorstCaseFound, name: string) => {
  const line = worst.zones.find((candidate) => candidate.zone === name);
  if (line === undefined) throw new Error(`no zone ${name}`);
  return line;
};
const kinds = (steps: readonly WorstCaseStep[]): readonly WorstCaseEventKind[] =>
  steps.map(({ event }) => event.kind);

const care: PlanStep = { kind: 'care', measure: 'stretch', durationS: 300, say: undefined };
const DAY_S = 86_400;
const courseOf = (change: Partial<PlanCourse>): PlanCourse => ({
  sessions: 10,
  everyS: undefined,
  perWeek: undefined,
  gapS: 72_000,
  ...change,
});
const everySecondDay = (plan: Plan): Plan => ({ ...plan, course: courseOf({ everyS: 2 * DAY_S }) });
/** What the belt measures is booked with its uncertainty on top, so a quarter is booked a little earlier. */
const quarterOf = (dose: number): number => (dose * 0.25) / 1.003;

describe('the most in one visit', () => {
  it('is what is prescribed, whatever interrupts: the belt keeps counting through pauses, and a new start is another visit', () => {
    const worst = found(planOf([treat({ rampUpS: 5 })]));
    expect(zone(worst, 'L1').visit.measured).toBeCloseTo(4, 9);
    expect(kinds(zone(worst, 'L1').visit.steps)).toEqual(['visitBegins', 'light']);
  });

  it('is the sum over steps, wavelengths and light blocks', () => {
    const red = treat({ zones: ['L1'], wavelengthNm: 650, irradianceMwPerCm2: 8, radiantExposureJPerCm2: 1 });
    const worst = found(planOf([treat(), red, care, treat({ radiantExposureJPerCm2: 2 })]));
    expect(zone(worst, 'L1').visit.measured).toBeCloseTo(7, 9);
    expect(zone(worst, 'L2').visit.measured).toBeCloseTo(6, 9);
    const line = worst.lines.find(({ zone: name, wavelengthNm }) => name === 'L1' && wavelengthNm === 650);
    expect(line?.visit.measured).toBeCloseTo(1, 9);
    expect(worst.energy.visit.measured).toBeCloseTo(12.5, 9);
  });

  it('is told with the uncertainty that the belt states, and one of its steps on top', () => {
    const { visit } = zone(found(planOf([treat()])), 'L1');
    expect(visit.atMost).toBeCloseTo(4 / 0.997 + 50e-5, 9);
  });
});

describe('the most in 24 h', () => {
  it('is two whole sessions where the course lets the second begin within the day', () => {
    const { day } = zone(found(planOf([treat()])), 'L1');
    expect(day.measured).toBeCloseTo(8, 9);
    expect(kinds(day.steps)).toEqual(['visitBegins', 'light', 'visitDone', 'visitBegins', 'light']);
    const begin = day.steps[3]?.event;
    expect(begin?.kind === 'visitBegins' && begin.waitedS).toBeCloseTo(20 * 3600, 6);
  });

  it('is a session broken off just below a quarter and one tried again, where it does not', () => {
    const { day } = zone(found(everySecondDay(planOf([treat()]))), 'L1');
    expect(day.measured).toBeCloseTo(4 + quarterOf(4), 6);
    expect(kinds(day.steps)).toEqual(['visitBegins', 'light', 'stopped', 'visitBegins', 'light']);
  });

  it('counts a course of one session a week as such', () => {
    const { day } = zone(found({ ...planOf([treat()]), course: courseOf({ perWeek: 1 }) }), 'L1');
    expect(day.measured).toBeCloseTo(4 + quarterOf(4), 6);
  });

  it('lets the slower of two zones come to its own quarter only by way of failing emitters', () => {
    const slow = treat({ zones: ['L2'], radiantExposureJPerCm2: 2, irradianceMwPerCm2: 20 });
    const worst = found(everySecondDay(planOf([treat({ zones: ['L1'] }), slow])));
    const first = zone(worst, 'L1').day;
    const second = zone(worst, 'L2').day;
    expect(kinds(first.steps)).not.toContain('zonesFail');
    expect(second.measured).toBeCloseTo(2 + quarterOf(2), 6);
    expect(kinds(second.steps)).toContain('zonesFail');
  });

  it('is held at the dose of a day by the book, also where a session alone is more than half of it', () => {
    const { day } = zone(found(planOf([treat({ radiantExposureJPerCm2: 40 })])), 'L1');
    expect(day.measured).toBeLessThanOrEqual(60);
    expect(day.measured).toBeGreaterThan(59.9);
    expect(found(planOf([treat({ radiantExposureJPerCm2: 40 })])).exceeded).toEqual([]);
  });

  it('is one session where the dose of the day leaves no room for any light before it', () => {
    const { day } = zone(
      found(planOf([treat({ radiantExposureJPerCm2: 60, irradianceMwPerCm2: 100 })])),
      'L1',
    );
    expect(day.measured).toBeCloseTo(60, 6);
    expect(kinds(day.steps)).toEqual(['visitBegins', 'light']);
  });
});

describe('a limit that can be exceeded', () => {
  const freeDay = withRules({ dayDoseMaxJPerCm2: Infinity });

  it('is found when the book forgets the dose of the day, with the fewest events that lead there', () => {
    const worst = found(planOf([treat({ radiantExposureJPerCm2: 40 })]), freeDay);
    const [exceeded] = worst.exceeded;
    expect(exceeded?.limit).toBe('dayDose');
    expect(exceeded?.bearing).toBe('dose');
    expect(exceeded?.zone).toBe('L1');
    expect(exceeded?.amount).toBeCloseTo(80, 6);
    expect(kinds(exceeded?.steps ?? [])).toEqual([
      'visitBegins',
      'light',
      'visitDone',
      'visitBegins',
      'light',
    ]);
    expect(exceeded?.steps.map(({ dayDose }) => Math.round(dayDose))).toEqual([0, 40, 40, 40, 80]);
  });

  it('is found when nearly whole sessions may be repeated', () => {
    const change: Change = (facts) => withRules({ retryMaxRatio: 0.9 })(freeDay(facts));
    const worst = found(everySecondDay(planOf([treat({ radiantExposureJPerCm2: 40 })])), change);
    const [exceeded] = worst.exceeded;
    expect(exceeded?.amount).toBeCloseTo(40 + (0.9 * 40) / 1.003, 6);
    expect(kinds(exceeded?.steps ?? [])).toEqual(['visitBegins', 'light', 'stopped', 'visitBegins', 'light']);
  });

  it('is found when any number of broken sessions may be repeated', () => {
    const change: Change = (facts) => withRules({ visitsPerDayMaxCount: 4 })(freeDay(facts));
    const worst = found(everySecondDay(planOf([treat({ radiantExposureJPerCm2: 40 })])), change);
    expect(zone(worst, 'L1').day.measured).toBeCloseTo(40 + 3 * quarterOf(40), 6);
    expect(worst.exceeded.map(({ limit }) => limit)).toContain('dayDose');
  });

  it.each([
    ['sessionDose', { sessionDoseJPerCm2: 3.99 }],
    ['beltDose', { beltDoseJPerCm2: 3.99 }],
    ['pointDose', { pointDoseJPerCm2: 3.99 }],
    ['sessionEnergy', { sessionEnergyJ: 7.99 }],
    ['dayDose', { dayDoseJPerCm2: 7.99 }],
    ['duration', { durationS: 81 }],
  ] as const)('%s is compared', (limit, limits) => {
    const worst = found(planOf([treat({ rampUpS: 2, rampDownS: 1 })]), withLimits(limits));
    expect(worst.exceeded.map((exceeded) => exceeded.limit)).toContain(limit);
  });

  it('is not exceeded by a plan that is exactly at it', () => {
    const limits = {
      sessionDoseJPerCm2: 4,
      beltDoseJPerCm2: 4,
      pointDoseJPerCm2: 4,
      sessionEnergyJ: 8,
      dayDoseJPerCm2: 8,
    };
    expect(found(planOf([treat()]), withLimits(limits)).exceeded).toEqual([]);
  });

  it('that is no number is kept by nothing', () => {
    const worst = found(planOf([treat()]), withLimits({ sessionDoseJPerCm2: NaN }));
    expect(worst.exceeded.map(({ limit }) => limit)).toContain('sessionDose');
  });
});

describe('light time', () => {
  it('grows by one ramp with every pause inside a ramp, up to what a belt session may last', () => {
    const { times } = found(planOf([treat({ rampUpS: 2, rampDownS: 1 })]));
    expect(times.plannedS).toBeCloseTo(81.5, 9);
    expect(times.mostS).toBeCloseTo(81.5 * 1.05 + 254 * 2, 6);
    const long = found(planOf([treat({ rampUpS: 20, rampDownS: 1 })])).times;
    expect(long.mostS).toBe(1800);
  });

  it('of several light blocks is no more than that of one: a later one gets what the visit has left', () => {
    const worst = found(planOf([treat({ rampUpS: 10 }), care, treat({ rampUpS: 10 })]));
    expect(worst.times.mostS).toBe(1800);
    expect(worst.exceeded).toEqual([]);
  });

  it('beyond the plan’s own limit is told with the fewest pauses, as a matter of time', () => {
    const steps = [treat({ rampUpS: 10 }), care, treat({ rampUpS: 10 })];
    const [exceeded, ...more] = found(planOf(steps), withLimits({ durationS: 1200 })).exceeded;
    expect(more).toEqual([]);
    // Each pause adds both ramps to 2 × 85.5 s and 5 %.
    expect(exceeded).toMatchObject({ limit: 'duration', bearing: 'time', resumeCount: 52 });
    expect(exceeded?.amount).toBeCloseTo(2 * 85.5 * 1.05 + 52 * 20, 6);
  });
});

describe('the size of a search', () => {
  const manyBlocks = (count: number): Plan =>
    planOf(
      Array.from({ length: count }, (_, index) =>
        index % 2 === 1
          ? care
          : treat({ radiantExposureJPerCm2: 0.05, irradianceMwPerCm2: 20, rampUpS: 0, rampDownS: 0 }),
      ),
    );

  it('stays small for a plan of fifty steps', () => {
    const steps = Array.from({ length: 50 }, (_, index) =>
      index % 12 === 11
        ? care
        : treat({ zones: ['L1'], radiantExposureJPerCm2: 0.2, rampUpS: 1, rampDownS: 0.1 }),
    );
    expect(found(planOf(steps)).stateCount).toBeLessThan(600);
    expect(found(manyBlocks(50)).stateCount).toBeLessThan(8000);
  });

  it('is bounded: what needs more states is refused with the limit named', () => {
    const worst = search(manyBlocks(50), (facts) => ({ ...facts, stateMaxCount: 100 }));
    expect(worst).toEqual({ ok: false, problem: expect.stringContaining('more than 100 states') });
  });

  it('ends soon for a plan of ten thousand steps', () => {
    const visit = resolveVisit(manyBlocks(2), referenceProfile);
    if (!visit.ok) throw new Error(visit.problems.join('\n'));
    const [program] = visit.programs;
    if (program === undefined) throw new Error('no light');
    const programs = Array.from({ length: 10_000 }, () => program);
    const worst = worstCase(programs, referenceProfile, worstCaseFacts(planOf([treat()]), referenceProfile));
    expect(worst.ok).toBe(false);
  });
});

describe('the built-in programs', () => {
  const folder = new URL('../../src/plan/programs/', import.meta.url);
  it.each([
    ['low-back-spasm', 'reference'],
    ['lumbar-nir-start', 'reference'],
    ['lumbar-nir-down', 'reference'],
    ['lumbar-eod', 'reference'],
    ['acute-904', 'field-904'],
    ['home-20', 'home-mixed'],
    ['led-pad', 'led-pad'],
  ])('%s can give no more than its limits allow', (name, belt) => {
    const loaded = loadPlan(readFileSync(new URL(`${name}.yaml`, folder), 'utf8'), name);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const hardware = profileByName(belt);
    if (!hardware.ok) throw new Error(hardware.message);
    const worst = search(loaded.plan, asItIs, profileOfHardware(hardware.profile));
    if (!worst.ok) throw new Error(worst.problem);
    expect(worst.exceeded).toEqual([]);
    for (const line of worst.zones) {
      expect(line.visit.measured).toBeCloseTo(line.plannedJPerCm2, 6);
      expect(line.day.measured).toBeGreaterThan(line.plannedJPerCm2 * 1.2);
    }
  });
});
