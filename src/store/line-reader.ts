// Reads a long file of lines in small pieces: bounded memory, and nothing else waits for long.
import type { FileHandle } from 'node:fs/promises';

export const LINE_FEED = 0x0a;
/** With its line feed. */
export const LINE_MAX_BYTES = 64 * 1024;
/** What is handed on at once: its lines are read within a millisecond or so. */
const PIECE_BYTES = 16 * 1024;

/** Reading need not begin with the first line where somebody knows what all lines up to a place come to. */
export interface LogStart {
  /** Behind a line feed. */
  readonly endBytes: number;
  /** The file that says so: a log that ends before this place has lost what it had when that file was written. */
  readonly statedBy?: string;
  /** The line that ends there; true when it is the one that is meant. */
  accepts(line: string): boolean;
}

/** `endBytes`: behind the last of these lines. Answers what is wrong with them. */
export type TakeLines = (lines: readonly string[], endBytes: number) => string | undefined;

export interface LinesRead {
  /** What was said about a batch of lines; reading ended there. */
  readonly problem: string | undefined;
  /** Behind the last whole line. */
  readonly endBytes: number;
  /** What stands behind it; for lines that never end, as much as was read. */
  readonly torn: Buffer;
}

/** Hands the whole lines between two places on, in order. Rejects with a system error. */
export async function readLinesFrom(
  handle: FileHandle,
  fromBytes: number,
  toBytes: number,
  take: TakeLines,
): Promise<LinesRead> {
  let endBytes = fromBytes;
  let rest = Buffer.alloc(0);
  for (let at = fromBytes; at < toBytes;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, toBytes - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    const bytes =
      rest.length === 0 ? piece.subarray(0, bytesRead) : Buffer.concat([rest, piece.subarray(0, bytesRead)]);
    const lineEnd = bytes.lastIndexOf(LINE_FEED) + 1;
    rest = bytes.subarray(lineEnd);
    if (lineEnd > 0) {
      const problem = take(bytes.toString('utf8', 0, lineEnd - 1).split('\n'), endBytes + lineEnd);
      if (problem !== undefined) return { problem, endBytes, torn: rest };
      endBytes += lineEnd;
    }
    // Nobody writes such a line; whoever did must not fill the memory.
    if (rest.length > LINE_MAX_BYTES && at < toBytes)
      return { problem: `a line of more than ${LINE_MAX_BYTES} bytes`, endBytes, torn: rest };
  }
  return { problem: undefined, endBytes, torn: rest };
}

/** Most lines are shorter than the first of these. */
const LOOK_BACK_BYTES = [1024, LINE_MAX_BYTES];

/** The line that ends at this place, behind its line feed; undefined when none ends there. Rejects with a system error. */
async function lineBefore(handle: FileHandle, endBytes: number): Promise<string | undefined> {
  for (const lookBackBytes of LOOK_BACK_BYTES) {
    const from = Math.max(0, endBytes - lookBackBytes - 1);
    const bytes = Buffer.alloc(endBytes - from);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    if (bytesRead < bytes.length || bytes.at(-1) !== LINE_FEED) return undefined;
    const begin = bytes.lastIndexOf(LINE_FEED, -2) + 1;
    if (begin > 0 || from === 0) return bytes.toString('utf8', begin, bytes.length - 1);
  }
  return undefined;
}

/** Where reading may begin: behind the header, or behind what is known already. Rejects with a system error. */
export async function startOf(
  handle: FileHandle,
  start: LogStart | undefined,
  headerBytes: number,
  size: number,
): Promise<number> {
  if (start === undefined || !(start.endBytes > headerBytes && start.endBytes <= size)) return headerBytes;
  const line = await lineBefore(handle, start.endBytes);
  return line !== undefined && start.accepts(line) ? start.endBytes : headerBytes;
}
