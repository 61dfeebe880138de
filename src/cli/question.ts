// One question on a terminal, and the keys of the live view. Standard input that is no terminal is never read.
import type { Io } from './io.ts';

/** A question nobody answers is answered no. */
export const QUESTION_MAX_MS = 5 * 60_000;
const ANSWER_MAX_CHARACTERS = 256;

/** The line that was typed; undefined when it is called off, timed out, ended, or there is no terminal. */
export function askLine(io: Io, question: string, calledOff: AbortSignal): Promise<string | undefined> {
  if (!io.isInputTerminal || calledOff.aborted) return Promise.resolve(undefined);
  io.err(question);
  return new Promise((resolve) => {
    const { stdin } = process;
    let typed = '';
    const settle = (answer: string | undefined): void => {
      clearTimeout(timer);
      calledOff.removeEventListener('abort', giveUp);
      stdin.off('data', read).off('end', giveUp).off('error', giveUp);
      stdin.pause();
      if (answer === undefined) io.err('\n');
      resolve(answer);
    };
    const giveUp = (): void => settle(undefined);
    const read = (chunk: Buffer | string): void => {
      typed += chunk.toString();
      const end = typed.search(/[\r\n]/);
      if (end >= 0) settle(typed.slice(0, end).trim());
      else if (typed.length > ANSWER_MAX_CHARACTERS) settle('');
    };
    const timer = setTimeout(giveUp, QUESTION_MAX_MS);
    calledOff.addEventListener('abort', giveUp);
    stdin.on('data', read).on('end', giveUp).on('error', giveUp);
    stdin.resume();
  });
}

export interface KeyHandlers {
  pause(): void;
  resume(): void;
  stop(): void;
  /** `s` or Enter: on with what comes next. */
  skip(): void;
  /** Any key at all: somebody is there. */
  present(): void;
  /** Ctrl-C, which a terminal in raw mode no longer turns into a signal. */
  interrupt(): void;
}

/** Reads single keys until the returned function gives the terminal back. Idempotent. */
export function readKeys(io: Io, handlers: KeyHandlers): () => void {
  const { stdin } = process;
  if (!io.isInputTerminal) return () => undefined;
  const read = (chunk: Buffer | string): void => {
    // Not the whole of a paste: an escape sequence must not be read as letters.
    const key = chunk.toString();
    if (key.includes('\u0003')) handlers.interrupt();
    else if (key === 'q') handlers.stop();
    else if (key === 's' || key === '\r' || key === '\n') handlers.skip();
    else if (key === 'p') handlers.pause();
    else if (key === 'r') handlers.resume();
    handlers.present();
  };
  const giveBack = (): void => {
    stdin.off('data', read);
    process.off('exit', giveBack);
    try {
      stdin.setRawMode(false);
    } catch {
      // The terminal is gone; so is its mode.
    }
    stdin.pause();
  };
  const ignore = (): void => undefined;
  stdin.setRawMode(true);
  stdin.on('data', read);
  // A terminal that is closed ends its input with EIO; the hang-up signal says the rest.
  stdin.on('error', ignore);
  process.once('exit', giveBack);
  stdin.resume();
  return giveBack;
}
