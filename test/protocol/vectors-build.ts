// Makes protocol/vectors.json. `npx vitest run --config test/vitest.config.ts test/protocol/golden -u` writes it anew:
// only with a new protocol version, because firmware of third parties is tested against the old one.
import { crc16, toHex, writeU16 } from '../../protocol/bytes.ts';
import {
  encodeEvent,
  encodeLease,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
} from '../../protocol/codec.ts';
import { armProof, prescriptionDigest } from '../../protocol/digest.ts';
import {
  encodeAnswer,
  encodeCommand,
  encodeFeatures,
  encodePrescription,
  encodeRecord,
} from '../../protocol/documents.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { STREAM_KIND, encodeStreamMessage } from '../../protocol/framing.ts';
import { CHARACTERISTICS, GATT, type Characteristic } from '../../protocol/gatt.ts';
import * as messages from '../../protocol/messages.ts';
import { encodeRecordAnswer, encodeRecordRequest } from '../../protocol/record-access.ts';
import { splitMessage } from '../../protocol/segments.ts';
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

type FrameName = keyof typeof messages.FRAME;
type Direction = 'toBelt' | 'toController';

const bodyOf = (encode: (out: Uint8Array) => number): Uint8Array => {
  const out = new Uint8Array(9);
  return out.slice(0, encode(out));
};

/** A frame with a right CRC around any bytes. */
function framed(type: number, counter: number, body: Uint8Array): Uint8Array {
  const frame = Uint8Array.of(type, counter, ...body, 0, 0);
  writeU16(frame, frame.length - 2, crc16(frame, 0, frame.length - 2));
  return frame;
}

interface FrameVector {
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

const frameVectors = (): FrameVector[] => [
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

const prescriptionBytes = encodePrescription(example.PRESCRIPTION);
const digest = prescriptionDigest(prescriptionBytes);
const proof = armProof(digest, example.NONCE);
const NOTHING = new Uint8Array(0);

const COMMANDS: readonly (readonly [messages.OpName, Uint8Array, Uint8Array])[] = [
  ['prepare', prescriptionBytes, Uint8Array.of(...digest, ...example.NONCE)],
  ['arm', Uint8Array.of(...proof, messages.CONSENT.atController), NOTHING],
  ['pause', NOTHING, NOTHING],
  ['resume', Uint8Array.of(2), NOTHING],
  ['clear', example.BELT_ID, NOTHING],
  ['poll', NOTHING, NOTHING],
  ['identify', NOTHING, NOTHING],
  ['confirmEvents', Uint8Array.of(41, 0), NOTHING],
  ['features', NOTHING, encodeFeatures(example.FEATURES)],
];

const commandVectors = () =>
  COMMANDS.map(([op, operand, answer], index) => {
    const commandId = index + 1;
    const rejections = keysOf(messages.ANSWER).filter((code) => code !== 'ok');
    return {
      name: op,
      commandId,
      operandHex: toHex(operand),
      messageHex: toHex(encodeCommand({ op, commandId, operand })),
      answerOperandHex: toHex(answer),
      answerHex: toHex(encodeAnswer({ op, commandId, code: 'ok', operand: answer })),
      rejections:
        op !== 'arm'
          ? []
          : rejections.map((code) => ({
              code,
              hazard: 18,
              zone: 255,
              answerHex: toHex(encodeAnswer({ op, commandId, code, operand: Uint8Array.of(18, 255) })),
            })),
    };
  });

/** A message cut into segments, each in its frame as one end of a fresh link sends them. */
function segmentVector(name: string, type: FrameName, message: Uint8Array) {
  const envelope = createPlainEnvelope();
  const segments: { bodyHex: string; frameHex: string }[] = [];
  splitMessage(message, (body, length) => {
    segments.push({
      bodyHex: toHex(body.slice(0, length)),
      frameHex: toHex(envelope.seal(messages.FRAME[type], body, length)),
    });
  });
  return { name, type, messageHex: toHex(message), segments };
}

const changed = (bytes: Uint8Array, at: number, byte: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = byte;
  return copy;
};
const mended = (bytes: Uint8Array, at: number, byte: number): Uint8Array => {
  const copy = changed(bytes, at, byte);
  writeU16(copy, copy.length - 2, crc16(copy, 0, copy.length - 2));
  return copy;
};

function refusedFrames() {
  const lease = bodyOf((out) => encodeLease(example.LIT_LEASE, out));
  const state = bodyOf((out) => encodeTickState(example.TICK.emitting, out));
  const detail = bodyOf((out) => encodeTickDetail(example.TICK.emitting, out));
  const zone = bodyOf((out) => encodeTickZone(1, example.TICK.emitting.zones[0]!, out));
  const event = bodyOf((out) => encodeEvent(example.STOPPED_EVENT, out));
  const frame = framed(messages.FRAME.lease, 1, lease);
  const row = (name: string, bytes: Uint8Array, problem: messages.Problem) => ({
    name,
    frameHex: toHex(bytes),
    problem,
  });
  return [
    row('CRC with its bytes swapped', Uint8Array.of(...frame.slice(0, 11), frame[12]!, frame[11]!), 'check'),
    row('one flipped bit in the body', changed(frame, 4, frame[4]! ^ 1), 'check'),
    row('one flipped bit in the type', changed(frame, 0, frame[0]! ^ 0x80), 'check'),
    row('counter 0', framed(messages.FRAME.lease, 0, lease), 'counter'),
    row('a body of 10 bytes', framed(messages.FRAME.lease, 1, Uint8Array.of(...lease, 0)), 'length'),
    row('21 bytes', framed(messages.FRAME.lease, 1, new Uint8Array(17)), 'length'),
    row('an unknown type', framed(0x00, 1, lease), 'type'),
    row('a lease of step 15', framed(messages.FRAME.lease, 1, changed(lease, 4, 15)), 'range'),
    row('a tick of an unknown state', framed(messages.FRAME.tickState, 1, changed(state, 4, 0x0f)), 'code'),
    row('a tick with a reserved flag', framed(messages.FRAME.tickState, 1, changed(state, 5, 0x80)), 'range'),
    row('a tick of step 15', framed(messages.FRAME.tickState, 1, changed(state, 8, 0x1f)), 'range'),
    row('a battery of 101 %', framed(messages.FRAME.tickDetail, 1, changed(detail, 5, 101)), 'range'),
    row('a zone of an unknown status', framed(messages.FRAME.tickZone, 1, changed(zone, 1, 0xc0)), 'code'),
    row('an event of an unknown kind', framed(messages.FRAME.event, 1, changed(event, 2, 0xff)), 'code'),
    row('an event of an unknown cause', framed(messages.FRAME.event, 1, changed(event, 4, 0xff)), 'code'),
    row('an unknown record request', framed(messages.FRAME.recordRequest, 1, Uint8Array.of(0xff)), 'code'),
    row(
      'a record request with too little behind it',
      framed(messages.FRAME.recordRequest, 1, Uint8Array.of(0x3c, 1)),
      'length',
    ),
  ];
}

function refusedDocuments() {
  const features = encodeFeatures(example.FEATURES);
  const record = encodeRecord(example.RECORD);
  const row = (name: string, document: string, bytes: Uint8Array, problem: messages.Problem) => ({
    name,
    document,
    hex: toHex(bytes),
    problem,
  });
  const entry = prescriptionBytes.slice(12);
  return [
    row('protocol version 2', 'features', mended(features, 0, 2), 'version'),
    row('a flipped bit', 'features', changed(features, 9, features[9]! ^ 4), 'check'),
    row('a lease of 1001 ms', 'features', mended(features, 16, 0xe9), 'range'),
    row('more emitters than announced', 'features', mended(features, 15, 0), 'length'),
    row('protocol version 2', 'prescription', changed(prescriptionBytes, 0, 2), 'version'),
    row('a zone twice in one step', 'prescription', Uint8Array.of(...prescriptionBytes, ...entry), 'range'),
    row('a step left out', 'prescription', changed(prescriptionBytes, 9, 2), 'range'),
    row(
      'continuous, with a duty cycle below 1',
      'prescription',
      changed(prescriptionBytes, 18, 0x0f),
      'range',
    ),
    row('a flipped bit', 'record', changed(record, 1, 1), 'check'),
    row('an unknown kind', 'record', mended(record, 4, 0xff), 'code'),
    row('an unknown op', 'command', Uint8Array.of(0x0f, 1), 'code'),
    row('no command id', 'command', Uint8Array.of(0x33), 'length'),
    row('an unknown code', 'answer', Uint8Array.of(0xf0, 0x33, 1, 0x5b), 'code'),
  ];
}

/** Every shorter piece of a frame, and every shorter body in a frame whose CRC is right. */
function truncations(vectors: readonly FrameVector[]) {
  const firstOfType = vectors.filter(
    (one, index) => vectors.findIndex((other) => other.type === one.type) === index,
  );
  return firstOfType.map((vector) => {
    const frame = example.bytesOf(vector.frameHex);
    const body = example.bytesOf(vector.bodyHex);
    return {
      name: vector.name,
      type: vector.type,
      frames: Array.from(frame, (_, lengthBytes) => ({
        frameHex: toHex(frame.slice(0, lengthBytes)),
        problem: lengthBytes < 4 ? 'length' : 'check',
      })),
      bodies: Array.from(body, (_, lengthBytes) => ({
        frameHex: toHex(framed(messages.FRAME[vector.type], 1, body.slice(0, lengthBytes))),
        problem: 'length',
      })),
    };
  });
}

function streamVectors() {
  const payload = Uint8Array.of(1, 2, 3);
  const good = keysOf(STREAM_KIND).map((kind, index) => ({
    name: kind,
    kind,
    id: kind === 'value' || kind === 'hello' ? 0 : index,
    slot: kind === 'hello' ? 0 : GATT.controlPoint.slot,
    status: 0,
    payloadHex: toHex(payload),
  }));
  return {
    messages: good.map((one) => ({
      ...one,
      hex: toHex(encodeStreamMessage(one.kind, one.id, one.slot, one.status, payload)),
    })),
    damaged: [
      { name: 'a length below the header', hex: '04000f000000' },
      { name: 'a length above the largest message', hex: '0301a50000' },
      { name: 'an unknown kind', hex: '05000100000000' },
    ],
  };
}

export function buildVectors(): Json {
  const frames = frameVectors();
  const two = encodePrescription(example.PRESCRIPTION_OF_TWO_STEPS);
  return asJson({
    protocolMajor: messages.PROTOCOL_VERSION.major,
    protocolMinor: messages.PROTOCOL_VERSION.minor,
    codes: {
      frame: messages.FRAME,
      op: messages.OP,
      answer: messages.ANSWER,
      beltState: messages.BELT_STATE,
      cause: messages.CAUSE,
      eventKind: messages.EVENT_KIND,
      recordKind: messages.RECORD_KIND,
      consent: messages.CONSENT,
      recordOp: messages.RECORD_OP,
      recordCode: messages.RECORD_CODE,
      stream: STREAM_KIND,
      zoneStatuses: messages.ZONE_STATUSES,
    },
    characteristics: CHARACTERISTICS.map((name) => ({ name, ...GATT[name] })),
    crc: [
      ['313233343536373839', 0x6f91],
      ['', 0xffff],
      ['00', 0x0f87],
      ['ff', 0x00ff],
      ['000102030405060708090a0b0c0d0e0f10111213', 0xbcea],
    ].map(([hex, crc]) => ({ hex, crc })),
    frames,
    commands: commandVectors(),
    segmentation: [
      segmentVector(
        'PREPARE of one step',
        'command',
        encodeCommand({ op: 'prepare', commandId: 1, operand: prescriptionBytes }),
      ),
      segmentVector(
        'PREPARE of two steps',
        'command',
        encodeCommand({ op: 'prepare', commandId: 2, operand: two }),
      ),
      segmentVector(
        'a message of one segment',
        'answer',
        encodeAnswer({ op: 'pause', commandId: 3, code: 'ok', operand: NOTHING }),
      ),
      segmentVector('a record', 'recordData', encodeRecord(example.RECORD)),
      segmentVector(
        '256 bytes, the longest',
        'command',
        Uint8Array.from({ length: 256 }, (_, index) => index),
      ),
    ],
    prescriptions: [example.PRESCRIPTION, example.PRESCRIPTION_OF_TWO_STEPS].map((fields) => ({
      fields,
      hex: toHex(encodePrescription(fields)),
      digestHex: toHex(prescriptionDigest(encodePrescription(fields))),
    })),
    armProofs: [{ digestHex: toHex(digest), nonceHex: toHex(example.NONCE), proofHex: toHex(proof) }],
    features: [{ fields: example.FEATURES, hex: toHex(encodeFeatures(example.FEATURES)) }],
    records: [
      example.RECORD,
      {
        ...example.RECORD,
        number: 8,
        kind: 'interrupted' as const,
        cause: 'rebooted' as const,
        hazards: 0x4000,
      },
    ].map((fields) => ({ fields, hex: toHex(encodeRecord(fields)) })),
    refusedFrames: refusedFrames(),
    refusedDocuments: refusedDocuments(),
    truncations: truncations(frames),
    stream: streamVectors(),
  });
}

/** One line per innermost object: a file of this size stays readable, and a changed vector is one changed line. */
export function renderVectors(value: Json, indent = ''): string {
  const flat = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || flat.length <= 110) return flat;
  const inner = `${indent} `;
  const parts = Array.isArray(value)
    ? value.map((entry: Json) => `${inner}${renderVectors(entry, inner)}`)
    : Object.entries(value).map(
        ([key, entry]: [string, Json]) => `${inner}${JSON.stringify(key)}: ${renderVectors(entry, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}
