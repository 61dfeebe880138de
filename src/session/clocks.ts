// Two clocks, compared on the ticks with least delay: a late tick says nothing about the clocks, only about the link.

export interface ClockWatch {
  readonly firstAtMs: number;
  /** Least difference `our time − belt time` of the first ticks. */
  readonly baselineMs: number;
  readonly count: number;
  /** The newest differences, newest last. */
  readonly recentMs: readonly number[];
}

export const NO_CLOCK_WATCH: ClockWatch = { firstAtMs: NaN, baselineMs: NaN, count: 0, recentMs: [] };

const BASELINE_COUNT = 8;
const RECENT_COUNT = 16;
/** About one second of ticks. */
const COMPARED_COUNT = 4;

export function watchClocks(watch: ClockWatch, atMs: number, beltTimeMs: number): ClockWatch {
  const differenceMs = atMs - beltTimeMs;
  if (watch.count === 0)
    return { firstAtMs: atMs, baselineMs: differenceMs, count: 1, recentMs: [differenceMs] };
  const recentMs = watch.recentMs.length < RECENT_COUNT ? watch.recentMs.slice() : watch.recentMs.slice(1);
  recentMs.push(differenceMs);
  const isBaseline = watch.count < BASELINE_COUNT && differenceMs < watch.baselineMs;
  return {
    firstAtMs: watch.firstAtMs,
    baselineMs: isBaseline ? differenceMs : watch.baselineMs,
    count: watch.count + 1,
    recentMs,
  };
}

const leastOfLast = (values: readonly number[], count: number): number => {
  let least = Infinity;
  for (let index = Math.max(0, values.length - count); index < values.length; index++) {
    const value = values[index];
    if (value !== undefined && value < least) least = value;
  }
  return least;
};

/** How much more time has passed for us than for the belt since the watch began; negative when its clock is fast. */
export const clockDifferenceMs = (watch: ClockWatch): number =>
  watch.count === 0 ? 0 : leastOfLast(watch.recentMs, COMPARED_COUNT) - watch.baselineMs;

export const clockElapsedMs = (watch: ClockWatch, atMs: number): number =>
  watch.count === 0 ? 0 : atMs - watch.firstAtMs;

/** When, by our clock, the belt stamped this tick: a tick that a stalled link delivers late is not fresh. */
export const stampedAtMs = (watch: ClockWatch, atMs: number, beltTimeMs: number): number =>
  Math.min(atMs, beltTimeMs + leastOfLast(watch.recentMs, RECENT_COUNT));
