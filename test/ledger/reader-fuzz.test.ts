// The reader of the book against whatever a disk, a person or a program may have left in its file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookState } from '../../src/ledger/book-state.ts';
import { BOOK_HEADER, CHAIN_START, decodeLine, readLine } from '../../src/ledger/entries.ts';
import { readHistory } from '../../src/ledger/history.ts';
import { verifyBook } from '../../src/ledger/verify.ts';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { createDays, DAY } from './days.ts';

const seed = Number(process.env['LASERBELT_SEED'] ?? 8090);
let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
  mkdirSync(dirname(books.path), { recursive: true });
});
afterEach(() => books.remove());

/** Every kind of entry but a reconciliation, over three weeks. */
function writtenLines(): readonly string[] {
  const days = createDays();
  const course = { sessions: 3, everyS: 86_400, perWeek: null, gapS: 72_000 };
  for (let day = 0; day < 5; day++) {
    days.give({ course });
    days.pass(DAY);
    if (day === 2) days.moveCalendar(DAY);
    days.give({ site: 'cervical', ratio: 0.1 });
    days.pass(3 * DAY);
  }
  days.begin();
  return days.book().lines();
}
const LINES = writtenLines();
const KINDS = ['intent', 'reserve', 'close', 'note'];
const TEXT = [BOOK_HEADER, ...LINES, ''].join('\n');

interface Edit {
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}
const edit = fc.record({
  at: fc.nat(TEXT.length - 1),
  removed: fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(3000) }),
  inserted: fc.oneof(
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom(...LINES).map((line) => Buffer.from(`\n${line}\n`)) },
    { weight: 1, arbitrary: fc.string().map((text) => Buffer.from(text)) },
  ),
});
const edited = (bytes: Buffer, { at, removed, inserted }: Edit): Buffer =>
  Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);

describe('the reader of the dose book', () => {
  it('the book it is tried on has every kind of entry', () => {
    for (const kind of KINDS) expect(TEXT).toContain(`"kind":"${kind}"`);
    expect(createBookState().absorb(LINES)).toBeUndefined();
  });

  it(`takes no line for an entry that the book did not write, and never throws (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 400 }),
          fc.json(),
          fc
            .constantFrom(...LINES)
            .chain((line) =>
              fc
                .tuple(fc.nat(line.length - 1), fc.integer({ min: 1, max: 127 }))
                .map(
                  ([at, flip]) =>
                    line.slice(0, at) + String.fromCharCode(line.charCodeAt(at) ^ flip) + line.slice(at + 1),
                ),
            ),
        ),
        (line) => {
          expect(typeof readLine(line)).toBe('string');
          expect(decodeLine(line, CHAIN_START).ok).toBe(false);
        },
      ),
      { seed, numRuns: 4000 },
    );
  });

  it(`reads of a changed book only what stands unchanged before the change (seed ${seed})`, () => {
    const original = Buffer.from(TEXT);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const lines = edits.reduce(edited, original).toString('utf8').split('\n').slice(1, -1);
        const state = createBookState();
        let taken = 0;
        for (const line of lines) {
          if (state.absorb([line]) !== undefined) break;
          expect(line).toBe(LINES[taken]);
          taken++;
        }
        expect(state.head.seq).toBe(taken + 1);
      }),
      { seed, numRuns: 3000 },
    );
  });

  it(`a file of any bytes is refused in words or begun, never thrown on (seed ${seed})`, async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => edits.reduce(edited, Buffer.from(TEXT))),
      fc.nat(TEXT.length).map((length) => Buffer.from(TEXT).subarray(0, length)),
    );
    await fc.assert(
      fc.asyncProperty(content, async (bytes) => {
        writeFileSync(books.path, bytes);
        const verified = await verifyBook(books.path);
        const history = await readHistory(books.path);
        if (!verified.ok) for (const { what } of verified.problems) expect(what).not.toBe('');
        const { book, events } = books.open();
        book.load();
        await book.dispose();
        const failure = failureOf(events);
        // Three readers, one opinion.
        expect(failure === '').toBe(verified.ok);
        expect(history.problem === undefined).toBe(verified.ok);
      }),
      { seed, numRuns: 250 },
    );
  }, 60_000);

  it('a line without an end does not fill the memory', async () => {
    writeFileSync(books.path, `${BOOK_HEADER}\n${'x'.repeat(5_000_000)}`);
    const { book, events } = books.open();
    book.load();
    await book.dispose();
    expect(failureOf(events)).toContain('a line of more than');
    expect(JSON.stringify(await verifyBook(books.path))).toContain('a line of more than');
  });
});
