// Between the units of the wire and those of a clinician. What the controller asks for is rounded so that the belt is
// never told more than was meant: irradiance, radiant exposure, ceiling and time limit go down.
import { fromHex, toHex } from '../../protocol/bytes.ts';
import {
  decodePrescription,
  encodePrescription,
  PRESCRIPTION_ENTRY_MAX_COUNT,
} from '../../protocol/documents.ts';
import {
  CEILING_FULL,
  SESSION_TAG_BYTES,
  STEP_MAX_COUNT,
  type Features,
  type Lease,
  type PrescriptionEntry,
  type SessionRecord,
  type Tick,
} from '../../protocol/messages.ts';
import type {
  BeltProfile,
  BeltRecord,
  BeltRecordEntry,
  BeltReport,
  LeaseRequest,
  PrescribedZone,
  Prescription,
} from './belt.ts';

/** Wire counts in one unit of this program. */
const CENTI = 100;
const DECI = 10;
const TEN_MICRO = 100_000;
const PER_10K = 10_000;
const U8_MAX = 0xff;
const U16_MAX = 0xffff;
const U24_MAX = 0xffffff;
const U32_MAX = 0xffffffff;

/** The largest whole count that is not above the value: 0.29 stays 29 hundredths although 0.29 · 100 < 29 in floats. */
export function countDown(value: number, perUnit: number): number {
  const nearest = Math.round(value * perUnit);
  return nearest / perUnit > value ? nearest - 1 : nearest;
}

const countNearest = (value: number, perUnit: number): number => Math.round(value * perUnit);

export function profileOf(features: Features): BeltProfile {
  const [major, minor, patch] = features.firmwareVersion;
  return {
    beltId: toHex(features.beltId),
    simulated: features.simulated,
    paired: features.paired,
    hasButton: features.hasButton,
    firmwareVersion: `${major}.${minor}.${patch}`,
    protocolVersion: `${features.protocolMajor}.${features.protocolMinor}`,
    zoneCount: features.zoneCount,
    leaseTtlMs: features.leaseTtlMs,
    countdownMs: features.countdownMs,
    sessionMaxS: features.sessionMaxS,
    skinTemperatureCutC: features.skinTemperatureCutCentiC / CENTI,
    radiantExposureMaxJPerCm2: features.radiantExposureMaxTenMicroJPerCm2 / TEN_MICRO,
    measurementUncertainty: features.measurementUncertaintyCentiPercent / PER_10K,
    emitters: features.emitters.map((emitter) => ({
      zone: emitter.zone,
      wavelengthNm: emitter.wavelengthNm,
      areaCm2: emitter.areaCentiCm2 / CENTI,
      radiantPowerMaxMw: emitter.radiantPowerMaxCentiMw / CENTI,
      irradianceMaxMwPerCm2: emitter.irradianceMaxCentiMwPerCm2 / CENTI,
    })),
  };
}

export function reportOf(tick: Tick): BeltReport {
  return {
    tick: tick.tick,
    state: tick.state,
    stopLatched: tick.stopLatched,
    emission: tick.emission,
    leaseLive: tick.leaseLive,
    charging: tick.charging,
    buttonPressed: tick.buttonPressed,
    commandId: tick.commandId,
    epoch: tick.epoch,
    step: tick.step,
    leaseAgeTicks: tick.leaseAgeTicks,
    beltTimeMs: tick.uptimeMs,
    batteryPercent: tick.batteryPercent,
    hazards: tick.hazards,
    zones: tick.zones.map((zone) => ({
      zone: zone.zone,
      status: zone.status,
      contact: zone.contact,
      lit: zone.lit,
      radiantPowerMw: zone.powerCentiMw / CENTI,
      deliveredJPerCm2: zone.deliveredTenMicroJPerCm2 / TEN_MICRO,
      skinTemperatureC: zone.skinTemperatureCentiC === undefined ? NaN : zone.skinTemperatureCentiC / CENTI,
    })),
  };
}

/** Undefined when the record names an emitter that the belt does not have. */
export function recordOf(record: SessionRecord, features: Features): BeltRecord | undefined {
  const entries: BeltRecordEntry[] = [];
  for (const entry of record.entries) {
    const emitter = features.emitters[entry.emitter];
    if (emitter?.zone !== entry.zone) return undefined;
    entries.push({
      step: entry.step,
      zone: entry.zone,
      wavelengthNm: emitter.wavelengthNm,
      status: entry.status,
      prescribedJPerCm2: entry.prescribedTenMicroJPerCm2 / TEN_MICRO,
      deliveredJPerCm2: entry.deliveredTenMicroJPerCm2 / TEN_MICRO,
      emissionMs: entry.emissionCentiS * 10,
    });
  }
  return {
    number: record.number,
    kind: record.kind,
    cause: record.cause,
    sessionTag: toHex(record.sessionTag),
    durationMs: record.durationMs,
    hazards: record.hazards,
    entries,
  };
}

/** 8 bytes of a session tag, or undefined when it is not 16 hexadecimal digits. */
export function sessionTagOf(text: string): Uint8Array | undefined {
  const bytes = fromHex(text);
  return bytes?.length === SESSION_TAG_BYTES ? bytes : undefined;
}

/** A whole number within [min, max]; NaN is not. */
const fits = (count: number, min: number, max: number): boolean =>
  Number.isInteger(count) && count >= min && count <= max;

function entryOf(zone: PrescribedZone, step: number, features: Features): PrescriptionEntry | undefined {
  const emitter = features.emitters.findIndex(
    (candidate) => candidate.zone === zone.zone && candidate.wavelengthNm === zone.wavelengthNm,
  );
  const entry: PrescriptionEntry = {
    step,
    zone: zone.zone,
    emitter,
    irradianceCentiMwPerCm2: countDown(zone.irradianceMwPerCm2, CENTI),
    pulseFrequencyDeciHz: countNearest(zone.pulseFrequencyHz, DECI),
    dutyCyclePer10k: countNearest(zone.dutyCycle, PER_10K),
    radiantExposureTenMicroJPerCm2: countDown(zone.radiantExposureJPerCm2, TEN_MICRO),
    rampUpDeciS: countNearest(zone.rampUpS, DECI),
    rampDownDeciS: countNearest(zone.rampDownS, DECI),
  };
  const fitsWire =
    emitter >= 0 &&
    fits(entry.irradianceCentiMwPerCm2, 1, U16_MAX) &&
    fits(entry.pulseFrequencyDeciHz, 0, U16_MAX) &&
    fits(entry.dutyCyclePer10k, 1, PER_10K) &&
    fits(entry.radiantExposureTenMicroJPerCm2, 1, U24_MAX) &&
    fits(entry.rampUpDeciS, 0, U8_MAX) &&
    fits(entry.rampDownDeciS, 0, U8_MAX);
  return fitsWire ? entry : undefined;
}

/** The bytes of a prescription, or undefined when the wire or this belt cannot carry it as it is meant. */
export function prescriptionBytesOf(prescription: Prescription, features: Features): Uint8Array | undefined {
  const sessionTag = sessionTagOf(prescription.sessionTag);
  const timeLimitS = countDown(prescription.timeLimitS, 1);
  const stepCount = prescription.steps.length;
  if (sessionTag === undefined || !fits(timeLimitS, 1, U16_MAX) || !fits(stepCount, 1, STEP_MAX_COUNT))
    return undefined;
  const entries: PrescriptionEntry[] = [];
  for (const [step, zones] of prescription.steps.entries()) {
    for (const zone of zones) {
      const entry = entryOf(zone, step, features);
      if (entry === undefined || entries.length >= PRESCRIPTION_ENTRY_MAX_COUNT) return undefined;
      entries.push(entry);
    }
  }
  const bytes = encodePrescription({ sessionTag, stepCount, timeLimitS, entries });
  // Empty steps and a zone twice in one step are the shape's business: whoever cannot read it back must not send it.
  return decodePrescription(bytes).ok ? bytes : undefined;
}

/** Undefined for what no lease can say; then none is sent, and the belt is dark in time. */
export function wireLeaseOf(request: LeaseRequest): Lease | undefined {
  const ceiling = countDown(Math.min(1, request.ceiling), CEILING_FULL);
  const fitsWire =
    fits(request.tick, 0, U32_MAX) &&
    fits(request.step, 0, STEP_MAX_COUNT - 1) &&
    fits(request.zones, 0, U8_MAX) &&
    fits(ceiling, 0, CEILING_FULL) &&
    fits(request.epoch, 0, U8_MAX);
  return fitsWire ? { ...request, ceiling } : undefined;
}
