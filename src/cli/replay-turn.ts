// One turn of a recording: what reached the controller, and line by line what it decided then. The controller of now goes
// through it decision by decision; the first that is another one is kept, and nothing after it is compared.
import { revive, textOf, type DecisionEntry, type InputEntry } from './recording-format.ts';
import type { ReplayLine } from './recording-shapes.ts';

export interface Difference {
  /** Of the file; where nothing is recorded, the line behind which something is decided now. */
  readonly line: number;
  readonly atMs: number;
  /** Decoded lines; null: nothing. */
  readonly recorded: unknown;
  readonly now: unknown;
}

export type HeadLine = Extract<ReplayLine, { readonly kind: 'input' }>;
export type TailLine = Exclude<ReplayLine, { readonly kind: 'input' }>;

export interface Turn {
  readonly head: HeadLine;
  readonly tail: readonly TailLine[];
  /** The recording ends in it, perhaps before its last decision. */
  readonly isCutShort: boolean;
}

export interface TurnScript {
  nowMs(): number;
  /** The controller has decided. */
  decide(entry: DecisionEntry | { readonly t: 'resolved'; readonly resolution: unknown }): void;
  /** What came in within this call or view; throws what was thrown there. */
  world(place: 'call' | number): void;
  /** The next line, when it is what the world answered. */
  answer(): Extract<TailLine, { readonly kind: 'answer' }> | undefined;
  /** Something that was recorded cannot be done now. */
  differ(recorded: unknown, now: unknown): void;
  /** After the turn: every line of it was met. */
  finish(): void;
  readonly difference: Difference | undefined;
}

/** `{"a":1,"b":2}` and `{"b":2,"a":1}` decide the same. */
const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  );
};
export const parsed = (body: string): unknown => JSON.parse(body);
export const sameText = (a: string, b: string): boolean =>
  a === b || JSON.stringify(inOrder(parsed(a))) === JSON.stringify(inOrder(parsed(b)));

/**
 * @param take acts on what came in within the turn
 * @param onDecided text of each decision that is the recorded one
 */
export function createTurnScript(
  turn: Turn,
  take: (entry: InputEntry) => void,
  onDecided: (body: string) => void,
): TurnScript {
  let at = 0;
  let { nowMs } = turn.head;
  let difference: Difference | undefined;
  const next = (): TailLine | undefined => (difference === undefined ? turn.tail[at] : undefined);
  const lineNumber = (): number =>
    (turn.tail[at] ?? turn.tail.at(-1) ?? turn.head).number + (turn.tail[at] === undefined ? 1 : 0);
  const differ = (recorded: unknown, now: unknown): void => {
    difference ??= { line: lineNumber(), atMs: nowMs, recorded, now };
  };
  return {
    nowMs: () => nowMs,
    decide(entry) {
      if (difference !== undefined) return;
      const line = next();
      const body = textOf(entry);
      // Killed in this very turn: what it would have decided next is not known.
      if (line === undefined && turn.isCutShort) return;
      const isSame = line !== undefined && line.kind !== 'nested' && sameText(line.body, body);
      if (!isSame) return differ(line === undefined ? null : revive(parsed(line.body)), entry);
      at++;
      onDecided(body);
    },
    world(place) {
      for (let line = next(); line?.kind === 'nested' && line.during === place; line = next()) {
        at++;
        ({ nowMs } = line);
        take(line.entry);
      }
      const line = next();
      if (line?.kind !== 'answer' || line.entry.t !== 'threw' || line.during !== place) return;
      at++;
      throw new Error(line.entry.words);
    },
    answer() {
      const line = next();
      return line?.kind === 'answer' ? line : undefined;
    },
    differ,
    finish() {
      const line = next();
      if (line !== undefined) differ(revive(parsed(line.body)), null);
    },
    get difference() {
      return difference;
    },
  };
}
