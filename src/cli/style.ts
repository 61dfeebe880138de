// Colour and width. Colour never carries a meaning alone: the words beside it say the same.

export interface ColourChoice {
  readonly isTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRefused: boolean;
}

/** no-color.org: any non-empty NO_COLOR; `--no-color`; a terminal that says it is dumb; no terminal at all. */
export function isColourWanted({ isTerminal, env, isRefused }: ColourChoice): boolean {
  if (isRefused || (env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return isTerminal && env['TERM'] !== 'dumb';
}

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  /** Black on yellow: light is on. */
  lit: [43, 49],
  alarm: [41, 49],
} as const;
export type StyleName = keyof typeof CODES;
export type Paint = (style: StyleName, text: string) => string;

export const plainPaint: Paint = (_style, text) => text;
const colourPaint: Paint = (style, text) => {
  const [on, off] = CODES[style];
  return style === 'lit' ? `\u001b[30;${on}m${text}\u001b[39;${off}m` : `\u001b[${on}m${text}\u001b[${off}m`;
};
export const createPaint = (isColoured: boolean): Paint => (isColoured ? colourPaint : plainPaint);

const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

const ESCAPE_AT_START = /^\u001b\[[0-9;?]*[A-Za-z]/;

const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

/** Columns that a line of our own texts takes; they have no wide characters. */
export const widthOf = (text: string): number => [...text.replace(ESCAPES, '')].length;

/** Text from outside (a belt's name, a file's) must not move the cursor or forge a line. */
export const printable = (text: string): string => text.replace(CONTROLS, '\u00b7');

/** Cut to `columns`; escapes take no room and are kept, so that colour is always switched off again. */
export function fitWidth(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let kept = '';
  let room = columns - 1;
  let rest = line;
  while (rest !== '') {
    const escape = ESCAPE_AT_START.exec(rest)?.[0];
    if (escape !== undefined) {
      kept += escape;
      rest = rest.slice(escape.length);
      continue;
    }
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    if (room > 0) kept += character;
    if (room === 0) kept += '\u2026';
    room--;
    rest = rest.slice(character.length);
  }
  return kept;
}

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** The C and POSIX locales promise ASCII alone. Nothing set is taken as UTF-8, as terminals are today. */
export function isUnicodeWanted(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale =
    [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '') ?? 'UTF-8';
  return env['TERM'] !== 'dumb' && !/^(C|POSIX)$/.test(locale);
}
