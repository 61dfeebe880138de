// The self-test emits nothing: it looks at the switches, the sensors and the photodiodes while all is dark (H17).
import { DRIVER_SENSE } from '../board.ts';
import { isEmissionMeasured } from './ticks.ts';
import { areSensorsPlausible } from './sensors.ts';
import type { Firmware } from './state.ts';

/** Zones that fail, as a mask; a fault of the whole belt fails all of them. */
export function failingZones(fw: Firmware): number {
  const { board } = fw;
  if (board.masterSense || isEmissionMeasured(fw)) return (1 << board.zoneCount) - 1;
  let mask = 0;
  for (let emitter = 0; emitter < board.emitterCount; emitter++)
    if (board.driverSense[emitter] !== DRIVER_SENSE.ok) mask |= 1 << board.emitterZone[emitter]!;
  for (let zone = 0; zone < board.zoneCount; zone++) if (!areSensorsPlausible(fw, zone)) mask |= 1 << zone;
  return mask;
}
