import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSkinLimit } from '../../src/dosimetry/skin-limits.ts';
import { evenly, REFUSED, valueOf } from './computed.ts';

const jPerM2 = (nm: number, s: number): number => valueOf(findSkinLimit(nm, s)).radiantExposureJPerCm2 * 1e4;
const wavelength = evenly(400, 1400);
/** Even over the decades, not over the seconds. */
const duration = evenly(Math.log(1e-9), Math.log(30_000)).map((log) =>
  Math.min(30_000, Math.max(1e-9, Math.exp(log))),
);

describe('skin exposure limit over time', () => {
  it('is 200 J/m² × C4 from 1 ns to 0.1 µs, both branches of 2e11 W/m² meeting at 1 ns', () => {
    expect(jPerM2(650, 1e-9)).toBeCloseTo(200, 9);
    expect(jPerM2(650, 0.99e-7)).toBeCloseTo(200, 9);
    expect(jPerM2(1064, 1e-8)).toBeCloseTo(1000, 9);
    expect(valueOf(findSkinLimit(650, 1e-9)).irradianceMwPerCm2 * 10).toBeCloseTo(2e11, -2);
  });

  it('at exactly 0.1 µs the lower of the two branches', () => {
    expect(jPerM2(650, 1e-7)).toBeCloseTo(1.1e4 * 1e-7 ** 0.25, 9);
    expect(jPerM2(650, 1e-7)).toBeLessThan(200);
  });

  it('at exactly 10 s the lower of the two branches: 19 561 J/m², not 20 000', () => {
    expect(jPerM2(650, 10)).toBeCloseTo(19561.073510428152, 6);
    expect(jPerM2(650, 10 * (1 + 1e-12))).toBeCloseTo(20_000, 3);
  });

  it('trap: red light has the limit of red light: 1.2e5 J/m² in 60 s at 650 nm, not five times that', () => {
    expect(jPerM2(650, 60)).toBeCloseTo(120_000, 6);
  });

  it('radiant exposure grows with time, but for the printed step of 2.2 % at 0.1 µs', () => {
    fc.assert(
      fc.property(wavelength, duration, duration, (nm, one, other) => {
        const [short, long] = one < other ? [one, other] : [other, one];
        const step = short < 1e-7 && long >= 1e-7 ? (1.1e4 * 1e-7 ** 0.25) / 200 : 1;
        expect(jPerM2(nm, long)).toBeGreaterThanOrEqual(jPerM2(nm, short) * step * (1 - 1e-12));
      }),
    );
  });

  it('irradiance falls with time, but for the printed step of 2.2 % at 10 s', () => {
    fc.assert(
      fc.property(wavelength, duration, duration, (nm, one, other) => {
        const [short, long] = one < other ? [one, other] : [other, one];
        const step = short <= 10 && long > 10 ? 2000 / (1.1e4 * 10 ** -0.75) : 1;
        expect(valueOf(findSkinLimit(nm, long)).irradianceMwPerCm2).toBeLessThanOrEqual(
          valueOf(findSkinLimit(nm, short)).irradianceMwPerCm2 * step * (1 + 1e-12),
        );
      }),
    );
  });

  it('grows with wavelength at every time, but for the step from 5.01 to 5 at 1050 nm', () => {
    fc.assert(
      fc.property(wavelength, wavelength, duration, (one, other, s) => {
        const [short, long] = one < other ? [one, other] : [other, one];
        expect(jPerM2(long, s)).toBeGreaterThanOrEqual(jPerM2(short, s) * (5 / 10 ** 0.7) * (1 - 1e-12));
      }),
    );
  });

  it('both quantities are one limit: irradiance × time is radiant exposure', () => {
    fc.assert(
      fc.property(wavelength, duration, (nm, s) => {
        const limit = valueOf(findSkinLimit(nm, s));
        expect((limit.irradianceMwPerCm2 * s) / (limit.radiantExposureJPerCm2 * 1000)).toBeCloseTo(1, 12);
      }),
    );
  });

  it.each([0, 0.999e-9, 30_000.001, -1, NaN, Infinity])('a time of %d s is refused', (s) => {
    expect(findSkinLimit(808, s)).toMatchObject(REFUSED);
  });

  it.each([399.999, 1400.001, NaN, Infinity, -1])('%d nm is refused', (nm) => {
    expect(findSkinLimit(nm, 60)).toMatchObject(REFUSED);
  });
});
