import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STEP_MAX_COUNT } from '../../protocol/messages.ts';
import {
  decodePrescription,
  encodePrescription,
  PRESCRIPTION_ENTRY_MAX_COUNT,
} from '../../protocol/documents.ts';
import { programTable } from '../../src/plan/describe.ts';
import type { PlanStep } from '../../src/plan/plan.ts';
import { resolveProgram } from '../../src/plan/program.ts';
import { fitsGrid, roundDownToGrid, WIRE_BOUNDS } from '../../src/plan/wire-bounds.ts';
import { belt, planOf, referenceProfile, treat } from './belts.ts';

function programOf(session: readonly PlanStep[], profile = referenceProfile) {
  const resolved = resolveProgram(planOf(session), profile);
  if (!resolved.ok) throw new Error(resolved.problems.join('\n'));
  return resolved.program;
}
describe('one session of a plan on one belt', () => {
  it('together: one step of all zones; in sequence: one step of each zone, in the order of the plan', () => {
    const program = programOf([
      treat(),
      { kind: 'rest', durationS: 60 },
      treat({ zones: ['L4', 'L3'], order: 'sequence' }),
    ]);
    expect(program.items.map((item) => (item.kind === 'rest' ? item.durationMs : item.step))).toEqual([
      0, 60_000, 1, 2,
    ]);
    expect(program.prescription.steps.map((zones) => zones.map((zone) => zone.zone))).toEqual([
      [0, 1],
      [3],
      [2],
    ]);
    expect(program.plannedDurationMs).toBe(3 * 81_500 + 60_000);
    expect(program.prescription.timeLimitS).toBe(Math.ceil(3 * 81.5 * 1.1));
  });

  it('the backstop is at least one second above the planned time, and never above what the belt allows', () => {
    expect(
      programOf([treat({ radiantExposureJPerCm2: 0.25, rampUpS: 0, rampDownS: 0 })]).prescription.timeLimitS,
    ).toBe(6);
    expect(programOf([treat()], belt({ sessionMaxS: 85 })).prescription.timeLimitS).toBe(85);
  });

  it('energy becomes a dose through the area of each zone’s own beam, rounded down to what the wire carries', () => {
    const emitters = referenceProfile.emitters.map((emitter) =>
      emitter.zone === 1 ? { ...emitter, areaCm2: 1.5, radiantPowerMaxMw: 200 } : emitter,
    );
    const [step] = programOf(
      [treat({ radiantExposureJPerCm2: undefined, radiantEnergyJ: 4 })],
      belt({ emitters }),
    ).prescription.steps;
    expect(step?.map((zone) => zone.radiantExposureJPerCm2)).toEqual([4, 2.66666]);
  });

  it('a continuous light has no frequency and a duty of one', () => {
    expect(programOf([treat()]).prescription.steps[0]?.[0]).toMatchObject({
      pulseFrequencyHz: 0,
      dutyCycle: 1,
    });
    const pulse = { frequencyHz: 100, dutyCycle: 0.8 };
    expect(programOf([treat({ pulse })]).prescription.steps[0]?.[0]).toMatchObject({
      pulseFrequencyHz: 100,
      dutyCycle: 0.8,
    });
  });

  it('a peak at exactly what the emitter may give is given, whatever the rounding of its quotient', () => {
    for (let percent = 5; percent < 100; percent++) {
      const step = treat({
        irradianceMwPerCm2: percent,
        pulse: { frequencyHz: 100, dutyCycle: percent / 100 },
      });
      expect(resolveProgram(planOf([step]), referenceProfile)).toMatchObject({ ok: true });
    }
  });

  it('the table adds up', () => {
    const program = programOf([
      treat(),
      { kind: 'rest', durationS: 60 },
      treat({ wavelengthNm: 650, irradianceMwPerCm2: 10, radiantExposureJPerCm2: 1 }),
    ]);
    const table = programTable(program, referenceProfile);
    expect(table.rows.map((row) => [row.item, row.zone, row.radiantPowerMw, row.radiantEnergyJ])).toEqual([
      [0, 'L1', 50, 4],
      [0, 'L2', 50, 4],
      [2, 'L1', 5, 0.5],
      [2, 'L2', 5, 0.5],
    ]);
    expect(table).toMatchObject({
      radiantEnergyTotalJ: 9,
      emissionTotalS: 183,
      durationTotalS: 243,
      rests: [{ item: 1, durationS: 60 }],
    });
  });
});

describe('the wire', () => {
  it('has the bounds that are kept here', () => {
    expect(WIRE_BOUNDS.stepMaxCount).toBe(STEP_MAX_COUNT);
    expect(WIRE_BOUNDS.entryMaxCount).toBe(PRESCRIPTION_ENTRY_MAX_COUNT);
  });

  it('carries whatever was resolved exactly: what the belt decodes is what the plan says', () => {
    const step = fc.record({
      zones: fc.subarray(['L1', 'L2', 'L3', 'L4'], { minLength: 1 }),
      irradiance: fc.integer({ min: 100, max: 10_000 }),
      exposure: fc.integer({ min: 10_000, max: 500_000 }),
      up: fc.integer({ min: 0, max: 255 }),
      down: fc.integer({ min: 0, max: 255 }),
      order: fc.constantFrom('together' as const, 'sequence' as const),
    });
    let resolvedCount = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        const session = steps.map(({ zones, irradiance, exposure, up, down, order }) =>
          treat({
            zones,
            order,
            irradianceMwPerCm2: irradiance / 100,
            radiantExposureJPerCm2: exposure / 100_000,
            rampUpS: up / 10,
            rampDownS: down / 10,
          }),
        );
        const resolved = resolveProgram(planOf(session), referenceProfile);
        if (!resolved.ok) return;
        resolvedCount++;
        const { prescription } = resolved.program;
        const entries = prescription.steps.flatMap((zones, index) =>
          zones.map((zone) => ({
            step: index,
            zone: zone.zone,
            emitter: zone.zone * 2,
            irradianceCentiMwPerCm2: Math.round(zone.irradianceMwPerCm2 * 100),
            pulseFrequencyDeciHz: 0,
            dutyCyclePer10k: 10_000,
            radiantExposureTenMicroJPerCm2: Math.round(zone.radiantExposureJPerCm2 * 100_000),
            rampUpDeciS: Math.round(zone.rampUpS * 10),
            rampDownDeciS: Math.round(zone.rampDownS * 10),
          })),
        );
        const wire = {
          sessionTag: new Uint8Array(8),
          stepCount: prescription.steps.length,
          timeLimitS: prescription.timeLimitS,
          entries,
        };
        expect(decodePrescription(encodePrescription(wire))).toEqual({ ok: true, value: wire });
        for (const [index, zones] of prescription.steps.entries())
          for (const [at, zone] of zones.entries()) {
            const entry = entries.filter((candidate) => candidate.step === index)[at];
            expect(zone.radiantExposureJPerCm2).toBeCloseTo(
              (entry?.radiantExposureTenMicroJPerCm2 ?? NaN) / 100_000,
              9,
            );
            expect(zone.irradianceMwPerCm2).toBeCloseTo((entry?.irradianceCentiMwPerCm2 ?? NaN) / 100, 9);
          }
      }),
      { numRuns: 300 },
    );
    expect(resolvedCount).toBeGreaterThan(50);
  });

  it('keeps to a grid of decimal steps', () => {
    for (let steps = 0; steps <= 255; steps++) {
      expect(fitsGrid(steps / 10, 0.1)).toBe(true);
      expect(roundDownToGrid(steps / 10, 0.1)).toBe(steps / 10);
    }
    expect(fitsGrid(0.05, 0.1)).toBe(false);
    expect(roundDownToGrid(2.666_666_6, 0.00001)).toBe(2.66666);
    expect(roundDownToGrid(4, 0.00001)).toBe(4);
  });
});
