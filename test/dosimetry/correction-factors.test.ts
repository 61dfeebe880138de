// The traps found in public code, each a test of its own.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  computeAngularSubtenseMaxMrad,
  computeBreakPointT2S,
  correctionFactorC3,
  correctionFactorC4,
  correctionFactorC6,
  correctionFactorC7,
  findPulseMergeTimeS,
} from '../../src/dosimetry/correction-factors.ts';
import { evenly, REFUSED, valueOf } from './computed.ts';

const c4 = (nm: number): number => valueOf(correctionFactorC4(nm));
const c7 = (nm: number): number => valueOf(correctionFactorC7(nm));
const OUTSIDE = [399.999, 1400.001, 0, -808, NaN, Infinity, -Infinity];

describe('C4', () => {
  it('trap: is exactly 1 below 700 nm, never 5: red light is not given five times its limit', () => {
    expect(c4(699.999)).toBe(1);
    fc.assert(
      fc.property(evenly(400, 699.999999), (nm) => {
        expect(c4(nm)).toBe(1);
      }),
    );
  });

  it('is exactly 1 at 700 nm', () => {
    expect(c4(700)).toBe(1);
  });

  it('rises from 10^0.7 = 5.0119 just below 1050 nm to 5 at it, and stays 5 to 1400 nm', () => {
    expect(c4(1050 - 1e-9)).toBeCloseTo(5.011872336272722, 9);
    expect(c4(1050)).toBe(5);
    expect(c4(1064)).toBe(5);
    expect(c4(1400)).toBe(5);
  });

  it('is 1.6444 at 808 nm', () => {
    expect(c4(808)).toBeCloseTo(1.6443717232149315, 12);
  });
});

describe('C7', () => {
  it('trap: the exponent is 0.018, not 0.0018: 2.8184 at 1175 nm', () => {
    expect(c7(1175)).toBeCloseTo(10 ** 0.45, 12);
    expect(c7(1175)).toBeGreaterThan(2.8);
    expect(c7(1199.999999)).toBeCloseTo(10 ** 0.9, 6);
  });

  it('is 1 below 1150 nm and at it, for every wavelength of a treatment', () => {
    for (const nm of [400, 650, 808, 904, 980, 1064, 1149.999, 1150]) expect(c7(nm)).toBe(1);
  });

  it('is 8.01 at 1200 nm and 9 at 1250 nm', () => {
    expect(c7(1200)).toBeCloseTo(8.01, 9);
    expect(c7(1250)).toBe(9);
  });
});

describe('C3, C6, T2 and pulse times', () => {
  it('C3 is 1 to 450 nm, 10 at 500 nm, and refused from 600 nm on, where it means nothing', () => {
    expect(valueOf(correctionFactorC3(400))).toBe(1);
    expect(valueOf(correctionFactorC3(450))).toBe(1);
    expect(valueOf(correctionFactorC3(500))).toBeCloseTo(10, 12);
    expect(correctionFactorC3(600)).toMatchObject(REFUSED);
  });

  it('αmax is 5 mrad below 625 µs, 200·√t to 0.25 s, 100 mrad beyond, without a step', () => {
    const max = (s: number): number => valueOf(computeAngularSubtenseMaxMrad(s));
    expect(max(1e-6)).toBe(5);
    expect(max(625e-6)).toBeCloseTo(5, 12);
    expect(max(0.01)).toBeCloseTo(20, 12);
    expect(max(0.25)).toBe(100);
    expect(max(100)).toBe(100);
  });

  it('C6 is 1 for a point, α/1.5 beyond, and constant from αmax', () => {
    const c6 = (mrad: number, s: number): number => valueOf(correctionFactorC6(mrad, s));
    expect(c6(0, 100)).toBe(1);
    expect(c6(1.5, 100)).toBe(1);
    expect(c6(15, 100)).toBe(10);
    expect(c6(100, 100)).toBeCloseTo(66.6666666666, 8);
    expect(c6(5000, 100)).toBe(c6(100, 100));
    expect(c6(5000, 1e-6)).toBeCloseTo(5 / 1.5, 12);
  });

  it('T2 is 10 s for a point, 100 s from 100 mrad', () => {
    const t2 = (mrad: number): number => valueOf(computeBreakPointT2S(mrad));
    expect(t2(0)).toBe(10);
    expect(t2(1.5)).toBe(10);
    expect(t2(50.75)).toBeCloseTo(10 * Math.sqrt(10), 9);
    expect(t2(100)).toBeCloseTo(100, 9);
    expect(t2(1e9)).toBe(t2(100));
  });

  it('pulses merge within 18 µs (50 µs above 1050 nm) by the directive, 5 µs (13 µs) by IEC 2014', () => {
    expect(valueOf(findPulseMergeTimeS(808))).toBe(18e-6);
    expect(valueOf(findPulseMergeTimeS(1050))).toBe(18e-6);
    expect(valueOf(findPulseMergeTimeS(1064))).toBe(50e-6);
    expect(valueOf(findPulseMergeTimeS(808, 'iec2014'))).toBe(5e-6);
    expect(valueOf(findPulseMergeTimeS(1064, 'iec2014'))).toBe(13e-6);
    expect(valueOf(findPulseMergeTimeS(1050, 'iec2014'))).toBe(13e-6);
  });

  it.each(OUTSIDE)('%d nm has no factor at all', (nm) => {
    for (const factor of [correctionFactorC3, correctionFactorC4, correctionFactorC7, findPulseMergeTimeS])
      expect(factor(nm)).toEqual({
        ok: false,
        problem: expect.stringContaining('400 to 1400 nm') as string,
      });
  });

  it.each([NaN, Infinity, -1])('an angle or a time of %d has none either', (bad) => {
    expect(correctionFactorC6(bad, 1)).toMatchObject(REFUSED);
    expect(correctionFactorC6(5, bad)).toMatchObject(REFUSED);
    expect(computeBreakPointT2S(bad)).toMatchObject(REFUSED);
    expect(computeAngularSubtenseMaxMrad(bad)).toMatchObject(REFUSED);
  });
});
