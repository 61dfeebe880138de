// The real file system with errors put into it where a test wants them: a full disk, a failing sync.
import type { FileHandle } from 'node:fs/promises';
import { nodeFileSystem, type StoreFileSystem } from '../../src/store/file-system.ts';

type Operation = 'open' | 'write' | 'datasync' | 'sync' | 'rename' | 'mkdir' | 'link' | 'truncate';

export interface FaultyFileSystem extends StoreFileSystem {
  /** The next such operation on a file of ours (not on its lock) fails; a write may take some bytes before. */
  failNext(operation: Operation, code: string, options?: { readonly afterBytes?: number }): void;
}

const systemError = (code: string): Error => Object.assign(new Error(`${code}: as the test wants`), { code });

export function faultyFileSystem(): FaultyFileSystem {
  const faults = new Map<Operation, { readonly code: string; readonly afterBytes: number }>();
  const take = (operation: Operation): { readonly code: string; readonly afterBytes: number } | undefined => {
    const fault = faults.get(operation);
    faults.delete(operation);
    return fault;
  };
  const check = (operation: Operation): void => {
    const fault = take(operation);
    if (fault !== undefined) throw systemError(fault.code);
  };

  function wrap(handle: FileHandle): FileHandle {
    const real = {
      write: handle.write.bind(handle),
      datasync: handle.datasync.bind(handle),
      sync: handle.sync.bind(handle),
      truncate: handle.truncate.bind(handle),
    };
    Object.assign(handle, {
      async write(bytes: Uint8Array, offset: number, length: number) {
        const fault = faults.get('write');
        if (fault === undefined) return real.write(bytes, offset, length);
        if (fault.afterBytes === 0) check('write');
        // A disk that fills up takes a part first, and refuses the next part.
        faults.set('write', { code: fault.code, afterBytes: 0 });
        return real.write(bytes, offset, Math.min(length, fault.afterBytes));
      },
      async datasync() {
        check('datasync');
        return real.datasync();
      },
      async sync() {
        check('sync');
        return real.sync();
      },
      async truncate(length: number) {
        check('truncate');
        return real.truncate(length);
      },
    });
    return handle;
  }

  return {
    ...nodeFileSystem,
    failNext: (operation, code, { afterBytes = 0 } = {}) => void faults.set(operation, { code, afterBytes }),
    open: async (path, flags, mode) => {
      if (String(path).includes('.lock')) return nodeFileSystem.open(path, flags, mode);
      // Folders are opened for reading, to be synced.
      if (flags !== 'r') check('open');
      return wrap(await nodeFileSystem.open(path, flags, mode));
    },
    rename: async (from, to) => {
      check('rename');
      return nodeFileSystem.rename(from, to);
    },
    link: async (from, to) => {
      check('link');
      return nodeFileSystem.link(from, to);
    },
  };
}
