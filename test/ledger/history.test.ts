import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOOK_HEADER } from '../../src/ledger/entries.ts';
import { readHistory, type History } from '../../src/ledger/history.ts';
import { createBookFolder, type BookFolder } from './books.ts';
import { createDays, DAY, HOUR, type Days } from './days.ts';
import { closingOf, intentOf, recordOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

/** What stands in a book in memory, read from a file of the same lines. */
async function historyOf(days: Days): Promise<History> {
  const path = `${books.folder}/days.jsonl`;
  writeFileSync(path, [BOOK_HEADER, ...days.book().lines(), ''].join('\n'));
  return readHistory(path);
}
const course = { sessions: 3, everyS: 86_400, perWeek: null, gapS: 72_000 };

describe('the history of a dose book', () => {
  it('of no book is empty', async () => {
    expect(await readHistory(books.path)).toEqual({ visits: [], notes: [], problem: undefined });
  });

  it('has every visit, newest first, also those long folded away, numbered within their course', async () => {
    const days = createDays();
    days.give({ course });
    days.pass(DAY);
    days.give({ course, ratio: 0.1 });
    days.give({ course, ratio: 0.5 });
    days.pass(10 * DAY);
    days.give({ course, person: 'bert' });
    days.give({ course });
    const { visits, problem } = await historyOf(days);
    expect(problem).toBeUndefined();
    expect(visits.map((visit) => [visit.person, visit.course?.number, visit.counted, visit.outcome])).toEqual(
      [
        ['anna', 3, 'completed', 'completed'],
        ['bert', 1, 'completed', 'completed'],
        ['anna', 2, 'partial', 'stopped'],
        ['anna', null, 'no', 'stopped'],
        ['anna', 1, 'completed', 'completed'],
      ],
    );
    expect(visits.at(-1)).toMatchObject({
      at: '2026-03-02T09:00:00.000Z',
      site: 'lumbar',
      screening: 'short',
    });
  });

  it('adds the blocks of a visit up, against what the whole visit prescribes', async () => {
    const days = createDays();
    const visit = 'abcdefabcdefabcd';
    const planned = ['L1', 'L2', 'L3'].map((zone) => ({ zone, wavelengthNm: 808, plannedJPerCm2: 8 }));
    days.give({ visit, block: 0, planned });
    days.pass(HOUR);
    days.give({ visit, block: 1, planned });
    const { visits } = await historyOf(days);
    expect(visits).toHaveLength(1);
    expect(visits[0]).toMatchObject({ visit, counted: 'partial', durationMs: 20 * 60_000 });
    expect(visits[0]?.sessions.map((session) => session.block)).toEqual([0, 1]);
    expect(visits[0]?.zones).toEqual([
      expect.objectContaining({ zone: 'L1', prescribedJPerCm2: 8, deliveredJPerCm2: 8 }),
      expect.objectContaining({ zone: 'L2', prescribedJPerCm2: 8, deliveredJPerCm2: 8 }),
      expect.objectContaining({ zone: 'L3', prescribedJPerCm2: 8, deliveredJPerCm2: 0 }),
    ]);
  });

  it('shows an unfinished session at its upper bound, and the belt’s record once it is read', async () => {
    const { book } = books.open();
    book.begin(intentOf(tagOf(1)));
    book.reserve(tagOf(1), 0, 0.5);
    await book.whenIdle();
    const [before] = (await readHistory(books.path)).visits;
    expect(before).toMatchObject({ outcome: 'unfinished', person: 'default', course: null });
    expect(before?.zones[0]).toMatchObject({ certainty: 'upperBound' });
    book.reconcile(tagOf(1), recordOf(tagOf(1), 1.95));
    await book.dispose();
    const [after] = (await readHistory(books.path)).visits;
    expect(after?.zones[0]).toMatchObject({ certainty: 'certain', deliveredJPerCm2: 1.95 });
    expect(after).toMatchObject({ outcome: 'failed' });
  });

  it('has the care of a visit, and says when the calendar was moved', async () => {
    const { book } = books.open();
    book.begin(intentOf(tagOf(1)));
    book.close(closingOf(tagOf(1)));
    expect(
      await book.care({ visit: tagOf(1), measure: 'stretch', outcome: 'cutShort', durationMs: 61_000 }),
    ).toEqual({ ok: true });
    await book.dispose();
    const [visit] = (await readHistory(books.path)).visits;
    expect(visit?.care).toEqual([
      { at: '2024-05-01T10:00:00.000Z', measure: 'stretch', outcome: 'cutShort', durationMs: 61_000 },
    ]);
    const days = createDays();
    days.give();
    days.moveCalendar(DAY);
    days.ask();
    expect((await historyOf(days)).notes).toEqual([
      expect.objectContaining({
        what: 'clockMoved',
        moved: 'corrected',
        expected: '2026-03-02T09:10:00.000Z',
        found: '2026-03-03T09:10:00.000Z',
      }),
    ]);
  });

  it('ends where the book is damaged, and says so', async () => {
    const days = createDays();
    days.give();
    days.pass(DAY);
    days.give();
    const path = `${books.folder}/damaged.jsonl`;
    const lines = days.book().lines();
    writeFileSync(path, [BOOK_HEADER, ...lines.slice(0, 3), 'rubbish', ...lines.slice(3), ''].join('\n'));
    const { visits, problem } = await readHistory(path);
    expect(visits).toHaveLength(1);
    expect(problem).toBe(`${path} line 5 is no entry of a dose book`);
  });

  it('a care entry that cannot be kept is told, and is no entry', async () => {
    const { book } = books.open();
    expect(await book.care({ visit: 'x', measure: 'ice', outcome: 'done', durationMs: 1 })).toMatchObject({
      ok: false,
    });
    await book.dispose();
    expect((await readHistory(books.path)).visits).toEqual([]);
  });
});
