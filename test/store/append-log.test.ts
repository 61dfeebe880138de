import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discardAppendLog, openAppendLog, type AppendLog } from '../../src/store/append-log.ts';
import { faultyFileSystem } from './faulty-file-system.ts';

const HEADER = '{"file":"test","v":1}';
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-log-'));
  path = join(folder, 'log.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function open(atPath = path, system = faultyFileSystem()): Promise<AppendLog> {
  const opened = await openAppendLog({ path: atPath, header: HEADER, system });
  if (!opened.ok) throw new Error(opened.failure.detail);
  return opened.value;
}

/** Appends one line; answers the lines that were not seen before, or the failure. */
async function append(log: AppendLog, line?: string): Promise<readonly string[] | string> {
  const seen: string[] = [];
  const done = await log.append({
    absorb: (lines) => void seen.push(...lines),
    compose: () => ({ ok: true, lines: line === undefined ? [] : [line] }),
  });
  return done.ok ? seen : `${done.failure.kind}: ${done.failure.detail}`;
}

async function linesAt(atPath: string): Promise<readonly string[] | string> {
  const log = await open(atPath);
  const seen = await append(log);
  await log.close();
  return seen;
}

describe('the append-only log', () => {
  it('writes its header, then lines; a new opening reads them all', async () => {
    const log = await open();
    expect(await append(log, 'one')).toEqual([]);
    expect(await append(log, 'two')).toEqual([]);
    await log.close();
    expect(readFileSync(path, 'utf8')).toBe(`${HEADER}\none\ntwo\n`);
    expect(await linesAt(path)).toEqual(['one', 'two']);
  });

  it('shows each of two writers what the other wrote, once', async () => {
    const left = await open();
    const right = await open();
    await append(left, 'one');
    expect(await append(right, 'two')).toEqual(['one']);
    expect(await append(left, 'three')).toEqual(['two']);
    expect(await append(right)).toEqual(['three']);
    expect(await append(right)).toEqual([]);
  });

  it('a cut at any byte keeps every whole line, sets the rest aside, and takes the next line', async () => {
    const lines = ['one', 'zwei ü', '3'];
    const whole = Buffer.from([HEADER, ...lines, ''].join('\n'));
    for (let cut = 0; cut <= whole.length; cut++) {
      const kept = whole.subarray(0, cut);
      const end = kept.lastIndexOf(0x0a) + 1;
      const cutFolder = join(folder, String(cut));
      mkdirSync(cutFolder);
      const cutPath = join(cutFolder, 'log');
      writeFileSync(cutPath, kept);
      const log = await open(cutPath);
      const seen = await append(log, 'next');
      await log.close();
      const wholeLines = kept.subarray(0, end).toString().split('\n').slice(1, -1);
      expect(seen).toEqual(wholeLines);
      expect(await linesAt(cutPath)).toEqual([...wholeLines, 'next']);
      if (end < cut)
        expect(readFileSync(`${cutPath}.torn`)).toEqual(Buffer.from([...kept.subarray(end), 0x0a]));
    }
  });

  it('sets the torn line of a writer that died aside also while it is open elsewhere', async () => {
    const log = await open();
    await append(log, 'one');
    writeFileSync(path, 'half a li', { flag: 'a' });
    expect(await append(log, 'two')).toEqual([]);
    expect(await linesAt(path)).toEqual(['one', 'two']);
    expect(readFileSync(`${path}.torn`, 'utf8')).toBe('half a li\n');
  });

  it('fails when the file became shorter, was replaced or was removed', async () => {
    const shorter = await open();
    await append(shorter, 'one');
    writeFileSync(path, HEADER);
    expect(await append(shorter, 'two')).toContain('damaged: ');
    const replaced = await open(join(folder, 'b'));
    await append(replaced, 'one');
    rmSync(join(folder, 'b'));
    writeFileSync(join(folder, 'b'), `${HEADER}\n`);
    expect(await append(replaced, 'two')).toContain('was moved, removed or replaced');
  });

  it('refuses lines that are no lines, and what its maker refuses', async () => {
    expect(await append(await open(), 'a\nb')).toContain('not one line');
    expect(await append(await open(), 'x'.repeat(70_000))).toContain('too long');
    const log = await open();
    const done = await log.append({
      absorb: () => undefined,
      compose: () => ({ ok: false, problem: 'no' }),
    });
    expect(done).toMatchObject({ ok: false, failure: { detail: `${path}: no` } });
  });

  it.each([
    ['write', 'ENOSPC', 'diskFull'],
    ['datasync', 'EIO', 'failed'],
    ['link', 'EROFS', 'readOnly'],
  ] as const)(
    '%s fails with %s: told once in words, then nothing more is taken',
    async (operation, code, kind) => {
      const system = faultyFileSystem();
      const log = await open(path, system);
      await append(log, 'one');
      system.failNext(operation, code);
      const first = await append(log, 'two');
      expect(first).toContain(`${kind}: cannot `);
      expect(await append(log, 'three')).toBe(first);
      expect(readFileSync(path, 'utf8')).not.toContain('three');
    },
  );

  it('leaves the torn line where it is when it cannot be set aside', async () => {
    writeFileSync(path, `${HEADER}\none\ntorn`);
    const system = faultyFileSystem();
    const log = await open(path, system);
    system.failNext('write', 'ENOSPC');
    expect(await append(log)).toContain('diskFull');
    expect(readFileSync(path, 'utf8')).toBe(`${HEADER}\none\ntorn`);
  });

  it('takes nothing after it was closed', async () => {
    const log = await open();
    await log.close();
    await log.close();
    expect(await append(log, 'one')).toContain('is closed');
  });

  it('is gone with what was set aside when discarded; twice is as good', async () => {
    writeFileSync(path, `${HEADER}\none\ntorn`);
    await linesAt(path);
    expect(await discardAppendLog(path)).toEqual({ ok: true, value: undefined });
    expect(await discardAppendLog(path)).toEqual({ ok: true, value: undefined });
    expect(() => readFileSync(`${path}.torn`)).toThrow('ENOENT');
  });
});
