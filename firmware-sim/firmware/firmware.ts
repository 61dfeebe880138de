// The firmware's boot and its step. What comes in between steps is in inputs.ts.
import { encodeFeatures } from '../../protocol/documents.ts';
import { BUTTON_WAIT_MS, LEASE_TTL_MS, hazardBit } from '../../protocol/messages.ts';
import type { Board } from '../board.ts';
import { controlEmission, darken, hasDoseLeft } from './emission.ts';
import { describeFeatures } from './features.ts';
import { interruptOpenRecord, persistRecord, type Flash } from './flash.ts';
import { evaluateHazards } from './hazards.ts';
import { COUNTDOWN_MS, LINK_MAX_COUNT, PERSIST_PERIOD_MS, SELF_TEST_MS, SLOW_PERIOD_MS } from './limits.ts';
import { createLock, type BeltSecrets } from './lock.ts';
import { dropWornLinks } from './pairing.ts';
import { failingZones } from './self-test.ts';
import { readTemperatures } from './sensors.ts';
import {
  advanceTo,
  dropLink,
  endSession,
  endWhenComplete,
  enterState,
  finishZone,
  noteEvent,
} from './session.ts';
import { ZONE, createFirmware, isSession, type Firmware, type FirmwareOutputs } from './state.ts';
import { sendDueTicks } from './ticks.ts';

/** A fresh start from what the flash holds: dark, and locked out while a hazard is latched. */
export function bootFirmware(
  board: Board,
  flash: Flash,
  hasButton: boolean,
  outputs: FirmwareOutputs,
  secrets: BeltSecrets,
): Firmware {
  const features = describeFeatures(board, flash.beltId, hasButton);
  const fw = createFirmware(board, flash, createLock(secrets), features, encodeFeatures(features), outputs);
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
    dropWornLinks(fw);
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
  if (fw.nowMs - fw.leaseAcceptedAtMs <= LEASE_TTL_MS) return;
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
