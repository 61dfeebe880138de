// Text from a file on its way to a terminal: shortened, and without anything that steers one.

const QUOTE_MAX_CHARS = 48;
/** Control, format (right-to-left marks too), surrogate and line-separating characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const escapeChar = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/** True when a text can be shown as it is. */
export const isPlainText = (text: string): boolean => text.search(UNSAFE) < 0;

/** Without anything that steers a terminal. */
export const escapeUnsafe = (text: string): string => text.replace(UNSAFE, escapeChar);

export function quote(text: string): string {
  const chars = [...text];
  const shown = chars.length > QUOTE_MAX_CHARS ? `${chars.slice(0, QUOTE_MAX_CHARS).join('')}…` : text;
  return `\`${escapeUnsafe(shown)}\``;
}
