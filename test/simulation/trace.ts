// What happened in a run: a hash of all of it, by which two runs are known to be the same, and the lines for a person.

export interface Trace {
  /** Numbers and words that two equal runs have in common. */
  note(what: string, atMs: number, ...values: readonly number[]): void;
  hash(): string;
  /** Empty unless lines were asked for. */
  readonly lines: readonly string[];
}

const LINE_MAX_COUNT = 4000;

export function createTrace(isKept: boolean): Trace {
  const lines: string[] = [];
  const double = new Float64Array(1);
  const words = new Uint32Array(double.buffer);
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  const mix = (word: number): void => {
    low = Math.imul(low ^ word, 0x01000193);
    high = Math.imul(high ^ word, 0x85ebca6b) ^ (low >>> 15);
  };
  const mixNumber = (value: number): void => {
    double[0] = value;
    mix(words[0]!);
    mix(words[1]!);
  };
  return {
    lines,
    note(what, atMs, ...values) {
      for (let index = 0; index < what.length; index++) mix(what.charCodeAt(index));
      mixNumber(atMs);
      for (const value of values) mixNumber(value);
      if (isKept && lines.length < LINE_MAX_COUNT)
        lines.push(
          `${atMs.toFixed(1).padStart(10)}  ${what}${values.length > 0 ? ` ${values.join(' ')}` : ''}`,
        );
    },
    hash: () => (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0'),
  };
}
