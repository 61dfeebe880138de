// What a class of attacks came to. Three numbers decide: tried, lit or prolonged, prevented a STOP.
export interface Tally {
  readonly name: string;
  runs: number;
  /** Frames or inputs. */
  tried: number;
  /** Samples of the truth with light, so that a tally tells whether there was anything to disturb. */
  lit: number;
  stops: number;
  stopsWhileLit: number;
  litOrProlonged: number;
  stopsPrevented: number;
  threw: number;
  /** Afterwards the person's own key did not open a session any more. */
  lockedOut: number;
  readonly findings: string[];
}

export const createTally = (name: string): Tally => ({
  name,
  runs: 0,
  tried: 0,
  lit: 0,
  stops: 0,
  stopsWhileLit: 0,
  litOrProlonged: 0,
  stopsPrevented: 0,
  threw: 0,
  lockedOut: 0,
  findings: [],
});

const FINDING_MAX_COUNT = 20;

export function addTally(total: Tally, run: Tally): void {
  total.runs += run.runs;
  total.tried += run.tried;
  total.lit += run.lit;
  total.stops += run.stops;
  total.stopsWhileLit += run.stopsWhileLit;
  total.litOrProlonged += run.litOrProlonged;
  total.stopsPrevented += run.stopsPrevented;
  total.threw += run.threw;
  total.lockedOut += run.lockedOut;
  for (const finding of run.findings)
    if (total.findings.length < FINDING_MAX_COUNT) total.findings.push(finding);
}

export const isClean = (tally: Tally): boolean =>
  tally.litOrProlonged === 0 && tally.stopsPrevented === 0 && tally.threw === 0 && tally.lockedOut === 0;

export const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const COLUMNS = [48, 9, 12, 18, 19, 11, 8, 12];
const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, index) =>
      index === 0 ? String(cell).padEnd(48) : String(cell).padStart(COLUMNS[index] ?? 8),
    )
    .join('');

export const tallyHeader = (): string =>
  row([
    'attack',
    'runs',
    'tried',
    'lit or prolonged',
    'stops (while lit)',
    'prevented',
    'threw',
    'locked out',
  ]);

export const tallyLine = (tally: Tally): string =>
  row([
    tally.name,
    tally.runs,
    tally.tried,
    tally.litOrProlonged,
    `${tally.stops} (${tally.stopsWhileLit})`,
    tally.stopsPrevented,
    tally.threw,
    tally.lockedOut,
  ]);
