import { describe, expect, it } from 'vitest';
import { correctionFactorC4, skinExposureLimit } from '../../src/dosimetry/exposure-limits.ts';

// Computed in double precision from the formulas of 2006/25/EC annex II; IEC 60825-1:2014 table A.5 agrees.
const VECTORS = [
  { nm: 635, c4: 1, limit: 200 },
  { nm: 650, c4: 1, limit: 200 },
  { nm: 808, c4: 1.6443717232149315, limit: 328.87434464298633 },
  { nm: 850, c4: 1.9952623149688795, limit: 399.0524629937759 },
  { nm: 904, c4: 2.5585858869056457, limit: 511.71717738112915 },
  { nm: 980, c4: 3.630780547701014, limit: 726.1561095402028 },
] as const;

describe('skin exposure limit for more than 10 s', () => {
  it.each(VECTORS)('$nm nm: $limit mW/cm²', ({ nm, c4, limit }) => {
    expect(correctionFactorC4(nm)).toBeCloseTo(c4, 12);
    const found = skinExposureLimit(nm);
    expect(found.ok && found.irradianceMwPerCm2).toBeCloseTo(limit, 9);
  });

  it('C4 is 1 up to and at 700 nm, never 5 below it', () => {
    expect(correctionFactorC4(699.999)).toBe(1);
    expect(correctionFactorC4(700)).toBe(1);
    expect(correctionFactorC4(400)).toBe(1);
  });

  it('C4 becomes 5 at 1050 nm, from 10^0.7 just below, and stays 5 to 1400 nm', () => {
    expect(correctionFactorC4(1049.999999)).toBeCloseTo(5.0118723, 6);
    expect(correctionFactorC4(1050)).toBe(5);
    expect(correctionFactorC4(1400)).toBe(5);
  });

  it.each([399.999, 1400.001, 0, -808, NaN, Infinity])('%d nm is an error value', (nm) => {
    expect(correctionFactorC4(nm)).toBeUndefined();
    const found = skinExposureLimit(nm);
    expect(found.ok).toBe(false);
    expect(found.ok ? '' : found.problem).toMatch(/400 to 1400 nm/);
  });
});
