// H20 where the disk itself refuses: the book on a read-only and on a full file system.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../src/cli/folders.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createDoseBook, doseBookFile, type DoseBook } from '../../src/ledger/dose-book-file.ts';
import type { BookEvent } from '../../src/ledger/dose-book.ts';
import { verifyBook } from '../../src/ledger/verify.ts';
import { createFakeIo } from '../cli/support.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';
import { fullPlace, readOnlyPlace, type RealPlace } from './real-places.ts';

const ONE = tagOf(1);
const NOW_MS = Date.parse('2026-03-01T08:00:00Z');
let place: RealPlace | undefined;
afterEach(() => {
  place?.remove();
  place = undefined;
});

function openBook(path: string): { readonly book: DoseBook; readonly events: BookEvent[] } {
  const events: BookEvent[] = [];
  const book = createDoseBook({
    store: doseBookFile(path),
    clock: createVirtualClock(5),
    onEvent: (event) => void events.push(event),
    wallClock: { nowMs: () => NOW_MS, uptimeMs: () => 3_600_000, bootId: () => 'boot' },
  });
  return { book, events };
}

/** A whole session, booked and closed. */
async function bookOne(path: string): Promise<void> {
  const { book, events } = openBook(path);
  book.begin(intentOf(ONE));
  book.reserve(ONE, 0, 0.5);
  book.close(closingOf(ONE));
  await book.dispose();
  expect(events.map(({ type }) => type)).toEqual(['book.begun', 'book.reserved', 'book.closed']);
}

const detailOf = (events: readonly BookEvent[]): string =>
  events.map((event) => (event.type === 'book.failed' ? event.detail : '')).join('');

describe('a dose book on a read-only file system', () => {
  it('confirms nothing and says why; what it had is as it was, and can still be read', async () => {
    place = await readOnlyPlace((folder) => bookOne(pathsOf({ LASERBELT_HOME: folder }).doseBookFile));
    const path = pathsOf({ LASERBELT_HOME: place.folder }).doseBookFile;
    const before = readFileSync(path);
    const { book, events } = openBook(path);
    book.load();
    book.begin(intentOf(tagOf(2)));
    await book.dispose();
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['book.failed']));
    expect(detailOf(events)).toMatch(place.says);
    expect(readFileSync(path)).toEqual(before);
    expect(await verifyBook(path)).toMatchObject({ ok: true, sessions: 1 });
  });

  it('start refuses before any light, with exit code 6; history and ledger verify still work', async () => {
    place = await readOnlyPlace((folder) => bookOne(pathsOf({ LASERBELT_HOME: folder }).doseBookFile));
    const io = createFakeIo({ env: { LASERBELT_HOME: place.folder } });
    expect(await runProgram(['start', '--sim', '--yes', '--json'], io)).toBe(6);
    const last: unknown = JSON.parse(io.stdout().trimEnd().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ event: 'session.outcome', outcome: 'refused', emissionOff: 'neverOn' });
    expect(await runProgram(['history'], io)).toBe(0);
    expect(await runProgram(['ledger', 'verify'], io)).toBe(0);
    expect(io.stdout()).toContain('OK');
  });
});

describe('a dose book on a disk without a byte left', () => {
  it('confirms nothing more and says so; nothing that was confirmed is lost', async () => {
    const full = await fullPlace((folder) => bookOne(join(folder, 'book.jsonl')));
    place = full;
    const path = join(full.folder, 'book.jsonl');
    const { book, events } = openBook(path);
    // A page that is begun already may still have room for some lines.
    for (let number = 2; number < 40; number++) {
      book.begin(intentOf(tagOf(number)));
      book.close(closingOf(tagOf(number)));
    }
    await book.dispose();
    const failedAt = events.findIndex(({ type }) => type === 'book.failed');
    expect(failedAt).toBeGreaterThanOrEqual(0);
    expect(events.slice(failedAt).every(({ type }) => type === 'book.failed')).toBe(true);
    expect(detailOf(events.slice(failedAt, failedAt + 1))).toMatch(full.says);
    const begunCount = events.filter(({ type }) => type === 'book.begun').length;
    // The device that is always full keeps nothing, and so nothing may have been confirmed on it.
    const found = full.isLasting ? await verifyBook(path) : undefined;
    const keptCount = found?.ok === true ? found.sessions - 1 : 0;
    expect(found?.ok).toBe(full.isLasting ? true : undefined);
    expect(keptCount).toBeGreaterThanOrEqual(begunCount);
  });
});
