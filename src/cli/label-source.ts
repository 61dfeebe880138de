// Where the label's secret comes from: typed unseen, a file, or the command line. It is never told again.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { constants } from 'node:fs';
import { parseLabel } from '../../protocol/label.ts';
import { BeltError } from '../errors.ts';
import { mayBeLabel } from './addresses.ts';
import { errorCode } from '../store/failure.ts';
import { shellQuoted } from '../store/secret-file.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { askSecret } from './secret-question.ts';
import { printable } from './style.ts';

export interface LabelOptions {
  readonly label?: string;
  readonly labelFile?: string;
}

/** A label, or what a QR code says, with some room. */
const FILE_MAX_BYTES = 1024;

/** Whoever has read the label can pair in the next window. Told, not refused: the file is written by hand and soon gone. */
function warnOfReaders(path: string, mode: number, io: Io): void {
  if (process.getuid === undefined || (mode & 0o077) === 0) return;
  const words = `the label file ${printable(path)} is open to other users (mode ${(mode & 0o777).toString(8)})`;
  io.err(`laserbelt: ${words}; remove it after pairing, or: chmod 600 ${shellQuoted(path)}\n`);
}

function readLabelFile(path: string, io: Io): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = fstatSync(file);
      if (!found.isFile()) throw new Error('it is no plain file');
      warnOfReaders(path, found.mode, io);
      const bytes = Buffer.alloc(FILE_MAX_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, FILE_MAX_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (mayBeLabel(path))
      throw usageError(
        'the label file cannot be read (its name is not repeated here: it could be the label itself)',
        'A label is typed when it is asked for; --label-file takes the name of a file that holds it.',
      );
    const words =
      errorCode(error) === 'ENOENT'
        ? 'there is no such file'
        : error instanceof Error
          ? error.message
          : String(error);
    throw usageError(`the label file ${path} cannot be read: ${words}`);
  }
}

/** The 16 bytes of a label's text. Throws a usage error that says what to correct, and nothing of the secret. */
export function labelSecretOf(text: string): Uint8Array {
  const reading = parseLabel(text);
  if (reading.ok) return reading.secret;
  throw usageError(`the label is mistyped: ${reading.problem}`);
}

/** undefined when the person called it off. Throws a usage error, or a refusal where there is nobody to ask. */
export async function readLabel({ label, labelFile }: LabelOptions, io: Io): Promise<Uint8Array | undefined> {
  if (label !== undefined && labelFile !== undefined)
    throw usageError('--label and --label-file are two labels', 'Give one of them.');
  if (label !== undefined) return labelSecretOf(label);
  if (labelFile !== undefined) return labelSecretOf(readLabelFile(labelFile, io));
  const answer = await askSecret(io, 'The belt’s label, 26 letters and digits (not shown as you type): ');
  switch (answer.kind) {
    case 'answered':
      return labelSecretOf(answer.text);
    case 'interrupted':
      return undefined;
    case 'unanswered':
      throw new BeltError('refused', 'not paired: there is no terminal to ask for the label on', {
        hint: 'Give it with --label-file <file> or --label <code>.',
      });
  }
}
