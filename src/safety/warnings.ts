// What a person is told before it becomes a hazard.
import { lasted } from './evaluation.ts';
import {
  OUTPUT_WARN_MS,
  SKIN_TEMPERATURE_WARN_C,
  THERMAL_DOSE_CUT_MIN,
  THERMAL_DOSE_WARN_MIN,
  UNATTENDED_ASK_MS,
} from './limits.ts';
import type { Observation, SafetyMemory } from './observation.ts';

/** H23. Gentle: nothing is wrong yet. */
export const ARE_YOU_THERE =
  'Are you still there? Press any key; elsewhere `laserbelt status` will do. Without a sign the light pauses within a minute.';

/** Empty when all is well. */
export function warningsOf(observation: Observation, memory: SafetyMemory): readonly string[] {
  const warnings: string[] = [];
  for (let index = 0; index < observation.zones.length; index++) {
    const zone = observation.zones[index];
    if (zone === undefined || !zone.inTreatment) continue;
    if (zone.skinTemperatureC >= SKIN_TEMPERATURE_WARN_C)
      warnings.push(`L${zone.zone + 1}: skin at ${zone.skinTemperatureC.toFixed(1)} °C`);
    const doseMin = memory.thermalDoses[index]?.doseMin ?? 0;
    if (doseMin >= THERMAL_DOSE_WARN_MIN)
      warnings.push(
        `L${zone.zone + 1}: skin warm for long: ${doseMin.toFixed(1)} of ${THERMAL_DOSE_CUT_MIN} min at 43 °C`,
      );
    if (lasted(memory.zones[index]?.driftingSinceMs, observation.nowMs, OUTPUT_WARN_MS))
      warnings.push(`L${zone.zone + 1}: output more than 10 % away from what is set`);
  }
  if (observation.unattendedMs >= UNATTENDED_ASK_MS) warnings.push(ARE_YOU_THERE);
  return warnings;
}
