// The terminal as the commands see it, so that tests can be one.

export interface Io {
  /** Results. */
  out(text: string): void;
  /** Progress, questions, errors. */
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isInputTerminal: boolean;
  readonly isOutputTerminal: boolean;
  readonly isErrorTerminal: boolean;
  /** Of the stream that the live view is drawn on. */
  columns(): number;
  rows(): number;
}

const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;

export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  // `isTTY` is undefined, not false, on a pipe.
  get isInputTerminal() {
    return Boolean(process.stdin.isTTY);
  },
  get isOutputTerminal() {
    return Boolean(process.stdout.isTTY);
  },
  get isErrorTerminal() {
    return Boolean(process.stderr.isTTY);
  },
  columns: () => process.stderr.columns || DEFAULT_COLUMNS,
  rows: () => process.stderr.rows || DEFAULT_ROWS,
};
