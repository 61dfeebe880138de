// The last resort of a process that serves a belt.
import { wordsOf } from './peripheral-bleno.ts';

/**
 * For the process that serves a belt: whatever nobody caught stops the belt first and ends the process then. Returns
 * the way back.
 */
export function stopBeltOnCrash(options: {
  readonly stopBelt: () => void;
  readonly onLog: (line: string) => void;
  readonly exit?: (code: number) => void;
}): () => void {
  const { stopBelt, onLog, exit = (code) => process.exit(code) } = options;
  const crash = (cause: unknown): void => {
    try {
      stopBelt();
      onLog(`stopped the belt after an unexpected error: ${wordsOf(cause)}`);
    } finally {
      exit(70);
    }
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  return () => {
    process.removeListener('uncaughtException', crash);
    process.removeListener('unhandledRejection', crash);
  };
}
