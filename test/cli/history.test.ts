import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/cli/folders.ts';
import { embeddedBookFile } from '../../src/cli/dose-book-place.ts';
import { runProgram } from '../../src/cli/program.ts';
import { localTime } from '../../src/cli/render-history.ts';
import { widthOf } from '../../src/cli/style.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createDoseBook, doseBookFile } from '../../src/ledger/dose-book-file.ts';
import type { DoseClosing } from '../../src/ledger/dose-book.ts';
import type { VisitFacts } from '../../src/ledger/visit.ts';
import { bookedZone, closingOf, intentOf, tagOf } from '../ledger/intents.ts';
import { createFakeIo } from './support.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'laserbelt-history-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));
const paths = () => pathsOf({ LASERBELT_HOME: home });

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.parse('2026-03-01T08:30:00.000Z');

interface Given {
  readonly number: number;
  readonly atMs: number;
  readonly person?: string;
  readonly site?: string;
  /** Undefined: the controller died before it could close the session. */
  readonly closing?: Partial<DoseClosing> | undefined;
  readonly care?: 'done' | 'skipped' | 'cutShort';
}

/** One session as a controller books it: intent, reservation, outcome, care. `wall.nowMs` is what the calendar says. */
async function give(given: readonly Given[], file = paths().doseBookFile, shiftMs = 0): Promise<void> {
  const wall = { nowMs: FIRST_MS };
  let visit: VisitFacts | undefined;
  const failures: string[] = [];
  const book = createDoseBook({
    store: doseBookFile(file),
    clock: createVirtualClock(5),
    onEvent: (event) => {
      if (event.type === 'book.failed' || event.type === 'book.refused') failures.push(JSON.stringify(event));
    },
    wallClock: {
      nowMs: () => wall.nowMs + shiftMs,
      uptimeMs: () => wall.nowMs - FIRST_MS + HOUR_MS,
      bootId: () => 'boot-1',
    },
    visit: () => {
      if (visit === undefined) throw new Error('no visit');
      return visit;
    },
  });
  for (const { number, atMs, person = 'default', site = 'lumbar', closing, care } of given) {
    wall.nowMs = atMs;
    const tag = tagOf(number);
    visit = {
      person,
      visit: tag,
      block: 0,
      plan: 'low-back-spasm',
      planDigest: 'ab'.repeat(32),
      site,
      course: { sessions: 12, everyS: 86_400, perWeek: null, gapS: 72_000 },
      screening: 'short',
      plannedJPerCm2: [],
    };
    book.begin({ ...intentOf(tag), site });
    book.reserve(tag, 0, 0.5);
    if (closing !== undefined) book.close(closingOf(tag, closing));
    await book.whenIdle();
    if (care !== undefined)
      await book.care({ visit: tag, measure: 'stretch', outcome: care, durationMs: 300_000 });
  }
  await book.dispose();
  expect(failures).toEqual([]);
}

const day = (count: number): number => FIRST_MS + count * 24 * HOUR_MS;

async function run(...words: readonly string[]) {
  const io = createFakeIo({ env: { LASERBELT_HOME: home } });
  const exitCode = await runProgram(words, io);
  return { exitCode, out: io.stdout(), err: io.stderr() };
}
const records = (out: string): readonly Readonly<Record<string, unknown>>[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

describe('history list', () => {
  it('is friendly when there is nothing yet, and says where simulated sessions are', async () => {
    const { exitCode, out, err } = await run('history');
    expect(exitCode).toBe(0);
    expect(out).toBe('No sessions yet in the dose book of real belts.\n');
    expect(err).toContain('--simulated');
  });
  it('shows sessions newest first, numbered within their course, with the dose and its certainty', async () => {
    await give([
      { number: 1, atMs: day(0), closing: {} },
      {
        number: 2,
        atMs: day(1),
        closing: { outcome: 'stopped', zones: [bookedZone('L1', 2, 'upperBound')] },
      },
      { number: 3, atMs: day(2), closing: {} },
    ]);
    const { exitCode, out } = await run('history', 'list');
    expect(exitCode).toBe(0);
    const [site, , newest, middle, oldest] = out.split('\n');
    expect(site).toBe('lumbar');
    expect(newest).toContain(
      `${localTime(new Date(day(2)).toISOString())}  low-back-spasm  3 of 12  completed`,
    );
    expect(newest).toContain('4.00 J/cm²');
    expect(middle).toMatch(/2 of 12 +stopped +≤ 2\.01 J\/cm²/);
    expect(oldest).toMatch(/1 of 12/);
  });
  it('keeps one person, one site, and each book apart', async () => {
    await give([
      { number: 1, atMs: day(0), closing: {} },
      { number: 2, atMs: day(0), person: 'mara', site: 'cervical', closing: {} },
    ]);
    await give([{ number: 3, atMs: day(0), closing: {} }], paths().simulatedDoseBookFile);
    await give([{ number: 4, atMs: day(0), closing: {} }], embeddedBookFile({ LASERBELT_HOME: home }));
    const ids = async (...words: readonly string[]) =>
      records((await run('history', 'list', '--json', ...words)).out).map((record) => record['visit']);
    expect(await ids()).toEqual([tagOf(2), tagOf(1)].sort().reverse());
    expect(await ids('--person', 'mara')).toEqual([tagOf(2)]);
    expect(await ids('--site', 'lumbar')).toEqual([tagOf(1)]);
    expect(await ids('--simulated')).toEqual([tagOf(3)]);
    expect(await ids('--sim')).toEqual([tagOf(4)]);
    const none = await run('history', '--person', 'maraa');
    expect(none.out).toContain('No session of maraa');
    expect(none.out).toContain('did you mean mara?');
    expect((await run('history', '--sim', '--simulated')).exitCode).toBe(2);
  });
  it('says that the clock was moved', async () => {
    await give([{ number: 1, atMs: day(0), closing: {} }]);
    await give([{ number: 2, atMs: day(2), closing: {} }], paths().doseBookFile, -30 * 24 * HOUR_MS);
    const { out } = await run('history');
    expect(out.replace(/\s+/g, ' ')).toContain('the clock of this computer was moved');
  });
  it.each([80, 40])('fits %i columns', async (columns) => {
    await give([
      { number: 1, atMs: day(0), closing: {}, care: 'skipped' },
      { number: 2, atMs: day(1), closing: undefined },
    ]);
    const io = createFakeIo({
      env: { LASERBELT_HOME: home },
      isOutputTerminal: true,
      columns: () => columns,
    });
    for (const words of [['history'], ['history', 'show', 'last']]) await runProgram(words, io);
    for (const line of io.stdout().split('\n')) expect(widthOf(line), line).toBeLessThanOrEqual(columns);
  });
  it('shows what stands before a damaged line, names it, and exits with 6', async () => {
    await give([
      { number: 1, atMs: day(0), closing: {} },
      { number: 2, atMs: day(1), closing: {} },
    ]);
    const file = paths().doseBookFile;
    const lines = readFileSync(file, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes(tagOf(2)));
    writeFileSync(
      file,
      lines.map((line, index) => (index === at ? line.replace('"v":1', '"v":1 ') : line)).join('\n'),
    );
    const { exitCode, out, err } = await run('history');
    expect(exitCode).toBe(6);
    expect(out).toContain('1 of 12');
    expect(out).not.toContain('2 of 12');
    expect(err).toContain(`line ${at + 1} was changed`);
    expect(err).toContain('laserbelt ledger verify');
  });
});

describe('history show', () => {
  it('tells doses prescribed, delivered and booked, certainty in words, care, course and screening', async () => {
    const zones = [bookedZone('L1', 4, 'certain'), bookedZone('L2', 2.5, 'upperBound')];
    await give([
      { number: 1, atMs: day(0), closing: { outcome: 'cutoff', hazard: 'H05', zones }, care: 'skipped' },
    ]);
    const { exitCode, out } = await run('history', 'show', tagOf(1));
    expect(exitCode).toBe(0);
    expect(out).toMatch(/L1 +808 nm +4\.00 J\/cm² +4\.000 J\/cm² +4\.012 J\/cm² +measured/);
    expect(out).toMatch(/L2 +808 nm +4\.00 J\/cm² +2\.500 J\/cm² +2\.508 J\/cm² +at most/);
    expect(out).toContain('1 of 12; counts as a session, with what was delivered');
    expect(out).toContain('cutoff (H05 skin contact lost), 1:22');
    expect(out).toContain('stretch: skipped, 5:00');
    expect(out).toContain('the short form answered');
  });
  it('calls a session whose end nobody booked unfinished, and its dose at most', async () => {
    await give([{ number: 1, atMs: day(0), closing: undefined }]);
    const { out } = await run('history', 'show', 'last');
    expect(out).toContain('unfinished');
    expect(out).toMatch(/L1 .*at most/);
  });
  it('takes the beginning of an id, and refuses one that is none or two', async () => {
    await give([
      { number: 1, atMs: day(0), closing: {} },
      { number: 2, atMs: day(1), closing: {} },
    ]);
    expect((await run('history', 'show', tagOf(1))).exitCode).toBe(0);
    const two = await run('history', 'show', '0000');
    expect(two.exitCode).toBe(2);
    expect(two.err).toContain('2 sessions begin with ‘0000’');
    const none = await run('history', 'show', 'beef');
    expect(none.exitCode).toBe(2);
    expect(none.err).toContain('no session ‘beef’');
  });
  it('says the same to a program', async () => {
    await give([{ number: 1, atMs: day(0), closing: {}, care: 'done' }]);
    const [record] = records((await run('history', 'show', '--json', 'last')).out);
    expect(record).toMatchObject({
      event: 'history.visit',
      beganAt: new Date(day(0)).toISOString(),
      visit: tagOf(1),
      person: 'default',
      site: 'lumbar',
      course: { number: 1, of: 12 },
      counted: 'completed',
      outcome: 'completed',
      care: [{ measure: 'stretch', outcome: 'done', durationMs: 300_000 }],
    });
    expect(record?.['zones']).toMatchObject([
      { zone: 'L1', prescribedJPerCm2: 4, deliveredJPerCm2: 4, certainty: 'certain' },
      {},
    ]);
  });
});

describe('ledger verify', () => {
  it('says that a book is whole, or empty, and exits with 0', async () => {
    expect((await run('ledger', 'verify')).out).toContain('nothing is booked yet');
    await give([{ number: 1, atMs: day(0), closing: {} }]);
    const { exitCode, out } = await run('ledger', 'verify');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/dose-book\.jsonl: OK · 3 entries, 1 session, 2026-03-0/);
    expect((await run('ledger', 'verify', '--quiet')).out).toBe('');
  });
  it('names each line that was changed, and exits with 6', async () => {
    await give([{ number: 1, atMs: day(0), closing: {} }]);
    const file = paths().doseBookFile;
    writeFileSync(file, readFileSync(file, 'utf8').replace('"deliveredJPerCm2":4', '"deliveredJPerCm2":1'));
    const { exitCode, out, err } = await run('ledger', 'verify');
    expect(exitCode).toBe(6);
    expect(out).toBe(`${file}:4: was changed\n`);
    expect(err).toContain('1 problem; no belt is armed with it');
    const [problem, verified] = records((await run('ledger', 'verify', '--json')).out);
    expect(problem).toMatchObject({ event: 'ledger.problem', line: 4, what: 'was changed' });
    expect(verified).toMatchObject({
      event: 'ledger.verified',
      isSound: false,
      problemCount: 1,
      exitCode: 6,
    });
  });
  it('reads a copy by its path, and changes nothing', async () => {
    mkdirSync(join(home, 'copy'));
    const file = join(home, 'copy', 'book.jsonl');
    await give([{ number: 1, atMs: day(0), closing: {} }], file);
    const before = readFileSync(file, 'utf8');
    expect((await run('ledger', 'verify', file)).exitCode).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect((await run('ledger', 'verify', file, '--sim')).exitCode).toBe(2);
  });
});
