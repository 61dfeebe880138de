// Repetitive exposure (2006/25/EC annex II table 2.6): each pulse alone, every group of pulses, and the whole exposure
// must stay within the limit for their own time; for thermal limits of the eye, a single pulse also within its limit
// × N^-¼. Works on any limit given as segments: J/m² at skin or cornea, J of accessible emission.
import {
  compute,
  failed,
  mustBePositive,
  mustNotBeNegative,
  succeeded,
  type Computed,
  type Guard,
} from './computed.ts';
import { findBreakPointsS, findLimitAt, guardDuration, type LimitSegment } from './limit-segments.ts';
import { guardPulse, type Pulse } from './pulses.ts';

/** Which rule came closest to its limit. */
export type LimitingRule = 'wholeExposure' | 'singlePulse' | 'pulseGroup' | 'pulseTrain';

export interface LimitRatio {
  /** Exposure over limit: above 1 the limit is exceeded. */
  readonly ratio: number;
  readonly rule: LimitingRule;
}

export interface Train {
  /** Mean over a pulse period, in the segments' unit per second. */
  readonly meanPerS: number;
  /** Undefined, or a duty of 1, is continuous light. */
  readonly pulse?: Pulse | undefined;
  readonly durationS: number;
}

const finiteRatio = (found: LimitRatio): Computed<LimitRatio> =>
  found.ratio < Infinity ? succeeded(found) : failed('the result is out of range');

/** 1/f · f may be a hair below 1. */
const ROUNDING = 1e-12;

/** Most light of any window of `windowS`: it begins with a pulse. */
const windowAmount = (peakPerS: number, widthS: number, frequencyHz: number, windowS: number): number => {
  const whole = Math.floor(windowS * frequencyHz * (1 + ROUNDING));
  const rest = Math.max(0, windowS - whole / frequencyHz);
  return peakPerS * (whole * widthS + Math.min(widthS, rest));
};

interface Window {
  readonly windowS: number;
  readonly rule: LimitingRule;
}

/**
 * The windows that can be worst. Within one power law (exponent at most 1.25) the ratio over the length of a group falls,
 * then rises, so it is largest at the ends of the law: the pulse groups next to each break point, and the break point.
 */
function worstWindows(
  { frequencyHz }: Pulse,
  widthS: number,
  durationS: number,
  breakPointsS: readonly number[],
): readonly Window[] {
  const windows: Window[] = [{ windowS: durationS, rule: 'wholeExposure' }];
  if (widthS <= durationS) windows.push({ windowS: widthS, rule: 'singlePulse' });
  for (const endS of [...breakPointsS, durationS]) {
    const count = Math.floor((endS - widthS) * frequencyHz * (1 + ROUNDING));
    const candidates = [endS, count / frequencyHz + widthS, (count + 1) / frequencyHz + widthS];
    for (const windowS of candidates)
      if (windowS >= widthS && windowS <= durationS && windowS !== widthS)
        windows.push({ windowS, rule: windowS === durationS ? 'wholeExposure' : 'pulseGroup' });
    // A break point inside a long pulse.
    if (endS < widthS && endS <= durationS) windows.push({ windowS: endS, rule: 'singlePulse' });
  }
  return windows;
}

/** Cp = N^-¼ of rule 3: what is left of the single-pulse limit for each of N pulses. */
export const computeCumulativeFactor = (pulseCount: number): Computed<number> =>
  compute(
    pulseCount >= 1 && pulseCount < Infinity ? undefined : 'the number of pulses must be at least one',
    () => pulseCount ** -0.25,
  );

/** Rule 3: pulses within `mergeS` count as one pulse of that length; the limit falls with the fourth root of their number. */
function trainRatio(
  peakPerS: number,
  widthS: number,
  train: { readonly frequencyHz: number; readonly durationS: number; readonly mergeS: number },
  segments: readonly LimitSegment[],
): Computed<LimitRatio> {
  const { frequencyHz, durationS, mergeS } = train;
  const count = Math.max(1, Math.ceil(durationS * frequencyHz * (1 - ROUNDING)));
  const merged = Math.min(count, Math.max(1, Math.ceil(mergeS * frequencyHz * (1 - ROUNDING))));
  const groupS = Math.min(durationS, merged === 1 ? widthS : Math.max(mergeS, widthS));
  const limit = findLimitAt(segments, groupS);
  if (!limit.ok) return limit;
  const factor = computeCumulativeFactor(Math.ceil(count / merged));
  if (!factor.ok) return factor;
  return succeeded({
    ratio: (merged * peakPerS * Math.min(widthS, durationS)) / (limit.value * factor.value),
    rule: 'pulseTrain',
  });
}

function continuousRatio(
  { meanPerS, durationS }: Train,
  segments: readonly LimitSegment[],
): Computed<LimitRatio> {
  const limit = findLimitAt(segments, durationS);
  if (!limit.ok) return limit;
  return finiteRatio({ ratio: (meanPerS * durationS) / limit.value, rule: 'wholeExposure' });
}

const guardTrain = ({ meanPerS, pulse, durationS }: Train): Guard =>
  mustNotBeNegative(meanPerS, 'irradiance') ??
  guardDuration(durationS) ??
  (pulse === undefined ? undefined : guardPulse(pulse));

/**
 * The largest ratio of exposure to limit under all rules. `mergeS` switches rule 3 on; without it, rules 1 and 2 alone.
 * Continuous light is compared over the whole exposure. An error for pulses shorter than the limits cover (1 ns).
 */
export function computeLimitRatio(
  train: Train,
  segments: readonly LimitSegment[],
  mergeS?: number,
): Computed<LimitRatio> {
  const { meanPerS, pulse, durationS } = train;
  const problem =
    guardTrain(train) ?? (mergeS === undefined ? undefined : mustBePositive(mergeS, 'merge time'));
  if (problem !== undefined) return failed(problem);
  if (pulse === undefined || pulse.dutyCycle === 1) return continuousRatio(train, segments);
  const widthS = pulse.dutyCycle / pulse.frequencyHz;
  const peakPerS = meanPerS / pulse.dutyCycle;
  let worst: LimitRatio = { ratio: 0, rule: 'wholeExposure' };
  for (const { windowS, rule } of worstWindows(pulse, widthS, durationS, findBreakPointsS(segments))) {
    const limit = findLimitAt(segments, windowS);
    if (!limit.ok) return limit;
    const ratio = windowAmount(peakPerS, widthS, pulse.frequencyHz, windowS) / limit.value;
    if (!(ratio <= worst.ratio)) worst = { ratio, rule };
  }
  if (mergeS !== undefined) {
    const last = trainRatio(
      peakPerS,
      widthS,
      { frequencyHz: pulse.frequencyHz, durationS, mergeS },
      segments,
    );
    if (!last.ok) return last;
    if (!(last.value.ratio <= worst.ratio)) worst = last.value;
  }
  return finiteRatio(worst);
}
