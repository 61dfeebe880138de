// A plan as a whole: order, times, doses and energy of the visit, its own limits, its course. The steps have passed their
// own checks.
import { formatNumber } from '../dosimetry/units.ts';
import {
  RADIANT_EXPOSURE_CAP_J_PER_CM2,
  SESSION_DURATION_CAP_S,
  SESSION_ENERGY_CAP_J,
} from '../safety/limits.ts';
import { checkCare } from './check-care.ts';
import { checkCourse } from './check-course.ts';
import type { Plan, PlanStep } from './plan.ts';
import { problem, problemAtKey, type PathProblem, type PathWarning } from './problem.ts';
import { stepAtLeastS } from './step-times.ts';
import { WIRE_BOUNDS } from './wire-bounds.ts';

/** A session left in the dark for longer is over (paused for 10 minutes: stopped). */
export const REST_MAX_S = 600;
/** Light and care together: what comes later is another visit, with a gap before it [eng]. */
export const VISIT_MAX_S = 3 * 3600;

/** A sum of decimal fractions may be above its limit by rounding alone. */
const ROUNDING = 1 + 1e-9;

function restPlace(session: readonly PlanStep[], index: number): string | undefined {
  const before = session[index - 1];
  const after = session[index + 1];
  if (before === undefined) return 'a session begins with light';
  if (after === undefined) return 'a session ends with light';
  if (before.kind === 'care' || after.kind === 'care')
    return 'a rest beside a care step: that is dark already';
  return undefined;
}

function checkOrder(session: readonly PlanStep[]): PathProblem[] {
  const found: PathProblem[] = [];
  let darkS = 0;
  for (const [index, step] of session.entries()) {
    if (step.kind !== 'rest') {
      darkS = 0;
      continue;
    }
    const place = restPlace(session, index);
    if (place !== undefined)
      found.push(problem(['session', index], place, 'rests between two `treat` steps only'));
    darkS += step.durationS;
    if (darkS <= REST_MAX_S) continue;
    const message = `\`rest\`: ${formatNumber(darkS)} s is too long`;
    found.push(problem(['session', index, 'rest'], message, `at most ${REST_MAX_S} s`));
  }
  if (!session.some((step) => step.kind === 'treat'))
    found.push(problemAtKey(['session'], 'this session has no light', 'at least one `treat` step'));
  return found;
}

/** What one belt session can carry: a care step ends it, and light after it begins another. */
function checkBlocks(session: readonly PlanStep[]): PathProblem[] {
  const { stepMaxCount, entryMaxCount } = WIRE_BOUNDS;
  const found: PathProblem[] = [];
  let steps = 0;
  let doses = 0;
  for (const [index, step] of session.entries()) {
    if (step.kind === 'care') steps = doses = 0;
    if (step.kind !== 'treat') continue;
    const fitted = steps <= stepMaxCount && doses <= entryMaxCount;
    steps += step.order === 'sequence' ? step.zones.length : 1;
    doses += step.zones.length;
    if (!fitted || (steps <= stepMaxCount && doses <= entryMaxCount)) continue;
    const message = `more light up to here than one belt session carries (${steps} steps, ${doses} doses)`;
    const expected =
      `at most ${stepMaxCount} steps (each zone of a sequence is one) and ${entryMaxCount} doses ` +
      `(each zone of each step is one); a \`care\` step before this one begins another belt session`;
    found.push(problem(['session', index], message, expected));
  }
  return found;
}

/** Seconds as far as a plan alone can say: steps given by energy need the belt's areas. */
function knownTimes(session: readonly PlanStep[]) {
  const sum = (kinds: readonly PlanStep['kind'][]): number =>
    session.reduce((total, step) => total + (kinds.includes(step.kind) ? stepAtLeastS(step) : 0), 0);
  return { onS: sum(['treat']), blocksS: sum(['treat', 'rest']), visitS: sum(['treat', 'rest', 'care']) };
}

function checkTimes(plan: Plan): PathProblem[] {
  const { onS, blocksS, visitS } = knownTimes(plan.session);
  const { durationS } = plan.limits;
  const found: PathProblem[] = [];
  if (!(onS <= SESSION_DURATION_CAP_S * ROUNDING)) {
    const message = `this session is ${formatNumber(onS / 60, 1)} min of light`;
    found.push(problemAtKey(['session'], message, `at most ${SESSION_DURATION_CAP_S / 60} min`));
  }
  if (durationS !== undefined && !(blocksS <= durationS * ROUNDING)) {
    const message = `this session lasts ${formatNumber(blocksS)} s, longer than the plan's own limit`;
    found.push(problemAtKey(['session'], message, `at most ${formatNumber(durationS)} s`));
  }
  if (!(visitS <= VISIT_MAX_S)) {
    const message = `this visit lasts ${formatNumber(visitS / 60, 1)} min, care included`;
    found.push(problemAtKey(['session'], message, `at most ${VISIT_MAX_S / 60} min`));
  }
  return found;
}

/** The plan's own limits may only narrow what holds anyway. */
function checkLimits(plan: Plan): PathProblem[] {
  const { sessionDoseJPerCm2, durationS } = plan.limits;
  const found: PathProblem[] = [];
  if (sessionDoseJPerCm2 !== undefined && !(sessionDoseJPerCm2 <= RADIANT_EXPOSURE_CAP_J_PER_CM2)) {
    const message = `\`sessionDose\`: ${formatNumber(sessionDoseJPerCm2, 9)} J/cm2 would widen the cap for a point`;
    const expected = `at most ${RADIANT_EXPOSURE_CAP_J_PER_CM2} J/cm2`;
    found.push(problem(['limits', 'sessionDose'], message, expected));
  }
  if (durationS !== undefined && !(durationS <= SESSION_DURATION_CAP_S)) {
    const message = `\`duration\`: ${formatNumber(durationS / 60, 3)} min would widen the cap for a session`;
    found.push(problem(['limits', 'duration'], message, `at most ${SESSION_DURATION_CAP_S / 60} min`));
  }
  return found;
}

/** Per zone and visit, all its steps and wavelengths together; the narrower of the cap and the plan's own limit. */
function checkZoneDoses(plan: Plan): PathProblem[] {
  const own = plan.limits.sessionDoseJPerCm2 ?? RADIANT_EXPOSURE_CAP_J_PER_CM2;
  const limit = Math.min(own, RADIANT_EXPOSURE_CAP_J_PER_CM2);
  const totals = new Map<string, number>();
  const told = new Set<string>();
  const found: PathProblem[] = [];
  for (const [index, step] of plan.session.entries()) {
    if (step.kind !== 'treat' || step.radiantExposureJPerCm2 === undefined) continue;
    for (const zone of step.zones) {
      const total = (totals.get(zone) ?? 0) + step.radiantExposureJPerCm2;
      totals.set(zone, total);
      if (total <= limit * ROUNDING || told.has(zone)) continue;
      told.add(zone);
      const message = `\`dose\`: ${zone} receives ${formatNumber(total)} J/cm2 in this session up to here`;
      found.push(problem(['session', index, 'dose'], message, `at most ${formatNumber(limit)} J/cm2`));
    }
  }
  return found;
}

function checkEnergy(session: readonly PlanStep[]): PathProblem[] {
  let totalJ = 0;
  for (const [index, step] of session.entries()) {
    if (step.kind !== 'treat' || step.radiantEnergyJ === undefined) continue;
    totalJ += step.radiantEnergyJ * step.zones.length;
    if (totalJ <= SESSION_ENERGY_CAP_J * ROUNDING) continue;
    const message = `\`energy\`: ${formatNumber(totalJ)} J in this session up to here is above the cap for a session`;
    return [problem(['session', index, 'energy'], message, `at most ${SESSION_ENERGY_CAP_J} J`)];
  }
  return [];
}

/** Everything that needs more than one step. */
export function checkPlan(plan: Plan): {
  readonly problems: readonly PathProblem[];
  readonly warnings: readonly PathWarning[];
} {
  const care = checkCare(plan.session);
  const problems = [
    ...checkOrder(plan.session),
    ...checkBlocks(plan.session),
    ...care.problems,
    ...checkTimes(plan),
    ...checkLimits(plan),
    ...checkZoneDoses(plan),
    ...checkEnergy(plan.session),
    ...checkCourse(plan.course),
  ];
  return { problems, warnings: care.warnings };
}
