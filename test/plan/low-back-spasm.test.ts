import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadPlan } from '../../src/plan/load.ts';
import { programTable } from '../../src/plan/describe.ts';
import { resolveProgram } from '../../src/plan/program.ts';
import { referenceProfile } from './belts.ts';

const text = readFileSync(new URL('../../src/plan/programs/low-back-spasm.yaml', import.meta.url), 'utf8');

describe('the built-in program low-back-spasm', () => {
  const loaded = loadPlan(text, 'low-back-spasm.yaml');
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const resolved = resolveProgram(loaded.plan, referenceProfile);
  if (!resolved.ok) throw new Error(resolved.problems.join('\n'));

  it('begins with light on four zones together', () => {
    expect(resolved.program.items[0]).toMatchObject({ kind: 'treat', step: 0 });
    expect(resolved.program.prescription.steps).toHaveLength(1);
    expect(resolved.program.prescription.steps[0]?.map((zone) => zone.zone)).toEqual([0, 1, 2, 3]);
  });

  it('gives 4 J/cm2 at 50 mW/cm2 of 808 nm in 81.5 s, 16 J in all', () => {
    const table = programTable(resolved.program, referenceProfile);
    expect(table.rows).toHaveLength(4);
    for (const row of table.rows)
      expect(row).toMatchObject({
        wavelengthNm: 808,
        irradianceMwPerCm2: 50,
        radiantPowerMw: 50,
        radiantExposureJPerCm2: 4,
        radiantEnergyJ: 4,
        emissionS: 81.5,
        pulseFrequencyHz: 0,
      });
    expect(table.radiantEnergyTotalJ).toBe(16);
    expect(resolved.program.plannedDurationMs).toBe(81_500);
  });

  it('lets the belt end it at 10 % above the planned time', () => {
    expect(resolved.program.prescription.timeLimitS).toBe(90);
    expect(resolved.program.prescription.sessionTag).toBe('');
  });

  it('says that its basis is an extrapolation', () => {
    expect(loaded.plan.basis).toMatch(/WALT 2010.*lumbar.*extrapolated to muscle spasm/);
    expect(loaded.plan.site).toBe('lumbar');
  });
});
