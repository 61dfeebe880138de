// Ground truth of the skin under the belt, its temperature sensors and contact switches, and the battery.
import { COUNTS_MAX, COUNTS_OFFSET_C, COUNTS_PER_C, SENSORS_PER_ZONE, type Board } from './board.ts';
import type { Optics } from './optics.ts';
import { createNoise, createRandom, drawNoise, type NoiseTable } from './random.ts';

/** dT/dt = (k E - (T - T0)) / tau, from the thermal figure of infrared at 80 to 160 mW/cm²: 50 mW/cm² end at +2.5 °C. */
const SKIN_REST_C = 33;
const SKIN_HEATING_C_PER_MW_PER_CM2 = 0.05;
const SKIN_TIME_CONSTANT_MS = 240_000;
/** Each sensor's fixed error, and its noise in counts: a live sensor never stands still. */
const SENSOR_ERROR_C = 0.1;
const SENSOR_NOISE_COUNTS = 2.5;
/** Electrical input per optical output, and what the electronics draw. */
const WALL_PLUG_EFFICIENCY = 0.3;
const ELECTRONICS_MW = 150;
const MS_PER_HOUR = 3_600_000;

export interface Skin {
  readonly board: Board;
  readonly optics: Optics;
  readonly temperatureC: Float64Array;
  /** NaN, or the temperature a fault holds the skin at. */
  readonly heldC: Float64Array;
  readonly sensorErrorC: Float64Array;
  readonly sensorStuck: Uint8Array;
  readonly sensorOpen: Uint8Array;
  readonly touching: Uint8Array;
  /** 0 follows the skin, 1 always says covered, 2 always says uncovered. */
  readonly contactStuck: Uint8Array;
  readonly batteryMwh: number;
  usedMwh: number;
  readonly noise: NoiseTable;
}

export function createSkin(board: Board, optics: Optics, batteryWh: number, seed: number): Skin {
  const zones = board.zoneCount;
  const spread = createRandom(seed, 'sensors');
  const start = createRandom(seed, 'skin');
  return {
    board,
    optics,
    temperatureC: new Float64Array(zones).map(() => SKIN_REST_C + start.spread() * 0.3),
    heldC: new Float64Array(zones).fill(Number.NaN),
    sensorErrorC: new Float64Array(zones * SENSORS_PER_ZONE).map(() => spread.spread() * SENSOR_ERROR_C),
    sensorStuck: new Uint8Array(zones * SENSORS_PER_ZONE),
    sensorOpen: new Uint8Array(zones * SENSORS_PER_ZONE),
    touching: new Uint8Array(zones).fill(1),
    contactStuck: new Uint8Array(zones),
    batteryMwh: batteryWh * 1000,
    usedMwh: 0,
    noise: createNoise(seed, 'temperature'),
  };
}

/** Heat and charge over `durationMs`. A zone's emitters lie side by side: their irradiances add as the upper bound. */
export function integrateSkin(skin: Skin, durationMs: number): void {
  const { temperatureC, heldC, optics, board } = skin;
  const share = durationMs / SKIN_TIME_CONSTANT_MS;
  let opticalMw = 0;
  for (let zone = 0; zone < temperatureC.length; zone++)
    temperatureC[zone]! += (SKIN_REST_C - temperatureC[zone]!) * share;
  if (optics.emission) {
    for (let emitter = 0; emitter < board.emitterCount; emitter++) {
      const power = optics.powerMw[emitter]!;
      if (power > 0) {
        opticalMw += power;
        temperatureC[board.emitterZone[emitter]!]! +=
          (power / board.emitterAreaCm2[emitter]!) * SKIN_HEATING_C_PER_MW_PER_CM2 * share;
      }
    }
  }
  for (let zone = 0; zone < temperatureC.length; zone++)
    if (heldC[zone]! > 0) temperatureC[zone] = heldC[zone]!;
  skin.usedMwh += ((ELECTRONICS_MW + opticalMw / WALL_PLUG_EFFICIENCY) * durationMs) / MS_PER_HOUR;
}

/** Converts both sensors of every zone; ten times a second is what a belt does. */
export function sampleTemperatures(skin: Skin): void {
  const { board, temperatureC } = skin;
  for (let sensor = 0; sensor < skin.sensorErrorC.length; sensor++) {
    const noise = drawNoise(skin.noise) * SENSOR_NOISE_COUNTS;
    if (skin.sensorOpen[sensor] !== 0) board.temperatureCounts[sensor] = COUNTS_MAX;
    else if (skin.sensorStuck[sensor] === 0) {
      const celsius = temperatureC[sensor >> 1]! + skin.sensorErrorC[sensor]!;
      const counts = Math.round((celsius - COUNTS_OFFSET_C) * COUNTS_PER_C + noise);
      board.temperatureCounts[sensor] = counts < 0 ? 0 : counts > COUNTS_MAX ? COUNTS_MAX : counts;
    }
  }
}

export function sampleContact(skin: Skin): void {
  const { board } = skin;
  for (let zone = 0; zone < skin.touching.length; zone++) {
    const stuck = skin.contactStuck[zone]!;
    board.contact[zone] = stuck === 0 ? skin.touching[zone]! : stuck === 1 ? 1 : 0;
  }
}

export function batteryPercent(skin: Skin): number {
  const left = 100 * (1 - skin.usedMwh / skin.batteryMwh);
  return left > 0 ? left : 0;
}
