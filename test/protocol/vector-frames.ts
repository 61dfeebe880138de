// The golden vectors of single frames: one of every type and state, both ways.
import { crc16, toHex, writeU16 } from '../../protocol/bytes.ts';
import {
  encodeEvent,
  encodeLease,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
} from '../../protocol/codec.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import * as messages from '../../protocol/messages.ts';
import { encodeRecordAnswer, encodeRecordRequest } from '../../protocol/record-access.ts';
import * as example from './examples.ts';
import { keysOf } from './arbitraries.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Messages as JSON: bytes become hexadecimal text under a key that says so; what is undefined becomes null. */
export function asJson(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== 'object') throw new Error(`cannot be a vector: ${typeof value}`);
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]: [string, unknown]) =>
      entry instanceof Uint8Array ? [`${key}Hex`, toHex(entry)] : [key, asJson(entry)],
    ),
  );
}

export type FrameName = keyof typeof messages.FRAME;
type Direction = 'toBelt' | 'toController';

export const bodyOf = (encode: (out: Uint8Array) => number): Uint8Array => {
  const out = new Uint8Array(9);
  return out.slice(0, encode(out));
};

/** A frame with a right CRC around any bytes. */
export function framed(type: number, counter: number, body: Uint8Array): Uint8Array {
  const frame = Uint8Array.of(type, counter, ...body, 0, 0);
  writeU16(frame, frame.length - 2, crc16(frame, 0, frame.length - 2));
  return frame;
}

export interface FrameVector {
  readonly name: string;
  readonly direction: Direction;
  readonly characteristic: Characteristic;
  readonly type: FrameName;
  readonly counter: number;
  readonly fields: Json;
  readonly bodyHex: string;
  readonly frameHex: string;
}

function frameVector(
  name: string,
  characteristic: Characteristic,
  type: FrameName,
  fields: object,
  body: Uint8Array,
  counter = 1,
): FrameVector {
  const toBelt: readonly FrameName[] = ['lease', 'recordRequest', 'command'];
  return {
    name,
    direction: toBelt.includes(type) ? 'toBelt' : 'toController',
    characteristic,
    type,
    counter,
    fields: asJson(fields),
    bodyHex: toHex(body),
    frameHex: toHex(framed(messages.FRAME[type], counter, body)),
  };
}

function tickVectors(name: string, tick: messages.Tick): FrameVector[] {
  const { zones, tick: number, uptimeMs, batteryPercent, hazards, ...state } = tick;
  const tickLow8 = number & 0xff;
  return [
    frameVector(
      `${name}: state`,
      'tick',
      'tickState',
      { tick: number, ...state },
      bodyOf((out) => encodeTickState(tick, out)),
    ),
    frameVector(
      `${name}: detail`,
      'tick',
      'tickDetail',
      { tickLow8, uptimeMs, batteryPercent, hazards },
      bodyOf((out) => encodeTickDetail(tick, out)),
      2,
    ),
    ...zones.map((zone, index) =>
      frameVector(
        `${name}: zone L${zone.zone + 1}`,
        'tick',
        'tickZone',
        { tickLow8, zone },
        bodyOf((out) => encodeTickZone(number, zone, out)),
        3 + index,
      ),
    ),
  ];
}

export const frameVectors = (): FrameVector[] => [
  frameVector(
    'a lease for zone L1',
    'lease',
    'lease',
    example.LIT_LEASE,
    bodyOf((out) => encodeLease(example.LIT_LEASE, out)),
  ),
  frameVector(
    'a dark lease',
    'lease',
    'lease',
    example.DARK_LEASE,
    bodyOf((out) => encodeLease(example.DARK_LEASE, out)),
    255,
  ),
  ...Object.entries(example.TICK).flatMap(([name, tick]) => tickVectors(`tick ${name}`, tick)),
  ...tickVectors('tick at its extremes', example.TICK_OF_FOUR_ZONES),
  ...[example.STOPPED_EVENT, example.HAZARD_EVENT].map((event) =>
    frameVector(
      `event ${event.kind}`,
      'events',
      'event',
      event,
      bodyOf((out) => encodeEvent(event, out)),
    ),
  ),
  ...example.RECORD_REQUESTS.map((request) =>
    frameVector(
      `record request ${request.op}`,
      'recordAccess',
      'recordRequest',
      request,
      bodyOf((out) => encodeRecordRequest(request, out)),
    ),
  ),
  ...keysOf(messages.RECORD_CODE).map((code) => {
    const answer = { ...example.RECORD_ANSWER, code };
    return frameVector(
      `record answer ${code}`,
      'recordAccess',
      'recordAnswer',
      answer,
      bodyOf((out) => encodeRecordAnswer(answer, out)),
    );
  }),
];
