// One session in the belt's own log, as it travels in segments on Record data.
import {
  byteAt,
  clampReading,
  crc16,
  readU16,
  readU24,
  readU32,
  writeU16,
  writeU24,
  writeU32,
} from './bytes.ts';
import { causeOf, failed, nameOfCode } from './decoding.ts';
import {
  CAUSE,
  MESSAGE_MAX_BYTES,
  RECORD_KIND,
  SESSION_TAG_BYTES,
  STEP_MAX_COUNT,
  ZONE_MAX_COUNT,
  ZONE_STATUSES,
  type Decoded,
  type RecordEntry,
  type RecordKind,
  type SessionRecord,
} from './messages.ts';

const recordKindOf: (code: number) => RecordKind | undefined = nameOfCode(RECORD_KIND);

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
    writeU24(bytes, at + 5, clampReading(entry.deliveredTenMicroJPerCm2, 0xffffff));
    writeU24(bytes, at + 8, clampReading(entry.emissionCentiS, 0xffffff));
    at += RECORD_ENTRY_BYTES;
  }
  writeU16(bytes, end, crc16(bytes, 0, end));
  return bytes;
}

export function decodeRecord(bytes: Uint8Array): Decoded<SessionRecord> {
  const end = bytes.length - 2;
  if (!(end >= RECORD_HEADER_BYTES && bytes.length <= MESSAGE_MAX_BYTES)) return failed('length');
  if (crc16(bytes, 0, end) !== readU16(bytes, end)) return failed('check');
  if (RECORD_HEADER_BYTES + byteAt(bytes, 27) * RECORD_ENTRY_BYTES !== end) return failed('length');
  const kind = recordKindOf(byteAt(bytes, 4));
  const cause = causeOf(byteAt(bytes, 5));
  if (kind === undefined || cause === undefined) return failed('code');
  const entries: RecordEntry[] = [];
  for (let at = RECORD_HEADER_BYTES; at < end; at += RECORD_ENTRY_BYTES) {
    const status = ZONE_STATUSES[byteAt(bytes, at + 1) >>> 5];
    if (status === undefined) return failed('code');
    const step = byteAt(bytes, at) >>> 4;
    const zone = byteAt(bytes, at) & 0x0f;
    if (!(step < STEP_MAX_COUNT && zone < ZONE_MAX_COUNT)) return failed('range');
    entries.push({
      step,
      zone,
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
