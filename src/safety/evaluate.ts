// One total function from what is known to what must be done. Limits stand in the positive, `if (!(x <= max))`, so that
// NaN, missing and stale are hazards. This is the controller's own judgement; what the belt reports comes on top.
import { HAZARDS, hazardRow, worseResponse, type HazardId, type HazardResponse } from './hazards.ts';
import {
  BAD_FRAME_LIMIT_COUNT,
  BATTERY_MIN_PERCENT,
  BATTERY_START_MIN_PERCENT,
  CLOCK_DIFFERENCE_MS,
  CLOCK_DIFFERENCE_RATIO,
  CONTACT_LOSS_MAX_COUNT,
  CONTACT_LOST_MAX_MS,
  DEAD_RATIO,
  DOSE_AGREEMENT_RATIO,
  EXPOSURE_SUM_MAX,
  EXPOSURE_TIME_BACKSTOP,
  EXPOSURE_TIME_SLACK_MS,
  EXPOSURE_TIME_TOLERANCE,
  IRRADIANCE_MEASURED_MAX_MW_PER_CM2,
  OFF_SETTLE_MS,
  OUTPUT_PEAK_RATIO,
  OUTPUT_TOLERANCE_MS,
  OVERRUN_LIMIT_RATIO,
  STATUS_AGE_MAX_MS,
  STATUS_STALE_MAX_MS,
  UNATTENDED_PAUSE_MS,
} from './limits.ts';
import { judgeHeat, judgeSensor, judgeStartAndRise, judgeThermalDose } from './evaluate-skin.ts';
import {
  armed,
  lasted,
  perZone,
  type ActiveHazard,
  type Evaluation,
  type Report,
  type Verdict,
} from './evaluation.ts';
import {
  emitsMoreThanOff,
  type Observation,
  type SafetyMemory,
  type ZoneObservation,
} from './observation.ts';

export type { ActiveHazard, Verdict } from './evaluation.ts';

const EVALUATIONS: Readonly<Record<HazardId, Evaluation>> = {
  H01: judgeHeat,
  H02: judgeThermalDose,
  H03: judgeStartAndRise,
  H04: judgeSensor,
  H05: (observation, memory, report) => {
    if (observation.phase !== 'emitting' && observation.phase !== 'paused') return;
    if (!(memory.contactLossCount <= CONTACT_LOSS_MAX_COUNT && memory.contactLostMs <= CONTACT_LOST_MAX_MS)) {
      report('H05', null, 'cutoff');
      return;
    }
    for (const zone of observation.zones) if (zone.inTreatment && !zone.contact) report('H05', zone.zone);
  },
  H06: perZone((zone) => {
    if (zone.prescribedJPerCm2 === 0) return false;
    const limit = zone.prescribedJPerCm2 * OVERRUN_LIMIT_RATIO;
    const reportedFits = zone.reportedJPerCm2 <= limit;
    const integratedFits = zone.integratedJPerCm2 <= limit + oneTickJPerCm2(zone);
    return !(reportedFits && integratedFits);
  }, 'H06'),
  H07: perZone((zone) => {
    const withinCap = zone.irradianceMwPerCm2 <= IRRADIANCE_MEASURED_MAX_MW_PER_CM2;
    const withinLimit = zone.irradianceMwPerCm2 / zone.exposureLimitMwPerCm2 <= EXPOSURE_SUM_MAX;
    return !(withinCap && withinLimit);
  }, 'H07'),
  H08: perZone((zone, memory, { nowMs }) => {
    if (!zone.lit || zone.irradianceSetMwPerCm2 === 0) return false;
    const belowPeak = zone.irradianceMwPerCm2 <= zone.irradianceSetMwPerCm2 * OUTPUT_PEAK_RATIO;
    return !belowPeak || lasted(memory?.deviatingSinceMs, nowMs, OUTPUT_TOLERANCE_MS);
  }, 'H08'),
  H09: perZone(
    (zone) => zone.lit && !(zone.irradianceMwPerCm2 >= zone.irradianceExpectedMwPerCm2 * DEAD_RATIO),
    'H09',
  ),
  H10: perZone(
    (zone, memory, { nowMs }) =>
      zone.offExpected && emitsMoreThanOff(zone) && lasted(memory?.offSinceMs, nowMs, OFF_SETTLE_MS),
    'H10',
  ),
  H11: (observation, _, report) => {
    if (!armed(observation)) return;
    const allowedMs = CLOCK_DIFFERENCE_MS + CLOCK_DIFFERENCE_RATIO * observation.clockElapsedMs;
    if (!(Math.abs(observation.clockDifferenceMs) <= allowedMs)) report('H11', null);
  },
  H12: (observation, _, report) => {
    if (!(observation.sessionEmissionMs <= observation.sessionEmissionMaxMs)) report('H12', null, 'cutoff');
    for (const zone of observation.zones) {
      if (zone.emissionPlannedMs === 0) continue;
      const limit = (ratio: number): number => zone.emissionPlannedMs * (1 + ratio) + EXPOSURE_TIME_SLACK_MS;
      if (!(zone.emissionMs <= limit(EXPOSURE_TIME_BACKSTOP))) {
        if (zone.lit) report('H12', null, 'cutoff');
      } else if (!(zone.emissionMs <= limit(EXPOSURE_TIME_TOLERANCE)) && zone.inTreatment)
        report('H12', zone.zone);
    }
  },
  H13: (observation, _, report) => {
    if (observation.linkLost && armed(observation)) report('H13', null, 'cutoff');
  },
  H14: (observation, _, report) => {
    if (observation.phase === 'stopping' || observation.statusAgeMs <= STATUS_AGE_MAX_MS) return;
    const shortly = observation.statusAgeMs <= STATUS_AGE_MAX_MS + STATUS_STALE_MAX_MS;
    if (!shortly) report('H14', null, 'cutoff');
    else if (observation.phase === 'emitting' || observation.phase === 'paused') report('H14', null);
  },
  H15: (observation, _, report) => {
    if (!(observation.badFrameCount < BAD_FRAME_LIMIT_COUNT)) report('H15', null);
  },
  H16: (observation, _, report) => {
    if (observation.identityDiffers || observation.programDiffers) report('H16', null);
  },
  H17: (observation, _, report) => {
    if (observation.selfTestFailed) report('H17', null);
  },
  H18: (observation, _, report) => {
    if (observation.phase === 'stopping' || observation.statusAgeMs === Infinity) return;
    const least = observation.phase === 'beforeArming' ? BATTERY_START_MIN_PERCENT : BATTERY_MIN_PERCENT;
    if (!(observation.batteryPercent >= least) || observation.charging) report('H18', null);
  },
  H19: (observation, _, report) => {
    if (observation.bookRefusal === 'H19') report('H19', null);
  },
  H20: (observation, _, report) => {
    if (observation.bookFailed) report('H20', null);
  },
  H21: (observation, _, report) => {
    if (observation.bookRefusal === 'H21') report('H21', null);
  },
  H22: (observation, _, report) => {
    if (observation.phase === 'beforeArming' && observation.flickersVisibly) report('H22', null);
  },
  H23: (observation, _, report) => {
    if (!(observation.unattendedMs <= UNATTENDED_PAUSE_MS)) report('H23', null);
  },
  H24: (observation, _, report) => {
    if (observation.phase === 'beforeArming' && !observation.isScreened) report('H24', null);
  },
};

/** Dose of 250 ms at the set irradiance: what our own integral may be off by, at each edge of the light. */
const oneTickJPerCm2 = (zone: ZoneObservation): number => (zone.irradianceSetMwPerCm2 * 0.25) / 1000;

/** True when our own integral says that the zone has had its dose, whatever the belt says (H06, stop at 100 %). */
export const doseReached = (zone: ZoneObservation): boolean =>
  !(
    zone.reportedJPerCm2 < zone.prescribedJPerCm2 &&
    zone.integratedJPerCm2 < zone.prescribedJPerCm2 * (1 + DOSE_AGREEMENT_RATIO) + oneTickJPerCm2(zone)
  );

const evaluations = Object.values(EVALUATIONS);
const responseOf = (id: HazardId): HazardResponse => hazardRow(id)?.response ?? 'cutoff';

/** The list covers the whole mask: there is no bit that means nothing. */
function addReported(mask: number, active: ActiveHazard[]): void {
  for (const { id, number, response } of HAZARDS)
    if (((mask >>> (number - 1)) & 1) === 1) active.push({ id, zone: null, response, by: 'belt' });
}

/** Cuts one zone only, when the zone is known or the belt has cut it itself. */
export const concernsZoneOnly = (hazard: ActiveHazard): boolean =>
  hazard.response === 'endShort' ||
  (hazardRow(hazard.id)?.scope === 'zone' && (hazard.zone !== null || hazard.by === 'belt'));

const NOTHING: Verdict = { active: [], response: 'none' };

/** Total: every hazard that is active, each with its zone and response, and the worst that concerns all. */
export function evaluate(observation: Observation, memory: SafetyMemory): Verdict {
  const active: ActiveHazard[] = [];
  const report: Report = (id, zone, response) => {
    active.push({
      id,
      zone,
      response: response ?? responseOf(id),
      by: 'controller',
    });
  };
  for (const evaluation of evaluations) evaluation(observation, memory, report);
  if (observation.beltHazards !== 0) addReported(observation.beltHazards, active);
  if (active.length === 0) return NOTHING;
  let response: HazardResponse | 'none' = 'none';
  for (const hazard of active)
    if (!concernsZoneOnly(hazard))
      response = worseResponse<HazardResponse | 'none'>(response, hazard.response);
  return { active, response };
}
