import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixedWallClock } from '../../src/clock.ts';
import { askBook } from '../../src/ledger/ask.ts';
import type { VisitFacts } from '../../src/ledger/visit.ts';
import { createBookFolder, type BookFolder } from './books.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

const intent = intentOf(tagOf(1));
const visit: VisitFacts = {
  person: 'default',
  visit: tagOf(9),
  block: 0,
  plan: intent.planName,
  planDigest: '',
  site: intent.site,
  course: null,
  screening: 'short',
  plannedJPerCm2: [],
};
const ask = (at: string) => askBook({ path: books.path, intent, visit, wallClock: fixedWallClock(at) });

describe('asking a dose book without taking part in it', () => {
  it('answers as the book itself would, writes nothing and leaves no lock', async () => {
    expect(await ask('2024-05-01T10:00:00Z')).toMatchObject({ ok: true, decision: { ok: true } });
    const { book } = books.open();
    book.begin(intent);
    for (let at = 1; at <= 260; at++) {
      book.reserve(tagOf(1), 0, at / 300);
      if (at % 50 === 0) await book.whenIdle();
    }
    book.close(closingOf(tagOf(1)));
    await book.dispose();
    const before = readFileSync(books.path);
    const files = readdirSync(dirname(books.path));
    expect(files).toEqual(['dose-book.jsonl', 'dose-book.jsonl.checkpoint']);
    expect(await ask('2024-05-02T05:59:59Z')).toMatchObject({
      ok: true,
      decision: { ok: false, refusal: { hazard: 'H19', allowedAt: '2024-05-02T06:00:00.000Z' } },
    });
    expect(await ask('2024-05-02T06:00:00Z')).toMatchObject({ ok: true, decision: { ok: true } });
    expect(readFileSync(books.path)).toEqual(before);
    expect(readdirSync(dirname(books.path))).toEqual(files);
  });

  it('says that a session of this belt is still to be reconciled', async () => {
    const { book } = books.open();
    book.begin(intent);
    await book.dispose();
    expect(await ask('2024-05-02T06:00:00Z')).toMatchObject({ ok: true, isUnfinished: true });
  });
});
