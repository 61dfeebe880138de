// Invariant 2: from each hazard to the dark. A hazard begins when the physics says so, and is over when nothing shines
// that it forbids; what the belt or the controller makes of it is not asked.
import type { BeltPhysics } from '../../../firmware-sim/physics.ts';
import type { PrescribedZone } from '../../../src/belt/belt.ts';
import type { Findings } from './findings.ts';
import { STEP_MS } from './light.ts';

export type HazardName =
  | 'contact lost'
  | 'skin too hot'
  | 'sensor open'
  | 'sensor stuck'
  | 'light while off'
  | 'over 150 % of set'
  | 'over 120 % of set'
  | 'above the cap'
  | 'charging'
  | 'battery empty'
  | 'firmware hangs';

/** design/session.md, the belt's column; 60 s until a stuck sensor is one. */
export const HAZARD_BOUND_MS: Readonly<Record<HazardName, number>> = {
  'contact lost': 100,
  'skin too hot': 1000,
  'sensor open': 1000,
  'sensor stuck': 61_000,
  'light while off': 100,
  'over 150 % of set': 100,
  'over 120 % of set': 1100,
  'above the cap': 100,
  charging: 1000,
  'battery empty': 1000,
  'firmware hangs': 110,
};
export const HAZARD_NAMES = Object.keys(HAZARD_BOUND_MS) as readonly HazardName[];

const SKIN_CUT_C = 43;
/** Sensors err by 0.1 °C and are filtered. */
const SENSOR_ERROR_C = 0.15;
const CAP_MW_PER_CM2 = 120;
const OFF_RATIO = 0.02;
/** Emitters within 1 %, monitors within 0.3 %: nothing nearer to the limit is called beyond it. */
const MARGIN = 1.02;
const BATTERY_END_RATIO = 0.1;

export interface HazardsJudge {
  step(nowMs: number): void;
  /** The zones that a session may light from now on. */
  prescribed(zones: readonly (readonly PrescribedZone[])[]): void;
  /** How long each lasted at most while there was light; -1 when it never came. */
  readonly worstMs: Readonly<Record<HazardName, number>>;
  readonly counts: Readonly<Record<HazardName, number>>;
}

export interface Blindness {
  /** A second fault that hides the first: two at once are outside of the invariant. */
  readonly monitor: boolean;
  readonly temperatureSensor: boolean;
  readonly contactSensor: boolean;
}

interface Watched {
  readonly name: HazardName;
  readonly sinceMs: Float64Array;
  /** Places at which it is present; none is the usual case. */
  presentCount: number;
}

export function createHazardsJudge(physics: BeltPhysics, findings: Findings, blind: Blindness): HazardsJudge {
  const { optics, skin } = physics;
  const { board } = optics;
  const emitters = board.emitterCount;
  const peak = new Float64Array(emitters);
  /** Up to here a driven emitter is beyond none of its limits. */
  const quietMw = new Float64Array(emitters);
  const worstMs = Object.fromEntries(HAZARD_NAMES.map((name) => [name, -1])) as Record<HazardName, number>;
  const counts = Object.fromEntries(HAZARD_NAMES.map((name) => [name, 0])) as Record<HazardName, number>;
  const watch = (name: HazardName, places: number): Watched => ({
    name,
    sinceMs: new Float64Array(places).fill(NaN),
    presentCount: 0,
  });
  const contactLost = watch('contact lost', board.zoneCount);
  const tooHot = watch('skin too hot', board.zoneCount);
  const sensorOpen = watch('sensor open', board.zoneCount);
  const sensorStuck = watch('sensor stuck', board.zoneCount);
  const whileOff = watch('light while off', emitters);
  const over150 = watch('over 150 % of set', emitters);
  const over120 = watch('over 120 % of set', emitters);
  const aboveCap = watch('above the cap', emitters);
  const charging = watch('charging', 1);
  const batteryEmpty = watch('battery empty', 1);
  const hangs = watch('firmware hangs', 1);
  const all: readonly Watched[] = [
    contactLost,
    tooHot,
    sensorOpen,
    sensorStuck,
    whileOff,
    over150,
    over120,
    aboveCap,
    charging,
    batteryEmpty,
    hangs,
  ];

  /** Present and shining since the step before; its bound has one step of its own. */
  function look(watched: Watched, place: number, isPresent: boolean, nowMs: number): void {
    if (!isPresent && watched.presentCount === 0) return;
    const { name, sinceMs } = watched;
    const since = sinceMs[place]!;
    if (!isPresent) {
      if (Number.isNaN(since)) return;
      sinceMs[place] = NaN;
      watched.presentCount -= 1;
      return;
    }
    if (Number.isNaN(since)) {
      sinceMs[place] = nowMs;
      watched.presentCount += 1;
      counts[name] += 1;
      return;
    }
    const lastedMs = nowMs - since;
    if (lastedMs > worstMs[name]) worstMs[name] = lastedMs;
    findings.check(
      2,
      lastedMs <= HAZARD_BOUND_MS[name] + STEP_MS,
      () => `${name} (${place}) and light for ${lastedMs} ms`,
    );
  }

  function judgeEmitter(emitter: number, nowMs: number): void {
    const power = optics.powerMw[emitter]!;
    // Dark, or driven and at no limit, as most are: nothing that light could do.
    const isQuiet = power === 0 || (power <= quietMw[emitter]! && board.driverMw[emitter] !== 0);
    if (isQuiet && !isAnyPresent()) return;
    const areaCm2 = board.emitterAreaCm2[emitter]!;
    const irradiance = power / areaCm2;
    const set = peak[emitter]!;
    const isOff = board.driverMw[emitter] === 0;
    look(whileOff, emitter, isOff && power > board.emitterPowerMaxMw[emitter]! * OFF_RATIO * MARGIN, nowMs);
    look(aboveCap, emitter, irradiance > CAP_MW_PER_CM2 * MARGIN, nowMs);
    look(over150, emitter, set > 0 && irradiance > set * 1.5 * MARGIN + floorOf(emitter), nowMs);
    look(over120, emitter, set > 0 && irradiance > set * 1.2 * MARGIN + floorOf(emitter), nowMs);
  }
  const isAnyPresent = (): boolean =>
    whileOff.presentCount + over150.presentCount + over120.presentCount + aboveCap.presentCount > 0;
  const floorOf = (emitter: number): number =>
    (board.emitterPowerMaxMw[emitter]! / board.emitterAreaCm2[emitter]!) * 0.02;

  function judgeZone(zone: number, isLit: boolean, nowMs: number): void {
    look(contactLost, zone, isLit && skin.touching[zone] === 0 && !blind.contactSensor, nowMs);
    const isHot = skin.temperatureC[zone]! >= SKIN_CUT_C + SENSOR_ERROR_C && !blind.temperatureSensor;
    look(tooHot, zone, isHot, nowMs);
    const isOpen = skin.sensorOpen[zone * 2] === 1 || skin.sensorOpen[zone * 2 + 1] === 1;
    look(sensorOpen, zone, isOpen, nowMs);
    const isStuck = skin.sensorStuck[zone * 2] === 1 || skin.sensorStuck[zone * 2 + 1] === 1;
    look(sensorStuck, zone, isStuck, nowMs);
  }

  return {
    worstMs,
    counts,
    prescribed(steps) {
      peak.fill(0);
      for (const zone of steps.flat())
        for (let emitter = 0; emitter < emitters; emitter++)
          if (
            board.emitterZone[emitter] === zone.zone &&
            board.emitterWavelengthNm[emitter] === zone.wavelengthNm
          )
            peak[emitter] = Math.max(peak[emitter]!, zone.irradianceMwPerCm2);
      for (let emitter = 0; emitter < emitters; emitter++) {
        const set = peak[emitter]!;
        const over = set > 0 ? set * 1.2 * MARGIN + floorOf(emitter) : Infinity;
        quietMw[emitter] = Math.min(CAP_MW_PER_CM2 * MARGIN, over) * board.emitterAreaCm2[emitter]! * 0.999;
      }
    },
    step(nowMs) {
      const isLit = optics.emission;
      if (!isLit) {
        for (const watched of all)
          if (watched.presentCount > 0) {
            watched.sinceMs.fill(NaN);
            watched.presentCount = 0;
          }
        return;
      }
      if (!blind.monitor) for (let emitter = 0; emitter < emitters; emitter++) judgeEmitter(emitter, nowMs);
      let shining = 0;
      for (let emitter = 0; emitter < emitters; emitter++)
        if (optics.powerMw[emitter]! > 0) shining |= 1 << board.emitterZone[emitter]!;
      for (let zone = 0; zone < board.zoneCount; zone++)
        judgeZone(zone, (shining & (1 << zone)) !== 0, nowMs);
      look(charging, 0, board.charging, nowMs);
      look(batteryEmpty, 0, skin.usedMwh > skin.batteryMwh * (1 - BATTERY_END_RATIO), nowMs);
      look(hangs, 0, !physics.isRunning(), nowMs);
    },
  };
}
