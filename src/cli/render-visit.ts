// One session of a plan as arithmetic that a person can follow with a pocket calculator: every figure stands beside those
// that it is made of. Pure.
import { programTable } from '../plan/describe.ts';
import type { ProgramRow, ProgramTable } from '../plan/describe.ts';
import type { PlanCareStep } from '../plan/plan.ts';
import type { BeltProfile } from '../belt/belt.ts';
import type { ResolvedVisitParts } from '../plan/visit.ts';
import { plainNumber } from './figures.ts';
import { formatDuration } from './render-session.ts';
import { renderWideTable, wrapText } from './wrap.ts';

function describePulse(row: ProgramRow): string {
  if (row.pulseFrequencyHz === 0) return 'steady';
  return `${plainNumber(row.pulseFrequencyHz)} Hz, ${plainNumber(row.dutyCycle * 100)} %`;
}

const HEADING = ['zone', 'light', 'mode', 'irradiance', 'dose', '× area', '= energy', 'time'];

const cellsOf = (row: ProgramRow): readonly string[] => [
  row.zone,
  `${row.wavelengthNm} nm`,
  describePulse(row),
  `${row.irradianceMwPerCm2.toFixed(1)} mW/cm²`,
  `${row.radiantExposureJPerCm2.toFixed(2)} J/cm²`,
  `${plainNumber(row.areaCm2)} cm²`,
  `${row.radiantEnergyJ.toFixed(2)} J`,
  `${row.emissionS.toFixed(1)} s`,
];

const MW_PER_W = 1000;

/** `80 s + (2 s + 1 s) ÷ 2`: each linear ramp delivers half of what its time at full power would. */
function explainTime(row: ProgramRow): string {
  const plain = `${plainNumber(row.radiantExposureJPerCm2)} J/cm² ÷ ${plainNumber(row.irradianceMwPerCm2 / MW_PER_W)} W/cm²`;
  const ramps =
    row.rampUpS + row.rampDownS === 0
      ? ''
      : ` + (${plainNumber(row.rampUpS)} s + ${plainNumber(row.rampDownS)} s) ÷ 2`;
  return `time = ${plain}${ramps} = ${row.emissionS.toFixed(1)} s`;
}

const explainPeak = (row: ProgramRow): string =>
  `peak of a pulse = ${plainNumber(row.irradianceMwPerCm2)} mW/cm² ÷ ${plainNumber(row.dutyCycle)} = ` +
  `${(row.irradianceMwPerCm2 / row.dutyCycle).toFixed(1)} mW/cm²`;

export const CARE_WORDS: Readonly<Record<PlanCareStep['measure'], string>> = {
  heat: 'heat',
  stretch: 'stretch',
  massage: 'massage',
  ice: 'ice',
  rest: 'rest',
  medicine: 'medicine',
};

const careLine = (step: PlanCareStep): string => {
  const time = step.durationS > 0 ? `, ${formatDuration(step.durationS * 1000)}` : '';
  const say = step.say === undefined ? '' : `: ${step.say}`;
  return `${CARE_WORDS[step.measure]}${time}, dark${say}`;
};

/** One step of a light block: its name, then the table and how its time comes about. */
export function renderItem(table: ProgramTable, item: number, columns: number): readonly string[] {
  const rest = table.rests.find((candidate) => candidate.item === item);
  if (rest !== undefined) return [`rest, dark, ${formatDuration(rest.durationS * 1000)}`];
  const rows = table.rows.filter((row) => row.item === item);
  const notes = rows.flatMap((row) =>
    row.pulseFrequencyHz === 0 ? [explainTime(row)] : [explainTime(row), explainPeak(row)],
  );
  return [
    rows.length > 1 ? 'light, together' : 'light',
    ...renderWideTable(HEADING, rows.map(cellsOf), columns),
    ...[...new Set(notes)].flatMap((note) => wrapText(note, columns, '', '  ')),
  ];
}

/** Light, rests and care steps in their order, numbered when there are several. */
export function renderSteps(
  visit: ResolvedVisitParts,
  profile: BeltProfile,
  columns: number,
): readonly string[] {
  const steps = visit.parts.flatMap((part): readonly (readonly string[])[] => {
    if (part.kind === 'care') return [[careLine(part.step)]];
    const table = programTable(part.program, profile);
    return part.program.items.map((_item, item) => renderItem(table, item, columns));
  });
  // The first line of each is still to be wrapped; the others are tables.
  if (steps.length === 1) return steps.flat();
  return steps.flatMap(([first = '', ...others], at) => [
    ...wrapText(`${at + 1}. ${first}`, columns, '', '   '),
    ...others,
  ]);
}

export interface VisitTotals {
  readonly radiantEnergyJ: number;
  /** Light and rests. */
  readonly lightMs: number;
  readonly careMs: number;
}

export function visitTotals(visit: ResolvedVisitParts, profile: BeltProfile): VisitTotals {
  const tables = visit.programs.map((program) => programTable(program, profile));
  const careS = visit.parts.reduce(
    (total, part) => total + (part.kind === 'care' ? part.step.durationS : 0),
    0,
  );
  return {
    radiantEnergyJ: tables.reduce((total, table) => total + table.radiantEnergyTotalJ, 0),
    lightMs: visit.programs.reduce((total, program) => total + program.plannedDurationMs, 0),
    careMs: careS * 1000,
  };
}
