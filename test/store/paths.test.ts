import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeFileSystem } from '../../src/store/file-system.ts';
import {
  beltLockFile,
  ensurePrivateFolder,
  userPaths,
  type PathSurroundings,
} from '../../src/store/paths.ts';

const surroundings = (changes: Partial<PathSurroundings> = {}): PathSurroundings => ({
  env: {},
  platform: 'linux',
  homeFolder: '/home/ann',
  temporaryFolder: '/tmp',
  currentFolder: '/work',
  userName: 'ann',
  ...changes,
});

describe('the user’s folders', () => {
  it('Linux: XDG, with its defaults', () => {
    expect(userPaths(surroundings())).toEqual({
      configFolder: '/home/ann/.config/laserbelt',
      stateFolder: '/home/ann/.local/state/laserbelt',
      runtimeFolder: '/tmp/laserbelt-ann',
      doseBookFile: '/home/ann/.local/state/laserbelt/dose-book.jsonl',
      simulatedDoseBookFile: '/home/ann/.local/state/laserbelt/simulated-dose-book.jsonl',
      keysFolder: '/home/ann/.local/state/laserbelt/keys',
    });
    const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s', XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(userPaths(surroundings({ env }))).toMatchObject({
      configFolder: '/c/laserbelt',
      stateFolder: '/s/laserbelt',
      runtimeFolder: '/run/user/1000/laserbelt',
    });
  });

  it('Linux: a relative XDG path is ignored, as its specification says', () => {
    const env = { XDG_STATE_HOME: 'state', XDG_RUNTIME_DIR: '' };
    expect(userPaths(surroundings({ env }))).toEqual(userPaths(surroundings()));
  });

  it('macOS and Windows have their own', () => {
    expect(userPaths(surroundings({ platform: 'darwin', homeFolder: '/Users/ann' })).stateFolder).toBe(
      '/Users/ann/Library/Application Support/laserbelt',
    );
    const env = { LOCALAPPDATA: 'D:\\Local' };
    expect(userPaths(surroundings({ platform: 'win32', homeFolder: 'C:\\Users\\ann', env }))).toMatchObject({
      configFolder: 'C:\\Users\\ann\\AppData\\Roaming\\laserbelt',
      stateFolder: 'D:\\Local\\laserbelt\\state',
      runtimeFolder: 'D:\\Local\\laserbelt\\run',
    });
  });

  it.each(['linux', 'darwin'] as const)(
    'LASERBELT_HOME moves all of it on %s, and may be relative',
    (platform) => {
      const env = { LASERBELT_HOME: 'belt', XDG_RUNTIME_DIR: '/run/user/1000', XDG_STATE_HOME: '/s' };
      for (const path of Object.values(userPaths(surroundings({ platform, env }))))
        expect(path).toMatch(/^\/work\/belt\//);
      const empty = userPaths(surroundings({ platform, env: { LASERBELT_HOME: '' } }));
      expect(empty).toEqual(userPaths(surroundings({ platform })));
    },
  );

  it('a user name cannot lead out of the temporary folder', () => {
    expect(userPaths(surroundings({ userName: '../../etc' })).runtimeFolder).toBe('/tmp/laserbelt-.._.._etc');
  });

  it('gives each belt a lock of its own, whatever it is called', () => {
    const paths = userPaths(surroundings());
    const names = ['ble:aa:bb', 'ble_aa_bb', 'socket:/tmp/a', 'socket:/tmp/b', '../x', 'sim'].map((key) =>
      beltLockFile(paths, key, 'linux'),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^\/tmp\/laserbelt-ann\/belt-\w+\.lock$/);
  });
});

describe('a private folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'laserbelt-private-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const me = process.getuid?.();

  it('is made for its owner alone, and made so again when it is not', async () => {
    const path = join(folder, 'a', 'b');
    expect(await ensurePrivateFolder(path, me)).toEqual({ ok: true, value: undefined });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    chmodSync(path, 0o777);
    expect((await ensurePrivateFolder(path, me)).ok).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is refused when somebody else made it, or put a link in its place', async () => {
    const path = join(folder, 'a');
    mkdirSync(path);
    const strange = await ensurePrivateFolder(path, (me ?? 0) + 1);
    expect(strange).toMatchObject({ ok: false, failure: { kind: 'notPermitted' } });
    symlinkSync(path, join(folder, 'link'));
    expect(await ensurePrivateFolder(join(folder, 'link'), me)).toMatchObject({ ok: false });
  });

  it('is refused in words when it cannot be made', async () => {
    const system = {
      ...nodeFileSystem,
      mkdir: () => Promise.reject(Object.assign(new Error('x'), { code: 'EROFS' })),
    };
    expect(await ensurePrivateFolder('/x', 0, system)).toEqual({
      ok: false,
      failure: {
        kind: 'readOnly',
        path: '/x',
        detail: 'cannot use the folder /x: the file system is read-only',
      },
    });
  });
});
