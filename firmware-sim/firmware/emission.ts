// The only file that closes a switch. Each step sets every driver of the current step's zones anew from the lease, the
// dose and the sensors; what is not proven lit is dark.
import { STEP_MS } from './limits.ts';
import { NO_ENTRY, ZONE, type Firmware } from './state.ts';

/** Smallest light of a ramp, as a part of the set irradiance. */
export const RAMP_FLOOR = 0.02;
const MJ_PER_MW_MS = 1 / 1000;

/** Master first: it is the switch that works when a driver is stuck. */
export function darken(fw: Firmware): void {
  const { board } = fw;
  board.masterClosed = false;
  board.driverMw.fill(0);
  fw.setMwPerCm2.fill(0);
  fw.zoneLitMs.fill(0);
  for (let zone = 0; zone < fw.zoneStatus.length; zone++) {
    if (fw.zoneStatus[zone] !== ZONE.emitting) continue;
    fw.zoneStatus[zone] = ZONE.waiting;
    const entry = fw.zoneEntry[zone]!;
    if (entry !== NO_ENTRY) fw.entryStatus[entry] = ZONE.waiting;
  }
}

/** Adds up what the monitor photodiodes have integrated since the last call, and the time the zones were lit. */
export function integrateDose(fw: Firmware, elapsedMs: number): void {
  const { board, meterMj } = fw;
  let lit = false;
  let counted = false;
  for (let zone = 0; zone < fw.zoneEntry.length; zone++) {
    const index = fw.zoneEntry[zone]!;
    if (index === NO_ENTRY) continue;
    const entry = fw.entries[index]!;
    const meter = board.monitorEnergyMj[entry.emitter]!;
    if (meter !== meterMj[entry.emitter]) {
      fw.deliveredMjPerCm2[index]! += (meter - meterMj[entry.emitter]!) / entry.areaCm2;
      meterMj[entry.emitter] = meter;
    }
    if (fw.setMwPerCm2[zone]! > 0) {
      fw.entryOnMs[index]! += elapsedMs;
      fw.zoneLitMs[zone]! += elapsedMs;
      lit = true;
      // Ramps repeated after a pause are no sign of a weak emitter (H12).
      if (fw.zoneStarts[zone]! <= 1 || fw.zoneLitMs[zone]! > entry.rampUpMs) {
        fw.entryCountedMs[index]! += elapsedMs;
        counted = true;
      }
    }
  }
  if (lit) fw.totalEmissionMs += elapsedMs;
  if (counted) fw.emissionMs += elapsedMs;
}

/** Irradiance for the coming step, or 0. The ramp down is part of the dose: half its area lies below the line. */
function plannedIrradiance(fw: Firmware, zone: number, index: number): number {
  const entry = fw.entries[index]!;
  const peak = entry.irradianceMwPerCm2;
  const remaining = entry.prescribedMjPerCm2 - fw.deliveredMjPerCm2[index]!;
  let planned = peak;
  if (entry.rampUpMs > 0) {
    const share = (fw.zoneLitMs[zone]! + STEP_MS / 2) / entry.rampUpMs;
    if (share < 1) planned = peak * (share > RAMP_FLOOR ? share : RAMP_FLOOR);
  }
  // More dose left than the whole ramp down holds: the line is still above the peak.
  if (remaining < (peak * entry.rampDownMs * MJ_PER_MW_MS) / 2) {
    const falling = Math.sqrt((2 * peak * remaining) / (entry.rampDownMs * MJ_PER_MW_MS));
    if (falling < planned) planned = falling;
  }
  const last = remaining / (STEP_MS * MJ_PER_MW_MS);
  if (last < planned) planned = last;
  // The ceiling is a bound, not a target: a zone stays dark rather than touch it.
  if (fw.ceiling < 1) {
    const allowed = entry.prescribedMjPerCm2 * fw.ceiling - fw.deliveredMjPerCm2[index]!;
    if (!(planned * STEP_MS * MJ_PER_MW_MS < allowed)) return 0;
  }
  return planned;
}

/** True while the zone's dose is not complete. */
export function hasDoseLeft(fw: Firmware, index: number): boolean {
  const entry = fw.entries[index]!;
  return fw.deliveredMjPerCm2[index]! < entry.prescribedMjPerCm2 - entry.restMjPerCm2;
}

/**
 * Sets the drivers for the coming step. The step must end within the lease, so that the light is never on after it.
 */
export function controlEmission(fw: Firmware): void {
  const { board } = fw;
  const leased = fw.state === 'armed' && fw.nowMs + STEP_MS <= fw.leaseEndMs ? fw.leaseZones : 0;
  let any = false;
  for (let zone = 0; zone < fw.zoneEntry.length; zone++) {
    const index = fw.zoneEntry[zone]!;
    if (index === NO_ENTRY) continue;
    const status = fw.zoneStatus[zone]!;
    if (status !== ZONE.waiting && status !== ZONE.emitting) continue;
    const entry = fw.entries[index]!;
    const set =
      (leased & (1 << zone)) !== 0 && board.contact[zone] === 1 ? plannedIrradiance(fw, zone, index) : 0;
    if (set > 0) {
      if (status === ZONE.waiting) {
        fw.zoneStatus[zone] = ZONE.emitting;
        fw.entryStatus[index] = ZONE.emitting;
        fw.zoneStarts[zone]! += 1;
        board.driverFrequencyHz[entry.emitter] = entry.frequencyHz;
        board.driverDutyCycle[entry.emitter] = entry.dutyCycle;
      }
      any = true;
    } else if (status === ZONE.emitting) {
      fw.zoneStatus[zone] = ZONE.waiting;
      fw.entryStatus[index] = ZONE.waiting;
      fw.zoneLitMs[zone] = 0;
    }
    fw.setMwPerCm2[zone] = set;
    board.driverMw[entry.emitter] = set * entry.areaCm2;
  }
  board.masterClosed = any;
}

/** Zones outside the mask are dark now, not at the next step. */
export function darkenOtherZones(fw: Firmware, mask: number): void {
  let any = false;
  for (let zone = 0; zone < fw.setMwPerCm2.length; zone++) {
    if (!(fw.setMwPerCm2[zone]! > 0)) continue;
    const index = fw.zoneEntry[zone]!;
    if ((mask & (1 << zone)) !== 0 || index === NO_ENTRY) {
      any = true;
      continue;
    }
    fw.setMwPerCm2[zone] = 0;
    fw.zoneLitMs[zone] = 0;
    fw.board.driverMw[fw.entries[index]!.emitter] = 0;
    if (fw.zoneStatus[zone] === ZONE.emitting) {
      fw.zoneStatus[zone] = ZONE.waiting;
      fw.entryStatus[index] = ZONE.waiting;
    }
  }
  if (!any) fw.board.masterClosed = false;
}
