// Kept screening answers: who may have them, what is refused, and that nothing that cannot be read is written over.
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answersFilePath, keepScreening, readScreenings } from '../../src/store/answers-file.ts';
import { SCREENING_MAX_COUNT, type KeptScreening } from '../../src/store/answers-format.ts';
import type { SecretPlace } from '../../src/store/secret-file.ts';
import { faultyFileSystem } from './faulty-file-system.ts';

const screening = (changes: Partial<KeptScreening> = {}): KeptScreening => ({
  atMs: 1_700_000_000_000,
  form: 'full',
  plan: 'low-back',
  site: 'lumbar',
  source: 'terminal',
  isPassed: true,
  answers: { pregnancy: 'no', 'skin-intact': 'yes' },
  overrides: { 'new-medicine': { by: 'Dr Who', date: '2026-01-01' } },
  ...changes,
});

let root: string;
let place: SecretPlace;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'laserbelt-answers-'));
  place = { folder: join(root, 'state', 'answers'), userId: process.getuid?.() };
  path = answersFilePath(place.folder, 'default');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (name: string): number => statSync(name).mode & 0o777;
const keep = async (changes: Partial<KeptScreening> = {}, person = 'default'): Promise<void> =>
  expect(await keepScreening(place, person, screening(changes))).toMatchObject({ ok: true });

describe('kept answers', () => {
  it('are read back in their order, each person’s own; file 0600, folder 0700, nothing else is left', async () => {
    const before = process.umask(0);
    try {
      await keep();
      await keep({ atMs: 1_700_000_100_000, form: 'short', isPassed: false });
      await keep({}, 'Ann');
    } finally {
      process.umask(before);
    }
    expect(await readScreenings(place, 'default')).toEqual({
      ok: true,
      value: [screening(), screening({ atMs: 1_700_000_100_000, form: 'short', isPassed: false })],
    });
    expect(await readScreenings(place, 'ann')).toEqual({ ok: true, value: [] });
    expect(modeOf(path)).toBe(0o600);
    expect(modeOf(place.folder)).toBe(0o700);
    expect(readdirSync(place.folder).sort()).toEqual(
      [answersFilePath('', 'Ann'), answersFilePath('', 'default')].sort(),
    );
  });

  it('are none before the first', async () => {
    expect(await readScreenings(place, 'default')).toEqual({ ok: true, value: [] });
  });

  it('have a file name for any name of a person, a different one for each', () => {
    const names = [
      'a',
      'A',
      'a/b',
      '../../etc/passwd',
      'a b',
      'a-b',
      '',
      'Ü',
      '名',
      'x'.repeat(500),
      '\u0000',
    ];
    const files = names.map((name) => answersFilePath('', name));
    expect(new Set(files.map((file) => file.toLowerCase())).size).toBe(names.length);
    for (const file of files) expect(file).toMatch(/^answers-[a-z0-9-]{0,24}-[0-9a-f]{16}\.json$/);
  });

  it('keep the newest when there are many', async () => {
    for (let count = 0; count < SCREENING_MAX_COUNT + 3; count++) await keep({ atMs: count });
    const read = await readScreenings(place, 'default');
    expect(read.ok && read.value.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: SCREENING_MAX_COUNT }, (_, index) => index + 3),
    );
  });

  it('of two processes at once are both kept', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, index) => keep({ atMs: index })));
    const read = await readScreenings(place, 'default');
    expect(read.ok && read.value.length).toBe(12);
  });
});

describe('a file of answers that cannot be trusted', () => {
  it('with any byte changed is damaged, named, and not written over', async () => {
    await keep();
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0x01;
      if (bytes.equals(whole)) continue;
      writeFileSync(path, bytes);
      const read = await readScreenings(place, 'default');
      // White space between two values is no content.
      if (read.ok && JSON.stringify(read.value) === JSON.stringify([screening()])) continue;
      expect(read, `byte ${at}`).toMatchObject({ ok: false, problem: { kind: 'damaged', path } });
      expect(await keepScreening(place, 'default', screening())).toMatchObject({
        ok: false,
        problem: { path },
      });
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it('torn at any length is damaged, not fewer answers', async () => {
    await keep();
    const whole = readFileSync(path, 'utf8');
    for (let length = 0; length < whole.length - 1; length += 11) {
      writeFileSync(path, whole.slice(0, length));
      expect(await readScreenings(place, 'default')).toMatchObject({
        ok: false,
        problem: { kind: 'damaged' },
      });
    }
  });

  it('of another person, of another version, or no file of ours: named', async () => {
    await keep({}, 'Ann');
    writeFileSync(path, readFileSync(answersFilePath(place.folder, 'Ann')), { mode: 0o600 });
    expect(await readScreenings(place, 'default')).toMatchObject({
      problem: { detail: expect.stringMatching(/answers of another person/) },
    });
    writeFileSync(path, '{"laserbelt":"screening answers","version":2}');
    expect(await readScreenings(place, 'default')).toMatchObject({
      problem: { detail: expect.stringMatching(/another version/) },
    });
    for (const text of ['[]', 'null', '{}', '"x"']) {
      writeFileSync(path, text);
      expect(await readScreenings(place, 'default')).toMatchObject({
        problem: { detail: expect.stringMatching(/not one of ours/) },
      });
    }
  });

  it('that others could read or change is not used', async () => {
    await keep();
    chmodSync(path, 0o644);
    expect(await readScreenings(place, 'default')).toMatchObject({
      ok: false,
      problem: { kind: 'openToOthers' },
    });
    expect(await keepScreening(place, 'default', screening())).toMatchObject({ ok: false });
  });

  it('that is a link is not followed', async () => {
    await keep();
    const elsewhere = join(root, 'elsewhere');
    writeFileSync(elsewhere, readFileSync(path), { mode: 0o600 });
    rmSync(path);
    symlinkSync(elsewhere, path);
    expect(await readScreenings(place, 'default')).toMatchObject({ ok: false, problem: { kind: 'noFile' } });
  });

  it('a full disk keeps the old answers whole, and says so', async () => {
    await keep();
    for (const operation of ['rename', 'sync'] as const) {
      const system = faultyFileSystem();
      system.failNext(operation, 'ENOSPC');
      expect(await keepScreening({ ...place, system }, 'default', screening({ atMs: 5 }))).toMatchObject({
        ok: false,
        problem: { detail: expect.stringMatching(/disk is full/) },
      });
      expect(await readScreenings(place, 'default')).toEqual({ ok: true, value: [screening()] });
    }
  });
});
