import { describe, expect, it } from 'vitest';
import { planShow } from '../../src/cli/plan-show.ts';
import { builtInPlanNames } from '../../src/cli/plan-source.ts';
import { courseSpanDays } from '../../src/cli/render-course.ts';
import { exceededWords } from '../../src/cli/render-worst-case.ts';
import { widthOf } from '../../src/cli/style.ts';
import { exceededLines } from '../../src/cli/worst-case-words.ts';
import { recordsOf, runCommand, SOUND, usePlanFolder } from './plan-place.ts';
import { createFakeIo } from './support.ts';

const plans = usePlanFolder();

describe('plan show', () => {
  it('shows arithmetic that comes out right when it is worked out again', async () => {
    const { exitCode, out } = await runCommand('plan', 'show', plans.write('sound.yaml', SOUND));
    expect(exitCode).toBe(0);
    // 2 J/cm² ÷ 0.05 W/cm² + 1.5 s = 41.5 s; 0.5 J ÷ 0.5 cm² = 1 J/cm²; 1 ÷ 0.008 = 125 s; 8 ÷ 0.8 = 10.
    expect(out).toContain('time = 2 J/cm² ÷ 0.05 W/cm² + (2 s + 1 s) ÷ 2 = 41.5 s');
    expect(out).toMatch(/L2 +808 nm +steady +50\.0 mW\/cm² +2\.00 J\/cm² +1 cm² +2\.00 J +41\.5 s/);
    expect(out).toMatch(/L1 +650 nm +100 Hz, 80 % +8\.0 mW\/cm² +1\.00 J\/cm² +0\.5 cm² +0\.50 J +125\.0 s/);
    expect(out).toContain('time = 1 J/cm² ÷ 0.008 W/cm² = 125.0 s');
    expect(out).toContain('peak of a pulse = 8 mW/cm² ÷ 0.8 = 10.0 mW/cm²');
    expect(out).toContain('4.5 J in all on the site ‘lumbar’: 3:17 of light and rests');
    // 200 mW/cm² × 10^(0.002 × 108) = 328.9 mW/cm²; 50 ÷ 328.9 = 0.152.
    expect(out).toMatch(/L2 +808 nm +50\.0 mW\/cm² +328\.9 mW\/cm² +0\.152/);
  });
  it('names the belt that it is computed on', async () => {
    const { out } = await runCommand('plan', 'show', plans.write('sound.yaml', SOUND));
    expect(out.replace(/\s+/g, ' ')).toContain(
      'reference (4 zones, 808 nm over 1 cm², 650 nm over 0.5 cm²), the first built-in profile that has what it needs',
    );
    const chosen = await runCommand(
      'plan',
      'show',
      '--profile',
      'reference',
      plans.write('sound.yaml', SOUND),
    );
    expect(chosen.out).not.toContain('the first built-in');
  });
  it('computes on a profile of one’s own', async () => {
    const profile = {
      zoneCount: 3,
      emitters: ['L1', 'L2', 'L3'].flatMap((zone) => [
        { zone, wavelengthNm: 808, areaCm2: 2, radiantPowerMaxMw: 200 },
        { zone, wavelengthNm: 650, areaCm2: 0.25, radiantPowerMaxMw: 5 },
      ]),
    };
    const path = plans.write('belt.json', JSON.stringify(profile));
    const { exitCode, out } = await runCommand(
      'plan',
      'show',
      '--profile',
      path,
      plans.write('sound.yaml', SOUND),
    );
    expect(exitCode).toBe(0);
    expect(out).toMatch(/L2 +808 nm +steady +50\.0 mW\/cm² +2\.00 J\/cm² +2 cm² +4\.00 J/);
    expect(out).toContain('time = 2 J/cm² ÷ 0.008 W/cm² = 250.0 s');
  });
  it('puts the course in words', async () => {
    const course = `${SOUND}course:\n  sessions: 12\n  every: 1 day\n  gap: 20 h\n`;
    const { out } = await runCommand('plan', 'show', plans.write('course.yaml', course));
    expect(out.replace(/\s+/g, ' ')).toContain(
      '12 sessions, one a day, at least 20 h apart; finished 11 days after the first when none is missed.',
    );
  });
  it.each([80, 40])('fits %i columns, every built-in plan', async (columns) => {
    for (const plan of builtInPlanNames()) {
      const io = createFakeIo({ isOutputTerminal: true, columns: () => columns, env: { NO_COLOR: '1' } });
      const exitCode = await planShow(
        { plan, profile: undefined, isJson: false, isColourRefused: false },
        io,
      );
      expect(exitCode, `${plan} ${io.stderr()}`).toBe(0);
      for (const line of io.stdout().split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
    }
  });
  it('is plain with NO_COLOR and with --no-color, and the same words in colour', async () => {
    const file = plans.write('sound.yaml', SOUND);
    const shown = async (
      isColourRefused: boolean,
      env: Readonly<Record<string, string>>,
    ): Promise<string> => {
      const io = createFakeIo({ isOutputTerminal: true, env });
      await planShow({ plan: file, profile: undefined, isJson: false, isColourRefused }, io);
      return io.stdout();
    };
    const plain = await shown(true, {});
    expect(await shown(false, { NO_COLOR: '1' })).toBe(plain);
    const coloured = await shown(false, {});
    expect(coloured).not.toBe(plain);
    expect(coloured.replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain);
  });
  it('says the same to a program', async () => {
    const { out } = await runCommand('plan', 'show', '--json', 'low-back-spasm');
    const [record] = recordsOf(out);
    expect(record).toMatchObject({
      event: 'plan.shown',
      plan: 'low-back-spasm',
      site: 'lumbar',
      profile: 'reference',
      radiantEnergyJ: 16,
      skinExposure: [{ zone: 'L1', wavelengthNm: 808, irradianceMwPerCm2: 50 }, {}, {}, {}],
    });
  });
  it('cannot show a plan with mistakes, and tells them as check does', async () => {
    const { exitCode, out, err } = await runCommand(
      'plan',
      'show',
      plans.write('wrong.yaml', SOUND.replace('808', 'x')),
    );
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/wrong\.yaml:6:17: /);
  });
});

describe('the worst case', () => {
  it('stands beside the plan, with the events that lead to it', async () => {
    const { out } = await runCommand('plan', 'show', 'lumbar-nir-start');
    const text = out.replace(/\s+/g, ' ');
    expect(text).toContain('Limits, as the belt measures: 6.00 J/cm² a session, 60.00 J/cm² in 24 h.');
    expect(text).toMatch(/1\. a session begins 2\. light block 1 runs to its end: 4\.00 J\/cm² in all/);
  });
  it('is told with the limit that it breaks, and how', () => {
    const exceeded = {
      limit: 'dayDose',
      bearing: 'dose',
      zone: 'L2',
      limitValue: 60,
      amount: 64.001,
      resumeCount: 0,
      steps: [
        { event: { kind: 'visitBegins', visit: 0, waitedS: 0 }, visitDose: 0, dayDose: 0 },
        {
          event: { kind: 'light', block: 0, until: 'end', ratio: 1, doses: [32] },
          visitDose: 32,
          dayDose: 32,
        },
        { event: { kind: 'controllerCrashed' }, visitDose: 32, dayDose: 32 },
        { event: { kind: 'reconciled', booking: 'unknown' }, visitDose: 32, dayDose: 32 },
        { event: { kind: 'visitBegins', visit: 1, waitedS: 72_000 }, visitDose: 0, dayDose: 32 },
        {
          event: { kind: 'light', block: 0, until: 'end', ratio: 1, doses: [32] },
          visitDose: 32,
          dayDose: 64.001,
        },
      ],
    } as const;
    expect(exceededWords(exceeded)).toBe(
      'L2 can receive 64.01 J/cm²: more than the cap for a point in 24 h (60.00 J/cm²)',
    );
    expect(exceededLines(exceeded)).toEqual([
      '1. a session begins',
      '2. light block 1 runs to its end: 32.00 J/cm² in all',
      '3. the controller crashes',
      '4. the controller is back; the belt has no record: the upper bound is booked',
      '5. 20 h later the dose book allows another',
      '6. light block 1 runs to its end: 64.01 J/cm² in all',
    ]);
  });
});

describe('a course in words', () => {
  it.each([
    [{ sessions: 12, everyS: 86_400, perWeek: undefined, gapS: 72_000 }, 11],
    [{ sessions: 15, everyS: undefined, perWeek: 5, gapS: 72_000 }, 18],
    [{ sessions: 14, everyS: 2 * 86_400, perWeek: undefined, gapS: 144_000 }, 26],
    [{ sessions: 3, everyS: undefined, perWeek: 1, gapS: 72_000 }, 14],
    [{ sessions: 1, everyS: undefined, perWeek: undefined, gapS: 72_000 }, 0],
  ])('%j lasts %i days', (course, days) => {
    expect(courseSpanDays(course)).toBe(days);
  });
});
