// What a plan can be held to without a belt: caps, flicker, pulse and ramp rules, contradictions. What needs the
// emitters' areas and powers is checked where a belt is known (program.ts).
import { exposureTime } from '../dosimetry/dose.ts';
import { formatNumber } from '../dosimetry/units.ts';
import {
  FLICKER_MAX_HZ,
  FLICKER_MIN_HZ,
  IRRADIANCE_CAP_MW_PER_CM2,
  RADIANT_EXPOSURE_CAP_J_PER_CM2,
  SESSION_DURATION_CAP_S,
  SESSION_ENERGY_CAP_J,
  VISIBLE_MAX_NM,
  WAVELENGTH_MAX_NM,
  WAVELENGTH_MIN_NM,
} from '../safety/limits.ts';
import type { Plan, PlanStep, PlanTreatStep } from './plan.ts';
import type { PathProblem, PlanPath } from './problem.ts';

/** A session left in the dark for longer is over (paused for 10 minutes: stopped). */
export const REST_MAX_S = 600;

const problem = (path: PlanPath, message: string, expected: string): PathProblem => ({
  path,
  message,
  expected,
});

function checkZones(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  return step.zones.flatMap((zone, index) =>
    step.zones.indexOf(zone) === index
      ? []
      : [problem([...path, 'treat', index], `\`${zone}\` stands here twice`, 'each zone once in a step')],
  );
}

function checkLight(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  const found: PathProblem[] = [];
  if (!(step.wavelengthNm >= WAVELENGTH_MIN_NM && step.wavelengthNm <= WAVELENGTH_MAX_NM))
    found.push(
      problem(
        [...path, 'wavelength'],
        `\`wavelength\`: ${formatNumber(step.wavelengthNm)} nm is outside what exposure limits are known for here`,
        `${WAVELENGTH_MIN_NM} nm to ${WAVELENGTH_MAX_NM} nm`,
      ),
    );
  if (!(step.irradianceMwPerCm2 <= IRRADIANCE_CAP_MW_PER_CM2))
    found.push(
      problem(
        [...path, 'irradiance'],
        `\`irradiance\`: ${formatNumber(step.irradianceMwPerCm2)} mW/cm2 is above the program cap`,
        `at most ${IRRADIANCE_CAP_MW_PER_CM2} mW/cm2`,
      ),
    );
  return found;
}

function checkPulse(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  if (step.pulse === undefined) return [];
  const { frequencyHz, dutyCycle } = step.pulse;
  const found: PathProblem[] = [];
  if (!(dutyCycle < 1))
    found.push(
      problem(
        [...path, 'pulse', 'duty'],
        `\`duty\`: ${formatNumber(dutyCycle * 100)} % is no pulse`,
        'less than 100 %; without `pulse` the light is continuous',
      ),
    );
  const invisible = step.wavelengthNm > VISIBLE_MAX_NM;
  if (!(invisible || frequencyHz < FLICKER_MIN_HZ || frequencyHz > FLICKER_MAX_HZ))
    found.push(
      problem(
        [...path, 'pulse', 'frequency'],
        `\`frequency\`: visible light flickering at ${formatNumber(frequencyHz)} Hz can start a seizure`,
        `for visible light not between ${FLICKER_MIN_HZ} Hz and ${FLICKER_MAX_HZ} Hz`,
      ),
    );
  return found;
}

function checkDose(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  const { radiantExposureJPerCm2, radiantEnergyJ } = step;
  const found: PathProblem[] = [];
  if (radiantExposureJPerCm2 === undefined && radiantEnergyJ === undefined)
    found.push(problem(path, 'this step has no dose', '`dose: 4 J/cm2`, or `energy: 4 J` for each point'));
  if (radiantEnergyJ !== undefined && !(radiantEnergyJ * step.zones.length <= SESSION_ENERGY_CAP_J))
    found.push(
      problem(
        [...path, 'energy'],
        `\`energy\`: ${formatNumber(radiantEnergyJ * step.zones.length)} J in all is above the cap for a session`,
        `at most ${SESSION_ENERGY_CAP_J} J`,
      ),
    );
  if (radiantExposureJPerCm2 === undefined) return found;
  if (!(radiantExposureJPerCm2 <= RADIANT_EXPOSURE_CAP_J_PER_CM2)) {
    const message = `\`dose\`: ${formatNumber(radiantExposureJPerCm2)} J/cm2 is above the cap for a point`;
    found.push(problem([...path, 'dose'], message, `at most ${RADIANT_EXPOSURE_CAP_J_PER_CM2} J/cm2`));
  }
  const time = exposureTime({ ...step, radiantExposureJPerCm2 });
  if (!time.ok)
    found.push(problem([...path, 'ramp'], `\`ramp\`: ${time.problem}`, 'shorter ramps or a larger dose'));
  return found;
}

/** Everything about one `treat` step alone. `path` is where it stands in the file. */
export const checkTreatStep = (step: PlanTreatStep, path: PlanPath): PathProblem[] => [
  ...checkZones(step, path),
  ...checkLight(step, path),
  ...checkPulse(step, path),
  ...checkDose(step, path),
];

function checkOrder(session: readonly PlanStep[]): PathProblem[] {
  const found: PathProblem[] = [];
  const expected = 'rests stand between two `treat` steps';
  if (session[0]?.kind === 'rest')
    found.push(problem(['session', 0], 'a session begins with light', expected));
  const last = session.length - 1;
  if (last > 0 && session[last]?.kind === 'rest')
    found.push(problem(['session', last], 'a session ends with light', expected));
  for (const [index, step] of session.entries())
    if (step.kind === 'rest' && !(step.durationS <= REST_MAX_S)) {
      const message = `\`rest\`: ${formatNumber(step.durationS)} s is too long`;
      found.push(problem(['session', index, 'rest'], message, `at most ${REST_MAX_S} s`));
    }
  return found;
}

/** Seconds of light and of everything, as far as a plan alone can say: steps given by energy need the belt's areas. */
function knownTimes(session: readonly PlanStep[]): { readonly onS: number; readonly totalS: number } {
  let onS = 0;
  let restS = 0;
  for (const step of session) {
    if (step.kind === 'care') continue;
    if (step.kind === 'rest') restS += step.durationS;
    else if (step.radiantExposureJPerCm2 !== undefined) {
      const time = exposureTime({ ...step, radiantExposureJPerCm2: step.radiantExposureJPerCm2 });
      if (time.ok) onS += time.value.onS * (step.order === 'sequence' ? step.zones.length : 1);
    }
  }
  return { onS, totalS: onS + restS };
}

function checkTimes(plan: Plan): PathProblem[] {
  const { onS, totalS } = knownTimes(plan.session);
  const { durationS } = plan.limits;
  const found: PathProblem[] = [];
  if (!(onS <= SESSION_DURATION_CAP_S)) {
    const message = `this session is ${formatNumber(onS / 60, 1)} min of light`;
    found.push({ ...problem(['session'], message, `at most ${SESSION_DURATION_CAP_S / 60} min`), at: 'key' });
  }
  if (durationS !== undefined && !(totalS <= durationS)) {
    const message = `this session lasts ${formatNumber(totalS)} s, longer than the plan's own limit`;
    found.push({ ...problem(['session'], message, `at most ${formatNumber(durationS)} s`), at: 'key' });
  }
  return found;
}

/** The plan's own limits may only narrow what holds anyway. */
function checkLimits(plan: Plan): PathProblem[] {
  const { sessionDoseJPerCm2, durationS } = plan.limits;
  const found: PathProblem[] = [];
  if (sessionDoseJPerCm2 !== undefined && !(sessionDoseJPerCm2 <= RADIANT_EXPOSURE_CAP_J_PER_CM2)) {
    const message = `\`sessionDose\`: ${formatNumber(sessionDoseJPerCm2)} J/cm2 would widen the cap for a point`;
    const expected = `at most ${RADIANT_EXPOSURE_CAP_J_PER_CM2} J/cm2`;
    found.push(problem(['limits', 'sessionDose'], message, expected));
  }
  if (durationS !== undefined && !(durationS <= SESSION_DURATION_CAP_S)) {
    const message = `\`duration\`: ${formatNumber(durationS / 60, 1)} min would widen the cap for a session`;
    found.push(problem(['limits', 'duration'], message, `at most ${SESSION_DURATION_CAP_S / 60} min`));
  }
  return found;
}

/** Per zone and session, all its steps and wavelengths together; the narrower of the cap and the plan's own limit. */
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
      // A sum of decimal fractions may be above its limit by rounding alone.
      if (total <= limit * (1 + 1e-9) || told.has(zone)) continue;
      told.add(zone);
      const message = `\`dose\`: ${zone} receives ${formatNumber(total)} J/cm2 in this session up to here`;
      found.push(problem(['session', index, 'dose'], message, `at most ${formatNumber(limit)} J/cm2`));
    }
  }
  return found;
}

/** Everything about the session as a whole. The steps have passed `checkTreatStep`. */
export const checkSession = (plan: Plan): PathProblem[] => [
  ...checkOrder(plan.session),
  ...checkTimes(plan),
  ...checkLimits(plan),
  ...checkZoneDoses(plan),
];
