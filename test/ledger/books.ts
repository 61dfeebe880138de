// A dose book in a folder of its own for each test, opened as often as a test wants.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualClock, fixedWallClock } from '../../src/clock.ts';
import { createDoseBook, doseBookFile, type DoseBook } from '../../src/ledger/dose-book-file.ts';
import type { BookEvent, UnfinishedSession } from '../../src/ledger/dose-book.ts';
import type { StoreFileSystem } from '../../src/store/file-system.ts';

export interface OpenedBook {
  readonly book: DoseBook;
  readonly events: BookEvent[];
}

export interface BookFolder {
  readonly folder: string;
  /** Of the dose book. */
  readonly path: string;
  open(system?: StoreFileSystem, atPath?: string): OpenedBook;
  /** What a new start finds. */
  unfinished(atPath?: string): Promise<readonly UnfinishedSession[]>;
  lines(): string[];
  remove(): void;
}

export function createBookFolder(): BookFolder {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-book-'));
  const path = join(folder, 'state', 'dose-book.jsonl');
  const open = (system?: StoreFileSystem, atPath = path): OpenedBook => {
    const events: BookEvent[] = [];
    const book = createDoseBook({
      store: doseBookFile(atPath, system),
      clock: createVirtualClock(5),
      onEvent: (event) => events.push(event),
      wallClock: fixedWallClock('2024-05-01T10:00:00.000Z'),
    });
    return { book, events };
  };
  return {
    folder,
    path,
    open,
    async unfinished(atPath = path) {
      const { book, events } = open(undefined, atPath);
      book.load();
      await book.dispose();
      const [loaded] = events;
      if (loaded?.type !== 'book.loaded') throw new Error(JSON.stringify(loaded));
      return loaded.unfinished;
    },
    lines: () => readFileSync(path, 'utf8').split('\n').slice(0, -1),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const failureOf = (events: readonly BookEvent[]): string => {
  const failed = events.find((event) => event.type === 'book.failed');
  return failed?.type === 'book.failed' ? failed.detail : '';
};
