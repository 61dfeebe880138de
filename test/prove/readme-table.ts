// The README's table of hazards: thresholds from the code, worst cases from the last full run of `npm run prove`.
import type { HazardRow } from '../../src/safety/hazards.ts';
import type { HazardResult, Results } from './results.ts';

const bound = (milliseconds: number | null): string =>
  milliseconds === null ? '–' : `${milliseconds / 1000} s`;
const response = (row: HazardRow): string =>
  `${row.response}${row.scope === 'zone' ? ' of the zone' : ''}${row.latched ? ', latched' : ''}`;

/** Two decimals of a second, which is one step of the firmware. */
const seconds = (ms: number): string => (ms / 1000).toFixed(2);

function worst(rows: readonly HazardResult[]): string {
  const words = rows.map(({ row, boundMs, worstMs }) => {
    const figures =
      boundMs === 0 ? (worstMs === 0 ? 'no light' : `LIGHT`) : `${seconds(worstMs)} of ${seconds(boundMs)} s`;
    return rows.length === 1 ? figures : `${row}: ${figures}`;
  });
  return [...new Set(words)].join('; ');
}

const link = (path: string): string => `[${path.replace(/^test\//, '').replace(/\.test\.ts$/, '')}](${path})`;

export function hazardTable(hazards: readonly HazardRow[], results: Results): string {
  return [
    '| id | hazard | threshold | belt | controller | response | worst measured, of its bound | tests |',
    '|---|---|---|---|---|---|---|---|',
    ...hazards.map((row) => {
      const found = results.hazards.filter(({ hazard }) => hazard === row.id);
      const tests = (found[0]?.tests ?? []).map(link).join(', ');
      return `| ${row.id} | ${row.name} | ${row.threshold} | ${bound(row.beltBoundMs)} | ${bound(row.controllerBoundMs)} | ${response(row)} | ${worst(found)} | ${tests} |`;
    }),
  ].join('\n');
}

export const HAZARDS_IN_README = /(<!-- hazards:.*?-->\n)([\s\S]*?)(\n?<!-- \/hazards -->)/;

/** The README with the table of these results in its place. */
export const withHazardTable = (readme: string, table: string): string =>
  readme.replace(
    HAZARDS_IN_README,
    (_all, before: string, _old, after: string) => `${before}\n${table}\n${after}`,
  );
