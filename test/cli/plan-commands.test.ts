import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { planCheck } from '../../src/cli/plan-check.ts';
import { readCheckWords } from '../../src/cli/plan-check-words.ts';
import { planNameOf } from '../../src/cli/plan-files.ts';
import { builtInPlanNames, readPlan } from '../../src/cli/plan-source.ts';
import { runProgram } from '../../src/cli/program.ts';
import { recordsOf, runCommand, SOUND, usePlanFolder } from './plan-place.ts';
import { createFakeIo } from './support.ts';

const plans = usePlanFolder();

describe('plan check', () => {
  it('says one line for a sound plan, and exits with 0', async () => {
    const { exitCode, out, err } = await runCommand('plan', 'check', plans.write('sound.yaml', SOUND));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/sound\.yaml: OK · two-zones on reference · .*2\.00 J\/cm²/);
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toBe('');
  });
  it('tells every problem of every file with its place, on stdout, and exits with 2', async () => {
    const wrong = SOUND.replace('50 mW/cm2', '50').replace('rest: 30 s', 'rest: 30 J');
    const path = plans.write('wrong.yaml', wrong);
    const { exitCode, out, err } = await runCommand('plan', 'check', path, plans.write('sound.yaml', SOUND));
    expect(exitCode).toBe(2);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/wrong\.yaml:7:17: .*50.* has no unit \(expected /);
    expect(lines[1]).toMatch(/wrong\.yaml:10:11: /);
    expect(lines[2]).toContain('sound.yaml: OK');
    expect(err).toContain(
      'wrong.yaml has 2 problems. The limits of the whole session are judged once this is mended.',
    );
  });
  it('goes on after a file that cannot be read', async () => {
    const { exitCode, out, err } = await runCommand(
      'plan',
      'check',
      './no-such.yaml',
      plans.write('sound.yaml', SOUND),
    );
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
    const { exitCode, err } = await runCommand('plan', 'check', 'low-bak-spasm');
    expect(exitCode).toBe(2);
    expect(err).toContain('did you mean low-back-spasm?');
  });
  it('is quiet on request, and says the same as JSON Lines', async () => {
    const sound = plans.write('sound.yaml', SOUND);
    expect(await runCommand('plan', 'check', '--quiet', sound)).toMatchObject({ exitCode: 0, out: '' });
    const { out } = await runCommand(
      'plan',
      'check',
      '--json',
      sound,
      plans.write('wrong.yaml', SOUND.replace('808', 'x')),
    );
    const [checked, problem, refused] = recordsOf(out);
    expect(checked).toMatchObject({
      event: 'plan.checked',
      isSound: true,
      problemCount: 0,
      profile: 'reference',
      zones: [
        { zone: 'L1', wavelengthNm: 650, prescribedJPerCm2: 1 },
        { zone: 'L2', wavelengthNm: 808, prescribedJPerCm2: 2 },
        { zone: 'L3', wavelengthNm: 808, prescribedJPerCm2: 2 },
      ],
    });
    expect(typeof checked?.['at']).toBe('string');
    expect(typeof checked?.['atMs']).toBe('number');
    expect(problem).toMatchObject({ event: 'plan.problem', line: 6, column: 17 });
    expect(refused).toMatchObject({ event: 'plan.checked', isSound: false, problemCount: 1 });
  });
  it('tells what the belt lacks, by the belt’s name', async () => {
    const plan = plans.write('other.yaml', SOUND.replace('650 nm', '660 nm'));
    const { exitCode, out, err } = await runCommand('plan', 'check', '--profile', 'reference', plan);
    expect(exitCode).toBe(2);
    expect(out).toContain('L1: the belt has no 660 nm emitter there');
    expect(err).toContain('on the belt profile ‘reference’');
  });
  it('names a belt profile that there is not, once', async () => {
    const sound = plans.write('sound.yaml', SOUND);
    const { exitCode, err } = await runCommand('plan', 'check', '--profile', 'refrence', sound, sound);
    expect(exitCode).toBe(2);
    expect(err.match(/no belt profile "refrence"/g)).toHaveLength(1);
  });
  it('needs a plan', async () => {
    expect((await runCommand('plan', 'check')).exitCode).toBe(2);
  });
});

describe('plan list and plan schema', () => {
  it('lists every built-in plan', async () => {
    const { exitCode, out } = await runCommand('plan', 'list');
    expect(exitCode).toBe(0);
    for (const name of builtInPlanNames()) expect(out).toMatch(new RegExp(`^${name}: `, 'm'));
    const lines = recordsOf((await runCommand('plan', 'list', '--json')).out);
    expect(lines.map((line) => line['plan'])).toEqual(builtInPlanNames());
    // No figure shows what binary fractions leave behind.
    for (const line of lines) expect(JSON.stringify(line)).not.toMatch(/\.\d*(?:0{5}|9{5})/);
  });
  it('tells a key that is written wrong once, and not as missing as well', async () => {
    const file = plans.write('typo.yaml', SOUND.replace('wavelength:', 'wavelenght:'));
    const { out, err } = await runCommand('plan', 'check', file);
    expect(out).toContain('did you mean `wavelength`?');
    expect(out).not.toContain('missing');
    expect(err).toContain('has 1 problem.');
  });
  it('prints a JSON Schema that names the keys of a plan', async () => {
    const { exitCode, out } = await runCommand('plan', 'schema');
    expect(exitCode).toBe(0);
    const schema = JSON.parse(out) as { readonly properties: Readonly<Record<string, unknown>> };
    for (const key of ['laserbelt', 'name', 'site', 'session', 'course', 'limits'])
      expect(schema.properties).toHaveProperty(key);
  });
  it('are refused with what was probably meant', async () => {
    const { exitCode, err } = await runCommand('plan', 'chek', 'x');
    expect(exitCode).toBe(2);
    expect(err).toContain('(did you mean check?)');
  });
  it('read a built-in plan by its name also where a file of that name is', () => {
    expect(readPlan('low-back-spasm').file).toBe('low-back-spasm.yaml');
  });
});

describe('plan new', () => {
  it('writes a plan that is sound as it stands, named after its file, with the schema where editors find it', async () => {
    const home = plans.path('home');
    const file = plans.path('My Back, 2.yaml');
    const io = createFakeIo({ env: { LASERBELT_HOME: home } });
    expect(await runProgram(['plan', 'new', file], io)).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('\nname: my-back-2\n');
    const schema = /^# yaml-language-server: \$schema=(file:\S+)\n/.exec(text)?.[1] ?? '';
    expect(readFileSync(fileURLToPath(schema), 'utf8')).toBe((await runCommand('plan', 'schema')).out);
    expect((await runCommand('plan', 'check', file)).out).toContain('OK · my-back-2');
  });
  it('never overwrites a file', async () => {
    const file = plans.write('mine.yaml', 'mine');
    const { exitCode, err } = await runCommand('plan', 'new', file);
    expect(exitCode).toBe(2);
    expect(err).toContain('is there already, and is left as it is');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
  it('writes to standard output without a file', async () => {
    const { exitCode, out } = await runCommand('plan', 'new');
    expect(exitCode).toBe(0);
    expect(out).toContain('laserbelt: 1');
  });
  it.each([
    ['/a/My Plan.YAML', 'my-plan'],
    ['ü.yaml', 'my-plan'],
    ['--x--.yml', 'x'],
  ])('%s is the plan %s', (file, name) => {
    expect(planNameOf(file)).toBe(name);
  });
});

describe('the words of plan check', () => {
  it('are read the same without the parser as with it', () => {
    expect(readCheckWords(['a.yaml', '--profile', 'led-pad', '-q', '--json', 'b.yaml'])).toEqual({
      files: ['a.yaml', 'b.yaml'],
      profile: 'led-pad',
      isJson: true,
      isQuiet: true,
    });
    expect(readCheckWords(['-'])?.files).toEqual(['-']);
  });
  it.each([[[]], [['--help']], [['a.yaml', '--profil', 'x']], [['a.yaml', '--profile']]])(
    '%j is left to the parser, which has words for it',
    (words) => {
      expect(readCheckWords(words)).toBeUndefined();
    },
  );
});

describe('the bundle of plan check', () => {
  it('holds no parser of options, no session machine, no Bluetooth, and nothing that writes a dose book', async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL('../../src/cli/plan-check-directly.ts', import.meta.url))],
      bundle: true,
      platform: 'node',
      format: 'esm',
      write: false,
      metafile: true,
      logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.some((file) => file.includes('node_modules/yaml/'))).toBe(true);
    expect(
      inputs.filter((file) =>
        /node_modules\/(commander|xstate|@)|src\/(ledger|transport|store)\//.test(file),
      ),
    ).toEqual([]);
  });
});
