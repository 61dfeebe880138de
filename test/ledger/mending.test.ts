import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askBook } from '../../src/ledger/ask.ts';
import { failureWords } from '../../src/ledger/mending.ts';
import type { VisitFacts } from '../../src/ledger/visit.ts';
import type { StoreFailureKind } from '../../src/store/failure.ts';
import { fixedWallClock } from '../../src/clock.ts';
import { createRig } from '../session/support/rig.ts';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

const VISIT: VisitFacts = {
  person: 'anna',
  visit: tagOf(1),
  block: 0,
  plan: 'test',
  planDigest: '',
  site: 'lumbar',
  course: null,
  screening: 'full',
  plannedJPerCm2: [],
};

let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

const MEND: Readonly<Record<StoreFailureKind, RegExp>> = {
  diskFull: /Free disk space, then start again/,
  readOnly: /writable/,
  notPermitted: /writable/,
  missing: /folder is there/,
  inUse: /Wait until that one is done/,
  damaged: /`laserbelt ledger verify`.*move the file away to begin a new book/,
  tooLarge: /move the file away to begin a new book/,
  unsupported: /on a disk that supports it/,
  failed: /Mend the file, its folder or its disk/,
};

describe('a dose book that fails', () => {
  it.each(Object.entries(MEND))('%s: says what is wrong, then what mends that', (kind, mend) => {
    const words = failureWords({ kind: kind as StoreFailureKind, path: 'book', detail: 'book is so' });
    expect(words.startsWith('book is so. ')).toBe(true);
    expect(words).toMatch(mend);
    expect(words.endsWith('.')).toBe(false);
    expect(/disk space/.test(words)).toBe(kind === 'diskFull');
  });

  it.each([
    [
      'a changed line',
      (text: string) => text.replace('"kind":"intent"', '"kind":"intend"'),
      'line 2 was changed',
    ],
    ['a line cut out', (text: string) => text.split('\n').toSpliced(2, 1).join('\n'), 'one is missing'],
    ['another file in its place', () => 'milk\neggs\n', 'does not begin with'],
  ])('%s: the session is refused with that, and how to begin anew', async (_name, spoil, wrong) => {
    const { book } = books.open();
    book.begin(intentOf(tagOf(1)));
    book.reserve(tagOf(1), 0, 0.5);
    book.close(closingOf(tagOf(1)));
    await book.dispose();
    writeFileSync(books.path, spoil(readFileSync(books.path, 'utf8')));
    const spoilt = books.open();
    spoilt.book.load();
    await spoilt.book.dispose();
    const detail = failureOf(spoilt.events);
    const rig = createRig();
    rig.book.breakDown(detail);
    rig.send({ type: 'operator.start' });
    const { message, hazard, emissionOff } = rig.untilOver();
    expect({ hazard, emissionOff }).toEqual({ hazard: 'H20', emissionOff: 'neverOn' });
    expect(message).toBe(`The dose book failed: ${detail}.`);
    for (const words of [books.path, wrong, 'ledger verify', 'move the file away'])
      expect(message).toContain(words);
    expect(message).not.toContain('disk space');
  });

  it('asked beforehand, it says the same', async () => {
    const { book } = books.open();
    book.begin(intentOf(tagOf(1)));
    await book.dispose();
    appendFileSync(books.path, 'milk\n');
    const asked = await askBook({
      path: books.path,
      intent: intentOf(tagOf(1)),
      visit: VISIT,
      wallClock: fixedWallClock('2026-03-01T08:00:00.000Z'),
    });
    expect(asked).toMatchObject({ ok: false });
    if (!asked.ok) expect(asked.detail).toMatch(/^The dose book failed: .*move the file away.*\.$/);
  });
});
