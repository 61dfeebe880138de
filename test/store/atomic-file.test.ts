import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readFileIfAny, writeFileAtomic } from '../../src/store/atomic-file.ts';
import { faultyFileSystem } from './faulty-file-system.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'laserbelt-atomic-'));
  path = join(folder, 'belts.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a file that is replaced whole', () => {
  it('is there with its new content, for its owner alone', async () => {
    expect((await writeFileAtomic(path, 'one')).ok).toBe(true);
    expect((await writeFileAtomic(path, 'two')).ok).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['belts.json']);
  });

  it.each([
    ['open', 'EACCES', 'notPermitted'],
    ['sync', 'ENOSPC', 'diskFull'],
    ['rename', 'EROFS', 'readOnly'],
  ] as const)(
    'keeps its old content when %s fails, and leaves nothing behind',
    async (operation, code, kind) => {
      await writeFileAtomic(path, 'old');
      const system = faultyFileSystem();
      system.failNext(operation, code);
      expect(await writeFileAtomic(path, 'new', system)).toMatchObject({
        ok: false,
        failure: { kind, path },
      });
      expect(readFileSync(path, 'utf8')).toBe('old');
      expect(readdirSync(folder)).toEqual(['belts.json']);
    },
  );

  it('reads as nothing when there is none, and in words when it cannot be read', async () => {
    expect(await readFileIfAny(path)).toEqual({ ok: true, value: undefined });
    await writeFileAtomic(path, 'one');
    expect(await readFileIfAny(path)).toEqual({ ok: true, value: 'one' });
    mkdirSync(join(folder, 'sub'));
    expect(await readFileIfAny(join(folder, 'sub'))).toMatchObject({ ok: false });
    writeFileSync(path, Buffer.alloc(2 * 1024 * 1024));
    expect(await readFileIfAny(path)).toMatchObject({ ok: false, failure: { kind: 'tooLarge' } });
  });
});
