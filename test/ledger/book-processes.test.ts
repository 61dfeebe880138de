// The dose book among real processes: races for one site, two belts at once, kill -9 and a frozen holder of the lock, and a
// disk that is really full.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBookState } from '../../src/ledger/book-state.ts';
import { readHistory } from '../../src/ledger/history.ts';
import { verifyBook } from '../../src/ledger/verify.ts';

let folder: string;
let script: string;

/** kind, path, number of the session, site */
const WRITER = `
import { createDoseBook, doseBookFile } from './src/ledger/dose-book-file.ts';
import { fixedWallClock, systemClock } from './src/clock.ts';
import { closingOf, intentOf, tagOf } from './test/ledger/intents.ts';

const [kind, path, number, site] = process.argv.slice(2);
const tag = tagOf(Number(number));
const say = (text) => process.stdout.write(text + '\\n');
let tell = () => undefined;
const book = createDoseBook({
  store: doseBookFile(path),
  clock: systemClock,
  wallClock: fixedWallClock('2026-03-02T09:00:00Z'),
  onEvent: (event) => tell(event),
});
const ask = (call) => new Promise((resolve) => { tell = resolve; call(); });
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const intent = { ...intentOf(tag), site, beltId: tag };

await ask(() => book.load());
if (kind === 'race') {
  say('ready');
  await new Promise((resolve) => process.stdin.once('data', resolve));
}
const begun = await ask(() => book.begin(intent));
say(begun.type + ' ' + (begun.hazard ?? begun.detail ?? ''));
if (begun.type === 'book.begun' && kind !== 'race') {
  let longestMs = 0;
  const count = kind === 'fill' ? 100000 : 30;
  for (let at = 1; at <= count; at++) {
    const startedAt = performance.now();
    const reserved = await ask(() => book.reserve(tag, 0, at / count));
    longestMs = Math.max(longestMs, performance.now() - startedAt);
    if (reserved.type !== 'book.reserved') {
      say(reserved.type + ' ' + reserved.detail);
      break;
    }
    say('reserved ' + at);
    if (kind === 'emit') await wait(40);
    if (kind === 'stay') await wait(2000);
  }
  say('longest ' + Math.round(longestMs));
  if (kind === 'emit') say((await ask(() => book.close(closingOf(tag)))).type);
}
await book.dispose();
process.exit(0);
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-books-'));
  script = join(folder, 'writer.mjs');
  await build({
    stdin: { contents: WRITER, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
    logLevel: 'error',
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Writer {
  readonly child: ChildProcess;
  readonly lines: () => readonly string[];
  /** Settles with the first line that begins so. */
  said(begin: string): Promise<string>;
  readonly ended: Promise<void>;
}

function follow(child: ChildProcess): Writer {
  let text = '';
  const lines = (): readonly string[] => text.split('\n').slice(0, -1);
  const listeners: (() => void)[] = [];
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const listen of listeners) listen();
  });
  return {
    child,
    lines,
    said: (begin) =>
      new Promise((resolve) => {
        const look = (): void => {
          const line = lines().find((found) => found.startsWith(begin));
          if (line !== undefined) resolve(line);
        };
        listeners.push(look);
        look();
      }),
    ended: once(child, 'close').then(() => undefined),
  };
}
const start = (kind: string, path: string, number: number, site: string): Writer =>
  follow(
    spawn(process.execPath, [script, kind, path, String(number), site], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );

/** Its own reader: what stands in the file, whatever the book says. */
function linesOf(path: string): readonly string[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(1, -1);
  expect(createBookState().absorb(lines)).toBeUndefined();
  return lines;
}

describe('the dose book among real processes', () => {
  it('H19 of six that begin on one site at the same moment exactly one is allowed, every time', async () => {
    for (let round = 0; round < 4; round++) {
      const path = join(folder, `race-${round}.jsonl`);
      const writers = [1, 2, 3, 4, 5, 6].map((number) => start('race', path, number, 'lumbar'));
      await Promise.all(writers.map((writer) => writer.said('ready')));
      for (const writer of writers) writer.child.stdin?.write('go\n');
      await Promise.all(writers.map((writer) => writer.ended));
      const answers = writers.map((writer) => writer.lines()[1]).sort();
      expect(answers).toEqual(['book.begun ', ...Array.from({ length: 5 }, () => 'book.refused H19')]);
      expect(linesOf(path).filter((line) => line.includes('"kind":"intent"'))).toHaveLength(1);
    }
  }, 60_000);

  it('two belts at once: each books every entry in time, and the chain holds', async () => {
    const path = join(folder, 'two.jsonl');
    const writers = [start('emit', path, 1, 'lumbar'), start('emit', path, 2, 'cervical')];
    await Promise.all(writers.map((writer) => writer.ended));
    for (const writer of writers) {
      expect(writer.lines().filter((line) => line.startsWith('reserved'))).toHaveLength(30);
      expect(writer.lines().at(-1)).toBe('book.closed');
      // A reservation is made more than two seconds before it is needed.
      const longest = Number(
        writer
          .lines()
          .find((line) => line.startsWith('longest'))
          ?.split(' ')[1],
      );
      expect(longest).toBeLessThan(1500);
    }
    expect(linesOf(path)).toHaveLength(2 * 32);
    expect(existsSync(`${path}.lock`)).toBe(false);
  }, 60_000);

  it('kill -9 of one that keeps the lock: the next goes on, and nothing it had confirmed is lost', async () => {
    const path = join(folder, 'killed.jsonl');
    const first = start('stay', path, 1, 'lumbar');
    await first.said('reserved 1');
    expect(existsSync(`${path}.lock`)).toBe(true);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = start('emit', path, 2, 'cervical');
    await second.ended;
    expect(second.lines().at(-1)).toBe('book.closed');
    expect(linesOf(path).some((line) => line.includes('"kind":"reserve","session":"0000000000000001"'))).toBe(
      true,
    );
    // Its session is open: nobody else may treat that site now.
    const third = start('emit', path, 3, 'lumbar');
    await third.ended;
    expect(third.lines()[0]).toBe('book.refused H19');
  }, 60_000);

  it('one that is between two entries gives the lock to whoever waits for it', async () => {
    const path = join(folder, 'given.jsonl');
    const first = start('stay', path, 1, 'lumbar');
    await first.said('reserved 1');
    const second = start('emit', path, 2, 'cervical');
    await second.said('reserved 2');
    first.child.kill('SIGKILL');
    await second.ended;
    expect(second.lines().at(-1)).toBe('book.closed');
  }, 60_000);

  it('H20 one that is frozen with the lock is named to whoever waits for it', async () => {
    const path = join(folder, 'frozen.jsonl');
    const first = start('stay', path, 1, 'lumbar');
    await first.said('reserved 1');
    first.child.kill('SIGSTOP');
    const second = start('emit', path, 2, 'cervical');
    await second.ended;
    expect(second.lines()[0]).toMatch(
      /^book\.failed process \d+ \(writing\) holds .*frozen\.jsonl\.lock\. Wait until that one is done, then start again$/,
    );
    first.child.kill('SIGKILL');
    await first.ended;
    expect(linesOf(path).some((line) => line.includes('0000000000000002'))).toBe(false);
  }, 60_000);

  it('H20 a disk that is really full: told in words, and every confirmed entry is there', async () => {
    const path = join(folder, 'full.jsonl');
    const shell = `ulimit -f 64; exec "$0" "$@"`;
    const args = ['-c', shell, process.execPath, script, 'fill', path, '1', 'lumbar'];
    const writer = follow(spawn('bash', args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    await writer.ended;
    const confirmed = writer.lines().filter((line) => line.startsWith('reserved')).length;
    expect(confirmed).toBeGreaterThan(100);
    expect(
      writer.lines().some((line) => line.startsWith('book.failed') && line.includes('may not grow further')),
    ).toBe(true);
    expect(linesOf(path)).toHaveLength(1 + confirmed);
    expect(await verifyBook(path)).toMatchObject({ ok: true, lines: 1 + confirmed });
    // Space again: the torn line is set aside, and the book goes on.
    const next = start('emit', path, 2, 'cervical');
    await next.ended;
    expect(next.lines().at(-1)).toBe('book.closed');
    const verified = await verifyBook(path);
    expect(verified).toMatchObject({ ok: true, tornBytes: 0 });
    const unfinished = (await readHistory(path)).visits.find((visit) => visit.outcome === 'unfinished');
    expect(unfinished?.zones[0]?.deliveredUpperJPerCm2).toBeGreaterThan(0);
  }, 60_000);
});
