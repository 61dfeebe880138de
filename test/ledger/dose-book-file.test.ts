import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoseBook } from '../../src/ledger/dose-book-file.ts';
import { BOOK_HEADER } from '../../src/ledger/entries.ts';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { bookedZone, closingOf, intentOf, recordOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

const ONE = tagOf(1);

describe('the dose book on disk', () => {
  it('confirms each call in order, once it is in the file', async () => {
    const { book, events } = books.open();
    const seenInFile: number[] = [];
    book.load();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.05);
    book.reserve(ONE, 0, 0.1);
    book.close(closingOf(ONE));
    await book.whenIdle();
    seenInFile.push(books.lines().length);
    await book.dispose();
    expect(events.map((event) => event.type)).toEqual([
      'book.loaded',
      'book.begun',
      'book.reserved',
      'book.reserved',
      'book.closed',
    ]);
    expect(events[2]).toEqual({ type: 'book.reserved', atMs: 5, step: 0, ceiling: 0.05 });
    expect(seenInFile).toEqual([5]);
    expect(books.lines()[0]).toBe(BOOK_HEADER);
  });

  it('keeps the file and its folder for the owner alone', async () => {
    const { book } = books.open();
    book.load();
    await book.dispose();
    expect(statSync(books.path).mode & 0o777).toBe(0o600);
    expect(statSync(join(books.folder, 'state')).mode & 0o777).toBe(0o700);
  });

  it('finds a killed session at the next start, with its belt, its address and an upper bound', async () => {
    const { book } = books.open();
    book.load();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.5);
    await book.dispose();
    const [session, ...others] = await books.unfinished();
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      sessionTag: ONE,
      beltId: '0011223344556677',
      address: 'socket:/tmp/belt.sock',
      planName: 'low-back-spasm',
    });
    // Half of 4 J/cm² was allowed, and one more lease at 150 % of 50 mW/cm² may have gone unseen.
    expect(session?.zones[0]?.deliveredUpperJPerCm2).toBeCloseTo((2 + 0.075) * 1.003, 9);
    expect(session?.zones[0]?.certainty).toBe('upperBound');
  });

  it('has nothing unfinished after a close, nor after a close whose belt record was read', async () => {
    const { book } = books.open();
    book.begin(intentOf(ONE));
    book.close(closingOf(ONE));
    book.begin(intentOf(tagOf(2)));
    book.close(closingOf(tagOf(2), { awaitsBeltRecord: true }));
    await book.whenIdle();
    expect((await books.unfinished()).map((session) => session.sessionTag)).toEqual([tagOf(2)]);
    book.reconcile(tagOf(2), recordOf(tagOf(2), 3.9));
    await book.dispose();
    expect(await books.unfinished()).toEqual([]);
  });

  it('keeps the upper bound when the belt has no record, and closes the session', async () => {
    const { book } = books.open();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 1);
    book.reconcile(ONE, 'none');
    await book.dispose();
    const last: unknown = JSON.parse(books.lines().at(-1) ?? '');
    expect(last).toMatchObject({ kind: 'reconcile', record: null });
    expect(last).toHaveProperty('zones.0.certainty', 'upperBound');
    expect(last).toHaveProperty('zones.0.deliveredUpperJPerCm2', (4 + 0.075) * 1.003);
    expect(await books.unfinished()).toEqual([]);
  });

  it('does not take the record of another session for this one', async () => {
    const { book } = books.open();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 1);
    book.reconcile(ONE, recordOf(tagOf(9), 0.1));
    await book.dispose();
    expect(JSON.parse(books.lines().at(-1) ?? '')).toMatchObject({ record: null });
  });

  it('writes no second entry for a ceiling that is durable already', async () => {
    const { book, events } = books.open();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.4);
    book.reserve(ONE, 0, 0.3);
    await book.dispose();
    expect(events.at(-1)).toMatchObject({ type: 'book.reserved', ceiling: 0.3 });
    expect(books.lines()).toHaveLength(3);
  });

  const refusals: readonly (readonly [string, (book: DoseBook) => void])[] = [
    ['a reservation without an intent', (book) => book.reserve(ONE, 0, 0.1)],
    ['a close without an intent', (book) => book.close(closingOf(ONE))],
    ['an intent that stands there already', (book) => (book.begin(intentOf(ONE)), book.begin(intentOf(ONE)))],
    [
      'a reservation of a step that is not prescribed',
      (book) => (book.begin(intentOf(ONE)), book.reserve(ONE, 1, 0.1)),
    ],
    [
      'a reservation after the close',
      (book) => (book.begin(intentOf(ONE)), book.close(closingOf(ONE)), book.reserve(ONE, 0, 0.1)),
    ],
    [
      'a second close',
      (book) => (book.begin(intentOf(ONE)), book.close(closingOf(ONE)), book.close(closingOf(ONE))),
    ],
    ['a ceiling that is no number', (book) => (book.begin(intentOf(ONE)), book.reserve(ONE, 0, NaN))],
    ['a ceiling above one', (book) => (book.begin(intentOf(ONE)), book.reserve(ONE, 0, 1.01))],
    [
      'a closing with a dose that is no number',
      (book) => (
        book.begin(intentOf(ONE)),
        book.close(closingOf(ONE, { zones: [bookedZone('L1', NaN, 'certain')] }))
      ),
    ],
    ['a session tag of the wrong form', (book) => book.begin(intentOf('../../etc'))],
  ];
  it.each(refusals)('H20 %s: refused, and nothing more is confirmed', async (_title, act) => {
    const { book, events } = books.open();
    act(book);
    book.begin(intentOf(tagOf(3)));
    await book.dispose();
    expect(events.slice(-2).map((event) => event.type)).toEqual(['book.failed', 'book.failed']);
    expect(
      await books.unfinished().then((found) => found.map((session) => session.sessionTag)),
    ).not.toContain(tagOf(3));
  });
});

describe('two books on one file', () => {
  it('each reads what the other wrote before it writes: no entry is lost, the chain holds', async () => {
    const left = books.open();
    const right = books.open();
    for (let number = 0; number < 20; number++) {
      const side = number % 2 === 0 ? left : right;
      side.book.begin(intentOf(tagOf(number)));
      side.book.reserve(tagOf(number), 0, 0.1);
    }
    await Promise.all([left.book.dispose(), right.book.dispose()]);
    expect(failureOf([...left.events, ...right.events])).toBe('');
    expect((await books.unfinished()).length).toBe(20);
    expect(books.lines()).toHaveLength(41);
  });
});
