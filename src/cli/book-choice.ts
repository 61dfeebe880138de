// Which dose book a person means: that of real belts, of simulated belts that are served, or of `start --sim`.
import { embeddedBookFile } from './dose-book-place.ts';
import { usageError } from './exit-codes.ts';
import { pathsOf } from './folders.ts';
import type { Io } from './io.ts';

export type BookKind = 'real' | 'simulated' | 'embedded';

export interface BookOptions {
  readonly simulated?: boolean;
  readonly sim?: boolean;
}

export interface ChosenBook {
  readonly kind: BookKind;
  readonly file: string;
  /** `the dose book of real belts` */
  readonly words: string;
}

const WORDS: Readonly<Record<BookKind, string>> = {
  real: 'the dose book of real belts',
  simulated: 'the dose book of simulated belts',
  embedded: 'the dose book of start --sim',
};

/** Throws a usage error when two are named. */
export function chooseBook(options: BookOptions, env: Io['env']): ChosenBook {
  if (options.simulated === true && options.sim === true)
    throw usageError('--simulated and --sim name two dose books', 'Give one of them.');
  const kind = options.simulated === true ? 'simulated' : options.sim === true ? 'embedded' : 'real';
  const paths = pathsOf(env);
  const file: Readonly<Record<BookKind, string>> = {
    real: paths.doseBookFile,
    simulated: paths.simulatedDoseBookFile,
    embedded: embeddedBookFile(env),
  };
  return { kind, file: file[kind], words: WORDS[kind] };
}
