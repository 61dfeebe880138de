// A whole belt in memory: firmware and physics on one clock in 10 ms steps, offered to centrals as GATT. Whatever comes
// in first brings the physics up to now, so that an input is never older or newer than the light it acts on.
import type { Clock } from '../src/clock.ts';
import type { Characteristic, Peripheral } from '../protocol/gatt.ts';
import { toHex } from '../protocol/bytes.ts';
import { applyFault, type FaultTarget } from './fault-effects.ts';
import { createFaultSchedule, describeFault, missingOnBelt } from './fault-schedule.ts';
import { FAULTS, LEVERS, parseFault } from './faults.ts';
import {
  acceptLink,
  bootFirmware,
  loseLink,
  readValue,
  stepFirmware,
  takeSubscription,
  takeWrite,
} from './firmware/firmware.ts';
import { createFlash } from './firmware/flash.ts';
import type { Firmware, FirmwareOutputs } from './firmware/state.ts';
import { createBeltLinks } from './belt-links.ts';
import { createLinkFaults } from './link-faults.ts';
import { createBoard, createOptics, integrateLight, settleLight } from './optics.ts';

import { REFERENCE_BELT, profileByName, type BeltHardware } from './profile.ts';
import { createRandom } from './random.ts';
import { batteryPercent, createSkin, integrateSkin, sampleContact, sampleTemperatures } from './skin.ts';
import { describeTruth, type TruthSample } from './truth.ts';

export type { TruthSample, TruthZone } from './truth.ts';

const STEP_MS = 10;
const SENSOR_PERIOD_MS = 100;
const TRUTH_PERIOD_MS = 100;
/** The hardware watchdog opens the master this long after the last feed: a hung firmware is dark within 110 ms. */
const WATCHDOG_MS = 100;
/** From reset until the firmware runs. */
const BOOT_MS = 200;
const RESET_MS = 300;
/** Steps caught up in one go after the process stood still; the rest follows at the next timer. */
const CATCH_UP_MAX_COUNT = 360_000;
const CLOCK_ROUNDING_MS = 1e-6;

export interface SimulatedBeltOptions {
  readonly clock: Clock;
  readonly seed: number;
  readonly faults?: readonly string[];
  /** Name of a built-in profile, or the hardware itself. */
  readonly profile?: string | BeltHardware;
  readonly name?: string;
  readonly onTruth?: (line: TruthSample) => void;
  readonly stepMs?: number;
  /** Added to the clock's time to get the machine's monotonic time (`hostMs`); 0 when the clock is that already. */
  readonly hostOffsetMs?: number;
}

export type InjectResult =
  { readonly ok: true; readonly description: string } | { readonly ok: false; readonly message: string };

export interface SimulatedBelt extends Peripheral {
  /** A fault or lever, see faults.ts. */
  inject(spec: string): InjectResult;
  pressButton(): void;
  readonly advertisedName: string;
  /** 16 hexadecimal digits. */
  readonly beltId: string;
  /** Dark, every link gone, timers stopped. */
  powerOff(): void;
  truth(): TruthSample;
}

function hardwareFrom(profile: string | BeltHardware | undefined): BeltHardware {
  if (profile === undefined) return REFERENCE_BELT;
  if (typeof profile !== 'string') return profile;
  const found = profileByName(profile);
  if (!found.ok) throw new RangeError(found.message);
  return found.profile;
}

function createBeltId(seed: number): Uint8Array {
  const random = createRandom(seed, 'identity');
  return Uint8Array.from({ length: 8 }, () => random.below(256));
}

/** Throws a RangeError with words when a fault or the profile is none. */
export function createSimulatedBelt(options: SimulatedBeltOptions): SimulatedBelt {
  const { clock, seed, onTruth } = options;
  const stepMs = options.stepMs ?? STEP_MS;
  const hardware = hardwareFrom(options.profile);
  const board = createBoard(hardware, seed);
  const optics = createOptics(board, seed);
  const skin = createSkin(board, optics, hardware.batteryWh, seed);
  const flash = createFlash(createBeltId(seed));
  const link = createLinkFaults();
  const originMs = clock.nowMs();
  const hostOriginMs = originMs + (options.hostOffsetMs ?? 0);

  let atMs = 0;
  let nextStepMs = stepMs;
  let nextSensorMs = 0;
  let nextTruthMs = 0;
  let wasEmitting = false;
  let sessionSeen = 0;
  // The firmware's own clock: uptime = base + (atMs - since) × rate.
  let uptimeBaseMs = 0;
  let uptimeSinceMs = 0;
  let clockRate = 1;
  let bootAtMs = 0;
  let feedsSeen = 0;
  let fedAtMs = 0;
  let hung = false;
  let powered = true;
  let stepping = false;
  let firmware: Firmware | undefined;
  let timer: ReturnType<Clock['setTimeout']> | undefined;

  const uptimeMs = (): number => uptimeBaseMs + (atMs - uptimeSinceMs) * clockRate;
  const outputs: FirmwareOutputs = {
    send: (id, characteristic, bytes) => links.send(id, characteristic, bytes),
    disconnect: (id, reason) => links.disconnect(id, reason),
  };

  const emitTruth = (cause: string | null): void => {
    nextTruthMs = atMs + TRUTH_PERIOD_MS;
    onTruth?.(describeTruth(optics, skin, atMs, hostOriginMs + atMs, cause));
  };
  const causeOfChange = (): string => {
    if (optics.emission) return board.masterClosed ? 'lit' : 'fault';
    if (firmware === undefined) return powered ? 'reset' : 'powerOff';
    return firmware.cause === 'none' ? 'unlit' : firmware.cause;
  };
  /** Light follows the switches at once; every change of emission is on record at its instant. */
  const settle = (): void => {
    settleLight(optics);
    if (optics.emission === wasEmitting) return;
    wasEmitting = optics.emission;
    const record = firmware?.record;
    if (wasEmitting && record !== undefined && record.number !== sessionSeen) {
      sessionSeen = record.number;
      schedule.noteFirstLight(atMs);
    }
    if (onTruth !== undefined) emitTruth(causeOfChange());
  };
  const advancePhysics = (toMs: number): void => {
    const durationMs = toMs - atMs;
    if (!(durationMs > 0)) return;
    integrateLight(optics, durationMs);
    integrateSkin(skin, durationMs);
    atMs = toMs;
  };

  /** Power to the firmware goes: switches fall open, links break. */
  const reset = (awayMs: number): void => {
    firmware = undefined;
    hung = false;
    board.masterClosed = false;
    board.driverMw.fill(0);
    bootAtMs = atMs + (awayMs > BOOT_MS ? awayMs : BOOT_MS);
    links.dropAll('the belt restarted');
  };
  const boot = (): void => {
    optics.watchdogOpen = false;
    uptimeBaseMs = 0;
    uptimeSinceMs = atMs;
    fedAtMs = atMs;
    feedsSeen = board.watchdogFeeds;
    firmware = bootFirmware(board, flash, hardware.hasButton, outputs);
  };
  /** Part of the hardware: it knows nothing but whether the firmware still feeds it. */
  const watchdog = (): void => {
    if (board.watchdogFeeds !== feedsSeen) {
      feedsSeen = board.watchdogFeeds;
      fedAtMs = atMs;
    } else if (atMs - fedAtMs >= WATCHDOG_MS) {
      optics.watchdogOpen = true;
      reset(RESET_MS);
    }
  };

  const target: FaultTarget = {
    optics,
    skin,
    link,
    openEmitters: new Uint8Array(board.emitterCount),
    setClockDrift(ratio) {
      uptimeBaseMs = uptimeMs();
      uptimeSinceMs = atMs;
      clockRate = 1 + ratio;
    },
    hangFirmware: () => void (hung = firmware !== undefined),
    reboot: reset,
    dropLinks: (awayMs) => links.blockLinks(atMs + awayMs),
    loseRecords(count, resetCounters) {
      flash.records.splice(count === undefined ? 0 : Math.max(0, flash.records.length - count));
      if (resetCounters) flash.recordNumber = 0;
    },
    releaseStalled: () => links.releaseStalled(),
  };
  const schedule = createFaultSchedule((fault) => {
    const undo = applyFault(target, fault);
    sampleContact(skin);
    settle();
    return undo;
  });

  const sampleSensors = (): void => {
    nextSensorMs += SENSOR_PERIOD_MS;
    sampleTemperatures(skin);
    board.batteryPercent = batteryPercent(skin);
  };
  const runStep = (): void => {
    stepping = true;
    advancePhysics(nextStepMs);
    nextStepMs += stepMs;
    if (atMs >= schedule.nextDueMs()) schedule.run(atMs);
    sampleContact(skin);
    if (atMs >= nextSensorMs) sampleSensors();
    if (firmware === undefined) {
      if (atMs >= bootAtMs) boot();
    } else {
      if (!hung) stepFirmware(firmware, uptimeMs());
      watchdog();
    }
    settle();
    // Before the next step would be too late.
    if (atMs + stepMs > nextTruthMs && onTruth !== undefined) emitTruth(null);
    stepping = false;
  };
  const catchUp = (): void => {
    const nowMs = clock.nowMs() - originMs + CLOCK_ROUNDING_MS;
    for (let count = 0; nextStepMs <= nowMs && count < CATCH_UP_MAX_COUNT; count++) runStep();
  };
  /** Runs an input at its instant: physics first, light settled after it. */
  const during = (act: (running: Firmware, nowMs: number) => void): boolean => {
    if (!powered) return false;
    // A fault that begins in a step may reach back here: then the step has brought the physics up to date.
    if (!stepping) catchUp();
    if (!stepping) advancePhysics(Math.min(clock.nowMs() - originMs, nextStepMs));
    const running = hung ? undefined : firmware;
    if (running !== undefined) act(running, uptimeMs());
    settle();
    return running !== undefined;
  };
  const scheduleStep = (): void => {
    const delayMs = nextStepMs - (clock.nowMs() - originMs);
    timer = clock.setTimeout(onTimer, delayMs > 0 ? delayMs : 0);
  };
  const onTimer = (): void => {
    catchUp();
    links.flush();
    if (powered) scheduleStep();
  };

  const links = createBeltLinks({
    clock,
    faults: link,
    random: createRandom(seed, 'radio'),
    nowMs: () => atMs,
    isUp: () => powered && firmware !== undefined,
    accept: (id) => {
      let accepted = false;
      during((running) => void (accepted = acceptLink(running, id)));
      return accepted;
    },
    lose: (id) => void during((running, nowMs) => loseLink(running, id, nowMs)),
    write: (id, characteristic, bytes) =>
      during((running, nowMs) => takeWrite(running, id, characteristic, bytes, nowMs)),
    subscribe: (id, characteristic, wanted) =>
      during((running, nowMs) => takeSubscription(running, id, characteristic, wanted, nowMs)),
    read(characteristic: Characteristic) {
      let value: Uint8Array | undefined;
      const running = during((now) => void (value = readValue(now, characteristic)));
      return running ? { ok: true, value } : { ok: false };
    },
  });

  const inject = (spec: string): InjectResult => {
    const parsed = parseFault(spec);
    if (!parsed.ok) return parsed;
    const { fault } = parsed;
    const missing = missingOnBelt(fault, hardware);
    if (missing !== undefined) return { ok: false, message: missing };
    schedule.add(fault);
    during(() => undefined);
    if (atMs >= schedule.nextDueMs()) schedule.run(atMs);
    settle();
    links.flush();
    const does = [...FAULTS, ...LEVERS].find((known) => known.name === fault.name)?.does ?? '';
    return { ok: true, description: describeFault(fault, does) };
  };

  sampleSensors();
  boot();
  for (const spec of options.faults ?? []) {
    const injected = inject(spec);
    if (!injected.ok) throw new RangeError(injected.message);
  }
  if (onTruth !== undefined) emitTruth(null);
  scheduleStep();

  return {
    connect: (central) => links.connect(central),
    inject,
    pressButton: () => void inject('press-button'),
    advertisedName: options.name ?? `laserbelt-${toHex(flash.beltId).slice(0, 4)}`,
    beltId: toHex(flash.beltId),
    powerOff() {
      if (!powered) return;
      during(() => undefined);
      powered = false;
      if (timer !== undefined) clock.clearTimeout(timer);
      reset(0);
      settle();
      links.flush();
    },
    truth() {
      during(() => undefined);
      return describeTruth(optics, skin, atMs, hostOriginMs + atMs, null);
    },
  };
}
