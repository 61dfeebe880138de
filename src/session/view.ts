// A session as it is shown: one flat picture of the moment, made only for the eyes.
import type { BeltProfile } from '../belt/belt.ts';
import type { SessionProgram } from '../plan/plan.ts';
import { emittedMs, type PauseCause, type SessionContext } from './context.ts';
import { slotEnd, slotEstimate } from './booking.ts';
import type { DoseSlot, SlotDose } from './dose.ts';
import type { HazardId } from './outcome.ts';

export type SessionStateName =
  | 'standby'
  | 'connecting'
  | 'preflight'
  | 'ready'
  | 'countdown'
  | 'emitting'
  | 'paused'
  | 'stopping'
  | 'completed'
  | 'stopped'
  | 'cutoff'
  | 'lockout'
  | 'refused'
  | 'failed';

export interface ZoneView {
  /** People's name: `L1`. */
  readonly zone: string;
  readonly wavelengthNm: number;
  /** As the belt reports it now. */
  readonly irradianceMwPerCm2: number;
  readonly prescribedJPerCm2: number;
  readonly deliveredJPerCm2: number;
  readonly deliveredUpperJPerCm2: number;
  readonly certainty: 'certain' | 'upperBound';
  readonly skinTemperatureC: number | null;
  readonly contact: boolean;
  readonly status: SlotDose['status'];
}

export interface SessionView {
  readonly state: SessionStateName;
  readonly sessionTag: string;
  readonly planName: string;
  readonly profile: BeltProfile | undefined;
  readonly program: SessionProgram | undefined;
  readonly itemIndex: number;
  readonly itemCount: number;
  /** One per zone and wavelength of the program, of its present or next step. */
  zones(): readonly ZoneView[];
  /** Treatment time, pauses excluded. */
  readonly elapsedMs: number;
  readonly plannedDurationMs: number | null;
  readonly countdownRemainingMs: number | null;
  readonly batteryPercent: number | null;
  readonly statusAgeMs: number | null;
  /** Light is on, as the belt says. */
  readonly emission: boolean;
  /** The belt waits for its own button. */
  readonly awaitsButton: boolean;
  /** Then the session is stopped, whatever is done until then short of resuming. */
  readonly pause?: { readonly cause: PauseCause; readonly remainingMs: number };
  /** Active now. */
  readonly hazards: readonly HazardId[];
  readonly warnings: readonly string[];
  readonly badFrameCount: number;
}

const STATUS_OF_END = { done: 'done', endedShort: 'endedShort', cutOff: 'cutOff' } as const;

function viewZone(context: SessionContext, slot: DoseSlot, dose: SlotDose): ZoneView {
  const estimate = slotEstimate(context, slot, dose, false);
  const ended = slotEnd(context, slot, dose);
  return {
    zone: `L${slot.zone + 1}`,
    wavelengthNm: slot.wavelengthNm,
    irradianceMwPerCm2: dose.litSinceMs <= context.nowMs ? dose.irradianceMwPerCm2 : 0,
    prescribedJPerCm2: slot.prescribedJPerCm2,
    deliveredJPerCm2: estimate.deliveredJPerCm2,
    deliveredUpperJPerCm2: estimate.deliveredUpperJPerCm2,
    certainty: estimate.certainty,
    skinTemperatureC: Number.isNaN(dose.skinTemperatureC) ? null : dose.skinTemperatureC,
    contact: dose.contact,
    status: ended === 'incomplete' ? dose.status : STATUS_OF_END[ended],
  };
}

/** The countdown of the belt itself runs from its self-test; ours is a little early rather than late. */
function countdownRemainingMs(context: SessionContext): number | null {
  if (context.phase !== 'countdown' || context.profile === undefined) return null;
  const { countdownSinceMs } = context;
  if (Number.isNaN(countdownSinceMs)) return null;
  return Math.max(0, context.profile.countdownMs - (context.nowMs - countdownSinceMs));
}

const uniqueIds = (context: SessionContext): readonly HazardId[] =>
  context.active.length === 0 ? [] : [...new Set(context.active.map((hazard) => hazard.id))];

const warningsOf = (context: SessionContext): readonly string[] =>
  context.notice === undefined ? context.warnings : [...context.warnings, context.notice];

function viewZones(context: SessionContext): readonly ZoneView[] {
  const zones: ZoneView[] = [];
  for (let index = 0; index < context.slots.length; index++) {
    const slot = context.slots[index];
    const dose = context.doses[index];
    if (slot !== undefined && dose !== undefined) zones.push(viewZone(context, slot, dose));
  }
  return zones;
}

/** `nowMs` may be later than the last event: ages go on while nothing happens. */
export function viewOf(known: SessionContext, state: SessionStateName, nowMs: number): SessionView {
  const context = nowMs > known.nowMs ? { ...known, nowMs } : known;
  const { report } = context;
  const view: SessionView = {
    state,
    sessionTag: context.input.sessionTag,
    planName: context.input.planName,
    profile: context.profile,
    program: context.program,
    itemIndex: context.itemIndex,
    itemCount: context.program?.items.length ?? 0,
    // Worked out when asked for: most views are only asked for their state. An accessor would do the same, but each one
    // makes a hidden class of its own, which keeps this moment alive until a full collection.
    zones: () => viewZones(context),
    elapsedMs: emittedMs(context),
    plannedDurationMs: context.program?.plannedDurationMs ?? null,
    countdownRemainingMs: countdownRemainingMs(context),
    batteryPercent: report?.batteryPercent ?? null,
    statusAgeMs: context.linkOpen && report !== undefined ? context.nowMs - context.stampAtMs : null,
    emission: report?.emission === true && context.linkOpen,
    awaitsButton: report?.state === 'awaitingButton',
    hazards: uniqueIds(context),
    warnings: warningsOf(context),
    badFrameCount: context.badFrameCount,
  };
  if (context.pause === undefined) return view;
  const { cause, untilMs } = context.pause;
  return { ...view, pause: { cause, remainingMs: Math.max(0, untilMs - context.nowMs) } };
}
