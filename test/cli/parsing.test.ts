import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/cli/addresses.ts';
import { COMMAND_NAMES } from '../../src/cli/commands.ts';
import { parseDirect } from '../../src/cli/direct-options.ts';
import { EXIT_CODE_MEANINGS } from '../../src/cli/exit-codes.ts';
import { rootHelp } from '../../src/cli/help.ts';
import { builtInPlanNames, readPlan } from '../../src/cli/plan-source.ts';
import { createProgram, runProgram } from '../../src/cli/program.ts';
import { readStartOptions } from '../../src/cli/start.ts';
import { editDistance, suggest } from '../../src/cli/suggest.ts';
import { VERSION } from '../../src/cli/version.ts';
import { BeltError } from '../../src/errors.ts';
import { EXIT_CODE } from '../../src/session/outcome.ts';
import { createFakeIo } from './support.ts';

function errorOf(run: () => unknown): BeltError {
  try {
    run();
  } catch (error) {
    if (error instanceof BeltError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function runWords(...words: readonly string[]) {
  const io = createFakeIo();
  const exitCode = await runProgram(words, io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

describe('did you mean', () => {
  it('counts a swap of neighbours as one edit', () => {
    expect(editDistance('strat', 'start')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
    expect(editDistance('stop', 'stop')).toBe(0);
  });
  it('names what was probably meant, and nothing when nothing is near', () => {
    expect(suggest('strat', COMMAND_NAMES)).toBe('start');
    expect(suggest('sotp', COMMAND_NAMES)).toBe('stop');
    expect(suggest('low-bak-spasm', ['low-back-spasm'])).toBe('low-back-spasm');
    expect(suggest('xyzzy', COMMAND_NAMES)).toBeUndefined();
  });
});

describe('addresses', () => {
  it('gives each belt one spelling', () => {
    expect(parseAddress('sim').address).toBe('sim');
    expect(parseAddress('socket:/tmp/../tmp/belt').address).toBe('socket:/tmp/belt');
    expect(parseAddress('BLE:AA:BB:CC').address).toBe('ble:aa:bb:cc');
  });
  it.each(['', 'simm', 'soket:/tmp/b', 'socket:', 'ble:', 'http://x', 'socket'])(
    'refuses %j with exit code 2',
    (text) => {
      const error = errorOf(() => parseAddress(text));
      expect(error.code).toBe('usage');
      expect(error.hint).toContain('ble:<id>');
    },
  );
  it('says which scheme was probably meant', () => {
    expect(errorOf(() => parseAddress('soket:/tmp/b')).message).toContain('did you mean socket:/tmp/b?');
  });
});

describe('verbs that are routed before the parser', () => {
  it('read their options', () => {
    expect(parseDirect('stop', ['--belt', 'sim', '--json'])).toMatchObject({ belt: 'sim', isJson: true });
    expect(parseDirect('status', ['-w', '--no-color'])).toMatchObject({
      isWatched: true,
      isColourRefused: true,
    });
    expect(parseDirect('stop', ['--help'])).toBe('help');
  });
  it('say what was probably meant', () => {
    expect(errorOf(() => parseDirect('status', ['--wach'])).message).toContain('did you mean --watch?');
    expect(errorOf(() => parseDirect('stop', ['--watch'])).message).toContain(
      'unknown option --watch for stop',
    );
  });
  it('refuse arguments, missing values and values that nobody asked for', () => {
    expect(errorOf(() => parseDirect('stop', ['now'])).message).toContain('takes no argument');
    expect(errorOf(() => parseDirect('stop', ['--belt'])).message).toContain('needs a value');
    expect(errorOf(() => parseDirect('stop', ['--json=yes'])).message).toContain('takes no value');
  });
});

describe('the program', () => {
  it('offers exactly the verbs of the table, each with help', () => {
    const program = createProgram({ io: createFakeIo(), finish: () => undefined });
    expect(program.commands.map((command) => command.name()).sort()).toEqual([...COMMAND_NAMES].sort());
    for (const name of COMMAND_NAMES) expect(rootHelp()).toContain(`\n  ${name}`);
  });
  it('shows every exit code on the first page', () => {
    expect(EXIT_CODE_MEANINGS.map(([code]) => code)).toEqual(Object.values(EXIT_CODE).sort());
    for (const [code, meaning] of EXIT_CODE_MEANINGS) expect(rootHelp()).toContain(`  ${code}  ${meaning}`);
  });
  it('has the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(VERSION).toBe(version);
    expect(await runWords('--version')).toMatchObject({ exitCode: 0, out: `${version}\n` });
  });
  it('fits 100 columns, and terminals down to 52', () => {
    const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));
    expect(widest(rootHelp())).toBeLessThanOrEqual(100);
    for (const columns of [52, 60, 79]) expect(widest(rootHelp(columns))).toBeLessThanOrEqual(columns);
    expect(rootHelp(60).split(/\s+/)).toEqual(rootHelp().split(/\s+/));
  });
  it.each([
    [['strat'], 'did you mean start?'],
    [['start', '--sped', '3'], '--speed'],
    [['start', '--speed', '0'], 'from 1 to 1000'],
    [['start', '--speed', '1001'], 'from 1 to 1000'],
    [['start', '--speed', '1e2'], 'from 1 to 1000'],
    [['start', '--speed', 'NaN'], 'from 1 to 1000'],
    [['start', '--seed', '1.5'], 'whole number'],
    [['start', '--seed', '-1'], 'whole number'],
    [['start', 'a', 'b'], 'too many arguments'],
    [['sim', 'serv'], 'serve'],
    [['sim', 'fault', 'link-drop'], '--socket'],
    [['scan', '--timeout', '0'], 'from 1 to 60'],
  ])('refuses %j with exit code 2 and says: %s', async (words, said) => {
    const { exitCode, err } = await runWords(...words);
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
  });
  it('asks which belt when none is named', async () => {
    const { exitCode, err } = await runWords('start');
    expect(exitCode).toBe(2);
    expect(err).toContain('laserbelt scan');
    expect(err).toContain('--sim');
  });
  it('reaches stop also with an option before the verb', async () => {
    const io = createFakeIo({ env: { LASERBELT_HOME: '/nonexistent/laserbelt' } });
    expect(await runProgram(['--no-color', 'stop'], io)).toBe(0);
    expect(io.stdout()).toContain('nothing to stop');
  });
  it('lists every fault with an example that its own parser takes', async () => {
    const { exitCode, out } = await runWords('sim', 'faults', '--json');
    expect(exitCode).toBe(0);
    const { parseFault } = await import('../../firmware-sim/faults.ts');
    const faults = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; example: string });
    expect(faults.length).toBeGreaterThan(20);
    for (const { example } of faults) expect(parseFault(example)).toMatchObject({ ok: true });
  });
});

describe('start options', () => {
  it('take --sim as --belt sim, and refuse two belts', () => {
    expect(readStartOptions('p', { sim: true, color: true })?.belt.address).toBe('sim');
    expect(readStartOptions('p', { sim: true, belt: 'sim', color: true })?.belt.address).toBe('sim');
    expect(
      errorOf(() => readStartOptions('p', { sim: true, belt: 'ble:c0ffee000000', color: true })).message,
    ).toContain('two belts');
  });
  it.each([{ speed: 2 }, { seed: 1 }, { profile: 'led-pad' }, { fault: ['link-drop'] }])(
    'refuse %j for a belt outside this process',
    (extra) => {
      const error = errorOf(() => readStartOptions('p', { belt: 'socket:/tmp/b', color: true, ...extra }));
      expect(error.message).toContain('embedded simulated belt alone');
    },
  );
});

describe('plan names', () => {
  it('find the built-in plans', () => {
    expect(builtInPlanNames()).toContain('low-back-spasm');
    expect(readPlan('low-back-spasm').text).toContain('name: low-back-spasm');
  });
  it('say what was meant, and what a path looks like', () => {
    const error = errorOf(() => readPlan('low-back-spam'));
    expect(error.message).toContain('did you mean low-back-spasm?');
    expect(error.hint).toContain('./low-back-spam.yaml');
  });
  it('say why a file cannot be read', () => {
    expect(errorOf(() => readPlan('/nonexistent/plan.yaml')).message).toContain('there is no such file');
    expect(errorOf(() => readPlan('/tmp')).message).toContain('it is a folder');
  });
});
