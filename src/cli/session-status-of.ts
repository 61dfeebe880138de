// From the session's own view to what others are told: plain JSON, no NaN.
import type { SessionView } from '../session/view.ts';
import type { SessionStatus } from './session-status.ts';

const orNull = (value: number | null | undefined): number | null =>
  value === undefined || value === null || !Number.isFinite(value) ? null : value;

const round = (value: number, perUnit: number): number => Math.round(value * perUnit) / perUnit;
const roundOrNull = (value: number | null | undefined, perUnit: number): number | null => {
  const known = orNull(value);
  return known === null ? null : round(known, perUnit);
};
/** 1 µJ/cm²; the wire carries 10. */
const EXPOSURE_PER_UNIT = 1e6;

export function statusOf(view: SessionView, address: string): SessionStatus {
  return {
    state: view.state,
    emission: view.emission,
    awaitsButton: view.awaitsButton,
    plan: view.planName,
    session: view.sessionTag,
    address,
    simulated: view.profile?.simulated ?? null,
    processId: process.pid,
    itemIndex: view.itemIndex,
    itemCount: view.itemCount,
    elapsedMs: round(orNull(view.elapsedMs) ?? 0, 1000),
    plannedDurationMs: roundOrNull(view.plannedDurationMs, 1000),
    countdownRemainingMs: roundOrNull(view.countdownRemainingMs, 1000),
    batteryPercent: orNull(view.batteryPercent),
    statusAgeMs: roundOrNull(view.statusAgeMs, 1000),
    pauseCause: view.pause?.cause ?? null,
    pauseRemainingMs: roundOrNull(view.pause?.remainingMs, 1000),
    hazards: view.hazards,
    warnings: view.warnings,
    badFrameCount: view.badFrameCount,
    zones: view.zones().map((zone) => ({
      zone: zone.zone,
      wavelengthNm: zone.wavelengthNm,
      irradianceMwPerCm2: zone.irradianceMwPerCm2,
      prescribedJPerCm2: round(zone.prescribedJPerCm2, EXPOSURE_PER_UNIT),
      deliveredJPerCm2: round(zone.deliveredJPerCm2, EXPOSURE_PER_UNIT),
      deliveredUpperJPerCm2: round(zone.deliveredUpperJPerCm2, EXPOSURE_PER_UNIT),
      certainty: zone.certainty,
      skinTemperatureC: orNull(zone.skinTemperatureC),
      contact: zone.contact,
      status: zone.status,
    })),
  };
}
