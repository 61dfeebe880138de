// The states of a session on the belt, and the only ways from one to another. Going dark comes first in each.
import { hazardBit, type BeltState, type Cause, type EventKind } from '../../protocol/messages.ts';
import { darken, integrateDose } from './emission.ts';
import { closeRecord, persistRecord } from './flash.ts';
import { EVENT_MAX_COUNT } from './limits.ts';
import { sendEvent } from './ticks.ts';
import { NO_ENTRY, ZONE, isPending, isSession, type Firmware, type Link } from './state.ts';

const NO_ZONE = 0xff;

export function noteEvent(fw: Firmware, kind: EventKind, hazard = 0, zone = NO_ZONE): void {
  const full = fw.events.length >= EVENT_MAX_COUNT;
  if (full) fw.events.splice(0, 2);
  if (full) pushEvent(fw, 'overflow', 0, NO_ZONE);
  pushEvent(fw, kind, hazard, zone);
}

function pushEvent(fw: Firmware, kind: EventKind, hazard: number, zone: number): void {
  fw.flash.eventNumber = (fw.flash.eventNumber + 1) & 0xffff;
  const event = {
    number: fw.flash.eventNumber,
    kind,
    state: fw.state,
    cause: fw.cause,
    hazard,
    zone,
    tickLow16: fw.tick & 0xffff,
  };
  fw.events.push(event);
  sendEvent(fw, event);
}

export function enterState(fw: Firmware, state: BeltState): void {
  const changed = fw.state !== state;
  fw.state = state;
  fw.stateSinceMs = fw.nowMs;
  fw.extraTickWanted = true;
  if (changed) noteEvent(fw, 'stateChanged');
}

/** Forgets what was prepared; a session under way must have been ended before. */
export function forgetPrescription(fw: Firmware): void {
  fw.prescription = undefined;
  fw.digest = undefined;
  fw.nonce = undefined;
  if (fw.state === 'prepared') enterState(fw, 'standby');
}

/** Dark at once; light needs a resume and a lease of the next epoch. */
export function pauseSession(fw: Firmware, cause: Cause, hazard = 0): void {
  darken(fw);
  fw.leaseZones = 0;
  fw.lastLeaseLit = false;
  if (hazard !== 0) fw.pauseHazards |= hazardBit(hazard);
  if (fw.state === 'paused') return;
  fw.cause = cause;
  enterState(fw, 'paused');
  persistRecord(fw);
}

/** Dark at once; the record is closed. `lockout` outlasts the session and the power. */
export function endSession(fw: Firmware, cause: Cause, state: 'ended' | 'lockout' = 'ended'): void {
  darken(fw);
  fw.leaseZones = 0;
  fw.lastLeaseLit = false;
  const wasSession = fw.record !== undefined;
  if (wasSession) fw.hazards |= fw.pauseHazards;
  if (wasSession || state === 'lockout') fw.cause = cause;
  closeRecord(fw, cause);
  fw.prescription = undefined;
  fw.digest = undefined;
  fw.nonce = undefined;
  if (state === 'lockout') fw.flash.lockedOut = true;
  if (wasSession || state === 'lockout') enterState(fw, state);
  else if (fw.state === 'prepared') enterState(fw, 'standby');
  if (wasSession) noteEvent(fw, 'recordClosed');
}

/** Zones of the step become the ones that leases can light; those of an earlier step never light again. */
export function startStep(fw: Firmware, step: number): void {
  darken(fw);
  fw.step = step;
  fw.ceiling = 0;
  fw.leaseZones = 0;
  fw.zoneEntry.fill(NO_ENTRY);
  fw.zoneStatus.fill(ZONE.idle);
  fw.zoneStarts.fill(0);
  fw.deviationMs.fill(0);
  fw.deadMs.fill(0);
  for (let index = 0; index < fw.entries.length; index++) {
    const entry = fw.entries[index]!;
    if (entry.step !== step) continue;
    fw.zoneEntry[entry.zone] = index;
    fw.zoneStatus[entry.zone] = ZONE.waiting;
    fw.entryStatus[index] = ZONE.waiting;
  }
  persistRecord(fw);
}

/** A zone's part in this step is over: done, ended short or cut off. The last one of the last step ends the session. */
export function finishZone(fw: Firmware, zone: number, status: number, hazard = 0): void {
  const entry = fw.zoneEntry[zone]!;
  if (entry === NO_ENTRY || !isPending(fw, zone)) return;
  fw.zoneStatus[zone] = status;
  fw.entryStatus[entry] = status;
  fw.setMwPerCm2[zone] = 0;
  fw.zoneLitMs[zone] = 0;
  const emitter = fw.entries[entry]!.emitter;
  fw.board.driverMw[emitter] = 0;
  if (fw.setMwPerCm2.every((set) => set === 0)) fw.board.masterClosed = false;
  fw.extraTickWanted = true;
  noteEvent(fw, 'zoneEnded', hazard, zone);
}

/** Ends the session when nothing is left to treat. */
export function endWhenComplete(fw: Firmware): void {
  if (fw.record === undefined || fw.step !== fw.record.prescription.stepCount - 1) return;
  for (let zone = 0; zone < fw.zoneStatus.length; zone++) if (isPending(fw, zone)) return;
  for (let index = 0; index < fw.entries.length; index++)
    if (fw.entryStatus[index] === ZONE.cutOff) return endSession(fw, 'hazard');
  endSession(fw, 'completed');
}

export function dropLink(fw: Firmware, link: Link, cause: 'linkLost' | 'superseded'): void {
  fw.links = fw.links.filter((other) => other !== link);
  if (link !== fw.owner) return;
  fw.owner = undefined;
  if (isSession(fw)) endSession(fw, cause);
  else forgetPrescription(fw);
}

/** Light up to now belongs to the session before whatever the input changes. */
export function advanceTo(fw: Firmware, nowMs: number): void {
  if (isSession(fw)) integrateDose(fw, nowMs - fw.nowMs);
  fw.nowMs = nowMs;
}
