// Bodies of the frames that travel all the time: leases, ticks, events. Encoders write into `out` and return the
// length; decoders return a result and never throw.
import { byteAt, readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { BAD_CODE, BAD_LENGTH, BAD_RANGE, beltStateOf, causeOf, eventKindOf } from './decoding.ts';
import {
  BELT_STATE,
  CAUSE,
  EVENT_KIND,
  STEP_MAX_COUNT,
  type BeltEvent,
  type Decoded,
  type Lease,
} from './messages.ts';

export { beltStateOf, causeOf, eventKindOf, nameOfCode } from './decoding.ts';
export {
  TICK_DETAIL_BODY_BYTES,
  TICK_STATE_BODY_BYTES,
  TICK_ZONE_BODY_BYTES,
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
  type TickDetailPart,
  type TickStatePart,
  type TickZonePart,
} from './tick.ts';
export { createTickAssembler, type TickAssembler } from './tick-assembler.ts';

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
