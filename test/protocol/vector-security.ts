// The golden vectors of pairing, session set-up, sealed frames and labels, with every secret that went into them.
import { toHex } from '../../protocol/bytes.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import { encodeHandshake, REFUSAL } from '../../protocol/handshake-messages.ts';
import { createEphemeralKey, deriveSecrets, HANDSHAKE_LABEL } from '../../protocol/handshake.ts';
import { formatLabel } from '../../protocol/label.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSealedEnvelope, createSessionKeys } from '../../protocol/sealing.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { keysOf } from './arbitraries.ts';
import { BELT_ID, bytesOf } from './examples.ts';
import * as rig from './handshake-rig.ts';
import { asJson, type Json } from './vector-frames.ts';

function exchangeVector(flavour: 'pairing' | 'session') {
  const ends = flavour === 'pairing' ? rig.pairingEnds() : rig.sessionEnds();
  const [hello, offer, proof, done] = rig.run<object, object>(ends).messages;
  if (hello === undefined || offer === undefined) throw new Error('no exchange');
  const [controllerPrivateKey, beltPrivateKey] = ['controller', 'belt'].map((end) =>
    rig.namedRandom(`${flavour} ${end}`)(32),
  );
  const secret = flavour === 'pairing' ? rig.LABEL_SECRET : rig.LONG_TERM_KEY;
  const beltKey = createEphemeralKey(beltPrivateKey!).publicKey;
  const shared = createEphemeralKey(controllerPrivateKey!).agree(beltKey);
  const label = HANDSHAKE_LABEL[flavour === 'pairing' ? 'pair' : 'session'];
  const outputBytes = flavour === 'pairing' ? 32 : 40;
  const secrets = deriveSecrets({ label, hello, offer, shared: shared!, secret, outputBytes });
  const { transcript, confirmKey, output } = secrets;
  return {
    label,
    secret,
    controllerId: rig.CONTROLLER_ID,
    beltId: BELT_ID,
    ...(flavour === 'session' ? { bootEpoch: rig.BOOT_EPOCH } : {}),
    controllerPrivateKey,
    beltPrivateKey,
    hello,
    offer,
    shared,
    transcript,
    confirmKey,
    proof,
    done,
    ...(flavour === 'pairing'
      ? { longTermKey: output }
      : {
          keyToBelt: output.slice(0, 16),
          keyToController: output.slice(16, 32),
          sessionId: output.slice(32),
        }),
  };
}

const KEY = bytesOf('000102030405060708090a0b0c0d0e0f');
const OTHER_KEY = bytesOf('101112131415161718191a1b1c1d1e1f');
const SESSION_ID = bytesOf('a0a1a2a3a4a5a6a7');
const KEYS = createSessionKeys(Uint8Array.of(...KEY, ...OTHER_KEY, ...SESSION_ID));

/** To the belt under one key, to the controller under the other. */
function sealedVector(
  name: string,
  direction: 'toBelt' | 'toController',
  counter: number,
  type: number,
  body: string,
) {
  const role = direction === 'toBelt' ? 'controller' : 'belt';
  const bytes = bytesOf(body);
  const frame = createSealedEnvelope(KEYS, role, { sent: counter - 1, received: 0 }).seal(
    type,
    bytes,
    bytes.length,
  );
  return { name, direction, type, counter, bodyHex: body, frameHex: toHex(frame) };
}

function sealedVectors() {
  return [
    sealedVector('a lease', 'toBelt', 1, FRAME.lease, '401200000001ff7f01'),
    sealedVector(
      'the same lease, its counter past 65,535',
      'toBelt',
      65_537,
      FRAME.lease,
      '401200000001ff7f01',
    ),
    sealedVector('a segment of a command', 'toBelt', 2, FRAME.command, '035503'),
    sealedVector('a tick state', 'toController', 1, FRAME.tickState, '4012000069060201ff'),
    sealedVector('one byte', 'toController', 2, FRAME.event, 'aa'),
    sealedVector('no body', 'toBelt', 3, FRAME.command, ''),
  ];
}

/** Each as the first frame that a fresh belt gets. */
function refusedSealedVectors() {
  const good = bytesOf(sealedVectors()[0]!.frameHex);
  const changed = (at: number, xor: number): Uint8Array =>
    good.map((byte, index) => (index === at ? byte ^ xor : byte));
  return [
    ['another type', changed(0, 0x0f), 'tag'],
    ['another counter', changed(1, 2), 'tag'],
    ['counter 0', changed(1, 1), 'counter'],
    ['a counter 1025 ahead', Uint8Array.of(good[0]!, 0x01, 0x04, ...good.slice(3)), 'counter'],
    ['one flipped bit in the ciphertext', changed(5, 0x10), 'tag'],
    ['one flipped bit in the tag', changed(19, 0x80), 'tag'],
    ['a missing byte', good.slice(0, 19), 'tag'],
    ['less than header and tag', good.slice(0, 10), 'length'],
    ['21 bytes', Uint8Array.of(...good, 0), 'length'],
    ['a frame of the other direction', bytesOf(sealedVectors()[3]!.frameHex), 'tag'],
  ].map(([name, frame, problem]) => ({ name, frame, problem }));
}

function handshakeSegments(message: Uint8Array) {
  const envelope = createPlainEnvelope();
  const frames: string[] = [];
  splitMessage(message, (body, length) => frames.push(toHex(envelope.seal(FRAME.handshake, body, length))));
  return frames;
}

export function securityVectors(): Json {
  const pairing = exchangeVector('pairing');
  return asJson({
    labels: [KEY, new Uint8Array(16), new Uint8Array(16).fill(0xff)].map((secret) => ({
      secret,
      text: formatLabel(secret),
    })),
    pairing,
    session: exchangeVector('session'),
    refusals: keysOf(REFUSAL).map((code) => ({ code, message: encodeHandshake({ kind: 'refused', code }) })),
    helloFramesHex: handshakeSegments(pairing.hello),
    sealed: {
      keyToBelt: KEY,
      keyToController: OTHER_KEY,
      sessionId: SESSION_ID,
      frames: sealedVectors(),
      refusedByTheBelt: refusedSealedVectors(),
    },
  });
}
