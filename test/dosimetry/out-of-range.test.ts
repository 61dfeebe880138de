// Every function of the folder that computes a number: what is out of range is refused in words, and no input whatever
// yields NaN, an infinity or a throw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as beam from '../../src/dosimetry/beam.ts';
import type { Computed } from '../../src/dosimetry/computed.ts';
import * as factors from '../../src/dosimetry/correction-factors.ts';
import * as depth from '../../src/dosimetry/depth-models.ts';
import * as dose from '../../src/dosimetry/dose.ts';
import * as limits from '../../src/dosimetry/exposure-limits.ts';
import { findEyeLimit } from '../../src/dosimetry/eye-limits.ts';
import { classifyLaser, computeClass1TimeS } from '../../src/dosimetry/laser-class.ts';
import { findEmissionLimit } from '../../src/dosimetry/laser-limits.ts';
import { computeOutputError } from '../../src/dosimetry/measured-power.ts';
import * as pulses from '../../src/dosimetry/pulses.ts';
import * as ramps from '../../src/dosimetry/ramps.ts';
import { predictSkinTemperatureC } from '../../src/dosimetry/skin-heating.ts';
import { findSkinLimit } from '../../src/dosimetry/skin-limits.ts';
import { computeThermalDoseMin } from '../../src/dosimetry/thermal-dose.ts';

type Function = (...numbers: number[]) => Computed<unknown>;
/** Name, function, arguments that it takes. */
type Case = readonly [name: string, compute: Function, good: readonly number[]];

const source = (nm = NaN, mwPerCm2 = NaN, durationS = NaN, frequencyHz = NaN, dutyCycle = NaN) => ({
  wavelengthNm: nm,
  irradianceMeanMwPerCm2: mwPerCm2,
  durationS,
  pulse: { frequencyHz, dutyCycle },
});
const PULSED = [808, 50, 60, 100, 0.8] as const;

const CASES: readonly Case[] = [
  ['circle', beam.computeCircleAreaCm2, [1]],
  ['ellipse', beam.computeEllipseAreaCm2, [1, 2]],
  ['irradiance', beam.computeIrradianceMwPerCm2, [50, 1]],
  ['beam area', beam.computeBeamAreaCm2, [50, 20]],
  ['aperture', (power = NaN, area = NaN) => beam.averageOverApertureMwPerCm2(power, area), [50, 1]],
  ['Gaussian peak', beam.computeGaussianPeakMwPerCm2, [50, 1]],
  ['Gaussian mean', beam.computeGaussianMeanMwPerCm2, [50, 1]],
  ['Gaussian fraction', beam.computeGaussianFraction, [0.5, 1]],
  ['energy of exposure', dose.radiantEnergyJ, [4, 1]],
  ['exposure of energy', dose.radiantExposureOfEnergy, [4, 1]],
  ['power', dose.radiantPowerMw, [50, 1]],
  ['energy of power', dose.computeRadiantEnergyJ, [50, 80]],
  ['exposure of power', dose.computeRadiantExposureJPerCm2, [50, 80, 1]],
  ['time for exposure', dose.computeTimeForExposureS, [4, 50]],
  ['time for energy', dose.computeTimeForEnergyS, [4, 50]],
  ['exposure of a run', dose.radiantExposureOf, [50, 78.5, 2, 1]],
  [
    'time of a run',
    (irradianceMwPerCm2 = NaN, radiantExposureJPerCm2 = NaN, rampUpS = NaN, rampDownS = NaN) =>
      dose.exposureTime({ irradianceMwPerCm2, radiantExposureJPerCm2, rampUpS, rampDownS }),
    [50, 4, 2, 1],
  ],
  [
    'channels',
    (meanPowerMw = NaN, durationS = NaN) => dose.sumRadiantEnergyJ([{ meanPowerMw, durationS }]),
    [50, 80],
  ],
  ['course', dose.computeCourseTotal, [12, 16]],
  ['duty', pulses.computeDutyCycle, [100, 0.008]],
  [
    'pulse width',
    (frequencyHz = NaN, dutyCycle = NaN) => pulses.computePulseWidthS({ frequencyHz, dutyCycle }),
    [100, 0.8],
  ],
  ['mean power', pulses.computeMeanPowerMw, [50, 0.8]],
  ['peak power', pulses.computePeakPowerMw, [50, 0.8]],
  ['pulse energy', pulses.computePulseEnergyJ, [50, 0.008]],
  ['pulse count', pulses.computePulseCount, [100, 60]],
  ['time on', pulses.computePulseOnTimeS, [60, 0.8]],
  [
    'pulse figures',
    (mean = NaN, frequencyHz = NaN, dutyCycle = NaN) => pulses.pulseFigures(mean, { frequencyHz, dutyCycle }),
    [50, 100, 0.8],
  ],
  ['ramp ratio', (at = NaN, ramp = NaN) => ramps.computeRampRatio('raisedCosine', at, ramp), [1, 2]],
  [
    'ramp exposure',
    (irradiance = NaN, at = NaN, ramp = NaN) =>
      ramps.computeRampExposureJPerCm2('linear', irradiance, at, ramp),
    [50, 1, 2],
  ],
  ['exponential rise', ramps.computeExponentialRiseJPerCm2, [50, 60, 2]],
  ['droop', ramps.computeDroopExposureJPerCm2, [50, 60, 0.1]],
  ['output error', computeOutputError, [50, 49]],
  ['exponential depth', depth.computeExponentialDepthMwPerCm2, [100, 10, 5]],
  ['loss per mm', depth.computeLossPerMmRatio, [10]],
  ['C3', factors.correctionFactorC3, [470]],
  ['C4', factors.correctionFactorC4, [808]],
  ['C6', factors.correctionFactorC6, [15, 1]],
  ['C7', factors.correctionFactorC7, [1175]],
  ['T2', factors.computeBreakPointT2S, [15]],
  ['skin limit', findSkinLimit, [808, 60]],
  ['skin power limit', limits.skinRadiantPowerLimitMw, [808]],
  ['eye limit', (nm = NaN, s = NaN, mrad = NaN) => findEyeLimit(nm, s, mrad), [808, 60, 5]],
  ['emission limit', (nm = NaN, s = NaN, mrad = NaN) => findEmissionLimit('3R', nm, s, mrad), [808, 60, 5]],
  ['skin ratio', (...numbers) => limits.skinExposureRatio([source(...numbers)], 'conservative'), PULSED],
  ['skin source', (...numbers) => limits.skinSourceRatio(source(...numbers)), PULSED],
  ['eye ratio', (...numbers) => limits.eyeExposureRatio([source(...numbers)]), PULSED],
  [
    'continuous skin source',
    (nm = NaN, mwPerCm2 = NaN, durationS = NaN) =>
      limits.skinSourceRatio({ wavelengthNm: nm, irradianceMeanMwPerCm2: mwPerCm2, durationS }),
    [808, 50, 60],
  ],
  ['large area', limits.findLargeAreaCapMwPerCm2, [300]],
  ['class 1 time', computeClass1TimeS, [808, 5]],
  [
    'class',
    (wavelengthNm = NaN, condition1PowerMw = NaN, condition3PowerMw = NaN) =>
      classifyLaser({ wavelengthNm, condition1PowerMw, condition3PowerMw }),
    [808, 5, 1],
  ],
  ['thermal dose', computeThermalDoseMin, [41, 60]],
  [
    'skin temperature',
    (irradianceMwPerCm2 = NaN, durationS = NaN, startC = NaN) =>
      predictSkinTemperatureC({ irradianceMwPerCm2, durationS }, startC),
    [50, 60, 33],
  ],
];

/** Every number of a result, however deep. */
const numbersOf = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
};

describe('out of range', () => {
  it.each(CASES)(
    '%s: takes what is good, and refuses NaN, the infinities and −1 at every place',
    (_n, compute, good) => {
      const fine = compute(...good);
      expect(fine).toMatchObject({ ok: true });
      for (let index = 0; index < good.length; index++)
        for (const bad of [NaN, Infinity, -Infinity, -1]) {
          const found = compute(...good.map((value, at) => (at === index ? bad : value)));
          expect(found, `argument ${index}: ${bad}`).toMatchObject({ ok: false });
          expect(found).not.toHaveProperty('value');
          expect(found.ok ? '' : found.problem).not.toMatch(/NaN or|undefined/);
        }
    },
  );

  it.each(CASES)('%s: no numbers whatever yield NaN, an infinity or a throw', (_n, compute, good) => {
    const anything = fc.oneof(
      fc.double(),
      fc.double({ min: 0, max: 2000, noNaN: true }),
      fc.constantFrom(
        0,
        -0,
        Number.MIN_VALUE,
        Number.MAX_VALUE,
        1e-9,
        1e-7,
        5e-6,
        10,
        100,
        700,
        1050,
        1400,
        30_000,
      ),
    );
    const arguments_ = fc.array(anything, { minLength: good.length, maxLength: good.length });
    fc.assert(
      fc.property(arguments_, (numbers) => {
        const found = compute(...numbers);
        if (!found.ok) expect(found.problem).not.toBe('');
        else for (const value of numbersOf(found.value)) expect(Math.abs(value)).toBeLessThan(Infinity);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['circle', [0]],
    ['ellipse', [1, 0]],
    ['irradiance', [50, 0]],
    ['exposure of power', [50, 80, 0]],
    ['duty', [100, 0.0100001]],
    ['duty', [100, 0]],
    ['mean power', [50, 1.0000001]],
    ['mean power', [50, 0]],
    ['pulse width', [0, 0.5]],
    ['droop', [50, 60, 1.001]],
    ['course', [1.5, 16]],
    ['C4', [399.999]],
    ['C4', [1400.001]],
    ['skin limit', [808, 0]],
    ['skin limit', [808, 30_001]],
    ['thermal dose', [100.1, 1]],
  ] as const)('%s of %j is refused', (name, numbers) => {
    const found = CASES.find(([known]) => known === name)?.[1](...numbers);
    expect(found).toMatchObject({ ok: false });
  });

  it('covers every computing function that the folder exports with numbers alone', () => {
    const covered = new Set(CASES.map(([, compute]) => compute.name));
    const exported = [beam, depth, dose, factors, pulses, ramps].flatMap((module) =>
      Object.entries(module)
        .filter(
          ([name, value]) => typeof value === 'function' && /^(compute|radiant|correctionFactor)/.test(name),
        )
        .map(([name]) => name),
    );
    // Called through a case of another shape.
    const wrapped = [
      'computePulseWidthS',
      'computeRampRatio',
      'computeRampExposureJPerCm2',
      'computeAngularSubtenseMaxMrad',
    ];
    expect(exported.length).toBeGreaterThan(25);
    expect(exported.filter((name) => !covered.has(name) && !wrapped.includes(name))).toEqual([]);
  });
});
