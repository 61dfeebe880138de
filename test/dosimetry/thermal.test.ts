// Thermal dose (CEM43) and the heating model that predicts it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  predictSkinHeating,
  predictSkinTemperatureC,
  type HeatingStep,
} from '../../src/dosimetry/skin-heating.ts';
import {
  computeThermalDoseMin,
  computeThermalDoseRate,
  integrateThermalDoseMin,
} from '../../src/dosimetry/thermal-dose.ts';
import { evenly, REFUSED, valueOf } from './computed.ts';

describe('CEM43', () => {
  it.each([
    [43, 1],
    [44, 2],
    [45, 4],
    [42, 0.25],
    [41, 0.0625],
    [39, 0.25 ** 4],
    [38.999, 0],
    [33, 0],
  ])('%d °C: %d equivalent minutes a minute', (temperatureC, rate) => {
    expect(valueOf(computeThermalDoseRate(temperatureC))).toBeCloseTo(rate, 12);
    expect(valueOf(computeThermalDoseMin(temperatureC, 120))).toBeCloseTo(2 * rate, 12);
  });

  it('R is 0.5 above 43 °C and 0.25 below: one degree doubles, one degree less quarters', () => {
    const rate = (c: number): number => valueOf(computeThermalDoseRate(c));
    expect(rate(43.5) / rate(43)).toBeCloseTo(Math.SQRT2, 12);
    expect(rate(42.5) / rate(43)).toBeCloseTo(0.5, 12);
  });

  it('16 min at 41 °C are 1 min: the warning of a session; 8 min at 42 °C are its cut of 2 min', () => {
    expect(valueOf(computeThermalDoseMin(41, 16 * 60))).toBeCloseTo(1, 12);
    expect(valueOf(computeThermalDoseMin(42, 8 * 60))).toBeCloseTo(2, 12);
  });

  it('a series is never below the truth of a temperature that runs straight between its samples', () => {
    const temperature = evenly(36, 47);
    fc.assert(
      fc.property(fc.array(temperature, { minLength: 2, maxLength: 12 }), (temperatures) => {
        const samples = temperatures.map((temperatureC, index) => ({ atS: index * 10, temperatureC }));
        let truth = 0;
        const fine = 200;
        for (let index = 1; index < temperatures.length; index++)
          for (let part = 0; part < fine; part++) {
            const from = temperatures[index - 1] ?? NaN;
            const to = temperatures[index] ?? NaN;
            const at = from + ((to - from) * (part + 0.5)) / fine;
            truth += valueOf(computeThermalDoseMin(at, 10 / fine));
          }
        expect(valueOf(integrateThermalDoseMin(samples))).toBeGreaterThanOrEqual(truth * (1 - 1e-9));
      }),
    );
  });

  it('splitting an interval at a constant temperature changes nothing', () => {
    fc.assert(
      fc.property(evenly(35, 50), evenly(1, 1000), evenly(0, 1), (temperatureC, durationS, share) => {
        const whole = valueOf(computeThermalDoseMin(temperatureC, durationS));
        const parts = valueOf(
          integrateThermalDoseMin([0, durationS * share, durationS].map((atS) => ({ atS, temperatureC }))),
        );
        expect(parts).toBeCloseTo(whole, 9);
      }),
    );
  });

  it('refuses a temperature that is no skin, time that runs backward, and NaN', () => {
    for (const bad of [NaN, Infinity, -Infinity, -1, 100.1]) {
      expect(computeThermalDoseRate(bad)).toMatchObject(REFUSED);
      expect(integrateThermalDoseMin([{ atS: 0, temperatureC: bad }])).toMatchObject(REFUSED);
    }
    for (const bad of [NaN, Infinity, -1]) expect(computeThermalDoseMin(43, bad)).toMatchObject(REFUSED);
    const at = (atS: number) => ({ atS, temperatureC: 43 });
    expect(integrateThermalDoseMin([at(1), at(0)])).toMatchObject(REFUSED);
    expect(integrateThermalDoseMin([at(0), at(NaN)])).toMatchObject(REFUSED);
    expect(valueOf(integrateThermalDoseMin([]))).toBe(0);
  });
});

describe('predicted skin temperature', () => {
  const heat = (irradianceMwPerCm2: number, durationS: number): HeatingStep => ({
    irradianceMwPerCm2,
    durationS,
  });

  it('50 mW/cm² end at 35.5 °C, 100 at 38 °C, however long', () => {
    expect(valueOf(predictSkinTemperatureC(heat(50, 1e6)))).toBeCloseTo(35.5, 9);
    expect(valueOf(predictSkinTemperatureC(heat(100, 1e6)))).toBeCloseTo(38, 9);
  });

  it('after one time constant of 240 s, 63 % of the rise', () => {
    expect(valueOf(predictSkinTemperatureC(heat(100, 240)))).toBeCloseTo(33 + 5 * (1 - Math.exp(-1)), 9);
  });

  it('is what Euler steps of the differential equation come to', () => {
    let temperatureC = 34;
    for (let step = 0; step < 600_000; step++)
      temperatureC += ((0.05 * 80 - (temperatureC - 33)) / 240) * 0.001;
    expect(valueOf(predictSkinTemperatureC(heat(80, 600), 34))).toBeCloseTo(temperatureC, 4);
  });

  it('a step cut in two is the same step', () => {
    const amounts = evenly(0, 300);
    fc.assert(
      fc.property(amounts, amounts, amounts, (irradiance, one, other) => {
        const whole = valueOf(predictSkinHeating([heat(irradiance, one + other)]));
        const parts = valueOf(predictSkinHeating([heat(irradiance, one), heat(irradiance, other)]));
        expect(parts.skinTemperatureEndC).toBeCloseTo(whole.skinTemperatureEndC, 9);
        expect(parts.skinTemperatureMaxC).toBeCloseTo(whole.skinTemperatureMaxC, 9);
      }),
    );
  });

  it('a rest cools: the hottest moment is the end of the light', () => {
    const found = valueOf(predictSkinHeating([heat(100, 600), heat(0, 600)]));
    expect(found.skinTemperatureMaxC).toBeCloseTo(33 + 5 * (1 - Math.exp(-2.5)), 9);
    expect(found.skinTemperatureEndC).toBeLessThan(33.5);
    expect(found.thermalDoseMin).toBe(0);
  });

  it('a built-in program stays below 35 °C; 200 mW/cm² for half an hour reach the cut of 43 °C, 220 pass it', () => {
    expect(valueOf(predictSkinHeating([heat(50, 81.5)])).skinTemperatureMaxC).toBeLessThan(34);
    expect(valueOf(predictSkinHeating([heat(200, 1800)])).skinTemperatureMaxC).toBeLessThan(43);
    expect(valueOf(predictSkinHeating([heat(220, 1800)])).skinTemperatureMaxC).toBeGreaterThan(43);
  });

  it('the predicted thermal dose is never below, and within 15 % of, a fine sum', () => {
    fc.assert(
      fc.property(evenly(150, 300), evenly(60, 1800), (irradiance, durationS) => {
        let fine = 0;
        const slices = 5000;
        for (let slice = 0; slice < slices; slice++) {
          const at = valueOf(predictSkinTemperatureC(heat(irradiance, ((slice + 0.5) * durationS) / slices)));
          fine += valueOf(computeThermalDoseMin(at, durationS / slices));
        }
        const found = valueOf(predictSkinHeating([heat(irradiance, durationS)])).thermalDoseMin;
        expect(found).toBeGreaterThanOrEqual(fine * (1 - 1e-6));
        if (fine > 0.05) expect(found).toBeLessThan(fine * 1.15);
      }),
      { numRuns: 40 },
    );
  });

  it('more light is never cooler', () => {
    const amounts = evenly(0, 300);
    fc.assert(
      fc.property(amounts, amounts, evenly(0, 3600), (one, other, s) => {
        const low = valueOf(predictSkinTemperatureC(heat(Math.min(one, other), s)));
        expect(valueOf(predictSkinTemperatureC(heat(Math.max(one, other), s)))).toBeGreaterThanOrEqual(low);
      }),
    );
  });

  it('refuses what is no light, no time, no skin, and more steps than any plan has', () => {
    for (const bad of [NaN, Infinity, -1]) {
      expect(predictSkinHeating([heat(bad, 1)])).toMatchObject(REFUSED);
      expect(predictSkinHeating([heat(1, bad)])).toMatchObject(REFUSED);
      expect(predictSkinHeating([heat(1, 1)], bad)).toMatchObject(REFUSED);
    }
    expect(predictSkinHeating([heat(1e5, 3600)])).toMatchObject(REFUSED);
    expect(predictSkinHeating(Array<HeatingStep>(100_001).fill(heat(1, 1)))).toMatchObject(REFUSED);
    expect(valueOf(predictSkinHeating([]))).toEqual({
      skinTemperatureMaxC: 33,
      skinTemperatureEndC: 33,
      thermalDoseMin: 0,
    });
  });
});
