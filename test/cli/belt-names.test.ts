// A belt by its name: found on the fast path of `stop`, with the key used by nobody who should not have it; and labels
// as people type them.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatLabel } from '../../protocol/label.ts';
import { findBelt, namesOfBelts, resolveBelt } from '../../src/cli/belt-names.ts';
import { belts, forget } from '../../src/cli/belts.ts';
import { lookUpKey } from '../../src/cli/credentials.ts';
import { runDirect } from '../../src/cli/direct.ts';
import { DOCTOR_CHECKS } from '../../src/cli/doctor-checks.ts';
import { labelSecretOf, readLabel } from '../../src/cli/label-source.ts';
import { pair } from '../../src/cli/pair.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createSecretReader } from '../../src/cli/secret-question.ts';
import { readStartOptions } from '../../src/cli/start.ts';
import { BeltError } from '../../src/errors.ts';
import { beginKeyWriting } from '../../src/store/key-files.ts';
import { createFakeIo } from './support.ts';

const KEY_HEX = '9c'.repeat(32);
let home: string;
let env: Readonly<Record<string, string>>;
let keys: string;

async function keep(name: string, address: string, beltId = '0123456789abcdef'): Promise<void> {
  const writing = await beginKeyWriting({ folder: keys, userId: process.getuid?.() });
  if (!writing.ok) throw new Error(writing.failure.detail);
  await writing.value.save({
    name,
    address,
    beltId,
    controllerId: 'fedcba9876543210',
    pairedAt: '2026-01-02T03:04:05.000Z',
    longTermKey: () => Uint8Array.from(Buffer.from(KEY_HEX, 'hex')),
  });
  await writing.value.release();
}

const fileOf = (name: string): string => join(keys, `belt-${name}.key`);

function errorOf(run: () => unknown): BeltError {
  try {
    run();
  } catch (error) {
    if (error instanceof BeltError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'laserbelt-names-'));
  env = { LASERBELT_HOME: home };
  keys = join(home, 'state', 'keys');
  await keep('kitchen', 'socket:/tmp/belt');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('a name in the place of an address', () => {
  it('leads to the address, in any case of letters; addresses go on as they are', () => {
    const belt = { scheme: 'socket', address: 'socket:/tmp/belt', name: 'kitchen' };
    expect(resolveBelt('kitchen', env)).toEqual(belt);
    expect(resolveBelt('Kitchen', env)).toEqual(belt);
    expect(resolveBelt('socket:/tmp/belt', env)).toEqual({ scheme: 'socket', address: 'socket:/tmp/belt' });
    expect(resolveBelt('sim', env).scheme).toBe('sim');
    expect(readStartOptions('p', { belt: 'kitchen', color: true }, env)?.belt).toEqual(belt);
  });

  it('unknown: what was probably meant, and what there is', () => {
    const error = errorOf(() => resolveBelt('kitchn', env));
    expect(error).toMatchObject({ code: 'usage' });
    expect(error.message).toContain('did you mean kitchen?');
    expect(error.hint).toContain('Paired: kitchen.');
    expect(errorOf(() => resolveBelt('../keys/belt-kitchen', env)).code).toBe('usage');
  });

  it('is found by `stop` even in a file that others can read, and a pipe there holds nobody up', () => {
    chmodSync(fileOf('kitchen'), 0o666);
    expect(findBelt('kitchen', env)).toMatchObject({ kind: 'found' });
    rmSync(fileOf('kitchen'));
    execFileSync('mkfifo', [fileOf('kitchen')]);
    expect(findBelt('kitchen', env)).toMatchObject({ kind: 'damaged', path: fileOf('kitchen') });
  });

  it.each([
    ['torn', '{"laserbelt":"belt key","na'],
    ['empty', ''],
    ['with no address', '{}'],
    ['with an address that is none', '{"address":"http://x"}'],
    ['with the embedded belt for an address', '{"address":"sim"}'],
  ])('%s: damaged, and `stop` says 7 with what to do', async (_what, content) => {
    writeFileSync(fileOf('kitchen'), content);
    expect(findBelt('kitchen', env)).toEqual({ kind: 'damaged', name: 'kitchen', path: fileOf('kitchen') });
    const io = createFakeIo({ env });
    expect(await runDirect('stop', ['--belt', 'kitchen'], io)).toBe(7);
    expect(io.stderr()).toContain('laserbelt stop --belt <address>');
    await expect(runDirect('pause', ['--belt', 'kitchen'], io)).rejects.toMatchObject({ code: 'usage' });
    expect(namesOfBelts(env)).toEqual(['kitchen']);
  });
});

describe('the key of a belt', () => {
  const at = { scheme: 'socket', address: 'socket:/tmp/belt' } as const;

  it('is found by name and by address; a belt that was never paired has none', async () => {
    for (const belt of [at, { ...at, name: 'kitchen' }])
      expect(await lookUpKey(belt, env)).toMatchObject({ ok: true, key: { name: 'kitchen' } });
    expect(await lookUpKey({ ...at, address: 'socket:/tmp/new' }, env)).toMatchObject({
      ok: true,
      key: undefined,
    });
    expect(await lookUpKey({ scheme: 'sim', address: 'sim' }, env)).toMatchObject({
      ok: true,
      key: undefined,
    });
    // Elsewhere it is not to be spoken to in the open.
    const elsewhere = await lookUpKey({ ...at, address: 'socket:/tmp/new' }, env);
    expect(elsewhere.ok && [...(elsewhere.access.lockedBelts ?? [])].map(([, name]) => name)).toEqual([
      'kitchen',
    ]);
  });

  it('torn: refused by name and by every address it could be for, never taken for a belt without a key', async () => {
    writeFileSync(fileOf('kitchen'), 'torn');
    for (const belt of [at, { ...at, name: 'kitchen' }, { ...at, address: 'socket:/tmp/new' }])
      expect(await lookUpKey(belt, env)).toMatchObject({ ok: false, problem: { path: fileOf('kitchen') } });
  });

  it('another torn file does not stand in the way of a sound one', async () => {
    writeFileSync(fileOf('garden'), 'torn', { mode: 0o600 });
    expect(await lookUpKey({ ...at, name: 'kitchen' }, env)).toMatchObject({ ok: true });
    expect(await lookUpKey(at, env)).toMatchObject({ ok: true, key: { name: 'kitchen' } });
  });

  it('replaced by another belt’s between the name and the key: refused', async () => {
    expect(await lookUpKey({ ...at, address: 'socket:/tmp/old', name: 'kitchen' }, env)).toMatchObject({
      ok: false,
    });
  });
});

describe('belts and forget', () => {
  it('lists what is paired, without keys; a bad file is named, with what mends it, and exit 6', async () => {
    const io = createFakeIo({ env });
    expect(await belts(false, io)).toBe(0);
    expect(io.stdout()).toMatch(/kitchen +socket:\/tmp\/belt +0123456789abcdef +2026-01-02/);
    chmodSync(fileOf('kitchen'), 0o644);
    const bad = createFakeIo({ env });
    expect(await belts(true, bad)).toBe(6);
    expect(JSON.parse(bad.stdout())).toMatchObject({
      event: 'belt.problem',
      name: 'kitchen',
      kind: 'openToOthers',
      hint: `chmod 600 ${fileOf('kitchen')}`,
    });
    expect(io.stdout() + bad.stdout() + bad.stderr()).not.toContain(KEY_HEX.slice(0, 8));
  });

  it.each(['kitchen', 'KITCHEN', 'socket:/tmp/belt', '0123456789abcdef'])('forgets %s', async (word) => {
    const io = createFakeIo({ env });
    expect(await forget(word, {}, io)).toBe(0);
    expect(io.stdout()).toContain('Forgot kitchen');
    expect(namesOfBelts(env)).toEqual([]);
    await expect(forget(word, {}, io)).rejects.toMatchObject({ code: 'usage' });
  });

  it('forgets a torn file by its name', async () => {
    writeFileSync(fileOf('kitchen'), 'torn');
    expect(await forget('kitchen', { json: true }, createFakeIo({ env }))).toBe(0);
    expect(namesOfBelts(env)).toEqual([]);
  });
});

describe('doctor', () => {
  const check = async () =>
    DOCTOR_CHECKS.find(({ name }) => name === 'key files')?.run(createFakeIo({ env }));

  it('says whose the key files are, and the command that mends each that is wrong', async () => {
    expect(await check()).toMatchObject({
      status: 'ok',
      words: expect.stringContaining('kitchen') as string,
    });
    chmodSync(fileOf('kitchen'), 0o640);
    expect(await check()).toMatchObject({ status: 'fail', fix: `chmod 600 ${fileOf('kitchen')}` });
    chmodSync(fileOf('kitchen'), 0o600);
    chmodSync(keys, 0o750);
    expect(await check()).toMatchObject({ status: 'fail', fix: `chmod 700 ${keys}` });
    rmSync(keys, { recursive: true });
    expect(await check()).toMatchObject({ status: 'ok', words: 'none: no belt is paired' });
    mkdirSync(join(home, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(home, 'elsewhere'), keys);
    expect(await check()).toMatchObject({ status: 'fail' });
  });
});

describe('a label', () => {
  const secret = new Uint8Array(16).fill(0xa7);
  const label = formatLabel(secret);

  it('is read from the command line, from a file, in any spelling', async () => {
    const file = join(home, 'label.txt');
    writeFileSync(file, `  ${label.toLowerCase().replaceAll('-', ' ')}\n`);
    const io = createFakeIo({ env });
    expect(await readLabel({ label }, io)).toEqual(secret);
    expect(await readLabel({ labelFile: file }, io)).toEqual(secret);
    await expect(readLabel({ label, labelFile: file }, io)).rejects.toMatchObject({ code: 'usage' });
    await expect(readLabel({ labelFile: join(home, 'none') }, io)).rejects.toMatchObject({ code: 'usage' });
  });

  it('that cannot be one: what to correct, and nothing of it', () => {
    for (const wrong of [label.slice(0, -3), `${label}AAAA`, label.replace(/^./, '%')]) {
      const { message, hint } = errorOf(() => labelSecretOf(wrong));
      expect(message).toContain('label');
      for (const part of label.split('-')) expect(`${message}${hint ?? ''}`).not.toContain(part);
    }
  });

  it('in the place of a belt, whole or with letters missing, is not repeated', async () => {
    for (const word of [label, label.replaceAll('-', ''), label.slice(2), label.slice(0, 20)]) {
      const io = createFakeIo({ env });
      const { message, hint } = errorOf(() => resolveBelt(word, env));
      const thrown: unknown = await forget(word, {}, io).catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(BeltError);
      expect(`${message}${hint ?? ''}${String(thrown)}`.toUpperCase()).not.toContain(label.slice(2, 7));
    }
  });

  it('in the place of its own file, of an address or of a name is not repeated either', async () => {
    const io = createFakeIo({ env });
    for (const word of [label, label.replaceAll('-', '')]) {
      const errors: readonly unknown[] = [
        await readLabel({ labelFile: word }, io).catch((error: unknown) => error),
        await pair('socket:/b', { name: word, label }, io).catch((error: unknown) => error),
        await pair(`label:${word}`, { label }, io).catch((error: unknown) => error),
        await runProgram([word], io).then((exitCode) => ({ code: exitCode === 2 ? 'usage' : 'none' })),
      ];
      for (const error of errors) {
        expect(error).toMatchObject({ code: 'usage' });
        const words = error instanceof BeltError ? `${error.message}${error.hint ?? ''}` : '';
        expect(`${words}${io.stdout()}${io.stderr()}`).not.toContain(label.slice(2, 7));
      }
    }
  });

  it('in a file that others can read: taken, with a word about it', async () => {
    const file = join(home, 'label.txt');
    writeFileSync(file, label);
    for (const [mode, isTold] of [
      [0o600, false],
      [0o640, true],
      [0o604, true],
    ] as const) {
      chmodSync(file, mode);
      const io = createFakeIo({ env });
      expect(await readLabel({ labelFile: file }, io)).toEqual(secret);
      expect(io.stderr().includes(`chmod 600 ${file}`)).toBe(isTold);
      expect(io.stderr()).not.toContain(label.slice(0, 4));
    }
  });

  it('with nobody to ask: refused with 6, and how to give it', async () => {
    await expect(readLabel({}, createFakeIo({ env }))).rejects.toMatchObject({
      code: 'refused',
      hint: expect.stringContaining('--label-file') as string,
    });
  });

  it('typed unseen: keys, corrections, a paste, the end', () => {
    const type = (...chunks: readonly string[]) => {
      const take = createSecretReader();
      return chunks.map(take).at(-1);
    };
    expect(type('A', 'B', 'C', '\r')).toEqual({ kind: 'answered', text: 'ABC' });
    expect(type('AX\u007fB\n')).toEqual({ kind: 'answered', text: 'AB' });
    expect(type('\u001b[200~ABCD\u001b[201~', '\r')).toEqual({ kind: 'answered', text: 'ABCD' });
    expect(type('\u001b[A', '\u001bOP', 'A\r')).toEqual({ kind: 'answered', text: 'A' });
    expect(type('AB', '\u0003')).toEqual({ kind: 'interrupted' });
    expect(type('\u0004')).toEqual({ kind: 'unanswered' });
    expect(type('A'.repeat(10_000), '\r')).toEqual({ kind: 'answered', text: 'A'.repeat(256) });
    expect(type('AB')).toBeUndefined();
  });
});
