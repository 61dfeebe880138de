// A pipe in the place of a file: whoever opens one waits for somebody at its other end, for ever.
import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointPath } from '../../src/ledger/checkpoint.ts';
import { readHistory } from '../../src/ledger/history.ts';
import { verifyBook } from '../../src/ledger/verify.ts';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(async () => {
  books = createBookFolder();
  const { book } = books.open();
  book.begin(intentOf(tagOf(1)));
  book.close(closingOf(tagOf(1)));
  await book.dispose();
});
afterEach(() => books.remove());

const load = async (): Promise<string> => {
  const { book, events } = books.open();
  book.load();
  await book.dispose();
  return failureOf(events);
};

describe('a pipe in the place of', () => {
  it('the dose book is told in words by whoever reads it', async () => {
    rmSync(books.path);
    execFileSync('mkfifo', [books.path]);
    const verified = await verifyBook(books.path);
    expect(JSON.stringify(verified)).toContain('is a pipe and no file');
    expect((await readHistory(books.path)).problem).toContain('is a pipe and no file');
    expect(await load()).not.toBe('');
  });

  it('its checkpoint is none: the whole book is read', async () => {
    execFileSync('mkfifo', [checkpointPath(books.path)]);
    expect(await load()).toBe('');
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'other', sessions: 1 });
  });

  it.each(['.lock', '.torn'])('the file %s beside it is told, and nothing is written', async (end) => {
    if (end === '.torn') appendFileSync(books.path, '{"v":1');
    execFileSync('mkfifo', [books.path + end]);
    expect(await load()).toContain(`${books.path}${end} is a pipe and no file`);
  });
});
