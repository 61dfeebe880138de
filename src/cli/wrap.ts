// Text and tables for any width: what does not fit is broken at words, never cut, because a figure that is missing its
// end is a wrong figure. Pure.
import { renderTable } from './render-session.ts';
import { padEnd, widthOf } from './style.ts';

/** Narrower than this, a label stands before its text and not beside it. */
const FACTS_MIN_COLUMNS = 56;
const LABEL_COLUMN = 10;
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

/** Room for a belt's name behind a question. */
const ANSWER_COLUMNS = 16;

/** A question, with the place of its answer at its end. */
export const wrapQuestion = (question: string, columns: number): string =>
  `${wrapText(question.trimEnd(), columns - ANSWER_COLUMNS).join('\n')} `;

export type Fact = readonly [label: string, text: string];

/** Labels in a column of their own, texts wrapped beside them. */
export const renderFacts = (facts: readonly Fact[], columns: number): readonly string[] =>
  facts.flatMap(([label, text]) =>
    columns >= FACTS_MIN_COLUMNS
      ? wrapText(text, columns, padEnd(label, LABEL_COLUMN), ' '.repeat(LABEL_COLUMN))
      : wrapText(`${label}: ${text}`, columns, '', '  '),
  );

/** A figure with its unit, or a dash where there is none: stands to the right. */
const FIGURE = /^(?:[≤<]? ?\d.*|–|)$/;

/** Columns of words stand to the left, heading and all. */
function alignWords(table: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const [, ...rows] = table;
  return table.map((row) =>
    row.map((cell, column) => {
      if (column === 0 || rows.every((other) => FIGURE.test(other[column] ?? ''))) return cell;
      return padEnd(cell, Math.max(...table.map((other) => widthOf(other[column] ?? ''))));
    }),
  );
}

/** A table where there is room for one, else a paragraph for all rows that say the same: `L1, L2: light 808 nm, dose 4 J/cm²`. */
export function renderWideTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): readonly string[] {
  const [head = heading, ...aligned] = alignWords([heading, ...rows]);
  const table = renderTable(head, aligned);
  if (table.every((line) => widthOf(line) <= columns)) return table;
  const names = new Map<string, readonly string[]>();
  for (const [name = '', ...cells] of rows) {
    const words = cells
      .map((cell, at) => `${(heading[at + 1] ?? '').replace(/^[=×÷] /, '')} ${cell}`.trim())
      .filter((word) => word !== '')
      .join(', ');
    names.set(words, [...(names.get(words) ?? []), name]);
  }
  return [...names].flatMap(([words, alike]) => wrapText(`${alike.join(', ')}: ${words}`, columns, '', '  '));
}

/** Of standard output: a terminal has its width, a file or a pipe the usual one. */
const COLUMNS_DEFAULT = 80;
export const outputColumns = (io: { readonly isOutputTerminal: boolean; columns(): number }): number =>
  io.isOutputTerminal ? io.columns() : COLUMNS_DEFAULT;
