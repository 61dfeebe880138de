// Screening on a terminal: what is asked, what is kept, and what every way of not answering leads to.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScreenRequest } from '../../src/cli/screen.ts';
import { COURSE_PAUSE_MIN_MS } from '../../src/safety/limits.ts';
import { treat } from '../plan/belts.ts';
import {
  createScreenRig,
  DAY_MS,
  FULL,
  idOf,
  idsOf,
  PLAN,
  safeAnswerTo,
  SHORT,
  START_MS,
  type ScreenRig,
} from './screen-rig.ts';

let rig: ScreenRig;
beforeEach(() => {
  rig = createScreenRig();
});
afterEach(() => rig.remove());

describe('screening on a terminal', () => {
  it('asks the full form before a course and the short form before each further session', async () => {
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
    expect(rig.asked).toEqual(idsOf(FULL));
    rig.nowMs += DAY_MS;
    expect(await rig.run()).toEqual({ ok: true, form: 'short' });
    expect(rig.asked).toEqual(idsOf(SHORT));
    rig.nowMs = START_MS + 20 * DAY_MS;
    expect(await rig.run()).toEqual({ ok: true, form: 'short' });
    rig.nowMs += 1;
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
  });

  it('the answers of one course never stand for the next course of the plan', async () => {
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
    // A course of one session, a few minutes long, and the pause that the dose book keeps.
    rig.nowMs += COURSE_PAUSE_MIN_MS;
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
  });

  it('asks the full form again of another person, for another plan, site, or light that raises other questions', async () => {
    await rig.run();
    expect(await rig.run({ person: 'Ann' })).toEqual({ ok: true, form: 'full' });
    expect(await rig.run({ plan: { ...PLAN, name: 'other' } })).toEqual({ ok: true, form: 'full' });
    expect(await rig.run({ plan: { ...PLAN, site: 'cervical' } })).toEqual({ ok: true, form: 'full' });
    await rig.run();
    const pulsed = [treat({ wavelengthNm: 650, pulse: { frequencyHz: 100, dutyCycle: 0.5 } })];
    expect(await rig.run({ plan: { ...PLAN, session: pulsed } })).toEqual({ ok: true, form: 'full' });
    expect(rig.asked).toContain('epilepsy');
  });

  it('takes no kept answers from the future: the wall clock was set back', async () => {
    await rig.run();
    rig.nowMs = START_MS - 40 * DAY_MS;
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
  });

  it('answers given for a simulated belt count for no treatment', async () => {
    expect(await rig.run({ isSimulated: true })).toEqual({ ok: true, form: 'full' });
    expect(rig.io.stderr()).toContain('--yes answers for you');
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
    expect(rig.io.stderr()).not.toContain('--yes');
  });

  it('takes y, yes, n and no in any case, and asks again after anything else, three times', async () => {
    let count = 0;
    const reply = (text: string) => () => {
      count++;
      return Promise.resolve(text);
    };
    expect((await rig.run({ ask: reply('perhaps') })).ok).toBe(false);
    expect(count).toBe(3);
    expect(rig.io.stderr()).toContain('Please answer y for yes or n for no.');
    for (const [yes, no] of [
      ['y', 'n'],
      ['Yes', 'NO'],
      ['YES', 'No'],
    ]) {
      const ask: ScreenRequest['ask'] = (_io, question) =>
        Promise.resolve(safeAnswerTo(idOf(question)) === 'yes' ? yes : no);
      expect((await rig.run({ person: `${yes}`, ask })).ok).toBe(true);
    }
  });

  it('marks, on its own line, every question whose safe answer is yes, and no other', async () => {
    const marked: string[] = [];
    await rig.run({
      ask(_io, question) {
        const id = idOf(question);
        if (question.replace(/\s+/g, ' ').includes('here yes lets the light on')) marked.push(id);
        return Promise.resolve(safeAnswerTo(id));
      },
    });
    expect(marked).toEqual(idsOf(FULL.filter(({ safe }) => safe === 'yes')));
    expect(marked).toContain('skin-intact');
  });

  it('says how to begin again after a wrong letter, and after questions that were left', async () => {
    const again = /the same command/;
    for (const replies of [unsafe('skin-intact'), { 'skin-intact': undefined }]) {
      const result = await rig.run({ person: String(Object.values(replies)[0]), replies });
      expect(!result.ok && result.message).toMatch(again);
    }
  });

  it('asks nobody about a last session that may never have been', () => {
    for (const { words } of SHORT) expect(words).not.toMatch(/last session/i);
    expect(SHORT.filter(({ words }) => words.startsWith('Since your last answers'))).toHaveLength(3);
  });

  const unsafe = (id: string): Record<string, string> => ({
    [id]: safeAnswerTo(id) === 'no' ? 'y' : 'n',
  });
  it.each(
    FULL.filter(({ isAdvice }) => isAdvice !== true).map((question) => [question.id, question] as const),
  )(
    '%s: refused, with the question, the answer and what to do; nothing more is rig.asked',
    async (id, question) => {
      const result = await rig.run({ replies: unsafe(id) });
      if (result.ok) throw new Error('let through');
      expect(result.hazard).toBe('H24');
      expect(result.message).toContain(question.words);
      expect(result.message).toContain(question.remedy);
      if (question.kind === 'redFlag') expect(result.message).toMatch(/needs a doctor/);
      expect(rig.asked.at(-1)).toBe(id);
    },
  );

  it.each(
    FULL.filter(({ isAdvice }) => isAdvice === true).map((question) => [question.id, question] as const),
  )('%s: the light is allowed, with advice', async (id, question) => {
    expect(await rig.run({ replies: unsafe(id) })).toEqual({ ok: true, form: 'full' });
    expect(rig.io.stderr()).toContain(question.remedy);
  });

  it('after an answer that outlasts the day, the full form is due again; after one that does not, the short one', async () => {
    await rig.run();
    expect((await rig.run({ replies: unsafe('eyes-protected') })).ok).toBe(false);
    expect(await rig.run()).toEqual({ ok: true, form: 'short' });
    expect((await rig.run({ replies: unsafe('new-red-flags') })).ok).toBe(false);
    expect(await rig.run()).toEqual({ ok: true, form: 'full' });
  });

  it('a full form that ended at the eyewear need not be answered again', async () => {
    expect((await rig.run({ replies: unsafe('eyes-protected') })).ok).toBe(false);
    expect(await rig.run()).toEqual({ ok: true, form: 'short' });
  });

  it.each(idsOf(FULL))('an end of input at %s is no answer: refused, nothing is kept', async (id) => {
    expect(await rig.run({ replies: { [id]: undefined } })).toMatchObject({ ok: false, hazard: 'H24' });
    expect(rig.asked.at(-1)).toBe(id);
    expect(existsSync(rig.folder)).toBe(false);
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
      expect(await rig.run({ ask })).toMatchObject({
        ok: false,
        isStopped: true,
        message: expect.stringContaining('You stopped'),
      });
      expect(process.listenerCount(signal)).toBe(before);
      expect(existsSync(rig.folder)).toBe(false);
    },
  );

  it('a signal that comes with the last answer counts: refused', async () => {
    const ask: ScreenRequest['ask'] = (_io, question) => {
      process.emit('SIGINT');
      return Promise.resolve(safeAnswerTo(idOf(question)));
    };
    expect((await rig.run({ ask })).ok).toBe(false);
  });

  it('keeps what was answered, with its date, for nobody else to read', async () => {
    await rig.run();
    expect(rig.keptText()).toContain(String(START_MS));
    expect(JSON.parse(rig.keptText())).toMatchObject({
      person: 'default',
      screenings: [{ form: 'full', isPassed: true }],
    });
  });

  it('refuses when the kept answers are damaged or open to others, and names the file', async () => {
    await rig.run();
    const [name = ''] = readdirSync(rig.folder).filter((file) => file.startsWith('answers-'));
    const file = join(rig.folder, name);
    chmodSync(file, 0o644);
    expect(await rig.run()).toMatchObject({ ok: false, message: expect.stringContaining(file) });
    chmodSync(file, 0o600);
    writeFileSync(file, 'x');
    expect(await rig.run()).toMatchObject({ ok: false, message: expect.stringContaining(file) });
    expect(readFileSync(file, 'utf8')).toBe('x');
  });

  it('refuses when the answers cannot be kept', async () => {
    mkdirSync(join(rig.home, 'state'), { recursive: true });
    writeFileSync(rig.folder, 'a file where a folder should be');
    expect((await rig.run()).ok).toBe(false);
  });
});
