// What the worst-case search knows of the protocol, the book and the limits. All of it comes as arguments, so that a test
// can change a rule and see the search find what the rule was for.
import type { BeltProfile } from '../belt/belt.ts';
import {
  COURSE_EARLY_MAX_MS,
  DAY_MS,
  OUTPUT_PEAK_RATIO,
  OVERRUN_LIMIT_RATIO,
  RADIANT_EXPOSURE_CAP_J_PER_CM2,
  RETRY_DELIVERED_MAX_RATIO,
  SESSION_DURATION_CAP_S,
  SESSION_ENERGY_CAP_J,
  SITE_GAP_MIN_MS,
  SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2,
  SITE_SESSIONS_MAX_COUNT,
} from '../safety/limits.ts';
import type { Plan } from './plan.ts';

/** When a site may be treated again (H19). */
export interface RepeatRules {
  /** A visit whose booked dose stays below this ratio of its prescription in every zone does not count. */
  readonly retryMaxRatio: number;
  /** From the end of a visit that counts to the next visit; what the course asks for is part of it. */
  readonly gapS: number;
  /** Visits that shone, in 24 h. With more than two, a tight dose of the day would have to be shared out more finely. */
  readonly visitsPerDayMaxCount: number;
  /** Booked in 24 h and planned now, per zone over all its wavelengths. */
  readonly dayDoseMaxJPerCm2: number;
}

/** Limits of the plan, the belt and the program; Infinity where there is none. */
export interface DoseLimits {
  readonly sessionDoseJPerCm2: number;
  readonly beltDoseJPerCm2: number;
  readonly pointDoseJPerCm2: number;
  readonly dayDoseJPerCm2: number;
  readonly sessionEnergyJ: number;
  /** Light of one visit. */
  readonly lightS: number;
  /** Of the plan: light and rests of one visit. */
  readonly durationS: number;
}

export interface WorstCaseFacts {
  readonly measurementUncertainty: number;
  readonly leaseTtlS: number;
  /** The belt sets its light anew this often: what it gives is a bound only to within one such step. */
  readonly beltStepS: number;
  /** Unknown light counts at this multiple of what was set, and never above `hardDoseRatio` of a prescription. */
  readonly unknownPowerRatio: number;
  readonly hardDoseRatio: number;
  /** What a belt adds to the record of a session in which it restarted: so many seconds at the most H08 lets pass. */
  readonly restartMarginS: number;
  /** The pause epoch is one byte: a belt session cannot be resumed more often. */
  readonly resumeMaxCount: number;
  readonly rules: RepeatRules;
  readonly limits: DoseLimits;
  /** States of one search; a plan that needs more is refused by this limit. */
  readonly stateMaxCount: number;
  /** Further moments at which a block may be interrupted, evenly spaced: the answer must not depend on it. */
  readonly extraMomentCount: number;
  /** Histories that another one outdoes are not followed: the answer must not depend on that either. */
  readonly dropsOutdone: boolean;
}

const MS_PER_S = 1000;
export const DAY_S = DAY_MS / MS_PER_S;
/** Less than a second of search; a plan of fifty steps needs some hundreds. */
export const WORST_CASE_STATE_MAX_COUNT = 20_000;

/** The earliest next session after one that counted, as far as it lies within a day or two. */
function gapOf(plan: Plan): number {
  const { course } = plan;
  const gapMinS = SITE_GAP_MIN_MS / MS_PER_S;
  if (course === undefined) return gapMinS;
  const earlyS = COURSE_EARLY_MAX_MS / MS_PER_S;
  const due = course.everyS === undefined ? 0 : course.everyS - earlyS;
  const week = course.perWeek === 1 ? 7 * DAY_S - earlyS : 0;
  return Math.max(gapMinS, course.gapS, due, week);
}

/** The facts of this version for a plan on a belt. */
export const worstCaseFacts = (plan: Plan, profile: BeltProfile): WorstCaseFacts => ({
  measurementUncertainty: profile.measurementUncertainty,
  leaseTtlS: profile.leaseTtlMs / 1000,
  beltStepS: 0.01,
  unknownPowerRatio: OUTPUT_PEAK_RATIO,
  hardDoseRatio: OVERRUN_LIMIT_RATIO,
  restartMarginS: 0.3,
  resumeMaxCount: 254,
  rules: {
    retryMaxRatio: RETRY_DELIVERED_MAX_RATIO,
    gapS: gapOf(plan),
    visitsPerDayMaxCount: SITE_SESSIONS_MAX_COUNT,
    dayDoseMaxJPerCm2: SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2,
  },
  limits: {
    sessionDoseJPerCm2: plan.limits.sessionDoseJPerCm2 ?? Infinity,
    beltDoseJPerCm2: profile.radiantExposureMaxJPerCm2,
    pointDoseJPerCm2: RADIANT_EXPOSURE_CAP_J_PER_CM2,
    dayDoseJPerCm2: SITE_RADIANT_EXPOSURE_CAP_J_PER_CM2,
    sessionEnergyJ: SESSION_ENERGY_CAP_J,
    lightS: SESSION_DURATION_CAP_S,
    durationS: plan.limits.durationS ?? Infinity,
  },
  stateMaxCount: WORST_CASE_STATE_MAX_COUNT,
  extraMomentCount: 0,
  dropsOutdone: true,
});
