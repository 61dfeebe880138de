// What the dose book costs: the check before arming after one year and after ten, and one durable entry beside a bare write
// to the same disk.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemWallClock } from '../../src/cli/wall-clock.ts';
import { systemClock, type WallClock } from '../../src/clock.ts';
import { createDoseBook, doseBookFile, type DoseBook } from '../../src/ledger/dose-book-file.ts';
import type { BookEvent, DoseClosing } from '../../src/ledger/dose-book.ts';
import {
  FIRST_DAY_MS,
  intentOf,
  SESSIONS_A_DAY,
  SITES,
  tagOf,
  visitOf,
  writeBookOfDays,
} from './ledger-books.ts';
import { median, type Figure } from './table.ts';

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;
const ARMING_ROUNDS = 11;
const ENTRY_ROUNDS = 800;
const WARM_UP_ROUNDS = 100;
const SLICE_ROUNDS = 50;
const SLICES = Array.from({ length: ENTRY_ROUNDS / SLICE_ROUNDS }, (_, index) => index * SLICE_ROUNDS);
const WINDOWS = 15;
const ROUNDS_A_WINDOW = 400;
/** Of a reservation in a book. */
const BARE_LINE = `${'x'.repeat(330)}\n`;
const MIB = 1024 * 1024;

const closingOf = (sessionTag: string): DoseClosing => ({
  sessionTag,
  outcome: 'completed',
  emissionOff: 'confirmed',
  hazard: null,
  durationMs: 1,
  zones: [],
  awaitsBeltRecord: false,
});

interface Opened {
  readonly book: DoseBook;
  /** The next event that the book tells. */
  next(): Promise<BookEvent>;
}

function openBook(path: string, days: number): Opened {
  let tell: ((event: BookEvent) => void) | undefined;
  const nowMs = FIRST_DAY_MS + days * DAY_MS;
  const wallClock: WallClock = {
    nowMs: () => nowMs,
    // The question to the system costs what it costs; the answer must fit the book.
    uptimeMs: () => nowMs - FIRST_DAY_MS + 0 * systemWallClock.uptimeMs(),
    bootId: () => '01234567-89ab-cdef',
  };
  const book = createDoseBook({
    store: doseBookFile(path),
    clock: systemClock,
    wallClock,
    visit: () => visitOf(tagOf(0xffffff), SITES[0]),
    onEvent: (event) => tell?.(event),
  });
  return { book, next: () => new Promise((resolve) => (tell = resolve)) };
}

interface Arming {
  readonly tookMs: number;
  readonly grewBytes: number;
}

/** In a process of its own, as a person starts it: nothing is warm. Prints what it took. */
export async function runArmingCheck(path: string, days: number): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  const { book, next } = openBook(path, days);
  const loaded = next();
  book.load();
  const first = await loaded;
  const answered = next();
  book.allow(intentOf(tagOf(0xffffff), SITES[0]));
  const second = await answered;
  const tookMs = performance.now() - startedAt;
  if (first.type !== 'book.loaded' || second.type !== 'book.allowed') throw new Error(JSON.stringify(second));
  const grewBytes = process.resourceUsage().maxRSS * 1024 - before;
  await book.dispose();
  process.stdout.write(JSON.stringify({ tookMs, grewBytes } satisfies Arming));
}

function armIn(script: string, path: string, days: number): Arming {
  const run = spawnSync(process.execPath, ['--expose-gc', script, '--arming-check', path, String(days)]);
  if (run.status !== 0) throw new Error(run.stderr.toString());
  return JSON.parse(run.stdout.toString()) as Arming;
}

interface Blocked {
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** How long the event loop did not turn while this ran again and again. */
async function watchLoop(run: () => Promise<void>): Promise<Blocked> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  for (let round = 0; round < ROUNDS_A_WINDOW; round++) await run();
  delay.disable();
  // It tells the time from one turn to the next, which is a millisecond when nothing blocks.
  const blockedMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - 1);
  return { p99Ms: blockedMs(delay.percentile(99)), maxMs: blockedMs(delay.max) };
}

async function writeBare(file: FileHandle, bytes: Uint8Array): Promise<void> {
  await file.write(bytes, 0, bytes.length);
  await file.datasync();
}

function measureArming(folder: string, script: string): readonly Figure[] {
  const books = [1, 10].map((years) => {
    const path = join(folder, `${years}-years.jsonl`);
    const days = years * YEAR_DAYS;
    writeBookOfDays(path, days);
    return { path, days, runs: [] as Arming[] };
  });
  for (let round = 0; round < ARMING_ROUNDS; round++)
    for (const { path, days, runs } of books) runs.push(armIn(script, path, days));
  const [year, ten] = books;
  if (year === undefined || ten === undefined) return [];
  const took = ({ runs }: typeof year): number => median(runs.map(({ tookMs }) => tookMs));
  const sessions = (YEAR_DAYS * 10 * SESSIONS_A_DAY).toLocaleString('en-US');
  const note = `${sessions} sessions, ${(statSync(ten.path).size / MIB).toFixed(0)} MiB; one year ${took(year).toFixed(1)} ms; a cold process each time`;
  return [
    {
      name: 'arming check, ten years of two a day',
      value: took(ten),
      unit: 'ms',
      floor: { atMost: 50 },
      note,
    },
    {
      name: 'arming check, ten years against one',
      value: took(ten) / took(year),
      unit: '×',
      floor: { atMost: 2 },
    },
    {
      name: 'arming check, memory (growth of the process at its peak)',
      value: Math.max(...ten.runs.map(({ grewBytes }) => grewBytes)) / MIB,
      unit: 'MiB',
      floor: { atMost: 64 },
    },
  ];
}

/** Each entry next to a bare write, because the disk is shared. */
async function measureEntries(folder: string): Promise<readonly Figure[]> {
  const { book, next } = openBook(join(folder, 'entries.jsonl'), 1);
  const bare = await open(join(folder, 'bare.jsonl'), 'a', 0o600);
  const bytes = Buffer.from(BARE_LINE, 'utf8');
  const tag = tagOf(0xffffff);
  const ask = async (call: () => void, wanted: BookEvent['type']): Promise<void> => {
    const event = next();
    call();
    const found = await event;
    if (found.type !== wanted) throw new Error(JSON.stringify(found));
  };
  await ask(() => book.begin(intentOf(tag, SITES[0])), 'book.begun');
  const entryMs: number[] = [];
  const bareMs: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ENTRY_ROUNDS; round++) {
    const share = (round + WARM_UP_ROUNDS + 1) / (ENTRY_ROUNDS + WARM_UP_ROUNDS);
    const bareAt = performance.now();
    await writeBare(bare, bytes);
    const entryAt = performance.now();
    await ask(() => book.reserve(tag, 0, share), 'book.reserved');
    const endAt = performance.now();
    if (round < 0) continue;
    bareMs.push(entryAt - bareAt);
    entryMs.push(endAt - entryAt);
  }
  await ask(() => book.close(closingOf(tag)), 'book.closed');
  const second = tagOf(0xfffffe);
  await ask(() => book.begin(intentOf(second, SITES[0])), 'book.begun');
  // Apart from the times above, and in windows: a machine that is shared blocks every loop now and then.
  const blocked: Blocked[] = [];
  const bareBlocked: Blocked[] = [];
  let ceiling = 0;
  for (let window = 0; window < WINDOWS; window++) {
    blocked.push(
      await watchLoop(async () => {
        ceiling += 1 / (WINDOWS * ROUNDS_A_WINDOW + 1);
        await ask(() => book.reserve(second, 0, ceiling), 'book.reserved');
      }),
    );
    bareBlocked.push(await watchLoop(() => writeBare(bare, bytes)));
  }
  await bare.close();
  await book.dispose();
  return [
    {
      name: 'one durable entry against a bare write and fdatasync',
      value: median(
        SLICES.map(
          (at) => median(entryMs.slice(at, at + SLICE_ROUNDS)) / median(bareMs.slice(at, at + SLICE_ROUNDS)),
        ),
      ),
      unit: '×',
      floor: { atMost: 1.5 },
      note: `${(median(entryMs) * 1000).toFixed(0)} µs against ${(median(bareMs) * 1000).toFixed(0)} µs, median of slices of ${SLICE_ROUNDS}, each entry next to its write`,
    },
    {
      name: 'one durable entry, event loop blocked, p99',
      value: median(blocked.map(({ p99Ms }) => p99Ms)),
      unit: 'ms',
      floor: { atMost: 2 },
      note: `bare writes ${median(bareBlocked.map(({ p99Ms }) => p99Ms)).toFixed(2)} ms; longest ${Math.max(...blocked.map(({ maxMs }) => maxMs)).toFixed(1)} and ${Math.max(...bareBlocked.map(({ maxMs }) => maxMs)).toFixed(1)} ms`,
    },
  ];
}

/** @param script this bundle: the check before arming runs in processes of their own */
export async function measureLedger(script: string): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-books-'));
  try {
    return [...(await measureEntries(folder)), ...measureArming(folder, script)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
