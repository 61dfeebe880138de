// What a session will do, as a table that a person can check with a pocket calculator. Pure.
import type { ProgramRow, ProgramTable } from '../plan/describe.ts';
import { formatDuration, renderTable } from './render-session.ts';

function describePulse(row: ProgramRow): string {
  if (row.pulseFrequencyHz === 0) return 'continuous';
  return `${row.pulseFrequencyHz} Hz, ${Math.round(row.dutyCycle * 100)} %`;
}

const cellsOf = (row: ProgramRow): readonly string[] => [
  row.zone,
  `${row.wavelengthNm} nm`,
  describePulse(row),
  `${row.irradianceMwPerCm2.toFixed(1)} mW/cm²`,
  `${row.radiantExposureJPerCm2.toFixed(2)} J/cm²`,
  `${row.areaCm2.toFixed(2)} cm²`,
  `${row.radiantEnergyJ.toFixed(2)} J`,
  `${row.emissionS.toFixed(1)} s`,
];

const HEADING = ['zone', 'light', 'mode', 'irradiance', 'dose', '× area', '= energy', 'time'];

/** `80.0 s + (2 s + 1 s) ÷ 2`: each linear ramp delivers half of its time. */
function explainTime(row: ProgramRow): string {
  const irradiance = `${(row.irradianceMwPerCm2 / 1000).toFixed(3)} W/cm²`;
  const ramps = row.rampUpS + row.rampDownS === 0 ? '' : ` + (${row.rampUpS} s + ${row.rampDownS} s) ÷ 2`;
  return `time = ${row.radiantExposureJPerCm2.toFixed(2)} J/cm² ÷ ${irradiance}${ramps} = ${row.emissionS.toFixed(1)} s`;
}

/** The arithmetic of one session: per step and zone, then the totals. */
export function renderProgram(table: ProgramTable, site: string): readonly string[] {
  const { rows, rests } = table;
  const itemCount = Math.max(-1, ...rows.map((row) => row.item), ...rests.map((rest) => rest.item)) + 1;
  const lines: string[] = [];
  for (let item = 0; item < itemCount; item++) {
    const title = itemCount === 1 ? '' : `Step ${item + 1}: `;
    const rest = rests.find((candidate) => candidate.item === item);
    if (rest !== undefined) {
      lines.push(`${title}rest, dark, ${formatDuration(rest.durationS * 1000)}`);
      continue;
    }
    if (title !== '') lines.push(`${title}light`);
    const zones = rows.filter((row) => row.item === item);
    lines.push(...renderTable(HEADING, zones.map(cellsOf)));
    const [first] = zones;
    if (first !== undefined) lines.push(explainTime(first));
  }
  lines.push(
    `${table.radiantEnergyTotalJ.toFixed(1)} J in all on the site ‘${site}’, in ${formatDuration(table.durationTotalS * 1000)}.`,
  );
  return lines;
}
