// Text and tables for any width: what does not fit is broken at words, never cut, because a figure that is missing its
// end is a wrong figure. Pure.
import { renderTable } from './render-session.ts';
import { padEnd, widthOf } from './style.ts';
import { wrapText } from './wrap-text.ts';

export { wrapText } from './wrap-text.ts';

/** Narrower than this, a label stands before its text and not beside it. */
const FACTS_MIN_COLUMNS = 56;
const LABEL_COLUMN = 10;
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
