// What each fault does to the simulated belt, and how it is undone when its time is over.
import type { Fault } from './faults.ts';
import type { AnswerFault, FrameFault, LinkFaults } from './link-faults.ts';
import { senseDrivers, type Optics } from './optics.ts';
import type { Skin } from './skin.ts';

/** The parts of a simulated belt that faults reach into. */
export interface FaultTarget {
  readonly optics: Optics;
  readonly skin: Skin;
  readonly link: LinkFaults;
  /** Emitters whose circuit is open, which the driver's current sense finds. */
  readonly openEmitters: Uint8Array;
  /** Ratio by which the firmware's clock runs fast. */
  setClockDrift(ratio: number): void;
  hangFirmware(): void;
  reboot(awayMs: number): void;
  dropLinks(awayMs: number): void;
  loseRecords(count: number | undefined, resetCounters: boolean): void;
  releaseStalled(): void;
  damageKeyStore(): void;
  openPairingWindow(): void;
  factoryReset(): void;
}

type Undo = () => void;

function eachZone(target: FaultTarget, fault: Fault, act: (zone: number) => void): void {
  for (let zone = 0; zone < target.skin.touching.length; zone++)
    if (fault.zone === undefined || fault.zone === zone) act(zone);
}

function eachEmitter(target: FaultTarget, fault: Fault, act: (emitter: number) => void): void {
  const { board } = target.optics;
  const wavelength = fault.numbers['wavelength'];
  for (let emitter = 0; emitter < board.emitterCount; emitter++) {
    if (fault.zone !== undefined && board.emitterZone[emitter] !== fault.zone) continue;
    if (wavelength !== undefined && board.emitterWavelengthNm[emitter] !== wavelength) continue;
    act(emitter);
  }
}

/** One driver per zone gets stuck, its first, unless a wavelength names another. */
function stuckEmitters(target: FaultTarget, fault: Fault): number[] {
  const { board } = target.optics;
  const chosen: number[] = [];
  eachEmitter(target, fault, (emitter) => {
    const zone = board.emitterZone[emitter];
    if (!chosen.some((other) => board.emitterZone[other] === zone)) chosen.push(emitter);
  });
  return chosen;
}

function eachSensor(target: FaultTarget, fault: Fault, act: (sensor: number) => void): void {
  const which = fault.choices['sensor'];
  eachZone(target, fault, (zone) => {
    if (which !== 'b') act(zone * 2);
    if (which !== 'a') act(zone * 2 + 1);
  });
}

type Values = Uint8Array | Float64Array;
interface Overlay {
  readonly below: number;
  readonly values: { readonly value: number }[];
}
const overlays = new WeakMap<Values, Map<number, Overlay>>();

/** Faults that overlap lie above each other: the newest counts, and when the last is over there is what was there before. */
function overlay(array: Values, position: number, value: number): Undo {
  const places = overlays.get(array) ?? new Map<number, Overlay>();
  overlays.set(array, places);
  const place = places.get(position) ?? { below: array[position]!, values: [] };
  places.set(position, place);
  const own = { value };
  place.values.push(own);
  array[position] = value;
  return () => {
    place.values.splice(place.values.indexOf(own), 1);
    array[position] = place.values.at(-1)?.value ?? place.below;
    if (place.values.length === 0) places.delete(position);
  };
}

/** Sets a value for some positions until it is undone. */
function setAll(array: Values, positions: readonly number[], value: number): Undo {
  const undos = positions.map((position) => overlay(array, position, value));
  return () => undos.forEach((undo) => undo());
}

function collect(each: (act: (position: number) => void) => void): number[] {
  const positions: number[] = [];
  each((position) => positions.push(position));
  return positions;
}

const zonesOf = (target: FaultTarget, fault: Fault): number[] =>
  collect((act) => eachZone(target, fault, act));
const emittersOf = (target: FaultTarget, fault: Fault): number[] =>
  collect((act) => eachEmitter(target, fault, act));
const sensorsOf = (target: FaultTarget, fault: Fault): number[] =>
  collect((act) => eachSensor(target, fault, act));

function stickOn(target: FaultTarget, fault: Fault): Undo {
  const undo = setAll(target.optics.stuckOn, stuckEmitters(target, fault), 1);
  const welded = fault.choices['master'] === 'welded';
  if (welded) target.optics.masterWelded = true;
  senseDrivers(target.optics, target.openEmitters);
  return () => {
    undo();
    if (welded) target.optics.masterWelded = false;
    senseDrivers(target.optics, target.openEmitters);
  };
}

function killEmitters(target: FaultTarget, fault: Fault): Undo {
  const emitters = emittersOf(target, fault);
  const undo = setAll(target.optics.dead, emitters, 1);
  const undoOpen =
    fault.choices['as'] === 'open' ? setAll(target.openEmitters, emitters, 1) : (): void => undefined;
  senseDrivers(target.optics, target.openEmitters);
  return () => {
    undo();
    undoOpen();
    senseDrivers(target.optics, target.openEmitters);
  };
}

function disturbFrames(target: FaultTarget, fault: Fault, kind: FrameFault['kind']): Undo {
  const entry: FrameFault = {
    kind,
    rate: fault.numbers['rate'] ?? 1,
    left: fault.numbers['count'] ?? Number.POSITIVE_INFINITY,
    direction: fault.choices['direction'] ?? 'both',
    characteristic: fault.choices['characteristic'],
  };
  // A named number of frames means the next ones, not a lottery.
  const exact = fault.numbers['count'] === undefined ? entry : { ...entry, rate: 1 };
  target.link.frames.push(exact);
  return () => void target.link.frames.splice(target.link.frames.indexOf(exact), 1);
}

function stall(target: FaultTarget, fault: Fault): Undo {
  const direction = fault.choices['direction'];
  const toBelt = direction === 'to-central' ? 0 : 1;
  const toCentral = direction === 'to-belt' ? 0 : 1;
  target.link.stalledToBelt += toBelt;
  target.link.stalledToCentral += toCentral;
  return () => {
    target.link.stalledToBelt -= toBelt;
    target.link.stalledToCentral -= toCentral;
    target.releaseStalled();
  };
}

function loseAnswers(target: FaultTarget, fault: Fault): void {
  const entry: AnswerFault = {
    effect: fault.choices['effect'] === 'before' ? 'before' : 'after',
    op: fault.choices['op'],
    left: fault.numbers['count'] ?? 1,
    swallowing: false,
  };
  target.link.answers.push(entry);
}

function drainBattery(target: FaultTarget, fault: Fault): Undo {
  const { skin } = target;
  const before = skin.usedMwh;
  skin.usedMwh = skin.batteryMwh * (1 - (fault.numbers['percent'] ?? 8) / 100);
  return () => void (skin.usedMwh = before);
}

/** Makes it happen. The answer undoes it; undefined when there is nothing to undo. */
export function applyFault(target: FaultTarget, fault: Fault): Undo | undefined {
  const { optics, skin } = target;
  const factor = fault.numbers['factor'] ?? 1;
  const awayMs = fault.forMs ?? 0;
  switch (fault.name) {
    case 'contact-lost':
      return setAll(skin.touching, zonesOf(target, fault), 0);
    case 'contact-sensor-stuck':
      return setAll(
        skin.contactStuck,
        zonesOf(target, fault),
        fault.choices['reads'] === 'uncovered' ? 2 : 1,
      );
    case 'over-temperature':
      return setAll(skin.heldC, zonesOf(target, fault), fault.numbers['celsius'] ?? 44);
    case 'temperature-sensor-stuck':
      return setAll(skin.sensorStuck, sensorsOf(target, fault), 1);
    case 'temperature-sensor-open':
      return setAll(skin.sensorOpen, sensorsOf(target, fault), 1);
    case 'emitter-stuck-on':
      return stickOn(target, fault);
    case 'emitter-dead':
      return killEmitters(target, fault);
    case 'emitter-gain':
      return setAll(optics.faultGain, emittersOf(target, fault), factor);
    case 'feedback-open':
      return setAll(optics.feedbackOpen, emittersOf(target, fault), 1);
    case 'monitor-gain':
      return setAll(optics.faultMonitorGain, emittersOf(target, fault), factor);
    case 'monitor-open':
      return setAll(optics.faultMonitorGain, emittersOf(target, fault), 0);
    case 'double-frequency':
      optics.doubleFrequency = true;
      return () => void (optics.doubleFrequency = false);
    case 'link-drop':
      return void target.dropLinks(awayMs);
    case 'link-stall':
      return stall(target, fault);
    case 'frame-loss':
      return disturbFrames(target, fault, 'loss');
    case 'frame-corrupt':
      return disturbFrames(target, fault, 'corrupt');
    case 'frame-duplicate':
      return disturbFrames(target, fault, 'duplicate');
    case 'answer-lost':
      return void loseAnswers(target, fault);
    case 'clock-drift':
      target.setClockDrift((fault.numbers['percent'] ?? 5) / 100);
      return () => target.setClockDrift(0);
    case 'firmware-hang':
      return void target.hangFirmware();
    case 'reboot':
      return void target.reboot(awayMs);
    case 'battery-low':
      return drainBattery(target, fault);
    case 'record-lost':
      return void target.loseRecords(fault.numbers['count'], fault.choices['counters'] === 'reset');
    case 'key-store-damaged':
      return void target.damageKeyStore();
    case 'pairing-window':
      return void target.openPairingWindow();
    case 'factory-reset':
      return void target.factoryReset();
    case 'press-button':
      skin.board.buttonPressed = true;
      return () => void (skin.board.buttonPressed = false);
    case 'charging':
      skin.board.charging = true;
      return () => void (skin.board.charging = false);
  }
}
