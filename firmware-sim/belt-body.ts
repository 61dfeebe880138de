// A belt without its radio: circuit, light, skin, flash and the firmware that runs on them, stepped in physics time.
// The firmware only ever sees the board; what is here sees both, and writes down what truly happens.
import type { Board } from './board.ts';
import { bootFirmware, stepFirmware } from './firmware/firmware.ts';
import { createFlash, type Flash } from './firmware/flash.ts';
import type { BeltSecrets } from './firmware/lock.ts';
import type { Firmware, FirmwareOutputs } from './firmware/state.ts';
import { createBoard, createOptics, integrateLight, settleLight, type Optics } from './optics.ts';
import type { BeltHardware } from './profile.ts';
import { createRandom } from './random.ts';
import {
  batteryPercent,
  createSkin,
  integrateSkin,
  sampleContact,
  sampleTemperatures,
  type Skin,
} from './skin.ts';
import { describeTruth, type TruthSample } from './truth.ts';

const SENSOR_PERIOD_MS = 100;
const TRUTH_PERIOD_MS = 100;
/** The hardware watchdog opens the master this long after the last feed: a hung firmware is dark within 110 ms. */
const WATCHDOG_MS = 100;
/** From reset until the firmware runs, at least; and after the watchdog has bitten. */
const BOOT_MS = 200;
const WATCHDOG_RESET_MS = 300;

export interface BodyOptions {
  readonly hardware: BeltHardware;
  readonly seed: number;
  readonly stepMs: number;
  /** The machine's monotonic time at power-on. */
  readonly hostOriginMs: number;
  readonly outputs: FirmwareOutputs;
  readonly secrets: BeltSecrets;
  readonly onTruth: ((line: TruthSample) => void) | undefined;
  /** First light of a session: the zero point of fault times. */
  readonly onFirstLight: (atMs: number) => void;
  /** Faults that are due begin and end here, before the firmware's step. */
  readonly onStep: (atMs: number) => void;
  /** The firmware is gone: its links are broken. */
  readonly onReset: () => void;
}

export interface BeltBody {
  readonly options: BodyOptions;
  readonly board: Board;
  readonly optics: Optics;
  readonly skin: Skin;
  readonly flash: Flash;
  /** Physics time since power-on; never reset. */
  atMs: number;
  nextStepMs: number;
  nextSensorMs: number;
  nextTruthMs: number;
  wasEmitting: boolean;
  sessionSeen: number;
  /** The firmware's own clock: uptime = base + (atMs - since) × rate. */
  uptimeBaseMs: number;
  uptimeSinceMs: number;
  clockRate: number;
  bootAtMs: number;
  feedsSeen: number;
  fedAtMs: number;
  hung: boolean;
  powered: boolean;
  /** True inside a step: whatever reaches back in must not step again. */
  stepping: boolean;
  firmware: Firmware | undefined;
}

function createBeltId(seed: number): Uint8Array {
  const random = createRandom(seed, 'identity');
  return Uint8Array.from({ length: 8 }, () => random.below(256));
}

export function createBody(options: BodyOptions): BeltBody {
  const { hardware, seed } = options;
  const board = createBoard(hardware, seed);
  const optics = createOptics(board, seed);
  const body: BeltBody = {
    options,
    board,
    optics,
    skin: createSkin(board, optics, hardware.batteryWh, seed),
    flash: createFlash(createBeltId(seed)),
    atMs: 0,
    nextStepMs: options.stepMs,
    nextSensorMs: 0,
    nextTruthMs: 0,
    wasEmitting: false,
    sessionSeen: 0,
    uptimeBaseMs: 0,
    uptimeSinceMs: 0,
    clockRate: 1,
    bootAtMs: 0,
    feedsSeen: 0,
    fedAtMs: 0,
    hung: false,
    powered: true,
    stepping: false,
    firmware: undefined,
  };
  sampleSensors(body);
  boot(body);
  return body;
}

export const uptimeMs = (body: BeltBody): number =>
  body.uptimeBaseMs + (body.atMs - body.uptimeSinceMs) * body.clockRate;

export function setClockRate(body: BeltBody, rate: number): void {
  body.uptimeBaseMs = uptimeMs(body);
  body.uptimeSinceMs = body.atMs;
  body.clockRate = rate;
}

export const truthNow = (body: BeltBody, cause: string | null): TruthSample =>
  describeTruth(body.optics, body.skin, body.atMs, body.options.hostOriginMs + body.atMs, cause);

export function emitTruth(body: BeltBody, cause: string | null): void {
  const { onTruth } = body.options;
  if (onTruth === undefined) return;
  body.nextTruthMs = body.atMs + TRUTH_PERIOD_MS;
  onTruth(truthNow(body, cause));
}

function causeOfChange(body: BeltBody): string {
  if (body.optics.emission) return body.board.masterClosed ? 'lit' : 'fault';
  if (body.firmware === undefined) return body.powered ? 'reset' : 'powerOff';
  return body.firmware.cause === 'none' ? 'unlit' : body.firmware.cause;
}

/** Light follows the switches at once; every change of emission is on record at its instant. */
export function settle(body: BeltBody): void {
  const { optics } = body;
  settleLight(optics);
  if (optics.emission === body.wasEmitting) return;
  body.wasEmitting = optics.emission;
  const record = body.firmware?.record;
  if (optics.emission && record !== undefined && record.number !== body.sessionSeen) {
    body.sessionSeen = record.number;
    body.options.onFirstLight(body.atMs);
  }
  emitTruth(body, causeOfChange(body));
}

export function advancePhysics(body: BeltBody, toMs: number): void {
  const durationMs = toMs - body.atMs;
  if (!(durationMs > 0)) return;
  integrateLight(body.optics, durationMs);
  integrateSkin(body.skin, durationMs);
  body.atMs = toMs;
}

function sampleSensors(body: BeltBody): void {
  body.nextSensorMs += SENSOR_PERIOD_MS;
  sampleTemperatures(body.skin);
  body.board.batteryPercent = batteryPercent(body.skin);
}

/** Power to the firmware goes: switches fall open, links break. */
export function reset(body: BeltBody, awayMs: number): void {
  body.firmware = undefined;
  body.hung = false;
  body.board.masterClosed = false;
  body.board.driverMw.fill(0);
  body.bootAtMs = body.atMs + (awayMs > BOOT_MS ? awayMs : BOOT_MS);
  body.options.onReset();
}

function boot(body: BeltBody): void {
  const { board, flash, options } = body;
  body.optics.watchdogOpen = false;
  body.uptimeBaseMs = 0;
  body.uptimeSinceMs = body.atMs;
  body.fedAtMs = body.atMs;
  body.feedsSeen = board.watchdogFeeds;
  body.firmware = bootFirmware(board, flash, options.hardware.hasButton, options.outputs, options.secrets);
}

/** Part of the hardware: it knows nothing but whether the firmware still feeds it. */
function watchdog(body: BeltBody): void {
  const { board } = body;
  if (board.watchdogFeeds !== body.feedsSeen) {
    body.feedsSeen = board.watchdogFeeds;
    body.fedAtMs = body.atMs;
  } else if (body.atMs - body.fedAtMs >= WATCHDOG_MS) {
    body.optics.watchdogOpen = true;
    reset(body, WATCHDOG_RESET_MS);
  }
}

/** One step: physics up to it, faults, sensors, firmware, watchdog, light. */
export function stepBody(body: BeltBody): void {
  const { stepMs } = body.options;
  body.stepping = true;
  advancePhysics(body, body.nextStepMs);
  body.nextStepMs += stepMs;
  body.options.onStep(body.atMs);
  sampleContact(body.skin);
  if (body.atMs >= body.nextSensorMs) sampleSensors(body);
  const { firmware } = body;
  if (firmware === undefined) {
    if (body.atMs >= body.bootAtMs) boot(body);
  } else {
    if (!body.hung) stepFirmware(firmware, uptimeMs(body));
    watchdog(body);
  }
  settle(body);
  // Before the next step would be too late.
  if (body.atMs + stepMs > body.nextTruthMs) emitTruth(body, null);
  body.stepping = false;
}
