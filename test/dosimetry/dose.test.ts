import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exposureTime,
  pulseFigures,
  radiantEnergyJ,
  radiantExposureOf,
  radiantExposureOfEnergy,
  radiantPowerMw,
} from '../../src/dosimetry/dose.ts';
import { evenly, valueOf } from './computed.ts';

const timeOf = (irradianceMwPerCm2: number, radiantExposureJPerCm2: number, rampUpS = 0, rampDownS = 0) =>
  exposureTime({ irradianceMwPerCm2, radiantExposureJPerCm2, rampUpS, rampDownS });

const positive = evenly(0.01, 200);
const ramp = evenly(0, 25.5);

describe('time for a radiant exposure', () => {
  it('the built-in program: 4 J/cm2 at 50 mW/cm2 with ramps of 2 s and 1 s is a plateau of 78.5 s, 81.5 s on', () => {
    expect(valueOf(timeOf(50, 4, 2, 1))).toEqual({ plateauS: 78.5, onS: 81.5 });
  });

  it('Konstantinovic 2010: 3 J/cm2 at 20 mW/cm2 is 150 s', () => {
    expect(valueOf(timeOf(20, 3)).onS).toBe(150);
  });

  it('vector A07: ramps of 5 s and 2 s', () => {
    expect(valueOf(timeOf(20, 3, 5, 2))).toEqual({ plateauS: 146.5, onS: 153.5 });
  });

  it('vectors A12: 4 J at 50, 500 and 50 mW/cm2', () => {
    expect(valueOf(timeOf(50, 4)).onS).toBe(80);
    expect(valueOf(timeOf(500, 4)).onS).toBe(8);
    expect(valueOf(timeOf(50, 20)).onS).toBeCloseTo(400, 9);
  });

  it('may be ramps alone, and not more than ramps alone', () => {
    expect(valueOf(timeOf(100, 0.5, 6, 4))).toEqual({ plateauS: 0, onS: 10 });
    expect(timeOf(100, 0.499, 6, 4).ok).toBe(false);
  });

  it('is what an integral of the ramps and the plateau says', () => {
    fc.assert(
      fc.property(positive, positive, ramp, ramp, (irradiance, exposure, up, down) => {
        const time = timeOf(irradiance, exposure, up, down);
        if (!time.ok) {
          // The ramps alone are more than the dose.
          expect((irradiance / 1000) * ((up + down) / 2)).toBeGreaterThan(exposure * (1 - 1e-9));
          return;
        }
        const { plateauS, onS } = time.value;
        const steps = 4000;
        let sum = 0;
        for (let step = 0; step < steps; step++) {
          const at = ((step + 0.5) * onS) / steps;
          const rising = up === 0 ? 1 : at / up;
          const falling = down === 0 ? 1 : (onS - at) / down;
          sum += (Math.min(1, rising, falling) * irradiance * onS) / steps / 1000;
        }
        // Where both ramps are longer than the plateau they never overlap: up + plateau + down = on.
        expect(up + plateauS + down).toBeCloseTo(onS, 9);
        expect(sum / exposure).toBeCloseTo(1, 2);
        expect(valueOf(radiantExposureOf(irradiance, plateauS, up, down)) / exposure).toBeCloseTo(1, 9);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses what is out of range, and NaN everywhere', () => {
    for (const bad of [NaN, Infinity, -1, 0]) {
      expect(timeOf(bad, 4).ok).toBe(false);
      expect(timeOf(50, bad).ok).toBe(false);
    }
    for (const bad of [NaN, Infinity, -0.1]) {
      expect(timeOf(50, 4, bad).ok).toBe(false);
      expect(timeOf(50, 4, 0, bad).ok).toBe(false);
      expect(radiantExposureOf(50, bad, 0, 0).ok).toBe(false);
    }
    expect(timeOf(Number.MIN_VALUE, 1e300).ok).toBe(false);
  });
});

describe('energy and power through the beam area', () => {
  it('three beams of 40 J/cm2 are 10 J, 4 J and 0.6 J', () => {
    expect(valueOf(radiantEnergyJ(40, 0.25))).toBe(10);
    expect(valueOf(radiantEnergyJ(40, 0.1))).toBe(4);
    expect(valueOf(radiantEnergyJ(40, 0.015))).toBeCloseTo(0.6, 12);
  });

  it('energy over the area is the exposure again', () => {
    fc.assert(
      fc.property(positive, positive, (exposure, area) => {
        expect(valueOf(radiantExposureOfEnergy(valueOf(radiantEnergyJ(exposure, area)), area))).toBeCloseTo(
          exposure,
          9,
        );
      }),
    );
  });

  it('50 mW/cm2 over 1 cm2 is 50 mW', () => {
    expect(valueOf(radiantPowerMw(50, 1))).toBe(50);
  });

  it.each([NaN, Infinity, -1, 0])('refuses an area of %d', (area) => {
    expect(radiantEnergyJ(4, area).ok).toBe(false);
    expect(radiantExposureOfEnergy(4, area).ok).toBe(false);
    expect(radiantPowerMw(50, area).ok).toBe(false);
  });

  it.each([NaN, Infinity, -1])('refuses an amount of %d', (amount) => {
    expect(radiantEnergyJ(amount, 1).ok).toBe(false);
    expect(radiantExposureOfEnergy(amount, 1).ok).toBe(false);
    expect(radiantPowerMw(amount, 1).ok).toBe(false);
  });
});

describe('pulses', () => {
  it('100 Hz at 80 %: peak 62.5 mW/cm2 for a mean of 50, 8 ms wide', () => {
    const figures = valueOf(pulseFigures(50, { frequencyHz: 100, dutyCycle: 0.8 }));
    expect(figures.peakIrradianceMwPerCm2).toBe(62.5);
    expect(figures.pulseWidthS).toBe(0.008);
    expect(figures.pulseExposureJPerCm2).toBeCloseTo(0.0005, 12);
  });

  it('the pulses of a second add up to the mean', () => {
    fc.assert(
      fc.property(positive, positive, evenly(0.0001, 1), (mean, frequencyHz, dutyCycle) => {
        const figures = valueOf(pulseFigures(mean, { frequencyHz, dutyCycle }));
        expect((figures.pulseExposureJPerCm2 * frequencyHz * 1000) / mean).toBeCloseTo(1, 9);
      }),
    );
  });

  it('refuses a duty outside (0, 1], a frequency that is none, and NaN', () => {
    for (const dutyCycle of [0, -0.1, 1.001, NaN])
      expect(pulseFigures(50, { frequencyHz: 100, dutyCycle }).ok).toBe(false);
    for (const frequencyHz of [0, -1, NaN, Infinity])
      expect(pulseFigures(50, { frequencyHz, dutyCycle: 0.5 }).ok).toBe(false);
    expect(pulseFigures(NaN, { frequencyHz: 100, dutyCycle: 0.5 }).ok).toBe(false);
  });
});
