// The frames of a tick: two headers and one frame per zone, all under one tick number.
import {
  byteAt,
  clampCount,
  clampReading,
  readU16,
  readU24,
  readU32,
  writeU16,
  writeU24,
  writeU32,
} from './bytes.ts';
import { BAD_CODE, BAD_LENGTH, BAD_RANGE, beltStateOf } from './decoding.ts';
import {
  BELT_STATE,
  STEP_MAX_COUNT,
  ZONE_STATUSES,
  type BeltState,
  type Decoded,
  type Tick,
  type TickZone,
} from './messages.ts';

/** First header frame of a tick. */
export interface TickStatePart {
  readonly tick: number;
  readonly state: BeltState;
  readonly flags: number;
  readonly commandId: number;
  readonly epoch: number;
  readonly step: number;
  readonly leaseAgeTicks: number;
}
/** Second header frame. It names its tick by the low byte. */
export interface TickDetailPart {
  readonly tickLow8: number;
  readonly uptimeMs: number;
  readonly batteryPercent: number;
  readonly hazards: number;
}
export interface TickZonePart {
  readonly tickLow8: number;
  readonly zone: TickZone;
}

export const TICK_FLAG = {
  stopLatched: 1,
  emission: 2,
  leaseLive: 4,
  charging: 8,
  buttonPressed: 16,
  eventPending: 32,
} as const;
/** Lease age of a belt that has no lease, or an older one. */
const LEASE_AGE_OLD = 15;
const ZONE_COUNT_MASK = 0x07;
/** Bits 6 and 7 of the flags are reserved and zero. */
const FLAG_MASK = 0x3f;
/** In the zone frame: the belt has no valid temperature. */
const TEMPERATURE_INVALID = 0xffff;
const POWER_MAX = 0xffff;
const DELIVERED_MAX = 0xffffff;
const TEMPERATURE_MAX = 0xfffe;

export const TICK_STATE_BODY_BYTES = 9;
export const TICK_DETAIL_BODY_BYTES = 9;
export const TICK_ZONE_BODY_BYTES = 9;

export function encodeTickState(tick: Tick, out: Uint8Array): number {
  writeU32(out, 0, tick.tick);
  out[4] = BELT_STATE[tick.state];
  out[5] =
    (tick.stopLatched ? TICK_FLAG.stopLatched : 0) |
    (tick.emission ? TICK_FLAG.emission : 0) |
    (tick.leaseLive ? TICK_FLAG.leaseLive : 0) |
    (tick.charging ? TICK_FLAG.charging : 0) |
    (tick.buttonPressed ? TICK_FLAG.buttonPressed : 0) |
    (tick.eventPending ? TICK_FLAG.eventPending : 0);
  out[6] = tick.commandId;
  out[7] = tick.epoch;
  // Positive form: an age that is NaN or too large must read as old, never wrap round to fresh.
  out[8] =
    (tick.step & 0x0f) | ((tick.leaseAgeTicks < LEASE_AGE_OLD ? tick.leaseAgeTicks : LEASE_AGE_OLD) << 4);
  return TICK_STATE_BODY_BYTES;
}

export function decodeTickState(bytes: Uint8Array, at: number, length: number): Decoded<TickStatePart> {
  if (length !== TICK_STATE_BODY_BYTES) return BAD_LENGTH;
  const state = beltStateOf(byteAt(bytes, at + 4));
  if (state === undefined) return BAD_CODE;
  const flags = byteAt(bytes, at + 5);
  if ((flags & ~FLAG_MASK) !== 0) return BAD_RANGE;
  const last = byteAt(bytes, at + 8);
  if (!((last & 0x0f) < STEP_MAX_COUNT)) return BAD_RANGE;
  return {
    ok: true,
    value: {
      tick: readU32(bytes, at),
      state,
      flags,
      commandId: byteAt(bytes, at + 6),
      epoch: byteAt(bytes, at + 7),
      step: last & 0x0f,
      leaseAgeTicks: last >>> 4,
    },
  };
}

export function encodeTickDetail(tick: Tick, out: Uint8Array): number {
  out[0] = tick.tick & 0xff;
  writeU32(out, 1, tick.uptimeMs);
  out[5] = clampCount(tick.batteryPercent, 100);
  writeU24(out, 6, tick.hazards);
  return TICK_DETAIL_BODY_BYTES;
}

export function decodeTickDetail(bytes: Uint8Array, at: number, length: number): Decoded<TickDetailPart> {
  if (length !== TICK_DETAIL_BODY_BYTES) return BAD_LENGTH;
  const batteryPercent = byteAt(bytes, at + 5);
  if (!(batteryPercent <= 100)) return BAD_RANGE;
  return {
    ok: true,
    value: {
      tickLow8: byteAt(bytes, at),
      uptimeMs: readU32(bytes, at + 1),
      batteryPercent,
      hazards: readU24(bytes, at + 6),
    },
  };
}

const statusCode = new Map<string, number>(ZONE_STATUSES.map((status, index) => [status, index]));

export function encodeTickZone(tickNumber: number, zone: TickZone, out: Uint8Array): number {
  out[0] = tickNumber & 0xff;
  out[1] =
    (zone.zone & ZONE_COUNT_MASK) |
    (zone.contact ? 0x08 : 0) |
    (zone.lit ? 0x10 : 0) |
    ((statusCode.get(zone.status) ?? 0) << 5);
  writeU16(out, 2, clampReading(zone.powerCentiMw, POWER_MAX));
  writeU24(out, 4, clampReading(zone.deliveredTenMicroJPerCm2, DELIVERED_MAX));
  const temperature = zone.skinTemperatureCentiC;
  writeU16(
    out,
    7,
    temperature === undefined || Number.isNaN(temperature)
      ? TEMPERATURE_INVALID
      : clampCount(temperature, TEMPERATURE_MAX),
  );
  return TICK_ZONE_BODY_BYTES;
}

export function decodeTickZone(bytes: Uint8Array, at: number, length: number): Decoded<TickZonePart> {
  if (length !== TICK_ZONE_BODY_BYTES) return BAD_LENGTH;
  const packed = byteAt(bytes, at + 1);
  const status = ZONE_STATUSES[packed >>> 5];
  if (status === undefined) return BAD_CODE;
  const temperature = readU16(bytes, at + 7);
  return {
    ok: true,
    value: {
      tickLow8: byteAt(bytes, at),
      zone: {
        zone: packed & ZONE_COUNT_MASK,
        status,
        contact: (packed & 0x08) !== 0,
        lit: (packed & 0x10) !== 0,
        powerCentiMw: readU16(bytes, at + 2),
        deliveredTenMicroJPerCm2: readU24(bytes, at + 4),
        skinTemperatureCentiC: temperature === TEMPERATURE_INVALID ? undefined : temperature,
      },
    },
  };
}
