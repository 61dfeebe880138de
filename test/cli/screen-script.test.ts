// Screening of scripts: answers come from a file, or there is no light.
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planAnswers } from '../../src/cli/plan-answers.ts';
import { createFakeIo } from './support.ts';
import { createScreenRig, FULL, DAY_MS, idsOf, SHORT, type ScreenRig } from './screen-rig.ts';

let rig: ScreenRig;
beforeEach(() => {
  rig = createScreenRig();
});
afterEach(() => rig.remove());

describe('screening without a terminal', () => {
  const script = { isTerminal: false } as const;

  it('refuses, and says how a file is made and given', async () => {
    const result = await rig.run(script);
    expect(result).toMatchObject({ ok: false, hazard: 'H24' });
    expect(rig.asked).toEqual([]);
    expect(!result.ok && result.message).toMatch(/--answers <file>.*laserbelt plan new --answers low-back/);
  });

  it('--yes answers where it may, asks nothing, keeps nothing; elsewhere it answers nothing', async () => {
    expect(await rig.run({ ...script, isYes: true, mayAssume: true })).toEqual({ ok: true, form: 'assumed' });
    expect(existsSync(rig.folder)).toBe(false);
    expect(await rig.run({ ...script, isYes: true, mayAssume: false })).toMatchObject({
      ok: false,
      hazard: 'H24',
    });
    expect(await rig.run({ ...script, mayAssume: true, isSimulated: true })).toMatchObject({
      ok: false,
      message: expect.stringContaining('--yes answers for a simulated belt'),
    });
  });

  it('a file answers, and goes before --yes', async () => {
    const answersFile = rig.fileOf('full', '2026-03-01T07:00:00Z');
    expect(await rig.run({ ...script, answersFile, isYes: true, mayAssume: true })).toEqual({
      ok: true,
      form: 'full',
    });
    expect(JSON.parse(rig.keptText())).toMatchObject({
      screenings: [{ source: 'file', form: 'full', atMs: Date.parse('2026-03-01T07:00:00Z') }],
    });
    rig.nowMs += DAY_MS;
    const short = rig.fileOf('short', '2026-03-02T07:00:00Z');
    expect(await rig.run({ ...script, answersFile: short })).toEqual({ ok: true, form: 'short' });
  });

  it('a short file where the full form is due: every open question is named', async () => {
    const result = await rig.run({ ...script, answersFile: rig.fileOf('short', '2026-03-01T07:00:00Z') });
    expect(!result.ok && result.message).toMatch(/short\.yaml:\d+:\d+: `malignancy` is not answered/);
  });

  it('a full file of last week lasts, but does not say how today is', async () => {
    const answersFile = rig.fileOf('full', '2026-02-22T07:00:00Z');
    const result = await rig.run({ ...script, answersFile });
    expect(!result.ok && result.message).toMatch(
      /older than a day.*laserbelt plan new --answers low-back --short/,
    );
    expect(await rig.run({ ...script, answersFile: rig.fileOf('short', '2026-03-01T07:00:00Z') })).toEqual({
      ok: true,
      form: 'short',
    });
  });

  it('a full file of last week on a terminal: the questions of today are rig.asked', async () => {
    expect(await rig.run({ answersFile: rig.fileOf('full', '2026-02-22T07:00:00Z') })).toEqual({
      ok: true,
      form: 'short',
    });
    expect(rig.asked).toEqual(idsOf(SHORT));
  });

  it('an answer in the file that speaks against light refuses; a clinician may override where that is allowed', async () => {
    const changes = { 'photosensitising-drugs': 'yes' };
    const date = '2026-03-01T07:00:00Z';
    expect(await rig.run({ ...script, answersFile: rig.fileOf('full', date, changes) })).toMatchObject({
      ok: false,
      hazard: 'H24',
    });
    const override = 'override:\n  photosensitising-drugs: { by: Dr Who, date: 2026-02-01 }\n';
    expect(await rig.run({ ...script, answersFile: rig.fileOf('full', date, changes, override) })).toEqual({
      ok: true,
      form: 'full',
    });
    expect(rig.io.stderr()).toContain('allowed by Dr Who');
    // And the course goes on with it.
    rig.nowMs += DAY_MS;
    expect(await rig.run()).toEqual({ ok: true, form: 'short' });
  });

  it.each([
    ['/nonexistent/answers.yaml', /no such file/],
    ['/tmp', /no plain file/],
    ['/dev/zero', /no plain file/],
  ])('%s is refused with the reason', async (answersFile, reason) => {
    const result = await rig.run({ ...script, answersFile });
    expect(!result.ok && result.message).toMatch(reason);
  });
});

describe('the file to fill in', () => {
  it('is printed for a built-in plan, in both forms, for any person', async () => {
    for (const [isShort, questions] of [
      [false, FULL],
      [true, SHORT],
    ] as const) {
      const io = createFakeIo();
      expect(planAnswers({ plan: 'lumbar-eod', file: undefined, short: isShort, person: 'Ann' }, io)).toBe(0);
      expect(io.stdout()).toContain('person: Ann\n');
      for (const { id } of questions) expect(io.stdout()).toContain(`  ${id}:\n`);
      expect(io.stderr()).toBe('');
    }
  });

  it('as it is printed, it answers nothing', async () => {
    const answersFile = rig.fileOf(
      'full',
      '2026-03-01T07:00:00Z',
      Object.fromEntries(FULL.map(({ id }) => [id, ''])),
    );
    const result = await rig.run({ isTerminal: false, answersFile });
    expect(!result.ok && result.message.match(/is not answered/g)).toHaveLength(FULL.length);
  });
});
