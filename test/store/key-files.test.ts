// Keys at rest: who may have them, what is refused and in which words, and what a crash leaves.
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BeltKey } from '../../src/store/key-format.ts';
import { beginKeyWriting, KEY_MAX_COUNT, listKeys, readKey, removeKey } from '../../src/store/key-files.ts';
import type { SecretPlace } from '../../src/store/secret-file.ts';
import { faultyFileSystem } from './faulty-file-system.ts';

const KEY_HEX = '9c'.repeat(32);
const key = (changes: Partial<BeltKey> = {}): BeltKey => ({
  name: 'kitchen',
  address: 'socket:/tmp/belt',
  beltId: '0123456789abcdef',
  controllerId: 'fedcba9876543210',
  pairedAt: '2026-01-02T03:04:05.000Z',
  longTermKey: () => Uint8Array.from(Buffer.from(KEY_HEX, 'hex')),
  ...changes,
});

let root: string;
let place: SecretPlace;
let path: string;
const userId = process.getuid?.();

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'laserbelt-keys-'));
  place = { folder: join(root, 'state', 'keys'), userId };
  path = join(place.folder, 'belt-kitchen.key');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function save(saved: BeltKey, oldName?: string): Promise<void> {
  const writing = await beginKeyWriting(place);
  if (!writing.ok) throw new Error(writing.failure.detail);
  expect(await writing.value.save(saved, oldName)).toMatchObject({ ok: true });
  await writing.value.release();
}

const modeOf = (name: string): number => statSync(name).mode & 0o777;

describe('a key file', () => {
  it('is read back as it was saved; file 0600, folders 0700, and nothing else is left', async () => {
    await save(key());
    const read = await readKey(place, 'kitchen');
    if (!read.ok || read.value === undefined) throw new Error('not read');
    const { longTermKey, ...rest } = read.value;
    const { longTermKey: sent, ...expected } = key();
    expect(rest).toEqual(expected);
    expect(longTermKey()).toEqual(sent());
    expect(modeOf(path)).toBe(0o600);
    expect(modeOf(place.folder)).toBe(0o700);
    expect(modeOf(join(root, 'state'))).toBe(0o700);
    expect(readdirSync(place.folder)).toEqual(['belt-kitchen.key']);
  });

  it('is written 0600 whatever the umask', async () => {
    const before = process.umask(0);
    try {
      await save(key());
    } finally {
      process.umask(before);
    }
    expect(modeOf(path)).toBe(0o600);
    expect(modeOf(place.folder)).toBe(0o700);
  });

  it('is printed and serialized without the key', async () => {
    await save(key());
    const read = await readKey(place, 'kitchen');
    const shown = `${JSON.stringify(read)}${inspect(read, { depth: 9 })}${JSON.stringify(await listKeys(place))}`;
    expect(shown).toContain('kitchen');
    expect(shown).not.toContain(KEY_HEX.slice(0, 8));
    expect(shown).not.toMatch(/156, ?156/);
  });

  it('hands out copies: who wipes one does not wipe the next', async () => {
    await save(key());
    const read = await readKey(place, 'kitchen');
    if (!read.ok || read.value === undefined) throw new Error('not read');
    read.value.longTermKey().fill(0);
    expect(read.value.longTermKey()).toEqual(key().longTermKey());
  });

  it('is nothing when there is none, no folder, or a name that cannot be', async () => {
    expect(await readKey(place, 'kitchen')).toEqual({ ok: true, value: undefined });
    expect(await listKeys(place)).toEqual({ keys: [], problems: [] });
    await save(key());
    expect(await readKey(place, 'garden')).toEqual({ ok: true, value: undefined });
    expect(await readKey(place, '../keys/belt-kitchen')).toEqual({ ok: true, value: undefined });
    expect(await removeKey(place, '../keys/belt-kitchen')).toEqual({ ok: true, value: 'none' });
  });

  it.each([0o640, 0o604, 0o660, 0o610, 0o666])('is refused with mode %o, and says chmod', async (mode) => {
    await save(key());
    chmodSync(path, mode);
    expect(await readKey(place, 'kitchen')).toMatchObject({
      ok: false,
      problem: { kind: 'openToOthers', path, remedy: `chmod 600 ${path}` },
    });
    expect(await listKeys(place)).toMatchObject({
      keys: [],
      problems: [{ name: 'kitchen', kind: 'openToOthers' }],
    });
  });

  it('is refused in a folder that is open to others', async () => {
    await save(key());
    chmodSync(place.folder, 0o755);
    expect(await readKey(place, 'kitchen')).toMatchObject({
      ok: false,
      problem: { kind: 'openToOthers', path: place.folder, remedy: `chmod 700 ${place.folder}` },
    });
  });

  it('is refused when it is somebody else’s', async () => {
    await save(key());
    const stranger = { ...place, userId: (userId ?? 0) + 1 };
    expect(await readKey(stranger, 'kitchen')).toMatchObject({
      ok: false,
      problem: { kind: 'otherOwner' },
    });
  });

  it('is refused as a link, a folder or a pipe, and the pipe holds nobody up', async () => {
    await save(key());
    renameSync(path, join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), path);
    expect(await readKey(place, 'kitchen')).toMatchObject({ ok: false, problem: { kind: 'noFile' } });
    rmSync(path);
    mkdirSync(path, { mode: 0o700 });
    expect(await readKey(place, 'kitchen')).toMatchObject({ ok: false, problem: { kind: 'noFile' } });
    rmSync(path, { recursive: true });
    execFileSync('mkfifo', ['-m', '600', path]);
    expect(await readKey(place, 'kitchen')).toMatchObject({ ok: false, problem: { kind: 'noFile' } });
  });

  it('torn at any byte, it is refused in words that hold nothing of it', async () => {
    await save(key());
    const whole = readFileSync(path);
    // The last byte is the line feed: without it the content is whole.
    for (let length = 0; length < whole.length - 1; length++) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const read = await readKey(place, 'kitchen');
      expect(read, `${length} bytes`).toMatchObject({ ok: false, problem: { kind: 'damaged', path } });
      expect(JSON.stringify(read)).not.toContain(KEY_HEX.slice(0, 8));
    }
  });

  it('with any one character altered, it is refused', async () => {
    await save(key());
    const whole = readFileSync(path, 'utf8');
    for (let at = 0; at < whole.length; at++) {
      if (/\s/.test(whole.charAt(at))) continue;
      const altered = whole.charAt(at) === '7' ? '8' : '7';
      writeFileSync(path, whole.slice(0, at) + altered + whole.slice(at + 1));
      expect(await readKey(place, 'kitchen'), `character ${at}`).toMatchObject({ ok: false });
    }
  });

  it.each([
    ['{"laserbelt":"belt key","version":2}', 'another version'],
    ['{"name":"kitchen"}', 'not one of ours'],
    ['[]', 'not one of ours'],
    ['null', 'not one of ours'],
    ['x'.repeat(5000), 'too large'],
  ])('foreign content %.20s: %s', async (content, words) => {
    await save(key());
    writeFileSync(path, content);
    const read = await readKey(place, 'kitchen');
    expect(read).toMatchObject({ ok: false, problem: { kind: 'damaged' } });
    expect(JSON.stringify(read)).toContain(words);
  });

  it('copied to another name, it is refused: a name leads to one belt', async () => {
    await save(key());
    linkSync(path, join(place.folder, 'belt-garden.key'));
    expect(await readKey(place, 'garden')).toMatchObject({ ok: false, problem: { kind: 'damaged' } });
    expect(await readKey(place, 'kitchen')).toMatchObject({ ok: true });
  });

  it.each([
    ['open', 'EACCES'],
    ['sync', 'ENOSPC'],
    ['rename', 'EROFS'],
  ] as const)('keeps the old key when %s fails', async (operation, code) => {
    await save(key());
    const system = faultyFileSystem();
    const writing = await beginKeyWriting({ ...place, system });
    if (!writing.ok) throw new Error(writing.failure.detail);
    system.failNext(operation, code);
    const saved = await writing.value.save(key({ address: 'socket:/tmp/other' }));
    expect(saved).toMatchObject({ ok: false });
    expect(JSON.stringify(saved)).not.toContain(KEY_HEX.slice(0, 8));
    await writing.value.release();
    const read = await readKey(place, 'kitchen');
    expect(read.ok && read.value?.address).toBe('socket:/tmp/belt');
    expect(readdirSync(place.folder)).toEqual(['belt-kitchen.key']);
  });

  it('under a new name, the old one is gone; removed, it is gone whatever was in it', async () => {
    await save(key());
    await save(key({ name: 'garden' }), 'kitchen');
    expect(readdirSync(place.folder)).toEqual(['belt-garden.key']);
    writeFileSync(join(place.folder, 'belt-garden.key'), 'torn');
    expect(await removeKey(place, 'garden')).toEqual({ ok: true, value: 'removed' });
    expect(await removeKey(place, 'garden')).toEqual({ ok: true, value: 'none' });
  });

  it('goes with what a killed writer has left of it, and of no other', async () => {
    await save(key());
    for (const name of ['belt-kitchen.key.0a1b2c.new', 'belt-kitchen-2.key.0a1b2c.new', 'belt-garden.key'])
      writeFileSync(join(place.folder, name), KEY_HEX, { mode: 0o600 });
    expect(await removeKey(place, 'kitchen')).toEqual({ ok: true, value: 'removed' });
    expect(readdirSync(place.folder).filter((name) => name.startsWith('belt-'))).toEqual([
      'belt-garden.key',
      'belt-kitchen-2.key.0a1b2c.new',
    ]);
  });

  it('a folder full of files is read up to a bound, and says so', async () => {
    await save(key());
    for (let count = 0; count < KEY_MAX_COUNT + 5; count++)
      writeFileSync(join(place.folder, `belt-z${count}.key`), 'torn', { mode: 0o600 });
    writeFileSync(join(place.folder, 'notes.txt'), 'no key');
    const listing = await listKeys(place);
    expect(listing.keys.map(({ name }) => name)).toEqual(['kitchen']);
    expect(listing.problems).toHaveLength(KEY_MAX_COUNT);
    expect(listing.problems.at(-1)?.detail).toContain(`more than ${KEY_MAX_COUNT}`);
  });
});

describe('who this controller is', () => {
  it('is made once and stays; a damaged file is not silently made anew', async () => {
    const first = await beginKeyWriting(place);
    if (!first.ok) throw new Error(first.failure.detail);
    const made = await first.value.controllerId();
    expect(made.ok && made.value).toMatch(/^[0-9a-f]{16}$/);
    expect(await first.value.controllerId()).toEqual(made);
    await first.value.release();
    const file = join(place.folder, 'controller.id');
    expect(modeOf(file)).toBe(0o600);
    truncateSync(file, 20);
    const second = await beginKeyWriting(place);
    if (!second.ok) throw new Error(second.failure.detail);
    expect(await second.value.controllerId()).toMatchObject({ ok: false, problem: { kind: 'damaged' } });
    await second.value.release();
  });

  it('two people, two ids', async () => {
    const ids = await Promise.all(
      ['one', 'two'].map(async (name) => {
        const writing = await beginKeyWriting({ ...place, folder: join(root, name) });
        if (!writing.ok) throw new Error(writing.failure.detail);
        const id = await writing.value.controllerId();
        return id.ok ? id.value : '';
      }),
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('one pairs at a time: the second is told who does', async () => {
    const first = await beginKeyWriting(place);
    if (!first.ok) throw new Error(first.failure.detail);
    expect(await beginKeyWriting(place)).toMatchObject({
      ok: false,
      failure: { kind: 'inUse', detail: expect.stringContaining('pairing a belt') as string },
    });
    await first.value.release();
    await save(key());
  });
});
