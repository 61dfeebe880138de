// The worked session of the specification, made by the codec. A test compares it with the text of protocol/README.md.
import { toHex } from '../../protocol/bytes.ts';
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
import { createPlainEnvelope, type Envelope } from '../../protocol/envelope.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { CONSENT, FRAME, type Lease, type OpName, type Tick } from '../../protocol/messages.ts';
import { encodeRecordAnswer, encodeRecordRequest } from '../../protocol/record-access.ts';
import { splitMessage } from '../../protocol/segments.ts';
import * as example from './examples.ts';

const EMPTY = new Uint8Array(0);

/** Lines `from characteristic hex`, with a comment line before each message. `>` is towards the belt. */
export function workedSession(): string {
  const lines: string[] = [];
  const controller = createPlainEnvelope();
  const belt = createPlainEnvelope();
  const say = (text: string): number => lines.push(`# ${text}`);
  const line = (direction: '>' | '<', name: Characteristic, bytes: Uint8Array): number =>
    lines.push(`${direction} ${name.padEnd(12)} ${toHex(bytes)}`);
  const frame = (
    direction: '>' | '<',
    name: Characteristic,
    type: number,
    encode: (out: Uint8Array) => number,
  ): void => {
    const envelope: Envelope = direction === '>' ? controller : belt;
    const body = new Uint8Array(9);
    line(direction, name, envelope.seal(type, body, encode(body)));
  };
  const message = (direction: '>' | '<', name: Characteristic, type: number, bytes: Uint8Array): void => {
    const envelope = direction === '>' ? controller : belt;
    splitMessage(bytes, (body, length) => line(direction, name, envelope.seal(type, body, length)));
  };
  const command = (op: OpName, commandId: number, operand: Uint8Array, answer: Uint8Array): void => {
    message('>', 'controlPoint', FRAME.command, encodeCommand({ op, commandId, operand }));
    message('<', 'controlPoint', FRAME.answer, encodeAnswer({ op, commandId, code: 'ok', operand: answer }));
  };
  const tick = (value: Tick): void => {
    frame('<', 'tick', FRAME.tickState, (out) => encodeTickState(value, out));
    frame('<', 'tick', FRAME.tickDetail, (out) => encodeTickDetail(value, out));
    for (const zone of value.zones)
      frame('<', 'tick', FRAME.tickZone, (out) => encodeTickZone(value.tick, zone, out));
  };
  const lease = (value: Lease): void => frame('>', 'lease', FRAME.lease, (out) => encodeLease(value, out));

  const prescription = encodePrescription(example.PRESCRIPTION);
  const digest = prescriptionDigest(prescription);
  say('the features, read: a simulated belt with one zone');
  line('<', 'feature', encodeFeatures(example.FEATURES));
  say('a tick in standby: two headers, one frame for the one zone');
  tick(example.TICK.standby);
  say('PREPARE, id 1: 50 mW/cm2, 4 J/cm2; the answer carries digest and nonce');
  command('prepare', 1, prescription, Uint8Array.of(...digest, ...example.NONCE));
  say('ARM, id 2: proof over digest and nonce, a person said yes at the controller');
  command('arm', 2, Uint8Array.of(...armProof(digest, example.NONCE), CONSENT.atController), EMPTY);
  say('countdown; a dark lease keeps the session');
  tick(example.TICK.countdown);
  lease(example.DARK_LEASE);
  say('armed; a lease for zone L1, up to half of its prescription, epoch 1');
  tick(example.TICK.armed);
  lease(example.LIT_LEASE);
  say('light: 50.03 mW, 101.2 mJ/cm2 so far');
  tick(example.TICK.emitting);
  lease({ ...example.LIT_LEASE, tick: example.TICK.emitting.tick });
  say('PAUSE, id 3, and the tick that shows it');
  command('pause', 3, EMPTY, EMPTY);
  tick(example.TICK.paused);
  say('RESUME, id 4, into epoch 2; light only with the lease after it');
  command('resume', 4, Uint8Array.of(2), EMPTY);
  tick(example.TICK.resumed);
  lease({ ...example.LIT_LEASE, tick: example.TICK.resumed.tick, epoch: 2 });
  say('STOP: any byte; then the tick that confirms it, and the sticky event');
  line('>', 'stop', Uint8Array.of(0));
  tick(example.TICK.stopped);
  frame('<', 'events', FRAME.event, (out) => encodeEvent(example.STOPPED_EVENT, out));
  command('confirmEvents', 5, Uint8Array.of(41, 0), EMPTY);
  say('the record of this session: request, data, answer');
  frame('>', 'recordAccess', FRAME.recordRequest, (out) =>
    encodeRecordRequest({ op: 'bySession', sessionTag: example.SESSION_TAG }, out),
  );
  message('<', 'recordData', FRAME.recordData, encodeRecord(example.RECORD));
  frame('<', 'recordAccess', FRAME.recordAnswer, (out) => encodeRecordAnswer(example.RECORD_ANSWER, out));
  return lines.join('\n');
}
