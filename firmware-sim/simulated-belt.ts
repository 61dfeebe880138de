// A whole belt in memory: firmware and physics on one clock in 10 ms steps, offered to centrals as GATT. Whatever comes
// in first brings the physics up to now, so that an input is never older or newer than the light it acts on.
import type { AdvertFacts } from '../protocol/advert.ts';
import type { Clock } from '../src/clock.ts';
import type { Peripheral } from '../protocol/gatt.ts';
import { toHex } from '../protocol/bytes.ts';
import { formatLabel, parseLabel } from '../protocol/label.ts';
import { LABEL_SECRET_BYTES } from '../protocol/pairing.ts';
import {
  advancePhysics,
  createBody,
  emitTruth,
  reset,
  setClockRate,
  settle,
  stepBody,
  truthNow,
  uptimeMs,
  type BeltBody,
} from './belt-body.ts';
import { createBeltLinks, type BeltLinks } from './belt-links.ts';
import { applyFault, type FaultTarget } from './fault-effects.ts';
import { FAULTS, LEVERS } from './fault-list.ts';
import { createFaultSchedule, describeFault, missingOnBelt, type FaultSchedule } from './fault-schedule.ts';
import { parseFault } from './faults.ts';
import { acceptLink, loseLink, readValue, takeSubscription, takeWrite } from './firmware/inputs.ts';
import { decodeKeyStore, EMPTY_KEY_STORE, encodeKeyStore } from './firmware/key-store.ts';
import { isPairingWindowOpen, openPairingWindow } from './firmware/lock.ts';
import type { Firmware } from './firmware/state.ts';
import { createLinkFaults, type LinkFaults } from './link-faults.ts';
import { REFERENCE_BELT, profileByName, type BeltHardware } from './profile.ts';
import { createRandom, createRandomBytes } from './random.ts';
import { sampleContact } from './skin.ts';
import type { BeltPhysics } from './physics.ts';
import type { TruthSample } from './truth.ts';

export type { TruthSample, TruthZone } from './truth.ts';

const STEP_MS = 10;
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
  /** The pairing secret: as the label says it, or its 16 bytes. Without one it follows from the seed. */
  readonly label?: string | Uint8Array;
  /** Added to the clock's time to get the machine's monotonic time (`hostMs`); 0 when the clock is that already. */
  readonly hostOffsetMs?: number;
}

export type InjectResult =
  { readonly ok: true; readonly description: string } | { readonly ok: false; readonly message: string };

export interface SimulatedBelt extends Peripheral {
  /** A fault or lever, see faults.ts. */
  inject(spec: string): InjectResult;
  pressButton(): void;
  /** As the lever `pairing-window` does. */
  openPairingWindow(): void;
  readonly advertisedName: string;
  /** What it tells everybody, now. */
  advert(): AdvertFacts;
  /** 16 hexadecimal digits. */
  readonly beltId: string;
  /** The pairing secret as the label says it, in groups of four. Whoever reads it can pair: never into a log. */
  readonly label: string;
  /** How many controllers have its key. */
  keyCount(): number;
  /** Dark, every link gone, timers stopped. */
  powerOff(): void;
  truth(): TruthSample;
  readonly physics: BeltPhysics;
}

function hardwareFrom(profile: string | BeltHardware | undefined): BeltHardware {
  if (profile === undefined) return REFERENCE_BELT;
  if (typeof profile !== 'string') return profile;
  const found = profileByName(profile);
  if (!found.ok) throw new RangeError(found.message);
  return found.profile;
}

/** A belt whose firmware does not run says what its radio last knew: nothing special. */
const advertNow = (body: BeltBody): AdvertFacts => ({
  state: body.firmware?.state ?? 'standby',
  isPairingWindowOpen: body.firmware !== undefined && isPairingWindowOpen(body.firmware),
  shortId: toHex(body.flash.beltId).slice(0, 6),
});

/** Never repeats the label in its words. */
function labelSecretFrom(label: string | Uint8Array | undefined, seed: number): Uint8Array {
  if (label === undefined) return createRandomBytes(seed, 'label')(LABEL_SECRET_BYTES);
  if (typeof label === 'string') {
    const read = parseLabel(label);
    if (!read.ok) throw new RangeError(`label: ${read.problem}`);
    return read.secret;
  }
  if (label.length !== LABEL_SECRET_BYTES)
    throw new RangeError(`label: expected ${LABEL_SECRET_BYTES} bytes, got ${label.length}`);
  return Uint8Array.from(label);
}

const faultTargetOf = (body: BeltBody, link: LinkFaults, links: () => BeltLinks): FaultTarget => ({
  optics: body.optics,
  skin: body.skin,
  link,
  openEmitters: new Uint8Array(body.board.emitterCount),
  setClockDrift: (ratio) => setClockRate(body, 1 + ratio),
  hangFirmware: () => void (body.hung = body.firmware !== undefined),
  reboot: (awayMs) => reset(body, awayMs),
  dropLinks: (awayMs) => links().blockLinks(body.atMs + awayMs),
  loseRecords(count, resetCounters) {
    const { flash } = body;
    flash.records.splice(count === undefined ? 0 : Math.max(0, flash.records.length - count));
    if (resetCounters) flash.recordNumber = 0;
  },
  releaseStalled: () => links().releaseStalled(),
  damageKeyStore() {
    const { flash } = body;
    flash.keyImage = new Uint8Array(flash.keyImage.length).fill(0xff);
  },
  openPairingWindow() {
    if (body.firmware !== undefined && !body.hung) openPairingWindow(body.firmware, uptimeMs(body));
  },
  factoryReset() {
    body.flash.keyImage = encodeKeyStore(EMPTY_KEY_STORE);
    reset(body, 0);
  },
});

type During = (act: (running: Firmware, nowMs: number) => void) => boolean;

/** The belt's steps on a clock, and inputs at their instants between them. */
function runOnClock(
  body: BeltBody,
  clock: Clock,
  originMs: number,
  flush: () => void,
): { during: During; stop(): void } {
  let timer: ReturnType<Clock['setTimeout']> | undefined;
  const catchUp = (): void => {
    const nowMs = clock.nowMs() - originMs + CLOCK_ROUNDING_MS;
    for (let count = 0; body.nextStepMs <= nowMs && count < CATCH_UP_MAX_COUNT; count++) stepBody(body);
  };
  const schedule = (): void => {
    const delayMs = body.nextStepMs - (clock.nowMs() - originMs);
    timer = clock.setTimeout(onTimer, delayMs > 0 ? delayMs : 0);
  };
  const onTimer = (): void => {
    catchUp();
    flush();
    if (body.powered) schedule();
  };
  schedule();
  return {
    during(act) {
      if (!body.powered) return false;
      // A fault that begins in a step may reach back here: that step has brought the physics up to date.
      if (!body.stepping) {
        catchUp();
        advancePhysics(body, Math.min(clock.nowMs() - originMs, body.nextStepMs));
      }
      const running = body.hung ? undefined : body.firmware;
      if (running !== undefined) act(running, uptimeMs(body));
      settle(body);
      return running !== undefined;
    },
    stop: () => (timer === undefined ? undefined : clock.clearTimeout(timer)),
  };
}

function linksOf(body: BeltBody, clock: Clock, faults: LinkFaults, during: During, seed: number): BeltLinks {
  return createBeltLinks({
    clock,
    faults,
    random: createRandom(seed, 'radio'),
    nowMs: () => body.atMs,
    isUp: () => body.powered && body.firmware !== undefined,
    accept(id) {
      let accepted = false;
      during((running) => void (accepted = acceptLink(running, id)));
      return accepted;
    },
    lose: (id) => void during((running, nowMs) => loseLink(running, id, nowMs)),
    write: (id, characteristic, bytes) =>
      during((running, nowMs) => takeWrite(running, id, characteristic, bytes, nowMs)),
    subscribe: (id, characteristic, wanted) =>
      during((running, nowMs) => takeSubscription(running, id, characteristic, wanted, nowMs)),
    read(characteristic) {
      let value: Uint8Array | undefined;
      const running = during((now) => void (value = readValue(now, characteristic)));
      return running ? { ok: true, value } : { ok: false };
    },
  });
}

/** Throws a RangeError with words when a fault or the profile is none. */
export function createSimulatedBelt(options: SimulatedBeltOptions): SimulatedBelt {
  const { clock, seed } = options;
  const hardware = hardwareFrom(options.profile);
  // One zero point for steps and for what the truth file says of the machine's clock.
  const originMs = clock.nowMs();
  const labelSecret = labelSecretFrom(options.label, seed);
  const linkFaults = createLinkFaults();
  let links: BeltLinks;
  let faults: FaultSchedule;
  const body = createBody({
    hardware,
    seed,
    stepMs: options.stepMs ?? STEP_MS,
    hostOriginMs: originMs + (options.hostOffsetMs ?? 0),
    outputs: {
      send: (id, characteristic, bytes) => links.send(id, characteristic, bytes),
      disconnect: (id, reason) => links.disconnect(id, reason),
    },
    secrets: { labelSecret, randomBytes: createRandomBytes(seed, 'keys') },
    onTruth: options.onTruth,
    onFirstLight: (atMs) => faults.noteFirstLight(atMs),
    onStep: (atMs) => (atMs >= faults.nextDueMs() ? faults.run(atMs) : undefined),
    onReset: () => links.dropAll('the belt restarted'),
  });
  const target = faultTargetOf(body, linkFaults, () => links);
  faults = createFaultSchedule((fault) => {
    const undo = applyFault(target, fault);
    sampleContact(body.skin);
    settle(body);
    return undo;
  });
  const { during, stop } = runOnClock(body, clock, originMs, () => links.flush());
  links = linksOf(body, clock, linkFaults, during, seed);

  const inject = (spec: string): InjectResult => {
    const parsed = parseFault(spec);
    if (!parsed.ok) return parsed;
    const { fault } = parsed;
    const missing = missingOnBelt(fault, hardware);
    if (missing !== undefined) return { ok: false, message: missing };
    faults.add(fault);
    during(() => undefined);
    if (body.atMs >= faults.nextDueMs()) faults.run(body.atMs);
    settle(body);
    links.flush();
    const does = [...FAULTS, ...LEVERS].find((known) => known.name === fault.name)?.does ?? '';
    return { ok: true, description: describeFault(fault, does) };
  };
  for (const spec of options.faults ?? []) {
    const injected = inject(spec);
    if (injected.ok) continue;
    stop();
    throw new RangeError(injected.message);
  }
  emitTruth(body, null);

  return {
    connect: (central) => links.connect(central),
    inject,
    pressButton: () => void inject('press-button'),
    openPairingWindow: () => void inject('pairing-window'),
    advertisedName: options.name ?? `laserbelt-${toHex(body.flash.beltId).slice(0, 4)}`,
    advert: () => advertNow(body),
    beltId: toHex(body.flash.beltId),
    label: formatLabel(labelSecret),
    keyCount: () => decodeKeyStore(body.flash.keyImage)?.keys.length ?? 0,
    powerOff() {
      if (!body.powered) return;
      during(() => undefined);
      body.powered = false;
      stop();
      reset(body, 0);
      settle(body);
      links.flush();
    },
    truth() {
      during(() => undefined);
      return truthNow(body, null);
    },
    physics: {
      optics: body.optics,
      skin: body.skin,
      uptimeMs: () => uptimeMs(body),
      clockRate: () => body.clockRate,
      isRunning: () => body.firmware !== undefined && !body.hung,
    },
  };
}
