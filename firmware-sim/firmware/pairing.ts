// The belt's end of pairing and session set-up: handshake frames in, keys and sealed links out. One exchange per link;
// a new hello replaces the one before it.
import type { Admission, BeltHandshake } from '../../protocol/exchange.ts';
import {
  encodeHandshake,
  HANDSHAKE,
  HANDSHAKE_TIMEOUT_MS,
  type RefusalCode,
} from '../../protocol/handshake-messages.ts';
import { FRAME } from '../../protocol/messages.ts';
import { equalInConstantTime } from '../../protocol/handshake.ts';
import { createPairingBelt, type BeltPairing } from '../../protocol/pairing.ts';
import { createSealedEnvelope } from '../../protocol/sealing.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { createSessionBelt, type BeltSession } from '../../protocol/session-setup.ts';
import { findStored, isKeyOf, withConfirmedKey } from './key-store.ts';
import { HELLO_GAP_MS } from './limits.ts';
import { countPairingFailure, keyStoreOf, whyNotPair, writeKeyStore } from './lock.ts';
import { dropLink, forgetPrescription } from './session.ts';
import { isSession, type Firmware, type Link } from './state.ts';
import { resendEvents } from './ticks.ts';

/** In the open, whatever the belt's lock: a handshake is how a link gets its keys. */
function say(fw: Firmware, link: Link, message: Uint8Array): void {
  splitMessage(message, (segment, length) => {
    const frame = link.envelope.seal(FRAME.handshake, segment, length);
    fw.outputs.send(link.id, 'controlPoint', frame);
  });
}

function startPairing(fw: Firmware): BeltHandshake<BeltPairing> {
  const { labelSecret, randomBytes } = fw.lock.secrets;
  return createPairingBelt({
    labelSecret,
    beltId: fw.flash.beltId,
    randomBytes,
    refuse: (controllerId) => whyNotPair(fw, controllerId),
  });
}

/**
 * The key of a controller. After a pairing whose last message may have been lost there are two, the old and the
 * provisional one, and only the controller knows which it holds: a wrong proof makes the next exchange on its link try
 * the other. On its link alone: nobody else's wrong proofs may decide which key the belt looks at, and which it keeps.
 */
function findKey(fw: Firmware, controllerId: Uint8Array, prefersOldKey: boolean): FoundKey {
  const store = keyStoreOf(fw);
  if (store === undefined) return notFound('storeDamaged');
  const old = findStored(store, controllerId);
  const { provisional } = store;
  if (old !== undefined && (prefersOldKey || !isKeyOf(provisional, controllerId)))
    return { admission: { ok: true, secret: old.longTermKey }, isOld: true };
  if (!isKeyOf(provisional, controllerId)) return notFound('notPaired');
  // It would lock the belt under the feet of whoever treats in the open.
  if (isSession(fw)) return notFound('busy');
  return { admission: { ok: true, secret: provisional.longTermKey }, isOld: false };
}

interface FoundKey {
  readonly admission: Admission;
  /** From before the newest pairing of this controller. */
  readonly isOld: boolean;
}
const notFound = (code: RefusalCode): FoundKey => ({ admission: { ok: false, code }, isOld: false });

interface SessionAttempt {
  readonly exchange: BeltHandshake<BeltSession>;
  /** Whether the key that was tried, not the one that was to be, is the older of two. */
  triedOldKey(): boolean;
}

function startSession(fw: Firmware, link: Link): SessionAttempt {
  const { lock } = fw;
  const { prefersOldKey } = link;
  let isOld = false;
  const exchange = createSessionBelt({
    findKey(controllerId) {
      const found = findKey(fw, controllerId, prefersOldKey);
      isOld = found.isOld;
      return found.admission;
    },
    beltId: fw.flash.beltId,
    bootEpoch: lock.bootEpoch,
    randomBytes: lock.secrets.randomBytes,
  });
  return { exchange, triedOldKey: () => isOld };
}

function keepProvisional(fw: Firmware, link: Link, { controllerId, longTermKey }: BeltPairing): void {
  const store = keyStoreOf(fw);
  if (store === undefined) return;
  writeKeyStore(fw, { keys: store.keys, provisional: { controllerId, longTermKey } });
  link.prefersOldKey = false;
}

/** The controller has shown which key it holds: that one stays, the other goes. */
function settleKeys(fw: Firmware, controllerId: Uint8Array, usedOldKey: boolean): void {
  const store = keyStoreOf(fw);
  if (store === undefined || !isKeyOf(store.provisional, controllerId)) return;
  if (usedOldKey) return writeKeyStore(fw, { keys: store.keys, provisional: undefined });
  writeKeyStore(fw, withConfirmedKey(store));
  dropReplaced(fw, controllerId);
}

/** Who pairs anew locks out a thief of the older key, also one who is connected already. No session is under way. */
function dropReplaced(fw: Firmware, controllerId: Uint8Array): void {
  for (const link of fw.links) {
    if (link.controllerId === undefined || !equalInConstantTime(link.controllerId, controllerId)) continue;
    dropLink(fw, link, 'superseded');
    fw.outputs.disconnect(link.id, 'its key was replaced');
  }
}

/** From here on this link is heard and told sealed only. What came in the open before counts for nothing. */
function sealLink(fw: Firmware, link: Link, session: BeltSession): void {
  const { owner } = fw;
  if (owner !== undefined && !owner.isSealed && !isSession(fw)) {
    fw.owner = undefined;
    forgetPrescription(fw);
  }
  link.sealed = createSealedEnvelope(session.keys, 'belt');
  link.envelope = link.sealed;
  link.isSealed = true;
  link.controllerId = session.controllerId;
  link.reassembler.reset();
  link.lastCommand = undefined;
  link.lastAnswer = undefined;
  if (link.subscriptions.has('events')) resendEvents(fw, link);
  fw.extraTickWanted = true;
}

function advancePairing(fw: Firmware, link: Link, exchange: BeltHandshake<BeltPairing>, message: Uint8Array) {
  const step = exchange.take(message);
  // Written before it is told: a controller never holds a key that the belt does not have.
  if (step.status === 'done') keepProvisional(fw, link, step.result);
  if (step.status === 'failed' && step.reason === 'wrongProof') countPairingFailure(fw);
  if (step.send !== undefined) say(fw, link, step.send);
  return step.status === 'waiting';
}

function advanceSession(fw: Firmware, link: Link, attempt: SessionAttempt, message: Uint8Array): boolean {
  const step = attempt.exchange.take(message);
  if (step.status === 'failed' && step.reason === 'wrongProof') link.prefersOldKey = !attempt.triedOldKey();
  if (step.status === 'done') settleKeys(fw, step.result.controllerId, attempt.triedOldKey());
  if (step.send !== undefined) say(fw, link, step.send);
  if (step.status === 'done') sealLink(fw, link, step.result);
  return step.status === 'waiting';
}

/** A hello costs the belt key arithmetic, which must not be had without end while somebody is treated. */
function isTooSoon(fw: Firmware): boolean {
  if (isSession(fw) && !(fw.nowMs - fw.lock.lastHelloAtMs >= HELLO_GAP_MS)) return true;
  fw.lock.lastHelloAtMs = fw.nowMs;
  return false;
}

function beginExchange(fw: Firmware, link: Link, kind: number | undefined): void {
  if (kind === HANDSHAKE.pairHello) {
    const exchange = startPairing(fw);
    link.handshake = {
      startedAtMs: fw.nowMs,
      advance: (message) => advancePairing(fw, link, exchange, message),
    };
  } else {
    const attempt = startSession(fw, link);
    link.handshake = {
      startedAtMs: fw.nowMs,
      advance: (message) => advanceSession(fw, link, attempt, message),
    };
  }
}

function takeHandshake(fw: Firmware, link: Link, message: Uint8Array): void {
  const kind = message[0];
  if (kind === HANDSHAKE.pairHello || kind === HANDSHAKE.sessionHello) {
    link.handshake = undefined;
    if (isTooSoon(fw)) return say(fw, link, encodeHandshake({ kind: 'refused', code: 'busy' }));
    beginExchange(fw, link, kind);
  }
  const { handshake } = link;
  link.handshake = undefined;
  if (handshake === undefined || !(fw.nowMs - handshake.startedAtMs <= HANDSHAKE_TIMEOUT_MS))
    return say(fw, link, encodeHandshake({ kind: 'refused', code: 'malformed' }));
  if (handshake.advance(message)) link.handshake = handshake;
}

/** One segment, on a link that is not sealed. A segment out of place drops the message; its sender misses the answer. */
export function takeHandshakeFrame(
  fw: Firmware,
  link: Link,
  bytes: Uint8Array,
  at: number,
  length: number,
): void {
  const message = link.handshakeParts.take(bytes, at, length, fw.nowMs);
  if (message?.ok === true) takeHandshake(fw, link, message.value);
}

/** A counter must never come round: long before, the link goes, and the next one has fresh keys. */
export function dropWornLinks(fw: Firmware): void {
  for (const link of fw.links) {
    if (link.sealed?.isWornOut() !== true) continue;
    dropLink(fw, link, 'linkLost');
    fw.outputs.disconnect(link.id, 'keys worn out');
  }
}
