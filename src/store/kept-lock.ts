// A file lock that its holder keeps between two writes, as long as nobody else wants it: taking and giving back costs more
// than a write. Who waits puts a file beside the lock; the holder looks for it and gives the lock back. A holder that dies
// loses it like any other; one that is frozen keeps it, and whoever waits is told who it is.
import { acquireFileLock, type FileLock, type LockRequest } from './file-lock.ts';
import { stored, type StoreResult } from './failure.ts';
import type { StoreFileSystem } from './file-system.ts';

export interface KeptLock {
  /** Ok: it is ours until `done`. Never rejects. `isNew`: others may have held it since the last time. */
  take(): Promise<StoreResult<{ readonly isNew: boolean }>>;
  /** Gives it back, or keeps it until somebody else wants it. Never rejects. */
  done(isKept: boolean): Promise<void>;
}

/** How long another process waits at most for a holder that is between two writes. */
const LOOK_EVERY_MS = 15;
/** And for one that writes without a break. */
const USES_MAX_COUNT = 16;

export function createKeptLock(request: LockRequest & { readonly system: StoreFileSystem }): KeptLock {
  const wantedPath = `${request.path}.wanted`;
  const { system } = request;
  let held: FileLock | undefined;
  let timer: NodeJS.Timeout | undefined;
  let useCount = 0;

  const isWanted = (): Promise<boolean> =>
    system.stat(wantedPath).then(
      () => true,
      () => false,
    );
  async function giveBack(): Promise<void> {
    const lock = held;
    held = undefined;
    await lock?.release();
  }
  /** `use`: counts only if the lock was not used again since. */
  async function look(use: number): Promise<void> {
    const wanted = await isWanted();
    if (use !== useCount || held === undefined) return;
    if (!wanted) {
      watch(use);
      return;
    }
    await system.unlink(wantedPath).catch(() => undefined);
    if (use === useCount) await giveBack();
  }
  function watch(use: number): void {
    timer = setTimeout(() => void look(use), LOOK_EVERY_MS);
    // The process may end: then the lock is that of the dead.
    timer.unref();
  }

  return {
    async take() {
      clearTimeout(timer);
      useCount++;
      if (held !== undefined) return stored({ isNew: false });
      const lock = await acquireFileLock({ ...request, wantedPath });
      if (!lock.ok) return lock;
      held = lock.value;
      return stored({ isNew: true });
    },
    async done(isKept) {
      if (!isKept || (useCount % USES_MAX_COUNT === 0 && (await isWanted()))) await giveBack();
      else watch(useCount);
    },
  };
}
