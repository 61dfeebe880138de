// Searches that are programs of their own: every state of the shipped machine, and the protocol models with spin. Their
// lines are passed on, and their states counted.
import { spawn } from 'node:child_process';

export interface ModelCheck {
  readonly name: string;
  readonly isOk: boolean;
  readonly states: number;
}

/** Lines as `ok NAME: holds, 690058 states, 15.8 s`. */
const CHECK = /^(ok|FAIL) (.*): (?:holds|breaks|incomplete), ([\d.e+]+) states/;

export function readModelLine(line: string): ModelCheck | undefined {
  const match = CHECK.exec(line);
  if (match === null) return undefined;
  return { name: match[2] ?? '', isOk: match[1] === 'ok', states: Number(match[3]) };
}

export interface MachineSearch {
  readonly states: number;
  readonly transitions: number;
}

/** The line of its end: `81 states, 600 transitions, depth 20, 3 s`. */
export function readMachineLine(line: string): MachineSearch | undefined {
  const match = /^(\d+) states, (\d+) transitions, depth \d+, /.exec(line);
  return match === null ? undefined : { states: Number(match[1]), transitions: Number(match[2]) };
}

/** Its exit code; -1 when it could not be started or was ended. */
export function runLines(
  command: string,
  args: readonly string[],
  tell: (line: string) => void,
): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) tell(line);
    });
    child.on('error', () => resolve(-1));
    child.on('close', (code) => resolve(code ?? -1));
  });
}
