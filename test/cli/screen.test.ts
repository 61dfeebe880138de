// Screening on a terminal and from a file: what is asked, what is kept, and what every way of not answering leads to.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersTemplateOf } from '../../src/cli/screen-file.ts';
import { screen, type Screened, type ScreenRequest } from '../../src/cli/screen.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { CONTRAINDICATIONS } from '../../src/safety/contraindications.ts';
import { questionsFor } from '../../src/safety/screening.ts';
import { planOf, treat } from '../plan/belts.ts';
import { createFakeIo, type FakeIo } from './support.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-01T08:00:00Z');
const FACTS = { site: 'lumbar', pulsesVisibleLight: false };
const PLAN: Plan = { ...planOf([treat()]), name: 'low-back' };
const FULL = questionsFor('full', FACTS);
const SHORT = questionsFor('short', FACTS);

let home: string;
let nowMs: number;
let asked: string[];
let io: FakeIo;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'laserbelt-screen-'));
  nowMs = START_MS;
  asked = [];
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const idOf = (words: string): string => {
  const flat = words.replace(/\s+/g, ' ');
  return CONTRAINDICATIONS.find((question) => flat.includes(question.words))?.id ?? words;
};

interface Person extends Partial<ScreenRequest> {
  readonly replies?: Readonly<Record<string, string | undefined>>;
  readonly isTerminal?: boolean;
}

function run({ replies = {}, isTerminal = true, ...changes }: Person = {}): Promise<Screened> {
  io = createFakeIo({ env: { LASERBELT_HOME: home }, isInputTerminal: isTerminal });
  asked = [];
  return screen({
    io,
    plan: PLAN,
    person: 'default',
    isYes: false,
    mayAssume: false,
    isSimulated: false,
    answersFile: undefined,
    wallClock: { nowMs: () => nowMs },
    ask(_io, question) {
      const id = idOf(question);
      asked.push(id);
      const safe = CONTRAINDICATIONS.find((known) => known.id === id)?.safe;
      return Promise.resolve(Object.hasOwn(replies, id) ? replies[id] : safe);
    },
    ...changes,
  });
}

const folder = (): string => join(home, 'state', 'answers');
const keptText = (): string =>
  readdirSync(folder())
    .filter((name) => name.startsWith('answers-'))
    .map((name) => readFileSync(join(folder(), name), 'utf8'))
    .join('');
const ids = (questions: readonly { readonly id: string }[]): string[] => questions.map(({ id }) => id);

/** A filled-in file, of the template that people get. */
function fileOf(
  form: 'full' | 'short',
  date: string,
  changes: Record<string, string> = {},
  more = '',
): string {
  let text = answersTemplateOf(PLAN, form, 'default').replace(/^date:.*$/m, `date: ${date}`);
  for (const { id, safe } of form === 'full' ? FULL : SHORT)
    text = text.replace(`  ${id}:\n`, `  ${id}: ${changes[id] ?? safe}\n`);
  const file = join(home, `${form}.yaml`);
  writeFileSync(file, text + more);
  return file;
}

describe('screening on a terminal', () => {
  it('asks the full form before a course and the short form before each further session', async () => {
    expect(await run()).toEqual({ ok: true, form: 'full' });
    expect(asked).toEqual(ids(FULL));
    nowMs += DAY_MS;
    expect(await run()).toEqual({ ok: true, form: 'short' });
    expect(asked).toEqual(ids(SHORT));
    nowMs = START_MS + 30 * DAY_MS;
    expect(await run()).toEqual({ ok: true, form: 'short' });
    nowMs += 1;
    expect(await run()).toEqual({ ok: true, form: 'full' });
  });

  it('asks the full form again of another person, for another plan, site, or light that raises other questions', async () => {
    await run();
    expect(await run({ person: 'Ann' })).toEqual({ ok: true, form: 'full' });
    expect(await run({ plan: { ...PLAN, name: 'other' } })).toEqual({ ok: true, form: 'full' });
    expect(await run({ plan: { ...PLAN, site: 'cervical' } })).toEqual({ ok: true, form: 'full' });
    await run();
    const pulsed = [treat({ wavelengthNm: 650, pulse: { frequencyHz: 100, dutyCycle: 0.5 } })];
    expect(await run({ plan: { ...PLAN, session: pulsed } })).toEqual({ ok: true, form: 'full' });
    expect(asked).toContain('epilepsy');
  });

  it('takes no kept answers from the future: the wall clock was set back', async () => {
    await run();
    nowMs = START_MS - 40 * DAY_MS;
    expect(await run()).toEqual({ ok: true, form: 'full' });
  });

  it('answers given for a simulated belt count for no treatment', async () => {
    expect(await run({ isSimulated: true })).toEqual({ ok: true, form: 'full' });
    expect(io.stderr()).toContain('--yes answers for you');
    expect(await run()).toEqual({ ok: true, form: 'full' });
    expect(io.stderr()).not.toContain('--yes');
  });

  it('takes y, yes, n and no in any case, and asks again after anything else, three times', async () => {
    let count = 0;
    const reply = (text: string) => () => {
      count++;
      return Promise.resolve(text);
    };
    expect((await run({ ask: reply('perhaps') })).ok).toBe(false);
    expect(count).toBe(3);
    expect(io.stderr()).toContain('Please answer y for yes or n for no.');
    for (const [yes, no] of [
      ['y', 'n'],
      ['Yes', 'NO'],
      ['YES', 'No'],
    ]) {
      const ask: ScreenRequest['ask'] = (_io, question) =>
        Promise.resolve(CONTRAINDICATIONS.find(({ id }) => id === idOf(question))?.safe === 'yes' ? yes : no);
      expect((await run({ person: `${yes}`, ask })).ok).toBe(true);
    }
  });

  const unsafe = (id: string): Record<string, string> => ({
    [id]: CONTRAINDICATIONS.find((question) => question.id === id)?.safe === 'no' ? 'y' : 'n',
  });
  it.each(
    FULL.filter(({ isAdvice }) => isAdvice !== true).map((question) => [question.id, question] as const),
  )(
    '%s: refused, with the question, the answer and what to do; nothing more is asked',
    async (id, question) => {
      const result = await run({ replies: unsafe(id) });
      if (result.ok) throw new Error('let through');
      expect(result.hazard).toBe('H24');
      expect(result.message).toContain(question.words);
      expect(result.message).toContain(question.remedy);
      if (question.kind === 'redFlag') expect(result.message).toMatch(/needs a doctor/);
      expect(asked.at(-1)).toBe(id);
    },
  );

  it.each(
    FULL.filter(({ isAdvice }) => isAdvice === true).map((question) => [question.id, question] as const),
  )('%s: the light is allowed, with advice', async (id, question) => {
    expect(await run({ replies: unsafe(id) })).toEqual({ ok: true, form: 'full' });
    expect(io.stderr()).toContain(question.remedy);
  });

  it('after an answer that outlasts the day, the full form is due again; after one that does not, the short one', async () => {
    await run();
    expect((await run({ replies: unsafe('eyes-protected') })).ok).toBe(false);
    expect(await run()).toEqual({ ok: true, form: 'short' });
    expect((await run({ replies: unsafe('new-red-flags') })).ok).toBe(false);
    expect(await run()).toEqual({ ok: true, form: 'full' });
  });

  it('a full form that ended at the eyewear need not be answered again', async () => {
    expect((await run({ replies: unsafe('eyes-protected') })).ok).toBe(false);
    expect(await run()).toEqual({ ok: true, form: 'short' });
  });

  it.each(ids(FULL))('an end of input at %s is no answer: refused, nothing is kept', async (id) => {
    expect(await run({ replies: { [id]: undefined } })).toMatchObject({ ok: false, hazard: 'H24' });
    expect(asked.at(-1)).toBe(id);
    expect(existsSync(folder())).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s calls the questions off; its handler is gone afterwards',
    async (signal) => {
      const before = process.listenerCount(signal);
      const ask: ScreenRequest['ask'] = (_io, _question, calledOff) =>
        new Promise((resolve) => {
          calledOff.addEventListener('abort', () => resolve(undefined));
          process.emit(signal);
        });
      expect(await run({ ask })).toMatchObject({
        ok: false,
        message: expect.stringContaining('not answered to the end'),
      });
      expect(process.listenerCount(signal)).toBe(before);
      expect(existsSync(folder())).toBe(false);
    },
  );

  it('a signal that comes with the last answer counts: refused', async () => {
    const ask: ScreenRequest['ask'] = (_io, question) => {
      process.emit('SIGINT');
      return Promise.resolve(CONTRAINDICATIONS.find(({ id }) => id === idOf(question))?.safe);
    };
    expect((await run({ ask })).ok).toBe(false);
  });

  it('keeps what was answered, with its date, for nobody else to read', async () => {
    await run();
    expect(keptText()).toContain(String(START_MS));
    expect(JSON.parse(keptText())).toMatchObject({
      person: 'default',
      screenings: [{ form: 'full', isPassed: true }],
    });
  });

  it('refuses when the kept answers are damaged or open to others, and names the file', async () => {
    await run();
    const [name = ''] = readdirSync(folder()).filter((file) => file.startsWith('answers-'));
    const file = join(folder(), name);
    chmodSync(file, 0o644);
    expect(await run()).toMatchObject({ ok: false, message: expect.stringContaining(file) });
    chmodSync(file, 0o600);
    writeFileSync(file, 'x');
    expect(await run()).toMatchObject({ ok: false, message: expect.stringContaining(file) });
    expect(readFileSync(file, 'utf8')).toBe('x');
  });

  it('refuses when the answers cannot be kept', async () => {
    mkdirSync(join(home, 'state'), { recursive: true });
    writeFileSync(folder(), 'a file where a folder should be');
    expect((await run()).ok).toBe(false);
  });
});

describe('screening without a terminal', () => {
  const script = { isTerminal: false } as const;

  it('refuses, and says how a file is made and given', async () => {
    const result = await run(script);
    expect(result).toMatchObject({ ok: false, hazard: 'H24' });
    expect(asked).toEqual([]);
    expect(!result.ok && result.message).toMatch(/--answers <file>.*laserbelt plan new --answers low-back/);
  });

  it('--yes answers where it may, asks nothing, keeps nothing; elsewhere it answers nothing', async () => {
    expect(await run({ ...script, isYes: true, mayAssume: true })).toEqual({ ok: true, form: 'assumed' });
    expect(existsSync(folder())).toBe(false);
    expect(await run({ ...script, isYes: true, mayAssume: false })).toMatchObject({
      ok: false,
      hazard: 'H24',
    });
    expect(await run({ ...script, mayAssume: true, isSimulated: true })).toMatchObject({
      ok: false,
      message: expect.stringContaining('--yes answers for a simulated belt'),
    });
  });

  it('a file answers, and goes before --yes', async () => {
    const answersFile = fileOf('full', '2026-03-01T07:00:00Z');
    expect(await run({ ...script, answersFile, isYes: true, mayAssume: true })).toEqual({
      ok: true,
      form: 'full',
    });
    expect(JSON.parse(keptText())).toMatchObject({
      screenings: [{ source: 'file', form: 'full', atMs: Date.parse('2026-03-01T07:00:00Z') }],
    });
    nowMs += DAY_MS;
    const short = fileOf('short', '2026-03-02T07:00:00Z');
    expect(await run({ ...script, answersFile: short })).toEqual({ ok: true, form: 'short' });
  });

  it('a short file where the full form is due: every open question is named', async () => {
    const result = await run({ ...script, answersFile: fileOf('short', '2026-03-01T07:00:00Z') });
    expect(!result.ok && result.message).toMatch(/short\.yaml:\d+:\d+: `malignancy` is not answered/);
  });

  it('a full file of last week lasts, but does not say how today is', async () => {
    const answersFile = fileOf('full', '2026-02-22T07:00:00Z');
    const result = await run({ ...script, answersFile });
    expect(!result.ok && result.message).toMatch(
      /older than a day.*laserbelt plan new --answers low-back --short/,
    );
    expect(await run({ ...script, answersFile: fileOf('short', '2026-03-01T07:00:00Z') })).toEqual({
      ok: true,
      form: 'short',
    });
  });

  it('a full file of last week on a terminal: the questions of today are asked', async () => {
    expect(await run({ answersFile: fileOf('full', '2026-02-22T07:00:00Z') })).toEqual({
      ok: true,
      form: 'short',
    });
    expect(asked).toEqual(ids(SHORT));
  });

  it('an answer in the file that speaks against light refuses; a clinician may override where that is allowed', async () => {
    const changes = { 'photosensitising-drugs': 'yes' };
    const date = '2026-03-01T07:00:00Z';
    expect(await run({ ...script, answersFile: fileOf('full', date, changes) })).toMatchObject({
      ok: false,
      hazard: 'H24',
    });
    const override = 'override:\n  photosensitising-drugs: { by: Dr Who, date: 2026-02-01 }\n';
    expect(await run({ ...script, answersFile: fileOf('full', date, changes, override) })).toEqual({
      ok: true,
      form: 'full',
    });
    expect(io.stderr()).toContain('allowed by Dr Who');
    // And the course goes on with it.
    nowMs += DAY_MS;
    expect(await run()).toEqual({ ok: true, form: 'short' });
  });

  it.each([
    ['/nonexistent/answers.yaml', /no such file/],
    ['/tmp', /no plain file/],
    ['/dev/zero', /no plain file/],
  ])('%s is refused with the reason', async (answersFile, reason) => {
    const result = await run({ ...script, answersFile });
    expect(!result.ok && result.message).toMatch(reason);
  });
});
