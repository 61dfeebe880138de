// The value of the Feature characteristic: what a belt says about itself.
import { byteAt, crc16, readU16, readU24, writeU16, writeU24 } from './bytes.ts';
import { failed } from './decoding.ts';
import { VALUE_MAX_BYTES } from './gatt.ts';
import {
  COUNTDOWN_MIN_MS,
  EMITTER_MAX_COUNT,
  LEASE_TTL_MS,
  PROTOCOL_VERSION,
  ZONE_MAX_COUNT,
  type Decoded,
  type EmitterFeature,
  type Features,
} from './messages.ts';

const FEATURE_HEADER_BYTES = 30;
const FEATURE_EMITTER_BYTES = 9;
export const FEATURE_MAX_BYTES = FEATURE_HEADER_BYTES + EMITTER_MAX_COUNT * FEATURE_EMITTER_BYTES + 2;
const FEATURE_FLAG = { simulated: 1, paired: 2, hasButton: 4 } as const;

/** The value of the Feature characteristic; a CRC closes it. */
export function encodeFeatures(features: Features): Uint8Array {
  const end = FEATURE_HEADER_BYTES + features.emitters.length * FEATURE_EMITTER_BYTES;
  const bytes = new Uint8Array(end + 2);
  bytes[0] = features.protocolMajor;
  bytes[1] = features.protocolMinor;
  bytes[2] =
    (features.simulated ? FEATURE_FLAG.simulated : 0) |
    (features.paired ? FEATURE_FLAG.paired : 0) |
    (features.hasButton ? FEATURE_FLAG.hasButton : 0);
  bytes.set(features.beltId.subarray(0, 8), 3);
  bytes.set(features.firmwareVersion, 11);
  bytes[14] = features.zoneCount;
  bytes[15] = features.emitters.length;
  writeU16(bytes, 16, features.leaseTtlMs);
  writeU16(bytes, 18, features.countdownMs);
  writeU16(bytes, 20, features.sessionMaxS);
  writeU16(bytes, 22, features.skinTemperatureCutCentiC);
  writeU24(bytes, 24, features.radiantExposureMaxTenMicroJPerCm2);
  writeU16(bytes, 27, features.measurementUncertaintyCentiPercent);
  bytes[29] = 0;
  let at = FEATURE_HEADER_BYTES;
  for (const emitter of features.emitters) {
    bytes[at] = emitter.zone;
    writeU16(bytes, at + 1, emitter.wavelengthNm);
    writeU16(bytes, at + 3, emitter.areaCentiCm2);
    writeU16(bytes, at + 5, emitter.radiantPowerMaxCentiMw);
    writeU16(bytes, at + 7, emitter.irradianceMaxCentiMwPerCm2);
    at += FEATURE_EMITTER_BYTES;
  }
  writeU16(bytes, end, crc16(bytes, 0, end));
  return bytes;
}

export function decodeFeatures(bytes: Uint8Array): Decoded<Features> {
  const end = bytes.length - 2;
  if (!(end >= 1 && bytes.length <= VALUE_MAX_BYTES)) return failed('length');
  if (crc16(bytes, 0, end) !== readU16(bytes, end)) return failed('check');
  // Before the layout: another major version may be laid out in another way, behind the same first byte and CRC.
  if (byteAt(bytes, 0) !== PROTOCOL_VERSION.major) return failed('version');
  if (end < FEATURE_HEADER_BYTES) return failed('length');
  const zoneCount = byteAt(bytes, 14);
  const emitterCount = byteAt(bytes, 15);
  if (emitterCount * FEATURE_EMITTER_BYTES !== end - FEATURE_HEADER_BYTES) return failed('length');
  if (!(zoneCount >= 1 && zoneCount <= ZONE_MAX_COUNT && emitterCount >= 1)) return failed('range');
  const leaseTtlMs = readU16(bytes, 16);
  const countdownMs = readU16(bytes, 18);
  // A belt outside these would keep light on for longer, or start it sooner, than this protocol promises.
  if (!(leaseTtlMs >= 1 && leaseTtlMs <= LEASE_TTL_MS && countdownMs >= COUNTDOWN_MIN_MS))
    return failed('range');
  const emitters: EmitterFeature[] = [];
  for (let at = FEATURE_HEADER_BYTES; at < end; at += FEATURE_EMITTER_BYTES) {
    const emitter: EmitterFeature = {
      zone: byteAt(bytes, at),
      wavelengthNm: readU16(bytes, at + 1),
      areaCentiCm2: readU16(bytes, at + 3),
      radiantPowerMaxCentiMw: readU16(bytes, at + 5),
      irradianceMaxCentiMwPerCm2: readU16(bytes, at + 7),
    };
    if (!(emitter.zone < zoneCount && emitter.areaCentiCm2 > 0)) return failed('range');
    emitters.push(emitter);
  }
  const flags = byteAt(bytes, 2);
  return {
    ok: true,
    value: {
      protocolMajor: byteAt(bytes, 0),
      protocolMinor: byteAt(bytes, 1),
      simulated: (flags & FEATURE_FLAG.simulated) !== 0,
      paired: (flags & FEATURE_FLAG.paired) !== 0,
      hasButton: (flags & FEATURE_FLAG.hasButton) !== 0,
      beltId: bytes.slice(3, 11),
      firmwareVersion: [byteAt(bytes, 11), byteAt(bytes, 12), byteAt(bytes, 13)],
      zoneCount,
      leaseTtlMs,
      countdownMs,
      sessionMaxS: readU16(bytes, 20),
      skinTemperatureCutCentiC: readU16(bytes, 22),
      radiantExposureMaxTenMicroJPerCm2: readU24(bytes, 24),
      measurementUncertaintyCentiPercent: readU16(bytes, 27),
      emitters,
    },
  };
}
