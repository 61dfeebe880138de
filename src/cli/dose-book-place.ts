// Which dose book a session is booked in. Simulated belts have one of their own: trying the tool never blocks a treatment.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { checkpointPath } from '../ledger/checkpoint.ts';
import { doseBookFile } from '../ledger/dose-book-file.ts';
import type { OpenDoseBookStore } from '../ledger/dose-book-file.ts';
import type { ProcessFacts } from '../store/holder.ts';
import type { StoreFileSystem } from '../store/file-system.ts';
import type { BeltAddress } from './addresses.ts';
import { pathsOf } from './folders.ts';

const EMBEDDED_BOOK = 'embedded-dose-book.jsonl';

export const embeddedBookFile = (env: Readonly<Record<string, string | undefined>>): string =>
  join(dirname(pathsOf(env).simulatedDoseBookFile), EMBEDDED_BOOK);

/** The file in which a session on such a belt is booked. */
export function bookFileFor(
  scheme: BeltAddress['scheme'],
  env: Readonly<Record<string, string | undefined>>,
  isSimulated: boolean,
): string {
  if (scheme === 'sim') return embeddedBookFile(env);
  const paths = pathsOf(env);
  return isSimulated ? paths.simulatedDoseBookFile : paths.doseBookFile;
}

/** @param isSimulated what the belt says of itself; asked when the book is opened, after the belt */
export function doseBookFor(
  scheme: BeltAddress['scheme'],
  env: Readonly<Record<string, string | undefined>>,
  isSimulated: () => boolean,
  options: {
    readonly isKept: boolean;
    readonly system?: StoreFileSystem;
    readonly processFacts?: ProcessFacts | undefined;
  },
): OpenDoseBookStore {
  const { isKept, system, processFacts } = options;
  return async (findStart) => {
    const file = bookFileFor(scheme, env, isSimulated());
    if (scheme !== 'sim' || isKept) return doseBookFile(file, system, processFacts)(findStart);
    // An embedded belt is new every time, and so is its book, unless it is kept. One session at a time holds the belt `sim`.
    try {
      for (const name of [file, checkpointPath(file)]) rmSync(name, { force: true });
    } catch {
      // What stands in the way is told, with words, by the attempt to write.
    }
    return doseBookFile(file, system, processFacts)(findStart);
  };
}
