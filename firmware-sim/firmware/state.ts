// Everything the firmware knows, in one mutable struct: it is stepped a hundred times a second, and copies would cost
// more than the work. Time is an argument; the world is the board's registers and the two calls of `FirmwareOutputs`.
import { createPlainEnvelope, type Envelope } from '../../protocol/envelope.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import type { BeltEvent, BeltState, Cause, Features, WirePrescription } from '../../protocol/messages.ts';
import type { SealedEnvelope } from '../../protocol/sealing.ts';
import { createReassembler, type Reassembler } from '../../protocol/segments.ts';
import type { Board } from '../board.ts';
import { TICK_MEMORY_COUNT, skinLimitMwPerCm2 } from './limits.ts';
import type { Flash, StoredRecord } from './flash.ts';
import type { Lock } from './lock.ts';

export interface FirmwareOutputs {
  /** A notification or indication. Bytes are only valid during the call. */
  send(link: number, characteristic: Characteristic, bytes: Uint8Array): void;
  disconnect(link: number, reason: string): void;
}

/** Positions in ZONE_STATUSES. */
export const ZONE = { idle: 0, waiting: 1, emitting: 2, done: 3, endedShort: 4, cutOff: 5 } as const;
export const NO_ENTRY = -1;

/** `advance` takes a whole message and says whether the exchange goes on. */
export interface RunningHandshake {
  readonly startedAtMs: number;
  readonly advance: (message: Uint8Array) => boolean;
}

export interface Link {
  readonly id: number;
  /** Plain until a session was set up on this link, sealed from then on and for good. */
  envelope: Envelope;
  sealed: SealedEnvelope | undefined;
  isSealed: boolean;
  /** Whose key it was sealed with. */
  controllerId: Uint8Array | undefined;
  readonly handshakeParts: Reassembler;
  handshake: RunningHandshake | undefined;
  /** Which of two keys of one controller is tried next: see findKey in pairing.ts. */
  prefersOldKey: boolean;
  readonly reassembler: Reassembler;
  readonly subscriptions: Set<Characteristic>;
  lastCommand: Uint8Array | undefined;
  lastAnswer: Uint8Array | undefined;
}

export const createLink = (id: number): Link => ({
  id,
  envelope: createPlainEnvelope(),
  sealed: undefined,
  isSealed: false,
  controllerId: undefined,
  handshakeParts: createReassembler(),
  handshake: undefined,
  prefersOldKey: false,
  reassembler: createReassembler(),
  subscriptions: new Set(),
  lastCommand: undefined,
  lastAnswer: undefined,
});

/** One entry of the prescription, in the firmware's units: mW/cm², mJ/cm², ms. */
export interface Entry {
  readonly step: number;
  readonly zone: number;
  readonly emitter: number;
  readonly areaCm2: number;
  readonly irradianceMwPerCm2: number;
  readonly prescribedMjPerCm2: number;
  readonly rampUpMs: number;
  readonly rampDownMs: number;
  readonly frequencyHz: number;
  readonly dutyCycle: number;
  readonly plannedMs: number;
  /** What is left when the ramp down has reached the smallest light: not worth another step. */
  readonly restMjPerCm2: number;
}

export interface Firmware {
  readonly board: Board;
  readonly flash: Flash;
  readonly lock: Lock;
  /** Kept true by lock.ts: they say whether the belt is paired. */
  features: Features;
  featureBytes: Uint8Array;
  readonly outputs: FirmwareOutputs;

  nowMs: number;
  lastStepAtMs: number;
  lastSlowAtMs: number;
  state: BeltState;
  stateSinceMs: number;
  /** Why the last session ended or the pause was latched. */
  cause: Cause;
  stopLatched: boolean;
  commandId: number;
  links: Link[];
  owner: Link | undefined;

  prescription: WirePrescription | undefined;
  digest: Uint8Array | undefined;
  nonce: Uint8Array | undefined;
  entries: readonly Entry[];
  record: StoredRecord | undefined;
  selfTestPassed: boolean;
  countdownDone: boolean;
  armedAtMs: number;
  backstopMs: number;
  /** Emission time that counts for the backstop: repeated ramps do not. */
  emissionMs: number;
  /** All of it, against the absolute limit. */
  totalEmissionMs: number;
  epoch: number;
  step: number;
  badFrameCount: number;
  contactLossCount: number;
  contactLossMs: number;
  /** Hazards that tripped in this session, and those of the present pause. */
  hazards: number;
  pauseHazards: number;

  firstTick: number;
  leaseTick: number;
  leaseTaken: boolean;
  leaseZones: number;
  /** 0..1 of each prescription of this step. */
  ceiling: number;
  leaseEndMs: number;
  leaseAcceptedAtMs: number;
  lastLeaseLit: boolean;
  ignoredLeaseCount: number;

  /** Entry of each zone in the current step, or NO_ENTRY. */
  readonly zoneEntry: Int16Array;
  readonly zoneStatus: Uint8Array;
  readonly setMwPerCm2: Float64Array;
  /** Time since this zone was lit, 0 when dark; and how often it was. */
  readonly zoneLitMs: Float64Array;
  readonly zoneStarts: Uint16Array;
  readonly deviationMs: Float64Array;
  readonly deadMs: Float64Array;
  readonly deliveredMjPerCm2: Float64Array;
  readonly entryOnMs: Float64Array;
  readonly entryCountedMs: Float64Array;
  readonly entryStatus: Uint8Array;
  readonly meterMj: Float64Array;
  readonly offExcessMs: Float64Array;
  /** Skin limit at each emitter's wavelength, mW/cm². */
  readonly skinLimit: Float64Array;
  /** Filtered, per zone; NaN when no sensor of the zone is valid. */
  readonly skinC: Float64Array;
  /** Of this session, per zone: equivalent minutes at 43 °C. */
  readonly thermalDoseMin: Float64Array;
  readonly lastCounts: Uint16Array;
  readonly countsSameMs: Float64Array;

  tick: number;
  nextTickAtMs: number;
  lastExtraTickAtMs: number;
  extraTickWanted: boolean;
  readonly tickTimes: Float64Array;
  persistedAtMs: number;
  events: BeltEvent[];
  lastBatteryPercent: number;
}

export const ENTRY_MAX_COUNT = 18;

export function createFirmware(
  board: Board,
  flash: Flash,
  lock: Lock,
  features: Features,
  featureBytes: Uint8Array,
  outputs: FirmwareOutputs,
): Firmware {
  const zones = board.zoneCount;
  const emitters = board.emitterCount;
  return {
    board,
    flash,
    lock,
    features,
    featureBytes,
    outputs,
    nowMs: 0,
    lastStepAtMs: 0,
    lastSlowAtMs: 0,
    state: 'standby',
    stateSinceMs: 0,
    cause: 'none',
    stopLatched: false,
    commandId: 0,
    links: [],
    owner: undefined,
    prescription: undefined,
    digest: undefined,
    nonce: undefined,
    entries: [],
    record: undefined,
    selfTestPassed: false,
    countdownDone: false,
    armedAtMs: 0,
    backstopMs: 0,
    emissionMs: 0,
    totalEmissionMs: 0,
    epoch: 0,
    step: 0,
    badFrameCount: 0,
    contactLossCount: 0,
    contactLossMs: 0,
    hazards: 0,
    pauseHazards: 0,
    firstTick: 0,
    leaseTick: 0,
    leaseTaken: false,
    leaseZones: 0,
    ceiling: 0,
    leaseEndMs: 0,
    leaseAcceptedAtMs: 0,
    lastLeaseLit: false,
    ignoredLeaseCount: 0,
    zoneEntry: new Int16Array(zones).fill(NO_ENTRY),
    zoneStatus: new Uint8Array(zones),
    setMwPerCm2: new Float64Array(zones),
    zoneLitMs: new Float64Array(zones),
    zoneStarts: new Uint16Array(zones),
    deviationMs: new Float64Array(zones),
    deadMs: new Float64Array(zones),
    deliveredMjPerCm2: new Float64Array(ENTRY_MAX_COUNT),
    entryOnMs: new Float64Array(ENTRY_MAX_COUNT),
    entryCountedMs: new Float64Array(ENTRY_MAX_COUNT),
    entryStatus: new Uint8Array(ENTRY_MAX_COUNT),
    // The photodiodes' integrals go on through a reboot of the firmware: what came before is not this session's.
    meterMj: Float64Array.from(board.monitorEnergyMj),
    offExcessMs: new Float64Array(emitters),
    skinLimit: board.emitterWavelengthNm.map(skinLimitMwPerCm2),
    skinC: new Float64Array(zones).fill(Number.NaN),
    thermalDoseMin: new Float64Array(zones),
    lastCounts: new Uint16Array(board.temperatureCounts.length),
    countsSameMs: new Float64Array(board.temperatureCounts.length),
    tick: 0,
    nextTickAtMs: 0,
    lastExtraTickAtMs: Number.NEGATIVE_INFINITY,
    extraTickWanted: false,
    tickTimes: new Float64Array(TICK_MEMORY_COUNT),
    persistedAtMs: 0,
    events: [],
    lastBatteryPercent: -1,
  };
}

/** From ARM to the end: a record is open. */
export function isSession(fw: Firmware): boolean {
  return fw.record !== undefined;
}

export const allZones = (fw: Firmware): number => (1 << fw.board.zoneCount) - 1;
/** Still to be treated in the current step. */
export function isPending(fw: Firmware, zone: number): boolean {
  const status = fw.zoneStatus[zone]!;
  return status === ZONE.waiting || status === ZONE.emitting;
}
