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
}

export function createHazardsJudge(physics: BeltPhysics, findings: Findings, blind: Blindness): HazardsJudge {
  const { optics, skin } = physics;
  const { board } = optics;
  const emitters = board.emitterCount;
  const peak = new Float64Array(emitters);
  const worstMs = Object.fromEntries(HAZARD_NAMES.map((name) => [name, -1])) as Record<HazardName, number>;
  const counts = Object.fromEntries(HAZARD_NAMES.map((name) => [name, 0])) as Record<HazardName, number>;
  const watch = (name: HazardName, places: number): Watched => ({
    name,
    sinceMs: new Float64Array(places).fill(NaN),
  });
  const places: Readonly<Record<HazardName, Watched>> = {
    'contact lost': watch('contact lost', board.zoneCount),
    'skin too hot': watch('skin too hot', board.zoneCount),
    'sensor open': watch('sensor open', board.zoneCount),
    'sensor stuck': watch('sensor stuck', board.zoneCount),
    'light while off': watch('light while off', emitters),
    'over 150 % of set': watch('over 150 % of set', emitters),
    'over 120 % of set': watch('over 120 % of set', emitters),
    'above the cap': watch('above the cap', emitters),
    charging: watch('charging', 1),
    'battery empty': watch('battery empty', 1),
    'firmware hangs': watch('firmware hangs', 1),
  };

  /** Present and shining since the step before; its bound has one step of its own. */
  function look(name: HazardName, place: number, isPresent: boolean, nowMs: number): void {
    const { sinceMs } = places[name];
    const since = sinceMs[place]!;
    if (!isPresent) {
      if (!Number.isNaN(since)) sinceMs[place] = NaN;
      return;
    }
    if (Number.isNaN(since)) {
      sinceMs[place] = nowMs;
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
    const areaCm2 = board.emitterAreaCm2[emitter]!;
    const power = optics.powerMw[emitter]!;
    const irradiance = power / areaCm2;
    const set = peak[emitter]!;
    const isOff = board.driverMw[emitter] === 0;
    look(
      'light while off',
      emitter,
      isOff && power > board.emitterPowerMaxMw[emitter]! * OFF_RATIO * MARGIN,
      nowMs,
    );
    look('above the cap', emitter, irradiance > CAP_MW_PER_CM2 * MARGIN, nowMs);
    look('over 150 % of set', emitter, set > 0 && irradiance > set * 1.5 * MARGIN + floorOf(emitter), nowMs);
    look('over 120 % of set', emitter, set > 0 && irradiance > set * 1.2 * MARGIN + floorOf(emitter), nowMs);
  }
  const floorOf = (emitter: number): number =>
    (board.emitterPowerMaxMw[emitter]! / board.emitterAreaCm2[emitter]!) * 0.02;

  function judgeZone(zone: number, isLit: boolean, nowMs: number): void {
    look('contact lost', zone, isLit && skin.touching[zone] === 0 && !blind.contactSensor, nowMs);
    const isHot = skin.temperatureC[zone]! >= SKIN_CUT_C + SENSOR_ERROR_C && !blind.temperatureSensor;
    look('skin too hot', zone, isHot, nowMs);
    const isOpen = skin.sensorOpen[zone * 2] === 1 || skin.sensorOpen[zone * 2 + 1] === 1;
    look('sensor open', zone, isOpen, nowMs);
    const isStuck = skin.sensorStuck[zone * 2] === 1 || skin.sensorStuck[zone * 2 + 1] === 1;
    look('sensor stuck', zone, isStuck, nowMs);
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
    },
    step(nowMs) {
      const isLit = optics.emission;
      if (!isLit) {
        for (const name of HAZARD_NAMES) places[name].sinceMs.fill(NaN);
        return;
      }
      if (!blind.monitor) for (let emitter = 0; emitter < emitters; emitter++) judgeEmitter(emitter, nowMs);
      for (let zone = 0; zone < board.zoneCount; zone++) judgeZone(zone, zoneShines(zone), nowMs);
      look('charging', 0, board.charging, nowMs);
      look('battery empty', 0, skin.usedMwh > skin.batteryMwh * (1 - BATTERY_END_RATIO), nowMs);
      look('firmware hangs', 0, !physics.isRunning(), nowMs);
    },
  };

  function zoneShines(zone: number): boolean {
    for (let emitter = 0; emitter < emitters; emitter++)
      if (board.emitterZone[emitter] === zone && optics.powerMw[emitter]! > 0) return true;
    return false;
  }
}
