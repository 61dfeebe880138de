// What the controller remembers of the skin's temperature: its thermal dose (H02), and one reading a second of light, from
// which a fast rise (H03) and a sensor that stands still (H04) are seen. Most ticks change nothing of it.
import { computeThermalDoseMin, COUNTS_FROM_C } from '../dosimetry/thermal-dose.ts';
import type { Observation, ZoneObservation } from './observation.ts';
import { RISE_WINDOW_MS, SENSOR_STUCK_MS, SKIN_TEMPERATURE_CUT_C } from './limits.ts';

export interface ThermalDose {
  readonly doseMin: number;
  /** The newest temperature, as far as it counts; 0 for skin that is cool. */
  readonly warmC: number;
}
export const NO_THERMAL_DOSE: ThermalDose = { doseMin: 0, warmC: 0 };

export interface SkinSample {
  readonly atMs: number;
  /** Light of the session until then. */
  readonly emissionMs: number;
  /** By the zones' order. */
  readonly skinC: readonly number[];
  /** Bit n: zone n of that order gave another reading since the sample before. */
  readonly changed: number;
}

export interface SkinHistory {
  /** Newest last; as far back as 60 s of light. */
  readonly samples: readonly SkinSample[];
  /** By the zones' order; empty until there are 30 s of samples. */
  readonly risesCPerMin: readonly number[];
  /** As in a sample: since the newest. */
  readonly changed: number;
}
export const NO_SKIN_HISTORY: SkinHistory = { samples: [], risesCPerMin: [], changed: 0 };

const SAMPLE_MS = 1000;
/** A second of light that is not over after so long was not all light. */
const DARK_MS = 2 * SAMPLE_MS;
const PER_MIN = 60_000;

const isReading = (celsius: number): boolean => celsius >= 0 && celsius <= 100;

/** What an interval that ends now counts at: nobody knows how warm skin is whose sensor says nothing. */
function countedC(zone: ZoneObservation, observation: Observation): number {
  if (isReading(zone.skinTemperatureC)) return zone.skinTemperatureC;
  return zone.inTreatment && observation.phase !== 'countdown' ? SKIN_TEMPERATURE_CUT_C : 0;
}

/** Each interval counts at its hotter end. The same array as long as all zones are cool. */
export function rememberThermalDoses(
  before: readonly ThermalDose[],
  observation: Observation,
  elapsedMs: number,
): readonly ThermalDose[] {
  const { phase, zones } = observation;
  if (phase === 'beforeArming' || phase === 'stopping') return before;
  let next: ThermalDose[] | undefined;
  for (let index = 0; index < zones.length; index++) {
    const zone = zones[index];
    if (zone === undefined) continue;
    const known = before[index] ?? NO_THERMAL_DOSE;
    const celsius = countedC(zone, observation);
    const warmC = celsius >= COUNTS_FROM_C ? celsius : 0;
    if (warmC === 0 && known.warmC === 0) continue;
    const added = computeThermalDoseMin(Math.max(known.warmC, warmC), elapsedMs / 1000);
    // Both temperatures were checked: what cannot be computed is time that is none, and no time to stay lit.
    const addedMin = added.ok ? added.value : NaN;
    next ??= zones.map((_, at) => before[at] ?? NO_THERMAL_DOSE);
    next[index] = { doseMin: known.doseMin + addedMin, warmC };
  }
  return next ?? before;
}

/**
 * By how much one zone's temperature rises, from sample `first` on: the slope of the line of least squares, in which one
 * noisy reading weighs little, and never more than from the first to the last, in which a jump is no more than it is.
 */
function riseCPerMin(samples: readonly SkinSample[], first: number, zone: number): number {
  const originMs = samples[first]?.atMs ?? NaN;
  let count = 0;
  let sumX = 0;
  let sumY = 0;
  let sumXx = 0;
  let sumXy = 0;
  for (let index = first; index < samples.length; index++) {
    const sample = samples[index];
    if (sample === undefined) continue;
    const x = (sample.atMs - originMs) / PER_MIN;
    const y = sample.skinC[zone] ?? NaN;
    count += 1;
    sumX += x;
    sumY += y;
    sumXx += x * x;
    sumXy += x * y;
  }
  const slope = (count * sumXy - sumX * sumY) / (count * sumXx - sumX * sumX);
  const last = samples.at(-1);
  const wholeC = (last?.skinC[zone] ?? NaN) - (samples[first]?.skinC[zone] ?? NaN);
  return Math.min(slope, (wholeC * PER_MIN) / ((last?.atMs ?? NaN) - originMs));
}

/** The newest sample that lies so far back; −1 when none does. Those before it do as well. */
function newestUntil(samples: readonly SkinSample[], isBack: (sample: SkinSample) => boolean): number {
  let found = -1;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index];
    if (sample === undefined || !isBack(sample)) break;
    found = index;
  }
  return found;
}

/** Zones that no longer read what the newest sample has. */
function changedZones({ samples, changed }: SkinHistory, zones: readonly ZoneObservation[]): number {
  const last = samples.at(-1);
  let mask = changed;
  for (let index = 0; index < zones.length; index++)
    if (zones[index]?.skinTemperatureC !== last?.skinC[index]) mask |= 1 << index;
  return mask;
}

/** By the zones' order, over the last 30 s and more; empty until samples go so far back. */
function risesUntil(samples: readonly SkinSample[], { nowMs, zones }: Observation): readonly number[] {
  const first = newestUntil(samples, (kept) => nowMs - kept.atMs >= RISE_WINDOW_MS);
  return first < 0 ? [] : zones.map((_, zone) => riseCPerMin(samples, first, zone));
}

/** Another sample for each second of light. */
export function rememberHistory(before: SkinHistory, observation: Observation): SkinHistory {
  const { nowMs, sessionEmissionMs: emissionMs, zones } = observation;
  if (observation.phase !== 'emitting' || zones.length === 0) return before;
  const changed = changedZones(before, zones);
  const last = before.samples.at(-1);
  const sampleNow = (): SkinSample => ({
    atMs: nowMs,
    emissionMs,
    skinC: zones.map((zone) => zone.skinTemperatureC),
    changed,
  });
  if (last !== undefined && !(emissionMs - last.emissionMs >= SAMPLE_MS)) {
    // Dark since then, by a rest or a pause: the skin has cooled, and its rise of before must not pause it for ever.
    const wasDark = nowMs - last.atMs >= DARK_MS;
    if (!wasDark && changed === before.changed) return before;
    const risesCPerMin = wasDark
      ? risesUntil([...before.samples, sampleNow()], observation)
      : before.risesCPerMin;
    return { samples: before.samples, risesCPerMin, changed };
  }
  const oldest = newestUntil(before.samples, (kept) => emissionMs - kept.emissionMs >= SENSOR_STUCK_MS);
  const samples = before.samples.slice(Math.max(0, oldest));
  samples.push(sampleNow());
  return { samples, risesCPerMin: risesUntil(samples, observation), changed: 0 };
}

/** The very same reading for 60 s of light. */
export function isStuck(history: SkinHistory, observation: Observation, index: number): boolean {
  const reading = observation.zones[index]?.skinTemperatureC;
  const { samples } = history;
  const bit = 1 << index;
  if ((history.changed & bit) !== 0) return false;
  for (let at = samples.length - 1; at >= 0; at--) {
    const sample = samples[at];
    if (sample === undefined || sample.skinC[index] !== reading) return false;
    if (observation.sessionEmissionMs - sample.emissionMs >= SENSOR_STUCK_MS) return true;
    if ((sample.changed & bit) !== 0) return false;
  }
  return false;
}
