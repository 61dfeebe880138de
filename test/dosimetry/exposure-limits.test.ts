import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  eyeExposureRatio,
  findLargeAreaCapMwPerCm2,
  skinExposureLimit,
  skinExposureRatio,
  skinRadiantPowerLimitMw,
  skinSourceRatio,
  type ExposureSource,
} from '../../src/dosimetry/exposure-limits.ts';
import { findSkinLimit } from '../../src/dosimetry/skin-limits.ts';
import { evenly, problemOf, REFUSED, valueOf } from './computed.ts';

const source = (wavelengthNm: number, irradianceMeanMwPerCm2: number, durationS = 60): ExposureSource => ({
  wavelengthNm,
  irradianceMeanMwPerCm2,
  durationS,
});

describe('skin exposure limit for more than 10 s', () => {
  it.each([399.999, 1400.001, 0, -808, NaN, Infinity, -Infinity])('%d nm is an error value', (nm) => {
    const found = skinExposureLimit(nm);
    expect(found.ok).toBe(false);
    expect(found.ok ? '' : found.problem).toMatch(/no skin exposure limit .*400 to 1400 nm/);
    expect(skinRadiantPowerLimitMw(nm).ok).toBe(false);
  });

  it('is what the limit for a long time says', () => {
    for (const nm of [400, 650, 700, 808, 1049.9, 1050, 1400]) {
      const long = skinExposureLimit(nm);
      const timed = valueOf(findSkinLimit(nm, 600));
      expect(long.ok && long.irradianceMwPerCm2 / timed.irradianceMwPerCm2).toBeCloseTo(1, 12);
    }
  });
});

describe('Σ E/MPE over one skin area', () => {
  it('adds wavelengths: 50 mW/cm² at 650 nm and 100 at 808 nm are 0.554', () => {
    expect(valueOf(skinExposureRatio([source(650, 50), source(808, 100)]))).toBeCloseTo(
      0.554067500639359,
      12,
    );
  });

  it('no source is no exposure, and a dark source adds nothing', () => {
    expect(valueOf(skinExposureRatio([]))).toBe(0);
    expect(valueOf(skinExposureRatio([source(650, 0), source(808, 100)]))).toBe(
      valueOf(skinExposureRatio([source(808, 100)])),
    );
  });

  it('is 1 exactly at the limit of every time', () => {
    for (const durationS of [1e-9, 1e-8, 1e-7, 1e-3, 1, 9.99, 10, 10.01, 600, 30_000]) {
      const limit = valueOf(findSkinLimit(808, durationS)).irradianceMwPerCm2;
      expect(valueOf(skinExposureRatio([source(808, limit, durationS)]))).toBeCloseTo(1, 9);
    }
  });

  it('a built-in program (808 nm, 50 mW/cm² mean, 100 Hz, 80 %) is ruled by its mean, within the step at 10 s', () => {
    const pulsed = { ...source(808, 50, 81.5), pulse: { frequencyHz: 100, dutyCycle: 0.8 } };
    const mean = 50 / 328.87434464298633;
    const found = valueOf(skinSourceRatio(pulsed));
    expect(found.ratio).toBeGreaterThanOrEqual(mean);
    // 10 s of this train have the lower branch of the two at 10 s for a limit, 2.2 % below.
    expect(found.ratio).toBeLessThan(mean / 0.978);
  });

  it('a 904 nm train of one 0.1 µs pulse a second is ruled by the single pulse, although its mean is harmless', () => {
    // 0.5 mW/cm² mean is 5 J/m² in each pulse; at exactly 0.1 µs the lower of the two branches holds.
    const found = valueOf(
      skinSourceRatio({ ...source(904, 0.5), pulse: { frequencyHz: 1, dutyCycle: 1e-7 } }),
    );
    const limit = 1.1e4 * 2.5585858869056457 * 1e-7 ** 0.25;
    expect(found.ratio).toBeCloseTo(5 / limit, 9);
    expect(found.rule).toBe('singlePulse');
    expect(found.ratio).toBeGreaterThan(0.5 / 511.7171773811291);
  });

  it('rule 3: four sparse pulses of 1 µs count as 4^¼ single pulses, in conservative mode alone', () => {
    const pulsed = { ...source(650, 0.1, 3.5), pulse: { frequencyHz: 1, dutyCycle: 1e-6 } };
    const single = 1 / (1.1e4 * 1e-6 ** 0.25);
    expect(valueOf(skinExposureRatio([pulsed]))).toBeCloseTo(single, 9);
    expect(valueOf(skinSourceRatio(pulsed, 'conservative'))).toEqual({
      ratio: expect.closeTo(single * 4 ** 0.25, 9) as number,
      rule: 'pulseTrain',
    });
  });

  it('rule 3 is optional for skin, and never lowers the ratio', () => {
    fc.assert(
      fc.property(
        evenly(0.1, 5000),
        evenly(0.01, 1),
        evenly(0.1, 2000),
        (frequencyHz, dutyCycle, durationS) => {
          const pulsed = { ...source(808, 50, durationS), pulse: { frequencyHz, dutyCycle } };
          expect(valueOf(skinExposureRatio([pulsed], 'conservative'))).toBeGreaterThanOrEqual(
            valueOf(skinExposureRatio([pulsed])),
          );
        },
      ),
    );
  });

  it('a train is never nearer to safety than its mean, and scales with its power', () => {
    fc.assert(
      fc.property(
        evenly(0.1, 5000),
        evenly(0.001, 1),
        evenly(10.1, 30_000),
        (frequencyHz, dutyCycle, durationS) => {
          const pulsed = { ...source(650, 40, durationS), pulse: { frequencyHz, dutyCycle } };
          const ratio = valueOf(skinExposureRatio([pulsed]));
          expect(ratio).toBeGreaterThanOrEqual((40 / 200) * (1 - 1e-9));
          const twice = valueOf(skinExposureRatio([{ ...pulsed, irradianceMeanMwPerCm2: 80 }]));
          expect(twice / ratio).toBeCloseTo(2, 9);
        },
      ),
    );
  });

  it('one bad source refuses the whole sum', () => {
    const good = source(650, 50);
    const bad: readonly ExposureSource[] = [
      source(399, 50),
      source(1401, 50),
      source(NaN, 50),
      source(808, -1),
      source(808, NaN),
      source(808, Infinity),
      source(808, 50, 0),
      source(808, 50, 0.9e-9),
      source(808, 50, 30_001),
      source(808, 50, NaN),
      { ...good, pulse: { frequencyHz: 0, dutyCycle: 0.5 } },
      { ...good, pulse: { frequencyHz: NaN, dutyCycle: 0.5 } },
      { ...good, pulse: { frequencyHz: 100, dutyCycle: 0 } },
      { ...good, pulse: { frequencyHz: 100, dutyCycle: 1.001 } },
      { ...good, pulse: { frequencyHz: 100, dutyCycle: NaN } },
      // A pulse shorter than a nanosecond.
      { ...good, pulse: { frequencyHz: 1e6, dutyCycle: 1e-4 } },
      source(808, 1e308, 30_000),
    ];
    for (const one of bad) {
      expect(skinExposureRatio([good, one]), JSON.stringify(one)).toMatchObject(REFUSED);
      expect(eyeExposureRatio([good, one]), JSON.stringify(one)).toMatchObject(REFUSED);
    }
  });
});

describe('whole-belt thermal cap', () => {
  it('is none below 100 cm² and refuses what is no area', () => {
    expect(valueOf(findLargeAreaCapMwPerCm2(99.9))).toBeUndefined();
    for (const area of [0, -1, NaN, Infinity])
      expect(problemOf(findLargeAreaCapMwPerCm2(area))).toMatch(/lit area/);
  });
});
