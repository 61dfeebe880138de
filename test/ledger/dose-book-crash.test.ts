import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { bookedZone, closingOf, intentOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

const ONE = tagOf(1);

describe('the chain', () => {
  async function writeSessions(): Promise<void> {
    const { book } = books.open();
    for (const number of [1, 2, 3]) {
      book.begin(intentOf(tagOf(number)));
      book.reserve(tagOf(number), 0, 0.5);
      book.close(closingOf(tagOf(number)));
    }
    await book.dispose();
  }
  async function loadDetail(): Promise<string> {
    const { book, events } = books.open();
    book.load();
    await book.dispose();
    return failureOf(events);
  }

  it('loads what it wrote', async () => {
    await writeSessions();
    expect(await loadDetail()).toBe('');
  });

  it('names the line that was changed, whatever was changed in it', async () => {
    await writeSessions();
    const kept = books.lines();
    for (let at = 1; at < kept.length; at++) {
      const changed = [...kept];
      changed[at] = (kept[at] ?? '').replace(/0\.5|4,|lumbar/, '3');
      if (changed[at] === kept[at]) changed[at] = (kept[at] ?? '').replace('2024', '2023');
      writeFileSync(books.path, `${changed.join('\n')}\n`);
      expect(await loadDetail()).toContain(`line ${at + 1} was changed`);
    }
  });

  it('names the place where a line is missing', async () => {
    await writeSessions();
    const kept = books.lines();
    for (let at = 1; at < kept.length - 1; at++) {
      writeFileSync(books.path, `${kept.filter((_, index) => index !== at).join('\n')}\n`);
      expect(await loadDetail()).toMatch(
        new RegExp(`line ${at + 1} is entry ${at + 1} where ${at} should stand`),
      );
    }
  });

  it('refuses two lines that changed places, and a line that stands twice', async () => {
    await writeSessions();
    const kept = books.lines();
    writeFileSync(books.path, `${[kept[0], kept[2], kept[1], ...kept.slice(3)].join('\n')}\n`);
    expect(await loadDetail()).toContain('line 2 is entry 2 where 1 should stand');
    writeFileSync(books.path, `${[...kept, kept.at(-1)].join('\n')}\n`);
    expect(await loadDetail()).toContain('is entry 9 where 10 should stand');
  });

  it('leaves a file that is no dose book as it is', async () => {
    mkdirSync(join(books.folder, 'state'));
    for (const content of ['shopping list', 'milk\neggs\n', '{"file":"laserbelt dose book","v":2}\n']) {
      writeFileSync(books.path, content);
      expect(await loadDetail()).toContain('does not begin with');
      expect(readFileSync(books.path, 'utf8')).toBe(content);
    }
  });

  it('refuses bytes that never were an entry', async () => {
    await writeSessions();
    appendFileSync(books.path, '\0\0\0\0\n');
    expect(await loadDetail()).toContain('line 11 is no entry of a dose book');
  });
});

describe('a crash at any byte', () => {
  it('loses no entry that lies whole before the cut, counts nothing twice, and can be written on', async () => {
    const { book } = books.open();
    book.begin(intentOf(ONE, 2));
    for (const ceiling of [0.1, 0.6, 1]) book.reserve(ONE, 0, ceiling);
    book.reserve(ONE, 1, 0.5);
    book.close(closingOf(ONE, { awaitsBeltRecord: true, zones: [bookedZone('L1', 3.3, 'certain')] }));
    await book.dispose();
    const whole = readFileSync(books.path);
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
    // Both zones: what is booked after this many complete lines.
    const expected = [0, 0, 0.4 + 0.075, 2.4 + 0.075, 4 + 0.075, 4.075 + 2.075, 3.3];
    const cutPath = join(books.folder, 'cut', 'book.jsonl');
    // Every byte is cut in the test of the log below; here those around the ends of lines, and some between.
    for (let cut = 0; cut <= whole.length; cut++) {
      if (cut % 17 !== 0 && !ends.some((end) => Math.abs(cut - end) <= 1)) continue;
      rmSync(join(books.folder, 'cut'), { recursive: true, force: true });
      mkdirSync(join(books.folder, 'cut'));
      writeFileSync(cutPath, whole.subarray(0, cut));
      const complete = ends.filter((end) => end <= cut).length;
      const found = await books.unfinished(cutPath);
      if (complete < 2) expect(found).toEqual([]);
      else expect(found[0]?.zones[0]?.deliveredJPerCm2).toBeCloseTo(expected[complete - 1] ?? NaN, 9);
      const again = books.open(undefined, cutPath);
      again.book.begin(intentOf(tagOf(2)));
      await again.book.dispose();
      expect(again.events.map((event) => event.type)).toEqual(['book.begun']);
    }
  }, 60_000);
});
