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
  for (const finding of run.findings)
    if (total.findings.length < FINDING_MAX_COUNT) total.findings.push(finding);
}

export const isClean = (tally: Tally): boolean =>
  tally.litOrProlonged === 0 && tally.stopsPrevented === 0 && tally.threw === 0;

export const wordsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

export const tallyHeader = (): string =>
  ['class'.padEnd(44), 'runs', 'tried', 'lit or prolonged', 'stops (lit)', 'prevented', 'threw'].join('  ');

export const tallyLine = (tally: Tally): string =>
  [
    tally.name.padEnd(44),
    tally.runs,
    tally.tried,
    tally.litOrProlonged,
    `${tally.stops} (${tally.stopsWhileLit})`,
    tally.stopsPrevented,
    tally.threw,
  ].join('  ');
