import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { resolveProgram } from '../../src/plan/program.ts';
import { belt, planOf, referenceProfile, treat } from './belts.ts';

function problemsOf(plan: Plan, profile = referenceProfile): string {
  const resolved = resolveProgram(plan, profile);
  return resolved.ok ? '' : resolved.problems.join('\n');
}

describe('what the belt or the wire cannot do is refused, with the limit named', () => {
  it.each([
    [
      'a zone it lacks',
      planOf([treat({ zones: ['L5'] })]),
      belt(),
      'L5: the belt has no such zone (it has L1 to L4)',
    ],
    [
      'an emitter it lacks',
      planOf([treat({ wavelengthNm: 904 })]),
      belt(),
      'L1: the belt has no 904 nm emitter there (it has 808 nm, 650 nm)',
    ],
    [
      'an irradiance above the emitter',
      planOf([treat({ wavelengthNm: 650, irradianceMwPerCm2: 11 })]),
      belt(),
      '11 mW/cm2 is more than its 650 nm emitter may give (at most 10 mW/cm2)',
    ],
    [
      'a peak above the emitter',
      planOf([treat({ pulse: { frequencyHz: 100, dutyCycle: 0.4 } })]),
      belt(),
      '125 mW/cm2 at the peak of a pulse is more',
    ],
    [
      'a power above the emitter',
      planOf([treat({ irradianceMwPerCm2: 60 })]),
      belt({ emitters: referenceProfile.emitters.map((emitter) => ({ ...emitter, radiantPowerMaxMw: 55 })) }),
      '60 mW is more than its 808 nm emitter has (at most 55 mW)',
    ],
    [
      'a dose above the belt’s limit',
      planOf([treat()]),
      belt({ radiantExposureMaxJPerCm2: 3 }),
      "above the belt's own limit for a zone and session (3 J/cm2)",
    ],
    [
      'doses of two wavelengths in one zone',
      planOf([treat(), treat({ wavelengthNm: 650, irradianceMwPerCm2: 10 })], { sessionDoseJPerCm2: 6 }),
      belt(),
      "L1: 8 J/cm2 in this session is above the plan's limit `sessionDose` (6 J/cm2)",
    ],
    [
      'dose and energy that contradict each other',
      planOf([treat({ radiantEnergyJ: 4, wavelengthNm: 650, irradianceMwPerCm2: 10 })]),
      belt(),
      'L1: dose and energy contradict each other: 4 J over 0.5 cm2 are 8 J/cm2, not 4 J/cm2',
    ],
    [
      'too much energy',
      planOf([
        treat({ radiantExposureJPerCm2: 60, irradianceMwPerCm2: 100, zones: ['L1', 'L2', 'L3', 'L4'] }),
      ]),
      belt({
        emitters: referenceProfile.emitters.map((emitter) => ({
          ...emitter,
          areaCm2: 3,
          radiantPowerMaxMw: 1000,
        })),
      }),
      '720 J in all, above the cap of 500 J',
    ],
    [
      'too long a session for the belt',
      planOf([treat(), { kind: 'rest', durationS: 60 }, treat()]),
      belt({ sessionMaxS: 200 }),
      'this session lasts 223 s, longer than the belt allows (200 s)',
    ],
    [
      'too long a session',
      planOf([treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 20, irradianceMwPerCm2: 10 })]),
      belt({ sessionMaxS: 9000 }),
      '33.4 min of light, above the cap of 30 min',
    ],
    [
      'a session longer than the plan’s limit',
      planOf([treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 4 })], { durationS: 60 }),
      belt(),
      "longer than the plan's limit `duration` (60 s)",
    ],
    [
      'ramps that are more than the dose',
      planOf([treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 0.05 })]),
      belt(),
      'the ramps alone deliver more than the dose',
    ],
    [
      'a ramp too long',
      planOf([treat({ rampUpS: 25.6 })]),
      belt(),
      'a ramp of 25.6 s is more than the protocol carries (at most 25.5 s)',
    ],
    [
      'a ramp too fine',
      planOf([treat({ rampUpS: 0.25 })]),
      belt(),
      'a ramp of 0.25 s is finer than the protocol carries (steps of 0.1 s)',
    ],
    [
      'an irradiance too fine',
      planOf([treat({ irradianceMwPerCm2: 50.001 })]),
      belt(),
      'irradiance 50.001 mW/cm2 is finer',
    ],
    [
      'a dose too fine',
      planOf([treat({ radiantExposureJPerCm2: 4.000_001 })]),
      belt(),
      'dose 4.000001 J/cm2 is finer',
    ],
    [
      'a frequency too high',
      planOf([treat({ pulse: { frequencyHz: 6554, dutyCycle: 0.8 } })]),
      belt(),
      'pulse frequency 6554 Hz is more than the protocol carries (at most 6553.5 Hz)',
    ],
    [
      'a frequency too low',
      planOf([treat({ pulse: { frequencyHz: 0.01, dutyCycle: 0.8 } })]),
      belt(),
      'pulse frequency 0.01 Hz is finer',
    ],
    [
      'too many steps',
      planOf(
        Array.from({ length: 16 }, () =>
          treat({ zones: ['L1'], radiantExposureJPerCm2: 1, rampUpS: 0, rampDownS: 0 }),
        ),
      ),
      belt(),
      'this session has 16 steps (each zone of a sequence is one); the protocol carries 15',
    ],
    [
      'too many doses',
      planOf(
        Array.from({ length: 5 }, () =>
          treat({ zones: ['L1', 'L2', 'L3', 'L4'], radiantExposureJPerCm2: 1 }),
        ),
      ),
      belt(),
      'prescribes 20 doses (each zone of each step is one); the protocol carries 18',
    ],
    [
      'an area that is no area',
      planOf([treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 4 })]),
      belt({ emitters: referenceProfile.emitters.map((emitter) => ({ ...emitter, areaCm2: 0 })) }),
      'beam area must be above zero',
    ],
    [
      'limits that are no numbers',
      planOf([treat()]),
      belt({ radiantExposureMaxJPerCm2: NaN, sessionMaxS: NaN }),
      'longer than the belt allows',
    ],
  ])('%s', (_title, plan, profile, says) => {
    expect(problemsOf(plan, profile)).toContain(says);
  });

  it('a belt whose dose limit is no number is refused', () => {
    expect(problemsOf(planOf([treat()]), belt({ radiantExposureMaxJPerCm2: NaN }))).toContain('is above');
  });

  it('tells everything at once, each thing once', () => {
    const resolved = resolveProgram(
      planOf([treat({ zones: ['L1', 'L7'], irradianceMwPerCm2: 101, rampUpS: 30 })]),
      referenceProfile,
    );
    expect(resolved.ok ? [] : resolved.problems).toHaveLength(4);
  });
});
