// What one `treat` step can be held to without a belt: caps, flicker, pulses, ramps, skin exposure, contradictions. What
// needs the emitters' areas and powers is checked where a belt is known (program.ts).
import { exposureTime } from '../dosimetry/dose.ts';
import { skinExposureRatio } from '../dosimetry/exposure-limits.ts';
import { formatNumber } from '../dosimetry/units.ts';
import {
  EXPOSURE_SUM_MAX,
  FLICKER_MAX_HZ,
  FLICKER_MIN_HZ,
  IRRADIANCE_CAP_MW_PER_CM2,
  RADIANT_EXPOSURE_CAP_J_PER_CM2,
  VISIBLE_MAX_NM,
  WAVELENGTH_MAX_NM,
  WAVELENGTH_MIN_NM,
} from '../safety/limits.ts';
import type { PlanTreatStep } from './plan.ts';
import { problem, type PathProblem, type PlanPath } from './problem.ts';
import { zoneLightS } from './step-times.ts';

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
        `\`irradiance\`: ${formatNumber(step.irradianceMwPerCm2, 9)} mW/cm2 is above the program cap`,
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
        `visible light below ${FLICKER_MIN_HZ} Hz or above ${FLICKER_MAX_HZ} Hz`,
      ),
    );
  return found;
}

function checkDose(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  const { radiantExposureJPerCm2, radiantEnergyJ } = step;
  const found: PathProblem[] = [];
  if (radiantExposureJPerCm2 === undefined && radiantEnergyJ === undefined)
    found.push(problem(path, 'this step has no dose', '`dose: 4 J/cm2`, or `energy: 4 J` for each point'));
  if (radiantExposureJPerCm2 === undefined) return found;
  if (!(radiantExposureJPerCm2 <= RADIANT_EXPOSURE_CAP_J_PER_CM2)) {
    const message = `\`dose\`: ${formatNumber(radiantExposureJPerCm2, 9)} J/cm2 is above the cap for a point`;
    found.push(problem([...path, 'dose'], message, `at most ${RADIANT_EXPOSURE_CAP_J_PER_CM2} J/cm2`));
  }
  const time = exposureTime({ ...step, radiantExposureJPerCm2 });
  if (!time.ok)
    found.push(problem([...path, 'ramp'], `\`ramp\`: ${time.problem}`, 'shorter ramps or a larger dose'));
  return found;
}

/** For a dose given by energy: from here on the limit is an irradiance, and the cap is below it. */
const UNKNOWN_LIGHT_S = 10;

/** Σ E/MPE and every pulse rule: the one wavelength of this step is all that lights its zones at a time. */
function checkExposure(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  const source = {
    wavelengthNm: step.wavelengthNm,
    irradianceMeanMwPerCm2: step.irradianceMwPerCm2,
    pulse: step.pulse,
    durationS: zoneLightS(step) ?? UNKNOWN_LIGHT_S,
  };
  const ratio = skinExposureRatio([source]);
  const last = step.pulse === undefined ? 'irradiance' : 'pulse';
  if (!ratio.ok)
    return [problem([...path, last], `\`${last}\`: ${ratio.problem}`, 'light with a known limit')];
  if (ratio.value <= EXPOSURE_SUM_MAX) return [];
  const message = `\`${last}\`: ${formatNumber(ratio.value, 3)} times what skin may take`;
  return [problem([...path, last], message, 'a higher frequency, a higher duty or less irradiance')];
}

/** Everything about one `treat` step alone. `path` is where it stands in the file. */
export function checkTreatStep(step: PlanTreatStep, path: PlanPath): PathProblem[] {
  const found = [
    ...checkZones(step, path),
    ...checkLight(step, path),
    ...checkPulse(step, path),
    ...checkDose(step, path),
  ];
  // Behind any of these, the ratio would say the same thing again.
  return found.length > 0 ? found : checkExposure(step, path);
}
