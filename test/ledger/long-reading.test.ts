import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookState } from '../../src/ledger/book-state.ts';
import { checkpointPath, readCheckpoint, startFromCheckpoint } from '../../src/ledger/checkpoint.ts';
import { createLongReading } from '../../src/ledger/long-reading.ts';
import { verifyBook } from '../../src/ledger/verify.ts';
import { nodeFileSystem } from '../../src/store/file-system.ts';
import { createBookFolder, type BookFolder } from './books.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

async function write(count: number): Promise<void> {
  const { book } = books.open();
  for (let number = 1; number <= count; number++) {
    book.begin(intentOf(tagOf(number)));
    for (let at = 1; at <= 260; at++) {
      book.reserve(tagOf(number), 0, at / 300);
      if (at % 50 === 0) await book.whenIdle();
    }
    book.close(closingOf(tagOf(number)));
    await book.whenIdle();
  }
  await book.dispose();
}

describe('reading a long book from its first line', () => {
  it('keeps what it has read on the way: a reader that is stopped has got on, and another goes on from there', async () => {
    await write(6);
    const lines = books.lines();
    const whole = createBookState();
    whole.absorb(lines.slice(1));
    rmSync(checkpointPath(books.path));
    const state = createBookState();
    const book = { path: books.path, system: nodeFileSystem };
    const reading = createLongReading(state, book, () => 0, 100_000);
    let endBytes = (lines[0] ?? '').length + 1;
    const batch = 37;
    // Two thirds of it, then the process ends.
    const stopAt = Math.floor((lines.length * 2) / 3);
    for (let at = 1; at < stopAt; at += batch) {
      const part = lines.slice(at, at + batch);
      endBytes += part.reduce((sum, line) => sum + line.length + 1, 0);
      expect(reading.absorb(part, endBytes)).toBeUndefined();
    }
    await reading.settled();
    expect(existsSync(checkpointPath(books.path))).toBe(true);
    const kept = await readCheckpoint(books.path);
    expect(kept).toMatchObject({ endBytes: expect.any(Number) as number });
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'matches' });
    // The place is where a line ends, the line is the one that proves the summary, and the rest fits to it.
    const next = createBookState();
    const start = await startFromCheckpoint(books.path, next);
    const text = lines.join('\n');
    const before = text.slice(0, (start?.endBytes ?? 0) - 1).split('\n');
    expect(start?.accepts(before.at(-1) ?? '')).toBe(true);
    expect(before.length).toBeGreaterThan(lines.length / 4);
    expect(next.absorb(lines.slice(before.length))).toBeUndefined();
    expect(next.summary()).toBe(whole.summary());
  });
});
