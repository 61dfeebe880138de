// What a person can do about a dose book that cannot be read or written.
import { assertNever } from '../errors.ts';
import type { StoreFailure } from '../store/failure.ts';

function mendOf(kind: StoreFailure['kind']): string {
  switch (kind) {
    case 'diskFull':
      return 'Free disk space, then start again';
    case 'readOnly':
    case 'notPermitted':
      return 'Make the file and its folder writable for you, then start again';
    case 'missing':
      return 'See that its folder is there, then start again';
    case 'inUse':
      return 'Wait until that one is done, then start again';
    case 'damaged':
    case 'tooLarge':
      return '`laserbelt ledger verify` tells more. Put a good copy back, or move the file away to begin a new book; its doses are then not counted';
    case 'unsupported':
      return 'Keep the dose book on a disk that supports it, then start again';
    case 'failed':
      return 'Mend the file, its folder or its disk, then start again';
    default:
      return assertNever(kind);
  }
}

/** What is wrong, and what mends it; without the last full stop. */
export const failureWords = ({ kind, detail }: StoreFailure): string => `${detail}. ${mendOf(kind)}`;
