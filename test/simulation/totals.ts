// What many runs add up to. Workers send theirs to the one that prints; so it is plain data.
import { INVARIANT_NUMBERS, INVARIANTS } from './oracle/findings.ts';
import { HAZARD_BOUND_MS, HAZARD_NAMES, type HazardName } from './oracle/hazards.ts';
import { STEP_MS } from './oracle/light.ts';
import type { Run } from './run.ts';

/** What a session that completed gave of its prescription: bins of 0.1 % from −30 % to +30 %, the ends hold what is beyond. */
const BIN = 0.001;
const BIN_LEAST = -0.3;
const BIN_COUNT = 601;

export interface Totals {
  runCount: number;
  sessionCount: number;
  simulatedMs: number;
  readonly checks: number[];
  readonly seen: Record<string, number>;
  readonly worstMs: Record<string, number>;
  readonly hazardCounts: Record<string, number>;
  goneMs: number;
  goneCount: number;
  readonly errorBins: number[];
  completedCount: number;
  /** True dose above prescribed + 1 %, in leases at set power: 1 is the most that may be. */
  leasesMost: number;
  bookedMostCertain: number;
  bookedLeast: number;
  ratioCount: number;
  certainCount: number;
  twiceCount: number;
}

export const createTotals = (): Totals => ({
  runCount: 0,
  sessionCount: 0,
  simulatedMs: 0,
  checks: INVARIANT_NUMBERS.map(() => 0),
  seen: {},
  worstMs: {},
  hazardCounts: {},
  goneMs: -1,
  goneCount: 0,
  errorBins: new Array<number>(BIN_COUNT).fill(0),
  completedCount: 0,
  leasesMost: 0,
  bookedMostCertain: 0,
  bookedLeast: Infinity,
  ratioCount: 0,
  certainCount: 0,
  twiceCount: 0,
});

export function addRun(totals: Totals, run: Run): void {
  totals.runCount += 1;
  totals.sessionCount += run.sessionCount;
  totals.simulatedMs += run.simulatedMs;
  for (const invariant of INVARIANT_NUMBERS) totals.checks[invariant - 1]! += run.checks[invariant]!;
  for (const label of run.seen) totals.seen[label] = (totals.seen[label] ?? 0) + 1;
  for (const name of HAZARD_NAMES) {
    totals.worstMs[name] = Math.max(totals.worstMs[name] ?? -1, run.hazards.worstMs[name]);
    totals.hazardCounts[name] = (totals.hazardCounts[name] ?? 0) + run.hazards.counts[name];
  }
  totals.goneMs = Math.max(totals.goneMs, run.goneMs);
  if (run.goneMs >= 0) totals.goneCount += 1;
  for (const { truth, leasesAbove, booked, isCertain, isCompleted, isJudged } of run.ratios) {
    totals.ratioCount += 1;
    if (isCompleted) {
      const bin = Math.floor((truth - 1 - BIN_LEAST) / BIN);
      totals.completedCount += 1;
      totals.errorBins[Math.min(BIN_COUNT - 1, Math.max(0, bin))]! += 1;
    }
    if (!isJudged) continue;
    totals.leasesMost = Math.max(totals.leasesMost, leasesAbove);
    if (!Number.isFinite(booked)) continue;
    totals.bookedLeast = Math.min(totals.bookedLeast, booked);
    if (!isCertain) continue;
    totals.certainCount += 1;
    totals.bookedMostCertain = Math.max(totals.bookedMostCertain, booked);
  }
}

const addAll = (
  to: Record<string, number>,
  from: Record<string, number>,
  add: (a: number, b: number) => number,
): void => {
  for (const [key, value] of Object.entries(from)) to[key] = key in to ? add(to[key] ?? 0, value) : value;
};

export function addTotals(to: Totals, from: Totals): void {
  to.runCount += from.runCount;
  to.sessionCount += from.sessionCount;
  to.simulatedMs += from.simulatedMs;
  from.checks.forEach((count, index) => (to.checks[index]! += count));
  const sum = (left: number, right: number): number => left + right;
  addAll(to.seen, from.seen, sum);
  addAll(to.worstMs, from.worstMs, Math.max);
  addAll(to.hazardCounts, from.hazardCounts, sum);
  to.goneMs = Math.max(to.goneMs, from.goneMs);
  to.goneCount += from.goneCount;
  from.errorBins.forEach((count, index) => (to.errorBins[index]! += count));
  to.completedCount += from.completedCount;
  to.leasesMost = Math.max(to.leasesMost, from.leasesMost);
  to.bookedMostCertain = Math.max(to.bookedMostCertain, from.bookedMostCertain);
  to.bookedLeast = Math.min(to.bookedLeast, from.bookedLeast);
  to.ratioCount += from.ratioCount;
  to.certainCount += from.certainCount;
  to.twiceCount += from.twiceCount;
}

/** In per cent of the prescription; a bin by its middle. */
function doseErrorAt(totals: Totals, share: number): number {
  let left = totals.completedCount * share;
  for (const [bin, count] of totals.errorBins.entries()) {
    left -= count;
    if (count > 0 && left <= 0) return (BIN_LEAST + (bin + 0.5) * BIN) * 100;
  }
  return NaN;
}

export const DOSE_SHARES = [0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1] as const;
/** True dose minus prescribed, in per cent of it, over the zones of sessions that completed. */
export const doseErrors = (totals: Totals): readonly number[] =>
  DOSE_SHARES.map((share) => doseErrorAt(totals, share));

export function describeTotals(totals: Totals): readonly string[] {
  const hours = totals.simulatedMs / 3_600_000;
  const hazards = HAZARD_NAMES.map((name: HazardName) => {
    const worst = totals.worstMs[name] ?? -1;
    const bound = HAZARD_BOUND_MS[name] + STEP_MS;
    return `  ${name.padEnd(20)} ${String(totals.hazardCounts[name] ?? 0).padStart(7)} times, worst ${worst < 0 ? '—' : `${worst} ms`}, bound ${bound} ms`;
  });
  return [
    `${totals.runCount} runs, ${totals.sessionCount} sessions, ${hours.toFixed(1)} simulated hours; ${totals.twiceCount} runs done twice with the same trace`,
    'invariants, and how often each was looked at:',
    ...INVARIANT_NUMBERS.map(
      (number) => `  ${number} ${INVARIANTS[number].padEnd(88)} ${totals.checks[number - 1]}`,
    ),
    'from hazard to dark, by the truth:',
    ...hazards,
    `  controller gone      ${String(totals.goneCount).padStart(7)} times, worst ${totals.goneMs.toFixed(0)} ms`,
    `dose error of ${totals.completedCount} zones in sessions that completed, in % of the prescription, by share of the zones:`,
    `  ${DOSE_SHARES.map((share) => `${share * 100} %`.padStart(8)).join('')}`,
    `  ${doseErrors(totals)
      .map((error) => error.toFixed(2).padStart(8))
      .join('')}`,
    `most above prescribed + 1 %: ${totals.leasesMost.toFixed(3)} of a lease at set power (${totals.ratioCount} zones, single faults)`,
    `book: least booked/true ${totals.bookedLeast.toFixed(4)}, most where certain ${totals.bookedMostCertain.toFixed(4)} (${totals.certainCount} zones certain)`,
  ];
}
