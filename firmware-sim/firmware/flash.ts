// What survives a reboot and a loss of power: counters, latches, session records.
import type { Cause, RecordKind, SessionRecord, WirePrescription } from '../../protocol/messages.ts';
import { ZONE_STATUSES } from '../../protocol/messages.ts';
import {
  MEASUREMENT_UNCERTAINTY,
  PERSIST_MARGIN_MS,
  EXCESS_RATIO,
  RECORD_MAX_COUNT,
  TICK_RESERVE_COUNT,
} from './limits.ts';
import { EMPTY_KEY_STORE, encodeKeyStore } from './key-store.ts';
import { ZONE, type Firmware } from './state.ts';

const U24_MAX = 0xffffff;

export interface StoredRecord {
  readonly number: number;
  kind: RecordKind;
  cause: Cause;
  readonly prescription: WirePrescription;
  readonly bootCount: number;
  readonly startUptimeMs: number;
  durationMs: number;
  hazards: number;
  readonly deliveredMjPerCm2: Float64Array;
  /** What may have come on top since the last write; only an interrupted record counts it. */
  readonly marginMjPerCm2: Float64Array;
  readonly emissionMs: Float64Array;
  readonly status: Uint8Array;
}

export interface Flash {
  readonly beltId: Uint8Array;
  bootCount: number;
  /** Every tick number below this may have been sent. */
  tickReserve: number;
  eventNumber: number;
  recordNumber: number;
  /** Latched hazards; while there are any after a boot, the belt is locked out. */
  latched: number;
  lockedOut: boolean;
  records: StoredRecord[];
  /** See key-store.ts. Replaced as a whole, never written into. */
  keyImage: Uint8Array;
}

export const createFlash = (beltId: Uint8Array): Flash => ({
  beltId,
  bootCount: 0,
  tickReserve: 1,
  eventNumber: 0,
  recordNumber: 0,
  latched: 0,
  lockedOut: false,
  records: [],
  keyImage: encodeKeyStore(EMPTY_KEY_STORE),
});

/** The next tick number, with the reserve persisted before it is used. */
export function nextTickNumber(fw: Firmware): number {
  fw.tick += 1;
  if (fw.tick >= fw.flash.tickReserve) fw.flash.tickReserve = fw.tick + TICK_RESERVE_COUNT;
  return fw.tick;
}

export function openRecord(fw: Firmware, prescription: WirePrescription): void {
  const count = prescription.entries.length;
  const { flash } = fw;
  flash.recordNumber += 1;
  const record: StoredRecord = {
    number: flash.recordNumber,
    kind: 'open',
    cause: 'none',
    prescription,
    bootCount: flash.bootCount,
    startUptimeMs: Math.round(fw.nowMs),
    durationMs: 0,
    hazards: 0,
    deliveredMjPerCm2: new Float64Array(count),
    marginMjPerCm2: new Float64Array(count),
    emissionMs: new Float64Array(count),
    status: new Uint8Array(count).fill(ZONE.waiting),
  };
  flash.records.push(record);
  if (flash.records.length > RECORD_MAX_COUNT) flash.records.shift();
  fw.record = record;
  persistRecord(fw);
}

/** Writes the session as it is now. The margin covers the light until the next write, at the most H08 lets pass. */
export function persistRecord(fw: Firmware): void {
  const { record } = fw;
  if (record === undefined) return;
  fw.persistedAtMs = fw.nowMs;
  record.durationMs = Math.round(fw.nowMs - fw.armedAtMs);
  record.hazards = fw.hazards | fw.pauseHazards;
  for (let index = 0; index < fw.entries.length; index++) {
    const entry = fw.entries[index]!;
    record.deliveredMjPerCm2[index] = fw.deliveredMjPerCm2[index]!;
    record.emissionMs[index] = fw.entryOnMs[index]!;
    record.status[index] = fw.entryStatus[index]!;
    const status = fw.entryStatus[index]!;
    record.marginMjPerCm2[index] =
      entry.step === fw.step && (status === ZONE.waiting || status === ZONE.emitting)
        ? (entry.irradianceMwPerCm2 * EXCESS_RATIO * PERSIST_MARGIN_MS) / 1000
        : 0;
  }
}

export function closeRecord(fw: Firmware, cause: Cause): void {
  const { record } = fw;
  if (record === undefined) return;
  persistRecord(fw);
  record.kind = 'closed';
  record.cause = cause;
  record.marginMjPerCm2.fill(0);
  fw.record = undefined;
}

/** At boot: a session that was cut short keeps its upper bound, never below what was delivered. */
export function interruptOpenRecord(flash: Flash): void {
  for (const record of flash.records) {
    if (record.kind !== 'open') continue;
    record.kind = 'interrupted';
    record.cause = 'rebooted';
    for (let index = 0; index < record.deliveredMjPerCm2.length; index++) {
      const measured = record.deliveredMjPerCm2[index]! + record.marginMjPerCm2[index]!;
      record.deliveredMjPerCm2[index] = measured * (1 + MEASUREMENT_UNCERTAINTY);
      if (record.marginMjPerCm2[index]! > 0) record.emissionMs[index]! += PERSIST_MARGIN_MS;
    }
    record.marginMjPerCm2.fill(0);
  }
}

/** The record as it travels. Rounded up: a record may say too much, never too little. */
export function recordForWire(fw: Firmware, stored: StoredRecord): SessionRecord {
  if (stored === fw.record) persistRecord(fw);
  return {
    number: stored.number,
    kind: stored.kind,
    cause: stored.cause,
    sessionTag: stored.prescription.sessionTag,
    bootCount: stored.bootCount & 0xffff,
    startUptimeMs: stored.startUptimeMs,
    durationMs: stored.durationMs,
    hazards: stored.hazards & U24_MAX,
    entries: stored.prescription.entries.map((entry, index) => ({
      step: entry.step,
      zone: entry.zone,
      emitter: entry.emitter,
      status: ZONE_STATUSES[stored.status[index]!] ?? 'idle',
      prescribedTenMicroJPerCm2: entry.radiantExposureTenMicroJPerCm2,
      deliveredTenMicroJPerCm2: Math.ceil(stored.deliveredMjPerCm2[index]! * 100 - 1e-6),
      emissionCentiS: Math.ceil(stored.emissionMs[index]! / 10),
    })),
  };
}
