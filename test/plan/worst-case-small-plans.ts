// Random small plans for the brute-force comparison: 1 to 3 zones, 0.2 to 3 J/cm², one to three belt steps.
import type { PrescribedZone } from '../../src/belt/belt.ts';
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import { worstCaseFacts, type WorstCaseFacts } from '../../src/plan/worst-case-facts.ts';
import { programOf, zoneOf, type Part } from '../session/support/rig.ts';
import type { CourseRule } from '../../src/ledger/course.ts';
import { planOf, referenceProfile } from './belts.ts';
import type { DayPlan } from './worst-case-day.ts';

export interface SmallPlan extends DayPlan {
  readonly seed: number;
  readonly facts: WorstCaseFacts;
  readonly words: string;
}

export const between = (random: Random, low: number, high: number): number =>
  low + random.next() * (high - low);
export const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;
export const chance = (random: Random, share: number): boolean => random.next() < share;

/** So that a session takes no longer than this in virtual time. */
const LIGHT_MAX_S = 40;
const RED_MAX_MW_PER_CM2 = 10;

function randomZone(random: Random, zone: number, isRed: boolean): PrescribedZone {
  const dose = Math.round(between(random, 20, isRed ? 35 : 300)) / 100;
  const lowest = Math.max(isRed ? 8 : 20, (dose * 1000) / LIGHT_MAX_S);
  const isPulsed = !isRed && chance(random, 0.15);
  const highest = isRed ? RED_MAX_MW_PER_CM2 : isPulsed ? 76 : 95;
  const irradiance = Math.round(between(random, Math.min(lowest, highest), highest) * 100) / 100;
  const fullS = (dose * 1000) / irradiance;
  const rampUpS = oneOf(random, [0, 0.5, 1, 2, 3]);
  const rampDownS = oneOf(random, [0, 0.5, 1]);
  const fits = (rampUpS + rampDownS) / 2 <= fullS * 0.8;
  return zoneOf(zone, {
    wavelengthNm: isRed ? 650 : 808,
    irradianceMwPerCm2: irradiance,
    radiantExposureJPerCm2: dose,
    rampUpS: fits ? rampUpS : 0,
    rampDownS: fits ? rampDownS : 0,
    ...(isPulsed ? { pulseFrequencyHz: 100, dutyCycle: 0.8 } : {}),
  });
}

function randomBlock(random: Random): SessionProgram {
  const parts: Part[] = [];
  const stepCount = chance(random, 0.4) ? 2 : 1;
  for (let step = 0; step < stepCount; step++) {
    if (step > 0 && chance(random, 0.3)) parts.push({ restMs: 500 + random.below(2000) });
    const zones = [0, 1, 2].filter(() => chance(random, 0.5));
    if (zones.length === 0) zones.push(random.below(3));
    const isRed = chance(random, 0.2);
    parts.push(zones.map((zone) => randomZone(random, zone, isRed)));
  }
  return programOf(parts);
}

const HOUR_S = 3600;

const course = (everyH: number | null, gapH: number): CourseRule => ({
  sessions: 30,
  everyS: everyH === null ? null : everyH * HOUR_S,
  perWeek: null,
  gapS: gapH * HOUR_S,
});
/** As it comes, with a longer gap, every second day. */
const COURSES: readonly (CourseRule | null)[] = [null, course(24, 20), course(null, 24), course(48, 20)];

export function smallPlan(seed: number): SmallPlan {
  const random = createRandom(seed, 'small plan');
  const blocks = chance(random, 0.2) ? [randomBlock(random), randomBlock(random)] : [randomBlock(random)];
  const planned = new Map<string, number>();
  const zones = new Map<number, number>();
  for (const dose of blocks.flatMap(({ prescription }) => prescription.steps.flat())) {
    const key = `L${dose.zone + 1}/${dose.wavelengthNm}`;
    planned.set(key, (planned.get(key) ?? 0) + dose.radiantExposureJPerCm2);
    zones.set(dose.zone, (zones.get(dose.zone) ?? 0) + dose.radiantExposureJPerCm2);
  }
  const rule = oneOf(random, COURSES);
  const planCourse =
    rule === null
      ? undefined
      : { ...rule, everyS: rule.everyS ?? undefined, perWeek: rule.perWeek ?? undefined };
  const facts = worstCaseFacts({ ...planOf([]), course: planCourse }, referenceProfile);
  // Now and then the dose of a day stands against a second session.
  const dayDoseMaxJPerCm2 = chance(random, 0.3)
    ? Math.max(...zones.values()) * between(random, 1.05, 2.3)
    : facts.rules.dayDoseMaxJPerCm2;
  const rules = { ...facts.rules, dayDoseMaxJPerCm2 };
  const words = blocks
    .map(({ prescription }) =>
      prescription.steps
        .map((step) =>
          step
            .map(
              (zone) =>
                `L${zone.zone + 1}/${zone.wavelengthNm} ${zone.radiantExposureJPerCm2} J at ${zone.irradianceMwPerCm2}` +
                ` ramps ${zone.rampUpS}/${zone.rampDownS}${zone.dutyCycle < 1 ? ' pulsed' : ''}`,
            )
            .join(', '),
        )
        .join('; '),
    )
    .join(' | care | ');
  return {
    seed,
    blocks,
    facts: { ...facts, rules },
    rules,
    course: rule,
    planned,
    words: `${words}; gap ${rules.gapS / HOUR_S} h, day ${rules.dayDoseMaxJPerCm2.toFixed(2)}`,
  };
}
