// Where a treatment stands against its row of the dosage table. Outside the window is a warning with the row quoted,
// never a refusal: the table itself allows more points than its window does (8 points of 4 J are 32 J of 24).
import { computeIrradianceMwPerCm2 } from './beam.ts';
import { failed, mustBePositive, succeeded, type Computed } from './computed.ts';
import { computeTimeForEnergyS } from './dose.ts';
import { DOSAGE_TABLES, type DosageRow, type DosageTable } from './dosage-rows.ts';
import { formatNumber } from './units.ts';

/** ± of the table's total energy [K]. */
export const DOSAGE_WINDOW_RATIO = 0.5;
/** Less once the inflammation is under control [K]. */
export const DOSAGE_REDUCTION_RATIO = 0.3;
/** Named by the superficial rows of the sheet; good practice for all. */
export const DOSAGE_IRRADIANCE_MAX_MW_PER_CM2 = 100;

/** Sums of decimal fractions may pass a bound by rounding alone. */
const ROUNDING = 1e-9;
const isAtMost = (value: number, max: number): boolean => value <= max * (1 + ROUNDING);
const isAtLeast = (value: number, min: number): boolean => value >= min * (1 - ROUNDING);

export interface FoundDosage {
  readonly table: DosageTable;
  readonly row: DosageRow;
}

/** The row for a diagnosis (`lumbar-spine`) at a wavelength; an error where no table covers it. */
export function findDosageRow(rowId: string, wavelengthNm: number): Computed<FoundDosage> {
  const table = DOSAGE_TABLES.find(
    ({ wavelengthMinNm, wavelengthMaxNm }) =>
      wavelengthNm >= wavelengthMinNm && wavelengthNm <= wavelengthMaxNm,
  );
  if (table === undefined)
    return failed(`no dosage table covers ${formatNumber(wavelengthNm)} nm (780 to 860 nm, and 904 nm)`);
  const row = table.rows.find(({ id }) => id === rowId);
  return row === undefined ? failed(`${table.title} has no row \`${rowId}\``) : succeeded({ table, row });
}

const range = (min: number, max: number): string => (min === max ? `${min}` : `${min}-${max}`);

/** One line for people: `WALT 2010, 780-860 nm, lumbar spine (arthritis): 4-8 points, 16 J in all, …`. */
export function quoteDosageRow({ table, row }: FoundDosage): string {
  const parts = [
    `${range(row.pointCountMin, row.pointCountMax)} points`,
    `${formatNumber(row.totalEnergyJ)} J in all`,
    ...(row.pointEnergyMinJ === undefined ? [] : [`at least ${formatNumber(row.pointEnergyMinJ)} J a point`]),
    `${range(table.irradiationMinS, table.irradiationMaxS)} s a point`,
    ...(row.irradianceMaxMwPerCm2 === undefined ? [] : [`at most ${row.irradianceMaxMwPerCm2} mW/cm2`]),
  ];
  const mark = row.mark === 'K' ? ' [from memory, not verified]' : '';
  return `${table.title}, ${row.diagnosis} (${row.group}): ${parts.join(', ')}${mark}`;
}

/** The spine rows stand under arthritis; there is none for a muscle. To be shown wherever one of them is a plan's basis. */
export const SPASM_EXTRAPOLATION =
  'WALT has no row for muscle spasm: taking a spine row for it is an extrapolation';

export interface DosageTreatment {
  readonly pointEnergyJ: number;
  readonly pointCount: number;
  readonly meanPowerMw: number;
  readonly areaCm2: number;
}

export type DosageFinding =
  | 'timeOutside'
  | 'irradianceAbove'
  | 'powerOutside'
  | 'pointEnergyBelow'
  | 'pointCountOutside'
  | 'totalBelowTable'
  | 'totalOutsideWindow';

export interface DosageCheck {
  readonly pointTimeS: number;
  readonly totalEnergyJ: number;
  readonly irradianceMwPerCm2: number;
  /** Total energy, J. */
  readonly windowMinJ: number;
  readonly windowMaxJ: number;
  /** The total after the reduction of 30 %. */
  readonly reducedTotalJ: number;
  /** Empty inside the window. */
  readonly findings: readonly { readonly kind: DosageFinding; readonly text: string }[];
  readonly quote: string;
}

type Figures = Omit<DosageCheck, 'findings' | 'quote'>;

function findingsOf(
  { table, row }: FoundDosage,
  { pointEnergyJ, pointCount, meanPowerMw }: DosageTreatment,
  figures: Figures,
): DosageCheck['findings'] {
  const { pointTimeS, totalEnergyJ, irradianceMwPerCm2, windowMinJ, windowMaxJ } = figures;
  const { irradiationMinS, irradiationMaxS } = table;
  const irradianceMax = row.irradianceMaxMwPerCm2 ?? DOSAGE_IRRADIANCE_MAX_MW_PER_CM2;
  const pointMinJ = row.pointEnergyMinJ ?? 0;
  const powerMaxMw = table.meanPowerMaxMw ?? Infinity;
  const say = formatNumber;
  const rules: readonly (readonly [kept: boolean, kind: DosageFinding, text: string])[] = [
    [
      isAtLeast(pointTimeS, irradiationMinS) && isAtMost(pointTimeS, irradiationMaxS),
      'timeOutside',
      `${say(pointTimeS)} s a point, not ${irradiationMinS} to ${irradiationMaxS} s`,
    ],
    [
      isAtMost(irradianceMwPerCm2, irradianceMax),
      'irradianceAbove',
      `${say(irradianceMwPerCm2)} mW/cm2, above ${irradianceMax} mW/cm2`,
    ],
    [
      isAtLeast(meanPowerMw, table.meanPowerMinMw) && isAtMost(meanPowerMw, powerMaxMw),
      'powerOutside',
      `${say(meanPowerMw)} mW mean, ` +
        (powerMaxMw < Infinity
          ? `not ${table.meanPowerMinMw} to ${powerMaxMw} mW`
          : `below ${table.meanPowerMinMw} mW`),
    ],
    [
      isAtLeast(pointEnergyJ, pointMinJ),
      'pointEnergyBelow',
      `${say(pointEnergyJ)} J a point, below ${say(pointMinJ)} J`,
    ],
    [
      pointCount >= row.pointCountMin && pointCount <= row.pointCountMax,
      'pointCountOutside',
      `${pointCount} points, not ${range(row.pointCountMin, row.pointCountMax)}`,
    ],
    [
      isAtLeast(totalEnergyJ, row.totalEnergyJ),
      'totalBelowTable',
      `${say(totalEnergyJ)} J in all, below ${say(row.totalEnergyJ)} J`,
    ],
    [
      isAtLeast(totalEnergyJ, windowMinJ) && isAtMost(totalEnergyJ, windowMaxJ),
      'totalOutsideWindow',
      `${say(totalEnergyJ)} J in all, outside the window of ${say(windowMinJ)} to ${say(windowMaxJ)} J`,
    ],
  ];
  return rules.flatMap(([kept, kind, text]) => (kept ? [] : [{ kind, text }]));
}

/** All findings at once. `treatment` is one session: energy and mean power of one point, at the skin. */
export function checkDosage(found: FoundDosage, treatment: DosageTreatment): Computed<DosageCheck> {
  const problem =
    mustBePositive(treatment.pointEnergyJ, 'energy of a point') ??
    (Number.isSafeInteger(treatment.pointCount)
      ? undefined
      : 'the number of points must be a whole number') ??
    mustBePositive(treatment.pointCount, 'the number of points');
  if (problem !== undefined) return failed(problem);
  const time = computeTimeForEnergyS(treatment.pointEnergyJ, treatment.meanPowerMw);
  if (!time.ok) return time;
  const irradiance = computeIrradianceMwPerCm2(treatment.meanPowerMw, treatment.areaCm2);
  if (!irradiance.ok) return irradiance;
  const totalEnergyJ = treatment.pointEnergyJ * treatment.pointCount;
  if (!(totalEnergyJ < Infinity)) return failed('the result is out of range');
  const figures: Figures = {
    pointTimeS: time.value,
    totalEnergyJ,
    irradianceMwPerCm2: irradiance.value,
    windowMinJ: found.row.totalEnergyJ * (1 - DOSAGE_WINDOW_RATIO),
    windowMaxJ: found.row.totalEnergyJ * (1 + DOSAGE_WINDOW_RATIO),
    reducedTotalJ: totalEnergyJ * (1 - DOSAGE_REDUCTION_RATIO),
  };
  return succeeded({
    ...figures,
    findings: findingsOf(found, treatment, figures),
    quote: quoteDosageRow(found),
  });
}
