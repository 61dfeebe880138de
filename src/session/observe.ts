// From the newest tick and the session's facts to the terms of the hazards.
import type { BeltReport, BeltZoneReport } from '../belt/belt.ts';
import {
  COMMANDED_DOSE_SLACK_MS,
  COMMANDED_DOSE_TOLERANCE,
  IRRADIANCE_CAP_MW_PER_CM2,
  SESSION_DURATION_CAP_S,
} from '../safety/limits.ts';
import { doseReached, type ActiveHazard } from '../safety/evaluate.ts';
import { hazardOfNumber } from '../safety/hazards.ts';
import type { Observation, ZoneObservation } from '../safety/observation.ts';
import { clockDifferenceMs, clockElapsedMs } from './clocks.ts';
import { safetyPhaseOf, type SessionContext } from './context.ts';
import { isOpen, type DoseSlot, type SlotDose } from './dose.ts';

/** A tick's spacing and some link delay: within this much of a ramp nothing is said about the plateau. */
const EDGE_MS = 300;
/** Shorter than this since it was first seen lit, nothing is expected yet. */
const FIRST_LIGHT_MS = 250;
/** Of the countdown: then a belt that was just switched on must know how warm the skin is. */
const FIRST_READING_MS = 1000;

/** The belt itself says that this zone must be dark. */
const isOffExpected = (report: BeltReport, zone: BeltZoneReport): boolean =>
  report.stopLatched ||
  report.state !== 'armed' ||
  !zone.lit ||
  (zone.status !== 'emitting' && zone.status !== 'waiting');

/** Without a program: only that nothing shines. */
function observeIdleZone(context: SessionContext, report: BeltReport, zone: BeltZoneReport): ZoneObservation {
  let fullScaleMw = 0;
  let areaCm2 = 1;
  for (const emitter of context.profile?.emitters ?? [])
    if (emitter.zone === zone.zone && emitter.radiantPowerMaxMw > fullScaleMw) {
      fullScaleMw = emitter.radiantPowerMaxMw;
      areaCm2 = emitter.areaCm2;
    }
  return {
    zone: zone.zone,
    inTreatment: false,
    isPrescribed: context.slots.some((slot) => slot.zone === zone.zone),
    contact: zone.contact,
    lit: zone.lit,
    offExpected: report.state !== 'armed' || zone.status === 'idle',
    irradianceMwPerCm2: zone.radiantPowerMw / areaCm2,
    irradianceSetMwPerCm2: 0,
    irradianceExpectedMwPerCm2: 0,
    onPlateau: false,
    irradianceFullScaleMwPerCm2: fullScaleMw / areaCm2,
    exposureLimitMwPerCm2: IRRADIANCE_CAP_MW_PER_CM2,
    reportedJPerCm2: 0,
    integratedJPerCm2: 0,
    prescribedJPerCm2: 0,
    emissionMs: 0,
    emissionPlannedMs: 0,
    skinTemperatureC: zone.skinTemperatureC,
  };
}

function observeZone(
  report: BeltReport,
  zone: BeltZoneReport,
  slot: DoseSlot,
  dose: SlotDose,
  nowMs: number,
): ZoneObservation {
  const set = slot.irradianceSetMwPerCm2;
  const litMs = dose.litSinceMs <= nowMs ? nowMs - dose.litSinceMs : 0;
  const nearEnd = isNearEnd(slot, dose);
  const rampShare = slot.rampUpMs > litMs ? litMs / slot.rampUpMs : 1;
  return {
    zone: zone.zone,
    inTreatment: isOpen(dose),
    isPrescribed: true,
    contact: zone.contact,
    lit: zone.lit,
    offExpected: isOffExpected(report, zone),
    irradianceMwPerCm2: zone.radiantPowerMw / slot.areaCm2,
    irradianceSetMwPerCm2: set,
    irradianceExpectedMwPerCm2: litMs >= FIRST_LIGHT_MS && !nearEnd ? set * rampShare : 0,
    onPlateau: litMs >= slot.rampUpMs + EDGE_MS && !nearEnd,
    irradianceFullScaleMwPerCm2: slot.fullScaleMwPerCm2,
    exposureLimitMwPerCm2: slot.exposureLimitMwPerCm2,
    reportedJPerCm2: dose.reportedJPerCm2,
    integratedJPerCm2: dose.integratedJPerCm2,
    prescribedJPerCm2: slot.prescribedJPerCm2,
    emissionMs: dose.emissionMs,
    emissionPlannedMs: slot.plannedMs + Math.max(0, dose.lightingCount - 1) * slot.rampUpMs,
    skinTemperatureC: zone.skinTemperatureC,
  };
}

function observeZones(
  context: SessionContext,
  report: BeltReport,
  nowMs: number,
): readonly ZoneObservation[] {
  const { slots, doses } = context;
  const zones: ZoneObservation[] = [];
  for (const zone of report.zones) {
    let at = 0;
    while (at < slots.length && !(slots[at]?.step === report.step && slots[at]?.zone === zone.zone)) at++;
    const slot = slots[at];
    const dose = doses[at];
    zones.push(
      slot === undefined || dose === undefined || !context.sessionSeen
        ? observeIdleZone(context, report, zone)
        : observeZone(report, zone, slot, dose, nowMs),
    );
  }
  return zones;
}

/**
 * Before this session's own states have been seen, the belt's list may still be that of an earlier session: then only
 * what it has latched counts.
 */
function beltHazardsOf(context: SessionContext, report: BeltReport): number {
  if (context.sessionSeen) return report.hazards;
  let mask = 0;
  for (let number = 1; number <= 24; number++) {
    const bit = 1 << (number - 1);
    if ((report.hazards & bit) !== 0 && hazardOfNumber(number)?.latched === true) mask |= bit;
  }
  return mask;
}

/** As long as light may come on, somebody has to be there (H23). */
export const isSomebodyDue = ({ phase, input, profile }: SessionContext): boolean =>
  phase === 'emitting' && !(input.isPresenceAssumed === true && profile?.simulated === true);

const SESSION_EMISSION_MAX_MS = SESSION_DURATION_CAP_S * 1000;

/** May only narrow what holds for every session. NaN stays NaN, which nothing keeps. */
export const emissionMaxMsOf = ({ emissionMaxMs }: SessionContext['input']): number =>
  Math.min(SESSION_EMISSION_MAX_MS, emissionMaxMs ?? SESSION_EMISSION_MAX_MS);

/** Said yes, and dark up to now. */
const isStarting = (context: SessionContext): boolean =>
  (context.phase === 'ready' || context.phase === 'countdown') &&
  context.saidYes &&
  context.sessionEmissionMs === 0;

/** Total. Without a status yet, its age counts from when the link was opened. */
export function observe(context: SessionContext, nowMs: number): Observation {
  const { report } = context;
  const known = report !== undefined && context.linkOpen;
  const sinceMs = Number.isNaN(context.stampAtMs) ? context.openedAtMs : context.stampAtMs;
  return {
    nowMs,
    phase: safetyPhaseOf(context.phase),
    statusAgeMs: context.linkOpen ? nowMs - sinceMs : 0,
    clockDifferenceMs: clockDifferenceMs(context.clocks),
    clockElapsedMs: clockElapsedMs(context.clocks, nowMs),
    batteryPercent: known ? report.batteryPercent : 100,
    charging: known && report.charging,
    badFrameCount: context.badFrameCount,
    linkLost: !context.linkOpen,
    bookFailed: context.book.failed !== undefined,
    bookRefusal: context.book.refused?.hazard,
    isScreened: context.input.isScreened === true || context.profile?.simulated !== false,
    identityDiffers: context.identityDiffers,
    programDiffers: context.programDiffers,
    selfTestFailed: context.reasons.some(
      (reason) => reason.kind === 'rejected' && reason.code === 'selfTestFailed',
    ),
    isStarting: isStarting(context),
    isReadingDue: nowMs - context.countdownSinceMs >= FIRST_READING_MS,
    flickersVisibly: context.flickersVisibly,
    unattendedMs: isSomebodyDue(context) ? nowMs - context.presentAtMs : 0,
    sessionEmissionMs: context.sessionEmissionMs,
    sessionEmissionMaxMs: emissionMaxMsOf(context.input),
    beltHazards: known ? beltHazardsOf(context, report) : 0,
    zones: known ? observeZones(context, report, nowMs) : [],
  };
}

/** By the belt's own integral no more is left than its ramp down, or next to it. */
const isNearEnd = (slot: DoseSlot, dose: SlotDose): boolean =>
  slot.prescribedJPerCm2 - dose.reportedJPerCm2 <=
  slot.irradianceSetMwPerCm2 * (slot.rampDownMs / 2 + EDGE_MS) * 1e-6;

/**
 * A monitor that reads too little makes a zone last: H12 bounds its time, but 5 % of a long treatment is more than the
 * dose may be above the prescription. So what was commanded may not be either, with a part of a lease for what ends it.
 * The commanded profile knows no ramp down: at the end that is no light too much.
 */
function isCommandedOver(slot: DoseSlot, dose: SlotDose): boolean {
  const slackMs = COMMANDED_DOSE_SLACK_MS + (isNearEnd(slot, dose) ? slot.rampDownMs / 2 : 0);
  const most =
    slot.prescribedJPerCm2 * (1 + COMMANDED_DOSE_TOLERANCE) + slot.irradianceSetMwPerCm2 * slackMs * 1e-6;
  return !(dose.commandedJPerCm2 <= most);
}

/** What the judgement about single zones means for their leases. Same order and length as the slots. */
export function withhold(
  context: SessionContext,
  observation: Observation,
  active: readonly ActiveHazard[],
): readonly SlotDose[] {
  const step = context.report?.step;
  let doses: SlotDose[] | undefined;
  for (let index = 0; index < context.slots.length; index++) {
    const slot = context.slots[index];
    const dose = context.doses[index];
    if (slot === undefined || dose === undefined || slot.step !== step || dose.withheld !== 'no') continue;
    const zone = observation.zones[slot.zone];
    if (zone === undefined || zone.prescribedJPerCm2 === 0) continue;
    const found = active.find((hazard) => hazard.by === 'controller' && hazard.zone === slot.zone);
    const withheld =
      found?.response === 'cutoff' && (found.id === 'H08' || found.id === 'H09')
        ? 'cutOff'
        : found?.response === 'endShort'
          ? 'endedShort'
          : doseReached(zone)
            ? 'reached'
            : isCommandedOver(slot, dose)
              ? 'endedShort'
              : 'no';
    if (withheld === 'no') continue;
    doses ??= context.doses.slice();
    doses[index] = { ...dose, withheld };
  }
  return doses ?? context.doses;
}
