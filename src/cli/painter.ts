// A block of lines redrawn in place at the foot of a terminal. The cursor is hidden while it stands and comes back on
// every way out.

const ESC = '\u001b[';
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;
const CLEAR_BELOW = `${ESC}0J`;
const CLEAR_TO_LINE_END = `${ESC}0K`;

export interface Screen {
  write(text: string): void;
  columns(): number;
  rows(): number;
}

export interface Painter {
  /** Replaces the block. Lines must fit the width already. */
  draw(lines: readonly string[]): void;
  /** Writes lasting text above the block. */
  print(text: string): void;
  /** Leaves the block as it stands and gives the cursor back. Idempotent. */
  close(): void;
  /** Removes the block, for a question or for the outcome. */
  clear(): void;
}

/** One write per redraw, so that nothing flickers. */
export function createPainter(screen: Screen): Painter {
  let drawn: readonly string[] = [];
  let drawnColumns = 0;
  let isHidden = false;

  // A terminal that became narrower has wrapped our lines: each then takes more rows than one.
  const rowsTaken = (): number => {
    const columns = screen.columns();
    if (columns >= drawnColumns) return drawn.length;
    return drawn.reduce((rows, line) => rows + Math.max(1, Math.ceil(visibleLength(line) / columns)), 0);
  };
  const toTop = (): string => {
    const rows = Math.min(rowsTaken(), screen.rows() - 1);
    return rows > 0 ? `${ESC}${rows}A\r` : '\r';
  };
  const showCursor = (): string => {
    if (!isHidden) return '';
    isHidden = false;
    process.off('exit', giveBack);
    return SHOW_CURSOR;
  };
  const giveBack = (): void => {
    const text = showCursor();
    if (text !== '') screen.write(text);
  };
  const hideCursor = (): string => {
    if (isHidden) return '';
    isHidden = true;
    process.once('exit', giveBack);
    return HIDE_CURSOR;
  };

  return {
    draw(lines) {
      const shown = lines.slice(0, Math.max(1, screen.rows() - 1));
      const body = shown.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join('');
      screen.write(`${hideCursor()}${toTop()}${body}${CLEAR_BELOW}`);
      drawn = shown;
      drawnColumns = screen.columns();
    },
    print(text) {
      const block = drawn.map((line) => `${line}\n`).join('');
      screen.write(`${toTop()}${CLEAR_BELOW}${text.endsWith('\n') ? text : `${text}\n`}${block}`);
    },
    clear() {
      if (drawn.length > 0 || isHidden) screen.write(`${toTop()}${CLEAR_BELOW}${showCursor()}`);
      drawn = [];
    },
    close() {
      giveBack();
      drawn = [];
    },
  };
}

const visibleLength = (line: string): number => [...line.replace(/\u001b\[[0-9;?]*[A-Za-z]/g, '')].length;
