import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBookState } from '../../src/ledger/book-state.ts';
import { checkpointPath, parseCheckpoint } from '../../src/ledger/checkpoint.ts';
import { readSummary } from '../../src/ledger/summary.ts';
import { verifyBook } from '../../src/ledger/verify.ts';
import { nodeFileSystem } from '../../src/store/file-system.ts';
import { createBookFolder, failureOf, type BookFolder } from './books.ts';
import { createDays, DAY, HOUR } from './days.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

const seed = Number(process.env['LASERBELT_SEED'] ?? 20_241);
let books: BookFolder;
beforeEach(() => {
  books = createBookFolder();
});
afterEach(() => books.remove());

async function write(number: number, folder = books): Promise<void> {
  const { book, events } = folder.open();
  book.begin(intentOf(tagOf(number)));
  for (let at = 1; at <= 260; at++) {
    book.reserve(tagOf(number), 0, at / 300);
    if (at % 50 === 0) await book.whenIdle();
  }
  book.close(closingOf(tagOf(number)));
  await book.dispose();
  expect(failureOf(events)).toBe('');
}

/** What a start reads of the book: with a checkpoint only what stands behind it. */
async function bytesRead(): Promise<number> {
  let sum = 0;
  const system = {
    ...nodeFileSystem,
    open: async (...args: Parameters<typeof nodeFileSystem.open>) => {
      const handle = await nodeFileSystem.open(...args);
      if (String(args[0]) !== books.path) return handle;
      const read = handle.read.bind(handle);
      return Object.assign(handle, {
        read: async (buffer: Buffer, offset: number, length: number, position: number) => {
          const done = await read(buffer, offset, length, position);
          sum += done.bytesRead;
          return done;
        },
      });
    },
  };
  const { book, events } = books.open(system);
  book.load();
  await book.dispose();
  expect(failureOf(events)).toBe('');
  return sum;
}
const wholeBytes = (): number => statSync(books.path).size;
const HEADER_AND_LAST_LINE_BYTES = 4 * 1024;

describe('the checkpoint beside the book', () => {
  it('spares reading what stands before it, and is proven by the chain', async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await write(number);
    expect(wholeBytes()).toBeGreaterThan(400_000);
    expect(await bytesRead()).toBeLessThan(HEADER_AND_LAST_LINE_BYTES);
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'matches', sessions: 6 });
    expect(statSync(checkpointPath(books.path)).mode & 0o777).toBe(0o600);
  });

  const spoils: readonly (readonly [string, (text: string) => string | undefined])[] = [
    ['missing', () => undefined],
    ['empty', () => ''],
    ['cut in half', (text) => text.slice(0, text.length / 2)],
    ['without its last line feed', (text) => text.slice(0, -1)],
    ['of other words', () => 'milk\neggs\n'],
    ['with a changed sum', (text) => text.replace('"reserved":[', '"reserved":[0.5,')],
    ['with a session less', (text) => text.replace(/"sessions":\[.*\],"sites"/, '"sessions":[],"sites"')],
    ['of another place', (text) => text.replace(/\n(\d+)\n/, (_, end: string) => `\n${Number(end) - 1}\n`)],
    ['of a later version', (text) => text.replace('"v":1}', '"v":2}')],
    ['of a huge place', (text) => text.replace(/\n\d+\n/, `\n${'9'.repeat(40)}\n`)],
  ];
  it.each(spoils)('%s: not used, the whole book is read, and nothing else changes', async (_title, spoil) => {
    await write(1);
    await write(2);
    const path = checkpointPath(books.path);
    const spoilt = spoil(readFileSync(path, 'utf8'));
    if (spoilt === undefined) rmSync(path);
    else {
      expect(spoilt).not.toBe(readFileSync(path, 'utf8'));
      writeFileSync(path, spoilt);
    }
    expect(await bytesRead()).toBeGreaterThanOrEqual(wholeBytes() - 400);
    // Reading all of it has left a new one.
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'matches' });
  });

  it.each([
    ['an older copy of the book', (now: Buffer, before: Buffer) => (now.length > 0 ? before : now)],
    ['an emptied book', () => Buffer.alloc(0)],
    ['a book cut at the end of a line', (now: Buffer) => now.subarray(0, now.lastIndexOf(10, -400) + 1)],
    ['no book at all', () => undefined],
  ])('%s beside it: entries are missing, and nothing goes on from there', async (_title, spoil) => {
    await write(1);
    const before = readFileSync(books.path);
    await write(2);
    const spoilt = spoil(readFileSync(books.path), before);
    if (spoilt === undefined) rmSync(books.path);
    else writeFileSync(books.path, spoilt);
    const { book, events } = books.open();
    book.load();
    await book.dispose();
    expect(failureOf(events)).toContain('its newest entries are missing');
    expect(events.map(({ type }) => type)).toEqual(['book.failed']);
    expect(await verifyBook(books.path)).toMatchObject({
      ok: false,
      problems: [{ line: null, what: expect.stringContaining('its newest entries are missing') as string }],
    });
    if (spoilt !== undefined) expect(readFileSync(books.path)).toEqual(Buffer.from(spoilt));
    // Both moved away: a new book.
    rmSync(checkpointPath(books.path));
    rmSync(books.path);
    await write(3);
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, sessions: 1 });
  });

  it('of another book is not used', async () => {
    await write(1);
    const other = createBookFolder();
    await write(9, other);
    copyFileSync(checkpointPath(other.path), checkpointPath(books.path));
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, checkpoint: 'other' });
    expect(await bytesRead()).toBeGreaterThanOrEqual(wholeBytes() - 400);
    other.remove();
  });

  it('an older one is as good: what stands behind it is read', async () => {
    await write(1);
    const old = readFileSync(checkpointPath(books.path));
    await write(2);
    writeFileSync(checkpointPath(books.path), old);
    const read = await bytesRead();
    expect(read).toBeLessThan(wholeBytes());
    expect(read).toBeGreaterThan(wholeBytes() / 3);
  });

  it('a byte flipped behind it is found at the start; before it, by verifying', async () => {
    await write(1);
    await write(2);
    const whole = readFileSync(books.path);
    const flipAt = (at: number): void => {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(books.path, bytes);
    };
    flipAt(5000);
    await bytesRead();
    expect(await verifyBook(books.path)).toMatchObject({ ok: false, problems: [{ what: 'was changed' }] });
    writeFileSync(books.path, whole);
    const { book } = books.open();
    book.begin(intentOf(tagOf(3)));
    await book.dispose();
    const lines = books.lines();
    writeFileSync(
      books.path,
      `${[...lines.slice(0, -1), (lines.at(-1) ?? '').replace('lumbar', 'cervix')].join('\n')}\n`,
    );
    const again = books.open();
    again.book.load();
    await again.book.dispose();
    expect(failureOf(again.events)).toContain(`line ${lines.length} was changed`);
  });

  it('one that cannot be written is none: the session is over all the same', async () => {
    let failCount = 0;
    const system = {
      ...nodeFileSystem,
      rename: async (
        from: Parameters<typeof nodeFileSystem.rename>[0],
        to: Parameters<typeof nodeFileSystem.rename>[1],
      ) => {
        if (!String(to).endsWith('.checkpoint')) return nodeFileSystem.rename(from, to);
        failCount++;
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    };
    const { book, events } = books.open(system);
    book.begin(intentOf(tagOf(1)));
    for (let at = 1; at <= 260; at++) {
      book.reserve(tagOf(1), 0, at / 300);
      if (at % 50 === 0) await book.whenIdle();
    }
    book.close(closingOf(tagOf(1)));
    await book.dispose();
    expect(events.at(-1)?.type).toBe('book.closed');
    expect(failCount).toBe(1);
    expect(existsSync(checkpointPath(books.path))).toBe(false);
    expect(await books.unfinished()).toEqual([]);
  });

  it('a torn end behind it is set aside as always', async () => {
    await write(1);
    appendFileSync(books.path, '{"v":1,"se');
    expect(await books.unfinished()).toEqual([]);
    expect(await verifyBook(books.path)).toMatchObject({ ok: true, tornBytes: 0 });
  });
});

describe('a summary', () => {
  it(`continues as if every entry had been read, wherever it is taken (seed ${seed})`, () => {
    const step = fc.record({
      hours: fc.integer({ min: 0, max: 60 }),
      ratio: fc.constantFrom(0, 0.1, 0.3, 1),
      person: fc.constantFrom('anna', 'bert'),
      site: fc.constantFrom('lumbar', 'cervical'),
      hasCourse: fc.boolean(),
      isOpen: fc.boolean(),
      move: fc.constantFrom(0, 0, 0, -DAY, 3 * HOUR),
    });
    const course = { sessions: 4, everyS: 86_400, perWeek: 3, gapS: 72_000 };
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
        const days = createDays();
        for (const { hours, ratio, person, site, hasCourse, isOpen, move } of steps) {
          days.pass(hours * HOUR);
          days.moveCalendar(move);
          const wanted = { ratio, person, site, course: hasCourse ? course : null };
          if (isOpen) days.begin(wanted);
          else days.give(wanted);
        }
        const lines = days.book().lines();
        const whole = createBookState();
        expect(whole.absorb(lines)).toBeUndefined();
        for (let at = 0; at <= lines.length; at++) {
          const first = createBookState();
          first.absorb(lines.slice(0, at));
          const second = createBookState();
          expect(second.restore(first.summary(), first.head)).toBe(true);
          expect(second.summary()).toBe(first.summary());
          expect(second.absorb(lines.slice(at))).toBeUndefined();
          expect(second.summary()).toBe(whole.summary());
          expect(second.head).toEqual(whole.head);
        }
      }),
      { seed, numRuns: 60 },
    );
  });

  it(`of anything else is none, and nothing throws (seed ${seed})`, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.jsonValue().map((value) => JSON.stringify(value)),
        ),
        (text) => {
          expect(readSummary(text)).toBeUndefined();
          expect(parseCheckpoint(text)).toBeUndefined();
        },
      ),
      { seed, numRuns: 500 },
    );
    const state = createBookState();
    expect(state.restore('{"v":1}', state.head)).toBe(false);
  });
});
