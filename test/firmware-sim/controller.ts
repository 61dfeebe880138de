// A central that speaks the protocol and nothing else: enough to drive a belt through a session, or to misbehave.
import {
  createTickAssembler,
  decodeEvent,
  decodeTickDetail,
  decodeTickState,
  decodeTickZone,
  encodeLease,
} from '../../protocol/codec.ts';
import { armProof } from '../../protocol/digest.ts';
import {
  decodeAnswer,
  decodeFeatures,
  decodeRecord,
  encodeCommand,
  encodePrescription,
} from '../../protocol/documents.ts';
import { createPlainEnvelope, type Envelope } from '../../protocol/envelope.ts';
import type { Characteristic, Peripheral, PeripheralLink } from '../../protocol/gatt.ts';
import {
  CEILING_FULL,
  CONSENT,
  FRAME,
  type AnswerMessage,
  type BeltEvent,
  type Consent,
  type Features,
  type Lease,
  type OpName,
  type RecordAnswer,
  type RecordRequest,
  type SessionRecord,
  type Tick,
  type WirePrescription,
} from '../../protocol/messages.ts';
import { decodeRecordAnswer, encodeRecordRequest } from '../../protocol/record-access.ts';
import { createSealedEnvelope, type SessionKeys } from '../../protocol/sealing.ts';
import { createReassembler, splitMessage } from '../../protocol/segments.ts';

export const NOTIFYING: readonly Characteristic[] = [
  'controlPoint',
  'tick',
  'events',
  'recordAccess',
  'recordData',
];

export interface TestController {
  readonly link: PeripheralLink;
  /** What it seals with: plain until it has session keys. */
  envelope: Envelope;
  /** Everything that came, as it came. */
  readonly frames: { readonly characteristic: Characteristic; readonly bytes: Uint8Array }[];
  /** Whole handshake messages that came. */
  readonly handshakes: Uint8Array[];
  /** Within the call that brings the message: what comes right behind `done` is sealed. */
  onHandshake: ((message: Uint8Array) => void) | undefined;
  readonly ticks: Tick[];
  readonly answers: AnswerMessage[];
  readonly events: BeltEvent[];
  readonly records: SessionRecord[];
  readonly recordAnswers: RecordAnswer[];
  disconnected: string | undefined;
  /** Sends a lease for every tick while set; undefined keeps silent. */
  grant: Partial<Lease> | undefined;
  subscribe(list?: readonly Characteristic[]): void;
  command(op: OpName, operand?: Uint8Array, id?: number): AnswerMessage | undefined;
  frame(characteristic: Characteristic, bytes: Uint8Array): void;
  /** Says one handshake message; what the belt says to it, if it does at once. */
  handshake(message: Uint8Array): Uint8Array | undefined;
  /** Both directions are sealed from here on. */
  seal(keys: SessionKeys): void;
  lease(lease: Partial<Lease>): void;
  prepare(prescription: WirePrescription): AnswerMessage | undefined;
  arm(consent?: Consent): AnswerMessage | undefined;
  stop(bytes?: Uint8Array): void;
  readRecord(request: RecordRequest): SessionRecord | undefined;
  features(): Features;
  lastTick(): Tick;
}

export function connectController(belt: Peripheral): TestController {
  let received: Envelope = createPlainEnvelope();
  const handshakeParts = createReassembler();
  const answerParts = createReassembler();
  const recordParts = createReassembler();
  let assembler = createTickAssembler(4);
  let commandId = 0;
  let digestAndNonce = new Uint8Array(24);
  let latest: Tick | undefined;

  const gotTick = (tick: Tick | undefined): void => {
    if (tick === undefined) return;
    latest = tick;
    self.ticks.push(tick);
    if (self.grant !== undefined) self.lease(self.grant);
  };
  const link = belt.connect({
    disconnected: (reason) => void (self.disconnected = reason),
    value(characteristic, frame) {
      if (characteristic === 'battery') return;
      self.frames.push({ characteristic, bytes: frame.slice() });
      const opened = received.open(frame);
      if (!opened.ok || opened.sequence === 'repeated') return;
      const { at, length } = opened;
      // Plain: the frame's own bytes. Sealed: only what came out of the tag check.
      const body = opened.bytes;
      if (opened.type === FRAME.handshake) {
        const message = handshakeParts.take(body, at, length, 0);
        if (message?.ok !== true) return;
        self.handshakes.push(message.value);
        self.onHandshake?.(message.value);
        return;
      }
      if (opened.type === FRAME.tickState) {
        const part = decodeTickState(body, at, length);
        if (part.ok) gotTick(assembler.state(part.value));
      } else if (opened.type === FRAME.tickDetail) {
        const part = decodeTickDetail(body, at, length);
        if (part.ok) gotTick(assembler.detail(part.value));
      } else if (opened.type === FRAME.tickZone) {
        const part = decodeTickZone(body, at, length);
        if (part.ok) gotTick(assembler.zone(part.value));
      } else if (opened.type === FRAME.event) {
        const event = decodeEvent(body, at, length);
        if (event.ok) self.events.push(event.value);
      } else if (opened.type === FRAME.answer) {
        const message = answerParts.take(body, at, length, 0);
        if (message?.ok !== true) return;
        const answer = decodeAnswer(message.value);
        if (answer.ok) self.answers.push(answer.value);
      } else if (opened.type === FRAME.recordData) {
        const message = recordParts.take(body, at, length, 0);
        if (message?.ok !== true) return;
        const record = decodeRecord(message.value);
        if (record.ok) self.records.push(record.value);
      } else if (opened.type === FRAME.recordAnswer) {
        const answer = decodeRecordAnswer(body, at, length);
        if (answer.ok) self.recordAnswers.push(answer.value);
      }
    },
  });
  const write = (characteristic: Characteristic, bytes: Uint8Array): void =>
    link.write(
      characteristic,
      bytes,
      characteristic === 'lease' ? 'withoutResponse' : 'withResponse',
      () => undefined,
    );

  const self: TestController = {
    link,
    envelope: createPlainEnvelope(),
    frames: [],
    handshakes: [],
    onHandshake: undefined,
    ticks: [],
    answers: [],
    events: [],
    records: [],
    recordAnswers: [],
    disconnected: undefined,
    grant: undefined,
    subscribe(list = NOTIFYING) {
      for (const characteristic of list) link.subscribe(characteristic, true, () => undefined);
    },
    frame: write,
    handshake(message) {
      const before = self.handshakes.length;
      splitMessage(message, (body, length) =>
        write('controlPoint', self.envelope.seal(FRAME.handshake, body, length)),
      );
      return self.handshakes.length > before ? self.handshakes.at(-1) : undefined;
    },
    seal(keys) {
      received = createSealedEnvelope(keys, 'controller');
      self.envelope = received;
    },
    command(op, operand = new Uint8Array(0), id) {
      if (id === undefined) commandId = commandId >= 255 ? 1 : commandId + 1;
      const before = self.answers.length;
      splitMessage(encodeCommand({ op, commandId: id ?? commandId, operand }), (body, length) =>
        write('controlPoint', self.envelope.seal(FRAME.command, body, length)),
      );
      return self.answers.length > before ? self.answers.at(-1) : undefined;
    },
    lease(lease) {
      const body = new Uint8Array(9);
      const length = encodeLease(
        {
          tick: lease.tick ?? latest?.tick ?? 0,
          step: lease.step ?? latest?.step ?? 0,
          zones: lease.zones ?? 0x0f,
          ceiling: lease.ceiling ?? CEILING_FULL,
          epoch: lease.epoch ?? latest?.epoch ?? 1,
        },
        body,
      );
      write('lease', self.envelope.seal(FRAME.lease, body, length));
    },
    prepare(prescription) {
      const answer = self.command('prepare', encodePrescription(prescription));
      if (answer?.code === 'ok') digestAndNonce = answer.operand.slice();
      return answer;
    },
    arm(consent = 'atController') {
      const operand = new Uint8Array(9);
      operand.set(armProof(digestAndNonce.subarray(0, 16), digestAndNonce.subarray(16)));
      operand[8] = CONSENT[consent];
      return self.command('arm', operand);
    },
    stop: (bytes = new Uint8Array(0)) => write('stop', bytes),
    readRecord(request) {
      const before = self.records.length;
      const body = new Uint8Array(9);
      const length = encodeRecordRequest(request, body);
      write('recordAccess', self.envelope.seal(FRAME.recordRequest, body, length));
      return self.records.length > before ? self.records.at(-1) : undefined;
    },
    features() {
      let features: Features | undefined;
      link.read('feature', (result) => {
        if (!result.ok || result.bytes === undefined) return;
        const decoded = decodeFeatures(result.bytes);
        if (decoded.ok) features = decoded.value;
      });
      if (features === undefined) throw new Error('the belt gave no features');
      assembler = createTickAssembler(features.zoneCount);
      return features;
    },
    lastTick() {
      const tick = self.ticks.at(-1);
      if (tick === undefined) throw new Error('no tick yet');
      return tick;
    },
  };
  return self;
}
