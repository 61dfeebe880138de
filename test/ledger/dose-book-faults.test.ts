import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faultyFileSystem } from '../store/faulty-file-system.ts';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

const ONE = tagOf(1);

describe('H20 the dose book cannot be written', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'the file system is read-only'],
    ['EIO', 'input or output error'],
    ['EDQUOT', 'quota'],
  ])('%s on the write: failed in words, and nothing more is confirmed', async (code, words) => {
    const system = faultyFileSystem();
    const { book, events } = books.open(system);
    book.load();
    book.begin(intentOf(ONE));
    await book.whenIdle();
    system.failNext('write', code);
    book.reserve(ONE, 0, 0.1);
    book.reserve(ONE, 0, 0.2);
    book.close(closingOf(ONE));
    await book.dispose();
    expect(events.slice(2).map((event) => event.type)).toEqual(['book.failed', 'book.failed', 'book.failed']);
    expect(failureOf(events)).toContain(words);
    expect(failureOf(events)).toContain(books.path);
  });

  it('a sync that fails is a failure, although the write went well', async () => {
    const system = faultyFileSystem();
    const { book, events } = books.open(system);
    book.load();
    await book.whenIdle();
    system.failNext('datasync', 'EIO');
    book.begin(intentOf(ONE));
    await book.dispose();
    expect(events.map((event) => event.type)).toEqual(['book.loaded', 'book.failed']);
  });

  it('a disk that fills up in the middle of a line: the next start finds every confirmed entry', async () => {
    const system = faultyFileSystem();
    const { book, events } = books.open(system);
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.25);
    await book.whenIdle();
    system.failNext('write', 'ENOSPC', { afterBytes: 40 });
    book.reserve(ONE, 0, 0.5);
    await book.dispose();
    expect(events.at(-1)?.type).toBe('book.failed');
    const [session] = await books.unfinished();
    expect(session?.zones[0]?.deliveredJPerCm2).toBeCloseTo(1.075, 9);
    expect(readFileSync(`${books.path}.torn`, 'utf8').length).toBe(41);
  });

  it('a folder that may not be written', async () => {
    const system = faultyFileSystem();
    system.failNext('open', 'EACCES');
    const { book, events } = books.open(system);
    book.load();
    await book.dispose();
    expect(failureOf(events)).toBe(
      `cannot open ${books.path}: permission denied. Make the file and its folder writable for you, then start again`,
    );
  });

  it('a folder where the file should be, and a file where the folder should be', async () => {
    mkdirSync(books.path, { recursive: true });
    const first = books.open();
    first.book.load();
    await first.book.dispose();
    expect(failureOf(first.events)).toContain('a folder stands where a file is needed');
    writeFileSync(join(books.folder, 'file'), '');
    const second = books.open(undefined, join(books.folder, 'file', 'dose-book.jsonl'));
    second.book.load();
    await second.book.dispose();
    expect(failureOf(second.events)).toContain('a file stands where a folder is needed');
  });

  it('the file is removed while in use', async () => {
    const { book, events } = books.open();
    book.load();
    book.begin(intentOf(ONE));
    await book.whenIdle();
    rmSync(books.path);
    book.reserve(ONE, 0, 0.1);
    await book.dispose();
    expect(failureOf(events)).toContain('moved, removed or replaced while in use');
  });
});
