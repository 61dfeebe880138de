// Limits held against every state of the worst-case search, and the light time that repeated ramps can add.
import { EXPOSURE_TIME_TOLERANCE } from '../safety/limits.ts';
import type { WorstCaseFacts } from './worst-case-facts.ts';
import type { State, World } from './worst-case-world.ts';
import { amountOf, stepsTo, type Best, type Target, type WorstCaseStep } from './worst-case-targets.ts';
import { dosesOf } from './worst-case-world.ts';
import type { Visit } from './worst-case-visit.ts';

export type LimitName = 'sessionDose' | 'beltDose' | 'pointDose' | 'dayDose' | 'sessionEnergy' | 'duration';

export interface Exceeded {
  readonly limit: LimitName;
  /** A dose beyond a limit must not be armed; a time beyond one is light that gives no more dose. */
  readonly bearing: 'dose' | 'time';
  /** `L1`; undefined: the whole site. */
  readonly zone: string | undefined;
  /** In the limit's unit: J/cm², J or s. */
  readonly limitValue: number;
  readonly amount: number;
  /** The fewest events that exceed it. */
  readonly steps: readonly WorstCaseStep[];
  /** For times: how often each light block is paused inside a ramp and resumed. */
  readonly resumeCount: number;
}

/** Sums of decimal fractions may be above a limit by rounding alone. */
const ROUNDING = 1 + 1e-9;

interface Watched {
  readonly limit: LimitName;
  readonly target: Target;
  readonly limitValue: number;
  readonly isDay: boolean;
  found: { readonly state: State; readonly amount: number } | undefined;
}

export interface LimitWatch {
  note(state: State): void;
  list(): readonly Exceeded[];
}

/**
 * Doses are compared as the belt measures them: a plan at a limit is not beyond it because no meter is exact. The first
 * state that exceeds a limit is kept.
 */
export function createLimitWatch({ facts }: World, bests: readonly Best[]): LimitWatch {
  const { limits } = facts;
  const watched: Watched[] = [];
  const watch = (limit: LimitName, target: Target, limitValue: number, isDay = false): void => {
    // Infinity asks nothing; NaN is a limit that nothing keeps.
    if (limitValue !== Infinity) watched.push({ limit, target, limitValue, isDay, found: undefined });
  };
  for (const { target } of bests) {
    if (target.line !== undefined) continue;
    if (target.zone === undefined) {
      watch('sessionEnergy', target, limits.sessionEnergyJ);
      continue;
    }
    watch('sessionDose', target, limits.sessionDoseJPerCm2);
    watch('beltDose', target, limits.beltDoseJPerCm2);
    watch('pointDose', target, limits.pointDoseJPerCm2);
    watch('dayDose', target, limits.dayDoseJPerCm2, true);
  }
  return {
    note(state) {
      for (const entry of watched) {
        if (entry.found !== undefined) continue;
        const before = entry.isDay ? amountOf(entry.target, state.history.doses) : 0;
        const amount = before + amountOf(entry.target, dosesOf(state));
        if (!(amount <= entry.limitValue * ROUNDING)) entry.found = { state, amount };
      }
    },
    list: () =>
      watched.flatMap(({ limit, target, limitValue, found }): Exceeded[] =>
        found === undefined
          ? []
          : [
              {
                limit,
                bearing: 'dose',
                zone: target.zone === undefined ? undefined : `L${target.zone + 1}`,
                limitValue,
                amount: found.amount,
                steps: stepsTo(target, found.state),
                resumeCount: 0,
              },
            ],
      ),
  };
}

export interface LightTimes {
  /** Light of one visit when nothing interrupts. */
  readonly plannedS: number;
  /** Every pause inside a ramp repeats that ramp; the light of a visit ends at its limit, over all its belt sessions. */
  readonly mostS: number;
  readonly restS: number;
}

/** A zone whose emission time passes the planned by this ratio ends short (H12); repeated ramps do not count there. */
const ZONE_TIME_RATIO = 1 + EXPOSURE_TIME_TOLERANCE;

/** Pauses that each cost a whole ramp: the extreme of all, since a pause elsewhere adds less. */
const lightAfterResumes = (visit: Visit, facts: WorstCaseFacts, resumeCount: number): number =>
  Math.min(
    facts.limits.lightS,
    visit.blocks.reduce(
      (sum, { lightS, rampUpMaxS }) => sum + lightS * ZONE_TIME_RATIO + resumeCount * rampUpMaxS,
      0,
    ),
  );

export function lightTimesOf(visit: Visit, facts: WorstCaseFacts): LightTimes {
  return {
    plannedS: visit.blocks.reduce((sum, { lightS }) => sum + lightS, 0),
    mostS: lightAfterResumes(visit, facts, facts.resumeMaxCount),
    restS: visit.blocks.reduce((sum, { restS }) => sum + restS, 0),
  };
}

/** The fewest pauses in each block that bring the visit's light beyond a limit of time. */
function resumesBeyond(visit: Visit, facts: WorstCaseFacts, limitS: number): number | undefined {
  for (let count = 0; count <= facts.resumeMaxCount; count++)
    if (!(lightAfterResumes(visit, facts, count) <= limitS * ROUNDING)) return count;
  return undefined;
}

export function exceededTimes(visit: Visit, facts: WorstCaseFacts, times: LightTimes): readonly Exceeded[] {
  const { durationS: limitValue } = facts.limits;
  if (limitValue === Infinity) return [];
  const { restS } = times;
  const resumeCount = resumesBeyond(visit, facts, limitValue - restS);
  if (resumeCount === undefined) return [];
  const amount = lightAfterResumes(visit, facts, resumeCount) + restS;
  return [
    { limit: 'duration', bearing: 'time', zone: undefined, limitValue, amount, steps: [], resumeCount },
  ];
}
