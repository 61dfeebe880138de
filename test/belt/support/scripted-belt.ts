// A belt that does exactly what a test says, one frame at a time: no firmware, no rules of its own.
import { createPlainEnvelope, type Envelope } from '../../../protocol/envelope.ts';
import { decodeLease, encodeEvent } from '../../../protocol/codec.ts';
import { prescriptionDigest } from '../../../protocol/digest.ts';
import { decodeCommand, encodeAnswer, encodeFeatures, encodeRecord } from '../../../protocol/documents.ts';
import type {
  AttResult,
  CentralHandlers,
  Characteristic,
  Peripheral,
  PeripheralLink,
} from '../../../protocol/gatt.ts';
import {
  FRAME,
  type AnswerCode,
  type BeltEvent,
  type CommandMessage,
  type Lease,
  type RecordCode,
  type RecordRequest,
  type SessionRecord,
  type Tick,
} from '../../../protocol/messages.ts';
import { decodeRecordRequest, encodeRecordAnswer } from '../../../protocol/record-access.ts';
import { createReassembler, splitMessage } from '../../../protocol/segments.ts';
import { createSealedEnvelope } from '../../../protocol/sealing.ts';
import { encodeTickDetail, encodeTickState, encodeTickZone } from '../../../protocol/tick.ts';
import type { Clock } from '../../../src/clock.ts';
import type { ScriptedLock } from './scripted-lock.ts';
import { FEATURES, NONCE } from './scripted-values.ts';

export { eventOf, FEATURES, NONCE, tickOf } from './scripted-values.ts';

/** What the belt answers a command with; undefined is silence. */
export type Script = (
  command: CommandMessage,
) => { readonly code: AnswerCode; readonly operand?: Uint8Array } | undefined;
/** Frames of a record answer: its segments and the code that closes them; undefined is silence. */
export type RecordScript = (
  request: RecordRequest,
) =>
  { readonly code: RecordCode; readonly record?: SessionRecord; readonly dropSegment?: number } | undefined;

/** `ok` to everything, a PREPARE that was understood, the features of a paired belt. */
export const obedient: Script = ({ op, operand }) => {
  if (op === 'prepare')
    return { code: 'ok', operand: Uint8Array.of(...prescriptionDigest(operand), ...NONCE) };
  return op === 'features'
    ? { code: 'ok', operand: encodeFeatures({ ...FEATURES, paired: true }) }
    : { code: 'ok' };
};

export interface ScriptedBelt extends Peripheral {
  script: Script;
  recordScript: RecordScript;
  features: Uint8Array;
  /** Takes handshakes and seals the link after them; without one, the belt does not understand them. */
  lock: ScriptedLock | undefined;
  /** Characteristics on which requests are not answered by the link layer at all. */
  readonly silent: Set<Characteristic>;
  /** Characteristics on which requests are refused with an ATT error. */
  readonly refusing: Set<Characteristic>;
  readonly commands: CommandMessage[];
  readonly leases: Lease[];
  readonly subscriptions: Characteristic[];
  /** What centrals did, one after the other. */
  readonly order: ('stop' | 'subscribe' | 'write')[];
  stopCount: number;
  /** Bytes that no controller may send. */
  badCount: number;
  /** Everything that a controller wrote, STOP apart. */
  heard: (bytes: Uint8Array) => void;
  /** Everything that the belt says, and whether the air swallows it. */
  tap: (characteristic: Characteristic, bytes: Uint8Array) => void;
  isSwallowed: boolean;
  connected(): boolean;
  sendTick(tick: Tick): void;
  sendEvent(event: BeltEvent): void;
  sendAnswer(command: Pick<CommandMessage, 'op' | 'commandId'>, code: AnswerCode, operand?: Uint8Array): void;
  sendBody(characteristic: Characteristic, type: number, body: Uint8Array, length: number): void;
  sendRaw(characteristic: Characteristic, bytes: Uint8Array): void;
  drop(reason: string): void;
}

export function createScriptedBelt(clock: Clock): ScriptedBelt {
  let central: CentralHandlers | undefined;
  let envelope: Envelope = createPlainEnvelope();
  const commandSegments = createReassembler();
  const handshakeSegments = createReassembler();
  const body = new Uint8Array(16);

  const segmented = (
    characteristic: Characteristic,
    type: number,
    message: Uint8Array,
    skip?: number,
  ): void => {
    let index = 0;
    splitMessage(message, (segment, length) => {
      if (index++ !== skip) belt.sendBody(characteristic, type, segment, length);
    });
  };

  const takeCommand = (bytes: Uint8Array, at: number, length: number): void => {
    const whole = commandSegments.take(bytes, at, length, clock.nowMs());
    if (whole === undefined) return;
    const command = whole.ok ? decodeCommand(whole.value) : whole;
    if (!command.ok) {
      belt.badCount++;
      return;
    }
    belt.commands.push(command.value);
    const answer = belt.script(command.value);
    if (answer !== undefined) belt.sendAnswer(command.value, answer.code, answer.operand);
  };

  const takeHandshake = (lock: ScriptedLock, bytes: Uint8Array, at: number, length: number): void => {
    const whole = handshakeSegments.take(bytes, at, length, clock.nowMs());
    if (whole?.ok !== true) return;
    const { send, keys } = lock.take(whole.value);
    if (send !== undefined) segmented('controlPoint', FRAME.handshake, send);
    if (keys !== undefined) envelope = createSealedEnvelope(keys, 'belt');
  };

  const takeRecordRequest = (bytes: Uint8Array, at: number, length: number): void => {
    const request = decodeRecordRequest(bytes, at, length);
    const answer = request.ok ? belt.recordScript(request.value) : undefined;
    if (!request.ok || answer === undefined) return;
    if (answer.record !== undefined)
      segmented('recordData', FRAME.recordData, encodeRecord(answer.record), answer.dropSegment);
    const newestNumber = answer.record?.number ?? 0;
    const size = encodeRecordAnswer(
      { op: request.value.op, code: answer.code, recordCount: 1, newestNumber },
      body,
    );
    belt.sendBody('recordAccess', FRAME.recordAnswer, body, size);
  };

  const takeFrame = (characteristic: Characteristic, frame: Uint8Array): void => {
    const opened = envelope.open(frame);
    if (!opened.ok) {
      belt.badCount++;
    } else if (opened.type === FRAME.handshake && belt.lock !== undefined)
      takeHandshake(belt.lock, opened.bytes, opened.at, opened.length);
    else if (opened.type === FRAME.handshake) belt.badCount++;
    else if (characteristic === 'controlPoint') takeCommand(opened.bytes, opened.at, opened.length);
    else if (characteristic === 'recordAccess') takeRecordRequest(opened.bytes, opened.at, opened.length);
    else {
      const lease = decodeLease(opened.bytes, opened.at, opened.length);
      if (lease.ok) belt.leases.push(lease.value);
      else belt.badCount++;
    }
  };

  /** The link layer's answer comes before anything the belt says, as on a real link. */
  const request = (
    characteristic: Characteristic,
    done: (result: AttResult) => void,
    run: () => AttResult,
    after: () => void = () => {},
  ): void => {
    if (belt.silent.has(characteristic)) return;
    if (belt.refusing.has(characteristic)) return done({ ok: false, attError: 0x0e });
    done(run());
    after();
  };

  const link: PeripheralLink = {
    read: (characteristic, done) => request(characteristic, done, () => ({ ok: true, bytes: belt.features })),
    write(characteristic, bytes, mode, done) {
      const copy = bytes.slice();
      belt.order.push(characteristic === 'stop' ? 'stop' : 'write');
      if (characteristic !== 'stop') belt.heard(copy);
      if (characteristic === 'stop') belt.stopCount++;
      else if (mode === 'withoutResponse') takeFrame(characteristic, copy);
      else
        request(
          characteristic,
          done,
          () => ({ ok: true }),
          () => takeFrame(characteristic, copy),
        );
    },
    subscribe(characteristic, _wanted, done) {
      belt.order.push('subscribe');
      request(characteristic, done, () => {
        belt.subscriptions.push(characteristic);
        return { ok: true };
      });
    },
    disconnect() {
      central = undefined;
    },
  };

  const belt: ScriptedBelt = {
    script: obedient,
    recordScript: () => ({ code: 'noRecord' }),
    features: encodeFeatures(FEATURES),
    lock: undefined,
    silent: new Set(),
    refusing: new Set(),
    commands: [],
    leases: [],
    subscriptions: [],
    order: [],
    stopCount: 0,
    badCount: 0,
    heard: () => undefined,
    tap: () => undefined,
    isSwallowed: false,
    connected: () => central !== undefined,
    connect(handlers) {
      central = handlers;
      envelope = createPlainEnvelope();
      return link;
    },
    sendRaw: (characteristic, bytes) => central?.value(characteristic, bytes),
    sendBody(characteristic, type, bytes, length) {
      const frame = envelope.seal(type, bytes, length);
      belt.tap(characteristic, frame);
      if (!belt.isSwallowed) central?.value(characteristic, frame);
    },
    sendTick(tick) {
      belt.sendBody('tick', FRAME.tickState, body, encodeTickState(tick, body));
      belt.sendBody('tick', FRAME.tickDetail, body, encodeTickDetail(tick, body));
      for (const zone of tick.zones)
        belt.sendBody('tick', FRAME.tickZone, body, encodeTickZone(tick.tick, zone, body));
    },
    sendEvent: (event) => belt.sendBody('events', FRAME.event, body, encodeEvent(event, body)),
    sendAnswer: ({ op, commandId }, code, operand = new Uint8Array(0)) =>
      segmented('controlPoint', FRAME.answer, encodeAnswer({ op, commandId, code, operand })),
    drop(reason) {
      const gone = central;
      central = undefined;
      gone?.disconnected(reason);
    },
  };
  return belt;
}
