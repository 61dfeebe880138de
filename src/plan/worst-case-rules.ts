// When the next visit may begin, as the book's rules over days have it (H19). Times are seconds on one scale.
import { DAY_S, type RepeatRules } from './worst-case-facts.ts';

/** A visit that shone, as the book knows it. */
export interface PastVisit {
  readonly startS: number;
  readonly endS: number;
  /** Booked upper bound of each line. */
  readonly booked: readonly number[];
  readonly counts: boolean;
}

/** Zones as groups of lines: which lines are on the same skin, and what is planned there now. */
export interface ZoneLines {
  readonly zone: number;
  readonly lines: readonly number[];
  readonly plannedJPerCm2: number;
}

export const sumOver = (doses: readonly number[], lines: readonly number[]): number => {
  let sum = 0;
  for (const line of lines) sum += doses[line] ?? 0;
  return sum;
};

/** A visit counts when what is booked of any line reaches the ratio of what was planned. */
export const countsAsVisit = (
  booked: readonly number[],
  planned: readonly number[],
  retryMaxRatio: number,
): boolean => planned.some((dose, line) => !((booked[line] ?? 0) < retryMaxRatio * dose));

/** What must have passed at `atS`, or `atS` itself when nothing stands against a visit then. */
function notBefore(
  rules: RepeatRules,
  past: readonly PastVisit[],
  zones: readonly ZoneLines[],
  atS: number,
): number {
  for (const visit of past) if (visit.counts && atS < visit.endS + rules.gapS) return visit.endS + rules.gapS;
  const recent = past.filter(({ endS }) => endS > atS - DAY_S);
  const oldest = recent[0];
  if (oldest === undefined) return atS;
  if (!(recent.length < rules.visitsPerDayMaxCount)) return oldest.endS + DAY_S;
  for (const { lines, plannedJPerCm2 } of zones) {
    const booked = recent.reduce((sum, visit) => sum + sumOver(visit.booked, lines), 0);
    if (!(booked + plannedJPerCm2 <= rules.dayDoseMaxJPerCm2)) return oldest.endS + DAY_S;
  }
  return atS;
}

/** Earliest begin of one more visit after `past` (oldest first); every rule only ever looks back one day or one gap. */
export function earliestStartS(
  rules: RepeatRules,
  past: readonly PastVisit[],
  zones: readonly ZoneLines[],
): number {
  let atS = past.at(-1)?.endS ?? 0;
  // Each round passes the end of one rule for one visit.
  for (let round = 0; round <= 3 * past.length; round++) {
    const nextS = notBefore(rules, past, zones, atS);
    if (!(nextS > atS)) return atS;
    atS = nextS;
  }
  return atS;
}
