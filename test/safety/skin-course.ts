// A temperature over time, tick after tick, as the controller judges it.
import { EMPTY_MEMORY, remember, type Observation, type SafetyMemory } from '../../src/safety/observation.ts';
import { warningsOf } from '../../src/safety/warnings.ts';
import { idsOf, moment, zone } from './moments.ts';

export interface Course {
  readonly fromMs?: number;
  readonly toMs: number;
  readonly everyMs?: number;
  readonly skinC: (atMs: number) => number;
  readonly more?: Partial<Observation>;
  readonly memory?: SafetyMemory;
  readonly inTreatment?: boolean;
  /** No light, and so no time of it. */
  readonly isDark?: boolean;
}

interface Judged {
  readonly ids: readonly string[];
  readonly memory: SafetyMemory;
  readonly atMs: number;
  readonly warnings: readonly string[];
}

/** Runs tick after tick, and says what was judged at the end, or at the first hazard. */
export function follow(course: Course, untilFirst = false): Judged {
  const { fromMs = 0, toMs, everyMs = 250, skinC, more, inTreatment = true, isDark = false } = course;
  let memory = course.memory ?? EMPTY_MEMORY;
  let judged: Judged = { ids: [], memory, atMs: NaN, warnings: [] };
  for (let nowMs = fromMs; nowMs <= toMs; nowMs += everyMs) {
    const now = moment({
      nowMs,
      sessionEmissionMs: isDark ? fromMs : nowMs,
      zones: [zone({ skinTemperatureC: skinC(nowMs), inTreatment })],
      ...more,
    });
    memory = remember(memory, now);
    judged = { ids: idsOf(now, memory), memory, atMs: nowMs, warnings: warningsOf(now, memory) };
    if (untilFirst && judged.ids.length > 0) break;
  }
  return judged;
}

/** A sensor that lives: two readings that alternate, so far below any limit that they alone mean nothing. */
export const live = (celsius: number) => (atMs: number) => celsius + ((atMs / 250) % 2) * 0.01;
export const MIN = 60_000;
