// The golden vectors of what a receiver must refuse, and as what.
import { crc16, toHex, writeU16 } from '../../protocol/bytes.ts';
import {
  encodeEvent,
  encodeLease,
  encodeTickDetail,
  encodeTickState,
  encodeTickZone,
} from '../../protocol/codec.ts';
import { encodeFeatures, encodePrescription, encodeRecord } from '../../protocol/documents.ts';
import * as messages from '../../protocol/messages.ts';
import * as example from './examples.ts';

import { bodyOf, framed, type FrameVector } from './vector-frames.ts';

const prescriptionBytes = encodePrescription(example.PRESCRIPTION);

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

export function refusedFrames() {
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

export function refusedDocuments() {
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
export function truncations(vectors: readonly FrameVector[]) {
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
