// The lease: the only thing that keeps light on, and it ends by itself. Duplicates, retries, reordering and bursts add
// neither time nor dose, because a lease counts from the tick it names and not from its arrival.
import { CEILING_FULL, LEASE_TTL_MS, type Lease } from '../../protocol/messages.ts';
import { darkenOtherZones } from './emission.ts';
import { TICK_MEMORY_COUNT } from './limits.ts';
import { startStep } from './session.ts';
import { allZones, type Firmware } from './state.ts';

const takesLeases = (fw: Firmware): boolean =>
  fw.state === 'armed' || fw.state === 'paused' || fw.state === 'countdown' || fw.state === 'selfTest';

/** Why a lease is ignored, or undefined when it counts. Ignored leases are ordinary: a stalled link delivers bursts. */
function isIgnored(fw: Firmware, lease: Lease): boolean {
  if (!takesLeases(fw) || fw.record === undefined) return true;
  if (!(lease.tick <= fw.tick && lease.tick >= fw.firstTick)) return true;
  if (!(fw.tick - lease.tick < TICK_MEMORY_COUNT)) return true;
  if (lease.epoch !== fw.epoch) return true;
  if (!(lease.step >= fw.step && lease.step < fw.record.prescription.stepCount)) return true;
  return fw.leaseTaken && lease.tick < fw.leaseTick;
}

export function takeLease(fw: Firmware, lease: Lease): void {
  if (isIgnored(fw, lease)) {
    fw.ignoredLeaseCount += 1;
    return;
  }
  // Light is only granted while armed: a lease that came during countdown or pause keeps the session, no more.
  const zones = fw.state === 'armed' ? lease.zones & allZones(fw) : 0;
  const ceiling = lease.ceiling / CEILING_FULL;
  if (fw.leaseTaken && lease.tick === fw.leaseTick) {
    if (lease.step !== fw.step) {
      fw.ignoredLeaseCount += 1;
      return;
    }
    fw.leaseZones &= zones;
    if (ceiling > fw.ceiling) fw.ceiling = ceiling;
  } else {
    if (lease.step > fw.step) startStep(fw, lease.step);
    fw.leaseTaken = true;
    fw.leaseTick = lease.tick;
    fw.leaseZones = zones;
    if (ceiling > fw.ceiling) fw.ceiling = ceiling;
    const endMs = fw.tickTimes[lease.tick % TICK_MEMORY_COUNT]! + LEASE_TTL_MS;
    if (endMs > fw.leaseEndMs) fw.leaseEndMs = endMs;
    fw.leaseAcceptedAtMs = fw.nowMs;
  }
  fw.lastLeaseLit = fw.leaseZones !== 0;
  darkenOtherZones(fw, fw.leaseZones);
}

/** A new epoch, or a new session, keeps nothing of the old: light must not live on what is left of another lease. */
export function forgetLease(fw: Firmware): void {
  fw.leaseZones = 0;
  fw.lastLeaseLit = false;
  fw.leaseTaken = false;
  fw.leaseEndMs = 0;
}
