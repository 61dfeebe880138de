// The belt's hazards as rows: where each is looked for, how often, and what follows. A new hazard is one more row.
// Limits are written in the positive, so that a reading that is no number is a hazard.
import { BAD_FRAME_MAX_COUNT, SESSION_SILENCE_MS, hazardBit, type Cause } from '../../protocol/messages.ts';
import {
  BATTERY_END_PERCENT,
  COMPARISON_FLOOR,
  CONTACT_LOSS_MAX_COUNT,
  CONTACT_LOSS_MAX_MS,
  DEAD_MS,
  DEAD_RATIO,
  DEVIATION_MS,
  DEVIATION_RATIO,
  EXCESS_RATIO,
  MEASURED_CAP_MW_PER_CM2,
  OFF_EXCESS_MS,
  OFF_MAX_RATIO,
  OVERRUN_RATIO,
  SENSOR_STUCK_MS,
  SESSION_MAX_MS,
  SKIN_CUT_C,
  STEP_MS,
  THERMAL_DOSE_MAX_MIN,
  ZONE_TIME_RATIO,
} from './limits.ts';
import { NO_ZONE } from './program.ts';
import { endSession, finishZone, noteEvent, pauseSession } from './session.ts';
import { areSensorsPlausible } from './sensors.ts';
import { NO_ENTRY, ZONE, allZones, isPending, type Firmware } from './state.ts';

/** Zones as a mask; 0 is all well. */
type Finding = (fw: Firmware, elapsedMs: number) => number;

export interface HazardRow {
  readonly hazard: number;
  /** `always` also looks when no session is under way. */
  readonly scope: 'session' | 'always';
  /** `fast` every step, `slow` every 100 ms. */
  readonly pace: 'fast' | 'slow';
  readonly response: 'pause' | 'endZone' | 'cutZone' | 'end' | 'lockout';
  /** Outlasts the session and the power until a person clears it. */
  readonly latched: boolean;
  readonly cause: Cause;
  readonly find: Finding;
}

const isHot: Finding = (fw) => {
  let mask = 0;
  for (let zone = 0; zone < fw.skinC.length; zone++) if (!(fw.skinC[zone]! < SKIN_CUT_C)) mask |= 1 << zone;
  return mask;
};

const heatedForLong: Finding = (fw) => {
  let mask = 0;
  for (let zone = 0; zone < fw.thermalDoseMin.length; zone++)
    if (!(fw.thermalDoseMin[zone]! < THERMAL_DOSE_MAX_MIN)) mask |= 1 << zone;
  return mask;
};

const sensorsImplausible: Finding = (fw) => {
  let mask = 0;
  for (let zone = 0; zone < fw.skinC.length; zone++) {
    const alive =
      fw.countsSameMs[zone * 2]! < SENSOR_STUCK_MS && fw.countsSameMs[zone * 2 + 1]! < SENSOR_STUCK_MS;
    if (!(alive && areSensorsPlausible(fw, zone))) mask |= 1 << zone;
  }
  return mask;
};

/** Any zone of this step that is still to be treated: it would light by itself when contact came back. */
export function uncoveredZones(fw: Firmware): number {
  let mask = 0;
  for (let zone = 0; zone < fw.zoneStatus.length; zone++)
    if (isPending(fw, zone) && fw.board.contact[zone] !== 1) mask |= 1 << zone;
  return mask;
}

const contactMissing: Finding = (fw) =>
  fw.state === 'armed' || fw.state === 'countdown' || fw.state === 'selfTest' ? uncoveredZones(fw) : 0;

const contactLostTooOften: Finding = (fw, elapsedMs) => {
  if (fw.state === 'paused' && fw.cause === 'contactLost' && uncoveredZones(fw) !== 0)
    fw.contactLossMs += elapsedMs;
  return fw.contactLossCount <= CONTACT_LOSS_MAX_COUNT && fw.contactLossMs <= CONTACT_LOSS_MAX_MS
    ? 0
    : uncoveredZones(fw) || allZones(fw);
};

const overrun: Finding = (fw) => {
  let mask = 0;
  for (let zone = 0; zone < fw.zoneEntry.length; zone++) {
    const index = fw.zoneEntry[zone]!;
    if (index === NO_ENTRY) continue;
    if (!(fw.deliveredMjPerCm2[index]! <= fw.entries[index]!.prescribedMjPerCm2 * OVERRUN_RATIO))
      mask |= 1 << zone;
  }
  return mask;
};

/** Measured irradiance above the cap, or the zone's emitters together above the skin limit (sum of ratios over 1). */
const tooStrong: Finding = (fw) => {
  const { board } = fw;
  if (!board.masterClosed && !board.masterSense) return 0;
  let mask = 0;
  let share = 0;
  let zone = -1;
  for (let emitter = 0; emitter < board.emitterCount; emitter++) {
    if (board.monitorMw[emitter] === 0) continue;
    const irradiance = board.monitorMw[emitter]! / board.emitterAreaCm2[emitter]!;
    if (board.emitterZone[emitter] !== zone) share = 0;
    zone = board.emitterZone[emitter]!;
    share += irradiance / fw.skinLimit[emitter]!;
    if (!(irradiance <= MEASURED_CAP_MW_PER_CM2 && share <= 1)) mask |= 1 << zone;
  }
  return mask;
};

/** Out of the band for a second, or far above the set value on any one sample; pulsed light by its on-phase. */
const deviates: Finding = (fw, elapsedMs) => {
  const { board } = fw;
  let mask = 0;
  for (let zone = 0; zone < fw.setMwPerCm2.length; zone++) {
    if (!(fw.setMwPerCm2[zone]! > 0)) {
      fw.deviationMs[zone] = 0;
      continue;
    }
    const emitter = fw.entries[fw.zoneEntry[zone]!]!.emitter;
    const set = board.driverMw[emitter]! / board.driverDutyCycle[emitter]!;
    const seen = board.monitorPeakMw[emitter]!;
    const floor = board.emitterPowerMaxMw[emitter]! * COMPARISON_FLOOR;
    if (!(seen <= set * EXCESS_RATIO + floor)) mask |= 1 << zone;
    // A driver that is stuck does not pulse: its peak may be right while its mean is not.
    if (!(board.monitorMw[emitter]! <= board.driverMw[emitter]! * EXCESS_RATIO + floor)) mask |= 1 << zone;
    const band = set * DEVIATION_RATIO;
    const deviation = seen > set ? seen - set : set - seen;
    if (deviation <= (band > floor ? band : floor)) fw.deviationMs[zone] = 0;
    else fw.deviationMs[zone]! += elapsedMs;
    if (!(fw.deviationMs[zone]! < DEVIATION_MS)) mask |= 1 << zone;
  }
  return mask;
};

const isDead: Finding = (fw, elapsedMs) => {
  const { board } = fw;
  let mask = 0;
  for (let zone = 0; zone < fw.setMwPerCm2.length; zone++) {
    if (!(fw.setMwPerCm2[zone]! > 0)) {
      fw.deadMs[zone] = 0;
      continue;
    }
    const emitter = fw.entries[fw.zoneEntry[zone]!]!.emitter;
    const set = board.driverMw[emitter]!;
    const comparable = set >= board.emitterPowerMaxMw[emitter]! * COMPARISON_FLOOR;
    if (!comparable || board.monitorMw[emitter]! >= set * DEAD_RATIO) fw.deadMs[zone] = 0;
    else fw.deadMs[zone]! += elapsedMs;
    if (!(fw.deadMs[zone]! < DEAD_MS)) mask |= 1 << zone;
  }
  return mask;
};

const emitsWhileOff: Finding = (fw, elapsedMs) => {
  const { board } = fw;
  let mask = 0;
  for (let emitter = 0; emitter < board.emitterCount; emitter++) {
    const off = board.driverMw[emitter] === 0;
    if (!off || board.monitorMw[emitter]! <= board.emitterPowerMaxMw[emitter]! * OFF_MAX_RATIO)
      fw.offExcessMs[emitter] = 0;
    else fw.offExcessMs[emitter]! += elapsedMs;
    if (!(fw.offExcessMs[emitter]! < OFF_EXCESS_MS)) mask |= 1 << board.emitterZone[emitter]!;
  }
  return mask;
};

const zoneOverTime: Finding = (fw) => {
  let mask = 0;
  for (let zone = 0; zone < fw.zoneEntry.length; zone++) {
    const index = fw.zoneEntry[zone]!;
    if (index === NO_ENTRY || fw.zoneStatus[zone] !== ZONE.emitting) continue;
    if (!(fw.entryCountedMs[index]! < fw.entries[index]!.plannedMs * ZONE_TIME_RATIO)) mask |= 1 << zone;
  }
  return mask;
};

const sessionOverTime: Finding = (fw) =>
  fw.emissionMs <= fw.backstopMs && fw.totalEmissionMs <= SESSION_MAX_MS ? 0 : allZones(fw);

const leaseRanOut: Finding = (fw) =>
  fw.state !== 'armed' || !fw.lastLeaseLit || fw.nowMs + STEP_MS <= fw.leaseEndMs ? 0 : allZones(fw);

const controllerSilent: Finding = (fw) =>
  fw.state === 'awaitingButton' || fw.nowMs - fw.leaseAcceptedAtMs < SESSION_SILENCE_MS ? 0 : allZones(fw);

const badFrames: Finding = (fw) => (fw.badFrameCount < BAD_FRAME_MAX_COUNT ? 0 : allZones(fw));

const batteryUnfit: Finding = (fw) =>
  fw.board.batteryPercent >= BATTERY_END_PERCENT && !fw.board.charging ? 0 : allZones(fw);

const row = (
  hazard: number,
  scope: HazardRow['scope'],
  pace: HazardRow['pace'],
  response: HazardRow['response'],
  latched: boolean,
  cause: Cause,
  find: Finding,
): HazardRow => ({ hazard, scope, pace, response, latched, cause, find });

/** Worst first: when two are found in one step, the first decides how the session ends. */
export const HAZARD_ROWS: readonly HazardRow[] = [
  row(10, 'always', 'fast', 'lockout', true, 'hazard', emitsWhileOff),
  row(7, 'always', 'fast', 'end', true, 'hazard', tooStrong),
  row(6, 'session', 'fast', 'end', false, 'hazard', overrun),
  row(8, 'session', 'fast', 'cutZone', false, 'hazard', deviates),
  row(9, 'session', 'fast', 'cutZone', false, 'hazard', isDead),
  row(12, 'session', 'fast', 'endZone', false, 'none', zoneOverTime),
  row(12, 'session', 'fast', 'end', false, 'hazard', sessionOverTime),
  row(15, 'session', 'fast', 'end', false, 'hazard', badFrames),
  row(4, 'session', 'slow', 'end', true, 'hazard', sensorsImplausible),
  row(1, 'session', 'slow', 'end', true, 'hazard', isHot),
  row(2, 'session', 'slow', 'end', false, 'hazard', heatedForLong),
  row(18, 'session', 'slow', 'end', false, 'hazard', batteryUnfit),
  row(5, 'session', 'fast', 'pause', false, 'contactLost', contactMissing),
  row(5, 'session', 'fast', 'end', false, 'hazard', contactLostTooOften),
  row(13, 'session', 'fast', 'end', false, 'silence', controllerSilent),
  row(13, 'session', 'fast', 'pause', false, 'leaseExpired', leaseRanOut),
];

/** The first zone of a mask; all of them together are the belt, which is no zone. */
const zoneOf = (fw: Firmware, mask: number): number =>
  mask === allZones(fw) ? NO_ZONE : 31 - Math.clz32(mask & -mask);

export function respondTo(fw: Firmware, hazard: HazardRow, mask: number): void {
  const bit = hazardBit(hazard.hazard);
  const known = (fw.hazards & bit) !== 0 && (fw.flash.latched & bit) !== 0;
  if (hazard.latched) fw.flash.latched |= bit;
  switch (hazard.response) {
    case 'pause':
      if (hazard.hazard === 5) fw.contactLossCount += 1;
      pauseSession(fw, hazard.cause, hazard.hazard);
      noteEvent(fw, 'hazard', hazard.hazard, zoneOf(fw, mask));
      return;
    case 'cutZone':
    case 'endZone':
      fw.hazards |= bit;
      for (let zone = 0; zone < fw.zoneStatus.length; zone++) {
        if ((mask & (1 << zone)) === 0) continue;
        noteEvent(fw, 'hazard', hazard.hazard, zone);
        finishZone(fw, zone, hazard.response === 'cutZone' ? ZONE.cutOff : ZONE.endedShort, hazard.hazard);
      }
      return;
    case 'end':
    case 'lockout': {
      fw.hazards |= bit;
      const locked = hazard.response === 'lockout' || fw.state === 'lockout';
      // Found again while it is latched already: stay dark, but do not fill the event list.
      if (known && fw.record === undefined) {
        fw.board.masterClosed = false;
        return;
      }
      endSession(fw, hazard.cause, locked ? 'lockout' : 'ended');
      noteEvent(fw, 'hazard', hazard.hazard, zoneOf(fw, mask));
      return;
    }
  }
}

const ROWS_BY_PACE: Readonly<Record<HazardRow['pace'], readonly HazardRow[]>> = {
  fast: HAZARD_ROWS.filter((hazard) => hazard.pace === 'fast'),
  slow: HAZARD_ROWS.filter((hazard) => hazard.pace === 'slow'),
};

/** Runs every row that is due. Once a row has ended the session, the session's other rows have nothing to look at. */
export function evaluateHazards(fw: Firmware, pace: HazardRow['pace'], elapsedMs: number): void {
  const rows = ROWS_BY_PACE[pace];
  for (let index = 0; index < rows.length; index++) {
    const hazard = rows[index]!;
    if (hazard.scope === 'session' && fw.record === undefined) continue;
    const mask = hazard.find(fw, elapsedMs);
    if (mask !== 0) respondTo(fw, hazard, mask);
  }
}
