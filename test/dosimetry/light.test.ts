// Beams, ramps, measured power and depth: each formula against an integral or a law it must keep.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageOverApertureMwPerCm2,
  computeCircleAreaCm2,
  computeEllipseAreaCm2,
  computeGaussianFraction,
  computeGaussianMeanMwPerCm2,
  computeGaussianPeakMwPerCm2,
  computeIrradianceMwPerCm2,
  EYE_APERTURE_CM2,
} from '../../src/dosimetry/beam.ts';
import { computeExponentialDepthMwPerCm2, computeLossPerMmRatio } from '../../src/dosimetry/depth-models.ts';
import { radiantExposureOf } from '../../src/dosimetry/dose.ts';
import {
  computeOutputError,
  integrateRadiantEnergyJ,
  integrateRadiantExposureJPerCm2,
  isWithinOutputAccuracy,
} from '../../src/dosimetry/measured-power.ts';
import {
  computeDroopExposureJPerCm2,
  computeExponentialRiseJPerCm2,
  computeRampExposureJPerCm2,
  computeRampRatio,
} from '../../src/dosimetry/ramps.ts';
import { evenly, problemOf, REFUSED, valueOf } from './computed.ts';

const positive = evenly(0.01, 200);
const share = evenly(0, 1);

/** Midpoint rule. */
const integrate = (curve: (atS: number) => number, durationS: number, steps = 4000): number => {
  let sum = 0;
  for (let step = 0; step < steps; step++) sum += curve(((step + 0.5) * durationS) / steps);
  return (sum * durationS) / steps;
};

describe('beam', () => {
  it('a circle is an ellipse of equal axes', () => {
    fc.assert(
      fc.property(positive, (diameter) => {
        expect(valueOf(computeEllipseAreaCm2(diameter, diameter))).toBe(
          valueOf(computeCircleAreaCm2(diameter)),
        );
      }),
    );
  });

  it('lengths twice as long: four times the area, a quarter of the irradiance', () => {
    fc.assert(
      fc.property(positive, positive, (powerMw, diameter) => {
        const small = valueOf(computeCircleAreaCm2(diameter));
        const large = valueOf(computeCircleAreaCm2(2 * diameter));
        expect(large / small).toBeCloseTo(4, 12);
        expect(
          valueOf(computeIrradianceMwPerCm2(powerMw, small)) /
            valueOf(computeIrradianceMwPerCm2(powerMw, large)),
        ).toBeCloseTo(4, 12);
      }),
    );
  });

  it('a 50 mW diode in contact averages 520 mW/cm² over 3.5 mm; spread over 1 cm² it is 50', () => {
    expect(valueOf(averageOverApertureMwPerCm2(50, 0.01))).toBeCloseTo(519.69, 1);
    expect(valueOf(averageOverApertureMwPerCm2(50, 1))).toBe(50);
    expect(valueOf(averageOverApertureMwPerCm2(50, 0.01, EYE_APERTURE_CM2))).toBeCloseTo(129.92, 1);
  });

  it('a Gaussian: its peak is twice its mean over 1/e², and 86.5 % of the power is inside', () => {
    fc.assert(
      fc.property(positive, positive, (powerMw, radius) => {
        expect(
          valueOf(computeGaussianPeakMwPerCm2(powerMw, radius)) /
            valueOf(computeGaussianMeanMwPerCm2(powerMw, radius)),
        ).toBeCloseTo(2, 12);
      }),
    );
    expect(valueOf(computeGaussianFraction(1, 1))).toBeCloseTo(1 - Math.exp(-2), 12);
    expect(valueOf(computeGaussianFraction(0, 1))).toBe(0);
    expect(valueOf(computeGaussianFraction(1e200, 1e-200))).toBe(1);
  });

  it('the fraction inside r is the profile integrated over rings', () => {
    fc.assert(
      fc.property(evenly(0.1, 3), (radius) => {
        const peak = valueOf(computeGaussianPeakMwPerCm2(1, 1));
        const rings = integrate((r) => 2 * Math.PI * r * peak * Math.exp(-2 * r * r), radius);
        expect(valueOf(computeGaussianFraction(radius, 1))).toBeCloseTo(rings, 5);
      }),
      { numRuns: 20 },
    );
  });
});

describe('ramps', () => {
  it.each(['linear', 'raisedCosine'] as const)(
    '%s: a whole ramp delivers half, cut off it delivers its integral',
    (shape) => {
      fc.assert(
        fc.property(positive, positive, share, (irradiance, rampS, part) => {
          const whole = valueOf(computeRampExposureJPerCm2(shape, irradiance, rampS, rampS));
          expect(whole / ((irradiance / 1000) * (rampS / 2))).toBeCloseTo(1, 9);
          const found = valueOf(computeRampExposureJPerCm2(shape, irradiance, part * rampS, rampS));
          const sum = integrate(
            (at) => (irradiance / 1000) * valueOf(computeRampRatio(shape, at, rampS)),
            part * rampS,
            500,
          );
          expect(Math.abs(found - sum)).toBeLessThanOrEqual(1e-5 * whole);
        }),
        { numRuns: 50 },
      );
    },
  );

  it('begin at nothing, end at full, and stay there', () => {
    for (const shape of ['linear', 'raisedCosine'] as const) {
      expect(valueOf(computeRampRatio(shape, 0, 2))).toBe(0);
      expect(valueOf(computeRampRatio(shape, 1, 2))).toBeCloseTo(0.5, 12);
      expect(valueOf(computeRampRatio(shape, 2, 2))).toBe(1);
      expect(valueOf(computeRampRatio(shape, 9, 2))).toBe(1);
      expect(valueOf(computeRampRatio(shape, 0, 0))).toBe(1);
    }
  });

  it('exponential rise and droop are the integrals of their curves', () => {
    fc.assert(
      fc.property(positive, positive, positive, share, (irradiance, durationS, constantS, droop) => {
        const rise = integrate((at) => (irradiance / 1000) * (1 - Math.exp(-at / constantS)), durationS);
        const found = valueOf(computeExponentialRiseJPerCm2(irradiance, durationS, constantS));
        expect(Math.abs(found - rise)).toBeLessThanOrEqual(1e-3 * (irradiance / 1000) * durationS);
        const fall = integrate((at) => (irradiance / 1000) * (1 - (droop * at) / durationS), durationS);
        expect(valueOf(computeDroopExposureJPerCm2(irradiance, durationS, droop)) / fall).toBeCloseTo(1, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('an exponential rise that is very fast or very slow keeps its digits, and is never negative', () => {
    expect(valueOf(computeExponentialRiseJPerCm2(1000, 100, 1e-9))).toBeCloseTo(100, 6);
    const slow = valueOf(computeExponentialRiseJPerCm2(1000, 1e-3, 1e6));
    expect(slow).toBeGreaterThanOrEqual(0);
    expect(slow).toBeLessThan(1e-9);
  });
});

describe('measured power', () => {
  it('the trapezoid of a power that runs straight is exact, however unevenly it was sampled', () => {
    fc.assert(
      fc.property(
        positive,
        positive,
        positive,
        fc.array(share, { maxLength: 30 }),
        (from, to, durationS, shares) => {
          const samples = [0, ...shares.sort((a, b) => a - b), 1].map((at) => ({
            atS: at * durationS,
            radiantPowerMw: from + (to - from) * at,
          }));
          expect(valueOf(integrateRadiantEnergyJ(samples)) / (((from + to) / 2000) * durationS)).toBeCloseTo(
            1,
            12,
          );
        },
      ),
    );
  });

  it('of a run with linear ramps it is the formula of the run, to the last digit that matters', () => {
    const corners = [
      [0, 0],
      [2, 50],
      [80.5, 50],
      [81.5, 0],
    ] as const;
    const samples = corners.map(([atS, radiantPowerMw]) => ({ atS, radiantPowerMw }));
    expect(valueOf(integrateRadiantExposureJPerCm2(samples, 1))).toBeCloseTo(4, 12);
    expect(valueOf(integrateRadiantExposureJPerCm2(samples, 1))).toBeCloseTo(
      valueOf(radiantExposureOf(50, 78.5, 2, 1)),
      12,
    );
  });

  it('cutting a series in two at a sample loses no light', () => {
    const powers = fc.array(positive, { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(powers, fc.nat(), (series, cut) => {
        const samples = series.map((radiantPowerMw, index) => ({ atS: index * 0.25, radiantPowerMw }));
        const at = 1 + (cut % (samples.length - 2));
        const parts =
          valueOf(integrateRadiantEnergyJ(samples.slice(0, at + 1))) +
          valueOf(integrateRadiantEnergyJ(samples.slice(at)));
        expect(parts).toBeCloseTo(valueOf(integrateRadiantEnergyJ(samples)), 9);
      }),
    );
  });

  it('nothing and one sample are no light; backward time, negative power and NaN are refused', () => {
    expect(valueOf(integrateRadiantEnergyJ([]))).toBe(0);
    expect(valueOf(integrateRadiantEnergyJ([{ atS: 5, radiantPowerMw: 50 }]))).toBe(0);
    const at = (atS: number, radiantPowerMw = 1) => ({ atS, radiantPowerMw });
    expect(problemOf(integrateRadiantEnergyJ([at(1), at(0.5)]))).toMatch(/backward/);
    for (const bad of [NaN, Infinity, -Infinity]) {
      expect(integrateRadiantEnergyJ([at(0), at(bad)])).toMatchObject(REFUSED);
      expect(integrateRadiantEnergyJ([at(0), at(1, bad)])).toMatchObject(REFUSED);
    }
    expect(integrateRadiantEnergyJ([at(0, -1)])).toMatchObject(REFUSED);
    expect(integrateRadiantExposureJPerCm2([at(0), at(1)], 0)).toMatchObject(REFUSED);
  });

  it('±20 %, both ends included; what is no measurement is outside', () => {
    expect(valueOf(computeOutputError(50, 60))).toBeCloseTo(0.2, 12);
    expect([40, 60].map((mw) => isWithinOutputAccuracy(50, mw))).toEqual([true, true]);
    // 2.4 over 3 is 0.8 less a hair.
    expect(isWithinOutputAccuracy(3, 2.4)).toBe(true);
    expect([39.99, 60.01, NaN, Infinity, -50].map((mw) => isWithinOutputAccuracy(50, mw))).toEqual(
      Array<boolean>(5).fill(false),
    );
    expect([0, NaN, -1].map((mw) => isWithinOutputAccuracy(mw, 0))).toEqual([false, false, false]);
  });
});

describe('depth models', () => {
  it('two layers are one of their sum', () => {
    fc.assert(
      fc.property(share, share, (one, other) => {
        const through = (mm: number) => valueOf(computeExponentialDepthMwPerCm2(100, mm, 5));
        expect((through(one) * through(other)) / 100).toBeCloseTo(through(one + other), 9);
        expect(valueOf(computeLossPerMmRatio(one)) * valueOf(computeLossPerMmRatio(other))).toBeCloseTo(
          valueOf(computeLossPerMmRatio(one + other)),
          12,
        );
      }),
    );
  });

  it('nothing is lost at the surface, 7.5 % in the first mm', () => {
    expect(valueOf(computeLossPerMmRatio(0))).toBe(1);
    expect(valueOf(computeLossPerMmRatio(1))).toBeCloseTo(0.925, 12);
  });
});
