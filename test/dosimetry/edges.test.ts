// The ends of laws, tables and rules, each from both sides: where one formula hands over to the next.
import { describe, expect, it } from 'vitest';
import { findLargeAreaCapMwPerCm2 } from '../../src/dosimetry/exposure-limits.ts';
import {
  findEyeLimit,
  findEyeLimitSegments,
  photochemicalSegments,
  sourceSizeSegments,
} from '../../src/dosimetry/eye-limits.ts';
import { classifyLaser, type LaserEmission } from '../../src/dosimetry/laser-class.ts';
import { findEmissionLimit } from '../../src/dosimetry/laser-limits.ts';
import { findBreakPointsS, multiplySegments, segment } from '../../src/dosimetry/limit-segments.ts';
import {
  integrateRadiantEnergyJ,
  integrateRadiantExposureJPerCm2,
} from '../../src/dosimetry/measured-power.ts';
import { computeLimitRatio, type Train } from '../../src/dosimetry/pulse-rules.ts';
import { computeDutyCycle } from '../../src/dosimetry/pulses.ts';
import { predictSkinHeating } from '../../src/dosimetry/skin-heating.ts';
import { findSkinLimitSegments } from '../../src/dosimetry/skin-limits.ts';
import { computeThermalDoseMin, integrateThermalDoseMin } from '../../src/dosimetry/thermal-dose.ts';
import { problemOf, valueOf } from './computed.ts';

const both = (wavelengthNm: number, powerMw: number, more: Partial<LaserEmission> = {}): LaserEmission => ({
  wavelengthNm,
  condition1PowerMw: powerMw,
  condition3PowerMw: powerMw,
  ...more,
});

describe('tables of laws', () => {
  it('break points ascend as numbers, each once', () => {
    const segments = [segment(10, 100, 1, 0), segment(2, 10, 1, 0), segment(1e-7, 2, 1, 0)];
    expect(findBreakPointsS(segments)).toEqual([1e-7, 2, 10, 100]);
  });

  it('a product holds where both hold: not where they only meet, and not where they do not', () => {
    const early = [segment(1, 2, 3, 0.5)];
    expect(multiplySegments(early, [segment(2, 3, 1, 0)])).toEqual([]);
    expect(multiplySegments(early, [segment(5, 6, 1, 0)])).toEqual([]);
    expect(multiplySegments(early, [segment(1.5, 3, 2, 0.25)])).toEqual([segment(1.5, 2, 6, 0.75)]);
  });

  it('a source of less than 5 mrad has one size before and after 625 µs, a larger one grows between', () => {
    expect(sourceSizeSegments(4)).toEqual([
      segment(1e-9, 625e-6, 4 / 1.5, 0),
      segment(625e-6, 30_000, 4 / 1.5, 0),
    ]);
    expect(sourceSizeSegments(50)).toHaveLength(3);
  });

  it('photochemical limits end below 600 nm, and are none outside what is known', () => {
    expect(photochemicalSegments(600, 100)).toEqual([]);
    expect(photochemicalSegments(399, 100)).toEqual([]);
    const c3 = 10 ** (0.02 * 100);
    expect(photochemicalSegments(550, 100)).toEqual([
      segment(10, 100, 100 * c3, 0),
      segment(100, 30_000, c3, 1),
    ]);
  });

  it('the skin caps the eye from 700 nm on, and nothing below', () => {
    const skin = valueOf(findSkinLimitSegments(700));
    expect(valueOf(findEyeLimitSegments(700))).toEqual(expect.arrayContaining([...skin]));
    const visible = valueOf(findEyeLimitSegments(650));
    expect(visible).toEqual(visible.filter((law) => law.coefficient <= 18));
  });

  it('the long infrared begins at 1050 nm: 0.02 J/m² for 1 µs, not 0.01', () => {
    expect(valueOf(findEyeLimit(1050, 1e-6)).radiantExposureJPerCm2).toBeCloseTo(2e-6, 15);
    expect(valueOf(findEmissionLimit('3B', 1050, 0.01)).radiantEnergyJ).toBeCloseTo(0.15, 15);
    expect(valueOf(findEmissionLimit('3B', 1400, 0.24)).radiantEnergyJ).toBeCloseTo(0.15, 15);
  });

  it('a large area: none below 100 cm², then 10 W in all to 1000 cm², then 10 mW/cm²', () => {
    expect([99.9, 100, 500, 1000, 2000].map((cm2) => valueOf(findLargeAreaCapMwPerCm2(cm2)))).toEqual([
      undefined,
      100,
      20,
      10,
      10,
    ]);
  });
});

describe('class of a product that is pulsed', () => {
  const pulse = { frequencyHz: 100, dutyCycle: 0.01 };

  it('class 2 is judged over the 0.25 s of the aversion response: 25 pulses, not 10 000', () => {
    expect(valueOf(classifyLaser(both(650, 0.02, { pulse })))).toBe('2');
  });

  it('700 nm is invisible: no class 2, and 100 s for class 3R', () => {
    expect(valueOf(classifyLaser(both(700, 0.6)))).toBe('3R');
    expect(valueOf(classifyLaser(both(700, 0.1, { pulse })))).toBe('3B');
  });

  it('class 3B has no third rule: 400 mW in 10 000 pulses are class 3B', () => {
    expect(valueOf(classifyLaser(both(650, 400, { pulse })))).toBe('3B');
  });

  it('a power too large to compute with is refused at either aperture, not called class 4', () => {
    expect(problemOf(classifyLaser(both(808, 1e-6, { condition3PowerMw: Number.MAX_VALUE })))).toMatch(
      /out of range/,
    );
    expect(problemOf(classifyLaser(both(808, 1e-6, { condition1PowerMw: Number.MAX_VALUE })))).toMatch(
      /out of range/,
    );
  });

  it('class 3B as well refuses a source of negative size', () => {
    expect(problemOf(findEmissionLimit('3B', 808, 1, -1))).toBe('angular subtense must not be negative');
  });
});

describe('which pulse rule comes closest', () => {
  const ratio = (train: Train, nm = 650, mergeS?: number) =>
    valueOf(computeLimitRatio(train, valueOf(findEyeLimitSegments(nm)), mergeS));

  it('continuous light: the whole exposure', () => {
    expect(ratio({ meanPerS: 1, durationS: 100 })).toEqual({
      ratio: expect.closeTo(0.1, 9) as number,
      rule: 'wholeExposure',
    });
  });

  it('no light: nothing is reached, by no rule more than by another', () => {
    const none = { meanPerS: 0, pulse: { frequencyHz: 1, dutyCycle: 0.1 }, durationS: 60 };
    expect(ratio(none)).toEqual({ ratio: 0, rule: 'wholeExposure' });
    expect(ratio(none, 650, 18e-6)).toEqual({ ratio: 0, rule: 'wholeExposure' });
  });

  it('short and rare pulses: the single pulse, and with rule 3 its share in the train', () => {
    const rare = { meanPerS: 1e-6, pulse: { frequencyHz: 1, dutyCycle: 1e-4 }, durationS: 16 };
    const single = 1e-6 / (18 * 1e-4 ** 0.75);
    expect(ratio(rare)).toEqual({ ratio: expect.closeTo(single, 12) as number, rule: 'singlePulse' });
    expect(ratio(rare, 650, 18e-6)).toEqual({
      ratio: expect.closeTo(single * 2, 12) as number,
      rule: 'pulseTrain',
    });
  });

  it('a pulse longer than 10 s on skin: its first 10 s, where the limit steps up', () => {
    const train = { meanPerS: 60, pulse: { frequencyHz: 0.01, dutyCycle: 0.6 }, durationS: 100 };
    expect(valueOf(computeLimitRatio(train, valueOf(findSkinLimitSegments(650))))).toEqual({
      ratio: expect.closeTo((100 * 10) / (1.1e4 * 10 ** 0.25), 12) as number,
      rule: 'singlePulse',
    });
  });

  it('blue light that ends after 100 s: the group of pulses within them', () => {
    // Four pulses of 2 s by 92 s: 8 s of 15 times the mean, of 100 J/m².
    const group = { meanPerS: 1, pulse: { frequencyHz: 1 / 30, dutyCycle: 1 / 15 }, durationS: 119 };
    expect(ratio(group, 440)).toEqual({ ratio: expect.closeTo(1.2, 9) as number, rule: 'pulseGroup' });
  });
});

describe('ends of measures', () => {
  it('a pulse as long as its period is continuous light', () => {
    expect(computeDutyCycle(2, 0.5)).toEqual({ ok: true, value: 1 });
  });

  it('measured energy over 2 cm² is half of it per cm², and no sample lies at the end of time', () => {
    const samples = [
      { atS: 0, radiantPowerMw: 100 },
      { atS: 80, radiantPowerMw: 100 },
    ];
    expect(valueOf(integrateRadiantExposureJPerCm2(samples, 2))).toBeCloseTo(4, 12);
    expect(problemOf(integrateRadiantEnergyJ([{ atS: Infinity, radiantPowerMw: 1 }]))).toBe(
      'the time of a sample must be a number',
    );
  });

  it('two temperatures at the same time count nothing between them', () => {
    const at = (atS: number, temperatureC: number) => ({ atS, temperatureC });
    expect(valueOf(integrateThermalDoseMin([at(0, 43), at(0, 44), at(60, 44)]))).toBeCloseTo(2, 12);
  });

  it('a step that hardly counts is counted at its hotter end', () => {
    const step = { irradianceMwPerCm2: 0, durationS: 1 };
    expect(valueOf(predictSkinHeating([step], 39.5)).thermalDoseMin).toBe(
      valueOf(computeThermalDoseMin(39.5, 1)),
    );
  });
});
