// What the firmware makes of its temperature sensors. It knows two of them per zone and trusts neither alone.
import { COUNTS_OFFSET_C, COUNTS_PER_C } from '../board.ts';
import { SENSOR_MAX_C, SENSOR_MIN_C, SENSOR_PAIR_MAX_C } from './limits.ts';
import type { Firmware } from './state.ts';

/** Share of a new sample in the filtered value: a step settles in half a second, within the second H01 has. */
const FILTER_SHARE = 0.6;

/** Skin that stays below counts nothing; each degree above 43 doubles what a minute does, each below takes three quarters. */
const HARMLESS_BELOW_C = 39;
const EQUIVALENT_C = 43;
const MS_PER_MIN = 60_000;

const celsiusOf = (counts: number): number => counts / COUNTS_PER_C + COUNTS_OFFSET_C;
const isPlausible = (celsius: number): boolean => celsius >= SENSOR_MIN_C && celsius <= SENSOR_MAX_C;

/** True when both sensors of the zone are within range and agree. */
export function areSensorsPlausible(fw: Firmware, zone: number): boolean {
  const counts = fw.board.temperatureCounts;
  const left = celsiusOf(counts[zone * 2]!);
  const right = celsiusOf(counts[zone * 2 + 1]!);
  return isPlausible(left) && isPlausible(right) && Math.abs(left - right) <= SENSOR_PAIR_MAX_C;
}

/** Takes one conversion of every sensor; the hotter valid one of a pair counts. */
export function readTemperatures(fw: Firmware, elapsedMs: number, emitting: boolean): void {
  const counts = fw.board.temperatureCounts;
  for (let zone = 0; zone < fw.skinC.length; zone++) {
    const left = celsiusOf(counts[zone * 2]!);
    const right = celsiusOf(counts[zone * 2 + 1]!);
    const hotter = isPlausible(left)
      ? isPlausible(right) && right > left
        ? right
        : left
      : isPlausible(right)
        ? right
        : Number.NaN;
    const before = fw.skinC[zone]!;
    const skinC = before > 0 ? before + (hotter - before) * FILTER_SHARE : hotter;
    fw.skinC[zone] = skinC;
    const warmest = before > skinC ? before : skinC;
    if (warmest < HARMLESS_BELOW_C) continue;
    // No reading is no number, and a dose that is no number is too much.
    const factor = warmest < EQUIVALENT_C ? 4 : 2;
    fw.thermalDoseMin[zone]! += (factor ** (warmest - EQUIVALENT_C) * elapsedMs) / MS_PER_MIN;
  }
  for (let sensor = 0; sensor < counts.length; sensor++) {
    if (counts[sensor] !== fw.lastCounts[sensor]) {
      fw.lastCounts[sensor] = counts[sensor]!;
      fw.countsSameMs[sensor] = 0;
    } else if (emitting) fw.countsSameMs[sensor]! += elapsedMs;
  }
}
