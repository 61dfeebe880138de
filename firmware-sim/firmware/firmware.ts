// The firmware's entry points: boot, one step, and what comes in over the links. Inputs never wait for the next step,
// and STOP comes before everything, its own frame included.
import { decodeLease } from '../../protocol/codec.ts';
import { encodeFeatures } from '../../protocol/documents.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { BUTTON_WAIT_MS, FRAME, LEASE_TTL_MS, PROTOCOL_VERSION, hazardBit } from '../../protocol/messages.ts';
import type { Features } from '../../protocol/messages.ts';
import { decodeRecordRequest } from '../../protocol/record-access.ts';
import type { Board } from '../board.ts';
import { takeCommand } from './control-point.ts';
import { controlEmission, darken, hasDoseLeft, integrateDose } from './emission.ts';
import { interruptOpenRecord, persistRecord, type Flash } from './flash.ts';
import { HAZARD_ROWS, evaluateHazards, respondTo } from './hazards.ts';
import { takeLease } from './lease.ts';
import {
  COUNTDOWN_MS,
  LINK_MAX_COUNT,
  MEASUREMENT_UNCERTAINTY,
  PERSIST_PERIOD_MS,
  PROGRAM_CAP_MW_PER_CM2,
  RADIANT_EXPOSURE_MAX_MJ_PER_CM2,
  SELF_TEST_MS,
  SESSION_MAX_MS,
  SKIN_CUT_C,
  SLOW_PERIOD_MS,
} from './limits.ts';
import { takeRecordRequest } from './record-access.ts';
import { failingZones } from './self-test.ts';
import { readTemperatures } from './sensors.ts';
import {
  endSession,
  endWhenComplete,
  enterState,
  finishZone,
  forgetPrescription,
  noteEvent,
} from './session.ts';
import {
  ZONE,
  createFirmware,
  createLink,
  isSession,
  type Firmware,
  type FirmwareOutputs,
  type Link,
} from './state.ts';
import { resendEvents, sendDueTicks, sendWantedTick } from './ticks.ts';

export const FIRMWARE_VERSION = [1, 0, 0] as const;

export function describeFeatures(board: Board, beltId: Uint8Array, hasButton: boolean): Features {
  return {
    protocolMajor: PROTOCOL_VERSION.major,
    protocolMinor: PROTOCOL_VERSION.minor,
    simulated: true,
    paired: false,
    hasButton,
    beltId,
    firmwareVersion: FIRMWARE_VERSION,
    zoneCount: board.zoneCount,
    leaseTtlMs: LEASE_TTL_MS,
    countdownMs: COUNTDOWN_MS,
    sessionMaxS: SESSION_MAX_MS / 1000,
    skinTemperatureCutCentiC: SKIN_CUT_C * 100,
    radiantExposureMaxTenMicroJPerCm2: RADIANT_EXPOSURE_MAX_MJ_PER_CM2 * 100,
    measurementUncertaintyCentiPercent: MEASUREMENT_UNCERTAINTY * 10_000,
    emitters: Array.from({ length: board.emitterCount }, (_, emitter) => {
      const areaCm2 = board.emitterAreaCm2[emitter]!;
      const powerMaxMw = board.emitterPowerMaxMw[emitter]!;
      return {
        zone: board.emitterZone[emitter]!,
        wavelengthNm: board.emitterWavelengthNm[emitter]!,
        areaCentiCm2: Math.round(areaCm2 * 100),
        radiantPowerMaxCentiMw: Math.round(powerMaxMw * 100),
        irradianceMaxCentiMwPerCm2: Math.floor(Math.min(PROGRAM_CAP_MW_PER_CM2, powerMaxMw / areaCm2) * 100),
      };
    }),
  };
}

/** A fresh start from what the flash holds: dark, and locked out while a hazard is latched. */
export function bootFirmware(
  board: Board,
  flash: Flash,
  hasButton: boolean,
  outputs: FirmwareOutputs,
): Firmware {
  const features = describeFeatures(board, flash.beltId, hasButton);
  const fw = createFirmware(board, flash, features, encodeFeatures(features), outputs);
  darken(fw);
  flash.bootCount += 1;
  interruptOpenRecord(flash);
  fw.tick = flash.tickReserve;
  if (flash.latched !== 0 || flash.lockedOut) fw.state = 'lockout';
  return fw;
}

/** One step of the belt. `nowMs` is the belt's own time since boot; steps are 10 ms apart, inputs may lie between. */
export function stepFirmware(fw: Firmware, nowMs: number): void {
  // From step to step: inputs in between must not slow the hazards' timers down.
  const elapsedMs = nowMs - fw.lastStepAtMs;
  fw.lastStepAtMs = nowMs;
  fw.board.watchdogFeeds += 1;
  const session = isSession(fw);
  advanceTo(fw, nowMs);
  const slowMs = nowMs - fw.lastSlowAtMs;
  if (slowMs >= SLOW_PERIOD_MS) {
    fw.lastSlowAtMs = nowMs;
    readTemperatures(fw, slowMs, fw.board.masterClosed);
    evaluateHazards(fw, 'slow', slowMs);
    reportBattery(fw);
  }
  evaluateHazards(fw, 'fast', elapsedMs);
  if (session && isSession(fw)) runSession(fw);
  sendDueTicks(fw);
}

function runSession(fw: Firmware): void {
  const inStateMs = fw.nowMs - fw.stateSinceMs;
  switch (fw.state) {
    case 'awaitingButton':
      if (fw.board.buttonPressed) {
        fw.leaseAcceptedAtMs = fw.nowMs;
        enterState(fw, 'selfTest');
      } else if (!(inStateMs < BUTTON_WAIT_MS)) endSession(fw, 'silence');
      break;
    case 'selfTest':
      if (inStateMs >= SELF_TEST_MS) finishSelfTest(fw);
      break;
    case 'countdown':
      if (inStateMs >= COUNTDOWN_MS) {
        fw.countdownDone = true;
        enterState(fw, 'armed');
      }
      break;
    case 'armed':
      treat(fw);
      break;
    case 'paused':
    case 'standby':
    case 'prepared':
    case 'ended':
    case 'lockout':
      break;
  }
  if (isSession(fw)) makeWayForHelp(fw);
  if (isSession(fw) && fw.nowMs - fw.persistedAtMs >= PERSIST_PERIOD_MS) persistRecord(fw);
}

function finishSelfTest(fw: Firmware): void {
  const failing = failingZones(fw);
  if (failing === 0) {
    fw.selfTestPassed = true;
    enterState(fw, 'countdown');
    return;
  }
  fw.hazards |= hazardBit(17);
  fw.flash.latched |= hazardBit(17);
  endSession(fw, 'hazard', 'lockout');
  noteEvent(fw, 'hazard', 17, 31 - Math.clz32(failing & -failing));
}

function treat(fw: Firmware): void {
  for (let zone = 0; zone < fw.zoneEntry.length; zone++) {
    if (fw.zoneStatus[zone] !== ZONE.emitting && fw.zoneStatus[zone] !== ZONE.waiting) continue;
    if (!hasDoseLeft(fw, fw.zoneEntry[zone]!)) finishZone(fw, zone, ZONE.done);
  }
  endWhenComplete(fw);
  if (isSession(fw)) controlEmission(fw);
}

/** A frozen owner must not block the second central that came to stop the belt. */
function makeWayForHelp(fw: Firmware): void {
  const { owner } = fw;
  if (owner === undefined || fw.links.length < LINK_MAX_COUNT || fw.state === 'awaitingButton') return;
  if (fw.nowMs <= fw.leaseEndMs) return;
  if (!fw.leaseTaken && fw.nowMs - fw.leaseAcceptedAtMs <= LEASE_TTL_MS) return;
  dropLink(fw, owner, 'superseded');
  fw.outputs.disconnect(owner.id, 'superseded');
}

function reportBattery(fw: Firmware): void {
  const percent = Math.floor(fw.board.batteryPercent);
  if (percent === fw.lastBatteryPercent) return;
  fw.lastBatteryPercent = percent;
  for (const link of fw.links)
    if (link.subscriptions.has('battery')) fw.outputs.send(link.id, 'battery', Uint8Array.of(percent));
}

const linkOf = (fw: Firmware, id: number): Link | undefined => fw.links.find((link) => link.id === id);

/** False refuses a third central. */
export function acceptLink(fw: Firmware, id: number): boolean {
  if (fw.links.length >= LINK_MAX_COUNT) return false;
  fw.links.push(createLink(id));
  return true;
}

function dropLink(fw: Firmware, link: Link, cause: 'linkLost' | 'superseded'): void {
  fw.links = fw.links.filter((other) => other !== link);
  if (link !== fw.owner) return;
  fw.owner = undefined;
  if (isSession(fw)) endSession(fw, cause);
  else forgetPrescription(fw);
}

export function loseLink(fw: Firmware, id: number, nowMs: number): void {
  advanceTo(fw, nowMs);
  const link = linkOf(fw, id);
  if (link !== undefined) dropLink(fw, link, 'linkLost');
  sendWantedTick(fw);
}

/** Light up to now belongs to the session before whatever the input changes. */
function advanceTo(fw: Firmware, nowMs: number): void {
  if (isSession(fw)) integrateDose(fw, nowMs - fw.nowMs);
  fw.nowMs = nowMs;
}

/** Any bytes, any central, any state. Dark first. */
function stop(fw: Firmware, nowMs: number): void {
  fw.board.masterClosed = false;
  advanceTo(fw, nowMs);
  darken(fw);
  // The first one after an ARM is told at once whatever was sent just before; repeats keep the gap between ticks.
  if (!fw.stopLatched) fw.lastExtraTickAtMs = Number.NEGATIVE_INFINITY;
  fw.stopLatched = true;
  noteEvent(fw, 'stopped');
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
  if (characteristic === 'feature') return fw.featureBytes;
  if (characteristic === 'battery') return Uint8Array.of(Math.floor(fw.board.batteryPercent));
  return undefined;
}
