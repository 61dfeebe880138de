// A limit over time as a table of power laws, coefficient · t^exponent. Each segment holds at both its ends, and where
// two hold the lower wins: at 10 s, at the end of each pulse regime, and where thermal and photochemical limits run side
// by side. 2006/25/EC annex II asks for exactly that ("the more restrictive applies").
import { compute, failed, mustBeWithin, type Computed } from './computed.ts';

/** What every limit here covers; below a nanosecond other mechanisms destroy tissue. */
export const EXPOSURE_MIN_S = 1e-9;
export const EXPOSURE_MAX_S = 30_000;

export interface LimitSegment {
  readonly fromS: number;
  readonly toS: number;
  readonly coefficient: number;
  readonly exponent: number;
}

export const segment = (fromS: number, toS: number, coefficient: number, exponent: number): LimitSegment => ({
  fromS,
  toS,
  coefficient,
  exponent,
});

export const guardDuration = (durationS: number) =>
  mustBeWithin(durationS, EXPOSURE_MIN_S, EXPOSURE_MAX_S, 'exposure time', 's');

/** The lowest of all segments that hold at `durationS`, in the segments' own unit. */
export function findLimitAt(segments: readonly LimitSegment[], durationS: number): Computed<number> {
  const problem = guardDuration(durationS);
  if (problem !== undefined) return failed(problem);
  let lowest = Infinity;
  for (const { fromS, toS, coefficient, exponent } of segments)
    if (durationS >= fromS && durationS <= toS)
      lowest = Math.min(lowest, coefficient * durationS ** exponent);
  return compute(undefined, () => lowest);
}

/** Where the law changes, ascending: the only times at which a limit can step. */
export const findBreakPointsS = (segments: readonly LimitSegment[]): readonly number[] =>
  [...new Set(segments.flatMap(({ fromS, toS }) => [fromS, toS]))].sort((a, b) => a - b);

/** The product of two tables, wherever both hold. */
export const multiplySegments = (
  left: readonly LimitSegment[],
  right: readonly LimitSegment[],
): readonly LimitSegment[] =>
  left.flatMap((a) =>
    right.flatMap((b) => {
      const fromS = Math.max(a.fromS, b.fromS);
      const toS = Math.min(a.toS, b.toS);
      if (!(fromS < toS)) return [];
      return [segment(fromS, toS, a.coefficient * b.coefficient, a.exponent + b.exponent)];
    }),
  );

/** A limit as both quantities, over one exposure of `durationS`. */
export interface ExposureLimitFigures {
  readonly irradianceMwPerCm2: number;
  readonly radiantExposureJPerCm2: number;
}

const M2_PER_CM2 = 1e-4;
const MW_PER_W = 1000;

/** From J/m², the unit of the tables. */
export function toLimitFigures(
  radiantExposureJPerM2: Computed<number>,
  durationS: number,
): Computed<ExposureLimitFigures> {
  if (!radiantExposureJPerM2.ok) return radiantExposureJPerM2;
  const radiantExposureJPerCm2 = radiantExposureJPerM2.value * M2_PER_CM2;
  const irradianceMwPerCm2 = (radiantExposureJPerCm2 / durationS) * MW_PER_W;
  return { ok: true, value: { irradianceMwPerCm2, radiantExposureJPerCm2 } };
}

/** mW/cm² over one second as J/m²: 1 mW/cm² is 10 W/m². */
export const W_PER_M2_PER_MW_PER_CM2 = 10;
