// Defects in the simulated belt's firmware, switched on for one play. The seam is the firmware's own table of hazards:
// its first row is looked at in every step, and a row that finds nothing is a hazard that nobody watches.
import { HAZARD_ROWS } from '../../../firmware-sim/firmware/hazards.ts';
import type { Firmware } from '../../../firmware-sim/firmware/state.ts';

export interface FirmwareDefect {
  /** In each step, before the light is set for the next one. */
  readonly step?: (fw: Firmware, elapsedMs: number) => void;
  /** Numbers of hazards that are not looked for. */
  readonly blindTo?: readonly number[];
}

export function withDefect(defect: FirmwareDefect | undefined, play: () => void): void {
  const originals = HAZARD_ROWS.map((row) => row.find);
  if (defect !== undefined)
    HAZARD_ROWS.forEach((row, index) => {
      const { find } = row;
      const isBlind = defect.blindTo?.includes(row.hazard) ?? false;
      Object.assign(row, {
        find(fw: Firmware, elapsedMs: number) {
          if (index === 0) defect.step?.(fw, elapsedMs);
          return isBlind ? 0 : find(fw, elapsedMs);
        },
      });
    });
  try {
    play();
  } finally {
    HAZARD_ROWS.forEach((row, index) => Object.assign(row, { find: originals[index] }));
  }
}
