// Bodies of the frames that travel all the time: leases, ticks, events. Encoders write into `out` and return the
// length; decoders return a result and never throw.
import { byteAt, clampCount, readU16, readU24, readU32, writeU16, writeU24, writeU32 } from './bytes.ts';
import {
  BELT_STATE,
  CAUSE,
  EVENT_KIND,
  STEP_MAX_COUNT,
  ZONE_STATUSES,
  ZONE_MAX_COUNT,
  type BeltEvent,
  type BeltState,
  type Cause,
  type Decoded,
  type EventKind,
  type Lease,
  type Problem,
  type Tick,
  type TickZone,
} from './messages.ts';

const failed = (problem: Problem): { readonly ok: false; readonly problem: Problem } => ({
  ok: false,
  problem,
});
const BAD_LENGTH = failed('length');
const BAD_CODE = failed('code');
const BAD_RANGE = failed('range');

/** Reverse of a code table, as a function of one byte. */
export function nameOfCode<Name extends string>(
  table: Readonly<Record<Name, number>>,
): (code: number) => Name | undefined {
  const names: (Name | undefined)[] = Array.from({ length: 256 });
  for (const name of Object.keys(table) as Name[]) names[table[name]] = name;
  return (code) => names[code];
}

export const beltStateOf: (code: number) => BeltState | undefined = nameOfCode(BELT_STATE);
export const causeOf: (code: number) => Cause | undefined = nameOfCode(CAUSE);
export const eventKindOf: (code: number) => EventKind | undefined = nameOfCode(EVENT_KIND);

export const LEASE_BODY_BYTES = 9;

export function encodeLease(lease: Lease, out: Uint8Array): number {
  writeU32(out, 0, lease.tick);
  out[4] = lease.step;
  out[5] = lease.zones;
  writeU16(out, 6, lease.ceiling);
  out[8] = lease.epoch;
  return LEASE_BODY_BYTES;
}

export function decodeLease(bytes: Uint8Array, at: number, length: number): Decoded<Lease> {
  if (length !== LEASE_BODY_BYTES) return BAD_LENGTH;
  const step = byteAt(bytes, at + 4);
  if (!(step < STEP_MAX_COUNT)) return BAD_RANGE;
  return {
    ok: true,
    value: {
      tick: readU32(bytes, at),
      step,
      zones: byteAt(bytes, at + 5),
      ceiling: readU16(bytes, at + 6),
      epoch: byteAt(bytes, at + 8),
    },
  };
}

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

const FLAG = {
  stopLatched: 1,
  emission: 2,
  leaseLive: 4,
  charging: 8,
  buttonPressed: 16,
  eventPending: 32,
} as const;
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
    (tick.stopLatched ? FLAG.stopLatched : 0) |
    (tick.emission ? FLAG.emission : 0) |
    (tick.leaseLive ? FLAG.leaseLive : 0) |
    (tick.charging ? FLAG.charging : 0) |
    (tick.buttonPressed ? FLAG.buttonPressed : 0) |
    (tick.eventPending ? FLAG.eventPending : 0);
  out[6] = tick.commandId;
  out[7] = tick.epoch;
  out[8] = (tick.step & 0x0f) | (tick.leaseAgeTicks << 4);
  return TICK_STATE_BODY_BYTES;
}

export function decodeTickState(bytes: Uint8Array, at: number, length: number): Decoded<TickStatePart> {
  if (length !== TICK_STATE_BODY_BYTES) return BAD_LENGTH;
  const state = beltStateOf(byteAt(bytes, at + 4));
  if (state === undefined) return BAD_CODE;
  const flags = byteAt(bytes, at + 5);
  if ((flags & ~FLAG_MASK) !== 0) return BAD_RANGE;
  const last = byteAt(bytes, at + 8);
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
  writeU16(out, 2, clampCount(zone.powerCentiMw, POWER_MAX));
  writeU24(out, 4, clampCount(zone.deliveredTenMicroJPerCm2, DELIVERED_MAX));
  const temperature = zone.skinTemperatureCentiC;
  writeU16(
    out,
    7,
    temperature === undefined ? TEMPERATURE_INVALID : clampCount(temperature, TEMPERATURE_MAX),
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

export interface TickAssembler {
  state(part: TickStatePart): Tick | undefined;
  detail(part: TickDetailPart): Tick | undefined;
  zone(part: TickZonePart): Tick | undefined;
}

/**
 * Puts the frames of one tick together, in any order after the first header. A tick whose frames do not all come
 * before the next one begins is missing: it is never filled up from another.
 */
export function createTickAssembler(zoneCount: number): TickAssembler {
  if (!(zoneCount >= 1 && zoneCount <= ZONE_MAX_COUNT))
    throw new RangeError(`a belt has 1 to ${ZONE_MAX_COUNT} zones`);
  const complete = (1 << zoneCount) - 1;
  let head: TickStatePart | undefined;
  let detail: TickDetailPart | undefined;
  let zones: (TickZone | undefined)[] = [];
  let seen = 0;

  const finish = (): Tick | undefined => {
    if (head === undefined || detail === undefined || seen !== complete) return undefined;
    const tick: Tick = {
      tick: head.tick,
      state: head.state,
      stopLatched: (head.flags & FLAG.stopLatched) !== 0,
      emission: (head.flags & FLAG.emission) !== 0,
      leaseLive: (head.flags & FLAG.leaseLive) !== 0,
      charging: (head.flags & FLAG.charging) !== 0,
      buttonPressed: (head.flags & FLAG.buttonPressed) !== 0,
      eventPending: (head.flags & FLAG.eventPending) !== 0,
      commandId: head.commandId,
      epoch: head.epoch,
      step: head.step,
      leaseAgeTicks: head.leaseAgeTicks,
      uptimeMs: detail.uptimeMs,
      batteryPercent: detail.batteryPercent,
      hazards: detail.hazards,
      zones: zones as TickZone[],
    };
    head = undefined;
    return tick;
  };

  return {
    state(part) {
      head = part;
      detail = undefined;
      zones = new Array<TickZone | undefined>(zoneCount);
      seen = 0;
      return undefined;
    },
    detail(part) {
      if (head === undefined || (head.tick & 0xff) !== part.tickLow8) return undefined;
      detail = part;
      return finish();
    },
    zone(part) {
      if (head === undefined || (head.tick & 0xff) !== part.tickLow8 || !(part.zone.zone < zoneCount))
        return undefined;
      zones[part.zone.zone] = part.zone;
      seen |= 1 << part.zone.zone;
      return finish();
    },
  };
}

export const EVENT_BODY_BYTES = 9;

export function encodeEvent(event: BeltEvent, out: Uint8Array): number {
  writeU16(out, 0, event.number);
  out[2] = EVENT_KIND[event.kind];
  out[3] = BELT_STATE[event.state];
  out[4] = CAUSE[event.cause];
  out[5] = event.hazard;
  out[6] = event.zone;
  writeU16(out, 7, event.tickLow16);
  return EVENT_BODY_BYTES;
}

export function decodeEvent(bytes: Uint8Array, at: number, length: number): Decoded<BeltEvent> {
  if (length !== EVENT_BODY_BYTES) return BAD_LENGTH;
  const kind = eventKindOf(byteAt(bytes, at + 2));
  const state = beltStateOf(byteAt(bytes, at + 3));
  const cause = causeOf(byteAt(bytes, at + 4));
  if (kind === undefined || state === undefined || cause === undefined) return BAD_CODE;
  return {
    ok: true,
    value: {
      number: readU16(bytes, at),
      kind,
      state,
      cause,
      hazard: byteAt(bytes, at + 5),
      zone: byteAt(bytes, at + 6),
      tickLow16: readU16(bytes, at + 7),
    },
  };
}
