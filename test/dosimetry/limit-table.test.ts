// The table of exposure and emission limits as it stands in the reference, to its last printed digit, and each entry
// against the formula's own value to 1e-9.
import { describe, expect, it } from 'vitest';
import { findEyeLimit } from '../../src/dosimetry/eye-limits.ts';
import { skinRadiantPowerLimitMw } from '../../src/dosimetry/exposure-limits.ts';
import { correctionFactorC4 } from '../../src/dosimetry/correction-factors.ts';
import { findEmissionLimit, type LimitedLaserClass } from '../../src/dosimetry/laser-limits.ts';
import { findSkinLimit } from '../../src/dosimetry/skin-limits.ts';
import { REFUSED, valueOf } from './computed.ts';

// λ nm, C4, skin > 10 s mW/cm², mW through 3.5 mm, skin H at 1 s J/m², H at 600 s J/cm², eye > 10 s W/m², AEL 1, 2, 3R, 3B mW
const PRINTED: readonly (readonly [nm: number, columns: readonly (string | undefined)[]])[] = [
  [635, ['1.000000', '200.000', '19.242', '11000.0', '120.0', '10.000', '0.3900', '1', '5.000', '500']],
  [650, ['1.000000', '200.000', '19.242', '11000.0', '120.0', '10.000', '0.3900', '1', '5.000', '500']],
  [808, ['1.644372', '328.874', '31.641', '18088.1', '197.3', '16.444', '0.6413', undefined, '3.289', '500']],
  [850, ['1.995262', '399.052', '38.393', '21947.9', '239.4', '19.953', '0.7782', undefined, '3.991', '500']],
  [904, ['2.558586', '511.717', '49.233', '28144.4', '307.0', '25.586', '0.9978', undefined, '5.117', '500']],
  [980, ['3.630781', '726.156', '69.864', '39938.6', '435.7', '36.308', '1.4160', undefined, '7.262', '500']],
];

const ael = (laserClass: LimitedLaserClass, nm: number, s: number): number =>
  valueOf(findEmissionLimit(laserClass, nm, s)).radiantPowerMw;

const columns = (nm: number): readonly (number | undefined)[] => [
  valueOf(correctionFactorC4(nm)),
  valueOf(findSkinLimit(nm, 60)).irradianceMwPerCm2,
  valueOf(skinRadiantPowerLimitMw(nm)),
  valueOf(findSkinLimit(nm, 1)).radiantExposureJPerCm2 * 1e4,
  valueOf(findSkinLimit(nm, 600)).radiantExposureJPerCm2,
  valueOf(findEyeLimit(nm, 60)).irradianceMwPerCm2 * 10,
  ael('1', nm, 60),
  nm < 700 ? ael('2', nm, 0.25) : undefined,
  ael('3R', nm, nm < 700 ? 0.25 : 60),
  ael('3B', nm, 60),
];

/** Each column again, from its formula alone. */
const exact = (nm: number): readonly (number | undefined)[] => {
  const c4 = nm < 700 ? 1 : Math.pow(10, (nm - 700) / 500);
  return [
    c4,
    200 * c4,
    200 * c4 * Math.PI * 0.175 ** 2,
    11_000 * c4,
    0.2 * c4 * 600,
    10 * c4,
    0.39 * c4,
    nm < 700 ? 1 : undefined,
    nm < 700 ? 5 : 2 * c4,
    500,
  ];
};

describe('table of limits', () => {
  it.each(PRINTED)('%d nm, as printed', (nm, printed) => {
    const found = columns(nm).map((value, index) => {
      const decimals = printed[index]?.split('.')[1]?.length ?? 0;
      return value?.toFixed(decimals);
    });
    expect(found).toEqual(printed);
  });

  it.each(PRINTED.map(([nm]) => [nm]))('%d nm, every column to 1e-9 of its formula', (nm) => {
    const wanted = exact(nm);
    const found = columns(nm);
    expect(found).toHaveLength(10);
    found.forEach((value, index) => {
      const formula = wanted[index];
      if (formula === undefined || value === undefined) expect(value).toBe(formula);
      else expect(Math.abs(value / formula - 1)).toBeLessThanOrEqual(1e-9);
    });
  });

  it('class 2 is for visible light alone', () => {
    expect(findEmissionLimit('2', 808, 0.25)).toMatchObject(REFUSED);
    expect(findEmissionLimit('2', 700, 0.25)).toMatchObject(REFUSED);
    expect(findEmissionLimit('2', 699.999, 0.25).ok).toBe(true);
  });
});
