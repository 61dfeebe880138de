// Reading the belt's own log: count, one record by number or by session, the newest.
import { bytesEqual } from '../../protocol/bytes.ts';
import { encodeRecord } from '../../protocol/documents.ts';
import { BODY_MAX_BYTES } from '../../protocol/gatt.ts';
import { FRAME, type RecordCode, type RecordRequest } from '../../protocol/messages.ts';
import { encodeRecordAnswer } from '../../protocol/record-access.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { recordForWire, type StoredRecord } from './flash.ts';
import type { Firmware, Link } from './state.ts';
import { sendFrame } from './ticks.ts';

const body = new Uint8Array(BODY_MAX_BYTES);

function findRecord(fw: Firmware, request: RecordRequest): StoredRecord | undefined {
  const { records } = fw.flash;
  switch (request.op) {
    case 'last':
      return records.at(-1);
    case 'byNumber':
      return records.find((record) => record.number === request.number);
    case 'bySession':
      return records.findLast((record) => bytesEqual(record.prescription.sessionTag, request.sessionTag));
    case 'count':
    case 'abort':
      return undefined;
  }
}

function answer(fw: Firmware, link: Link, request: RecordRequest, code: RecordCode): void {
  const { records } = fw.flash;
  const length = encodeRecordAnswer(
    { op: request.op, code, recordCount: records.length, newestNumber: records.at(-1)?.number ?? 0 },
    body,
  );
  sendFrame(fw, link, 'recordAccess', FRAME.recordAnswer, length, body);
}

/** The data goes out before the answer that closes it. */
export function takeRecordRequest(fw: Firmware, link: Link, request: RecordRequest): void {
  if (request.op === 'count') return answer(fw, link, request, 'ok');
  if (request.op === 'abort') return answer(fw, link, request, 'aborted');
  const found = findRecord(fw, request);
  if (found === undefined) return answer(fw, link, request, 'noRecord');
  splitMessage(encodeRecord(recordForWire(fw, found)), (segment, length) => {
    sendFrame(fw, link, 'recordData', FRAME.recordData, length, segment);
  });
  answer(fw, link, request, 'ok');
}
