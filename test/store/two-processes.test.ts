// Real processes: one dies with the lock in its hand, two write one book at once.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireFileLock } from '../../src/store/file-lock.ts';
import { createBookState } from '../../src/ledger/book-state.ts';

let folder: string;
let script: string;

const WRITER = `
import { createDoseBook, doseBookFile } from './src/ledger/dose-book-file.ts';
import { fixedWallClock, systemClock } from './src/clock.ts';
import { acquireFileLock } from './src/store/file-lock.ts';
import { intentOf, tagOf } from './test/ledger/intents.ts';

const [kind, path, from] = process.argv.slice(2);
if (kind === 'hold') {
  const lock = await acquireFileLock({ path, note: 'holding', waitMs: 0 });
  process.stdout.write(lock.ok ? 'held' : 'refused');
  setInterval(() => undefined, 1000);
} else {
  const book = createDoseBook({
    store: doseBookFile(path),
    clock: systemClock,
    onEvent: (event) => {
      if (event.type === 'book.failed') process.stdout.write(event.detail);
      if (event.type === 'book.begun') process.stdout.write('.');
    },
    wallClock: fixedWallClock('2026-01-01T00:00:00.000Z'),
  });
  for (let number = 0; number < 40; number++) book.begin(intentOf(tagOf(Number(from) + number)));
  await book.dispose();
}
`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-processes-'));
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

const start = (...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');
  return output;
}

describe('real processes', () => {
  it('the lock of a killed process is free, that of a stopped one is not', async () => {
    const path = join(folder, 'belt.lock');
    const child = start('hold', path);
    try {
      await once(child.stdout ?? child, 'data');
      child.kill('SIGSTOP');
      const refused = await acquireFileLock({ path, note: 'second', waitMs: 50 });
      expect(refused).toMatchObject({ ok: false, failure: { kind: 'inUse' } });
    } finally {
      child.kill('SIGKILL');
    }
    await once(child, 'close');
    const lock = await acquireFileLock({ path, note: 'second', waitMs: 0 });
    expect(lock.ok).toBe(true);
    if (lock.ok) await lock.value.release();
  });

  it('two processes write one book at once: every entry is there, the chain holds', async () => {
    const path = join(folder, 'book.jsonl');
    const outputs = await Promise.all([
      outputOf(start('book', path, '0')),
      outputOf(start('book', path, '1000')),
    ]);
    expect(outputs).toEqual(['.'.repeat(40), '.'.repeat(40)]);
    const state = createBookState();
    expect(state.absorb(readFileSync(path, 'utf8').split('\n').slice(1, -1))).toBeUndefined();
    expect(state.sessions.size).toBe(80);
  });

  it('a process killed in the midst of writing loses no entry it had confirmed', async () => {
    const path = join(folder, 'killed.jsonl');
    for (let round = 0; round < 5; round++) {
      rmSync(path, { force: true });
      const child = start('book', path, '0');
      let confirmed = 0;
      child.stdout?.on('data', (chunk: Buffer) => {
        confirmed += chunk.length;
        if (confirmed >= 5 + round) child.kill('SIGKILL');
      });
      await once(child, 'close');
      expect(await outputOf(start('book', path, '1000'))).toBe('.'.repeat(40));
      const state = createBookState();
      expect(state.absorb(readFileSync(path, 'utf8').split('\n').slice(1, -1))).toBeUndefined();
      expect(state.sessions.size - 40).toBeGreaterThanOrEqual(confirmed);
    }
  });
});
