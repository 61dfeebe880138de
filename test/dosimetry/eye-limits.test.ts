import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correctionFactorC6 } from '../../src/dosimetry/correction-factors.ts';
import { eyeExposureRatio } from '../../src/dosimetry/exposure-limits.ts';
import { findEyeLimit } from '../../src/dosimetry/eye-limits.ts';
import { findSkinLimit } from '../../src/dosimetry/skin-limits.ts';
import { evenly, REFUSED, valueOf } from './computed.ts';

const jPerM2 = (nm: number, s: number, mrad?: number): number =>
  valueOf(findEyeLimit(nm, s, mrad)).radiantExposureJPerCm2 * 1e4;
const wPerM2 = (nm: number, s: number, mrad?: number): number =>
  valueOf(findEyeLimit(nm, s, mrad)).irradianceMwPerCm2 * 10;

describe('eye exposure limit of a point source', () => {
  it('visible: 2e-3 J/m² to 5 µs, 18·t^¾ to 10 s, 10 W/m² beyond', () => {
    expect(jPerM2(650, 1e-9)).toBeCloseTo(2e-3, 12);
    expect(jPerM2(650, 4.9e-6)).toBeCloseTo(2e-3, 12);
    expect(jPerM2(650, 1e-3)).toBeCloseTo(18 * 1e-3 ** 0.75, 9);
    expect(jPerM2(650, 0.25)).toBeCloseTo(6.363961, 5);
    expect(wPerM2(650, 100)).toBeCloseTo(10, 9);
  });

  it('HeNe, 633 nm, long: 1 mW/cm², where skin has 200', () => {
    expect(valueOf(findEyeLimit(633, 100)).irradianceMwPerCm2).toBeCloseTo(1, 9);
    expect(valueOf(findSkinLimit(633, 100)).irradianceMwPerCm2).toBeCloseTo(200, 9);
  });

  it('at exactly 5 µs and 10 s the lower of the two branches', () => {
    expect(jPerM2(650, 5e-6)).toBeCloseTo(18 * 5e-6 ** 0.75, 12);
    expect(jPerM2(650, 10)).toBeCloseTo(100, 9);
    expect(jPerM2(650, 9.9999)).toBeGreaterThan(101);
  });

  it('near infrared: the same × C4', () => {
    const c4 = 1.6443717232149315;
    for (const s of [1e-8, 1e-4, 1, 600]) expect(jPerM2(808, s) / jPerM2(650, s)).toBeCloseTo(c4, 9);
  });

  it('above 1050 nm: 2e-2·C7 to 13 µs, 90·C7·t^¾ to 10 s, 50·C7 W/m² beyond', () => {
    expect(jPerM2(1064, 1e-6)).toBeCloseTo(2e-2, 12);
    expect(jPerM2(1064, 1)).toBeCloseTo(90, 9);
    expect(wPerM2(1064, 600)).toBeCloseTo(50, 9);
    expect(wPerM2(1175, 600)).toBeCloseTo(50 * 10 ** 0.45, 6);
  });

  it('blue light is limited photochemically from 10 s on: 100 J/m² at 440 nm, then 1 W/m²', () => {
    expect(jPerM2(440, 20)).toBeCloseTo(100, 9);
    expect(jPerM2(440, 99)).toBeCloseTo(100, 9);
    expect(wPerM2(440, 1000)).toBeCloseTo(1, 9);
    // T1 = 10·10^(0.02·(λ−450)) s: before it the thermal limit is the lower.
    const t1 = 10 * 10 ** 0.4;
    expect(wPerM2(470, t1 * 0.99)).toBeCloseTo(10, 9);
    expect(wPerM2(470, t1 * 1.1)).toBeLessThan(10);
  });

  it('is never above the skin limit, even where C7 has no end', () => {
    fc.assert(
      fc.property(evenly(400, 1400), evenly(-9, 4.477), evenly(0, 300), (nm, decade, mrad) => {
        const s = 10 ** decade;
        if (nm >= 700) expect(jPerM2(nm, s, mrad)).toBeLessThanOrEqual(jPerM2Skin(nm, s) * (1 + 1e-12));
        else expect(wPerM2(nm, s, mrad)).toBeGreaterThan(0);
      }),
    );
    expect(wPerM2(1400, 600)).toBeCloseTo(10_000, 6);
  });
});

const jPerM2Skin = (nm: number, s: number): number =>
  valueOf(findSkinLimit(nm, s)).radiantExposureJPerCm2 * 1e4;

describe('eye exposure limit of an extended source', () => {
  it('is the limit of a point × C6, up to 10 s', () => {
    fc.assert(
      fc.property(evenly(600, 1049), evenly(-8.9, 0.99), evenly(0, 300), (nm, decade, mrad) => {
        const s = 10 ** decade;
        const c6 = valueOf(correctionFactorC6(mrad, s));
        expect(jPerM2(nm, s, mrad) / (jPerM2(nm, s) * c6)).toBeCloseTo(1, 9);
      }),
      { numRuns: 2000 },
    );
  });

  it('100 mrad: 18·C6·t^¾ up to T2 = 100 s, then 18·C6·T2^-¼ W/m²', () => {
    const c6 = 100 / 1.5;
    expect(jPerM2(650, 50, 100)).toBeCloseTo(18 * c6 * 50 ** 0.75, 6);
    expect(wPerM2(650, 1000, 100)).toBeCloseTo(18 * c6 * 100 ** -0.25, 9);
    expect(wPerM2(650, 30_000, 500)).toBeCloseTo(18 * c6 * 100 ** -0.25, 9);
  });

  it('a larger source never has a lower limit', () => {
    fc.assert(
      fc.property(evenly(-9, 4.477), evenly(0, 200), evenly(0, 200), (decade, one, other) => {
        const [small, large] = one < other ? [one, other] : [other, one];
        expect(jPerM2(808, 10 ** decade, large)).toBeGreaterThanOrEqual(
          jPerM2(808, 10 ** decade, small) * (1 - 1e-12),
        );
      }),
    );
  });
});

describe('Σ E/MPE at the eye', () => {
  it('adds wavelengths: half a limit each is 1', () => {
    const half = (wavelengthNm: number) => ({
      wavelengthNm,
      irradianceMeanMwPerCm2: valueOf(findEyeLimit(wavelengthNm, 100)).irradianceMwPerCm2 / 2,
      durationS: 100,
    });
    expect(valueOf(eyeExposureRatio([half(650), half(808)]))).toBeCloseTo(1, 12);
  });

  it('rule 3 always holds: 1000 pulses of 1 ms in 10 s get 1000^-¼ of the single-pulse limit', () => {
    const source = {
      wavelengthNm: 650,
      irradianceMeanMwPerCm2: 0.01,
      durationS: 9.9995,
      pulse: { frequencyHz: 100, dutyCycle: 0.1 },
    };
    const pulseJPerM2 = 0.1 / 100;
    const rule3 = pulseJPerM2 / (18 * 1e-3 ** 0.75 * 1000 ** -0.25);
    expect(valueOf(eyeExposureRatio([source]))).toBeGreaterThanOrEqual(rule3 * (1 - 1e-9));
  });

  it.each([NaN, Infinity, -1])('an angle of %d is refused', (angularSubtenseMrad) => {
    const source = { wavelengthNm: 650, irradianceMeanMwPerCm2: 0.1, durationS: 1, angularSubtenseMrad };
    expect(eyeExposureRatio([source])).toMatchObject(REFUSED);
    expect(findEyeLimit(650, 1, angularSubtenseMrad)).toMatchObject(REFUSED);
  });

  it.each([0, 0.999e-9, 30_001, NaN, Infinity])('a time of %d s is refused', (s) => {
    expect(findEyeLimit(650, s)).toMatchObject(REFUSED);
  });
});
