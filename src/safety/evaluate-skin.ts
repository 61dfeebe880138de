// The hazards of the skin under the belt (H01–H04), judged from the one temperature per zone that a belt reports.
import { perZone, type Evaluation } from './evaluation.ts';
import {
  RISE_MAX_C_PER_MIN,
  SENSOR_MAX_C,
  SENSOR_MIN_C,
  SKIN_TEMPERATURE_CUT_C,
  START_TEMPERATURE_MAX_C,
  START_TEMPERATURE_MIN_C,
  THERMAL_DOSE_CUT_MIN,
} from './limits.ts';
import type { SafetyPhase, ZoneObservation } from './observation.ts';
import { isStuck, NO_THERMAL_DOSE } from './skin-memory.ts';

/** A belt just switched on may have no reading yet during the countdown; none while light is due is a hazard. */
const isJudged = (zone: ZoneObservation, phase: SafetyPhase): boolean =>
  zone.inTreatment &&
  phase !== 'beforeArming' &&
  phase !== 'stopping' &&
  !(phase === 'countdown' && Number.isNaN(zone.skinTemperatureC));

export const judgeHeat = perZone(
  (zone, _, { phase }) => isJudged(zone, phase) && !(zone.skinTemperatureC < SKIN_TEMPERATURE_CUT_C),
  'H01',
);

export const judgeThermalDose: Evaluation = ({ phase, zones }, { thermalDoses }, report) => {
  if (phase === 'beforeArming' || phase === 'stopping') return;
  for (let index = 0; index < zones.length; index++) {
    const zone = zones[index];
    const { doseMin } = thermalDoses[index] ?? NO_THERMAL_DOSE;
    if (zone !== undefined && !(doseMin < THERMAL_DOSE_CUT_MIN)) report('H02', zone.zone);
  }
};

/** Zones without contact are H05: the air says nothing about the skin. */
const mayStart = (zone: ZoneObservation, isReadingDue: boolean): boolean =>
  !(zone.isPrescribed && zone.contact) ||
  (Number.isNaN(zone.skinTemperatureC) && !isReadingDue) ||
  (zone.skinTemperatureC >= START_TEMPERATURE_MIN_C && zone.skinTemperatureC <= START_TEMPERATURE_MAX_C);

export const judgeStartAndRise: Evaluation = (observation, { skinHistory }, report) => {
  const { phase, zones, isStarting, isReadingDue } = observation;
  for (let index = 0; index < zones.length; index++) {
    const zone = zones[index];
    if (zone === undefined) continue;
    if (isStarting && !mayStart(zone, isReadingDue)) report('H03', zone.zone, 'refuse');
    if (phase !== 'emitting' || !zone.inTreatment) continue;
    const rise = skinHistory.risesCPerMin[index];
    if (rise !== undefined && !(rise <= RISE_MAX_C_PER_MIN)) report('H03', zone.zone);
  }
};

/**
 * Of the belt's two sensors per zone the controller sees one value: it can tell that it is impossible or that it stands
 * still, never that the two disagree.
 */
export const judgeSensor: Evaluation = (observation, { skinHistory }, report) => {
  for (let index = 0; index < observation.zones.length; index++) {
    const zone = observation.zones[index];
    if (zone === undefined || !isJudged(zone, observation.phase)) continue;
    const isPossible = zone.skinTemperatureC >= SENSOR_MIN_C && zone.skinTemperatureC <= SENSOR_MAX_C;
    if (!isPossible || isStuck(skinHistory, observation, index)) report('H04', zone.zone);
  }
};
