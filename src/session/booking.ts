// What is booked of a session: for each zone how it ended and how much light it had, never below the truth.
import type { BeltRecord } from '../belt/belt.ts';
import type { BookedZone } from '../ledger/dose-book.ts';
import { hazardRow } from '../safety/hazards.ts';
import type { SessionContext } from './context.ts';
import {
  estimateOf,
  NOTHING_UNSEEN,
  type DoseSlot,
  type Estimate,
  type SlotDose,
  type Unseen,
} from './dose.ts';
import type { ZoneOutcome } from './outcome.ts';

export const recordOf = (context: SessionContext): BeltRecord | undefined =>
  context.record === 'none' || context.record === 'failed' ? undefined : context.record;

export type SlotEnd = 'done' | 'endedShort' | 'cutOff' | 'incomplete';

export function slotEnd(context: SessionContext, slot: DoseSlot, dose: SlotDose): SlotEnd {
  const entry = recordOf(context)?.entries.find(
    (found) => found.step === slot.step && found.zone === slot.zone,
  );
  const status = entry?.status ?? dose.status;
  if (status === 'cutOff' || dose.withheld === 'cutOff') return 'cutOff';
  if (status === 'endedShort' || dose.withheld === 'endedShort') return 'endedShort';
  return status === 'done' || dose.withheld === 'reached' ? 'done' : 'incomplete';
}

/** A belt that calls a zone done without having given it this much of its dose is not believed [eng]. */
const DONE_MIN_RATIO = 0.9;

const isShort = (slot: DoseSlot, estimate: Estimate): boolean =>
  !(estimate.deliveredUpperJPerCm2 >= slot.prescribedJPerCm2 * DONE_MIN_RATIO);

/** A zone that should have had all of its dose and, as far as anybody knows, has not. */
export const hasShortfall = (context: SessionContext): boolean =>
  context.slots.some((slot, index) => {
    const dose = context.doses[index];
    if (dose === undefined) return false;
    const end = slotEnd(context, slot, dose);
    if (end !== 'done' && end !== 'incomplete') return false;
    return isShort(slot, slotEstimate(context, slot, dose, true));
  });

/** When the light was confirmed off, else when the book was closed. */
export const endedAtMs = (context: SessionContext): number => {
  if (context.stopping?.confirmed === true) return context.stopping.darkAtMs;
  return Number.isNaN(context.closedAtMs) ? context.nowMs : context.closedAtMs;
};

/** H10, whoever has noticed it. */
export const hasShoneUnbidden = ({ strays, hazards }: SessionContext): boolean =>
  strays.length > 0 || hazards.some((hazard) => hazard.id === 'H10');

/** H10 that only the belt has noticed lasted at most the time in which the belt makes it dark. */
const BELT_STRAY_MS = hazardRow('H10')?.beltBoundMs ?? 0;

/** For how long a zone may have shone although off. The belt does not say in its ticks which zone it was: then any. */
function strayMsOf(context: SessionContext, zone: number): number {
  const lasted = (sinceMs: number): number => Math.max(0, endedAtMs(context) - sinceMs);
  const named = context.strays.find((stray) => stray.zone === zone);
  if (named !== undefined) return lasted(named.sinceMs);
  const unnamed = context.strays.find((stray) => stray.zone === null);
  if (unnamed !== undefined) return lasted(unnamed.sinceMs) + BELT_STRAY_MS;
  return context.hazards.some((hazard) => hazard.id === 'H10' && hazard.by === 'belt') ? BELT_STRAY_MS : 0;
}

/** A tick that came late says nothing of the time on its way: light that it saw may have gone on since its stamp. */
const lastSeenMs = (context: SessionContext, dose: SlotDose): number =>
  Number.isNaN(dose.litSinceMs) || Number.isNaN(context.stampAtMs)
    ? dose.atMs
    : Math.min(dose.atMs, context.stampAtMs);

/** Light nobody saw: after the last report up to the end of the last lease, and light that ought not to be. */
function unseenOf(context: SessionContext, slot: DoseSlot, dose: SlotDose): Unseen {
  const strayMs = strayMsOf(context, slot.zone);
  const { litStep, zoneEndMs } = context.lease;
  const litEndMs = zoneEndMs[slot.zone] ?? -Infinity;
  const wasLeased = litStep === slot.step && dose.status !== 'done';
  const sinceMs = Number.isNaN(dose.atMs) ? context.armedAtMs : lastSeenMs(context, dose);
  const darkAtMs = context.stopping?.confirmed === true ? endedAtMs(context) : Infinity;
  const unknownMs =
    recordOf(context) !== undefined || !wasLeased ? 0 : Math.max(0, Math.min(litEndMs, darkAtMs) - sinceMs);
  return unknownMs === 0 && strayMs === 0 ? NOTHING_UNSEEN : { unknownMs, strayMs };
}

/** Zones that no plan asked for and that may have shone nevertheless: booked at full scale. */
export function strayZones(context: SessionContext): readonly BookedZone[] {
  const zones: BookedZone[] = [];
  for (const emitter of context.profile?.emitters ?? []) {
    const { zone, wavelengthNm } = emitter;
    if (context.slots.some((slot) => slot.zone === zone && slot.wavelengthNm === wavelengthNm)) continue;
    const fullScaleMwPerCm2 = emitter.radiantPowerMaxMw / emitter.areaCm2;
    const deliveredJPerCm2 = fullScaleMwPerCm2 * strayMsOf(context, zone) * 1e-6;
    if (deliveredJPerCm2 === 0) continue;
    const deliveredUpperJPerCm2 = deliveredJPerCm2 * (1 + (context.profile?.measurementUncertainty ?? 0));
    zones.push({
      zone: `L${zone + 1}`,
      wavelengthNm,
      prescribedJPerCm2: 0,
      deliveredJPerCm2,
      deliveredUpperJPerCm2,
      certainty: 'upperBound',
    });
  }
  return zones;
}

export const slotEstimate = (
  context: SessionContext,
  slot: DoseSlot,
  dose: SlotDose,
  isFinal: boolean,
): Estimate =>
  estimateOf(
    slot,
    dose,
    context.profile?.measurementUncertainty ?? 0,
    isFinal ? unseenOf(context, slot, dose) : NOTHING_UNSEEN,
    recordOf(context),
  );

/** One line per zone and wavelength: the steps of one emitter add up. */
export function sumZones(context: SessionContext): readonly (BookedZone & { readonly end: SlotEnd })[] {
  const lines = new Map<string, BookedZone & { readonly end: SlotEnd }>();
  const worst: readonly SlotEnd[] = ['cutOff', 'incomplete', 'endedShort', 'done'];
  for (const [index, slot] of context.slots.entries()) {
    const dose = context.doses[index];
    if (dose === undefined) continue;
    const estimate = slotEstimate(context, slot, dose, true);
    const said = slotEnd(context, slot, dose);
    const slotEnds = said === 'done' && isShort(slot, estimate) ? 'incomplete' : said;
    const key = `${slot.zone}/${slot.wavelengthNm}`;
    const before = lines.get(key);
    lines.set(key, {
      zone: `L${slot.zone + 1}`,
      wavelengthNm: slot.wavelengthNm,
      prescribedJPerCm2: (before?.prescribedJPerCm2 ?? 0) + slot.prescribedJPerCm2,
      deliveredJPerCm2: (before?.deliveredJPerCm2 ?? 0) + estimate.deliveredJPerCm2,
      deliveredUpperJPerCm2: (before?.deliveredUpperJPerCm2 ?? 0) + estimate.deliveredUpperJPerCm2,
      certainty: before?.certainty === 'upperBound' ? 'upperBound' : estimate.certainty,
      end:
        before === undefined || worst.indexOf(slotEnds) < worst.indexOf(before.end) ? slotEnds : before.end,
    });
  }
  return [...lines.values()];
}

export const zoneOutcomes = (context: SessionContext): readonly ZoneOutcome[] =>
  sumZones(context).map((zone) => ({
    zone: zone.zone,
    wavelengthNm: zone.wavelengthNm,
    prescribedJPerCm2: zone.prescribedJPerCm2,
    deliveredJPerCm2: zone.deliveredJPerCm2,
    certainty: zone.certainty,
    status: zone.end,
  }));
