// Messages longer than a frame: commands and answers, the prescription, features, session records.
import { byteAt, readU16, readU24, writeU16, writeU24 } from './bytes.ts';
import { failed, nameOfCode } from './decoding.ts';
import {
  ANSWER,
  EMITTER_MAX_COUNT,
  MESSAGE_MAX_BYTES,
  OP,
  PROTOCOL_VERSION,
  SESSION_TAG_BYTES,
  STEP_MAX_COUNT,
  ZONE_MAX_COUNT,
  type AnswerCode,
  type AnswerMessage,
  type CommandMessage,
  type Decoded,
  type PrescriptionEntry,
  type WirePrescription,
} from './messages.ts';

export { SESSION_TAG_BYTES, type OpName } from './messages.ts';
export { decodeFeatures, encodeFeatures } from './features.ts';
export { RECORD_ENTRY_MAX_COUNT, decodeRecord, encodeRecord } from './records.ts';

const opOf: (code: number) => keyof typeof OP | undefined = nameOfCode(OP);
const answerCodeOf: (code: number) => AnswerCode | undefined = nameOfCode(ANSWER);

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
  if (bytes.length >= 1 && byteAt(bytes, 0) !== PROTOCOL_VERSION.major) return failed('version');
  if (!(body >= PRESCRIPTION_ENTRY_BYTES && body <= PRESCRIPTION_ENTRY_MAX_COUNT * PRESCRIPTION_ENTRY_BYTES))
    return failed('length');
  if (body % PRESCRIPTION_ENTRY_BYTES !== 0) return failed('length');
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
    if (!(byteAt(bytes, at + 1) < EMITTER_MAX_COUNT)) return failed('range');
    // Frequency 0 is continuous. With a smaller duty cycle it could be read as continuous light at the peak.
    if (readU16(bytes, at + 4) === 0 && dutyCyclePer10k !== DUTY_FULL) return failed('range');
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
