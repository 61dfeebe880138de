// A session as it is told to others: what `status` prints, what the live view draws, what goes over the control socket.

export interface ZoneStatusLine {
  readonly zone: string;
  readonly wavelengthNm: number;
  readonly irradianceMwPerCm2: number;
  readonly prescribedJPerCm2: number;
  readonly deliveredJPerCm2: number;
  readonly deliveredUpperJPerCm2: number;
  readonly certainty: 'certain' | 'upperBound';
  readonly skinTemperatureC: number | null;
  readonly contact: boolean;
  readonly status: string;
}

/** The care step that runs: `state` is `care`, and no belt session is open. */
export interface CareStatus {
  readonly measure: string;
  readonly say: string | null;
  /** As planned. */
  readonly durationMs: number;
  readonly remainingMs: number;
}

export interface SessionStatus {
  readonly state: string;
  readonly emission: boolean;
  /** The belt waits for its own button. */
  readonly awaitsButton: boolean;
  readonly plan: string;
  readonly session: string;
  readonly address: string;
  /** Under which the belt is paired, where it is. */
  readonly beltName?: string;
  readonly simulated: boolean | null;
  readonly processId: number;
  readonly itemIndex: number;
  readonly itemCount: number;
  readonly elapsedMs: number;
  readonly plannedDurationMs: number | null;
  readonly countdownRemainingMs: number | null;
  readonly batteryPercent: number | null;
  readonly statusAgeMs: number | null;
  readonly pauseCause: string | null;
  /** Of a pause: then the session is stopped. A session of an older version does not say. */
  readonly pauseRemainingMs?: number | null;
  readonly hazards: readonly string[];
  readonly warnings: readonly string[];
  readonly badFrameCount: number;
  readonly zones: readonly ZoneStatusLine[];
  readonly care?: CareStatus;
}

/** The session is over: the outcome follows, and has the last word on whether it is dark. */
const END_STATES: readonly string[] = ['completed', 'stopped', 'cutoff', 'lockout', 'refused', 'failed'];
export const isOver = ({ state }: SessionStatus): boolean => END_STATES.includes(state);
