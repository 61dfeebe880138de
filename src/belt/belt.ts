// The belt as the session sees it: physical units, commands that end in one of four outcomes, and events.
import type {
  AnswerCode,
  BeltState,
  Cause,
  Consent,
  HazardMask,
  OpName,
  ZoneStatus,
} from '../../protocol/messages.ts';
import type { CloseReason, ConnectFailure } from '../transport/transport.ts';

/** One zone's share of one step, in the units a clinician uses. */
export interface PrescribedZone {
  /** 0-based; people see `L1` for 0. */
  readonly zone: number;
  readonly wavelengthNm: number;
  /** Mean over a pulse period. */
  readonly irradianceMwPerCm2: number;
  readonly radiantExposureJPerCm2: number;
  readonly rampUpS: number;
  readonly rampDownS: number;
  /** 0 is continuous. */
  readonly pulseFrequencyHz: number;
  /** In (0, 1]; 1 is continuous. */
  readonly dutyCycle: number;
}

/** What the belt shall deliver: steps run one after the other, the zones of a step together. */
export interface Prescription {
  /** 16 hexadecimal digits; also the session's id in the dose record. */
  readonly sessionTag: string;
  readonly steps: readonly (readonly PrescribedZone[])[];
  readonly timeLimitS: number;
}

export interface EmitterProfile {
  readonly zone: number;
  readonly wavelengthNm: number;
  readonly areaCm2: number;
  readonly radiantPowerMaxMw: number;
  readonly irradianceMaxMwPerCm2: number;
}

export interface BeltProfile {
  /** 16 hexadecimal digits. */
  readonly beltId: string;
  readonly simulated: boolean;
  readonly paired: boolean;
  readonly hasButton: boolean;
  readonly firmwareVersion: string;
  readonly protocolVersion: string;
  readonly zoneCount: number;
  readonly leaseTtlMs: number;
  readonly countdownMs: number;
  readonly sessionMaxS: number;
  readonly skinTemperatureCutC: number;
  readonly radiantExposureMaxJPerCm2: number;
  /** Ratio: 0.003 is 0.3 %. */
  readonly measurementUncertainty: number;
  readonly emitters: readonly EmitterProfile[];
}

export interface BeltZoneReport {
  readonly zone: number;
  readonly status: ZoneStatus;
  readonly contact: boolean;
  readonly lit: boolean;
  readonly radiantPowerMw: number;
  /** In the current step. */
  readonly deliveredJPerCm2: number;
  /** NaN when the belt has no valid reading. */
  readonly skinTemperatureC: number;
}

/** One complete tick. */
export interface BeltReport {
  readonly tick: number;
  readonly state: BeltState;
  readonly stopLatched: boolean;
  readonly emission: boolean;
  readonly leaseLive: boolean;
  readonly charging: boolean;
  readonly buttonPressed: boolean;
  readonly commandId: number;
  readonly epoch: number;
  readonly step: number;
  readonly leaseAgeTicks: number;
  readonly beltTimeMs: number;
  readonly batteryPercent: number;
  readonly hazards: HazardMask;
  readonly zones: readonly BeltZoneReport[];
}

export interface LeaseRequest {
  readonly tick: number;
  readonly step: number;
  /** Bit n is zone n. */
  readonly zones: number;
  /** Fraction of the prescription in [0, 1]; rounded down on the wire. */
  readonly ceiling: number;
  readonly epoch: number;
}

export interface BeltRecordEntry {
  readonly step: number;
  readonly zone: number;
  readonly wavelengthNm: number;
  readonly status: ZoneStatus;
  readonly prescribedJPerCm2: number;
  readonly deliveredJPerCm2: number;
  readonly emissionMs: number;
}

export interface BeltRecord {
  readonly number: number;
  readonly kind: 'open' | 'closed' | 'interrupted';
  readonly cause: Cause;
  readonly sessionTag: string;
  readonly durationMs: number;
  readonly hazards: HazardMask;
  readonly entries: readonly BeltRecordEntry[];
}

/** `unknown` is not failure: it forces STOP and a status read before any enabling command, and is never retried silently. */
export type CommandOutcome =
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'rejected'; readonly code: AnswerCode; readonly hazard: number; readonly zone: number }
  | { readonly kind: 'notSent' }
  | { readonly kind: 'unknown' };

/** Everything a belt can tell a session. `atMs` is the controller's monotonic time when it arrived. */
export type BeltEvent =
  | { readonly type: 'belt.opened'; readonly atMs: number; readonly profile: BeltProfile }
  | {
      readonly type: 'belt.unreachable';
      readonly atMs: number;
      readonly failure: ConnectFailure;
      readonly detail: string;
    }
  | { readonly type: 'belt.tick'; readonly atMs: number; readonly report: BeltReport }
  | {
      readonly type: 'belt.prepared';
      readonly atMs: number;
      readonly outcome: CommandOutcome;
      /** Hexadecimal digests: of what was sent, and of what the belt says it decoded ('' unless acknowledged). */
      readonly sentDigest: string;
      readonly decodedDigest: string;
    }
  | {
      readonly type: 'belt.answered';
      readonly atMs: number;
      readonly op: OpName;
      readonly outcome: CommandOutcome;
    }
  | { readonly type: 'belt.record'; readonly atMs: number; readonly found: BeltRecord | 'none' | 'failed' }
  | {
      readonly type: 'belt.noticed';
      readonly atMs: number;
      readonly kind: 'stateChanged' | 'hazard' | 'stopped' | 'zoneEnded' | 'recordClosed' | 'overflow';
      readonly state: BeltState;
      readonly cause: Cause;
      /** 1..24, or 0. */
      readonly hazard: number;
      readonly zone: number;
    }
  /** Bytes that failed their check or made no sense; `count` is the total of this connection. */
  | { readonly type: 'belt.badFrame'; readonly atMs: number; readonly count: number }
  | {
      readonly type: 'link.lost';
      readonly atMs: number;
      readonly reason: CloseReason;
      readonly detail: string;
    };

/**
 * Drives one belt. Every call returns at once; what comes of it arrives as events. Calls on a closed belt do nothing
 * but answer `notSent`. At most one command at a time: another one while one is under way answers `notSent`.
 */
export interface BeltPort {
  /** Connect, discover, subscribe, read features: ends in `belt.opened` or `belt.unreachable`, within 15 s. */
  open(): void;
  /** Ends in `belt.prepared`. */
  prepare(prescription: Prescription): void;
  /** Uses digest and nonce of the last `prepare`. Ends in `belt.answered`. */
  arm(consent: Consent): void;
  pause(): void;
  resume(epoch: number): void;
  clear(): void;
  /** Asks for a tick at once; has no answer event. */
  poll(): void;
  lease(request: LeaseRequest): void;
  /** The session's record, or the newest. Ends in `belt.record`, within 5 s. */
  readRecord(sessionTag: string | 'newest'): void;
  /** STOP, overtaking everything. Confirmation is a later tick, never this call. */
  stop(): void;
  /** Drops the link; `link.lost` follows with `closedByUs` unless it was closed already. */
  close(): void;
}
