// Where the label's secret comes from: typed unseen, a file, or the command line. It is never told again.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { constants } from 'node:fs';
import { parseLabel } from '../../protocol/label.ts';
import { BeltError } from '../errors.ts';
import { usageError } from './exit-codes.ts';
import type { Io } from './io.ts';
import { askSecret } from './secret-question.ts';

export interface LabelOptions {
  readonly label?: string;
  readonly labelFile?: string;
}

/** A label, or what a QR code says, with some room. */
const FILE_MAX_BYTES = 1024;

function readLabelFile(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!fstatSync(file).isFile()) throw new Error('it is no plain file');
      const bytes = Buffer.alloc(FILE_MAX_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes, 0, FILE_MAX_BYTES, 0));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw usageError(`the label file ${path} cannot be read: ${words}`);
  }
}

/** The 16 bytes of a label's text. Throws a usage error that says what to correct, and nothing of the secret. */
export function labelSecretOf(text: string): Uint8Array {
  const reading = parseLabel(text);
  if (reading.ok) return reading.secret;
  throw usageError(`the label cannot be right: ${reading.problem}`);
}

/** undefined when the person called it off. Throws a usage error, or a refusal where there is nobody to ask. */
export async function readLabel({ label, labelFile }: LabelOptions, io: Io): Promise<Uint8Array | undefined> {
  if (label !== undefined && labelFile !== undefined)
    throw usageError('--label and --label-file are two labels', 'Give one of them.');
  if (label !== undefined) return labelSecretOf(label);
  if (labelFile !== undefined) return labelSecretOf(readLabelFile(labelFile));
  const answer = await askSecret(
    io,
    'The label of the belt, 26 letters and digits (they are not shown; spaces and dashes do not count): ',
  );
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
