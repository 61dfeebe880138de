// How long the steps of a plan take, as far as a plan alone can say.
import { exposureTime } from '../dosimetry/dose.ts';
import type { PlanStep, PlanTreatStep } from './plan.ts';

/** Light of one zone of a step, ramps included; undefined when its dose is given by energy: that needs the belt's areas. */
export function zoneLightS(step: PlanTreatStep): number | undefined {
  if (step.radiantExposureJPerCm2 === undefined) return undefined;
  const time = exposureTime({ ...step, radiantExposureJPerCm2: step.radiantExposureJPerCm2 });
  return time.ok ? time.value.onS : undefined;
}

export const lightS = (step: PlanTreatStep): number | undefined => {
  const zoneS = zoneLightS(step);
  return zoneS && zoneS * (step.order === 'sequence' ? step.zones.length : 1);
};

/** At least so long: what is not known counts nothing. */
export const stepAtLeastS = (step: PlanStep): number =>
  step.kind === 'treat' ? (lightS(step) ?? 0) : step.durationS;
