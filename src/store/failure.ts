// What can go wrong with a file, in words. A full disk or an unwritable folder is an expected outcome, not an exception.

export type StoreFailureKind =
  | 'diskFull'
  | 'readOnly'
  | 'notPermitted'
  | 'missing'
  /** Another process holds it. */
  | 'inUse'
  /** The content is not what was written. */
  | 'damaged'
  | 'tooLarge'
  /** The file system lacks what is needed. */
  | 'unsupported'
  | 'failed';

export interface StoreFailure {
  readonly kind: StoreFailureKind;
  readonly path: string;
  /** One sentence for a person: what and where. */
  readonly detail: string;
}

export type StoreResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: StoreFailure };

export const stored = <T>(value: T): StoreResult<T> => ({ ok: true, value });

export const storeFailure = (
  kind: StoreFailureKind,
  path: string,
  detail: string,
): { readonly ok: false; readonly failure: StoreFailure } => ({ ok: false, failure: { kind, path, detail } });

interface Words {
  readonly kind: StoreFailureKind;
  readonly words: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  ENOSPC: { kind: 'diskFull', words: 'the disk is full' },
  EDQUOT: { kind: 'diskFull', words: 'the disk quota is used up' },
  EFBIG: { kind: 'diskFull', words: 'the file may not grow further' },
  EROFS: { kind: 'readOnly', words: 'the file system is read-only' },
  EACCES: { kind: 'notPermitted', words: 'permission denied' },
  EPERM: { kind: 'notPermitted', words: 'not permitted' },
  ENOENT: { kind: 'missing', words: 'no such file or folder' },
  EEXIST: { kind: 'failed', words: 'a file stands where a folder is needed' },
  ENOTDIR: { kind: 'failed', words: 'a file stands where a folder is needed' },
  EISDIR: { kind: 'failed', words: 'a folder stands where a file is needed' },
  EIO: { kind: 'failed', words: 'the disk reports an input or output error' },
  EMFILE: { kind: 'failed', words: 'too many open files' },
  ENFILE: { kind: 'failed', words: 'too many open files on this machine' },
  ENAMETOOLONG: { kind: 'failed', words: 'the path is too long' },
  ELOOP: { kind: 'failed', words: 'too many symbolic links' },
  EOPNOTSUPP: { kind: 'unsupported', words: 'the file system does not support this' },
  ENOTSUP: { kind: 'unsupported', words: 'the file system does not support this' },
  ENOSYS: { kind: 'unsupported', words: 'the file system does not support this' },
};

/** The code of a system error, or ''. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** `what` continues "cannot …": `write the dose book`. */
export function storeFailureOf(
  error: unknown,
  path: string,
  what: string,
): { readonly ok: false; readonly failure: StoreFailure } {
  const known = WORDS[errorCode(error)];
  const words = known?.words ?? (error instanceof Error ? error.message : String(error));
  return storeFailure(known?.kind ?? 'failed', path, `cannot ${what} ${path}: ${words}`);
}
