// Places that really are read-only or full, not ones that a fake says are. Root mounts a small disk in memory; who may not
// gets the nearest thing that binds them: a folder without the right to write, and the device that is always full.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RealPlace {
  readonly folder: string;
  /** What the system says when something is written there. */
  readonly says: RegExp;
  remove(): void;
}

const run = (command: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function smallDisk(kibibytes: number): { readonly folder: string; readonly isDisk: boolean; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'laserbelt-place-'));
  const isDisk = run('mount', '-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=0700`, 'tmpfs', folder);
  return {
    folder,
    isDisk,
    remove() {
      if (isDisk && !run('umount', folder)) run('umount', '-l', folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `prepare` runs while the place may still be written to. */
export async function readOnlyPlace(prepare: (folder: string) => Promise<void>): Promise<RealPlace> {
  const { folder, isDisk, remove } = smallDisk(1024);
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  await prepare(home);
  if (isDisk && run('mount', '-o', 'remount,ro', folder))
    return { folder: home, says: /the file system is read-only/, remove };
  // Root is bound by this bit alone.
  if (process.getuid?.() === 0) {
    if (!run('chattr', '-R', '+i', home)) throw new Error('no way to a read-only place for root here');
    const unlock = (): void => void run('chattr', '-R', '-i', home);
    return {
      folder: home,
      says: /not allowed|not permitted|permission/i,
      remove: () => (unlock(), remove()),
    };
  }
  run('chmod', '-R', 'a-w', home);
  const unlock = (): void => void run('chmod', '-R', 'u+w', home);
  return { folder: home, says: /not allowed|not permitted|permission/i, remove: () => (unlock(), remove()) };
}

/** A book there has room for `prepare` and nothing more; `fill` takes the rest. */
export async function fullPlace(
  prepare: (folder: string) => Promise<void>,
): Promise<RealPlace & { readonly isLasting: boolean }> {
  const { folder, isDisk, remove } = smallDisk(256);
  if (isDisk) {
    await prepare(folder);
    // Until the disk has not a byte left.
    const filler = join(folder, 'filler');
    for (const bytes of [65_536, 4096, 1])
      for (let count = 0; count < 65_536; count++) {
        try {
          writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
        } catch {
          break;
        }
      }
    return { folder, says: /the disk is full/, remove, isLasting: true };
  }
  symlinkSync('/dev/full', join(folder, 'book.jsonl'));
  chmodSync(folder, 0o700);
  return { folder, says: /the disk is full/, remove, isLasting: false };
}
