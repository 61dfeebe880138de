// Makes protocol/vectors.json. `npx vitest run --config test/vitest.config.ts test/protocol/golden -u` writes it anew:
// only with a new protocol version, because firmware of third parties is tested against the old one.
import { toHex } from '../../protocol/bytes.ts';
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
import { CHARACTERISTICS, GATT } from '../../protocol/gatt.ts';
import { HANDSHAKE, REFUSAL } from '../../protocol/handshake-messages.ts';
import * as messages from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import * as example from './examples.ts';
import { keysOf } from './arbitraries.ts';
import { asJson, frameVectors, type FrameName, type Json } from './vector-frames.ts';
import { securityVectors } from './vector-security.ts';
import { refusedDocuments, refusedFrames, truncations } from './vector-refusals.ts';

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
      handshake: HANDSHAKE,
      refusal: REFUSAL,
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
    security: securityVectors(),
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
