// Leases and reservations: which light the belt may give for the next second, and how much of it is in the book.
import type { BeltReport, LeaseRequest } from '../belt/belt.ts';
import type { ProgramItem } from '../plan/plan.ts';
import type { LeaseFacts, SessionContext } from './context.ts';
import { isOpen } from './dose.ts';
import type { Effect } from './effects.ts';

/** Reserved ahead of what has been delivered, and how little of it may be left before more is reserved. */
export const RESERVE_AHEAD_MS = 3000;
export const RESERVE_REFILL_MS = 2250;
/** While there is light, an entry follows every third tick even when enough is booked: the book tells when it ended. */
const ENTRY_EVERY_MS = 700;

export const currentItem = (context: SessionContext): ProgramItem | undefined =>
  context.program?.items[context.itemIndex];

/** Zones of a step that are still to be treated, as bits. */
export function openZones(context: SessionContext, step: number): number {
  let zones = 0;
  for (let index = 0; index < context.slots.length; index++) {
    const slot = context.slots[index];
    const dose = context.doses[index];
    if (slot?.step === step && dose !== undefined && isOpen(dose)) zones |= 1 << slot.zone;
  }
  return zones;
}

/** A lease that lights nothing and keeps the session. */
export const darkLease = (context: SessionContext, report: BeltReport): LeaseRequest => ({
  tick: report.tick,
  step: report.step,
  zones: 0,
  ceiling: 0,
  epoch: context.epoch,
});

/**
 * Zones that cannot reach the booked ceiling before this lease ends: the others wait dark for the book. Run into, a
 * ceiling would chop the light into ramps too short to be judged.
 */
function zonesBelowCeiling(context: SessionContext, step: number, ceiling: number): number {
  if (ceiling >= 1) return openZones(context, step);
  const ttlMs = context.profile?.leaseTtlMs ?? 0;
  let zones = 0;
  for (let index = 0; index < context.slots.length; index++) {
    const slot = context.slots[index];
    const dose = context.doses[index];
    if (slot?.step !== step || dose === undefined || !isOpen(dose)) continue;
    const withinLeaseJ = slot.irradianceSetMwPerCm2 * ttlMs * 1e-6;
    if (dose.reportedJPerCm2 + withinLeaseJ <= ceiling * slot.prescribedJPerCm2) zones |= 1 << slot.zone;
  }
  return zones;
}

/** The lease for this tick while emitting: lit where light is due and booked, else dark. */
export function emittingLease(context: SessionContext, report: BeltReport): LeaseRequest {
  const item = currentItem(context);
  if (item?.kind !== 'treat' || item.step < report.step) return darkLease(context, report);
  const { reservedStep, reservedCeiling } = context.book;
  if (reservedStep !== item.step) return darkLease(context, report);
  const zones = zonesBelowCeiling(context, item.step, reservedCeiling);
  if (zones === 0) return darkLease(context, report);
  return { tick: report.tick, step: item.step, zones, ceiling: reservedCeiling, epoch: context.epoch };
}

/**
 * Until when, by our clock, a lease could keep the belt lit. It counts from the tick's own time, which is not later. A lease
 * that leaves a zone out may never arrive: the one before it counts until its own end.
 */
export function noteLease(context: SessionContext, lease: LeaseRequest): LeaseFacts {
  if (lease.zones === 0) return context.lease;
  const endMs = context.nowMs + (context.profile?.leaseTtlMs ?? 1000);
  const { litStep, zoneEndMs: before } = context.lease;
  const zoneEndMs = Array.from({ length: context.profile?.zoneCount ?? 0 }, (_, zone) =>
    ((lease.zones >>> zone) & 1) === 1
      ? endMs
      : litStep === lease.step
        ? (before[zone] ?? -Infinity)
        : -Infinity,
  );
  return { litEndMs: Math.max(context.lease.litEndMs, endMs), zoneEndMs, litStep: lease.step };
}

/** The step whose light is to be booked next: the present one, or the one after a rest. */
export function stepToReserve(context: SessionContext): number | undefined {
  const items = context.program?.items ?? [];
  for (let index = context.itemIndex; index < items.length; index++) {
    const item = items[index];
    if (item?.kind === 'treat') return item.step;
  }
  return undefined;
}

const isEntryDue = ({ phase, lease, nowMs, book }: SessionContext): boolean =>
  phase === 'emitting' && lease.litEndMs > nowMs && nowMs - book.reservedAtMs >= ENTRY_EVERY_MS;

/** More of the prescription, as a ratio, than has been delivered; undefined when what is booked suffices. */
export function reservationDue(context: SessionContext): Effect | undefined {
  const { book } = context;
  const step = stepToReserve(context);
  if (!Number.isNaN(book.reservingSinceMs) || step === undefined) return undefined;
  const reserved = book.reservedStep === step ? book.reservedCeiling : 0;
  const isDue = isEntryDue(context);
  if (reserved >= 1 && !isDue) return undefined;
  let delivered = 0;
  let ratePerMs = 0;
  for (let index = 0; index < context.slots.length; index++) {
    const slot = context.slots[index];
    const dose = context.doses[index];
    if (slot?.step !== step || dose === undefined || !isOpen(dose)) continue;
    delivered = Math.max(
      delivered,
      Math.max(dose.reportedJPerCm2, dose.integratedJPerCm2) / slot.prescribedJPerCm2,
    );
    ratePerMs = Math.max(ratePerMs, (slot.irradianceSetMwPerCm2 * 1e-6) / slot.prescribedJPerCm2);
  }
  if (!isDue && !(reserved < delivered + ratePerMs * RESERVE_REFILL_MS)) return undefined;
  const ceiling = Math.min(1, Math.max(reserved, delivered + ratePerMs * RESERVE_AHEAD_MS));
  return { kind: 'book.reserve', sessionTag: context.input.sessionTag, step, ceiling };
}
