// Laws that hold between the formulas: energy is conserved, units agree, what is computed forth comes back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeBeamAreaCm2, computeIrradianceMwPerCm2 } from '../../src/dosimetry/beam.ts';
import {
  computeCourseTotal,
  computeRadiantEnergyJ,
  computeRadiantExposureJPerCm2,
  computeTimeForEnergyS,
  computeTimeForExposureS,
  exposureTime,
  radiantEnergyJ,
  radiantExposureOf,
  radiantExposureOfEnergy,
  radiantPowerMw,
  sumRadiantEnergyJ,
} from '../../src/dosimetry/dose.ts';
import {
  computeDutyCycle,
  computeMeanPowerMw,
  computePeakPowerMw,
  computePulseCount,
  computePulseEnergyJ,
  computePulseOnTimeS,
  computePulseWidthS,
} from '../../src/dosimetry/pulses.ts';
import { parseQuantity, type QuantityKind } from '../../src/dosimetry/units.ts';
import { evenly, valueOf } from './computed.ts';

const positive = evenly(0.01, 500);
const share = evenly(0.01, 0.99);
const same = (found: number, expected: number): void => expect(found / expected).toBeCloseTo(1, 9);

describe('energy is conserved', () => {
  it('when the time is cut in two', () => {
    fc.assert(
      fc.property(positive, positive, share, (powerMw, durationS, part) => {
        const parts = [part, 1 - part].map((of) => ({ meanPowerMw: powerMw, durationS: durationS * of }));
        same(valueOf(sumRadiantEnergyJ(parts)), valueOf(computeRadiantEnergyJ(powerMw, durationS)));
      }),
    );
  });

  it('when the area is cut in two: H stays, Q adds up', () => {
    fc.assert(
      fc.property(positive, positive, share, (exposure, area, part) => {
        const halves = [part, 1 - part].map((of) => valueOf(radiantEnergyJ(exposure, area * of)));
        same((halves[0] ?? NaN) + (halves[1] ?? NaN), valueOf(radiantEnergyJ(exposure, area)));
      }),
    );
  });

  it('when the light is pulsed: N pulses of Qp are the mean over the time, and the peak over the time on', () => {
    fc.assert(
      fc.property(positive, positive, share, positive, (powerMw, frequencyHz, dutyCycle, durationS) => {
        const peakMw = valueOf(computePeakPowerMw(powerMw, dutyCycle));
        const widthS = valueOf(computePulseWidthS({ frequencyHz, dutyCycle }));
        const energyJ = valueOf(computeRadiantEnergyJ(powerMw, durationS));
        const count = valueOf(computePulseCount(frequencyHz, durationS));
        same(count * valueOf(computePulseEnergyJ(peakMw, widthS)), energyJ);
        same(
          valueOf(computeRadiantEnergyJ(peakMw, valueOf(computePulseOnTimeS(durationS, dutyCycle)))),
          energyJ,
        );
        same(valueOf(computeMeanPowerMw(peakMw, dutyCycle)), powerMw);
        same(valueOf(computeDutyCycle(frequencyHz, widthS)), dutyCycle);
      }),
    );
  });

  it('over a course: n sessions are n times one, and the sum of each', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), positive, (count, energyJ) => {
        let sum = 0;
        for (let session = 0; session < count; session++) sum += energyJ;
        expect(valueOf(computeCourseTotal(count, energyJ))).toBeCloseTo(sum, 6);
      }),
    );
  });
});

describe('what is computed forth comes back', () => {
  it('H = P·t/A, whichever way round', () => {
    fc.assert(
      fc.property(positive, positive, positive, (powerMw, durationS, area) => {
        const exposure = valueOf(computeRadiantExposureJPerCm2(powerMw, durationS, area));
        const irradiance = valueOf(computeIrradianceMwPerCm2(powerMw, area));
        const energyJ = valueOf(computeRadiantEnergyJ(powerMw, durationS));
        same(valueOf(computeTimeForExposureS(exposure, irradiance)), durationS);
        same(valueOf(computeTimeForEnergyS(energyJ, powerMw)), durationS);
        same(valueOf(computeBeamAreaCm2(powerMw, irradiance)), area);
        same(valueOf(radiantPowerMw(irradiance, area)), powerMw);
        same(valueOf(radiantExposureOfEnergy(energyJ, area)), exposure);
        same(valueOf(radiantExposureOf(irradiance, durationS, 0, 0)), exposure);
      }),
    );
  });

  it('more dose is never less time, more irradiance never more', () => {
    fc.assert(
      fc.property(positive, positive, positive, (exposure, more, irradiance) => {
        const time = (h: number, e: number) => valueOf(computeTimeForExposureS(h, e));
        expect(time(exposure + more, irradiance)).toBeGreaterThanOrEqual(time(exposure, irradiance));
        expect(time(exposure, irradiance + more)).toBeLessThanOrEqual(time(exposure, irradiance));
      }),
    );
  });

  it('three beams of 40 J/cm²: 10 J, 4 J and 0.6 J, so that H alone is no dose', () => {
    const beams = [
      [500, 0.25, 10],
      [200, 0.1, 4],
      [30, 0.015, 0.6],
    ] as const;
    for (const [powerMw, area, energyJ] of beams) {
      expect(valueOf(computeRadiantExposureJPerCm2(powerMw, 20, area))).toBeCloseTo(40, 9);
      expect(valueOf(computeRadiantEnergyJ(powerMw, 20))).toBeCloseTo(energyJ, 12);
    }
  });

  it('a channel out of range refuses the whole sum', () => {
    const good = { meanPowerMw: 50, durationS: 80 };
    expect(valueOf(sumRadiantEnergyJ([good, good]))).toBeCloseTo(8, 12);
    expect(valueOf(sumRadiantEnergyJ([]))).toBe(0);
    for (const bad of [NaN, Infinity, -1]) {
      expect(sumRadiantEnergyJ([good, { ...good, meanPowerMw: bad }])).toMatchObject({ ok: false });
      expect(sumRadiantEnergyJ([good, { ...good, durationS: bad }])).toMatchObject({ ok: false });
    }
  });
});

describe('units', () => {
  /** The same amount in two spellings, both with few enough digits to be written exactly. */
  const spelled = (kind: QuantityKind, amount: number, factor: number, small: string, large: string) => {
    const read = (text: string): number => {
      const parsed = parseQuantity(kind, text);
      if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
      return parsed.value;
    };
    return [read(`${amount} ${small}`), read(`${(amount / factor).toFixed(6)} ${large}`)] as const;
  };

  it('an amount is the same in every unit, and so is what is computed from it', () => {
    const whole = fc.integer({ min: 1, max: 100_000 });
    fc.assert(
      fc.property(whole, whole, (exposureMj, irradianceMw) => {
        const [exposure, exposureAgain] = spelled('radiantExposure', exposureMj, 1000, 'mJ/cm2', 'J/cm2');
        const [irradiance, irradianceAgain] = spelled('irradiance', irradianceMw, 1000, 'mW/cm2', 'W/cm2');
        same(exposureAgain, exposure);
        same(irradianceAgain, irradiance);
        const input = { rampUpS: 0, rampDownS: 0 };
        const one = valueOf(
          exposureTime({ ...input, radiantExposureJPerCm2: exposure, irradianceMwPerCm2: irradiance }),
        );
        const other = valueOf(
          exposureTime({
            ...input,
            radiantExposureJPerCm2: exposureAgain,
            irradianceMwPerCm2: irradianceAgain,
          }),
        );
        same(other.onS, one.onS);
        // mJ over mW is seconds: no unit was lost on the way.
        same(one.onS, exposureMj / irradianceMw);
      }),
    );
  });

  it('lengths twice as long at the same power: H falls to a quarter, Q stays', () => {
    fc.assert(
      fc.property(positive, positive, positive, (powerMw, durationS, area) => {
        const h = (of: number) => valueOf(computeRadiantExposureJPerCm2(powerMw, durationS, of));
        same(h(area) / h(4 * area), 4);
        same(valueOf(radiantEnergyJ(h(area), area)), valueOf(radiantEnergyJ(h(4 * area), 4 * area)));
      }),
    );
  });
});
