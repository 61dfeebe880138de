// The last resort of a process that serves a belt.
import { wordsOf } from './peripheral-bleno.ts';

const INTERNAL_ERROR_EXIT_CODE = 70;

/**
 * Whatever nobody caught stops the belt first and ends the process then, also when the belt cannot be stopped. Returns
 * the way back.
 */
export function stopBeltOnCrash(options: {
  readonly stopBelt: () => void;
  readonly onLog: (line: string) => void;
  readonly exit?: (code: number) => void;
}): () => void {
  const { stopBelt, onLog, exit = (code) => process.exit(code) } = options;
  const attempt = (act: () => void): void => {
    try {
      act();
    } catch {
      // Nobody is left to be told; the end of the process ends the light as well.
    }
  };
  const crash = (cause: unknown): void => {
    attempt(stopBelt);
    attempt(() => onLog(`stopped the belt after an unexpected error: ${wordsOf(cause)}`));
    exit(INTERNAL_ERROR_EXIT_CODE);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  return () => {
    process.removeListener('uncaughtException', crash);
    process.removeListener('unhandledRejection', crash);
  };
}
