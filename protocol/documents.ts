// Messages longer than a frame: commands and answers, the prescription, features, session records.
import {
  byteAt,
  clampCount,
  crc16,
  readU16,
  readU24,
  readU32,
  writeU16,
  writeU24,
  writeU32,
} from './bytes.ts';
import { causeOf, nameOfCode } from './codec.ts';
import {
  ANSWER,
  CAUSE,
  MESSAGE_MAX_BYTES,
  OP,
  PROTOCOL_VERSION,
  RECORD_KIND,
  STEP_MAX_COUNT,
  ZONE_MAX_COUNT,
  ZONE_STATUSES,
  type AnswerCode,
  type AnswerMessage,
  type CommandMessage,
  type Decoded,
  type EmitterFeature,
  type Features,
  type OpName,
  type PrescriptionEntry,
  type Problem,
  type RecordEntry,
  type RecordKind,
  type SessionRecord,
  type WirePrescription,
} from './messages.ts';

const failed = (problem: Problem): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem,
});
const opOf: (code: number) => keyof typeof OP | undefined = nameOfCode(OP);
const answerCodeOf: (code: number) => AnswerCode | undefined = nameOfCode(ANSWER);
const recordKindOf: (code: number) => RecordKind | undefined = nameOfCode(RECORD_KIND);

export function encodeCommand(command: CommandMessage): Uint8Array {
  const bytes = new Uint8Array(2 + command.operand.length);
  bytes[0] = OP[command.op];
  bytes[1] = command.commandId;
  bytes.set(command.operand, 2);
  return bytes;
}

export function decodeCommand(bytes: Uint8Array): Decoded<CommandMessage> {
  if (bytes.length < 2) return failed('length');
  const op = opOf(byteAt(bytes, 0));
  if (op === undefined || op === 'answer') return failed('code');
  return { ok: true, value: { op, commandId: byteAt(bytes, 1), operand: bytes.slice(2) } };
}

export function encodeAnswer(answer: AnswerMessage): Uint8Array {
  const bytes = new Uint8Array(4 + answer.operand.length);
  bytes[0] = OP.answer;
  bytes[1] = OP[answer.op];
  bytes[2] = answer.commandId;
  bytes[3] = ANSWER[answer.code];
  bytes.set(answer.operand, 4);
  return bytes;
}

export function decodeAnswer(bytes: Uint8Array): Decoded<AnswerMessage> {
  if (bytes.length < 4) return failed('length');
  const op = opOf(byteAt(bytes, 1));
  const code = answerCodeOf(byteAt(bytes, 3));
  if (byteAt(bytes, 0) !== OP.answer || op === undefined || op === 'answer' || code === undefined)
    return failed('code');
  return { ok: true, value: { op, commandId: byteAt(bytes, 2), code, operand: bytes.slice(4) } };
}

export const SESSION_TAG_BYTES = 8;
const PRESCRIPTION_HEADER_BYTES = 12;
const PRESCRIPTION_ENTRY_BYTES = 13;
/** As many as fit a message behind the command's two bytes. */
export const PRESCRIPTION_ENTRY_MAX_COUNT = Math.floor(
  (MESSAGE_MAX_BYTES - 2 - PRESCRIPTION_HEADER_BYTES) / PRESCRIPTION_ENTRY_BYTES,
);

export function encodePrescription(prescription: WirePrescription): Uint8Array {
  const bytes = new Uint8Array(
    PRESCRIPTION_HEADER_BYTES + prescription.entries.length * PRESCRIPTION_ENTRY_BYTES,
  );
  bytes[0] = PROTOCOL_VERSION.major;
  bytes.set(prescription.sessionTag.subarray(0, SESSION_TAG_BYTES), 1);
  bytes[9] = prescription.stepCount;
  writeU16(bytes, 10, prescription.timeLimitS);
  let at = PRESCRIPTION_HEADER_BYTES;
  for (const entry of prescription.entries) {
    bytes[at] = (entry.step << 4) | entry.zone;
    bytes[at + 1] = entry.emitter;
    writeU16(bytes, at + 2, entry.irradianceCentiMwPerCm2);
    writeU16(bytes, at + 4, entry.pulseFrequencyDeciHz);
    writeU16(bytes, at + 6, entry.dutyCyclePer10k);
    writeU24(bytes, at + 8, entry.radiantExposureTenMicroJPerCm2);
    bytes[at + 11] = entry.rampUpDeciS;
    bytes[at + 12] = entry.rampDownDeciS;
    at += PRESCRIPTION_ENTRY_BYTES;
  }
  return bytes;
}

const DUTY_FULL = 10_000;

/** Shape only: whether the belt allows it is the belt's business. Each zone at most once a step, steps from 0 without gaps. */
export function decodePrescription(bytes: Uint8Array): Decoded<WirePrescription> {
  const body = bytes.length - PRESCRIPTION_HEADER_BYTES;
  if (!(body >= PRESCRIPTION_ENTRY_BYTES) || body % PRESCRIPTION_ENTRY_BYTES !== 0) return failed('length');
  if (byteAt(bytes, 0) !== PROTOCOL_VERSION.major) return failed('version');
  const stepCount = byteAt(bytes, 9);
  if (!(stepCount >= 1 && stepCount <= STEP_MAX_COUNT)) return failed('range');
  const entries: PrescriptionEntry[] = [];
  const seen = new Set<number>();
  const steps = new Set<number>();
  for (let at = PRESCRIPTION_HEADER_BYTES; at < bytes.length; at += PRESCRIPTION_ENTRY_BYTES) {
    const key = byteAt(bytes, at);
    const step = key >>> 4;
    const zone = key & 0x0f;
    const dutyCyclePer10k = readU16(bytes, at + 6);
    if (!(zone < ZONE_MAX_COUNT && step < stepCount && dutyCyclePer10k >= 1 && dutyCyclePer10k <= DUTY_FULL))
      return failed('range');
    if (seen.has(key)) return failed('range');
    seen.add(key);
    steps.add(step);
    entries.push({
      step,
      zone,
      emitter: byteAt(bytes, at + 1),
      irradianceCentiMwPerCm2: readU16(bytes, at + 2),
      pulseFrequencyDeciHz: readU16(bytes, at + 4),
      dutyCyclePer10k,
      radiantExposureTenMicroJPerCm2: readU24(bytes, at + 8),
      rampUpDeciS: byteAt(bytes, at + 11),
      rampDownDeciS: byteAt(bytes, at + 12),
    });
  }
  if (steps.size !== stepCount) return failed('range');
  return {
    ok: true,
    value: {
      sessionTag: bytes.slice(1, 1 + SESSION_TAG_BYTES),
      stepCount,
      timeLimitS: readU16(bytes, 10),
      entries,
    },
  };
}

const FEATURE_HEADER_BYTES = 30;
const FEATURE_EMITTER_BYTES = 9;
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
  if (end < FEATURE_HEADER_BYTES || (end - FEATURE_HEADER_BYTES) % FEATURE_EMITTER_BYTES !== 0)
    return failed('length');
  if (crc16(bytes, 0, end) !== readU16(bytes, end)) return failed('check');
  if (byteAt(bytes, 0) !== PROTOCOL_VERSION.major) return failed('version');
  const zoneCount = byteAt(bytes, 14);
  const emitterCount = byteAt(bytes, 15);
  if (emitterCount * FEATURE_EMITTER_BYTES !== end - FEATURE_HEADER_BYTES) return failed('length');
  if (!(zoneCount >= 1 && zoneCount <= ZONE_MAX_COUNT && emitterCount >= 1)) return failed('range');
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
      leaseTtlMs: readU16(bytes, 16),
      countdownMs: readU16(bytes, 18),
      sessionMaxS: readU16(bytes, 20),
      skinTemperatureCutCentiC: readU16(bytes, 22),
      radiantExposureMaxTenMicroJPerCm2: readU24(bytes, 24),
      measurementUncertaintyCentiPercent: readU16(bytes, 27),
      emitters,
    },
  };
}

const RECORD_HEADER_BYTES = 28;
const RECORD_ENTRY_BYTES = 11;
/** Entries that fit one record beside its header and CRC; never fewer than a prescription has. */
export const RECORD_ENTRY_MAX_COUNT = Math.floor(
  (MESSAGE_MAX_BYTES - RECORD_HEADER_BYTES - 2) / RECORD_ENTRY_BYTES,
);

export function encodeRecord(record: SessionRecord): Uint8Array {
  const end = RECORD_HEADER_BYTES + record.entries.length * RECORD_ENTRY_BYTES;
  const bytes = new Uint8Array(end + 2);
  writeU32(bytes, 0, record.number);
  bytes[4] = RECORD_KIND[record.kind];
  bytes[5] = CAUSE[record.cause];
  bytes.set(record.sessionTag.subarray(0, SESSION_TAG_BYTES), 6);
  writeU16(bytes, 14, record.bootCount);
  writeU32(bytes, 16, record.startUptimeMs);
  writeU32(bytes, 20, record.durationMs);
  writeU24(bytes, 24, record.hazards);
  bytes[27] = record.entries.length;
  let at = RECORD_HEADER_BYTES;
  for (const entry of record.entries) {
    bytes[at] = (entry.step << 4) | entry.zone;
    bytes[at + 1] = (entry.emitter & 0x1f) | (ZONE_STATUSES.indexOf(entry.status) << 5);
    writeU24(bytes, at + 2, entry.prescribedTenMicroJPerCm2);
    writeU24(bytes, at + 5, clampCount(entry.deliveredTenMicroJPerCm2, 0xffffff));
    writeU24(bytes, at + 8, clampCount(entry.emissionCentiS, 0xffffff));
    at += RECORD_ENTRY_BYTES;
  }
  writeU16(bytes, end, crc16(bytes, 0, end));
  return bytes;
}

export function decodeRecord(bytes: Uint8Array): Decoded<SessionRecord> {
  const end = bytes.length - 2;
  if (end < RECORD_HEADER_BYTES) return failed('length');
  if (crc16(bytes, 0, end) !== readU16(bytes, end)) return failed('check');
  if (RECORD_HEADER_BYTES + byteAt(bytes, 27) * RECORD_ENTRY_BYTES !== end) return failed('length');
  const kind = recordKindOf(byteAt(bytes, 4));
  const cause = causeOf(byteAt(bytes, 5));
  if (kind === undefined || cause === undefined) return failed('code');
  const entries: RecordEntry[] = [];
  for (let at = RECORD_HEADER_BYTES; at < end; at += RECORD_ENTRY_BYTES) {
    const status = ZONE_STATUSES[byteAt(bytes, at + 1) >>> 5];
    if (status === undefined) return failed('code');
    entries.push({
      step: byteAt(bytes, at) >>> 4,
      zone: byteAt(bytes, at) & 0x0f,
      emitter: byteAt(bytes, at + 1) & 0x1f,
      status,
      prescribedTenMicroJPerCm2: readU24(bytes, at + 2),
      deliveredTenMicroJPerCm2: readU24(bytes, at + 5),
      emissionCentiS: readU24(bytes, at + 8),
    });
  }
  return {
    ok: true,
    value: {
      number: readU32(bytes, 0),
      kind,
      cause,
      sessionTag: bytes.slice(6, 6 + SESSION_TAG_BYTES),
      bootCount: readU16(bytes, 14),
      startUptimeMs: readU32(bytes, 16),
      durationMs: readU32(bytes, 20),
      hazards: readU24(bytes, 24),
      entries,
    },
  };
}

export type { OpName };
