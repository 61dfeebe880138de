// What `npm run prove` found, as data: the README's table of hazards is made of it.
import type { CellResult } from '../simulation/table.ts';
import { DOSE_SHARES, doseErrors, type Totals } from '../simulation/totals.ts';
import { HAZARD_TESTS } from './hazard-tests.ts';

export interface HazardResult {
  readonly hazard: string;
  /** What was done; a hazard may have several. */
  readonly row: string;
  /** With one step of the firmware; 0: there must be no light at all. */
  readonly boundMs: number;
  /** Over every way in which the controller was there or gone. */
  readonly worstMs: number;
  readonly injections: number;
  readonly tests: readonly string[];
}

export interface SimulationResult {
  readonly runs: number;
  readonly sessions: number;
  readonly hours: number;
  readonly repeated: number;
  readonly violations: number;
  /** Share of the zones → true minus prescribed dose, in %. */
  readonly doseErrorPercent: Readonly<Record<string, number>>;
  readonly leasesAboveMost: number;
  readonly bookedLeast: number;
  readonly bookedMostCertain: number;
}

export interface Measured {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: number;
}

export interface Results {
  readonly at: string;
  readonly commit: string;
  readonly seeds: Readonly<Record<string, number>>;
  readonly states: Readonly<Record<string, number>>;
  readonly simulation: SimulationResult;
  readonly hazards: readonly HazardResult[];
  readonly measured: readonly Measured[];
  readonly mutants: { readonly killed: number; readonly total: number } | null;
}

/** Cells of one row become one line, in the order of the hazards' numbers. */
export function hazardResults(cells: readonly CellResult[]): readonly HazardResult[] {
  const rows = new Map<string, HazardResult>();
  for (const { cell, hazard, boundMs, worstMs, count } of cells) {
    const before = rows.get(cell.row);
    rows.set(cell.row, {
      hazard,
      row: cell.row,
      boundMs,
      worstMs: Math.round(Math.max(before?.worstMs ?? 0, worstMs)),
      injections: (before?.injections ?? 0) + count,
      tests: HAZARD_TESTS[hazard] ?? [],
    });
  }
  return [...rows.values()].sort(
    (left, right) => left.hazard.localeCompare(right.hazard) || left.row.localeCompare(right.row),
  );
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

export function simulationResult(totals: Totals, violations: number): SimulationResult {
  const errors = doseErrors(totals);
  return {
    runs: totals.runCount,
    sessions: totals.sessionCount,
    hours: rounded(totals.simulatedMs / 3_600_000, 1),
    repeated: totals.twiceCount,
    violations,
    doseErrorPercent: Object.fromEntries(
      DOSE_SHARES.map((share, index) => [String(share), rounded(errors[index] ?? NaN, 2)]),
    ),
    leasesAboveMost: rounded(totals.leasesMost, 3),
    bookedLeast: rounded(totals.bookedLeast, 4),
    bookedMostCertain: rounded(totals.bookedMostCertain, 4),
  };
}
