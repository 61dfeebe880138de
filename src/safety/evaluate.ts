// One total function from what is known to what must be done. Limits stand in the positive, `if (!(x <= max))`, so that
// NaN, missing and stale are hazards. This is the controller's own judgement; what the belt reports comes on top.
import {
  hazardName,
  hazardOfNumber,
  hazardRow,
  worseResponse,
  type HazardId,
  type HazardResponse,
} from './hazards.ts';
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
  OUTPUT_WARN_MS,
  OVERRUN_LIMIT_RATIO,
  SKIN_TEMPERATURE_CUT_C,
  SKIN_TEMPERATURE_WARN_C,
  STATUS_AGE_MAX_MS,
  STATUS_STALE_MAX_MS,
} from './limits.ts';
import {
  emitsMoreThanOff,
  type Observation,
  type SafetyMemory,
  type ZoneMemory,
  type ZoneObservation,
} from './observation.ts';

export interface ActiveHazard {
  readonly id: `H${string}`;
  /** 0-based; null concerns all, or is not known. */
  readonly zone: number | null;
  readonly response: HazardResponse;
  readonly by: 'controller' | 'belt';
}

export interface Verdict {
  readonly active: readonly ActiveHazard[];
  /** The worst response that concerns the whole session; hazards of single zones are in `active`. */
  readonly response: HazardResponse | 'none';
}

type Report = (id: HazardId, zone: number | null, response?: HazardResponse) => void;
type Evaluation = (observation: Observation, memory: SafetyMemory, report: Report) => void;

const armed = (observation: Observation): boolean =>
  observation.phase === 'countdown' || observation.phase === 'emitting' || observation.phase === 'paused';

/** Runs a judgement over the zones that are or shall be lit. */
const perZone =
  (
    judge: (
      zone: ZoneObservation,
      memory: ZoneMemory | undefined,
      observation: Observation,
    ) => HazardResponse | 'none' | 'row',
    id: HazardId,
  ): Evaluation =>
  (observation, memory, report) => {
    for (let index = 0; index < observation.zones.length; index++) {
      const zone = observation.zones[index];
      if (zone === undefined) continue;
      const response = judge(zone, memory.zones[index], observation);
      if (response === 'row') report(id, zone.zone);
      else if (response !== 'none') report(id, zone.zone, response);
    }
  };

const lasted = (sinceMs: number | undefined, nowMs: number, durationMs: number): boolean =>
  sinceMs !== undefined && nowMs - sinceMs >= durationMs;

const EVALUATIONS: Readonly<Record<HazardId, Evaluation>> = {
  H01: perZone((zone, _, { phase }) => {
    if (!zone.inTreatment || phase === 'beforeArming' || phase === 'stopping') return 'none';
    // A belt just switched on may have no reading yet during the countdown; none while light is due is a hazard.
    const fits = phase === 'countdown' && Number.isNaN(zone.skinTemperatureC);
    return fits || zone.skinTemperatureC < SKIN_TEMPERATURE_CUT_C ? 'none' : 'row';
  }, 'H01'),
  H05: (observation, memory, report) => {
    if (observation.phase !== 'emitting' && observation.phase !== 'paused') return;
    if (!(memory.contactLossCount <= CONTACT_LOSS_MAX_COUNT && memory.contactLostMs <= CONTACT_LOST_MAX_MS)) {
      report('H05', null, 'cutoff');
      return;
    }
    for (const zone of observation.zones) if (zone.inTreatment && !zone.contact) report('H05', zone.zone);
  },
  H06: perZone((zone) => {
    if (zone.prescribedJPerCm2 === 0) return 'none';
    const limit = zone.prescribedJPerCm2 * OVERRUN_LIMIT_RATIO;
    const reportedFits = zone.reportedJPerCm2 <= limit;
    const integratedFits = zone.integratedJPerCm2 <= limit + oneTickJPerCm2(zone);
    return reportedFits && integratedFits ? 'none' : 'row';
  }, 'H06'),
  H07: perZone((zone) => {
    const withinCap = zone.irradianceMwPerCm2 <= IRRADIANCE_MEASURED_MAX_MW_PER_CM2;
    const withinLimit = zone.irradianceMwPerCm2 / zone.exposureLimitMwPerCm2 <= EXPOSURE_SUM_MAX;
    return withinCap && withinLimit ? 'none' : 'row';
  }, 'H07'),
  H08: perZone((zone, memory, { nowMs }) => {
    if (!zone.lit || zone.irradianceSetMwPerCm2 === 0) return 'none';
    const belowPeak = zone.irradianceMwPerCm2 <= zone.irradianceSetMwPerCm2 * OUTPUT_PEAK_RATIO;
    return belowPeak && !lasted(memory?.deviatingSinceMs, nowMs, OUTPUT_TOLERANCE_MS) ? 'none' : 'row';
  }, 'H08'),
  H09: perZone(
    (zone) =>
      zone.lit && !(zone.irradianceMwPerCm2 >= zone.irradianceExpectedMwPerCm2 * DEAD_RATIO) ? 'row' : 'none',
    'H09',
  ),
  H10: perZone(
    (zone, memory, { nowMs }) =>
      zone.offExpected && emitsMoreThanOff(zone) && lasted(memory?.offSinceMs, nowMs, OFF_SETTLE_MS)
        ? 'row'
        : 'none',
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
/** A belt may know hazards that we do not: it stays right. */
const UNKNOWN_RESPONSE: HazardResponse = 'cutoff';

function addReported(mask: number, active: ActiveHazard[]): void {
  for (let number = 1; mask >>> (number - 1) !== 0 && number <= 24; number++) {
    if (((mask >>> (number - 1)) & 1) === 0) continue;
    const row = hazardOfNumber(number);
    active.push({
      id: row?.id ?? hazardName(number),
      zone: null,
      response: row?.response ?? UNKNOWN_RESPONSE,
      by: 'belt',
    });
  }
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
      response: response ?? hazardRow(id)?.response ?? UNKNOWN_RESPONSE,
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

/** What a person should be told before it becomes a hazard. */
export function warningsOf(observation: Observation, memory: SafetyMemory): readonly string[] {
  const warnings: string[] = [];
  for (let index = 0; index < observation.zones.length; index++) {
    const zone = observation.zones[index];
    if (zone === undefined || !zone.inTreatment) continue;
    if (zone.skinTemperatureC >= SKIN_TEMPERATURE_WARN_C)
      warnings.push(`L${zone.zone + 1}: skin at ${zone.skinTemperatureC.toFixed(1)} °C`);
    if (lasted(memory.zones[index]?.driftingSinceMs, observation.nowMs, OUTPUT_WARN_MS))
      warnings.push(`L${zone.zone + 1}: output more than 10 % away from what is set`);
  }
  return warnings;
}
