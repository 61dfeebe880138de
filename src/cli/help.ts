// The help that needs no parser: the first page, and the verbs that are routed before commander loads.
import { COMMANDS, summaryOf } from './commands.ts';
import { EXIT_CODE_MEANINGS } from './exit-codes.ts';
import type { DirectCommand } from './direct-options.ts';
import { DIRECT_OPTIONS } from './direct-options.ts';
import { padEnd } from './style.ts';

const COLUMN = 26;
const row = (left: string, right: string): string => `  ${padEnd(left, COLUMN)}${right}\n`;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['laserbelt start --sim', 'a whole session on a simulated belt'],
  ['laserbelt scan', 'find the belts in reach'],
  ['laserbelt start --belt ble:<id>', 'a session on a real belt'],
  ['laserbelt stop', 'light off, from any terminal'],
];

export function rootHelp(): string {
  const groups = [...new Set(COMMANDS.map((command) => command.group))];
  return [
    'laserbelt drives a wearable belt for low-level laser therapy over Bluetooth.\n',
    'For research and development; not a medical device.\n\n',
    'Usage: laserbelt <command> [options]\n\n',
    ...EXAMPLES.map(([command, words]) => `  ${padEnd(command, COLUMN + 8)}${words}\n`),
    ...groups.flatMap((group) => [
      `\n${group}\n`,
      ...COMMANDS.filter((command) => command.group === group).map((command) =>
        row(command.usage, command.summary),
      ),
    ]),
    '\nOptions\n',
    row('-h, --help', 'this page; `laserbelt <command> --help` for one command'),
    row('-V, --version', 'the version'),
    '\nExit codes\n',
    ...EXIT_CODE_MEANINGS.map(([code, meaning]) => `  ${code}  ${meaning}\n`),
    '\nState is in the folders of this user; LASERBELT_HOME=<folder> moves all of it.\n',
  ].join('');
}

export function directHelp(command: DirectCommand): string {
  return [
    `Usage: laserbelt ${command} [options]\n\n`,
    `${summaryOf(command)}\n\n`,
    'Options\n',
    ...DIRECT_OPTIONS[command].map((option) => row(option.flags, option.summary)),
    row('-h, --help', 'this page'),
    command === 'stop'
      ? '\nExit code 0 when the light is confirmed off, also when nothing was on;\n7 when it is not.\n'
      : '',
    command === 'pause' || command === 'resume' ? '\nExit code 6 when no session is running.\n' : '',
  ].join('');
}
