import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointPath } from '../../src/ledger/checkpoint.ts';
import { verifyBook, type BookProblem } from '../../src/ledger/verify.ts';
import { createBookFolder, type BookFolder } from './books.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

async function write(count: number, reserveCount = 2, from = 1): Promise<void> {
  const { book, events } = books.open();
  for (let number = from; number < from + count; number++) {
    book.begin(intentOf(tagOf(number)));
    for (let at = 1; at <= reserveCount; at++) {
      book.reserve(tagOf(number), 0, at / (reserveCount + 1));
      if (at % 50 === 0) await book.whenIdle();
    }
    book.close(closingOf(tagOf(number)));
    await book.whenIdle();
  }
  await book.dispose();
  expect(events.some((event) => event.type === 'book.failed')).toBe(false);
}

async function problems(): Promise<readonly BookProblem[]> {
  const verified = await verifyBook(books.path);
  return verified.ok ? [] : verified.problems;
}
const rewrite = (change: (lines: string[]) => readonly string[]): void =>
  writeFileSync(books.path, `${change(books.lines()).join('\n')}\n`);
/** A line with a body of the test's own and its right hash. */
const sealed = (fields: object): string => {
  const body = JSON.stringify(fields);
  return `${body.slice(0, -1)},"hash":"${createHash('sha256').update(body).digest('hex')}"}`;
};
const fieldsOf = (line: string | undefined): Record<string, unknown> =>
  JSON.parse(line ?? '{}') as Record<string, unknown>;
/** Changes one byte of the body and nothing else. */
const flip = (line: string, at: number): string =>
  `${line.slice(0, at)}${String.fromCharCode(line.charCodeAt(at) ^ 1)}${line.slice(at + 1)}`;

describe('verifying a whole dose book', () => {
  it('counts what is there, and finds nothing wrong with what the book wrote', async () => {
    await write(3);
    expect(await verifyBook(books.path)).toEqual({
      ok: true,
      lines: 12,
      sessions: 3,
      firstAt: '2024-05-01T10:00:00.000Z',
      lastAt: '2024-05-01T10:00:00.000Z',
      checkpoint: 'none',
      tornBytes: 0,
    });
  });

  it('a book that is not there is an empty one', async () => {
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, lines: 0, firstAt: null });
  });

  it('recomputes what a checkpoint says, and finds that it is so', async () => {
    await write(2, 300);
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'matches' });
    writeFileSync(checkpointPath(books.path), 'anything');
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'other' });
  });

  it('names the line of a flipped byte, wherever it is, also before the last checkpoint', async () => {
    await write(2, 300);
    const kept = books.lines();
    expect(kept.length).toBeGreaterThan(600);
    for (const line of [1, 2, 17, 300, kept.length - 2, kept.length - 1])
      for (const at of [1, 30, 90]) {
        rewrite(() => kept.map((text, index) => (index === line ? flip(text, at) : text)));
        const found = await problems();
        expect(found[0]?.line, `byte ${at} of line ${line + 1}`).toBe(line + 1);
        expect(found[0]?.what).toBe('was changed');
        expect(found).toHaveLength(1);
      }
  });

  it('names missing lines, one and several, and every place of them', async () => {
    await write(3);
    const kept = books.lines();
    rewrite(() => kept.filter((_, index) => index !== 3));
    expect(await problems()).toEqual([{ line: 4, what: 'one entry is missing before it' }]);
    rewrite(() => kept.filter((_, index) => index !== 3 && index !== 4 && index !== 8));
    expect(await problems()).toEqual([
      { line: 4, what: '2 entries are missing before it' },
      { line: 7, what: 'one entry is missing before it' },
    ]);
  });

  it('names a line that is from another book, and one that stands twice', async () => {
    await write(2);
    const kept = books.lines();
    const other = createBookFolder();
    const { book } = other.open();
    book.begin(intentOf(tagOf(77)));
    book.reserve(tagOf(77), 0, 0.9);
    await book.dispose();
    rewrite(() => kept.map((line, index) => (index === 2 ? (other.lines()[2] ?? '') : line)));
    const found = await problems();
    expect(found[0]).toEqual({
      line: 3,
      what: 'does not continue the entry before it: it is from another dose book, or one was replaced',
    });
    rewrite(() => [...kept.slice(0, 4), kept[3] ?? '', ...kept.slice(4)]);
    expect((await problems())[0]).toMatchObject({
      line: 5,
      what: 'is entry 3, which stands before it already',
    });
    other.remove();
  });

  it('names a future version of the file and of a line', async () => {
    writeFileSync(books.path.replace(/state.*/, 'future.jsonl'), '{"file":"laserbelt dose book","v":2}\n');
    const whole = await verifyBook(books.path.replace(/state.*/, 'future.jsonl'));
    expect(whole).toMatchObject({ ok: false, problems: [{ line: null }] });
    expect(JSON.stringify(whole)).toContain('written by another version of laserbelt (format 2');
    await write(1);
    const previous = fieldsOf(books.lines().at(-1))['hash'];
    appendFileSync(books.path, `${sealed({ v: 3, seq: 5, what: 'else', previous })}\n`);
    expect(await problems()).toEqual([
      { line: 6, what: 'was written by another version of laserbelt (format 3; this one reads 1)' },
    ]);
  });

  it('tells a torn end without touching it, and a file that is no dose book', async () => {
    await write(1);
    appendFileSync(books.path, '{"v":1,"seq":5,');
    const before = readFileSync(books.path, 'utf8');
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, tornBytes: 15, lines: 4 });
    expect(readFileSync(books.path, 'utf8')).toBe(before);
    writeFileSync(books.path, 'milk\neggs\n');
    expect(JSON.stringify(await verifyBook(books.path))).toContain('does not begin with');
  });

  it('a checkpoint entry that states another sum than its entries have is found', async () => {
    await write(1, 300);
    const kept = books.lines();
    const at = kept.findIndex((line) => line.includes('"kind":"checkpoint"'));
    expect(at).toBeGreaterThan(0);
    const fields = fieldsOf(kept[at]);
    delete fields['hash'];
    const lie = sealed({ ...fields, summary: 'ab'.repeat(32) });
    rewrite(() => [...kept.slice(0, at), lie]);
    expect((await problems())[0]?.what).toBe('states another sum of the entries before it than they have');
  });
});
