// The pulse rules against brute force: every group of pulses that there is, one by one.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEyeLimitSegments } from '../../src/dosimetry/eye-limits.ts';
import { findLimitAt, type LimitSegment } from '../../src/dosimetry/limit-segments.ts';
import { computeCumulativeFactor, computeLimitRatio } from '../../src/dosimetry/pulse-rules.ts';
import { findSkinLimitSegments } from '../../src/dosimetry/skin-limits.ts';
import { evenly, REFUSED, valueOf } from './computed.ts';

const skin = (nm: number): readonly LimitSegment[] => valueOf(findSkinLimitSegments(nm));
const eye = (nm: number, mrad: number): readonly LimitSegment[] => valueOf(findEyeLimitSegments(nm, mrad));

/** Light of the first `windowS` of a train, pulse by pulse. */
function amountWithin(
  windowS: number,
  perPulse: number,
  periodS: number,
  widthS: number,
  count: number,
): number {
  let amount = 0;
  for (let n = 0; n < count; n++)
    amount += perPulse * Math.min(1, Math.max(0, (windowS - n * periodS) / widthS));
  return amount;
}

/**
 * Rules 1 and 2 without any thought: each group of n pulses within its own time, what fell into the time up to each
 * break point, and the whole exposure.
 */
function bruteForceRatio(
  segments: readonly LimitSegment[],
  frequencyHz: number,
  dutyCycle: number,
  pulseCount: number,
): number {
  const widthS = dutyCycle / frequencyHz;
  const durationS = pulseCount / frequencyHz;
  const windows = segments.flatMap(({ fromS, toS }) => [fromS, toS]).filter((endS) => endS <= durationS);
  for (let n = 0; n < pulseCount; n++) windows.push(n / frequencyHz + widthS);
  return Math.max(
    ...[...windows, durationS].map(
      (windowS) =>
        amountWithin(windowS, 1 / frequencyHz, 1 / frequencyHz, widthS, pulseCount) /
        valueOf(findLimitAt(segments, windowS)),
    ),
  );
}

const trains = fc.record({
  // From nine pulses an hour to a hundred million a second, all longer than a nanosecond.
  frequencyDecade: evenly(-2.5, 6),
  dutyCycle: evenly(0.002, 0.999),
  pulseCount: fc.integer({ min: 1, max: 80 }),
});

describe('rules 1 and 2', () => {
  it.each([
    ['skin at 650 nm', skin(650)],
    ['skin at 1064 nm', skin(1064)],
    ['eye at 808 nm, point', eye(808, 1.5)],
    ['eye at 470 nm, 30 mrad', eye(470, 30)],
    ['eye at 1300 nm, 100 mrad', eye(1300, 100)],
  ] as const)('%s: the worst of all groups of pulses, no more and no less', (_n, segments) => {
    fc.assert(
      fc.property(trains, ({ frequencyDecade, dutyCycle, pulseCount }) => {
        const frequencyHz = 10 ** frequencyDecade;
        const durationS = pulseCount / frequencyHz;
        fc.pre(durationS <= 30_000 && dutyCycle / frequencyHz >= 1e-9);
        const pulse = { frequencyHz, dutyCycle };
        const found = valueOf(computeLimitRatio({ meanPerS: 1, pulse, durationS }, segments)).ratio;
        const brute = bruteForceRatio(segments, frequencyHz, dutyCycle, pulseCount);
        expect(found / brute).toBeCloseTo(1, 8);
      }),
      { numRuns: 500 },
    );
  });

  it('a pulse that outlasts the exposure counts as continuous light at its peak', () => {
    const pulse = { frequencyHz: 0.01, dutyCycle: 0.5 };
    const train = valueOf(computeLimitRatio({ meanPerS: 100, pulse, durationS: 2 }, skin(650)));
    const steady = valueOf(computeLimitRatio({ meanPerS: 200, durationS: 2 }, skin(650)));
    expect(train.ratio).toBeCloseTo(steady.ratio, 12);
  });

  it('a duty of 100 % is continuous light', () => {
    const pulse = { frequencyHz: 100, dutyCycle: 1 };
    expect(computeLimitRatio({ meanPerS: 500, pulse, durationS: 80 }, skin(808))).toEqual(
      computeLimitRatio({ meanPerS: 500, durationS: 80 }, skin(808)),
    );
  });

  it('a longer exposure is never nearer to safety', () => {
    fc.assert(
      fc.property(trains, evenly(1, 5), (train, factor) => {
        const frequencyHz = 10 ** train.frequencyDecade;
        const durationS = train.pulseCount / frequencyHz;
        fc.pre(durationS * factor <= 30_000);
        const pulse = { frequencyHz, dutyCycle: train.dutyCycle };
        const short = valueOf(computeLimitRatio({ meanPerS: 1, pulse, durationS }, skin(808), 18e-6));
        const long = valueOf(
          computeLimitRatio({ meanPerS: 1, pulse, durationS: durationS * factor }, skin(808), 18e-6),
        );
        expect(long.ratio).toBeGreaterThanOrEqual(short.ratio * (1 - 1e-9));
      }),
    );
  });
});

describe('rule 3', () => {
  it('pulses within the merge time count as one pulse of that time: 100 kHz of 1 µs merge by two', () => {
    const pulse = { frequencyHz: 1e5, dutyCycle: 0.1 };
    const train = { meanPerS: 1, pulse, durationS: 1e-4 };
    // Ten pulses of 1e-5 each: five groups of two, each within the limit of 18 µs.
    const limit = valueOf(findLimitAt(eye(650, 1.5), 18e-6));
    const rule3 = (2e-5 / limit) * 5 ** 0.25;
    const found = valueOf(computeLimitRatio(train, eye(650, 1.5), 18e-6));
    const without = valueOf(computeLimitRatio(train, eye(650, 1.5)));
    expect(found.ratio).toBeCloseTo(Math.max(rule3, without.ratio), 9);
  });

  it('Cp is N^-¼, 1 for one pulse, and refused for less', () => {
    expect(valueOf(computeCumulativeFactor(1))).toBe(1);
    expect(valueOf(computeCumulativeFactor(16))).toBe(0.5);
    for (const bad of [0, 0.5, -1, NaN, Infinity])
      expect(computeCumulativeFactor(bad)).toMatchObject(REFUSED);
  });
});
