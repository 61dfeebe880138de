// Errors and exit codes in words: one table for `--help`, and one line of form for every error.
import { BeltError } from '../errors.ts';
import type { BeltErrorCode } from '../errors.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import type { ExitCode } from '../session/outcome.ts';
import type { Io } from './io.ts';
import { stampNow } from './stamp.ts';
import { widthOf } from './style.ts';
import { wrapText } from './wrap-text.ts';

export const EXIT_CODE_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT_CODE.completed, 'completed'],
  [EXIT_CODE.internalFailure, 'internal failure'],
  [EXIT_CODE.usage, 'usage, or an invalid plan'],
  [EXIT_CODE.stoppedByUser, 'stopped by the user (Ctrl-C, a signal, laserbelt stop)'],
  [EXIT_CODE.safetyCutoff, 'safety cutoff, also of one zone after the others finished'],
  [EXIT_CODE.beltUnreachable, 'belt not reachable, or link lost'],
  [EXIT_CODE.refused, 'refused (limit, dose book, not paired, not armed, busy)'],
  [EXIT_CODE.unconfirmed, 'nobody could confirm that the light is off'],
  [EXIT_CODE.lockout, 'lockout'],
];

const EXIT_CODE_OF_ERROR: Readonly<Record<BeltErrorCode, ExitCode>> = {
  usage: EXIT_CODE.usage,
  planInvalid: EXIT_CODE.usage,
  refused: EXIT_CODE.refused,
  beltUnreachable: EXIT_CODE.beltUnreachable,
  bluetoothUnavailable: EXIT_CODE.beltUnreachable,
  ledgerUnwritable: EXIT_CODE.refused,
  internal: EXIT_CODE.internalFailure,
};

export const exitCodeOfError = (error: unknown): ExitCode =>
  error instanceof BeltError ? EXIT_CODE_OF_ERROR[error.code] : EXIT_CODE.internalFailure;

/** One or two lines: what is wrong and where; what to do next. */
export function formatError(error: unknown): string {
  if (error instanceof BeltError) {
    return `laserbelt: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`;
  }
  const words = error instanceof Error ? error.message : String(error);
  return `laserbelt: internal failure: ${words}\n  Please report this; LASERBELT_DEBUG=1 shows where it happened.\n`;
}

/** The same for a program that reads: stable `code`, words, and what to do next. */
export const errorRecord = (error: unknown): Readonly<Record<string, unknown>> => ({
  event: 'error',
  ...stampNow(),
  code: error instanceof BeltError ? error.code : 'internal',
  message: error instanceof Error ? error.message : String(error),
  hint: error instanceof BeltError ? (error.hint ?? null) : null,
  exitCode: exitCodeOfError(error),
});

/** A second line keeps its place under the first. */
const wrapLines = (text: string, columns: number): string =>
  text
    .split('\n')
    .flatMap((line) =>
      widthOf(line) <= columns
        ? [line]
        : wrapText(line.trimStart(), columns, /^ */.exec(line)?.[0] ?? '', '  '),
    )
    .join('\n');

/** Says it to the person, and to the program where there is one. */
export function tellError(error: unknown, isJson: boolean, io: Io): ExitCode {
  // A log or a pipe keeps each sentence on one line.
  const columns = io.isErrorTerminal ? io.columns() : Infinity;
  io.err(wrapLines(formatError(error), columns));
  if (isJson) io.out(`${JSON.stringify(errorRecord(error))}\n`);
  if ((io.env['LASERBELT_DEBUG'] ?? '') !== '' && error instanceof Error) io.err(`${error.stack}\n`);
  return exitCodeOfError(error);
}

export const usageError = (message: string, hint?: string): BeltError =>
  new BeltError('usage', message, hint === undefined ? {} : { hint });
