// Two clocks, compared on the ticks with least delay: a late tick says nothing about the clocks, only about the link.

export interface ClockWatch {
  readonly firstAtMs: number;
  /** Least difference `our time − belt time` of the first ticks. */
  readonly baselineMs: number;
  readonly count: number;
  /** The newest differences and when they were taken, newest last. */
  readonly recentMs: readonly number[];
  readonly recentAtMs: readonly number[];
}

export const NO_CLOCK_WATCH: ClockWatch = {
  firstAtMs: NaN,
  baselineMs: NaN,
  count: 0,
  recentMs: [],
  recentAtMs: [],
};

const BASELINE_COUNT = 8;
const RECENT_COUNT = 16;
/** A slow clock of the belt looks like delay: it counts only when no tick of this long came in time. */
const WINDOW_MS = 1500;
/** A burst after a stall arrives at one instant: it is all delay. */
const WINDOW_SPAN_MS = 1000;

const pushed = (values: readonly number[], value: number): readonly number[] => {
  const next = values.length < RECENT_COUNT ? values.slice() : values.slice(1);
  next.push(value);
  return next;
};

export function watchClocks(watch: ClockWatch, atMs: number, beltTimeMs: number): ClockWatch {
  const differenceMs = atMs - beltTimeMs;
  if (watch.count === 0)
    return {
      firstAtMs: atMs,
      baselineMs: differenceMs,
      count: 1,
      recentMs: [differenceMs],
      recentAtMs: [atMs],
    };
  const isBaseline = watch.count < BASELINE_COUNT && differenceMs < watch.baselineMs;
  return {
    firstAtMs: watch.firstAtMs,
    baselineMs: isBaseline ? differenceMs : watch.baselineMs,
    count: watch.count + 1,
    recentMs: pushed(watch.recentMs, differenceMs),
    recentAtMs: pushed(watch.recentAtMs, atMs),
  };
}

/** How much more time has passed for us than for the belt since the watch began; negative when its clock is fast. */
export function clockDifferenceMs(watch: ClockWatch): number {
  const last = watch.recentMs.length - 1;
  const newestMs = watch.recentMs[last];
  const newestAtMs = watch.recentAtMs[last];
  if (newestMs === undefined || newestAtMs === undefined) return 0;
  // Delay is never negative: less difference than at first is a fast clock, whatever the link does.
  if (newestMs < watch.baselineMs) return newestMs - watch.baselineMs;
  let least = newestMs;
  let oldestAtMs = newestAtMs;
  for (let index = last - 1; index >= 0; index--) {
    const atMs = watch.recentAtMs[index];
    const value = watch.recentMs[index];
    if (atMs === undefined || value === undefined || !(newestAtMs - atMs <= WINDOW_MS)) break;
    oldestAtMs = atMs;
    if (value < least) least = value;
  }
  return newestAtMs - oldestAtMs >= WINDOW_SPAN_MS ? least - watch.baselineMs : 0;
}

export const clockElapsedMs = (watch: ClockWatch, atMs: number): number =>
  watch.count === 0 ? 0 : atMs - watch.firstAtMs;

/** When, by our clock, the belt stamped this tick: a tick that a stalled link delivers late is not fresh. */
export function stampedAtMs(watch: ClockWatch, atMs: number, beltTimeMs: number): number {
  let least = Infinity;
  for (const value of watch.recentMs) if (value < least) least = value;
  return Math.min(atMs, beltTimeMs + least);
}
