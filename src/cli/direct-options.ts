// `stop`, `pause`, `resume` and `status`: parsed by hand, because they must not wait for anything to load.
import { parseArgs } from 'node:util';
import { usageError } from './exit-codes.ts';
import { didYouMean } from './suggest.ts';

export const DIRECT_COMMANDS = ['stop', 'pause', 'resume', 'status'] as const;
export type DirectCommand = (typeof DIRECT_COMMANDS)[number];

export interface DirectOptionEntry {
  readonly name: 'belt' | 'json' | 'watch' | 'quiet' | 'no-color';
  readonly flags: string;
  readonly summary: string;
  readonly takesValue: boolean;
}

const BELT: DirectOptionEntry = {
  name: 'belt',
  flags: '--belt <belt>',
  summary: 'the session on this belt only: its name or address',
  takesValue: true,
};
const JSON_OPTION: DirectOptionEntry = {
  name: 'json',
  flags: '--json',
  summary: 'one JSON object per line on stdout',
  takesValue: false,
};
const NO_COLOUR: DirectOptionEntry = {
  name: 'no-color',
  flags: '--no-color',
  summary: 'plain text (NO_COLOR does the same)',
  takesValue: false,
};
const QUIET: DirectOptionEntry = {
  name: 'quiet',
  flags: '-q, --quiet',
  summary: 'only errors; the exit code says the rest',
  takesValue: false,
};

export const DIRECT_OPTIONS: Readonly<Record<DirectCommand, readonly DirectOptionEntry[]>> = {
  stop: [
    { ...BELT, summary: 'this belt alone, also when no session is known' },
    JSON_OPTION,
    QUIET,
    NO_COLOUR,
  ],
  pause: [BELT, JSON_OPTION, QUIET, NO_COLOUR],
  resume: [BELT, JSON_OPTION, QUIET, NO_COLOUR],
  status: [
    BELT,
    { name: 'watch', flags: '-w, --watch', summary: 'keep showing it until Ctrl-C', takesValue: false },
    JSON_OPTION,
    NO_COLOUR,
  ],
};

export interface DirectRequest {
  readonly command: DirectCommand;
  readonly belt: string | undefined;
  readonly isJson: boolean;
  readonly isWatched: boolean;
  readonly isQuiet: boolean;
  readonly isColourRefused: boolean;
}

export const isDirectCommand = (word: string | undefined): word is DirectCommand =>
  DIRECT_COMMANDS.some((command) => command === word);

/** `help`, or the request; throws a usage error that says what was probably meant. */
export function parseDirect(command: DirectCommand, args: readonly string[]): DirectRequest | 'help' {
  const known = DIRECT_OPTIONS[command];
  const { tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      belt: { type: 'string' },
      watch: { type: 'boolean', short: 'w' },
      quiet: { type: 'boolean', short: 'q' },
      json: { type: 'boolean' },
      'no-color': { type: 'boolean' },
    },
  });
  const given = new Set<string>();
  let belt: string | undefined;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      throw usageError(`${command} takes no argument, got ‘${token.value}’`, `laserbelt ${command} --help`);
    }
    if (token.kind === 'option-terminator') continue;
    if (token.name === 'help') return 'help';
    const entry = known.find((option) => option.name === token.name);
    if (entry === undefined) {
      const names = [...known.map((option) => `--${option.name}`), '--help'];
      throw usageError(
        `unknown option ${token.rawName} for ${command}${didYouMean(token.rawName, names)}`,
        `laserbelt ${command} --help lists what there is.`,
      );
    }
    if (entry.takesValue !== (token.value !== undefined && token.value !== '')) {
      throw usageError(`option ${entry.flags} ${entry.takesValue ? 'needs a value' : 'takes no value'}`);
    }
    if (entry.name === 'belt') belt = token.value;
    given.add(entry.name);
  }
  return {
    command,
    belt,
    isJson: given.has('json'),
    isWatched: given.has('watch'),
    isQuiet: given.has('quiet'),
    isColourRefused: given.has('no-color'),
  };
}
