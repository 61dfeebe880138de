// What people read before, between and instead of a session.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tellError, usageError } from '../../src/cli/exit-codes.ts';
import { runProgram } from '../../src/cli/program.ts';
import { renderBrief } from '../../src/cli/render-brief.ts';
import { renderCareDone } from '../../src/cli/render-care.ts';
import { renderQuestion } from '../../src/cli/render-screening.ts';
import { widthOf } from '../../src/cli/style.ts';
import { renderWideTable, wrapQuestion } from '../../src/cli/wrap.ts';
import { questionsFor } from '../../src/safety/screening.ts';
import { planOf, treat } from '../plan/belts.ts';
import { createScreenRig } from './screen-rig.ts';
import { createFakeIo } from './support.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'laserbelt-words-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function type(...words: readonly string[]) {
  const io = createFakeIo({ env: { LASERBELT_HOME: home } });
  const exitCode = await runProgram(words, io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}

describe('an error', () => {
  const told = (isErrorTerminal: boolean): string => {
    const io = createFakeIo({ isErrorTerminal, columns: () => 40 });
    const hint = 'What to do about it is a sentence that is longer than forty columns.';
    tellError(usageError('what is wrong here takes more than a line of forty', hint), false, io);
    return io.stderr();
  };
  it('is broken at words for a terminal, and whole in a log', () => {
    const lines = told(true).trimEnd().split('\n');
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(40);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.slice(1).every((line) => line.startsWith('  '))).toBe(true);
    expect(told(true).replace(/\s+/g, ' ')).toBe(told(false).replace(/\s+/g, ' '));
    expect(told(false).trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('before the questions', () => {
  const plan = {
    ...planOf([
      treat(),
      { kind: 'care', measure: 'stretch', durationS: 600, say: undefined },
      { kind: 'care', measure: 'medicine', durationS: 0, say: undefined },
    ]),
    title: 'Low back',
  };

  it.each([40, 50, 80])('what will happen fits %i columns: every step, with its dose', (columns) => {
    const lines = renderBrief(plan, columns);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    const text = lines.join(' ').replace(/\s+/g, ' ');
    expect(text).toContain('What will happen · Low back');
    expect(text).toMatch(/1\. light on L1.*: \d.* J\/cm² at \d+ mW\/cm², 808 nm/);
    expect(text).toContain('2. stretch, dark, 10:00');
    expect(text).toMatch(/3\. medicine, dark /);
  });

  it('it stands before the first question, and where nothing is asked it is not shown', async () => {
    const rig = createScreenRig();
    const seen: string[] = [];
    const onAsk = (): void => void seen.push('plan');
    try {
      await rig.run({ onAsk, ask: () => Promise.resolve(`${seen.push('question')}`) });
      expect(seen.slice(0, 2)).toEqual(['plan', 'question']);
      expect(seen.filter((what) => what === 'plan').length).toBe(1);
      seen.length = 0;
      await rig.run({ onAsk, isYes: true, mayAssume: true });
      await rig.run({ onAsk, isTerminal: false });
      expect(seen).toEqual([]);
    } finally {
      rig.remove();
    }
  });
});

describe('Ctrl-C among the questions', () => {
  it('is a stop by the user, not a refusal; silence and the end of input are still none', async () => {
    const rig = createScreenRig();
    try {
      const stopped = await rig.run({
        ask: () => {
          process.emit('SIGINT');
          return Promise.resolve(undefined);
        },
      });
      expect(stopped).toMatchObject({ ok: false, hazard: null, isStopped: true });
      const silent = await rig.run({ ask: () => Promise.resolve(undefined) });
      expect(silent).toMatchObject({ ok: false, hazard: 'H24' });
      expect(silent).not.toHaveProperty('isStopped');
    } finally {
      rig.remove();
    }
  });
});

describe('care that nobody took', () => {
  it('is said to be assumed, not done', () => {
    const told = renderCareDone([
      { measure: 'stretch', outcome: 'assumed', durationMs: 0 },
      { measure: 'ice', outcome: 'done', durationMs: 900_000 },
      { measure: 'rest', outcome: 'assumed', durationMs: 0 },
    ]);
    expect(told).toEqual(['Care: stretch, rest assumed, because of --yes; ice done (15:00).']);
  });

  it('fits the terminal', () => {
    const care = ['stretch', 'massage', 'rest'].map(
      (measure) => ({ measure, outcome: 'assumed', durationMs: 0 }) as const,
    );
    for (const line of renderCareDone(care, 40)) expect(line.length).toBeLessThanOrEqual(40);
  });
});

describe('a question on a narrow terminal', () => {
  it('leaves room for its answer on its own line', () => {
    const questions = questionsFor('short', { site: 'lumbar', pulsesVisibleLight: false });
    expect(questions.length).toBeGreaterThan(5);
    for (const [index, question] of questions.entries())
      for (let columns = 40; columns <= 100; columns++) {
        const lines = renderQuestion(question, index, questions.length, columns).split('\n');
        for (const line of lines) expect(widthOf(line.trimEnd()) + ' yes'.length).toBeLessThan(columns);
      }
  });

  it('is broken at words', () => {
    const words = 'Arm the simulated belt? Light comes 3 s later, for 1:22. [y/N] ';
    expect(wrapQuestion(words, 60)).toBe('Arm the simulated belt? Light comes 3 s\nlater, for 1:22. [y/N] ');
    expect(wrapQuestion(words, 100)).toBe(words);
  });
});

describe('a table on a narrow terminal', () => {
  it('says once what holds for several rows, and drops none', () => {
    const rows = [
      ['L1', '808 nm', '4.00 J/cm²'],
      ['L2', '808 nm', '4.00 J/cm²'],
      ['L3', '650 nm', '4.00 J/cm²'],
    ];
    expect(renderWideTable(['zone', 'light', 'dose'], rows, 22)).toEqual([
      'L1, L2: light 808 nm,',
      '  dose 4.00 J/cm²',
      'L3: light 650 nm, dose',
      '  4.00 J/cm²',
    ]);
    expect(renderWideTable(['zone', 'light', 'dose'], rows, 80)).toHaveLength(4);
  });
});

describe('what is mistyped', () => {
  it.each([
    [['history', 'foo'], 'history has no ‘foo’', 'laserbelt history show <id>'],
    [['history', 'shwo'], 'did you mean show?', 'laserbelt history show <id>'],
    [['start', '--belt', 'ble:xx'], '‘ble:xx’ is no Bluetooth address', 'laserbelt scan'],
    [['clear', '--belt', 'ble:00:11'], '12 hexadecimal digits', 'laserbelt scan'],
  ])('%j is a usage error that says what was meant', async (words, said, next) => {
    const { exitCode, err } = await type(...words);
    expect(exitCode).toBe(2);
    expect(err).toContain(said);
    expect(err).toContain(next);
  });

  it('a wrong plan with --json: its problems, then the outcome as the last line', async () => {
    const file = join(home, 'wrong.yaml');
    writeFileSync(file, 'laserbelt: 1\nname: wrong\nsite: lumbar\nsession:\n  - treat: [L1]\n    dose: 4\n');
    const { exitCode, out } = await type('start', file, '--sim', '--yes', '--json');
    expect(exitCode).toBe(2);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines[1]).toMatchObject({ event: 'plan.problem', line: 5 });
    expect(lines.at(-1)).toMatchObject({
      event: 'session.outcome',
      outcome: 'refused',
      emissionOff: 'neverOn',
      hazard: null,
      zones: [],
      exitCode: 2,
    });
  });
});
