// Reading one session record out of the belt's log. A broken transfer is repeated, since the answer decides what the
// ledger books; three attempts end well within the 5 s that the port promises.
import { decodeRecord } from '../../protocol/documents.ts';
import { bytesEqual } from '../../protocol/bytes.ts';
import { decodeRecordAnswer, encodeRecordRequest } from '../../protocol/record-access.ts';
import { FRAME, type RecordRequest, type SessionRecord } from '../../protocol/messages.ts';
import { createReassembler } from '../../protocol/segments.ts';
import { BODY_MAX_BYTES } from '../../protocol/gatt.ts';
import type { Clock, TimerId } from '../clock.ts';
import type { BeltLink } from './link.ts';

export const RECORD_ATTEMPT_MAX_COUNT = 3;
/** 256 bytes are 32 notifications: within half a second even at one per connection interval. */
export const RECORD_ATTEMPT_MAX_MS = 1500;

export type RecordFound = SessionRecord | 'none' | 'failed';

export interface RecordReader {
  /** The record of a session (8 bytes), or the newest. Ends in `found`, exactly once. One at a time: another is `failed`. */
  read(wanted: Uint8Array | 'newest', found: (record: RecordFound) => void): void;
  data(bytes: Uint8Array, at: number, length: number): void;
  answer(bytes: Uint8Array, at: number, length: number): void;
  /** The link is gone. */
  abandon(): void;
}

interface Reading {
  readonly wanted: Uint8Array | 'newest';
  readonly found: (record: RecordFound) => void;
  readonly attempt: number;
  readonly timer: TimerId;
}

const requestOf = (wanted: Uint8Array | 'newest'): RecordRequest =>
  wanted === 'newest' ? { op: 'last' } : { op: 'bySession', sessionTag: wanted };

export function createRecordReader(options: {
  readonly clock: Clock;
  readonly link: BeltLink;
}): RecordReader {
  const { clock, link } = options;
  const segments = createReassembler();
  const body = new Uint8Array(BODY_MAX_BYTES);
  let reading: Reading | undefined;
  let record: SessionRecord | undefined;

  const finish = (found: RecordFound): void => {
    if (reading === undefined) return;
    clock.clearTimeout(reading.timer);
    const told = reading.found;
    reading = undefined;
    record = undefined;
    told(found);
  };

  const begin = (wanted: Reading['wanted'], found: Reading['found'], attempt: number): void => {
    segments.reset();
    record = undefined;
    const timer = clock.setTimeout(retry, RECORD_ATTEMPT_MAX_MS);
    const started: Reading = { wanted, found, attempt, timer };
    reading = started;
    const length = encodeRecordRequest(requestOf(wanted), body);
    link.write('recordAccess', FRAME.recordRequest, body, length, (outcome) => {
      if (outcome !== 'done' && reading === started) retry();
    });
  };

  const retry = (): void => {
    if (reading === undefined) return;
    const { wanted, found, attempt, timer } = reading;
    clock.clearTimeout(timer);
    if (attempt >= RECORD_ATTEMPT_MAX_COUNT || !link.isOpen) finish('failed');
    else begin(wanted, found, attempt + 1);
  };

  /** Answers carry no id, so that the record itself must say that it is the one that was asked for. */
  const isWanted = (wanted: Reading['wanted'], candidate: SessionRecord, newestNumber: number): boolean =>
    wanted === 'newest' ? candidate.number === newestNumber : bytesEqual(candidate.sessionTag, wanted);

  return {
    read(wanted, found) {
      if (reading !== undefined || !link.isOpen) found('failed');
      else begin(wanted, found, 1);
    },
    data(bytes, at, length) {
      const whole = segments.take(bytes, at, length, clock.nowMs());
      if (whole === undefined || reading === undefined || (!whole.ok && whole.problem === 'segment')) return;
      const decoded = whole.ok ? decodeRecord(whole.value) : whole;
      if (decoded.ok) record = decoded.value;
      else link.countBadFrame();
    },
    answer(bytes, at, length) {
      const answer = decodeRecordAnswer(bytes, at, length);
      if (!answer.ok) {
        link.countBadFrame();
        return;
      }
      if (reading === undefined || answer.value.op !== requestOf(reading.wanted).op) return;
      switch (answer.value.code) {
        case 'ok':
          if (record !== undefined && isWanted(reading.wanted, record, answer.value.newestNumber))
            finish(record);
          else retry();
          return;
        case 'noRecord':
          finish('none');
          return;
        case 'aborted':
          retry();
          return;
        case 'invalid':
          finish('failed');
          return;
        case 'busy':
          // The belt still sends an earlier answer: the attempt's own bound is the pause before the next.
          return;
      }
    },
    abandon: () => finish('failed'),
  };
}
