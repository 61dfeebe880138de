// Ticks from their frames: complete, or missing.
import { ZONE_MAX_COUNT, type Tick, type TickZone } from './messages.ts';
import { TICK_FLAG, type TickDetailPart, type TickStatePart, type TickZonePart } from './tick.ts';

export interface TickAssembler {
  state(part: TickStatePart): Tick | undefined;
  detail(part: TickDetailPart): Tick | undefined;
  zone(part: TickZonePart): Tick | undefined;
}

/**
 * Puts the frames of one tick together, in any order after the first header. A tick whose frames do not all come
 * before the next one begins is missing: it is never filled up from another.
 */
export function createTickAssembler(zoneCount: number): TickAssembler {
  if (!(zoneCount >= 1 && zoneCount <= ZONE_MAX_COUNT))
    throw new RangeError(`a belt has 1 to ${ZONE_MAX_COUNT} zones`);
  const complete = (1 << zoneCount) - 1;
  let head: TickStatePart | undefined;
  let detail: TickDetailPart | undefined;
  let zones: (TickZone | undefined)[] = [];
  let seen = 0;

  const finish = (): Tick | undefined => {
    if (head === undefined || detail === undefined || seen !== complete) return undefined;
    const tick: Tick = {
      tick: head.tick,
      state: head.state,
      stopLatched: (head.flags & TICK_FLAG.stopLatched) !== 0,
      emission: (head.flags & TICK_FLAG.emission) !== 0,
      leaseLive: (head.flags & TICK_FLAG.leaseLive) !== 0,
      charging: (head.flags & TICK_FLAG.charging) !== 0,
      buttonPressed: (head.flags & TICK_FLAG.buttonPressed) !== 0,
      eventPending: (head.flags & TICK_FLAG.eventPending) !== 0,
      commandId: head.commandId,
      epoch: head.epoch,
      step: head.step,
      leaseAgeTicks: head.leaseAgeTicks,
      uptimeMs: detail.uptimeMs,
      batteryPercent: detail.batteryPercent,
      hazards: detail.hazards,
      zones: zones as TickZone[],
    };
    head = undefined;
    return tick;
  };

  return {
    state(part) {
      head = part;
      detail = undefined;
      zones = new Array<TickZone | undefined>(zoneCount);
      seen = 0;
      return undefined;
    },
    detail(part) {
      if (head === undefined || (head.tick & 0xff) !== part.tickLow8) return undefined;
      detail = part;
      return finish();
    },
    zone(part) {
      if (head === undefined || (head.tick & 0xff) !== part.tickLow8 || !(part.zone.zone < zoneCount))
        return undefined;
      zones[part.zone.zone] = part.zone;
      seen |= 1 << part.zone.zone;
      return finish();
    },
  };
}
