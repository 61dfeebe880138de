// From a verdict to facts: what is recorded, what ends the session, what pauses it.
import { concernsZoneOnly, evaluate, warningsOf, type ActiveHazard } from '../safety/evaluate.ts';
import type { HazardResponse } from '../safety/hazards.ts';
import { remember } from '../safety/observation.ts';
import { isArmed, type EndReason, type PauseCause, type SessionContext, type Stray } from './context.ts';
import { HAZARD_LOG_MAX_COUNT, REASON_MAX_COUNT, statusDeadlineMs } from './deadlines.ts';
import { observe, withhold } from './observe.ts';

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
    if (hazard.id !== 'H10' || hazard.by !== 'controller' || zone === null) continue;
    if (!strays.some((stray) => stray.zone === zone)) strays = [...strays, { zone, sinceMs: beforeMs }];
  }
  return strays;
}

/**
 * Judges the present moment. `beforeMs` is when things were last seen. A pause counts only once armed; in preflight and
 * ready whatever would pause or end a session refuses it, except that the belt need not be worn yet.
 */
export function judge(context: SessionContext, nowMs: number, beforeMs: number): SessionContext {
  const observation = observe(context, nowMs);
  const safety = remember(context.safety, observation);
  const verdict = evaluate(observation, safety);
  const { active } = verdict;
  const statusAtMs =
    context.linkOpen && context.phase !== 'stopping'
      ? statusDeadlineMs(nowMs - observation.statusAgeMs, nowMs)
      : Infinity;
  const next: SessionContext = {
    ...context,
    safety,
    active,
    hazards: active.length === 0 ? context.hazards : recordHazards(context.hazards, active),
    doses: context.sessionSeen ? withhold(context, observation, active) : context.doses,
    warnings: warningsOf(observation, safety),
    strays: active.length === 0 ? context.strays : noteStrays(context, active, beforeMs),
    deadlines:
      context.deadlines.statusAtMs === statusAtMs ? context.deadlines : { ...context.deadlines, statusAtMs },
  };
  if (verdict.response === 'none' || verdict.response === 'endShort') return next;
  const worst = active.find((hazard) => hazard.response === verdict.response && !concernsZoneOnly(hazard));
  if (worst === undefined) return next;
  if (isEnd(verdict.response)) {
    const isKnown = next.reasons.some(
      (reason) =>
        reason.kind === 'hazard' &&
        reason.hazard.id === worst.id &&
        reason.hazard.response === worst.response,
    );
    return isKnown ? next : addReason(next, { kind: 'hazard', hazard: worst });
  }
  // A pause of the belt's own is read from its state: its list of hazards outlasts the pause.
  const ours = active.some((hazard) => hazard.response === 'pause' && hazard.by === 'controller');
  if (!ours || !isArmed(next) || next.phase !== 'emitting') return next;
  return { ...next, pauseWanted: next.pauseWanted ?? PAUSE_CAUSE_OF[worst.id] ?? 'hazard' };
}
