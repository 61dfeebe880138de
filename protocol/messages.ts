// The shapes of what travels between controller and belt, in the units of the wire.
import type {
  AnswerCode,
  BeltState,
  Cause,
  EventKind,
  OpName,
  RecordCode,
  RecordKind,
  RecordOp,
  ZoneStatus,
} from './codes.ts';

export * from './codes.ts';

export type RecordRequest =
  | { readonly op: 'count' | 'last' | 'abort' }
  | { readonly op: 'byNumber'; readonly number: number }
  | { readonly op: 'bySession'; readonly sessionTag: Uint8Array };

/** Indicated after the record's data segments, or instead of them. */
export interface RecordAnswer {
  readonly op: RecordOp;
  readonly code: RecordCode;
  readonly recordCount: number;
  readonly newestNumber: number;
}

/** A set of hazards: bit n−1 is Hn. 24 bits on the wire. */
export type HazardMask = number;
export const hazardBit = (number: number): HazardMask => 1 << (number - 1);

/** One emitter of a zone, as the belt's features say it. */
export interface EmitterFeature {
  readonly zone: number;
  readonly wavelengthNm: number;
  /** Beam area at the skin, in 0.01 cm². */
  readonly areaCentiCm2: number;
  /** In 0.01 mW. */
  readonly radiantPowerMaxCentiMw: number;
  /** In 0.01 mW/cm². */
  readonly irradianceMaxCentiMwPerCm2: number;
}

export interface Features {
  readonly protocolMajor: number;
  readonly protocolMinor: number;
  readonly simulated: boolean;
  readonly paired: boolean;
  readonly hasButton: boolean;
  /** 8 bytes, for life. */
  readonly beltId: Uint8Array;
  readonly firmwareVersion: readonly [number, number, number];
  readonly zoneCount: number;
  readonly leaseTtlMs: number;
  readonly countdownMs: number;
  /** Longest session the belt allows. */
  readonly sessionMaxS: number;
  /** In 0.01 °C. */
  readonly skinTemperatureCutCentiC: number;
  /** Per zone and session, in 10 µJ/cm². */
  readonly radiantExposureMaxTenMicroJPerCm2: number;
  /** Stated uncertainty of the belt's own dose measurement, in 0.01 %. */
  readonly measurementUncertaintyCentiPercent: number;
  readonly emitters: readonly EmitterFeature[];
}

/** What one zone shall receive in one step. */
export interface PrescriptionEntry {
  readonly step: number;
  readonly zone: number;
  /** Index into `Features.emitters`. */
  readonly emitter: number;
  /** Mean over a pulse period, in 0.01 mW/cm². */
  readonly irradianceCentiMwPerCm2: number;
  /** In 0.1 Hz; 0 is continuous. */
  readonly pulseFrequencyDeciHz: number;
  /** In 1/10 000; 10 000 is continuous. */
  readonly dutyCyclePer10k: number;
  /** In 10 µJ/cm². */
  readonly radiantExposureTenMicroJPerCm2: number;
  /** In 0.1 s. */
  readonly rampUpDeciS: number;
  readonly rampDownDeciS: number;
}

export interface WirePrescription {
  /** 8 bytes, chosen by the controller; the belt's record carries it. */
  readonly sessionTag: Uint8Array;
  readonly stepCount: number;
  /** Emission time after which the belt ends the session (backstop of H12), in seconds. */
  readonly timeLimitS: number;
  readonly entries: readonly PrescriptionEntry[];
}

export interface Lease {
  /** The newest tick the controller has seen. */
  readonly tick: number;
  readonly step: number;
  /** Bit n is zone n. None: a dark lease, which keeps the session and lights nothing. */
  readonly zones: number;
  /** Each zone must stay below this fraction of its prescription, in 1/65 535. */
  readonly ceiling: number;
  readonly epoch: number;
}

export interface TickZone {
  readonly zone: number;
  readonly status: ZoneStatus;
  readonly contact: boolean;
  readonly lit: boolean;
  /** From the monitor photodiode, mean over a pulse period, in 0.01 mW. */
  readonly powerCentiMw: number;
  /** Delivered in the current step, in 10 µJ/cm². */
  readonly deliveredTenMicroJPerCm2: number;
  /** In 0.01 °C; undefined when the belt has no valid reading. */
  readonly skinTemperatureCentiC: number | undefined;
}

export interface Tick {
  /** Grows for the life of the belt; every boot starts above everything it ever sent. */
  readonly tick: number;
  readonly state: BeltState;
  readonly stopLatched: boolean;
  readonly emission: boolean;
  readonly leaseLive: boolean;
  readonly charging: boolean;
  readonly buttonPressed: boolean;
  readonly eventPending: boolean;
  /** Id of the last accepted programming command. */
  readonly commandId: number;
  readonly epoch: number;
  readonly step: number;
  /** Age of the last accepted lease in ticks; 15 when there is none, or it is older. */
  readonly leaseAgeTicks: number;
  /** Belt time since boot. */
  readonly uptimeMs: number;
  readonly batteryPercent: number;
  readonly hazards: HazardMask;
  readonly zones: readonly TickZone[];
}

export interface BeltEvent {
  /** Grows by one, never reset; sticky until confirmed. */
  readonly number: number;
  readonly kind: EventKind;
  readonly state: BeltState;
  readonly cause: Cause;
  readonly hazard: number;
  readonly zone: number;
  readonly tickLow16: number;
}

export interface RecordEntry {
  readonly step: number;
  readonly zone: number;
  readonly emitter: number;
  readonly status: ZoneStatus;
  readonly prescribedTenMicroJPerCm2: number;
  readonly deliveredTenMicroJPerCm2: number;
  /** In 10 ms. */
  readonly emissionCentiS: number;
}

/** One session in the belt's own log, which survives reboots and loss of power. */
export interface SessionRecord {
  readonly number: number;
  readonly kind: RecordKind;
  readonly cause: Cause;
  readonly sessionTag: Uint8Array;
  readonly bootCount: number;
  readonly startUptimeMs: number;
  readonly durationMs: number;
  readonly hazards: HazardMask;
  readonly entries: readonly RecordEntry[];
}

export interface CommandMessage {
  readonly op: OpName;
  readonly commandId: number;
  readonly operand: Uint8Array;
}

export interface AnswerMessage {
  readonly op: OpName;
  readonly commandId: number;
  readonly code: AnswerCode;
  readonly operand: Uint8Array;
}

/** Why bytes were not understood. Decoding never throws. */
export type Problem =
  'length' | 'check' | 'type' | 'code' | 'range' | 'segment' | 'version' | 'counter' | 'tag' | 'unsupported';
export type Decoded<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };
