// The two times that every JSON line carries: for people and records, and for differences.

export interface Stamp {
  readonly at: string;
  readonly atMs: number;
}

const MS_DECIMALS = 1000;
export const roundMs = (ms: number): number => Math.round(ms * MS_DECIMALS) / MS_DECIMALS;

/** @param atMs monotonic; this machine's clock unless a session's own is given */
export const stampNow = (atMs: number = performance.now()): Stamp => ({
  at: new Date().toISOString(),
  atMs: roundMs(atMs),
});
