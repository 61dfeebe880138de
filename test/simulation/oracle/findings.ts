// What the judges share: the seven invariants by number, how often each was looked at, and what was found against it.

/** design/session.md, "What must be true, whatever happens". */
export const INVARIANTS = {
  1: 'light only while armed, leased, unpaused, in contact, below the ceiling, without cutoff',
  2: 'from any hazard dark within its bound',
  3: 'true dose within the prescription',
  4: 'the book is never below the truth',
  5: 'confirmed off only if truly off',
  6: 'STOP always works',
  7: 'every run ends',
} as const;
export type Invariant = keyof typeof INVARIANTS;
export const INVARIANT_NUMBERS: readonly Invariant[] = [1, 2, 3, 4, 5, 6, 7];

export interface Violation {
  readonly invariant: Invariant;
  readonly atMs: number;
  readonly words: string;
}

/** One run keeps this many; more of the same says nothing new. */
const VIOLATION_MAX_COUNT = 12;

export interface Findings {
  readonly violations: Violation[];
  /** By invariant; 0 is unused. */
  readonly checks: Float64Array;
  check(invariant: Invariant, isTrue: boolean, words: () => string): void;
  /** Looked at, and it holds: where that is asked in every step, without words that nobody reads. */
  holds(invariant: Invariant): void;
}

export function createFindings(nowMs: () => number): Findings {
  const violations: Violation[] = [];
  const checks = new Float64Array(INVARIANT_NUMBERS.length + 1);
  return {
    violations,
    checks,
    holds: (invariant) => void (checks[invariant]! += 1),
    check(invariant, isTrue, words) {
      checks[invariant]! += 1;
      if (isTrue || violations.length >= VIOLATION_MAX_COUNT) return;
      violations.push({ invariant, atMs: nowMs(), words: words() });
    },
  };
}
