// Commands. Each is answered once; a repeated id gets the stored answer and is not carried out again.
import { bytesEqual, readU16, writeU32 } from '../../protocol/bytes.ts';
import { ARM_PROOF_BYTES, NONCE_BYTES, armProof, prescriptionDigest } from '../../protocol/digest.ts';
import {
  decodeCommand,
  decodePrescription,
  encodeAnswer,
  encodePrescription,
} from '../../protocol/documents.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { equalInConstantTime } from '../../protocol/handshake.ts';
import {
  ANSWER,
  CONSENT,
  FRAME,
  OP,
  hazardBit,
  type CommandMessage,
  type OpName,
} from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import { openRecord } from './flash.ts';
import { uncoveredZones } from './hazards.ts';
import { forgetLease } from './lease.ts';
import { featureBytesOf } from './lock.ts';
import { BATTERY_START_PERCENT, SKIN_CLEAR_C } from './limits.ts';
import { NO_ZONE, checkProgram, refusal, type Refusal } from './program.ts';
import { failingZones } from './self-test.ts';
import { areSensorsPlausible } from './sensors.ts';
import { enterState, forgetPrescription, noteEvent, pauseSession, startStep } from './session.ts';
import { isSession, type Firmware, type Link } from './state.ts';
import { isEmissionMeasured, sendFrame } from './ticks.ts';

const NOTHING = new Uint8Array(0);
const ANSWERED_ON: readonly Characteristic[] = [
  'controlPoint',
  'tick',
  'events',
  'recordAccess',
  'recordData',
];

/** Operand of an accepted command, or why it was refused. */
type Outcome = Uint8Array | Refusal;
const isRefusal = (outcome: Outcome): outcome is Refusal => 'code' in outcome;

const lowestHazard = (mask: number): number => (mask === 0 ? 0 : 32 - Math.clz32(mask & -mask));
const lowestZone = (mask: number): number => (mask === 0 ? NO_ZONE : 31 - Math.clz32(mask & -mask));

/** What keeps the belt from being prepared or armed at all. */
function unfit(fw: Firmware): Refusal | undefined {
  if (fw.state === 'lockout') return refusal('lockedOut', lowestHazard(fw.flash.latched));
  if (fw.flash.latched !== 0) return refusal('hazardActive', lowestHazard(fw.flash.latched));
  if (fw.board.charging) return refusal('hazardActive', 18);
  if (!(fw.board.batteryPercent >= BATTERY_START_PERCENT)) return refusal('batteryLow', 18);
  return undefined;
}

function prepare(fw: Firmware, link: Link, operand: Uint8Array): Outcome {
  const reason = unfit(fw);
  if (reason !== undefined) return reason;
  if (isSession(fw)) return refusal(link === fw.owner ? 'wrongState' : 'notOwner');
  if (!ANSWERED_ON.every((characteristic) => link.subscriptions.has(characteristic)))
    return refusal('wrongState');
  const decoded = decodePrescription(operand);
  if (!decoded.ok) return refusal(decoded.problem === 'version' ? 'versionMismatch' : 'invalidOperand');
  const program = checkProgram(fw.board, decoded.value);
  if (!program.ok) return program.refusal;
  fw.owner = link;
  fw.prescription = decoded.value;
  fw.entries = program.entries;
  fw.backstopMs = program.backstopMs;
  fw.zoneEntry.fill(-1);
  fw.zoneStatus.fill(0);
  fw.hazards = 0;
  fw.pauseHazards = 0;
  fw.cause = 'none';
  const digest = prescriptionDigest(encodePrescription(decoded.value));
  const nonce = new Uint8Array(NONCE_BYTES);
  writeU32(nonce, 0, fw.board.entropy());
  writeU32(nonce, 4, fw.board.entropy());
  fw.digest = digest;
  fw.nonce = nonce;
  enterState(fw, 'prepared');
  const answer = new Uint8Array(digest.length + nonce.length);
  answer.set(digest, 0);
  answer.set(nonce, digest.length);
  return answer;
}

function arm(fw: Firmware, operand: Uint8Array): Outcome {
  const { prescription, digest, nonce } = fw;
  if (fw.state !== 'prepared' || prescription === undefined || digest === undefined || nonce === undefined)
    return refusal('wrongState');
  const consent = operand[ARM_PROOF_BYTES];
  if (operand.length !== ARM_PROOF_BYTES + 1) return refusal('invalidOperand');
  if (consent !== CONSENT.atController && consent !== CONSENT.beltButton) return refusal('invalidOperand');
  if (consent === CONSENT.beltButton && !fw.features.hasButton) return refusal('invalidOperand');
  const reason = unfit(fw);
  if (reason !== undefined) return reason;
  if (!equalInConstantTime(operand.subarray(0, ARM_PROOF_BYTES), armProof(digest, nonce))) {
    // H16. The nonce is spent: a wrong proof is not something to try again.
    forgetPrescription(fw);
    return refusal('digestMismatch', 16);
  }
  const first = prescription.entries.find((entry) => entry.step === 0 && fw.board.contact[entry.zone] !== 1);
  if (first !== undefined) return refusal('hazardActive', 5, first.zone);
  beginSession(fw, consent === CONSENT.beltButton);
  return NOTHING;
}

function beginSession(fw: Firmware, awaitButton: boolean): void {
  const { prescription } = fw;
  if (prescription === undefined) return;
  fw.nonce = undefined;
  fw.stopLatched = false;
  fw.cause = 'none';
  fw.hazards = 0;
  fw.pauseHazards = 0;
  fw.epoch = 1;
  fw.armedAtMs = fw.nowMs;
  fw.emissionMs = 0;
  fw.totalEmissionMs = 0;
  fw.badFrameCount = 0;
  fw.contactLossCount = 0;
  fw.contactLossMs = 0;
  fw.selfTestPassed = false;
  fw.countdownDone = false;
  fw.firstTick = fw.tick + 1;
  forgetLease(fw);
  fw.leaseAcceptedAtMs = fw.nowMs;
  fw.deliveredMjPerCm2.fill(0);
  fw.entryOnMs.fill(0);
  fw.entryCountedMs.fill(0);
  fw.entryStatus.fill(1);
  fw.countsSameMs.fill(0);
  fw.thermalDoseMin.fill(0);
  fw.meterMj.set(fw.board.monitorEnergyMj);
  openRecord(fw, prescription);
  startStep(fw, 0);
  enterState(fw, awaitButton ? 'awaitingButton' : 'selfTest');
}

function pause(fw: Firmware): Outcome {
  if (fw.state === 'paused') return NOTHING;
  if (fw.state !== 'armed' && fw.state !== 'countdown' && fw.state !== 'selfTest')
    return refusal('wrongState');
  pauseSession(fw, 'pausedByCommand');
  return NOTHING;
}

function resume(fw: Firmware, operand: Uint8Array): Outcome {
  if (fw.state !== 'paused') return refusal('wrongState');
  const next = fw.epoch >= 255 ? 1 : fw.epoch + 1;
  if (operand.length !== 1 || operand[0] !== next) return refusal('invalidOperand');
  const uncovered = uncoveredZones(fw);
  if (uncovered !== 0) return refusal('hazardActive', 5, lowestZone(uncovered));
  fw.epoch = next;
  fw.pauseHazards = 0;
  fw.cause = 'none';
  forgetLease(fw);
  enterState(fw, fw.countdownDone ? 'armed' : fw.selfTestPassed ? 'countdown' : 'selfTest');
  return NOTHING;
}

/** Latched hazards whose condition still holds, as a mask. */
function stillPresent(fw: Firmware): number {
  let mask = 0;
  for (let zone = 0; zone < fw.skinC.length; zone++) {
    if (!(fw.skinC[zone]! < SKIN_CLEAR_C)) mask |= hazardBit(1);
    if (!areSensorsPlausible(fw, zone)) mask |= hazardBit(4);
  }
  if (isEmissionMeasured(fw)) mask |= hazardBit(7) | hazardBit(10);
  if (failingZones(fw) !== 0) mask |= hazardBit(17) | hazardBit(10);
  return mask & fw.flash.latched;
}

function clear(fw: Firmware, operand: Uint8Array): Outcome {
  if (fw.state !== 'lockout' && fw.state !== 'standby' && fw.state !== 'ended') return refusal('wrongState');
  if (!bytesEqual(operand, fw.flash.beltId)) return refusal('notConfirmed');
  const present = stillPresent(fw);
  fw.flash.latched = present;
  if (present !== 0) return refusal('hazardActive', lowestHazard(present));
  fw.flash.lockedOut = false;
  fw.hazards = 0;
  fw.pauseHazards = 0;
  enterState(fw, 'standby');
  return NOTHING;
}

function confirmEvents(fw: Firmware, operand: Uint8Array): Outcome {
  if (operand.length !== 2) return refusal('invalidOperand');
  const upTo = readU16(operand, 0);
  // Numbers wrap at 16 bits: what lies up to half a circle before is older.
  fw.events = fw.events.filter((event) => ((upTo - event.number) & 0xffff) > 0x7fff);
  return NOTHING;
}

/** To ask changes nothing, and who stops a sealed belt must know which one it was, however frozen its owner is. */
const isAsking = (op: OpName): boolean => op === 'poll' || op === 'features';

/** Nobody else's commands reach a belt with an owner; taking over an idle one goes through PREPARE. */
function mayCommand(fw: Firmware, link: Link, op: OpName): boolean {
  if (isAsking(op) || link === fw.owner) return true;
  if (op === 'prepare') return !isSession(fw);
  if (op === 'arm' || op === 'pause' || op === 'resume') return false;
  return fw.owner === undefined;
}

function carryOut(fw: Firmware, link: Link, command: CommandMessage): Outcome {
  const { op, operand } = command;
  if (!mayCommand(fw, link, op)) return refusal('notOwner');
  switch (op) {
    case 'prepare':
      return prepare(fw, link, operand);
    case 'arm':
      return arm(fw, operand);
    case 'pause':
      return operand.length === 0 ? pause(fw) : refusal('invalidOperand');
    case 'resume':
      return resume(fw, operand);
    case 'clear':
      return clear(fw, operand);
    case 'poll':
      fw.extraTickWanted = true;
      return NOTHING;
    case 'identify':
      return NOTHING;
    case 'confirmEvents':
      return confirmEvents(fw, operand);
    case 'features':
      return featureBytesOf(fw);
  }
}

const isProgramming = (op: OpName): boolean =>
  op === 'prepare' || op === 'arm' || op === 'pause' || op === 'resume' || op === 'clear';

function indicate(fw: Firmware, link: Link, answer: Uint8Array): void {
  splitMessage(answer, (segment, length) => {
    sendFrame(fw, link, 'controlPoint', FRAME.answer, length, segment);
  });
}

/** An op code that is none is answered with its own byte, so that the other end can tell which one it was. */
function answerUnknown(fw: Firmware, link: Link, message: Uint8Array): void {
  const code = ANSWER.opNotSupported;
  indicate(fw, link, Uint8Array.of(OP.answer, message[0]!, message[1]!, code, 0, NO_ZONE));
}

/** One whole message on the control point. False when it makes no sense at all. */
export function takeCommand(fw: Firmware, link: Link, message: Uint8Array): boolean {
  if (message.length < 2) return false;
  const decoded = decodeCommand(message);
  if (!decoded.ok) {
    answerUnknown(fw, link, message);
    return true;
  }
  const { op, commandId } = decoded.value;
  const { lastCommand, lastAnswer } = link;
  if (lastCommand !== undefined && lastAnswer !== undefined && commandId === lastCommand[1]) {
    if (bytesEqual(message, lastCommand)) indicate(fw, link, lastAnswer);
    else answerWith(fw, link, op, commandId, refusal('commandIdReused'));
    return true;
  }
  const outcome = commandId === 0 ? refusal('invalidOperand') : carryOut(fw, link, decoded.value);
  if (!isRefusal(outcome) && isProgramming(op)) fw.commandId = commandId;
  if (isRefusal(outcome) && outcome.hazard !== 0) noteEvent(fw, 'hazard', outcome.hazard, outcome.zone);
  const answer = answerWith(fw, link, op, commandId, outcome);
  link.lastCommand = message;
  link.lastAnswer = answer;
  return true;
}

function answerWith(fw: Firmware, link: Link, op: OpName, commandId: number, outcome: Outcome): Uint8Array {
  const answer = isRefusal(outcome)
    ? encodeAnswer({
        op,
        commandId,
        code: outcome.code,
        operand: Uint8Array.of(outcome.hazard, outcome.zone),
      })
    : encodeAnswer({ op, commandId, code: 'ok', operand: outcome });
  indicate(fw, link, answer);
  return answer;
}
