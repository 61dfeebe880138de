// What a session came to, in the words and the exit codes that scripts rely on.

export type HazardId = `H${string}`;

export interface ZoneOutcome {
  readonly zone: string;
  readonly wavelengthNm: number;
  readonly prescribedJPerCm2: number;
  readonly deliveredJPerCm2: number;
  readonly certainty: 'certain' | 'upperBound';
  /** A zone that ended short (H12) leaves the session completed; one that was cut off does not. */
  readonly status: 'done' | 'endedShort' | 'cutOff' | 'incomplete';
}

export interface SessionOutcome {
  readonly outcome: 'completed' | 'stopped' | 'cutoff' | 'lockout' | 'refused' | 'failed';
  readonly emissionOff: 'confirmed' | 'unconfirmed' | 'neverOn';
  readonly hazard: HazardId | null;
  /** Everything that was detected, in order; `hazard` is the one that decided. */
  readonly hazards: readonly HazardId[];
  readonly session: string;
  readonly plan: string;
  readonly durationMs: number;
  /** Light of any zone, as far as the belt's ticks tell; of a session that is confirmed dark, all of it (H12). */
  readonly emissionMs: number;
  readonly zones: readonly ZoneOutcome[];
  /** One sentence for a person: what happened and what to do next. */
  readonly message: string;
  readonly exitCode: ExitCode;
}

export const EXIT_CODE = {
  completed: 0,
  internalFailure: 1,
  usage: 2,
  stoppedByUser: 3,
  safetyCutoff: 4,
  beltUnreachable: 5,
  refused: 6,
  unconfirmed: 7,
  lockout: 8,
} as const;
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** Where several apply. */
const PRECEDENCE: readonly ExitCode[] = [8, 7, 1, 4, 5, 6, 3, 2, 0];

/** The one exit code that is told when several apply. */
export const worstExitCode = (codes: readonly ExitCode[]): ExitCode =>
  PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT_CODE.completed;
