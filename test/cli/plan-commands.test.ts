import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCheck } from '../../src/cli/plan-check.ts';
import { planShow } from '../../src/cli/plan-show.ts';
import { builtInPlanNames, readPlan } from '../../src/cli/plan-source.ts';
import { runProgram } from '../../src/cli/program.ts';
import { widthOf } from '../../src/cli/style.ts';
import { createFakeIo } from './support.ts';

const SOUND = `laserbelt: 1
name: two-zones
site: lumbar
session:
  - treat: [L2, L3]
    wavelength: 808 nm
    irradiance: 50 mW/cm2
    dose: 2 J/cm2
    ramp: { up: 2 s, down: 1 s }
  - rest: 30 s
  - treat: [L1]
    wavelength: 650 nm
    irradiance: 8 mW/cm2
    energy: 0.5 J
    pulse: { frequency: 100 Hz, duty: 80 % }
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-plans-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function run(...words: readonly string[]) {
  const io = createFakeIo();
  const exitCode = await runProgram(words, io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

const records = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

describe('plan check', () => {
  it('says one line for a sound plan, and exits with 0', async () => {
    const { exitCode, out, err } = await run('plan', 'check', fileOf('sound.yaml', SOUND));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/sound\.yaml: OK · two-zones on reference · .*2\.00 J\/cm²/);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toBe('');
  });
  it('tells every problem of every file with its place, on stdout, and exits with 2', async () => {
    const wrong = SOUND.replace('50 mW/cm2', '50').replace('rest: 30 s', 'rest: 30 J');
    const path = fileOf('wrong.yaml', wrong);
    const { exitCode, out, err } = await run('plan', 'check', path, fileOf('sound.yaml', SOUND));
    expect(exitCode).toBe(2);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/wrong\.yaml:7:17: .*50.* has no unit \(expected /);
    expect(lines[1]).toMatch(/wrong\.yaml:10:11: /);
    expect(lines[2]).toContain('sound.yaml: OK');
    expect(err).toContain('wrong.yaml has 2 problems');
  });
  it('goes on after a file that cannot be read', async () => {
    const { exitCode, out, err } = await run('plan', 'check', './no-such.yaml', fileOf('sound.yaml', SOUND));
    expect(exitCode).toBe(2);
    expect(err).toContain('cannot read the plan ./no-such.yaml: there is no such file');
    expect(out).toContain('sound.yaml: OK');
  });
  it('reads standard input as -', async () => {
    const io = createFakeIo();
    const request = { files: ['-'], profile: undefined, isJson: false, isQuiet: false };
    expect(await planCheck(request, io, () => Promise.resolve(SOUND.replace('dose: 2 J', 'dose: 2 K')))).toBe(
      2,
    );
    expect(io.stdout()).toMatch(/^-:8:11: /);
  });
  it('names a built-in plan that was probably meant', async () => {
    const { exitCode, err } = await run('plan', 'check', 'low-bak-spasm');
    expect(exitCode).toBe(2);
    expect(err).toContain('did you mean low-back-spasm?');
  });
  it('is quiet on request, and says the same as JSON Lines', async () => {
    const sound = fileOf('sound.yaml', SOUND);
    expect(await run('plan', 'check', '--quiet', sound)).toMatchObject({ exitCode: 0, out: '' });
    const { out } = await run(
      'plan',
      'check',
      '--json',
      sound,
      fileOf('wrong.yaml', SOUND.replace('808', 'x')),
    );
    const [checked, problem, refused] = records(out);
    expect(checked).toMatchObject({
      event: 'plan.checked',
      isSound: true,
      problemCount: 0,
      profile: 'reference',
      zones: [
        { zone: 'L2', wavelengthNm: 808, prescribedJPerCm2: 2 },
        { zone: 'L3', wavelengthNm: 808, prescribedJPerCm2: 2 },
        { zone: 'L1', wavelengthNm: 650, prescribedJPerCm2: 1 },
      ],
    });
    expect(typeof checked?.['at']).toBe('string');
    expect(typeof checked?.['atMs']).toBe('number');
    expect(problem).toMatchObject({ event: 'plan.problem', line: 6, column: 17 });
    expect(refused).toMatchObject({ event: 'plan.checked', isSound: false, problemCount: 1 });
  });
  it('tells what the belt lacks, by the belt’s name', async () => {
    const plan = fileOf('other.yaml', SOUND.replace('650 nm', '660 nm'));
    const { exitCode, out, err } = await run('plan', 'check', '--profile', 'reference', plan);
    expect(exitCode).toBe(2);
    expect(out).toContain('L1: the belt has no 660 nm emitter there');
    expect(err).toContain('on the belt profile ‘reference’');
  });
  it('names a belt profile that there is not, once', async () => {
    const sound = fileOf('sound.yaml', SOUND);
    const { exitCode, err } = await run('plan', 'check', '--profile', 'refrence', sound, sound);
    expect(exitCode).toBe(2);
    expect(err.match(/no belt profile "refrence"/g)).toHaveLength(1);
  });
  it('needs a plan', async () => {
    expect((await run('plan', 'check')).exitCode).toBe(2);
  });
});

describe('plan show', () => {
  it('shows arithmetic that comes out right when it is worked out again', async () => {
    const { exitCode, out } = await run('plan', 'show', fileOf('sound.yaml', SOUND));
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
    const { out } = await run('plan', 'show', fileOf('sound.yaml', SOUND));
    expect(out.replace(/\s+/g, ' ')).toContain(
      'reference (4 zones, 808 nm over 1 cm², 650 nm over 0.5 cm²), the first built-in profile that has what it needs',
    );
    const chosen = await run('plan', 'show', '--profile', 'reference', fileOf('sound.yaml', SOUND));
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
    const path = fileOf('belt.json', JSON.stringify(profile));
    const { exitCode, out } = await run('plan', 'show', '--profile', path, fileOf('sound.yaml', SOUND));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/L2 +808 nm +steady +50\.0 mW\/cm² +2\.00 J\/cm² +2 cm² +4\.00 J/);
    expect(out).toContain('time = 2 J/cm² ÷ 0.008 W/cm² = 250.0 s');
  });
  it('puts the course in words', async () => {
    const course = `${SOUND}course:\n  sessions: 12\n  every: 1 day\n  gap: 20 h\n`;
    const { out } = await run('plan', 'show', fileOf('course.yaml', course));
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
      if (exitCode === 0)
        for (const line of io.stdout().split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
    }
  });
  it('is plain with NO_COLOR and with --no-color, and the same words in colour', async () => {
    const file = fileOf('sound.yaml', SOUND);
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
    const { out } = await run('plan', 'show', '--json', 'low-back-spasm');
    const [record] = records(out);
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
    const { exitCode, out, err } = await run('plan', 'show', fileOf('wrong.yaml', SOUND.replace('808', 'x')));
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/wrong\.yaml:6:17: /);
  });
});

describe('plan list and plan schema', () => {
  it('lists every built-in plan', async () => {
    const { exitCode, out } = await run('plan', 'list');
    expect(exitCode).toBe(0);
    for (const name of builtInPlanNames()) expect(out).toMatch(new RegExp(`^${name}: `, 'm'));
    const lines = records((await run('plan', 'list', '--json')).out);
    expect(lines.map((line) => line['plan'])).toEqual(builtInPlanNames());
  });
  it('prints a JSON Schema that names the keys of a plan', async () => {
    const { exitCode, out } = await run('plan', 'schema');
    expect(exitCode).toBe(0);
    const schema = JSON.parse(out) as { readonly properties: Readonly<Record<string, unknown>> };
    for (const key of ['laserbelt', 'name', 'site', 'session', 'course', 'limits'])
      expect(schema.properties).toHaveProperty(key);
  });
  it('are refused with what was probably meant', async () => {
    const { exitCode, err } = await run('plan', 'chek', 'x');
    expect(exitCode).toBe(2);
    expect(err).toContain('Did you mean check?');
  });
  it('read a built-in plan by its name also where a file of that name is', () => {
    expect(readPlan('low-back-spasm').file).toBe('low-back-spasm.yaml');
  });
});
