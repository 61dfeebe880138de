// What the belt lets a controller ask for. Its own limits, whatever the controller has checked before.
import type { AnswerCode, PrescriptionEntry, WirePrescription } from '../../protocol/messages.ts';
import type { Board } from '../board.ts';
import { RAMP_FLOOR } from './emission.ts';
import {
  BACKSTOP_RATIO,
  FLICKER_MAX_HZ,
  FLICKER_MIN_HZ,
  PROGRAM_CAP_MW_PER_CM2,
  RADIANT_EXPOSURE_MAX_MJ_PER_CM2,
  SESSION_MAX_MS,
  VISIBLE_MAX_NM,
  VISIBLE_MIN_NM,
  skinLimitMwPerCm2,
} from './limits.ts';
import { ENTRY_MAX_COUNT, type Entry } from './state.ts';

export interface Refusal {
  readonly code: AnswerCode;
  readonly hazard: number;
  readonly zone: number;
}
export const NO_ZONE = 0xff;
export const refusal = (code: AnswerCode, hazard = 0, zone = NO_ZONE): Refusal => ({ code, hazard, zone });

export type ProgramCheck =
  | { readonly ok: true; readonly entries: readonly Entry[]; readonly backstopMs: number }
  | { readonly ok: false; readonly refusal: Refusal };

const DUTY_FULL = 10_000;
const CENTI = 100;
/** Set values of 1/100 mW/cm² may round up by half of one. */
const ROUNDING_MW_PER_CM2 = 0.005;

/** Time on of a dose with linear ramps; a dose too small for both ramps never reaches the plateau. */
function plannedMsOf(prescribedMjPerCm2: number, irradiance: number, upMs: number, downMs: number): number {
  const fullMs = (prescribedMjPerCm2 / irradiance) * 1000;
  const rampsMs = upMs + downMs;
  return fullMs >= rampsMs / 2 ? fullMs + rampsMs / 2 : Math.sqrt(2 * fullMs * rampsMs);
}

function refusalOfEntry(board: Board, entry: PrescriptionEntry): Refusal | undefined {
  const { zone, emitter } = entry;
  if (!(zone < board.zoneCount && emitter < board.emitterCount && board.emitterZone[emitter] === zone))
    return refusal('invalidOperand', 0, zone);
  const irradiance = entry.irradianceCentiMwPerCm2 / CENTI;
  const duty = entry.dutyCyclePer10k / DUTY_FULL;
  const frequencyHz = entry.pulseFrequencyDeciHz / 10;
  const pulsed = frequencyHz > 0;
  if (pulsed !== duty < 1) return refusal('invalidOperand', 0, zone);
  const powerMw = irradiance * board.emitterAreaCm2[emitter]!;
  const wavelengthNm = board.emitterWavelengthNm[emitter]!;
  if (!(irradiance > 0 && irradiance <= PROGRAM_CAP_MW_PER_CM2)) return refusal('beyondLimits', 7, zone);
  if (!(irradiance <= skinLimitMwPerCm2(wavelengthNm))) return refusal('beyondLimits', 7, zone);
  const roundingMw = ROUNDING_MW_PER_CM2 * board.emitterAreaCm2[emitter]!;
  if (!((powerMw - roundingMw) / duty <= board.emitterPowerMaxMw[emitter]!))
    return refusal('beyondLimits', 7, zone);
  const exposure = entry.radiantExposureTenMicroJPerCm2 / CENTI;
  if (!(exposure > 0 && exposure <= RADIANT_EXPOSURE_MAX_MJ_PER_CM2)) return refusal('beyondLimits', 6, zone);
  const visible = wavelengthNm >= VISIBLE_MIN_NM && wavelengthNm <= VISIBLE_MAX_NM;
  if (visible && pulsed && frequencyHz >= FLICKER_MIN_HZ && frequencyHz <= FLICKER_MAX_HZ)
    return refusal('beyondLimits', 22, zone);
  return undefined;
}

function compile(board: Board, entry: PrescriptionEntry): Entry {
  const irradianceMwPerCm2 = entry.irradianceCentiMwPerCm2 / CENTI;
  const prescribedMjPerCm2 = entry.radiantExposureTenMicroJPerCm2 / CENTI;
  const rampUpMs = entry.rampUpDeciS * 100;
  const rampDownMs = entry.rampDownDeciS * 100;
  return {
    step: entry.step,
    zone: entry.zone,
    emitter: entry.emitter,
    areaCm2: board.emitterAreaCm2[entry.emitter]!,
    irradianceMwPerCm2,
    prescribedMjPerCm2,
    rampUpMs,
    rampDownMs,
    frequencyHz: entry.pulseFrequencyDeciHz / 10,
    dutyCycle: entry.dutyCyclePer10k / DUTY_FULL,
    plannedMs: plannedMsOf(prescribedMjPerCm2, irradianceMwPerCm2, rampUpMs, rampDownMs),
    restMjPerCm2: Math.max(
      prescribedMjPerCm2 * 1e-5,
      (RAMP_FLOOR * RAMP_FLOOR * irradianceMwPerCm2 * rampDownMs) / 2000,
    ),
  };
}

export function checkProgram(board: Board, prescription: WirePrescription): ProgramCheck {
  if (!(prescription.entries.length <= ENTRY_MAX_COUNT))
    return { ok: false, refusal: refusal('invalidOperand') };
  const doses = new Map<number, number>();
  for (const entry of prescription.entries) {
    const refused = refusalOfEntry(board, entry);
    if (refused !== undefined) return { ok: false, refusal: refused };
    const sum = (doses.get(entry.zone) ?? 0) + entry.radiantExposureTenMicroJPerCm2 / CENTI;
    if (!(sum <= RADIANT_EXPOSURE_MAX_MJ_PER_CM2))
      return { ok: false, refusal: refusal('beyondLimits', 6, entry.zone) };
    doses.set(entry.zone, sum);
  }
  const entries = prescription.entries.map((entry) => compile(board, entry));
  const stepMs = new Float64Array(prescription.stepCount);
  for (const entry of entries)
    if (entry.plannedMs > stepMs[entry.step]!) stepMs[entry.step] = entry.plannedMs;
  const plannedMs = stepMs.reduce((sum, step) => sum + step, 0);
  const limitMs = prescription.timeLimitS * 1000;
  if (!(plannedMs <= SESSION_MAX_MS && limitMs <= SESSION_MAX_MS && plannedMs <= limitMs))
    return { ok: false, refusal: refusal('beyondLimits', 12) };
  const backstopMs = Math.min(limitMs, plannedMs * BACKSTOP_RATIO, SESSION_MAX_MS);
  return { ok: true, entries, backstopMs };
}
