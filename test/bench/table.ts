// One line a figure: what was measured, the floor beside it, and whether it held. Figures against the machine are
// ratios to something measured in the same run, interleaved with it, because the machines are shared and noisy.

export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor: { readonly atMost: number } | { readonly atLeast: number };
  readonly note?: string;
}

export const holds = ({ value, floor }: Figure): boolean =>
  'atMost' in floor ? value <= floor.atMost : value >= floor.atLeast;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
};

const number = (value: number): string =>
  Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString('en-US')
    : Number(value.toPrecision(4)).toString();

/** A row of the table; printed as soon as it is known, since the whole takes minutes. */
export function formatFigure(figure: Figure): string {
  const floor =
    'atMost' in figure.floor ? `≤ ${number(figure.floor.atMost)}` : `≥ ${number(figure.floor.atLeast)}`;
  const mark = holds(figure) ? 'ok  ' : 'OVER';
  const note = figure.note === undefined ? '' : `   (${figure.note})`;
  return `${mark} ${figure.name.padEnd(62)} ${number(figure.value).padStart(10)} ${figure.unit.padEnd(9)} ${floor.padStart(11)}${note}`;
}
