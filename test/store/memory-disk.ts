// A disk in memory that knows what a loss of power leaves of it: content up to the last sync of the file, names up to the
// last sync of their folder. Everything that changes it can be stopped, before or after, or in the middle of a write.
import { dirname } from 'node:path';
import type { StoreFileSystem } from '../../src/store/file-system.ts';

export type OperationKind =
  'create' | 'write' | 'datasync' | 'sync' | 'truncate' | 'rename' | 'unlink' | 'link' | 'mkdir';

/** What the world of a process does at one of its operations. */
export type Fate =
  | 'goes on'
  /** It ends there, the operation without effect. */
  | 'ends before'
  | 'ends after'
  /** Half of the bytes have come through. */
  | 'ends in the middle';

export interface Mounted {
  readonly system: StoreFileSystem;
  /** Every operation so far: `datasync book.jsonl`. */
  readonly operations: readonly string[];
  readonly hasEnded: () => boolean;
}

export interface MemoryDisk {
  /** For one process. `fateOf` is asked for each operation that changes something, counted from 0. */
  mount(fateOf: (index: number, kind: OperationKind) => Fate): Mounted;
  /** `torn`: of what was never synced, half of the last bytes are there. */
  losePower(torn: boolean): void;
  read(path: string): string;
  write(path: string, content: string): void;
}

interface Inode {
  readonly number: number;
  readonly isFolder: boolean;
  live: Buffer;
  durable: Buffer;
}

const systemError = (code: string): Error => Object.assign(new Error(`${code}: in memory`), { code });
const NEVER = new Promise<never>(() => undefined);

export function createMemoryDisk(): MemoryDisk {
  let names = new Map<string, Inode>();
  let durableNames = new Map<string, Inode>();
  let inodeCount = 0;
  const create = (isFolder: boolean): Inode => ({
    number: ++inodeCount,
    isFolder,
    live: Buffer.alloc(0),
    durable: Buffer.alloc(0),
  });
  const root = create(true);
  for (const known of [names, durableNames]) known.set('/', root);

  const find = (path: string): Inode => {
    const found = names.get(path);
    if (found === undefined) throw systemError('ENOENT');
    return found;
  };
  const statOf = ({ live, number, isFolder }: Inode) => ({
    size: live.length,
    ino: number,
    dev: 1,
    mtimeMs: 0,
    mode: isFolder ? 0o40700 : 0o100600,
    uid: process.getuid?.() ?? 0,
    isFile: () => !isFolder,
    isDirectory: () => isFolder,
    isSymbolicLink: () => false,
  });

  function mount(fateOf: (index: number, kind: OperationKind) => Fate): Mounted {
    const operations: string[] = [];
    let ended = false;
    /** Runs an effect, or as much of it as is left to this process. Its world having ended, nothing ever settles. */
    async function operate<T>(kind: OperationKind, path: string, run: (part: number) => T): Promise<T> {
      if (ended) return NEVER;
      const fate = fateOf(operations.length, kind);
      operations.push(`${kind} ${path.slice(path.lastIndexOf('/') + 1)}`);
      if (fate === 'goes on') return run(1);
      ended = true;
      if (fate !== 'ends before') run(fate === 'ends in the middle' ? 0.5 : 1);
      return NEVER;
    }
    const look = async <T>(run: () => T): Promise<T> => (ended ? NEVER : run());

    const append = (inode: Inode, bytes: Uint8Array, part: number): number => {
      const taken = part < 1 ? bytes.subarray(0, Math.floor(bytes.length * part)) : bytes;
      inode.live = Buffer.concat([inode.live, taken]);
      return taken.length;
    };
    const handleOf = (path: string, inode: Inode) => ({
      write: (bytes: Uint8Array, offset: number, length: number) =>
        operate('write', path, (part) => ({
          bytesWritten: append(inode, bytes.subarray(offset, offset + length), part),
        })),
      writeFile: (text: string) =>
        operate('write', path, (part) => void append(inode, Buffer.from(text), part)),
      read: (buffer: Buffer, offset: number, length: number, position: number) =>
        look(() => ({ bytesRead: inode.live.copy(buffer, offset, position, position + length) })),
      datasync: () => operate('datasync', path, () => void (inode.durable = inode.live)),
      sync: () =>
        operate('sync', path, () => {
          inode.durable = inode.live;
          if (inode.isFolder) syncNames(path);
        }),
      truncate: (length: number) =>
        operate('truncate', path, () => void (inode.live = inode.live.subarray(0, length))),
      stat: () => look(() => statOf(inode)),
      close: () => look(() => undefined),
    });

    const system = {
      open: (path: string, flags: string) => {
        const known = names.get(path);
        if (known !== undefined) {
          if (flags.includes('x')) return look(() => Promise.reject(systemError('EEXIST')));
          return look(() => handleOf(path, known));
        }
        if (flags === 'r') return look(() => Promise.reject(systemError('ENOENT')));
        return operate('create', path, () => {
          find(dirname(path));
          const made = create(false);
          names.set(path, made);
          return handleOf(path, made);
        });
      },
      mkdir: async (path: string) => {
        const missing: string[] = [];
        for (let at = path; !names.has(at); at = dirname(at)) missing.unshift(at);
        for (const folder of missing) await operate('mkdir', folder, () => names.set(folder, create(true)));
        return missing[0];
      },
      rename: (from: string, to: string) =>
        operate('rename', to, () => {
          const inode = find(from);
          names.delete(from);
          names.set(to, inode);
        }),
      link: async (from: string, to: string) => {
        if (names.has(to)) return look(() => Promise.reject(systemError('EEXIST')));
        return operate('link', to, () => void names.set(to, find(from)));
      },
      unlink: async (path: string) => {
        if (!names.has(path)) return look(() => Promise.reject(systemError('ENOENT')));
        return operate('unlink', path, () => void names.delete(path));
      },
      readFile: (path: string) => look(() => find(path).live.toString('utf8')),
      readdir: (path: string) =>
        look(() => [...names.keys()].filter((name) => name !== path && dirname(name) === path)),
      stat: (path: string) => look(() => statOf(find(path))),
      lstat: (path: string) => look(() => statOf(find(path))),
      chmod: () => look(() => undefined),
    };
    const mounted: unknown = system;
    return { system: mounted as StoreFileSystem, operations, hasEnded: () => ended };
  }

  function syncNames(folder: string): void {
    for (const name of durableNames.keys())
      if (dirname(name) === folder && !names.has(name)) durableNames.delete(name);
    for (const [name, inode] of names)
      if (dirname(name) === folder || name === folder) durableNames.set(name, inode);
  }

  return {
    mount,
    losePower(torn) {
      names = new Map(durableNames);
      for (const inode of new Set(names.values())) {
        const isLonger = inode.live.length > inode.durable.length;
        const half = inode.durable.length + Math.floor((inode.live.length - inode.durable.length) / 2);
        inode.live = torn && isLonger ? inode.live.subarray(0, half) : inode.durable;
        inode.durable = inode.live;
      }
      durableNames = new Map(names);
    },
    read: (path) => names.get(path)?.live.toString('utf8') ?? '',
    write(path, content) {
      for (let at = dirname(path); !names.has(at); at = dirname(at)) names.set(at, create(true));
      const inode = create(false);
      inode.live = inode.durable = Buffer.from(content);
      names.set(path, inode);
      durableNames = new Map(names);
    },
  };
}
