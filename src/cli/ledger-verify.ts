// `ledger verify`: reads a whole dose book, changes nothing, and names every line that is not what was written.
import { existsSync } from 'node:fs';
import { verifyBook } from '../ledger/verify.ts';
import type { Verified } from '../ledger/verify.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import { chooseBook } from './book-choice.ts';
import type { BookOptions } from './book-choice.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { localTime } from './render-history.ts';
import { stampNow } from './stamp.ts';

export interface VerifyOptions extends BookOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const CHECKPOINT_WORDS: Readonly<Record<'matches' | 'none' | 'other', string>> = {
  matches: 'Its checkpoint, from where a start goes on, matches.',
  // A short book is read whole at each start: nothing to tell.
  none: '',
  other: 'The checkpoint beside it belongs to another book and is not used.',
};

const plural = (count: number, what: string): string =>
  `${count} ${count === 1 ? what : what.replace(/y$/, 'ie').concat('s')}`;

function soundWords(found: Extract<Verified, { readonly ok: true }>, file: string): string {
  if (found.lines === 0) return `${file}: empty; nothing is booked yet.\n`;
  const span =
    found.firstAt === null || found.lastAt === null
      ? ''
      : `, ${localTime(found.firstAt)} to ${localTime(found.lastAt)}`;
  const torn =
    found.tornBytes > 0
      ? ` The last line is torn (${found.tornBytes} bytes): nothing hangs on it, and the next session sets it aside.`
      : '';
  const more = `${CHECKPOINT_WORDS[found.checkpoint]}${torn}`.trim();
  return (
    `${file}: OK · ${plural(found.lines, 'entry')}, ${plural(found.sessions, 'session')}${span}\n` +
    (more === '' ? '' : `${more}\n`)
  );
}

/** 0 when every line is what was written; 6 when one is not: no belt is armed with such a book. */
export async function ledgerVerify(
  file: string | undefined,
  options: VerifyOptions,
  io: Io,
): Promise<ExitCode> {
  if (file !== undefined && (options.simulated === true || options.sim === true))
    throw usageError('a file and an option name two dose books', 'Give one of them.');
  // A mistyped path must not pass for a book in order.
  if (file !== undefined && !existsSync(file))
    throw usageError(
      `there is no file ${file}`,
      'Without a file, laserbelt ledger verify reads your own dose book.',
    );
  const path = file ?? chooseBook(options, io.env).file;
  const found = await verifyBook(path);
  const exitCode = found.ok ? EXIT_CODE.completed : EXIT_CODE.refused;
  if (options.json === true) {
    if (!found.ok)
      for (const problem of found.problems)
        io.out(`${JSON.stringify({ event: 'ledger.problem', ...stampNow(), file: path, ...problem })}\n`);
    const { ok: isSound, ...facts } = found.ok ? found : { ok: false, problemCount: found.problems.length };
    io.out(
      `${JSON.stringify({ event: 'ledger.verified', ...stampNow(), file: path, isSound, ...facts, exitCode })}\n`,
    );
    return exitCode;
  }
  if (found.ok) {
    if (options.quiet !== true) io.out(soundWords(found, path));
    return exitCode;
  }
  for (const { line, what } of found.problems)
    io.out(line === null ? `${path}: ${what}\n` : `${path}:${line}: ${what}\n`);
  io.err(
    `laserbelt: this dose book has ${plural(found.problems.length, 'problem')}; no belt is armed with it.\n` +
      '  Restore a copy of it. Moved away, a new book begins, and the doses of this one are not counted.\n',
  );
  return exitCode;
}
