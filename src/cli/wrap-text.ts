// Text broken at words for any width. Apart from the tables, since the first page of help needs it and nothing more. Pure.
import { widthOf } from './style.ts';

const COLUMNS_MIN = 20;

/** A number and its unit stay on one line. */
const NUMBER_AND_UNIT =
  /(\d) (?=(?:%|°C|J|J\/cm²|mW\/cm²|W\/cm²|cm²|nm|s|min|h|days?|sessions?)(?:[\s,.;:)]|$))/g;
const HELD = '\u00a0';

/** A word that is longer than a line (a path, a hash) is broken. */
function pieces(word: string, room: number): readonly string[] {
  const characters = [...word];
  const count = Math.max(1, Math.ceil(characters.length / room));
  return Array.from({ length: count }, (_, at) => characters.slice(at * room, (at + 1) * room).join(''));
}

/** Lines of at most `columns`; all but the first begin with `hanging`, the first with `first`. */
export function wrapText(text: string, columns: number, first = '', hanging = first): readonly string[] {
  const width = Math.max(COLUMNS_MIN, columns);
  const room = width - Math.max(widthOf(first), widthOf(hanging));
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  const words = text.replace(NUMBER_AND_UNIT, `$1${HELD}`).split(/ +/);
  for (const word of words.flatMap((part) => pieces(part.replaceAll(HELD, ' '), room))) {
    if (!isEmpty && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = hanging;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line.trimEnd()];
}
