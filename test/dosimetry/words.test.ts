// What a person reads when a number is refused: each wrong input with its exact words, so that they say which number it is.
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
import { findLimitAt } from '../../src/dosimetry/limit-segments.ts';
import * as measured from '../../src/dosimetry/measured-power.ts';
import { computeCumulativeFactor, computeLimitRatio } from '../../src/dosimetry/pulse-rules.ts';
import * as pulses from '../../src/dosimetry/pulses.ts';
import * as ramps from '../../src/dosimetry/ramps.ts';
import * as heating from '../../src/dosimetry/skin-heating.ts';
import { findSkinLimit, findSkinLimitSegments } from '../../src/dosimetry/skin-limits.ts';
import * as thermal from '../../src/dosimetry/thermal-dose.ts';
import { problemOf, valueOf } from './computed.ts';

const train = (meanPerS: number, frequencyHz: number, dutyCycle: number, mergeS?: number) =>
  computeLimitRatio(
    { meanPerS, pulse: { frequencyHz, dutyCycle }, durationS: 60 },
    valueOf(findSkinLimitSegments(808)),
    mergeS,
  );
const run = (
  irradianceMwPerCm2: number,
  radiantExposureJPerCm2: number,
  rampUpS: number,
  rampDownS: number,
) => dose.exposureTime({ irradianceMwPerCm2, radiantExposureJPerCm2, rampUpS, rampDownS });
const pulse = (frequencyHz: number, dutyCycle: number) => ({ frequencyHz, dutyCycle });
const heat = (irradianceMwPerCm2: number, durationS: number) => ({ irradianceMwPerCm2, durationS });
const product = (condition1PowerMw: number, condition3PowerMw: number, wavelengthNm = 808) =>
  classifyLaser({ wavelengthNm, condition1PowerMw, condition3PowerMw });

const POSITIVE = 'must be above zero';
const NEGATIVE = 'must not be negative';
const DUTY = 'duty must be above 0 % and at most 100 %';
const RANGE = 'the result is out of range';
const NO_LIMIT = 'no exposure limit is known at 1401 nm (400 to 1400 nm)';
const TIME = 'exposure time must be 1e-9 to 30000 s';
const SKIN = 'skin temperature must be 0 to 100 °C';

type Case = readonly [computed: Computed<unknown>, words: string];
/** Computed within a test, not while the file is read: a mutant is then known by the test that runs it. */
const CASES: Readonly<Record<string, () => readonly Case[]>> = {
  beam: () => [
    [beam.computeCircleAreaCm2(0), `diameter ${POSITIVE}`],
    [beam.computeEllipseAreaCm2(0, 1), `axis ${POSITIVE}`],
    [beam.computeEllipseAreaCm2(1, 0), `axis ${POSITIVE}`],
    [beam.computeIrradianceMwPerCm2(-1, 1), `power ${NEGATIVE}`],
    [beam.computeIrradianceMwPerCm2(1, 0), `beam area ${POSITIVE}`],
    [beam.computeBeamAreaCm2(0, 1), `power ${POSITIVE}`],
    [beam.computeBeamAreaCm2(1, 0), `irradiance ${POSITIVE}`],
    [beam.averageOverApertureMwPerCm2(-1, 1), `power ${NEGATIVE}`],
    [beam.averageOverApertureMwPerCm2(1, 0), `beam area ${POSITIVE}`],
    [beam.averageOverApertureMwPerCm2(1, 1, 0), `aperture area ${POSITIVE}`],
    [beam.computeGaussianPeakMwPerCm2(-1, 1), `power ${NEGATIVE}`],
    [beam.computeGaussianMeanMwPerCm2(1, 0), `beam radius ${POSITIVE}`],
    [beam.computeGaussianFraction(-1, 1), `radius ${NEGATIVE}`],
    [beam.computeGaussianFraction(1, 0), `beam radius ${POSITIVE}`],
  ],
  'depth below the skin': () => [
    [depth.computeExponentialDepthMwPerCm2(-1, 1, 1), `irradiance ${NEGATIVE}`],
    [depth.computeExponentialDepthMwPerCm2(1, -1, 1), `depth ${NEGATIVE}`],
    [depth.computeExponentialDepthMwPerCm2(1, 1, 0), `penetration depth ${POSITIVE}`],
    [depth.computeLossPerMmRatio(-1), `depth ${NEGATIVE}`],
  ],
  'correction factors': () => [
    [factors.correctionFactorC3(399), 'no exposure limit is known at 399 nm (400 to 1400 nm)'],
    [factors.correctionFactorC3(600), 'C3 is defined below 600 nm'],
    [factors.correctionFactorC4(1401), NO_LIMIT],
    [factors.correctionFactorC7(1401), NO_LIMIT],
    [factors.computeAngularSubtenseMaxMrad(-1), `time ${NEGATIVE}`],
    [factors.correctionFactorC6(1.5, -1), `time ${NEGATIVE}`],
    [factors.correctionFactorC6(-1, 1), `angular subtense ${NEGATIVE}`],
    [factors.computeBreakPointT2S(-1), `angular subtense ${NEGATIVE}`],
    [factors.findPulseMergeTimeS(1401), NO_LIMIT],
  ],
  dose: () => [
    [run(0, 4, 2, 1), `irradiance ${POSITIVE}`],
    [run(50, 0, 2, 1), `radiant exposure ${POSITIVE}`],
    [run(50, 4, -2, 1), `ramps ${NEGATIVE}`],
    [run(50, 4, 2, -1), `ramps ${NEGATIVE}`],
    [run(50, 0.07, 2, 1), 'the ramps alone deliver more than the dose'],
    [run(1e-300, 1e300, 0, 0), 'the exposure time is out of range'],
    [run(1e308, 1e-308, 0, 0), 'the exposure time is out of range'],
    [dose.radiantExposureOf(0, 1, 1, 1), `irradiance ${POSITIVE}`],
    [dose.radiantExposureOf(1, -1, 1, 1), `times ${NEGATIVE}`],
    [dose.radiantExposureOf(1, 1, 1, -1), `ramps ${NEGATIVE}`],
    [dose.radiantEnergyJ(-1, 1), `radiant exposure ${NEGATIVE}`],
    [dose.radiantEnergyJ(1, 0), `beam area ${POSITIVE}`],
    [dose.radiantExposureOfEnergy(-1, 1), `energy ${NEGATIVE}`],
    [dose.radiantExposureOfEnergy(1, 0), `beam area ${POSITIVE}`],
    [dose.radiantPowerMw(-1, 1), `irradiance ${NEGATIVE}`],
    [dose.radiantPowerMw(1, 0), `beam area ${POSITIVE}`],
    [dose.computeRadiantEnergyJ(-1, 1), `power ${NEGATIVE}`],
    [dose.computeRadiantEnergyJ(1, -1), `time ${NEGATIVE}`],
    [dose.computeRadiantExposureJPerCm2(-1, 1, 1), `power ${NEGATIVE}`],
    [dose.computeRadiantExposureJPerCm2(1, 1, 0), `beam area ${POSITIVE}`],
    [dose.computeTimeForExposureS(-1, 1), `radiant exposure ${NEGATIVE}`],
    [dose.computeTimeForExposureS(1, 0), `irradiance ${POSITIVE}`],
    [dose.computeTimeForEnergyS(-1, 1), `energy ${NEGATIVE}`],
    [dose.computeTimeForEnergyS(1, 0), `power ${POSITIVE}`],
    [dose.sumRadiantEnergyJ([{ meanPowerMw: 1, durationS: -1 }]), `time ${NEGATIVE}`],
    [dose.computeCourseTotal(-1, 1), 'the number of sessions must be a whole number, not negative'],
    [dose.computeCourseTotal(1.5, 1), 'the number of sessions must be a whole number, not negative'],
    [dose.computeCourseTotal(1, -1), `the amount of a session ${NEGATIVE}`],
    [dose.radiantEnergyJ(1e300, 1e300), RANGE],
  ],
  'measured power': () => [
    [measured.integrateRadiantEnergyJ([{ atS: 0, radiantPowerMw: -1 }]), `power ${NEGATIVE}`],
    [
      measured.integrateRadiantEnergyJ([{ atS: NaN, radiantPowerMw: 1 }]),
      'the time of a sample must be a number',
    ],
    [
      measured.integrateRadiantEnergyJ([
        { atS: 1, radiantPowerMw: 1 },
        { atS: 0, radiantPowerMw: 1 },
      ]),
      'the time of a sample must not go backward',
    ],
    [measured.integrateRadiantExposureJPerCm2([], 0), `beam area ${POSITIVE}`],
    [measured.computeOutputError(0, 1), `set power ${POSITIVE}`],
    [measured.computeOutputError(1, -1), `measured power ${NEGATIVE}`],
  ],
  pulses: () => [
    [pulses.computeDutyCycle(0, 1), `pulse frequency ${POSITIVE}`],
    [pulses.computeDutyCycle(1, 0), `pulse width ${POSITIVE}`],
    [pulses.computeDutyCycle(2, 0.6), 'a pulse must not be longer than its period'],
    [pulses.computeDutyCycle(1e-200, 1e-200), RANGE],
    [pulses.computePulseWidthS(pulse(0, 1)), `pulse frequency ${POSITIVE}`],
    [pulses.computePulseWidthS(pulse(1, 0)), DUTY],
    [pulses.computeMeanPowerMw(-1, 1), `power ${NEGATIVE}`],
    [pulses.computeMeanPowerMw(1, 2), DUTY],
    [pulses.computePeakPowerMw(-1, 1), `power ${NEGATIVE}`],
    [pulses.computePeakPowerMw(1, 0), DUTY],
    [pulses.computePulseEnergyJ(-1, 1), `power ${NEGATIVE}`],
    [pulses.computePulseEnergyJ(1, 0), `pulse width ${POSITIVE}`],
    [pulses.computePulseCount(0, 1), `pulse frequency ${POSITIVE}`],
    [pulses.computePulseCount(1, -1), `time ${NEGATIVE}`],
    [pulses.computePulseOnTimeS(-1, 1), `time ${NEGATIVE}`],
    [pulses.computePulseOnTimeS(1, 0), DUTY],
    [pulses.pulseFigures(0, pulse(1, 1)), `irradiance ${POSITIVE}`],
    [pulses.pulseFigures(1, pulse(0, 1)), `pulse frequency ${POSITIVE}`],
    [pulses.pulseFigures(1e308, pulse(1, 1e-3)), RANGE],
    [pulses.pulseFigures(1, pulse(Number.MIN_VALUE, 1)), RANGE],
    [pulses.pulseFigures(1e300, pulse(1e-20, 1)), RANGE],
  ],
  ramps: () => [
    [ramps.computeRampRatio('linear', -1, 1), `time ${NEGATIVE}`],
    [ramps.computeRampRatio('linear', 1, -1), `ramps ${NEGATIVE}`],
    [ramps.computeRampExposureJPerCm2('linear', -1, 1, 1), `irradiance ${NEGATIVE}`],
    [ramps.computeRampExposureJPerCm2('linear', 1, -1, 1), `time ${NEGATIVE}`],
    [ramps.computeRampExposureJPerCm2('linear', 1, 1, 0), `ramps ${POSITIVE}`],
    [ramps.computeExponentialRiseJPerCm2(1, 1, 0), `rise time constant ${POSITIVE}`],
    [ramps.computeDroopExposureJPerCm2(1, 1, 1.1), 'droop must be 0 to 1 as a ratio'],
    [ramps.computeDroopExposureJPerCm2(1, -1, 1), `time ${NEGATIVE}`],
  ],
  'limits of exposure': () => [
    [findSkinLimit(1401, 1), NO_LIMIT],
    [findSkinLimit(808, 0), TIME],
    [findEyeLimit(1401, 1), NO_LIMIT],
    [findEyeLimit(808, 30_001), TIME],
    [findEyeLimit(808, 1, -1), `angular subtense ${NEGATIVE}`],
    [findLimitAt([], 1), RANGE],
    [limits.skinRadiantPowerLimitMw(399), 'no skin exposure limit is known at 399 nm (400 to 1400 nm)'],
    [limits.skinSourceRatio({ wavelengthNm: 1401, irradianceMeanMwPerCm2: 1, durationS: 1 }), NO_LIMIT],
    [
      limits.skinSourceRatio({ wavelengthNm: 808, irradianceMeanMwPerCm2: -1, durationS: 1 }),
      `irradiance ${NEGATIVE}`,
    ],
    [limits.skinSourceRatio({ wavelengthNm: 808, irradianceMeanMwPerCm2: 1, durationS: 0 }), TIME],
    [limits.findLargeAreaCapMwPerCm2(0), `lit area ${POSITIVE}`],
    [train(-1, 100, 0.5), `irradiance ${NEGATIVE}`],
    [train(1, 0, 0.5), `pulse frequency ${POSITIVE}`],
    [train(1, 100, 1.5), DUTY],
    [train(1, 100, 0.5, 0), `merge time ${POSITIVE}`],
    [train(1e308, 100, 0.5), RANGE],
    [computeCumulativeFactor(0.5), 'the number of pulses must be at least one'],
    [computeCumulativeFactor(Infinity), 'the number of pulses must be at least one'],
  ],
  'limits of emission': () => [
    [findEmissionLimit('1', 1401, 1), NO_LIMIT],
    [findEmissionLimit('1', 808, 1, -1), `angular subtense ${NEGATIVE}`],
    [findEmissionLimit('1', 808, 0), TIME],
    [findEmissionLimit('2', 700, 1), 'class 2 is for visible light, 400 to 700 nm'],
    [product(-1, 1), `power ${NEGATIVE}`],
    [product(1, -1), `power ${NEGATIVE}`],
    [product(1, 1, 1401), NO_LIMIT],
    [computeClass1TimeS(808, 0), `power ${POSITIVE}`],
    [computeClass1TimeS(1401, 1), NO_LIMIT],
    [computeClass1TimeS(808, 1e9), 'above class 1 even for a nanosecond'],
  ],
  'warmth of skin': () => [
    [heating.predictSkinTemperatureC(heat(-1, 1)), `irradiance ${NEGATIVE}`],
    [heating.predictSkinTemperatureC(heat(1, -1)), `time ${NEGATIVE}`],
    [heating.predictSkinTemperatureC(heat(1, 1), 101), SKIN],
    [heating.predictSkinHeating([], -1), SKIN],
    [heating.predictSkinHeating([heat(5000, 3600)]), SKIN],
    [heating.predictSkinHeating([heat(-1, 1)]), `irradiance ${NEGATIVE}`],
    [
      heating.predictSkinHeating(Array.from({ length: 100_001 }, () => heat(0, 0))),
      'too many steps to predict',
    ],
    [thermal.computeThermalDoseRate(100.1), SKIN],
    [thermal.computeThermalDoseMin(-0.1, 1), SKIN],
    [thermal.computeThermalDoseMin(43, -1), `time ${NEGATIVE}`],
    [thermal.integrateThermalDoseMin([{ atS: 0, temperatureC: 101 }]), SKIN],
    [
      thermal.integrateThermalDoseMin([{ atS: Infinity, temperatureC: 40 }]),
      'the time of a sample must be a number',
    ],
    [
      thermal.integrateThermalDoseMin([
        { atS: 1, temperatureC: 40 },
        { atS: 0.5, temperatureC: 40 },
      ]),
      'the time of a sample must not go backward',
    ],
  ],
};

describe('what is wrong is said in words that name the number', () => {
  it.each(Object.entries(CASES))('%s', (_name, casesOf) => {
    const cases = casesOf();
    expect(cases.map(([computed]) => problemOf(computed))).toEqual(cases.map(([, words]) => words));
  });

  it('as many steps as the model takes are predicted', () => {
    const steps = Array.from({ length: heating.HEATING_STEP_MAX_COUNT }, () => heat(0, 0));
    expect(valueOf(heating.predictSkinHeating(steps)).skinTemperatureEndC).toBe(33);
  });
});
