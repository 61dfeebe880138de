// What a light block will do, in the form of `plan show`: who has read the one knows the other. Pure.
import type { ProgramTable } from '../plan/describe.ts';
import { formatDuration } from './render-session.ts';
import { renderItem } from './render-visit.ts';
import { wrapText } from './wrap.ts';

/** The arithmetic of one light block: per step and zone, then the totals. */
export function renderProgram(table: ProgramTable, site: string, columns: number): readonly string[] {
  const { rows, rests } = table;
  const itemCount = Math.max(-1, ...rows.map((row) => row.item), ...rests.map((rest) => rest.item)) + 1;
  const steps = Array.from({ length: itemCount }, (_, item) => {
    const [name = '', ...lines] = renderItem(table, item, columns);
    return itemCount === 1 ? lines : [`${item + 1}. ${name}`, ...lines];
  });
  const energy = `${table.radiantEnergyTotalJ.toFixed(1)} J in all`;
  return [
    ...steps.flat(),
    ...wrapText(
      `${energy} on the site ‘${site}’, in ${formatDuration(table.durationTotalS * 1000)}.`,
      columns,
    ),
  ];
}
