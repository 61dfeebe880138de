// Dose arithmetic of one session: three estimates for each zone of each step, and what may be claimed from them.
import type { BeltProfile, BeltRecord, BeltReport, BeltZoneReport, Prescription } from '../belt/belt.ts';
import { skinExposureLimit } from '../dosimetry/exposure-limits.ts';
import {
  CERTAIN_UPPER_MAX_RATIO,
  DOSE_AGREEMENT_RATIO,
  EMITTER_TOLERANCE_RATIO,
  IRRADIANCE_CAP_MW_PER_CM2,
  OUTPUT_PEAK_RATIO,
  STATUS_AGE_MAX_MS,
} from '../safety/limits.ts';

/** What is fixed about one zone in one step. */
export interface DoseSlot {
  readonly step: number;
  readonly zone: number;
  readonly wavelengthNm: number;
  readonly areaCm2: number;
  readonly irradianceSetMwPerCm2: number;
  readonly fullScaleMwPerCm2: number;
  readonly exposureLimitMwPerCm2: number;
  readonly prescribedJPerCm2: number;
  readonly rampUpMs: number;
  readonly rampDownMs: number;
  /** Emission time when nothing interrupts, ramps included. */
  readonly plannedMs: number;
}

export type SlotStatus = BeltZoneReport['status'];

/** What is known about its light so far. */
export interface SlotDose {
  readonly status: SlotStatus;
  readonly contact: boolean;
  readonly skinTemperatureC: number;
  /** The belt's own integral; never falls. */
  readonly reportedJPerCm2: number;
  /** Ours: reported power over our clock. */
  readonly integratedJPerCm2: number;
  /** The commanded profile over the reported time on. */
  readonly commandedJPerCm2: number;
  readonly emissionMs: number;
  /** Before it was first seen lit: taken as dark because the power measured then says so, which may be wrong. */
  readonly assumedDarkMs: number;
  /** Since when this lighting lasts; NaN when dark. */
  readonly litSinceMs: number;
  readonly lightingCount: number;
  readonly irradianceMwPerCm2: number;
  readonly atMs: number;
  /** The controller's own decision: no further lease for this zone. */
  readonly withheld: 'no' | 'reached' | 'endedShort' | 'cutOff';
}

const UNTOUCHED: SlotDose = {
  status: 'waiting',
  contact: true,
  skinTemperatureC: NaN,
  reportedJPerCm2: 0,
  integratedJPerCm2: 0,
  commandedJPerCm2: 0,
  emissionMs: 0,
  assumedDarkMs: 0,
  litSinceMs: NaN,
  lightingCount: 0,
  irradianceMwPerCm2: 0,
  atMs: NaN,
  withheld: 'no',
};

const emitterOf = (profile: BeltProfile, zone: number, wavelengthNm: number) =>
  profile.emitters.find((emitter) => emitter.zone === zone && emitter.wavelengthNm === wavelengthNm);

/** Undefined when the prescription names an emitter that the belt does not have. */
export function slotsOf(prescription: Prescription, profile: BeltProfile): readonly DoseSlot[] | undefined {
  const slots: DoseSlot[] = [];
  for (const [step, zones] of prescription.steps.entries())
    for (const entry of zones) {
      const emitter = emitterOf(profile, entry.zone, entry.wavelengthNm);
      if (emitter === undefined) return undefined;
      const limit = skinExposureLimit(entry.wavelengthNm);
      const rampsS = entry.rampUpS + entry.rampDownS;
      const flatS = (entry.radiantExposureJPerCm2 * 1000) / entry.irradianceMwPerCm2;
      slots.push({
        step,
        zone: entry.zone,
        wavelengthNm: entry.wavelengthNm,
        areaCm2: emitter.areaCm2,
        irradianceSetMwPerCm2: entry.irradianceMwPerCm2,
        fullScaleMwPerCm2: emitter.radiantPowerMaxMw / emitter.areaCm2,
        exposureLimitMwPerCm2: limit.ok ? limit.irradianceMwPerCm2 : IRRADIANCE_CAP_MW_PER_CM2,
        prescribedJPerCm2: entry.radiantExposureJPerCm2,
        rampUpMs: entry.rampUpS * 1000,
        rampDownMs: entry.rampDownS * 1000,
        plannedMs: 1000 * (flatS + rampsS / 2),
      });
    }
  return slots;
}

export const emptyDoses = (slots: readonly DoseSlot[]): readonly SlotDose[] => slots.map(() => UNTOUCHED);

/** Still to be treated, as far as the belt and we are concerned. */
export const isOpen = (dose: SlotDose): boolean =>
  dose.withheld === 'no' && (dose.status === 'waiting' || dose.status === 'emitting');

const RATIO_J = 1e-6;

/** Commanded radiant exposure after `ms` of one lighting that began at zero and ramped up. */
const profileJPerCm2 = (slot: DoseSlot, ms: number): number => {
  const ramp = slot.rampUpMs;
  const effectiveMs = ms < ramp ? (ms * ms) / (2 * ramp) : ms - ramp / 2;
  return slot.irradianceSetMwPerCm2 * effectiveMs * RATIO_J;
};

/** No ramp of a healthy emitter begins below this ratio of the set value. */
const NOTHING_MEASURED_RATIO = 0.01;

/** How long it had been on when first seen lit: from its ramp, else half the gap; all of it when the monitor is blind. */
const onBefore = (slot: DoseSlot, irradiance: number, gapMs: number): number => {
  // Lit without any power: its monitor may be blind, so its ramp tells nothing.
  if (!(irradiance >= slot.irradianceSetMwPerCm2 * NOTHING_MEASURED_RATIO)) return gapMs;
  if (!(slot.rampUpMs > 0)) return gapMs / 2;
  return Math.min(gapMs, (irradiance / slot.irradianceSetMwPerCm2) * slot.rampUpMs);
};

/**
 * One tick of one zone. Between two ticks close together the trapezoid counts; a longer gap counts at the larger power,
 * up to the end of the last lease. Dark at once (pause, stop) has no ramp: then the gap counts at the power before.
 */
function accumulate(
  slot: DoseSlot,
  dose: SlotDose,
  zone: BeltZoneReport,
  atMs: number,
  leaseEndMs: number,
): SlotDose {
  // The belt has forgotten this session (a restart): what it says of the zone is about nothing. See `Unseen`.
  if (zone.status === 'idle') return dose;
  const measured = zone.radiantPowerMw / slot.areaCm2;
  const irradiance = Number.isFinite(measured) ? measured : slot.irradianceSetMwPerCm2 * OUTPUT_PEAK_RATIO;
  const wasLit = dose.litSinceMs <= atMs;
  const gapMs = dose.atMs <= atMs ? atMs - dose.atMs : 0;
  const isGap = gapMs > STATUS_AGE_MAX_MS;
  const countedMs = isGap ? Math.max(0, Math.min(atMs, leaseEndMs) - dose.atMs) : gapMs;
  const larger = Math.max(dose.irradianceMwPerCm2, irradiance);
  const cutShort = wasLit && !zone.lit && zone.status !== 'done';
  const mean = isGap || cutShort ? larger : (dose.irradianceMwPerCm2 + irradiance) / 2;
  const onMs = wasLit ? countedMs : zone.lit ? onBefore(slot, irradiance, countedMs) : 0;
  const litSinceMs = wasLit ? dose.litSinceMs : atMs - onMs;
  const lightMs = wasLit || zone.lit ? atMs - litSinceMs : 0;
  return {
    status: zone.status,
    contact: zone.contact,
    skinTemperatureC: zone.skinTemperatureC,
    reportedJPerCm2: Math.max(dose.reportedJPerCm2, zone.deliveredJPerCm2),
    integratedJPerCm2: dose.integratedJPerCm2 + mean * countedMs * RATIO_J,
    commandedJPerCm2:
      dose.commandedJPerCm2 +
      profileJPerCm2(slot, lightMs) -
      profileJPerCm2(slot, Math.max(0, lightMs - onMs)),
    emissionMs: dose.emissionMs + onMs,
    assumedDarkMs: dose.assumedDarkMs + (zone.lit ? countedMs - onMs : 0),
    litSinceMs: zone.lit ? litSinceMs : NaN,
    lightingCount: dose.lightingCount + (zone.lit && !wasLit ? 1 : 0),
    irradianceMwPerCm2: irradiance,
    atMs,
    withheld: dose.withheld,
  };
}

/** A zone of a step that the belt has left: whatever was lit counts until now, never beyond its lease. */
function leave(dose: SlotDose, atMs: number, leaseEndMs: number): SlotDose {
  if (!(dose.litSinceMs <= atMs)) return dose;
  const onMs = Math.max(0, Math.min(atMs, leaseEndMs) - dose.atMs);
  return {
    ...dose,
    integratedJPerCm2: dose.integratedJPerCm2 + dose.irradianceMwPerCm2 * onMs * RATIO_J,
    emissionMs: dose.emissionMs + onMs,
    litSinceMs: NaN,
    irradianceMwPerCm2: 0,
    atMs,
  };
}

/** All zones of the step that a tick is about. Same order and length as `slots`. */
export function accumulateTick(
  slots: readonly DoseSlot[],
  doses: readonly SlotDose[],
  report: BeltReport,
  atMs: number,
  leaseEndMs: number,
): readonly SlotDose[] {
  const next: SlotDose[] = [];
  for (let index = 0; index < slots.length; index++) {
    const slot = slots[index];
    const dose = doses[index];
    if (slot === undefined || dose === undefined) continue;
    if (slot.step !== report.step) {
      next.push(slot.step < report.step ? leave(dose, atMs, leaseEndMs) : dose);
      continue;
    }
    const zone = report.zones[slot.zone];
    next.push(zone?.zone === slot.zone ? accumulate(slot, dose, zone, atMs, leaseEndMs) : dose);
  }
  return next;
}

export interface Estimate {
  readonly deliveredJPerCm2: number;
  /** What is booked: never below the truth. */
  readonly deliveredUpperJPerCm2: number;
  readonly certainty: 'certain' | 'upperBound';
}

/** What is not in any report: light that may have been on unseen. */
export interface Unseen {
  /** From the last report to the end of the last lit lease; 0 once the belt's record is here. */
  readonly unknownMs: number;
  /** For how long the zone has shone although commanded off (H10). */
  readonly strayMs: number;
}
export const NOTHING_UNSEEN: Unseen = { unknownMs: 0, strayMs: 0 };

/**
 * Without a record nothing but the measured power says how long it was on before it was first seen lit. A monitor that
 * differs from what was commanded is not believed about that either: then it was on since the tick before.
 */
function commandedUnrecorded(slot: DoseSlot, dose: SlotDose, tailJPerCm2: number): number {
  const { commandedJPerCm2, integratedJPerCm2 } = dose;
  const isMonitorBelieved =
    integratedJPerCm2 >= (commandedJPerCm2 - tailJPerCm2) * (1 - DOSE_AGREEMENT_RATIO);
  return isMonitorBelieved
    ? commandedJPerCm2
    : commandedJPerCm2 + slot.irradianceSetMwPerCm2 * dose.assumedDarkMs * RATIO_J;
}

/**
 * The commanded profile over the time on that the belt's record gives, once it is here. More time counts at full
 * irradiance; less takes its share away, never more: light that ended in its ramp up was weaker than the rest.
 */
function commandedOver(
  slot: DoseSlot,
  dose: SlotDose,
  recordedMs: number | undefined,
  tailJPerCm2: number,
): number {
  if (recordedMs === undefined) return commandedUnrecorded(slot, dose, tailJPerCm2);
  const moreMs = recordedMs - dose.emissionMs;
  if (moreMs >= 0) return dose.commandedJPerCm2 + slot.irradianceSetMwPerCm2 * moreMs * RATIO_J;
  return dose.commandedJPerCm2 * (recordedMs / dose.emissionMs);
}

/** Three estimates agree within 3 %: the belt's integral. Else the largest. The booked one is never below either. */
export function estimateOf(
  slot: DoseSlot,
  dose: SlotDose,
  measurementUncertainty: number,
  unseen: Unseen,
  record: BeltRecord | undefined,
): Estimate {
  const entry = record?.entries.find((found) => found.step === slot.step && found.zone === slot.zone);
  const belt = entry === undefined ? dose.reportedJPerCm2 : Math.max(entry.deliveredJPerCm2, 0);
  const finished = (entry?.status ?? dose.status) === 'done';
  const tail = finished ? (slot.irradianceSetMwPerCm2 * slot.rampDownMs * RATIO_J) / 2 : 0;
  const commanded = Math.max(0, commandedOver(slot, dose, entry?.emissionMs, tail) - tail);
  const largest = Math.max(belt, dose.integratedJPerCm2, commanded);
  const smallest = Math.min(belt, dose.integratedJPerCm2, commanded);
  const unknown =
    (slot.irradianceSetMwPerCm2 * OUTPUT_PEAK_RATIO * unseen.unknownMs +
      slot.fullScaleMwPerCm2 * unseen.strayMs) *
    RATIO_J;
  // A record that the belt did not bring to its end is an upper bound itself.
  const isWhole = record === undefined || record.kind === 'closed';
  // Measured light is as good as the monitor; commanded light as good as the emitter is trimmed.
  const upper = Math.max(
    Math.max(belt, dose.integratedJPerCm2) * (1 + measurementUncertainty),
    commanded * (1 + EMITTER_TOLERANCE_RATIO),
  );
  // The truth is not below the lesser of the two, if only one of monitor and emitter is wrong.
  const lower = Math.min(belt / (1 + measurementUncertainty), commanded / (1 + EMITTER_TOLERANCE_RATIO));
  const certain =
    isWhole &&
    unknown === 0 &&
    largest - smallest <= DOSE_AGREEMENT_RATIO * largest &&
    upper <= CERTAIN_UPPER_MAX_RATIO * lower;
  return {
    deliveredJPerCm2: certain ? belt : largest + unknown,
    deliveredUpperJPerCm2: upper + unknown * (1 + measurementUncertainty),
    certainty: certain ? 'certain' : 'upperBound',
  };
}
