// A belt whose link is open: what the port's calls do on it, and who takes which frame.
import { toHex } from '../../protocol/bytes.ts';
import { encodeLease, LEASE_BODY_BYTES } from '../../protocol/codec.ts';
import {
  ARM_PROOF_BYTES,
  armProof,
  DIGEST_BYTES,
  NONCE_BYTES,
  prescriptionDigest,
} from '../../protocol/digest.ts';
import { CONSENT, FRAME, type Consent, type OpName, type Tick } from '../../protocol/messages.ts';
import type { Clock } from '../clock.ts';
import type { BeltEvent, CommandOutcome, LeaseRequest, Prescription } from './belt.ts';
import { prescriptionBytesOf, recordOf, reportOf, sessionTagOf, wireLeaseOf } from './conversions.ts';
import type { FrameHandler } from './link.ts';
import { createNoticeReader } from './notices.ts';
import type { OpenedLink } from './opening.ts';
import { createRecordReader, type RecordFound } from './records.ts';
import { createTickReader } from './ticks.ts';

export interface OpenBelt extends FrameHandler {
  prepare(prescription: Prescription): void;
  arm(consent: Consent): void;
  pause(): void;
  /** The next pause epoch, 1 to 255; anything else is refused here. */
  resume(epoch: number): void;
  clear(): void;
  poll(): void;
  lease(request: LeaseRequest): void;
  readRecord(sessionTag: string): void;
  stop(): void;
  close(): void;
}

export interface OpenBeltOptions extends OpenedLink {
  readonly clock: Clock;
  readonly tell: (event: BeltEvent) => void;
}

/** What an ARM needs from the last PREPARE. */
interface Prepared {
  readonly digest: Uint8Array;
  readonly nonce: Uint8Array;
}

const NO_OPERAND: Uint8Array = new Uint8Array(0);
const HAZARD_NONE = 0;
const ZONE_NONE = 0xff;
const EPOCH_MAX = 255;
const PREPARE_ANSWER_BYTES = DIGEST_BYTES + NONCE_BYTES;

/** Refused here, without asking the belt, in the words the belt would use. */
const refusal = (code: 'invalidOperand' | 'wrongState'): CommandOutcome => ({
  kind: 'rejected',
  code,
  hazard: HAZARD_NONE,
  zone: ZONE_NONE,
});

/** PREPARE and ARM: together they bind what the person agrees to, to what the belt has decoded. */
function createArming(options: OpenBeltOptions) {
  const { link, lane, features, clock, tell } = options;
  let prepared: Prepared | undefined;
  let leasesAllowed = false;

  const tellPrepared = (outcome: CommandOutcome, sent: Uint8Array, decoded: Uint8Array): void =>
    tell({
      type: 'belt.prepared',
      atMs: clock.nowMs(),
      outcome,
      sentDigest: toHex(sent),
      decodedDigest: toHex(decoded),
    });

  return {
    get leasesAllowed() {
      return leasesAllowed;
    },
    forget() {
      prepared = undefined;
      leasesAllowed = false;
    },
    prepare(prescription: Prescription): void {
      const bytes = prescriptionBytesOf(prescription, features);
      if (bytes === undefined) {
        tellPrepared(refusal('invalidOperand'), NO_OPERAND, NO_OPERAND);
        return;
      }
      const digest = prescriptionDigest(bytes);
      lane.send('prepare', bytes, (outcome, operand) => {
        // Nothing reached the belt: what was prepared before still is.
        if (outcome.kind !== 'notSent') prepared = undefined;
        if (outcome.kind !== 'acknowledged') {
          tellPrepared(outcome, digest, NO_OPERAND);
        } else if (operand.length !== PREPARE_ANSWER_BYTES) {
          link.countBadFrame();
          tellPrepared({ kind: 'unknown' }, digest, NO_OPERAND);
        } else {
          prepared = { digest, nonce: operand.slice(DIGEST_BYTES) };
          leasesAllowed = true;
          tellPrepared(outcome, digest, operand.subarray(0, DIGEST_BYTES));
        }
      });
    },
    /** The operand of ARM, once per PREPARE that was acknowledged; undefined without one. */
    armOperand(consent: Consent): Uint8Array | undefined {
      if (prepared === undefined) return undefined;
      const operand = new Uint8Array(ARM_PROOF_BYTES + 1);
      operand.set(armProof(prepared.digest, prepared.nonce));
      operand[ARM_PROOF_BYTES] = CONSENT[consent];
      return operand;
    },
    /** The belt used the nonce, or may have. */
    armed(outcome: CommandOutcome): void {
      if (outcome.kind === 'acknowledged' || outcome.kind === 'unknown') prepared = undefined;
    },
  };
}

export function createOpenBelt(options: OpenBeltOptions): OpenBelt {
  const { link, lane, features, clock, tell } = options;
  const arming = createArming(options);
  const ticks = createTickReader(features.zoneCount);
  const notices = createNoticeReader();
  const records = createRecordReader({ clock, link });
  const leaseBody = new Uint8Array(LEASE_BODY_BYTES);

  const tellAnswer = (op: OpName, outcome: CommandOutcome): void =>
    tell({ type: 'belt.answered', atMs: clock.nowMs(), op, outcome });

  const send = (op: OpName, operand: Uint8Array): void =>
    lane.send(op, operand, (outcome) => tellAnswer(op, outcome));

  const confirmNotices = (): void => {
    const operand = notices.due(clock.nowMs());
    if (operand === undefined) return;
    lane.sendInBackground('confirmEvents', operand, (outcome) => {
      if (outcome.kind === 'acknowledged') notices.confirmed(operand);
    });
  };

  const takeTick = (tick: Tick | 'bad' | undefined): void => {
    if (tick === 'bad') link.countBadFrame();
    else if (tick !== undefined) {
      tell({ type: 'belt.tick', atMs: clock.nowMs(), report: reportOf(tick) });
      confirmNotices();
    }
  };

  const takeNotice = (bytes: Uint8Array, at: number, length: number): void => {
    const event = notices.take(bytes, at, length);
    if (event === 'bad') link.countBadFrame();
    else if (event !== undefined) {
      const { kind, state, cause, hazard, zone } = event;
      tell({ type: 'belt.noticed', atMs: clock.nowMs(), kind, state, cause, hazard, zone });
      confirmNotices();
    }
  };

  const tellRecord = (found: RecordFound): void => {
    const record = typeof found === 'string' ? found : recordOf(found, features);
    if (record === undefined) link.countBadFrame();
    tell({ type: 'belt.record', atMs: clock.nowMs(), found: record ?? 'failed' });
  };

  return {
    prepare: arming.prepare,
    arm(consent) {
      const operand = arming.armOperand(consent);
      if (operand === undefined) {
        tellAnswer('arm', refusal('wrongState'));
        return;
      }
      lane.send('arm', operand, (outcome) => {
        arming.armed(outcome);
        tellAnswer('arm', outcome);
      });
    },
    pause: () => send('pause', NO_OPERAND),
    resume(epoch) {
      // A byte would wrap silently, and an epoch that wraps could be one that an old lease names.
      if (epoch >= 1 && epoch <= EPOCH_MAX && Number.isInteger(epoch)) send('resume', Uint8Array.of(epoch));
      else tellAnswer('resume', refusal('invalidOperand'));
    },
    clear: () => send('clear', features.beltId),
    poll: () => lane.sendInBackground('poll', NO_OPERAND, () => {}),
    lease(request) {
      const lease = arming.leasesAllowed ? wireLeaseOf(request) : undefined;
      if (lease !== undefined) link.lease(leaseBody, encodeLease(lease, leaseBody));
    },
    readRecord(sessionTag) {
      const wanted = sessionTag === 'newest' ? 'newest' : sessionTagOf(sessionTag);
      if (wanted === undefined) tellRecord('failed');
      else records.read(wanted, tellRecord);
    },
    stop() {
      arming.forget();
      link.stop();
      lane.abandon();
    },
    close: () => link.close(),
    frame(type, bytes, at, length) {
      switch (type) {
        case FRAME.answer:
          return lane.answerSegment(bytes, at, length);
        case FRAME.event:
          return takeNotice(bytes, at, length);
        case FRAME.recordData:
          return records.data(bytes, at, length);
        case FRAME.recordAnswer:
          return records.answer(bytes, at, length);
        default:
          return takeTick(ticks.take(type, bytes, at, length));
      }
    },
    badFrame: (count) => tell({ type: 'belt.badFrame', atMs: clock.nowMs(), count }),
    closed(reason, detail) {
      arming.forget();
      lane.abandon();
      records.abandon();
      tell({ type: 'link.lost', atMs: clock.nowMs(), reason, detail });
    },
  };
}
