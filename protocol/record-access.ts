// The one-frame bodies of record access: a request and the answer that closes it.
import { byteAt, readU16, readU32, writeU16, writeU32 } from './bytes.ts';
import { BAD_CODE, BAD_LENGTH, nameOfCode } from './decoding.ts';
import {
  RECORD_CODE,
  RECORD_OP,
  SESSION_TAG_BYTES,
  type Decoded,
  type RecordAnswer,
  type RecordCode,
  type RecordOp,
  type RecordRequest,
} from './messages.ts';

const recordOpOf: (code: number) => RecordOp | undefined = nameOfCode(RECORD_OP);
const recordCodeOf: (code: number) => RecordCode | undefined = nameOfCode(RECORD_CODE);

export function encodeRecordRequest(request: RecordRequest, out: Uint8Array): number {
  out[0] = RECORD_OP[request.op];
  if (request.op === 'byNumber') {
    writeU32(out, 1, request.number);
    return 5;
  }
  if (request.op === 'bySession') {
    out.set(request.sessionTag.subarray(0, SESSION_TAG_BYTES), 1);
    return 1 + SESSION_TAG_BYTES;
  }
  return 1;
}

export function decodeRecordRequest(bytes: Uint8Array, at: number, length: number): Decoded<RecordRequest> {
  if (length < 1) return BAD_LENGTH;
  const op = recordOpOf(byteAt(bytes, at));
  switch (op) {
    case undefined:
      return BAD_CODE;
    case 'byNumber':
      return length === 5 ? { ok: true, value: { op, number: readU32(bytes, at + 1) } } : BAD_LENGTH;
    case 'bySession':
      return length === 1 + SESSION_TAG_BYTES
        ? { ok: true, value: { op, sessionTag: bytes.slice(at + 1, at + 1 + SESSION_TAG_BYTES) } }
        : BAD_LENGTH;
    default:
      return length === 1 ? { ok: true, value: { op } } : BAD_LENGTH;
  }
}

export const RECORD_ANSWER_BODY_BYTES = 8;

export function encodeRecordAnswer(answer: RecordAnswer, out: Uint8Array): number {
  out[0] = RECORD_OP[answer.op];
  out[1] = RECORD_CODE[answer.code];
  writeU16(out, 2, answer.recordCount);
  writeU32(out, 4, answer.newestNumber);
  return RECORD_ANSWER_BODY_BYTES;
}

export function decodeRecordAnswer(bytes: Uint8Array, at: number, length: number): Decoded<RecordAnswer> {
  if (length !== RECORD_ANSWER_BODY_BYTES) return BAD_LENGTH;
  const op = recordOpOf(byteAt(bytes, at));
  const code = recordCodeOf(byteAt(bytes, at + 1));
  if (op === undefined || code === undefined) return BAD_CODE;
  return {
    ok: true,
    value: { op, code, recordCount: readU16(bytes, at + 2), newestNumber: readU32(bytes, at + 4) },
  };
}
