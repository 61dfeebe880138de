import { describe, expect, it } from 'vitest';
import type { PrescribedZone } from '../../src/belt/belt.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import { exposureProblems, predictSkin } from '../../src/plan/skin.ts';

const light = (changes: Partial<PrescribedZone> = {}): PrescribedZone => ({
  zone: 0,
  wavelengthNm: 808,
  irradianceMwPerCm2: 100,
  radiantExposureJPerCm2: 10,
  rampUpS: 0,
  rampDownS: 0,
  pulseFrequencyHz: 0,
  dutyCycle: 1,
  ...changes,
});
const program = (steps: readonly (readonly PrescribedZone[])[]): SessionProgram => ({
  planName: 'test',
  site: 'lumbar',
  items: steps.map((zones, step) => ({ kind: 'treat', step, zones })),
  prescription: { sessionTag: '', steps, timeLimitS: 1800 },
  plannedDurationMs: 1,
});

describe('Σ E/MPE over the emitters that are lit together in a zone', () => {
  it('adds their shares: red at 100 of 200 mW/cm², twice, is all that skin may take', () => {
    const red = light({ wavelengthNm: 650 });
    expect(exposureProblems([[red, red]])).toEqual([]);
    expect(exposureProblems([[red, red, light({ irradianceMwPerCm2: 1 })]])).toEqual([
      'L1: 1.003 times what skin may take at once',
    ]);
    expect(exposureProblems([[red, red, red]])).toEqual(['L1: 1.5 times what skin may take at once']);
  });

  it('does not add what lies beside it or comes after it', () => {
    const red = light({ wavelengthNm: 650 });
    expect(exposureProblems([[red, red, light({ wavelengthNm: 650, zone: 1 })]])).toEqual([]);
    expect(
      exposureProblems([
        [red, red],
        [red, red],
      ]),
    ).toEqual([]);
  });

  it('holds each pulse and each group of pulses to the limit of its own time', () => {
    // 2 J/cm² in 0.2 s; 808 nm allows 1.65 × 1.1 J/cm² × 0.2^¼ = 1.21.
    const pulsed = light({ pulseFrequencyHz: 0.05, dutyCycle: 0.01, radiantExposureJPerCm2: 20 });
    expect(exposureProblems([[pulsed]])).toEqual(['L1: 1.653 times what skin may take at once']);
    expect(exposureProblems([[{ ...pulsed, pulseFrequencyHz: 100 }]])).toEqual([]);
  });

  it('refuses what has no known limit', () => {
    for (const wrong of [{ wavelengthNm: 399 }, { irradianceMwPerCm2: NaN }, { radiantExposureJPerCm2: NaN }])
      expect(exposureProblems([[light(wrong)]])).toHaveLength(1);
  });
});

describe('how warm the skin will get, from 37 °C', () => {
  it('is nothing to tell at the program cap: one emitter settles at 38 °C', () => {
    const [skin] = predictSkin([program([[light({ radiantExposureJPerCm2: 170 })]])]).zones;
    expect(skin?.skinTemperatureMaxC).toBeGreaterThan(37.9);
    expect(skin?.skinTemperatureMaxC).toBeLessThan(38);
  });

  it('above 41 °C it is a warning, with the model', () => {
    const two = [
      light({ radiantExposureJPerCm2: 60 }),
      light({ wavelengthNm: 830, radiantExposureJPerCm2: 60 }),
    ];
    const warm = predictSkin([program([two])]);
    expect(warm.problems).toEqual([]);
    expect(warm.warnings[0]?.message).toMatch(/^L1: skin is predicted to reach 42\.5 °C/);
    expect(warm.warnings[0]?.source).toContain('240 s');
  });

  it('from 43 °C it is refused', () => {
    const three = [650, 808, 830].map((wavelengthNm) => light({ wavelengthNm, radiantExposureJPerCm2: 60 }));
    expect(predictSkin([program([three])]).problems[0]).toMatch(/reach 47\.\d °C.*at most 43 °C/);
  });

  it('what cannot be computed is refused', () => {
    expect(predictSkin([program([[light({ irradianceMwPerCm2: NaN })]])]).problems).toHaveLength(1);
  });
});
