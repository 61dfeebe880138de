// What the controller knows at one moment, in the terms of the hazards, and what it must remember between moments.
import { OFF_RATIO, OUTPUT_TOLERANCE_RATIO, OUTPUT_WARN_RATIO } from './limits.ts';
import {
  NO_SKIN_HISTORY,
  rememberHistory,
  rememberThermalDoses,
  type SkinHistory,
  type ThermalDose,
} from './skin-memory.ts';

export type SafetyPhase = 'beforeArming' | 'countdown' | 'emitting' | 'paused' | 'stopping';

export interface ZoneObservation {
  readonly zone: number;
  /** Has a part in the current step that is still to be delivered. */
  readonly inTreatment: boolean;
  /** Some step of the program lights it. */
  readonly isPrescribed: boolean;
  readonly contact: boolean;
  readonly lit: boolean;
  /** The belt's own report says that this zone has to be dark. */
  readonly offExpected: boolean;
  readonly irradianceMwPerCm2: number;
  /** 0 when the zone has no part in the step. */
  readonly irradianceSetMwPerCm2: number;
  /** What a healthy emitter gives at least by now, ramps considered; 0 when nothing can be said. */
  readonly irradianceExpectedMwPerCm2: number;
  /** Neither in a ramp nor within one tick of one. */
  readonly onPlateau: boolean;
  readonly irradianceFullScaleMwPerCm2: number;
  /** Skin exposure limit at this wavelength. */
  readonly exposureLimitMwPerCm2: number;
  /** The belt's integral. */
  readonly reportedJPerCm2: number;
  /** Ours, from reported power over our own clock. */
  readonly integratedJPerCm2: number;
  readonly prescribedJPerCm2: number;
  readonly emissionMs: number;
  /** Ramps repeated after pauses included. */
  readonly emissionPlannedMs: number;
  /** NaN: no valid reading. */
  readonly skinTemperatureC: number;
}

export interface Observation {
  readonly nowMs: number;
  readonly phase: SafetyPhase;
  /** Infinity as long as there is no status. */
  readonly statusAgeMs: number;
  /** Belt against controller, on the ticks with least delay. */
  readonly clockDifferenceMs: number;
  readonly clockElapsedMs: number;
  readonly batteryPercent: number;
  readonly charging: boolean;
  readonly badFrameCount: number;
  readonly linkLost: boolean;
  readonly bookFailed: boolean;
  /** The dose book allows no session now. */
  readonly bookRefusal: 'H19' | 'H21' | undefined;
  /** The questions were answered, or the belt is simulated. */
  readonly isScreened: boolean;
  readonly identityDiffers: boolean;
  readonly programDiffers: boolean;
  readonly selfTestFailed: boolean;
  /** A person has said yes, and nothing was lit yet. */
  readonly isStarting: boolean;
  /** A belt that was just switched on has had its time: from here on it must know the temperature. */
  readonly isReadingDue: boolean;
  /** The program would let visible light flicker. */
  readonly flickersVisibly: boolean;
  /** Since the last sign of the person, while somebody has to be there; else 0. */
  readonly unattendedMs: number;
  /** Light of the whole session so far, and the absolute limit of it. */
  readonly sessionEmissionMs: number;
  readonly sessionEmissionMaxMs: number;
  /** Bit n−1 is Hn: what the belt itself reports. */
  readonly beltHazards: number;
  readonly zones: readonly ZoneObservation[];
}

export interface ZoneMemory {
  readonly zone: number;
  /** Since when, or NaN. */
  readonly deviatingSinceMs: number;
  readonly driftingSinceMs: number;
  readonly offSinceMs: number;
}

export interface SafetyMemory {
  readonly atMs: number;
  readonly zones: readonly ZoneMemory[];
  readonly contactLossCount: number;
  readonly contactLostMs: number;
  readonly contactLostSinceMs: number;
  /** By the zones' order; missing where there is none yet. */
  readonly thermalDoses: readonly ThermalDose[];
  readonly skinHistory: SkinHistory;
}

export const EMPTY_MEMORY: SafetyMemory = {
  atMs: NaN,
  zones: [],
  contactLossCount: 0,
  contactLostMs: 0,
  contactLostSinceMs: NaN,
  thermalDoses: [],
  skinHistory: NO_SKIN_HISTORY,
};

const since = (condition: boolean, previousMs: number, nowMs: number): number =>
  condition ? (previousMs <= nowMs ? previousMs : nowMs) : NaN;

/** Ratio by which the output is outside ±tolerance is never computed: both bounds are written in the positive. */
const outside = (zone: ZoneObservation, tolerance: number): boolean => {
  const set = zone.irradianceSetMwPerCm2;
  if (!zone.lit || set === 0) return false;
  const notAbove = zone.irradianceMwPerCm2 <= set * (1 + tolerance);
  const notBelow = !zone.onPlateau || zone.irradianceMwPerCm2 >= set * (1 - tolerance);
  return !(notAbove && notBelow);
};

/** Most ticks change nothing of this: then the very same memory goes on. */
function rememberZone(zone: ZoneObservation, before: ZoneMemory | undefined, nowMs: number): ZoneMemory {
  const deviatingSinceMs = since(
    outside(zone, OUTPUT_TOLERANCE_RATIO),
    before?.deviatingSinceMs ?? NaN,
    nowMs,
  );
  const driftingSinceMs = since(outside(zone, OUTPUT_WARN_RATIO), before?.driftingSinceMs ?? NaN, nowMs);
  const offSinceMs = since(zone.offExpected, before?.offSinceMs ?? NaN, nowMs);
  const isSame =
    before?.zone === zone.zone &&
    Object.is(before.deviatingSinceMs, deviatingSinceMs) &&
    Object.is(before.driftingSinceMs, driftingSinceMs) &&
    Object.is(before.offSinceMs, offSinceMs);
  return isSame ? before : { zone: zone.zone, deviatingSinceMs, driftingSinceMs, offSinceMs };
}

/** Light where there shall be none: a ratio of full scale. NaN counts as light. */
export const emitsMoreThanOff = (zone: ZoneObservation): boolean =>
  !(zone.irradianceMwPerCm2 <= zone.irradianceFullScaleMwPerCm2 * OFF_RATIO);

/** Since when things have been as they are. Call once per observation, before `evaluate`. */
export function remember(memory: SafetyMemory, observation: Observation): SafetyMemory {
  const { nowMs } = observation;
  const watched = observation.phase === 'emitting' || observation.phase === 'paused';
  const uncovered = watched && observation.zones.some((zone) => zone.inTreatment && !zone.contact);
  const wasLost = memory.contactLostSinceMs <= nowMs;
  const addedMs = wasLost ? nowMs - memory.contactLostSinceMs : 0;
  const elapsedMs = nowMs >= memory.atMs ? nowMs - memory.atMs : 0;
  return {
    atMs: nowMs,
    zones: observation.zones.map((zone, index) => rememberZone(zone, memory.zones[index], nowMs)),
    contactLossCount: memory.contactLossCount + (uncovered && !wasLost ? 1 : 0),
    contactLostMs: memory.contactLostMs + addedMs,
    contactLostSinceMs: uncovered ? nowMs : NaN,
    thermalDoses: rememberThermalDoses(memory.thermalDoses, observation, elapsedMs),
    skinHistory: rememberHistory(memory.skinHistory, observation),
  };
}
