import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyLaser, computeClass1TimeS, type LaserEmission } from '../../src/dosimetry/laser-class.ts';
import { findEmissionLimit, type LimitedLaserClass } from '../../src/dosimetry/laser-limits.ts';
import { evenly, REFUSED, valueOf } from './computed.ts';

const ael = (laserClass: LimitedLaserClass, nm: number, s: number, mrad?: number) =>
  valueOf(findEmissionLimit(laserClass, nm, s, mrad));
const both = (wavelengthNm: number, powerMw: number): LaserEmission => ({
  wavelengthNm,
  condition1PowerMw: powerMw,
  condition3PowerMw: powerMw,
});

describe('emission limits', () => {
  it('class 1 visible: 7.7e-8 J to 5 µs, 7e-4·t^¾ J to 10 s, 0.39 mW beyond', () => {
    expect(ael('1', 650, 1e-9).radiantEnergyJ).toBeCloseTo(7.7e-8, 15);
    expect(ael('1', 650, 1e-3).radiantEnergyJ).toBeCloseTo(7e-4 * 1e-3 ** 0.75, 12);
    expect(ael('1', 650, 30_000).radiantPowerMw).toBeCloseTo(0.39, 9);
  });

  it('trap: class 1 of a point leaves the law t^¾ at 10 s: 0.39 mW at 11, 50 and 100 s, not 0.22 mW at 100 s', () => {
    for (const s of [10, 11, 50, 99.9, 100, 101])
      expect(ael('1', 650, s).radiantPowerMw).toBeCloseTo(0.39, 9);
    expect(ael('1', 808, 100).radiantPowerMw).toBeCloseTo(0.6413049720538233, 9);
  });

  it('class 1 of 50 mrad follows t^¾ up to its T2 of 31 s, and rises with its size', () => {
    const c6 = 50 / 1.5;
    expect(ael('1', 650, 20, 50).radiantEnergyJ).toBeCloseTo(7e-4 * c6 * 20 ** 0.75, 9);
    const t2 = 10 * 10 ** (48.5 / 98.5);
    expect(ael('1', 650, 100, 50).radiantPowerMw).toBeCloseTo(0.7 * c6 * t2 ** -0.25, 9);
  });

  it('class 1 above 1050 nm: 7.7e-7·C7 J to 13 µs, 3.5e-3·C7·t^¾ J, 1.95·C7 mW', () => {
    expect(ael('1', 1064, 1e-6).radiantEnergyJ).toBeCloseTo(7.7e-7, 14);
    expect(ael('1', 1064, 1).radiantEnergyJ).toBeCloseTo(3.5e-3, 12);
    expect(ael('1', 1064, 100).radiantPowerMw).toBeCloseTo(1.95, 9);
  });

  it('class 1 of blue light is photochemical: 39 µW at 440 nm after 100 s', () => {
    expect(ael('1', 440, 1000).radiantPowerMw).toBeCloseTo(0.039, 9);
  });

  it('class 2 is class 1 below 0.25 s and 1 mW × C6 from 0.25 s on', () => {
    expect(ael('2', 650, 0.249).radiantEnergyJ).toBeCloseTo(ael('1', 650, 0.249).radiantEnergyJ, 15);
    expect(ael('2', 650, 0.25).radiantPowerMw).toBeCloseTo(1, 12);
    expect(ael('2', 650, 100).radiantPowerMw).toBeCloseTo(1, 12);
    expect(ael('2', 650, 0.25, 15).radiantPowerMw).toBeCloseTo(10, 9);
  });

  it('class 3R is five times class 1 (infrared) or class 2 (visible), within the rounding of the print', () => {
    fc.assert(
      fc.property(fc.constantFrom(500, 650, 808, 980), evenly(-8.9, 4.4), (nm, decade) => {
        const s = 10 ** decade;
        const base = ael(nm < 700 ? '2' : '1', nm, s).radiantEnergyJ;
        expect(Math.abs(ael('3R', nm, s).radiantEnergyJ / base / 5 - 1)).toBeLessThan(0.03);
      }),
    );
  });

  it('class 3B is 0.5 W, and 0.03·C4 J in less than 0.06·C4 s', () => {
    expect(ael('3B', 650, 0.01).radiantEnergyJ).toBeCloseTo(0.03, 12);
    expect(ael('3B', 808, 0.01).radiantEnergyJ).toBeCloseTo(0.03 * 1.6443717232149315, 12);
    expect(ael('3B', 808, 0.08).radiantEnergyJ).toBeCloseTo(0.03 * 1.6443717232149315, 12);
    expect(ael('3B', 808, 0.1).radiantPowerMw).toBeCloseTo(500, 9);
    expect(ael('3B', 650, 0.06).radiantPowerMw).toBeCloseTo(500, 9);
    for (const nm of [400, 650, 808, 1040, 1064, 1400])
      for (const s of [0.3, 10, 30_000]) expect(ael('3B', nm, s).radiantPowerMw).toBeCloseTo(500, 9);
  });

  it('no class exceeds the next one', () => {
    const order: readonly LimitedLaserClass[] = ['1', '2', '3R', '3B'];
    fc.assert(
      fc.property(evenly(400, 1400), evenly(-8.9, 4.4), evenly(0, 120), (nm, decade, mrad) => {
        const s = 10 ** decade;
        const limits = order
          .filter((one) => one !== '2' || nm < 700)
          .map((one) => ael(one, nm, s, mrad).radiantEnergyJ);
        for (let index = 1; index < limits.length; index++)
          expect(limits[index]).toBeGreaterThanOrEqual((limits[index - 1] ?? NaN) * (1 - 1e-9));
      }),
    );
  });
});

describe('class of a product', () => {
  it.each([
    [650, 0.39, '1'],
    [650, 0.391, '2'],
    [650, 1, '2'],
    [650, 1.001, '3R'],
    [650, 5, '3R'],
    [650, 5.001, '3B'],
    [650, 500, '3B'],
    [650, 500.1, '4'],
    [808, 0.641, '1'],
    [808, 0.642, '3R'],
    [808, 3.288, '3R'],
    [808, 3.289, '3B'],
    [808, 500, '3B'],
    [808, 501, '4'],
    [904, 0.99, '1'],
  ] as const)('%d nm, %d mW into either aperture: class %s', (nm, mw, laserClass) => {
    expect(valueOf(classifyLaser(both(nm, mw)))).toBe(laserClass);
  });

  it.each([
    [650, 3, 0.3, '1M'],
    [650, 30, 0.9, '2M'],
    [808, 20, 0.6, '1M'],
    [808, 501, 0.6, '4'],
    [650, 501, 0.3, '4'],
    [808, 20, 0.7, '3B'],
  ] as const)(
    '%d nm, %d mW with binoculars and %d mW for the bare eye: class %s',
    (nm, one, three, laserClass) => {
      const emission = { wavelengthNm: nm, condition1PowerMw: one, condition3PowerMw: three };
      expect(valueOf(classifyLaser(emission))).toBe(laserClass);
    },
  );

  it('looking into it for long, on purpose, is judged over 30 000 s: more pulses, a higher class', () => {
    const train = { ...both(808, 0.005), pulse: { frequencyHz: 100, dutyCycle: 0.01 } };
    expect(valueOf(classifyLaser(train))).toBe('1');
    expect(valueOf(classifyLaser({ ...train, isLongViewingIntended: true }))).not.toBe('1');
    // Continuous light has one limit from 100 s on.
    expect(valueOf(classifyLaser({ ...both(650, 0.39), isLongViewingIntended: true }))).toBe('1');
    expect(valueOf(classifyLaser(both(440, 0.039)))).toBe('1');
    expect(valueOf(classifyLaser(both(440, 0.04)))).toBe('2');
  });

  it('a diffuser lowers the class: 3 mW at 808 nm as a source of 15 mrad is class 1', () => {
    expect(valueOf(classifyLaser(both(808, 3)))).toBe('3R');
    expect(valueOf(classifyLaser({ ...both(808, 3), angularSubtenseMrad: 15 }))).toBe('1');
  });

  it('a train is judged by its pulses too: 0.9 mW mean at 904 nm, 100 ns pulses, is no class 1', () => {
    const pulse = { frequencyHz: 5000, dutyCycle: 5e-4 };
    expect(valueOf(classifyLaser(both(904, 0.9)))).toBe('1');
    expect(valueOf(classifyLaser({ ...both(904, 0.9), pulse }))).not.toBe('1');
  });

  it('more power never lowers the class', () => {
    const order = ['1', '1M', '2', '2M', '3R', '3B', '4'];
    fc.assert(
      fc.property(fc.constantFrom(450, 650, 808, 1064), evenly(-3, 3.2), evenly(0, 2), (nm, decade, more) => {
        const low = valueOf(classifyLaser(both(nm, 10 ** decade)));
        const high = valueOf(classifyLaser(both(nm, 10 ** (decade + more))));
        expect(order.indexOf(high)).toBeGreaterThanOrEqual(order.indexOf(low));
      }),
    );
  });

  it('refuses what is no emission', () => {
    for (const bad of [NaN, Infinity, -1]) {
      expect(classifyLaser({ ...both(808, 1), condition1PowerMw: bad })).toMatchObject(REFUSED);
      expect(classifyLaser({ ...both(808, 1), condition3PowerMw: bad })).toMatchObject(REFUSED);
      expect(classifyLaser({ ...both(808, 1), angularSubtenseMrad: bad })).toMatchObject(REFUSED);
      expect(classifyLaser(both(bad, 1))).toMatchObject(REFUSED);
    }
    expect(classifyLaser({ ...both(808, 1), pulse: { frequencyHz: 100, dutyCycle: 1.5 } })).toMatchObject(
      REFUSED,
    );
  });
});

describe('longest exposure inside class 1', () => {
  it('808 nm: 1 mW 1.755 s, 10 mW 0.176 ms; a bare 50 mW diode less than a microsecond', () => {
    expect(valueOf(computeClass1TimeS(808, 1))).toBeCloseTo(1.755, 3);
    expect(valueOf(computeClass1TimeS(808, 10))).toBeCloseTo(1.755e-4, 7);
    expect(valueOf(computeClass1TimeS(808, 50))).toBeLessThan(5e-6);
  });

  it('is the whole 30 000 s at the class 1 power itself, and 10 s just above it', () => {
    expect(valueOf(computeClass1TimeS(650, 0.39))).toBe(30_000);
    expect(valueOf(computeClass1TimeS(650, 0.392))).toBe(10);
  });

  it('is the border: inside class 1 before it, outside after', () => {
    fc.assert(
      fc.property(evenly(400, 1400), evenly(-2, 4), (nm, decade) => {
        const powerMw = 10 ** decade;
        const longest = valueOf(computeClass1TimeS(nm, powerMw));
        for (const share of [0.001, 0.1, 0.5, 0.9, 1 - 1e-9]) {
          const s = Math.max(1e-9, longest * share);
          expect(powerMw).toBeLessThanOrEqual(ael('1', nm, s).radiantPowerMw * (1 + 1e-6));
        }
        if (longest < 30_000)
          expect(powerMw).toBeGreaterThan(ael('1', nm, longest * (1 + 1e-9)).radiantPowerMw * (1 - 1e-6));
      }),
      { numRuns: 500 },
    );
  });

  it('has none when even a nanosecond is too long, and refuses what is no power', () => {
    expect(computeClass1TimeS(650, 1e9)).toMatchObject(REFUSED);
    for (const bad of [0, -1, NaN, Infinity]) expect(computeClass1TimeS(650, bad)).toMatchObject(REFUSED);
    expect(computeClass1TimeS(300, 1)).toMatchObject(REFUSED);
  });
});
