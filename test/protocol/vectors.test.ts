import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc16, toHex } from '../../protocol/bytes.ts';
import * as codec from '../../protocol/codec.ts';
import { armProof, prescriptionDigest } from '../../protocol/digest.ts';
import * as documents from '../../protocol/documents.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { createStreamDecoder, type StreamMessage } from '../../protocol/framing.ts';
import { FRAME, type Decoded } from '../../protocol/messages.ts';
import { decodeRecordAnswer, decodeRecordRequest } from '../../protocol/record-access.ts';
import { createReassembler } from '../../protocol/segments.ts';
import { bytesOf } from './examples.ts';
import { asJson } from './vector-frames.ts';

const FILE = new URL('../../protocol/vectors.json', import.meta.url);

interface Vectors {
  readonly crc: readonly { hex: string; crc: number }[];
  readonly frames: readonly {
    name: string;
    type: string;
    counter: number;
    fields: object;
    bodyHex: string;
    frameHex: string;
  }[];
  readonly commands: readonly {
    name: string;
    commandId: number;
    operandHex: string;
    messageHex: string;
    answerOperandHex: string;
    answerHex: string;
    rejections: readonly { code: string; hazard: number; zone: number; answerHex: string }[];
  }[];
  readonly segmentation: readonly {
    name: string;
    type: string;
    messageHex: string;
    segments: readonly { bodyHex: string; frameHex: string }[];
  }[];
  readonly prescriptions: readonly { fields: object; hex: string; digestHex: string }[];
  readonly armProofs: readonly { digestHex: string; nonceHex: string; proofHex: string }[];
  readonly features: readonly { fields: object; hex: string }[];
  readonly records: readonly { fields: object; hex: string }[];
  readonly refusedFrames: readonly { name: string; frameHex: string; problem: string }[];
  readonly refusedDocuments: readonly { name: string; document: string; hex: string; problem: string }[];
  readonly truncations: readonly {
    name: string;
    frames: readonly { frameHex: string; problem: string }[];
    bodies: readonly { frameHex: string; problem: string }[];
  }[];
  readonly stream: {
    readonly messages: readonly {
      name: string;
      kind: string;
      id: number;
      slot: number;
      status: number;
      payloadHex: string;
      hex: string;
    }[];
    readonly damaged: readonly { name: string; hex: string }[];
  };
}
const text = readFileSync(FILE, 'utf8');
const vectors = JSON.parse(text) as Vectors;

type Decode = (bytes: Uint8Array, at: number, length: number) => Decoded<unknown>;

/** Flags of the state header, named here a second time: the file is read without the generator's table. */
const stateFields: Decode = (bytes, at, length) => {
  const decoded = codec.decodeTickState(bytes, at, length);
  if (!decoded.ok) return decoded;
  const { flags, ...rest } = decoded.value;
  const bits = ['stopLatched', 'emission', 'leaseLive', 'charging', 'buttonPressed', 'eventPending'];
  const named = Object.fromEntries(bits.map((bit, index) => [bit, ((flags >> index) & 1) === 1]));
  return { ok: true, value: { ...rest, ...named } };
};
const BODY_DECODERS: Readonly<Record<number, Decode>> = {
  [FRAME.lease]: codec.decodeLease,
  [FRAME.tickState]: stateFields,
  [FRAME.tickDetail]: codec.decodeTickDetail,
  [FRAME.tickZone]: codec.decodeTickZone,
  [FRAME.event]: codec.decodeEvent,
  [FRAME.recordRequest]: decodeRecordRequest,
  [FRAME.recordAnswer]: decodeRecordAnswer,
};
const DOCUMENT_DECODERS: Readonly<Record<string, (bytes: Uint8Array) => Decoded<unknown>>> = {
  features: documents.decodeFeatures,
  prescription: documents.decodePrescription,
  record: documents.decodeRecord,
  command: documents.decodeCommand,
  answer: documents.decodeAnswer,
};

/** What a receiver makes of one frame on a fresh link. */
function receive(hex: string): Decoded<unknown> {
  const opened = createPlainEnvelope().open(bytesOf(hex));
  if (!opened.ok) return opened;
  const decode = BODY_DECODERS[opened.type];
  return decode === undefined
    ? { ok: false, problem: 'type' }
    : decode(opened.bytes, opened.at, opened.length);
}

const bits = (value: number): number => value.toString(2).replaceAll('0', '').length;

describe('what a third party reads from the file alone', () => {
  it('the CRC values are right', () => {
    for (const { hex, crc } of vectors.crc) expect(crc16(bytesOf(hex))).toBe(crc);
  });

  it.each(vectors.frames)('$name', ({ type, counter, fields, bodyHex, frameHex }) => {
    expect(frameHex.slice(2, 4)).toBe(counter.toString(16).padStart(2, '0'));
    expect(frameHex.slice(4, -4)).toBe(bodyHex);
    expect(bodyHex.length).toBeLessThanOrEqual(18);
    expect(crc16(bytesOf(frameHex))).toBe(0);
    expect(Number.parseInt(frameHex.slice(0, 2), 16)).toBe(FRAME[type as keyof typeof FRAME]);
    const received = receive(frameHex);
    expect(received.ok && asJson(received.value)).toEqual(fields);
  });

  it.each(vectors.commands)('command $name and its answers', (vector) => {
    const command = documents.decodeCommand(bytesOf(vector.messageHex));
    expect(command.ok && asJson(command.value)).toEqual({
      op: vector.name,
      commandId: vector.commandId,
      operandHex: vector.operandHex,
    });
    const answers = [
      { code: 'ok', operandHex: vector.answerOperandHex, hex: vector.answerHex },
      ...vector.rejections.map(({ code, hazard, zone, answerHex }) => ({
        code,
        operandHex: toHex(Uint8Array.of(hazard, zone)),
        hex: answerHex,
      })),
    ];
    for (const { code, operandHex, hex } of answers) {
      const answer = documents.decodeAnswer(bytesOf(hex));
      expect(answer.ok && asJson(answer.value)).toEqual({
        op: vector.name,
        commandId: vector.commandId,
        code,
        operandHex,
      });
    }
  });

  it.each(vectors.segmentation)('the segments of $name', ({ type, messageHex, segments }) => {
    const receiver = createPlainEnvelope();
    const reassembler = createReassembler();
    const results = segments.map(({ bodyHex, frameHex }) => {
      const opened = receiver.open(bytesOf(frameHex));
      if (!opened.ok) throw new Error(`does not open: ${opened.problem}`);
      expect(opened.type).toBe(FRAME[type as keyof typeof FRAME]);
      expect(opened.sequence).toBe('next');
      expect(toHex(opened.bytes.slice(opened.at, opened.at + opened.length))).toBe(bodyHex);
      return reassembler.take(opened.bytes, opened.at, opened.length, 0);
    });
    expect(results.slice(0, -1).every((result) => result === undefined)).toBe(true);
    expect(results.at(-1)).toEqual({ ok: true, value: bytesOf(messageHex) });
  });

  it('prescriptions, their digests and the arm proof', () => {
    for (const { fields, hex, digestHex } of vectors.prescriptions) {
      const decoded = documents.decodePrescription(bytesOf(hex));
      expect(decoded.ok && asJson(decoded.value)).toEqual(fields);
      expect(toHex(prescriptionDigest(bytesOf(hex)))).toBe(digestHex);
    }
    for (const { digestHex, nonceHex, proofHex } of vectors.armProofs)
      expect(toHex(armProof(bytesOf(digestHex), bytesOf(nonceHex)))).toBe(proofHex);
  });

  it('feature values and records', () => {
    for (const { fields, hex } of vectors.features) {
      const decoded = documents.decodeFeatures(bytesOf(hex));
      expect(decoded.ok && asJson(decoded.value)).toEqual(fields);
    }
    for (const { fields, hex } of vectors.records) {
      const decoded = documents.decodeRecord(bytesOf(hex));
      expect(decoded.ok && asJson(decoded.value)).toEqual(fields);
    }
  });

  it.each(vectors.refusedFrames)('$name is refused as $problem', ({ frameHex, problem }) => {
    expect(receive(frameHex)).toEqual({ ok: false, problem });
  });

  it.each(vectors.refusedDocuments)('$document with $name is refused as $problem', (vector) => {
    const decode = DOCUMENT_DECODERS[vector.document];
    expect(decode?.(bytesOf(vector.hex))).toEqual({ ok: false, problem: vector.problem });
  });

  it.each(vectors.truncations)('every truncation of $name is refused', ({ frames, bodies }) => {
    for (const { frameHex, problem } of [...frames, ...bodies])
      expect(receive(frameHex)).toEqual({ ok: false, problem });
  });

  it('stream messages one after the other, and damaged streams', () => {
    const decoder = createStreamDecoder();
    const got: StreamMessage[] = [];
    const whole = vectors.stream.messages.map(({ hex }) => hex).join('');
    expect(decoder.push(bytesOf(whole), (one) => got.push(one))).toBe(true);
    expect(got.map((one) => asJson(one))).toEqual(
      vectors.stream.messages.map(({ kind, id, slot, status, payloadHex }) => ({
        kind,
        id,
        slot,
        status,
        payloadHex,
      })),
    );
    for (const { hex } of vectors.stream.damaged)
      expect(createStreamDecoder().push(bytesOf(hex), () => expect.unreachable())).toBe(false);
  });

  it('code tables keep Hamming distance 4', () => {
    const { codes } = JSON.parse(text) as {
      codes: Readonly<Record<string, Readonly<Record<string, number>>>>;
    };
    for (const [name, table] of Object.entries(codes)) {
      if (name === 'zoneStatuses') continue;
      const values = Object.values(table);
      for (const [at, one] of values.entries())
        for (const other of values.slice(at + 1)) expect(bits(one ^ other)).toBeGreaterThanOrEqual(4);
    }
  });
});
