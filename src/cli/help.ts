// The help that needs no parser: the first page, and the verbs that are routed before commander loads.
import { COMMANDS, summaryOf } from './commands.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import type { DirectCommand } from './direct-options.ts';
import { DIRECT_OPTIONS } from './direct-options.ts';
import { padEnd } from './style.ts';
import { wrapText } from './wrap-text.ts';

const COLUMN = 26;
const row = (left: string, right: string, columns: number, leftColumns = COLUMN): string =>
  `${wrapText(right, columns, `  ${padEnd(left, leftColumns)}`, ' '.repeat(leftColumns + 2)).join('\n')}\n`;
const paragraph = (text: string, columns: number): string => `${wrapText(text, columns).join('\n')}\n`;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['laserbelt start --sim', 'a whole session on a simulated belt'],
  ['laserbelt scan', 'find the belts in reach'],
  ['laserbelt start --belt ble:<id>', 'a session on a real belt'],
  ['laserbelt stop', 'light off, from any terminal'],
];

/** @param columns of the terminal; a file or a pipe gets each entry on one line */
export function rootHelp(columns = Infinity): string {
  const groups = [...new Set(COMMANDS.map((command) => command.group))];
  return [
    paragraph('laserbelt drives a wearable belt for low-level laser therapy over Bluetooth.', columns),
    'For research and development; not a medical device.\n\n',
    'Usage: laserbelt <command> [options]\n\n',
    ...EXAMPLES.map(([command, words]) => row(command, words, columns, COLUMN + 8)),
    ...groups.flatMap((group) => [
      `\n${group}\n`,
      ...COMMANDS.filter((command) => command.group === group).map((command) =>
        row(command.usage, command.summary, columns),
      ),
    ]),
    '\nOptions\n',
    row('-h, --help', 'this page; `laserbelt <command> --help` for one command', columns),
    row('-V, --version', 'the version', columns),
    '\nExit codes\n',
    ...EXIT_CODE_MEANINGS.map(([code, meaning]) => row(String(code), meaning, columns, 3)),
    '\n',
    paragraph('State is in the folders of this user; LASERBELT_HOME=<folder> moves all of it.', columns),
  ].join('');
}

export function directHelp(command: DirectCommand, columns = Infinity): string {
  return [
    `Usage: laserbelt ${command} [options]\n\n`,
    `${summaryOf(command)}\n\n`,
    'Options\n',
    ...DIRECT_OPTIONS[command].map((option) => row(option.flags, option.summary, columns)),
    row('-h, --help', 'this page', columns),
    command === 'stop'
      ? '\nExit code 0 when the light is confirmed off, also when nothing was on;\n7 when it is not.\n'
      : '',
    command === 'pause' || command === 'resume' ? '\nExit code 6 when no session is running.\n' : '',
  ].join('');
}

/** Of standard output. A file or a pipe gets each entry on one line: it is searched, not looked at. */
export const helpColumns = (io: { readonly isOutputTerminal: boolean; columns(): number }): number =>
  io.isOutputTerminal ? io.columns() : Infinity;
