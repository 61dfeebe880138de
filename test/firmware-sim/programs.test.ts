// Every built-in program on the belt that has its emitters: a whole visit in virtual time, judged by the true light.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROFILES } from '../../firmware-sim/profile.ts';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { EMITTER_MAX_COUNT } from '../../protocol/messages.ts';
import { profileOfHardware } from '../../src/cli/belt-profiles.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { loadPlan } from '../../src/plan/load.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { resolveVisit } from '../../src/plan/visit.ts';
import { startRig } from '../session/support/rig.ts';
import { root } from '../support/source-reader.ts';

const folder = join(root, 'src/plan/programs');
const plans = readdirSync(folder).map((name): Plan => {
  const loaded = loadPlan(readFileSync(join(folder, name), 'utf8'), name);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.plan;
});

/** Which belt each program is written for. */
const BELT_OF: Readonly<Record<string, string>> = {
  'acute-904': 'field-904',
  'home-20': 'home-mixed',
  'led-pad': 'led-pad',
};
const hardwareFor = (plan: Plan) => {
  const hardware = PROFILES.find(({ name }) => name === (BELT_OF[plan.name] ?? 'reference'));
  if (hardware === undefined) throw new Error(plan.name);
  return hardware;
};

const TRUE_DOSE_TOLERANCE = 0.005;
const SEEDS = [1, 20_260_301];

describe('the built-in belts', () => {
  it.each(PROFILES)('$name: says of itself what it is: nothing is lost or cut on the wire', (hardware) => {
    const clock = createVirtualClock();
    const belt = createSimulatedBelt({ clock, seed: 1, profile: hardware.name });
    const said = profileOfHardware(hardware);
    expect(hardware.emitters.length).toBeLessThanOrEqual(EMITTER_MAX_COUNT);
    expect(hardware.emitters.length).toBeLessThanOrEqual(16);
    for (const [index, emitter] of hardware.emitters.entries()) {
      expect(said.emitters[index]).toMatchObject(emitter);
      expect(said.emitters[index]?.irradianceMaxMwPerCm2).toBeCloseTo(
        Math.min(100, emitter.radiantPowerMaxMw / emitter.areaCm2),
        2,
      );
    }
    expect(belt.truth().zones).toHaveLength(hardware.emitters.length);
    belt.powerOff();
  });

  it.each(plans.flatMap((plan) => SEEDS.map((seed) => ({ name: plan.name, plan, seed }))))(
    '$name: every block completes on its belt (seed $seed) without a hazard, each true dose within 0.5 percent',
    ({ plan, seed }) => {
      const hardware = hardwareFor(plan);
      const visit = resolveVisit(plan, profileOfHardware(hardware));
      if (!visit.ok) throw new Error(visit.problems.join('\n'));
      const clock = createVirtualClock();
      const belt = createSimulatedBelt({ clock, seed, profile: hardware });
      expect(visit.programs.length).toBeGreaterThan(0);
      for (const program of visit.programs) {
        const rig = startRig({ clock, belt, program, isRecording: false });
        expect(rig.untilOver(40 * 60_000)).toMatchObject({
          outcome: 'completed',
          emissionOff: 'confirmed',
          hazards: [],
          exitCode: 0,
        });
      }
      const truth = new Map(
        belt.truth().zones.map((zone) => [`${zone.zone}/${zone.wavelengthNm}`, zone.radiantExposureJPerCm2]),
      );
      for (const { zone, wavelengthNm, radiantExposureJPerCm2 } of visit.planned) {
        const given = truth.get(`L${zone + 1}/${wavelengthNm}`) ?? NaN;
        expect(Math.abs(given / radiantExposureJPerCm2 - 1)).toBeLessThanOrEqual(TRUE_DOSE_TOLERANCE);
      }
      const planned = new Set(visit.planned.map(({ zone, wavelengthNm }) => `L${zone + 1}/${wavelengthNm}`));
      for (const [key, given] of truth) if (!planned.has(key)) expect(given).toBe(0);
      for (const zone of belt.truth().zones) expect(zone.skinTemperatureC).toBeLessThan(41);
      belt.powerOff();
    },
  );

  it('has a belt for every program, and a program for every belt', () => {
    expect(new Set(plans.map((plan) => hardwareFor(plan).name))).toEqual(
      new Set(PROFILES.map(({ name }) => name)),
    );
  });
});
