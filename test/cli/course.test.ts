// A whole course of twelve sessions over sixteen days: the command itself, day by day, with all that goes wrong in weeks.
// What the dose book says at the end is judged by the light that the belt really gave.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCourseRig, type CourseRig, type CourseRun, type Death } from './course-rig.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
const TEST_MS = 240_000;
const STARTED_AT = '2026-03-01T08:00:00.000Z';

const PLAN = `laserbelt: 1
name: two-lights
site: lumbar
session:
  - treat: [L1, L2]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 2 J/cm2
  - care: stretch
    for: 5 min
  - treat: [L2]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 0.5 J/cm2
  - care: rest
    for: 5 min
course:
  sessions: 12
  every: 1 day
  gap: 20 h
limits:
  sessionDose: 2.6 J/cm2
`;
/** The largest of what belt and controller measured, which agree within 3 %, and the belt's own uncertainty. */
const BOOKED_MAX_RATIO = 1.03 * 1.003;
const RESOLUTION_J_PER_CM2 = 2e-3;

let rig: CourseRig;
beforeEach(() => {
  rig = createCourseRig(STARTED_AT);
});
afterEach(() => rig.remove());

interface Visit {
  readonly visit: string;
  readonly person: string;
  readonly counted: 'completed' | 'partial' | 'no';
  readonly course: { readonly number: number | null; readonly of: number } | null;
  readonly screening: string;
  readonly zones: readonly {
    readonly zone: string;
    readonly wavelengthNm: number;
    readonly deliveredUpperJPerCm2: number;
  }[];
  readonly care: readonly { readonly measure: string; readonly outcome: string }[];
}

function createCourse(plan: string) {
  const runs: CourseRun[] = [];
  const start = async (extra: readonly string[] = [], death?: Death): Promise<CourseRun> => {
    const ran = await rig.run(
      ['start', plan, '--sim', '--keep-book', '--speed', '1000', '--json', '--yes', ...extra],
      death,
    );
    runs.push(ran);
    // A session takes its time.
    rig.nowMs += 12 * MINUTE_MS;
    return ran;
  };
  const completes = async (number: number, extra: readonly string[] = []): Promise<CourseRun> => {
    const ran = await start(extra);
    expect(ran.outcome).toMatchObject({
      event: 'session.outcome',
      outcome: 'completed',
      exitCode: 0,
      course: { number, of: 12 },
    });
    expect(ran.lines.find((line) => line['event'] === 'session.course')).toMatchObject({ number, of: 12 });
    return ran;
  };
  /** Refused, and answers from when on it is allowed. */
  const refused = async (hazard: string, extra: readonly string[] = []): Promise<number> => {
    const ran = await start(extra);
    expect(ran.outcome).toMatchObject({ outcome: 'refused', emissionOff: 'neverOn', hazard, exitCode: 6 });
    expect(ran.exitCode).toBe(6);
    for (const given of ran.truth.values()) expect(given).toBe(0);
    return Date.parse(String(ran.outcome['allowedAt']));
  };
  const dies = async (death: Death): Promise<CourseRun> => {
    const ran = await start([], death);
    expect(ran.exitCode).toBeUndefined();
    return ran;
  };
  return { runs, start, completes, refused, dies };
}

async function history(...args: readonly string[]): Promise<readonly Visit[]> {
  const { lines, exitCode } = await rig.run(['history', 'list', '--sim', '--json', ...args]);
  expect(exitCode).toBe(0);
  return lines.filter((line) => line['event'] === 'history.visit').map((line) => line as unknown as Visit);
}

const at = (day: number, hour = 8): number => Date.parse(STARTED_AT) + day * DAY_MS + (hour - 8) * HOUR_MS;

describe('a course of twelve sessions over sixteen days', () => {
  it(
    'counts each session once, refuses whatever is too early or too many, and never books less than was given',
    { timeout: TEST_MS },
    async () => {
      const plan = rig.write('two-lights.yaml', PLAN);
      const { runs, start, completes, refused, dies } = createCourse(plan);

      // Day 0: the first; an hour later is too early, and it is told from when on it is not.
      await completes(1);
      rig.nowMs = at(0, 9);
      const due = await refused('H19');
      expect(due).toBeGreaterThanOrEqual(at(0) + 20 * HOUR_MS);
      expect(due).toBeLessThanOrEqual(at(1, 5));

      // Day 1: a second before that time it is refused still, and at that very time it is allowed.
      rig.nowMs = due - 1000;
      expect(await refused('H19')).toBe(due);
      rig.nowMs = due;
      await completes(2);

      // Day 2: the controller dies after some light, less than a quarter. That does not count, and may be tried again once.
      rig.nowMs = at(2);
      const early = await dies({ entry: '"kind":"reserve"', count: 2 });
      expect(early.truth.get('L1 808')).toBeGreaterThan(0);
      await completes(3);
      rig.nowMs = at(2, 12);
      await refused('H19');

      // Day 3: it dies late. The light that was given counts as a session; a second one the same day does not come.
      // Not at eight: that would be the third light in 24 hours.
      rig.nowMs = at(3);
      await refused('H19');
      rig.nowMs = at(3, 10);
      const late = await dies({ entry: '"kind":"reserve"', count: 40 });
      expect(late.truth.get('L2 808')).toBeGreaterThan(0.25 * 2.5);
      await refused('H19');

      // Day 4: the calendar is a day behind, then right again.
      rig.nowMs = at(4);
      rig.restart();
      rig.calendarAheadMs = -DAY_MS;
      await refused('H21');
      // Right again; but the book has seen an hour of yesterday twice, and does not believe that a night lies between.
      rig.calendarAheadMs = 0;
      const rested = await refused('H19');
      expect(rested).toBeGreaterThan(at(4, 12));
      expect(rested).toBeLessThan(at(5, 8));
      rig.nowMs = at(5);
      await completes(5);

      // Day 6: the link is lost after a few seconds of light; not a session yet, and tried again.
      rig.nowMs = at(6);
      const cut = await start(['--fault', 'link-drop@3s:for=60s']);
      expect(cut.outcome).toMatchObject({ outcome: 'cutoff', hazard: 'H13' });
      expect(cut.truth.get('L2 808')).toBeGreaterThan(0.1);
      await completes(6);

      rig.nowMs = at(7);
      await completes(7);

      // Day 8: the text of the plan has been changed. The course goes on, and says so.
      rig.nowMs = at(8);
      rig.write('two-lights.yaml', `# More pillows.\n${PLAN}`);
      const changed = await completes(8);
      expect(changed.lines.find((line) => line['event'] === 'session.course')).toMatchObject({
        planChanged: true,
      });

      // Day 9: an answer speaks against light; nothing is booked. The right one lets it on.
      rig.nowMs = at(9);
      const safe = await answersFile(plan, '2026-03-10');
      const unsafe = rig.write(
        'unsafe.yaml',
        rig.read('answers.yaml').replace(/^( {2}malignancy:) no$/m, '$1 yes'),
      );
      expect(rig.read('unsafe.yaml')).not.toBe(rig.read('answers.yaml'));
      await refused('H24', ['--answers', unsafe]);
      await completes(9, ['--answers', safe]);

      // Day 10: it dies in the care step between the lights. Most of the dose is a session.
      rig.nowMs = at(10);
      const between = await dies({ entry: '"kind":"care"', count: 1 });
      expect(between.truth.get('L1 808')).toBeCloseTo(2, 1);
      await refused('H19');

      // Day 11.
      rig.nowMs = at(11);
      await completes(11);
      // Somebody else is another site, and another course.
      const ben = await start(['--person', 'Ben']);
      expect(ben.outcome).toMatchObject({
        outcome: 'completed',
        person: 'Ben',
        course: { number: 1, of: 12 },
      });

      // Day 12 is missed; the twelfth comes on day 13, and then the course is over.
      rig.nowMs = at(13);
      await completes(12);
      const overMs = rig.nowMs - 12 * MINUTE_MS;
      for (const day of [14, 15]) {
        rig.nowMs = at(day);
        const nextCourseMs = await refused('H19');
        expect(nextCourseMs).toBeGreaterThanOrEqual(overMs + 21 * DAY_MS);
        expect(nextCourseMs).toBeLessThanOrEqual(overMs + 21 * DAY_MS + HOUR_MS);
      }

      const visits = await history('--person', 'default');
      const counted = visits.filter((visit) => visit.counted !== 'no').reverse();
      expect(counted.map((visit) => visit.course?.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(counted.map((visit) => visit.counted === 'completed')).toEqual([
        ...[true, true, true, false, true, true],
        ...[true, true, true, false, true, true],
      ]);
      // What is skipped or done beside the light is told with it.
      expect(counted[0]?.care).toMatchObject([
        { measure: 'stretch', outcome: 'assumed' },
        { measure: 'rest', outcome: 'assumed' },
      ]);
      judge(runs, await history());
      expect((await rig.run(['ledger', 'verify', '--sim'])).exitCode).toBe(0);
    },
  );
});

/** Every question of the plan answered with what lets the light on. */
async function answersFile(plan: string, date: string): Promise<string> {
  const file = rig.path('answers.yaml');
  await rig.run(['plan', 'new', file, '--answers', plan]);
  const { CONTRAINDICATIONS } = await import('../../src/safety/contraindications.ts');
  let text = rig.read('answers.yaml').replace(/^date:.*$/m, `date: ${date}`);
  for (const { id, safe } of CONTRAINDICATIONS) text = text.replace(`  ${id}:\n`, `  ${id}: ${safe}\n`);
  return rig.write('answers.yaml', text);
}

/** Visit by visit: booked is what was given, or more where nobody saw the end; nothing stands there that nobody ran. */
function judge(runs: readonly CourseRun[], visits: readonly Visit[]): void {
  const lit = runs.filter((ran) => [...ran.truth.values()].some((given) => given > 0));
  expect(new Set(visits.map((visit) => visit.visit)).size).toBe(visits.length);
  for (const { visit, truth, exitCode } of lit) {
    const booked = visits.find((known) => known.visit === visit);
    expect(booked).toBeDefined();
    for (const [key, given] of truth) {
      const upper =
        booked?.zones.find((zone) => `${zone.zone} ${zone.wavelengthNm}` === key)?.deliveredUpperJPerCm2 ?? 0;
      expect(upper).toBeGreaterThanOrEqual(given - 1e-9);
      if (exitCode === 0) expect(upper).toBeLessThanOrEqual(given * BOOKED_MAX_RATIO + RESOLUTION_J_PER_CM2);
    }
  }
  const ranVisits = new Set(runs.map((ran) => ran.visit));
  for (const { visit } of visits) expect(ranVisits).toContain(visit);
}
