// Reads a recording line by line, in small pieces: its length does not matter. Every line is checked against the sum that
// it carries before anything is made of it.
import { open } from 'node:fs/promises';
import { revive, splitLine, sumOf, type RecordingHeader } from './recording-format.ts';
import { readEntry, readHeader, type ReplayLine } from './recording-shapes.ts';
import { usageError } from './exit-codes.ts';

const PIECE_BYTES = 64 * 1024;
/** No line of ours comes near it; whoever wrote one that long must not fill the memory. */
export const LINE_MAX_BYTES = 1024 * 1024;
/** Weeks of a session. */
const LINE_MAX_COUNT = 20_000_000;
const LINE_FEED = 0x0a;

export interface LineProblem {
  readonly line: number;
  readonly problem: string;
}

export interface LineReader {
  /** One whole line; the first is the header. */
  line(bytes: Uint8Array): LineProblem | undefined;
  readonly header: RecordingHeader | undefined;
  readonly lineCount: number;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return revive(value);
  } catch {
    // Too deep for us, too.
    return undefined;
  }
}

/** @param take the lines behind the header, in order; answers what is wrong with one */
export function createLineReader(take: (line: ReplayLine) => LineProblem | undefined): LineReader {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let sum = '';
  let number = 0;
  let header: RecordingHeader | undefined;

  function read(bytes: Uint8Array): string | LineProblem | undefined {
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return 'this is no text (UTF-8)';
    }
    const split = splitLine(text);
    if (split === undefined)
      return header === undefined
        ? 'this is no recording of laserbelt start --record'
        : 'the line is damaged: it does not end in its sum';
    const { body } = split;
    sum = sumOf(sum, body);
    if (split.sum !== sum) return 'this is not what was recorded: the line, or one before it, was changed';
    const value = parse(body);
    if (value === undefined) return 'this is no JSON';
    if (header === undefined) {
      const found = readHeader(value);
      if (!found.ok) return found.problem;
      ({ header } = found);
      return undefined;
    }
    const found = readEntry(value, number, body);
    return found.ok ? take(found.line) : found.problem;
  }

  return {
    line(bytes) {
      number++;
      if (number > LINE_MAX_COUNT) return { line: number, problem: `more than ${LINE_MAX_COUNT} lines` };
      const wrong = read(bytes);
      return typeof wrong === 'string' ? { line: number, problem: wrong } : wrong;
    },
    get header() {
      return header;
    },
    get lineCount() {
      return number;
    },
  };
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a folder',
};

export type ReadRecording =
  { readonly ok: true; readonly isTorn: boolean } | ({ readonly ok: false } & LineProblem);

/** Rejects with a usage error when the file cannot be read at all. */
export async function readRecording(path: string, reader: LineReader): Promise<ReadRecording> {
  try {
    const handle = await open(path, 'r');
    try {
      let rest = Buffer.alloc(0);
      // Bounded by the file, and by the number of lines.
      for (;;) {
        const piece = Buffer.allocUnsafe(PIECE_BYTES);
        const { bytesRead } = await handle.read(piece, 0, PIECE_BYTES, null);
        if (bytesRead === 0) return { ok: true, isTorn: rest.length > 0 };
        const bytes = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
        let from = 0;
        for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
          const wrong = reader.line(bytes.subarray(from, end));
          if (wrong !== undefined) return { ok: false, ...wrong };
          from = end + 1;
        }
        rest = bytes.subarray(from);
        if (rest.length > LINE_MAX_BYTES)
          return {
            ok: false,
            line: reader.lineCount + 1,
            problem: `a line of more than ${LINE_MAX_BYTES} bytes`,
          };
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === '') throw cause;
    throw usageError(`cannot read the recording ${path}: ${WORDS[code] ?? code}`);
  }
}
