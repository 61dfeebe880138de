// What the belt lets itself be asked for, at each bound, and what it makes of it.
import { describe, expect, it } from 'vitest';
import { checkProgram } from '../../firmware-sim/firmware/program.ts';
import type { PrescriptionEntry, WirePrescription } from '../../protocol/messages.ts';
import { bareBoard } from './bare.ts';
import { program } from './bench.ts';

const base = program({ zones: [1], rampUpS: 0, rampDownS: 0, timeLimitS: 1800 });
const entry = base.entries[0]!;
const withEntries = (
  entries: readonly Partial<PrescriptionEntry>[],
  more: Partial<WirePrescription> = {},
): WirePrescription => ({ ...base, ...more, entries: entries.map((change) => ({ ...entry, ...change })) });

/** `ok`, or the refusal in words. */
function said(
  prescription: WirePrescription,
  change?: (board: ReturnType<typeof bareBoard>) => void,
): string {
  const board = bareBoard();
  change?.(board);
  const checked = checkProgram(board, prescription);
  if (checked.ok) return 'ok';
  const { code, hazard, zone } = checked.refusal;
  return `${code} ${hazard} ${zone}`;
}
const one = (change: Partial<PrescriptionEntry>, board?: (board: ReturnType<typeof bareBoard>) => void) =>
  said(withEntries([change]), board);
const beyond = (hazard: number): string => `beyondLimits ${hazard} 1`;

describe('a program is refused', () => {
  it('for an emitter or a zone that the belt does not have, or an emitter of another zone', () => {
    expect(one({ zone: 1, emitter: 2 })).toBe('ok');
    expect(one({ zone: 4, emitter: 8 })).toBe('invalidOperand 0 4');
    expect(one({ zone: 1, emitter: 8 })).toBe('invalidOperand 0 1');
    expect(one({ zone: 1, emitter: 4 })).toBe('invalidOperand 0 1');
    const odd = (board: ReturnType<typeof bareBoard>): void => {
      board.emitterZone[2] = 4;
    };
    expect(one({ zone: 4, emitter: 2 }, odd)).toBe('invalidOperand 0 4');
    const longer = (board: ReturnType<typeof bareBoard>): void =>
      void Object.assign(board, { emitterCount: 2 });
    expect(one({ zone: 1, emitter: 2 }, longer)).toBe('invalidOperand 0 1');
  });
  it('for an irradiance of nothing, above the cap, or above what skin of this wavelength bears', () => {
    expect(one({ irradianceCentiMwPerCm2: 0 })).toBe(beyond(7));
    expect(one({ irradianceCentiMwPerCm2: 1, radiantExposureTenMicroJPerCm2: 100 })).toBe('ok');
    expect(one({ irradianceCentiMwPerCm2: 10_000 })).toBe('ok');
    const strong = (board: ReturnType<typeof bareBoard>): void => void (board.emitterPowerMaxMw[2] = 1000);
    expect(one({ irradianceCentiMwPerCm2: 10_000 }, strong)).toBe('ok');
    expect(one({ irradianceCentiMwPerCm2: 10_001 }, strong)).toBe(beyond(7));
    const unknown = (board: ReturnType<typeof bareBoard>): void => void (board.emitterWavelengthNm[2] = 390);
    expect(one({ irradianceCentiMwPerCm2: 1 }, unknown)).toBe(beyond(7));
  });
  it('for more power than the emitter has at any moment, the rounding of the wire aside', () => {
    const half = { irradianceCentiMwPerCm2: 2500, pulseFrequencyDeciHz: 100, dutyCyclePer10k: 5000 };
    const power = (areaCm2: number, mw: number) => (board: ReturnType<typeof bareBoard>) => {
      board.emitterAreaCm2[2] = areaCm2;
      board.emitterPowerMaxMw[2] = mw;
    };
    expect(one(half, power(2, 99.98))).toBe('ok');
    expect(one(half, power(2, 99.97))).toBe(beyond(7));
    expect(one({ irradianceCentiMwPerCm2: 5000 }, power(2, 99.99))).toBe('ok');
    expect(one({ irradianceCentiMwPerCm2: 5000 }, power(2, 99.98))).toBe(beyond(7));
  });
  it('for pulses without a duty cycle, or a duty cycle without pulses', () => {
    expect(one({ pulseFrequencyDeciHz: 100 })).toBe('invalidOperand 0 1');
    expect(one({ dutyCyclePer10k: 5000 })).toBe('invalidOperand 0 1');
  });
  it('for a dose of nothing or above 60 J/cm², in one entry or in a zone together', () => {
    const strong = { irradianceCentiMwPerCm2: 10_000 };
    expect(one({ ...strong, radiantExposureTenMicroJPerCm2: 0 })).toBe(beyond(6));
    expect(one({ ...strong, radiantExposureTenMicroJPerCm2: 6_000_000 })).toBe('ok');
    expect(one({ ...strong, radiantExposureTenMicroJPerCm2: 6_000_001 })).toBe(beyond(6));
    const two = (second: number, zone = 1): string =>
      said(
        withEntries(
          [
            { ...strong, radiantExposureTenMicroJPerCm2: 3_000_000 },
            { ...strong, step: 1, zone, emitter: zone * 2, radiantExposureTenMicroJPerCm2: second },
          ],
          { stepCount: 2 },
        ),
      );
    expect(two(3_000_000)).toBe('ok');
    expect(two(3_000_001)).toBe(beyond(6));
    expect(two(3_000_001, 2)).toBe('ok');
  });
  it.each([
    [379, 10, 'beyondLimits 7 1'],
    [400, 3, 'beyondLimits 22 1'],
    [780, 10, 'beyondLimits 22 1'],
    [780.1, 10, 'ok'],
    [780, 2.9, 'ok'],
    [780, 60, 'beyondLimits 22 1'],
    [780, 60.1, 'ok'],
  ])('for flicker that can be seen: at %d nm and %d Hz %s', (wavelengthNm, frequencyHz, answer) => {
    expect(
      one({ pulseFrequencyDeciHz: Math.round(frequencyHz * 10), dutyCyclePer10k: 9000 }, (board) => {
        board.emitterWavelengthNm[2] = wavelengthNm;
      }),
    ).toBe(answer);
  });
  it('for more than eighteen entries', () => {
    const many = (count: number): string =>
      said(withEntries(Array.from({ length: count }, () => ({ radiantExposureTenMicroJPerCm2: 1000 }))));
    expect([many(18), many(19)]).toEqual(['ok', 'invalidOperand 0 255']);
  });
  it('for a plan or a limit of more than 30 min, and for a plan that its own limit would cut', () => {
    const slow = { irradianceCentiMwPerCm2: 1000, radiantExposureTenMicroJPerCm2: 1_800_000 };
    expect(said(withEntries([slow]))).toBe('ok');
    expect(said(withEntries([slow], { timeLimitS: 1799 }))).toBe('beyondLimits 12 255');
    expect(said(withEntries([slow], { timeLimitS: 1801 }))).toBe('beyondLimits 12 255');
    expect(said(withEntries([{ ...slow, rampUpDeciS: 10 }]))).toBe('beyondLimits 12 255');
  });
});

describe('what is made of a program', () => {
  const made = (prescription: WirePrescription) => {
    const checked = checkProgram(bareBoard(), prescription);
    if (!checked.ok) throw new Error(checked.refusal.code);
    return checked;
  };
  it('is each entry in the units of the belt', () => {
    const { entries } = made(
      withEntries([
        { emitter: 3, irradianceCentiMwPerCm2: 400, rampUpDeciS: 25, rampDownDeciS: 15 },
        { zone: 2, emitter: 4, pulseFrequencyDeciHz: 105, dutyCyclePer10k: 6000 },
      ]),
    );
    expect(entries[0]).toMatchObject({
      step: 0,
      zone: 1,
      emitter: 3,
      areaCm2: 0.5,
      irradianceMwPerCm2: 4,
      prescribedMjPerCm2: 4000,
      rampUpMs: 2500,
      rampDownMs: 1500,
      frequencyHz: 0,
      dutyCycle: 1,
      plannedMs: 1_002_000,
    });
    expect(entries[1]).toMatchObject({ areaCm2: 1, frequencyHz: 10.5, dutyCycle: 0.6, plannedMs: 80_000 });
    expect(entries[0]?.restMjPerCm2).toBeCloseTo(0.04, 9);
  });
  it('the rest that is not worth a step: one in 100000, or half the smallest light of the ramp down', () => {
    const rest = (rampDownDeciS: number): number =>
      made(withEntries([{ rampDownDeciS }])).entries[0]!.restMjPerCm2;
    expect(rest(0)).toBeCloseTo(0.04, 9);
    expect(rest(100)).toBeCloseTo(0.1, 9);
  });
  it('a dose too small for its ramps takes the time of a triangle', () => {
    const small = made(
      withEntries([{ radiantExposureTenMicroJPerCm2: 2500, rampUpDeciS: 20, rampDownDeciS: 20 }]),
    ).entries[0]!;
    expect(small.plannedMs).toBe(2000);
    const larger = made(
      withEntries([{ radiantExposureTenMicroJPerCm2: 15_000, rampUpDeciS: 20, rampDownDeciS: 20 }]),
    ).entries[0]!;
    expect(larger.plannedMs).toBe(5000);
  });
  it('the backstop: a tenth above the longest zone of each step, or the limit of the program', () => {
    const entries = [
      { radiantExposureTenMicroJPerCm2: 400_000 },
      { zone: 2, emitter: 4, radiantExposureTenMicroJPerCm2: 100_000 },
      { step: 1, radiantExposureTenMicroJPerCm2: 200_000 },
    ];
    expect(made(withEntries(entries, { stepCount: 2, timeLimitS: 1800 })).backstopMs).toBeCloseTo(132_000, 6);
    expect(made(withEntries(entries, { stepCount: 2, timeLimitS: 121 })).backstopMs).toBe(121_000);
  });
});
