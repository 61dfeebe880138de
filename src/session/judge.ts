// From a verdict to facts: what is recorded, what ends the session, what pauses it.
import { concernsZoneOnly, evaluate, type ActiveHazard, type Verdict } from '../safety/evaluate.ts';
import type { HazardResponse } from '../safety/hazards.ts';
import { remember } from '../safety/observation.ts';
import { warningsOf } from '../safety/warnings.ts';
import {
  draftOf,
  isArmed,
  type Draft,
  type EndReason,
  type PauseCause,
  type SessionContext,
  type Stray,
} from './context.ts';
import {
  HAZARD_LOG_MAX_COUNT,
  presenceDeadlineMs,
  REASON_MAX_COUNT,
  statusDeadlineMs,
  type Deadlines,
} from './deadlines.ts';
import { isSomebodyDue, observe, withhold } from './observe.ts';

export const addReason = (context: SessionContext, reason: EndReason): SessionContext =>
  context.reasons.length >= REASON_MAX_COUNT
    ? context
    : { ...context, reasons: [...context.reasons, reason] };

const sameHazard = (left: ActiveHazard, right: ActiveHazard): boolean =>
  left.id === right.id && left.zone === right.zone && left.response === right.response;

function recordHazards(
  known: readonly ActiveHazard[],
  active: readonly ActiveHazard[],
): readonly ActiveHazard[] {
  let hazards: ActiveHazard[] | undefined;
  for (const hazard of active) {
    const all = hazards ?? known;
    if (all.length >= HAZARD_LOG_MAX_COUNT || all.some((other) => sameHazard(other, hazard))) continue;
    hazards ??= known.slice();
    hazards.push(hazard);
  }
  return hazards ?? known;
}

const PAUSE_CAUSE_OF: Readonly<Record<string, PauseCause>> = {
  H05: 'contactLost',
  H13: 'leaseExpired',
  H14: 'stale',
  H23: 'unattended',
};

const isEnd = (response: HazardResponse | 'none'): boolean =>
  response === 'cutoff' || response === 'lockout' || response === 'refuse';

/** Zones that shine although off: from the tick before, because that is when it may have begun. */
function noteStrays(
  context: SessionContext,
  active: readonly ActiveHazard[],
  beforeMs: number,
): readonly Stray[] {
  let strays = context.strays;
  for (const hazard of active) {
    const { zone } = hazard;
    if (hazard.id !== 'H10') continue;
    // Ticks tell the power of the step's own emitters; of the others they only say that there is light.
    if (hazard.by === 'belt' && context.report?.emission !== true) continue;
    if (!strays.some((stray) => stray.zone === zone)) strays = [...strays, { zone, sinceMs: beforeMs }];
  }
  return strays;
}

/**
 * Judges the present moment. `beforeMs` is when things were last seen. A pause counts only once armed; in preflight and
 * ready whatever would pause or end a session refuses it, except that the belt need not be worn yet.
 */
export function judge(context: SessionContext, nowMs: number, beforeMs: number): SessionContext {
  const draft = draftOf(context);
  judgeInto(draft, nowMs, beforeMs);
  return draft;
}

export function judgeInto(draft: Draft, nowMs: number, beforeMs: number): void {
  const observation = observe(draft, nowMs);
  const safety = remember(draft.safety, observation);
  const verdict = evaluate(observation, safety);
  const { active } = verdict;
  if (draft.sessionSeen) draft.doses = withhold(draft, observation, active);
  draft.deadlines = deadlinesOf(draft, nowMs, observation.statusAgeMs);
  draft.safety = safety;
  draft.active = active;
  draft.warnings = warningsOf(observation, safety);
  if (active.length === 0) return;
  draft.hazards = recordHazards(draft.hazards, active);
  draft.strays = noteStrays(draft, active, beforeMs);
  respond(draft, verdict);
}

/** The very same as long as they do not move. */
function deadlinesOf(draft: Draft, nowMs: number, statusAgeMs: number): Deadlines {
  const { deadlines, linkOpen, phase, presentAtMs } = draft;
  const isWatched = linkOpen && phase !== 'stopping';
  const statusAtMs = isWatched ? statusDeadlineMs(nowMs - statusAgeMs, nowMs) : Infinity;
  const presenceAtMs = isSomebodyDue(draft) ? presenceDeadlineMs(presentAtMs, nowMs) : Infinity;
  return deadlines.statusAtMs === statusAtMs && deadlines.presenceAtMs === presenceAtMs
    ? deadlines
    : { ...deadlines, statusAtMs, presenceAtMs };
}

/** The worst that concerns all: an end, or a pause while light is due. */
function respond(draft: Draft, { active, response }: Verdict): void {
  if (response === 'none' || response === 'endShort') return;
  const worst = active.find((hazard) => hazard.response === response && !concernsZoneOnly(hazard));
  if (worst === undefined) return;
  if (isEnd(response)) {
    const isKnown = draft.reasons.some(
      (reason) =>
        reason.kind === 'hazard' &&
        reason.hazard.id === worst.id &&
        reason.hazard.response === worst.response,
    );
    if (!isKnown) draft.reasons = addReason(draft, { kind: 'hazard', hazard: worst }).reasons;
    return;
  }
  // A pause of the belt's own is read from its state: its list of hazards outlasts the pause.
  const ours = active.some((hazard) => hazard.response === 'pause' && hazard.by === 'controller');
  if (ours && isArmed(draft) && draft.phase === 'emitting')
    draft.pauseWanted ??= PAUSE_CAUSE_OF[worst.id] ?? 'hazard';
}
