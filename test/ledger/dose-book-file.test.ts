import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/clock.ts';
import { createDoseBook, doseBookFile, type DoseBook } from '../../src/ledger/dose-book-file.ts';
import type { BookEvent, UnfinishedSession } from '../../src/ledger/dose-book.ts';
import { BOOK_HEADER } from '../../src/ledger/entries.ts';
import type { StoreFileSystem } from '../../src/store/file-system.ts';
import { faultyFileSystem } from '../store/faulty-file-system.ts';
import { bookedZone, closingOf, intentOf, recordOf, tagOf } from './intents.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-book-'));
  path = join(folder, 'state', 'dose-book.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ONE = tagOf(1);

interface Opened {
  readonly book: DoseBook;
  readonly events: BookEvent[];
}

function open(system?: StoreFileSystem, atPath = path): Opened {
  const events: BookEvent[] = [];
  const book = createDoseBook({
    store: doseBookFile(atPath, system),
    clock: createVirtualClock(5),
    onEvent: (event) => events.push(event),
    wallClock: () => '2024-05-01T10:00:00.000Z',
  });
  return { book, events };
}

async function unfinishedAt(atPath = path): Promise<readonly UnfinishedSession[]> {
  const { book, events } = open(undefined, atPath);
  book.load();
  await book.dispose();
  const [loaded] = events;
  if (loaded?.type !== 'book.loaded') throw new Error(JSON.stringify(loaded));
  return loaded.unfinished;
}

const lines = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const failureOf = (events: readonly BookEvent[]): string => {
  const failed = events.find((event) => event.type === 'book.failed');
  return failed?.type === 'book.failed' ? failed.detail : '';
};

describe('the dose book on disk', () => {
  it('confirms each call in order, once it is in the file', async () => {
    const { book, events } = open();
    const seenInFile: number[] = [];
    book.load();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.05);
    book.reserve(ONE, 0, 0.1);
    book.close(closingOf(ONE));
    await book.whenIdle();
    seenInFile.push(lines().length);
    await book.dispose();
    expect(events.map((event) => event.type)).toEqual([
      'book.loaded',
      'book.begun',
      'book.reserved',
      'book.reserved',
      'book.closed',
    ]);
    expect(events[2]).toEqual({ type: 'book.reserved', atMs: 5, step: 0, ceiling: 0.05 });
    expect(seenInFile).toEqual([5]);
    expect(lines()[0]).toBe(BOOK_HEADER);
  });

  it('keeps the file and its folder for the owner alone', async () => {
    const { book } = open();
    book.load();
    await book.dispose();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
  });

  it('finds a killed session at the next start, with its belt, its address and an upper bound', async () => {
    const { book } = open();
    book.load();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.5);
    await book.dispose();
    const [session, ...others] = await unfinishedAt();
    expect(others).toEqual([]);
    expect(session).toMatchObject({
      sessionTag: ONE,
      beltId: '0011223344556677',
      address: 'socket:/tmp/belt.sock',
      planName: 'low-back-spasm',
    });
    // Half of 4 J/cm² was allowed, and one more lease at 150 % of 50 mW/cm² may have gone unseen.
    expect(session?.zones[0]?.deliveredUpperJPerCm2).toBeCloseTo((2 + 0.075) * 1.003, 9);
    expect(session?.zones[0]?.certainty).toBe('upperBound');
  });

  it('has nothing unfinished after a close, nor after a close whose belt record was read', async () => {
    const { book } = open();
    book.begin(intentOf(ONE));
    book.close(closingOf(ONE));
    book.begin(intentOf(tagOf(2)));
    book.close(closingOf(tagOf(2), { awaitsBeltRecord: true }));
    await book.whenIdle();
    expect((await unfinishedAt()).map((session) => session.sessionTag)).toEqual([tagOf(2)]);
    book.reconcile(tagOf(2), recordOf(tagOf(2), 3.9));
    await book.dispose();
    expect(await unfinishedAt()).toEqual([]);
  });

  it('keeps the upper bound when the belt has no record, and closes the session', async () => {
    const { book } = open();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 1);
    book.reconcile(ONE, 'none');
    await book.dispose();
    const last: unknown = JSON.parse(lines().at(-1) ?? '');
    expect(last).toMatchObject({ kind: 'reconcile', record: null });
    expect(last).toHaveProperty('zones.0.certainty', 'upperBound');
    expect(last).toHaveProperty('zones.0.deliveredUpperJPerCm2', (4 + 0.075) * 1.003);
    expect(await unfinishedAt()).toEqual([]);
  });

  it('does not take the record of another session for this one', async () => {
    const { book } = open();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 1);
    book.reconcile(ONE, recordOf(tagOf(9), 0.1));
    await book.dispose();
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ record: null });
  });

  it('writes no second entry for a ceiling that is durable already', async () => {
    const { book, events } = open();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.4);
    book.reserve(ONE, 0, 0.3);
    await book.dispose();
    expect(events.at(-1)).toMatchObject({ type: 'book.reserved', ceiling: 0.3 });
    expect(lines()).toHaveLength(3);
  });

  const refusals: readonly (readonly [string, (book: DoseBook) => void])[] = [
    ['a reservation without an intent', (book) => book.reserve(ONE, 0, 0.1)],
    ['a close without an intent', (book) => book.close(closingOf(ONE))],
    ['an intent that stands there already', (book) => (book.begin(intentOf(ONE)), book.begin(intentOf(ONE)))],
    [
      'a reservation of a step that is not prescribed',
      (book) => (book.begin(intentOf(ONE)), book.reserve(ONE, 1, 0.1)),
    ],
    [
      'a reservation after the close',
      (book) => (book.begin(intentOf(ONE)), book.close(closingOf(ONE)), book.reserve(ONE, 0, 0.1)),
    ],
    [
      'a second close',
      (book) => (book.begin(intentOf(ONE)), book.close(closingOf(ONE)), book.close(closingOf(ONE))),
    ],
    ['a ceiling that is no number', (book) => (book.begin(intentOf(ONE)), book.reserve(ONE, 0, NaN))],
    ['a ceiling above one', (book) => (book.begin(intentOf(ONE)), book.reserve(ONE, 0, 1.01))],
    [
      'a closing with a dose that is no number',
      (book) => (
        book.begin(intentOf(ONE)),
        book.close(closingOf(ONE, { zones: [bookedZone('L1', NaN, 'certain')] }))
      ),
    ],
    ['a session tag of the wrong form', (book) => book.begin(intentOf('../../etc'))],
  ];
  it.each(refusals)('H20 %s: refused, and nothing more is confirmed', async (_title, act) => {
    const { book, events } = open();
    act(book);
    book.begin(intentOf(tagOf(3)));
    await book.dispose();
    expect(events.slice(-2).map((event) => event.type)).toEqual(['book.failed', 'book.failed']);
    expect(await unfinishedAt().then((found) => found.map((session) => session.sessionTag))).not.toContain(
      tagOf(3),
    );
  });
});

describe('H20 the dose book cannot be written', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EROFS', 'the file system is read-only'],
    ['EIO', 'input or output error'],
    ['EDQUOT', 'quota'],
  ])('%s on the write: failed in words, and nothing more is confirmed', async (code, words) => {
    const system = faultyFileSystem();
    const { book, events } = open(system);
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
    expect(failureOf(events)).toContain(path);
  });

  it('a sync that fails is a failure, although the write went well', async () => {
    const system = faultyFileSystem();
    const { book, events } = open(system);
    book.load();
    await book.whenIdle();
    system.failNext('datasync', 'EIO');
    book.begin(intentOf(ONE));
    await book.dispose();
    expect(events.map((event) => event.type)).toEqual(['book.loaded', 'book.failed']);
  });

  it('a disk that fills up in the middle of a line: the next start finds every confirmed entry', async () => {
    const system = faultyFileSystem();
    const { book, events } = open(system);
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.25);
    await book.whenIdle();
    system.failNext('write', 'ENOSPC', { afterBytes: 40 });
    book.reserve(ONE, 0, 0.5);
    await book.dispose();
    expect(events.at(-1)?.type).toBe('book.failed');
    const [session] = await unfinishedAt();
    expect(session?.zones[0]?.deliveredJPerCm2).toBeCloseTo(1.075, 9);
    expect(readFileSync(`${path}.torn`, 'utf8').length).toBe(41);
  });

  it('a folder that may not be written', async () => {
    const system = faultyFileSystem();
    system.failNext('open', 'EACCES');
    const { book, events } = open(system);
    book.load();
    await book.dispose();
    expect(failureOf(events)).toBe(`cannot open ${path}: permission denied`);
  });

  it('a folder where the file should be, and a file where the folder should be', async () => {
    mkdirSync(path, { recursive: true });
    const first = open();
    first.book.load();
    await first.book.dispose();
    expect(failureOf(first.events)).toContain('a folder stands where a file is needed');
    writeFileSync(join(folder, 'file'), '');
    const second = open(undefined, join(folder, 'file', 'dose-book.jsonl'));
    second.book.load();
    await second.book.dispose();
    expect(failureOf(second.events)).toContain('a file stands where a folder is needed');
  });

  it('the file is removed while in use', async () => {
    const { book, events } = open();
    book.load();
    book.begin(intentOf(ONE));
    await book.whenIdle();
    rmSync(path);
    book.reserve(ONE, 0, 0.1);
    await book.dispose();
    expect(failureOf(events)).toContain('moved, removed or replaced while in use');
  });
});

describe('the chain', () => {
  async function writeSessions(): Promise<void> {
    const { book } = open();
    for (const number of [1, 2, 3]) {
      book.begin(intentOf(tagOf(number)));
      book.reserve(tagOf(number), 0, 0.5);
      book.close(closingOf(tagOf(number)));
    }
    await book.dispose();
  }
  async function loadDetail(): Promise<string> {
    const { book, events } = open();
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
    const kept = lines();
    for (let at = 1; at < kept.length; at++) {
      const changed = [...kept];
      changed[at] = (kept[at] ?? '').replace(/0\.5|4,|lumbar/, '3');
      if (changed[at] === kept[at]) changed[at] = (kept[at] ?? '').replace('2024', '2023');
      writeFileSync(path, `${changed.join('\n')}\n`);
      expect(await loadDetail()).toContain(`line ${at + 1} was changed`);
    }
  });

  it('names the place where a line is missing', async () => {
    await writeSessions();
    const kept = lines();
    for (let at = 1; at < kept.length - 1; at++) {
      writeFileSync(path, `${kept.filter((_, index) => index !== at).join('\n')}\n`);
      expect(await loadDetail()).toMatch(
        new RegExp(`line ${at + 1} is entry ${at + 1} where ${at} should stand`),
      );
    }
  });

  it('refuses two lines that changed places, and a line that stands twice', async () => {
    await writeSessions();
    const kept = lines();
    writeFileSync(path, `${[kept[0], kept[2], kept[1], ...kept.slice(3)].join('\n')}\n`);
    expect(await loadDetail()).toContain('line 2 is entry 2 where 1 should stand');
    writeFileSync(path, `${[...kept, kept.at(-1)].join('\n')}\n`);
    expect(await loadDetail()).toContain('is entry 9 where 10 should stand');
  });

  it('leaves a file that is no dose book as it is', async () => {
    mkdirSync(join(folder, 'state'));
    for (const content of ['shopping list', 'milk\neggs\n', '{"file":"laserbelt dose book","v":2}\n']) {
      writeFileSync(path, content);
      expect(await loadDetail()).toContain('does not begin with');
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  it('refuses bytes that never were an entry', async () => {
    await writeSessions();
    appendFileSync(path, '\0\0\0\0\n');
    expect(await loadDetail()).toContain('line 11 is no entry of a dose book');
  });
});

describe('a crash at any byte', () => {
  it('loses no entry that lies whole before the cut, counts nothing twice, and can be written on', async () => {
    const { book } = open();
    book.begin(intentOf(ONE, 2));
    for (const ceiling of [0.1, 0.6, 1]) book.reserve(ONE, 0, ceiling);
    book.reserve(ONE, 1, 0.5);
    book.close(closingOf(ONE, { awaitsBeltRecord: true, zones: [bookedZone('L1', 3.3, 'certain')] }));
    await book.dispose();
    const whole = readFileSync(path);
    const ends = [...whole.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
    // Both zones: what is booked after this many complete lines.
    const expected = [0, 0, 0.4 + 0.075, 2.4 + 0.075, 4 + 0.075, 4.075 + 2.075, 3.3];
    const cutPath = join(folder, 'cut', 'book.jsonl');
    // Every byte is cut in the test of the log below; here those around the ends of lines, and some between.
    for (let cut = 0; cut <= whole.length; cut++) {
      if (cut % 17 !== 0 && !ends.some((end) => Math.abs(cut - end) <= 1)) continue;
      rmSync(join(folder, 'cut'), { recursive: true, force: true });
      mkdirSync(join(folder, 'cut'));
      writeFileSync(cutPath, whole.subarray(0, cut));
      const complete = ends.filter((end) => end <= cut).length;
      const found = await unfinishedAt(cutPath);
      if (complete < 2) expect(found).toEqual([]);
      else expect(found[0]?.zones[0]?.deliveredJPerCm2).toBeCloseTo(expected[complete - 1] ?? NaN, 9);
      const again = open(undefined, cutPath);
      again.book.begin(intentOf(tagOf(2)));
      await again.book.dispose();
      expect(again.events.map((event) => event.type)).toEqual(['book.begun']);
    }
  }, 60_000);
});

describe('two books on one file', () => {
  it('each reads what the other wrote before it writes: no entry is lost, the chain holds', async () => {
    const left = open();
    const right = open();
    for (let number = 0; number < 20; number++) {
      const side = number % 2 === 0 ? left : right;
      side.book.begin(intentOf(tagOf(number)));
      side.book.reserve(tagOf(number), 0, 0.1);
    }
    await Promise.all([left.book.dispose(), right.book.dispose()]);
    expect(failureOf([...left.events, ...right.events])).toBe('');
    expect((await unfinishedAt()).length).toBe(20);
    expect(lines()).toHaveLength(41);
  });
});
