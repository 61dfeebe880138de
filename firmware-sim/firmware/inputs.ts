// What comes in over the links. Inputs never wait for the next step, and STOP comes before everything, its own frame
// included.
import { decodeLease } from '../../protocol/codec.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { FRAME } from '../../protocol/messages.ts';
import { decodeRecordRequest } from '../../protocol/record-access.ts';
import { takeCommand } from './control-point.ts';
import { darken } from './emission.ts';
import { HAZARD_ROWS, respondTo } from './hazards.ts';
import { takeLease } from './lease.ts';
import { LINK_MAX_COUNT } from './limits.ts';
import { featureBytesOf, isShutOut } from './lock.ts';
import { takeHandshakeFrame } from './pairing.ts';
import { takeRecordRequest } from './record-access.ts';
import { advanceTo, dropLink, endSession, noteEvent } from './session.ts';
import { createLink, isSession, type Firmware, type Link } from './state.ts';
import { resendEvents, sendWantedTick } from './ticks.ts';

const linkOf = (fw: Firmware, id: number): Link | undefined => fw.links.find((link) => link.id === id);

/** False refuses a third central. */
export function acceptLink(fw: Firmware, id: number): boolean {
  if (fw.links.length >= LINK_MAX_COUNT) return false;
  fw.links.push(createLink(id));
  return true;
}

export function loseLink(fw: Firmware, id: number, nowMs: number): void {
  advanceTo(fw, nowMs);
  const link = linkOf(fw, id);
  if (link !== undefined) dropLink(fw, link, 'linkLost');
  sendWantedTick(fw);
}

/** Any bytes, any central, any state. Dark first. */
function stop(fw: Firmware, nowMs: number): void {
  fw.board.masterClosed = false;
  advanceTo(fw, nowMs);
  darken(fw);
  // The first one after an ARM is told at once whatever was sent just before; repeats keep the gap between ticks.
  if (!fw.stopLatched) fw.lastExtraTickAtMs = Number.NEGATIVE_INFINITY;
  // What changes nothing is no news: strangers must not push hazards out of the sticky events, nor choke who confirms them.
  const isNews = !fw.stopLatched || isSession(fw) || fw.prescription !== undefined;
  fw.stopLatched = true;
  if (isNews) noteEvent(fw, 'stopped');
  endSession(fw, 'stopped');
  fw.extraTickWanted = true;
  sendWantedTick(fw);
}

function countBadFrame(fw: Firmware, link: Link): void {
  if (link !== fw.owner || !isSession(fw)) return;
  fw.badFrameCount += 1;
  for (const hazard of HAZARD_ROWS)
    if (hazard.hazard === 15 && hazard.find(fw, 0) !== 0) respondTo(fw, hazard, hazard.find(fw, 0));
}

export function takeWrite(
  fw: Firmware,
  id: number,
  characteristic: Characteristic,
  bytes: Uint8Array,
  nowMs: number,
): void {
  if (characteristic === 'stop') return stop(fw, nowMs);
  const link = linkOf(fw, id);
  if (link === undefined) return;
  advanceTo(fw, nowMs);
  const frame = link.envelope.open(bytes);
  if (!frame.ok) countBadFrame(fw, link);
  else if (frame.sequence !== 'repeated') {
    const understood = takeFrame(fw, link, characteristic, frame.type, frame.bytes, frame.at, frame.length);
    if (!understood) countBadFrame(fw, link);
  }
  sendWantedTick(fw);
}

/** False when the frame is whole but makes no sense where it came. */
function takeFrame(
  fw: Firmware,
  link: Link,
  characteristic: Characteristic,
  type: number,
  bytes: Uint8Array,
  at: number,
  length: number,
): boolean {
  if (!link.isSealed && characteristic === 'controlPoint' && type === FRAME.handshake) {
    takeHandshakeFrame(fw, link, bytes, at, length);
    return true;
  }
  // Who has no key is not heard, and not counted either: strangers must not be able to end a session with junk.
  if (isShutOut(fw, link)) return true;
  if (characteristic === 'lease') {
    if (type !== FRAME.lease) return false;
    const lease = decodeLease(bytes, at, length);
    if (lease.ok && link === fw.owner) takeLease(fw, lease.value);
    return lease.ok;
  }
  if (characteristic === 'controlPoint') {
    if (type !== FRAME.command) return false;
    const message = link.reassembler.take(bytes, at, length, fw.nowMs);
    // A segment out of place is a lost one, not a forged one: the message is dropped, and its sender will miss the answer.
    return message === undefined || !message.ok ? true : takeCommand(fw, link, message.value);
  }
  if (characteristic === 'recordAccess') {
    if (type !== FRAME.recordRequest) return false;
    const request = decodeRecordRequest(bytes, at, length);
    if (request.ok) takeRecordRequest(fw, link, request.value);
    return request.ok;
  }
  return true;
}

export function takeSubscription(
  fw: Firmware,
  id: number,
  characteristic: Characteristic,
  wanted: boolean,
  nowMs: number,
): void {
  const link = linkOf(fw, id);
  if (link === undefined) return;
  advanceTo(fw, nowMs);
  if (wanted) {
    link.subscriptions.add(characteristic);
    if (characteristic === 'events') resendEvents(fw, link);
    return;
  }
  link.subscriptions.delete(characteristic);
  if (characteristic !== 'tick' || link !== fw.owner) return;
  if (isSession(fw)) endSession(fw, 'unsubscribed');
  sendWantedTick(fw);
}

/** Value of a readable characteristic. */
export function readValue(fw: Firmware, characteristic: Characteristic): Uint8Array | undefined {
  if (characteristic === 'feature') return featureBytesOf(fw);
  if (characteristic === 'battery') return Uint8Array.of(Math.floor(fw.board.batteryPercent));
  return undefined;
}
