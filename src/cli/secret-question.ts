// Asks for a secret on a terminal without showing it: not on the screen, not in what scrolls back.
import type { Io } from './io.ts';
import { QUESTION_MAX_MS } from './question.ts';

const SECRET_MAX_CHARACTERS = 256;
const BACKSPACE = /[\b\u007f]/;
const ESCAPE = '\u001b';
const END_OF_INPUT = '\u0004';
const INTERRUPT = '\u0003';

export type SecretAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  /** Timed out, the input ended, or there is no terminal. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'interrupted' };

/** What was typed, key by key; undefined while the line goes on. A pasted line comes as one chunk. */
export function createSecretReader(): (chunk: string) => SecretAnswer | undefined {
  let typed = '';
  return (chunk) => {
    // An arrow key, or the marks that terminals put around a paste: not of the secret.
    const keys = chunk.replaceAll(/\u001b(?:\[[0-9;?]*[A-Za-z~]|O[A-Za-z])?/g, ESCAPE);
    for (const key of keys) {
      if (key === INTERRUPT) return { kind: 'interrupted' };
      if (key === '\r' || key === '\n') return { kind: 'answered', text: typed };
      if (key === END_OF_INPUT && typed === '') return { kind: 'unanswered' };
      if (BACKSPACE.test(key)) typed = [...typed].slice(0, -1).join('');
      else if (key >= ' ' && typed.length < SECRET_MAX_CHARACTERS) typed += key;
    }
    return undefined;
  };
}

/** The terminal is in raw mode meanwhile, and given back whatever happens. */
export function askSecret(io: Io, question: string): Promise<SecretAnswer> {
  if (!io.isInputTerminal) return Promise.resolve({ kind: 'unanswered' });
  const { stdin } = process;
  io.err(question);
  return new Promise((resolve) => {
    const take = createSecretReader();
    const giveBack = (): void => {
      try {
        stdin.setRawMode(false);
      } catch {
        // The terminal is gone; so is its mode.
      }
    };
    const settle = (answer: SecretAnswer): void => {
      clearTimeout(timer);
      stdin.off('data', read).off('end', giveUp).off('error', giveUp);
      process.off('exit', giveBack);
      giveBack();
      stdin.pause();
      io.err('\n');
      resolve(answer);
    };
    const giveUp = (): void => settle({ kind: 'unanswered' });
    const read = (chunk: Buffer | string): void => {
      const answer = take(chunk.toString());
      if (answer !== undefined) settle(answer);
    };
    const timer = setTimeout(giveUp, QUESTION_MAX_MS);
    process.once('exit', giveBack);
    stdin.setRawMode(true);
    stdin.on('data', read).on('end', giveUp).on('error', giveUp);
    stdin.resume();
  });
}
