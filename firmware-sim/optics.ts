// Ground truth of the light: switches, drivers, emitters and photodiodes. The firmware never reads what is kept here;
// it sees the board's registers.
import type { Board } from './board.ts';
import { DRIVER_SENSE } from './board.ts';
import type { BeltHardware } from './profile.ts';
import { createNoise, createRandom, drawNoise, type NoiseTable } from './random.ts';

/** Emitters are trimmed to their control photodiode within this ratio of the set value. */
const EMITTER_GAIN_SPREAD = 0.009;
/** Fixed error of a monitor photodiode, and the noise of one sample; together below the 0.3 % the features state. */
const MONITOR_GAIN_SPREAD = 0.0025;
const MONITOR_NOISE = 0.0004;

export interface Optics {
  readonly board: Board;
  /** True mean power now, and its integral since power-on. */
  readonly powerMw: Float64Array;
  readonly energyMj: Float64Array;
  readonly gain: Float64Array;
  readonly monitorGain: Float64Array;
  /** Faults, as factors and switches. */
  readonly faultGain: Float64Array;
  readonly faultMonitorGain: Float64Array;
  readonly dead: Uint8Array;
  readonly stuckOn: Uint8Array;
  readonly feedbackOpen: Uint8Array;
  masterWelded: boolean;
  doubleFrequency: boolean;
  /** The hardware watchdog holds the master open, whatever the firmware's last word was. */
  watchdogOpen: boolean;
  emission: boolean;
  readonly noise: NoiseTable;
}

export function createBoard(hardware: BeltHardware, seed: number): Board {
  const { emitters, zoneCount } = hardware;
  const count = emitters.length;
  const entropy = createRandom(seed, 'entropy');
  return {
    zoneCount,
    emitterCount: count,
    emitterZone: Uint8Array.from(emitters, (emitter) => emitter.zone),
    emitterWavelengthNm: Float64Array.from(emitters, (emitter) => emitter.wavelengthNm),
    emitterAreaCm2: Float64Array.from(emitters, (emitter) => emitter.areaCm2),
    emitterPowerMaxMw: Float64Array.from(emitters, (emitter) => emitter.radiantPowerMaxMw),
    masterClosed: false,
    driverMw: new Float64Array(count),
    driverFrequencyHz: new Float64Array(count),
    driverDutyCycle: new Float64Array(count).fill(1),
    watchdogFeeds: 0,
    monitorMw: new Float64Array(count),
    monitorPeakMw: new Float64Array(count),
    monitorEnergyMj: new Float64Array(count),
    temperatureCounts: new Uint16Array(zoneCount * 2),
    contact: new Uint8Array(zoneCount).fill(1),
    driverSense: new Uint8Array(count),
    masterSense: false,
    batteryPercent: 100,
    charging: false,
    buttonPressed: false,
    sampleLight: () => undefined,
    entropy: () => entropy.below(0x1_0000_0000),
  };
}

export function createOptics(board: Board, seed: number): Optics {
  const count = board.emitterCount;
  const spread = createRandom(seed, 'emitters');
  const optics: Optics = {
    board,
    powerMw: new Float64Array(count),
    energyMj: new Float64Array(count),
    gain: new Float64Array(count).map(() => 1 + spread.spread() * EMITTER_GAIN_SPREAD),
    monitorGain: new Float64Array(count).map(() => 1 + spread.spread() * MONITOR_GAIN_SPREAD),
    faultGain: new Float64Array(count).fill(1),
    faultMonitorGain: new Float64Array(count).fill(1),
    dead: new Uint8Array(count),
    stuckOn: new Uint8Array(count),
    feedbackOpen: new Uint8Array(count),
    masterWelded: false,
    doubleFrequency: false,
    watchdogOpen: false,
    emission: false,
    noise: createNoise(seed, 'photodiodes'),
  };
  board.sampleLight = () => settleLight(optics);
  return optics;
}

/** Driver and master are in series: both must conduct. Emitters answer at once, ramps are the firmware's. */
export function settleLight(optics: Optics): void {
  const { board, powerMw } = optics;
  const supplied = (board.masterClosed && !optics.watchdogOpen) || optics.masterWelded;
  board.masterSense = supplied;
  let emission = false;
  if (!supplied && !optics.emission) return;
  for (let emitter = 0; emitter < powerMw.length; emitter++) {
    const set = board.driverMw[emitter]!;
    let power = 0;
    if (supplied && optics.dead[emitter] === 0) {
      if (optics.stuckOn[emitter] !== 0) power = board.emitterPowerMaxMw[emitter]!;
      else if (set > 0)
        power =
          (optics.feedbackOpen[emitter] !== 0 ? board.emitterPowerMaxMw[emitter]! : set) *
          optics.gain[emitter]! *
          optics.faultGain[emitter]!;
    }
    powerMw[emitter] = power;
    if (power > 0) {
      emission = true;
      const seen =
        power *
        optics.monitorGain[emitter]! *
        optics.faultMonitorGain[emitter]! *
        (1 + drawNoise(optics.noise) * MONITOR_NOISE);
      board.monitorMw[emitter] = seen;
      board.monitorPeakMw[emitter] =
        optics.stuckOn[emitter] !== 0 ? seen : seen / board.driverDutyCycle[emitter]!;
    } else {
      board.monitorMw[emitter] = 0;
      board.monitorPeakMw[emitter] = 0;
    }
  }
  optics.emission = emission;
}

/** Integrates over `durationMs` at the powers last settled. */
export function integrateLight(optics: Optics, durationMs: number): void {
  if (!optics.emission) return;
  const { powerMw, energyMj } = optics;
  const { monitorMw, monitorEnergyMj } = optics.board;
  const seconds = durationMs / 1000;
  for (let emitter = 0; emitter < powerMw.length; emitter++) {
    energyMj[emitter]! += powerMw[emitter]! * seconds;
    monitorEnergyMj[emitter]! += monitorMw[emitter]! * seconds;
  }
}

/** What the drivers' current sense says without light: a stuck driver is a short, a broken emitter an open circuit. */
export function senseDrivers(optics: Optics, openEmitters: Uint8Array): void {
  const { driverSense } = optics.board;
  for (let emitter = 0; emitter < driverSense.length; emitter++)
    driverSense[emitter] =
      optics.stuckOn[emitter] !== 0
        ? DRIVER_SENSE.short
        : openEmitters[emitter] !== 0
          ? DRIVER_SENSE.open
          : DRIVER_SENSE.ok;
}

/** Frequency at the emitter, which a wrong timer makes differ from the one set. 0 is continuous or dark. */
export function truePulseFrequencyHz(optics: Optics, emitter: number): number {
  if (!(optics.powerMw[emitter]! > 0) || optics.stuckOn[emitter] !== 0) return 0;
  return optics.board.driverFrequencyHz[emitter]! * (optics.doubleFrequency ? 2 : 1);
}
