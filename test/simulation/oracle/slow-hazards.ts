// Invariant 2 for hazards that take their time, or that are a matter of the controller: one of them is looked for in a
// run, by the physics and by what was done to the session. What belt or controller make of it is not asked.
import type { BeltPhysics } from '../../../firmware-sim/physics.ts';
import type { PrescribedZone } from '../../../src/belt/belt.ts';
import { DOSE_TOLERANCE } from './dose.ts';
import type { Findings } from './findings.ts';
import { STEP_MS } from './light.ts';

/** Bounds in ms: the belt's where it looks itself, else the controller's. `refused`: no light at all. */
export const SLOW_BOUND_MS = {
  'thermal dose': 1000,
  'fast rise': 1000,
  'past its dose': 250,
  'emitter dark': 100,
  'clocks apart': 2000,
  'over its time': 250,
  'status stale': 1000,
  'damaged frames': 250,
  'book gone': 1000,
  'nobody there': 1000,
  refused: 0,
} as const;
export type SlowHazard = keyof typeof SLOW_BOUND_MS;

export interface SlowJudge {
  /** A person said yes: what is prescribed from now on. */
  armed(steps: readonly (readonly PrescribedZone[])[]): void;
  /** Status that the controller's process heard. */
  heard(): void;
  /** What begins at an instant: the third damaged frame, a full disk, a session that must be refused. */
  began(): void;
  step(nowMs: number): void;
  readonly hazard: SlowHazard | undefined;
  /** -1: never present. */
  worstMs(): number;
}

const CEM_CUT_MIN = 2;
const CEM_FROM_C = 39;
const SENSOR_ERROR_C = 0.15;
/** 1.5 °C/min, and what a noisy sensor may hide of it. */
const RISE_C_PER_MIN = 1.8;
const RISE_WINDOW_S = 30;
const DARK_RATIO = 0.1 * 0.98;
const DRIVEN_RATIO = 0.05;
const TIME_RATIO = 1.05;
const ALONE_MS = 660_000;
const STALE_MS = 850;
const DOSE_ROUNDING_J = 1e-3;

/** Minutes at 43 °C that a step counts for (Sapareto and Dewey). */
const cemOf = (celsius: number): number =>
  celsius < CEM_FROM_C ? 0 : ((celsius < 43 ? 0.25 : 0.5) ** (43 - celsius) * STEP_MS) / 60_000;

export function createSlowJudge(
  physics: BeltPhysics,
  findings: Findings,
  world: { nowMs(): number },
  hazard: SlowHazard | undefined,
): SlowJudge {
  const { optics, skin } = physics;
  const { board } = optics;
  const placeCount = Math.max(board.emitterCount, board.zoneCount);
  const sinceMs = new Float64Array(placeCount).fill(NaN);
  const cemMin = new Float64Array(board.zoneCount);
  const litMs = new Float64Array(board.zoneCount);
  const plannedMs = new Float64Array(board.zoneCount);
  const prescribedMj = new Float64Array(board.emitterCount).fill(Infinity);
  const energyBeforeMj = new Float64Array(board.emitterCount);
  /** One row of temperatures a second of light. */
  const course: Float64Array[] = [];
  let armedAtMs = NaN;
  let armedAtBeltMs = NaN;
  let heardAtMs = NaN;
  let beganAtMs = Infinity;
  let worstMs = -1;
  let litSteps = 0;

  const shines = (zone: number): boolean => {
    for (let emitter = 0; emitter < board.emitterCount; emitter++)
      if (board.emitterZone[emitter] === zone && optics.powerMw[emitter]! > 0) return true;
    return false;
  };

  function present(place: number, nowMs: number): boolean {
    switch (hazard) {
      case 'thermal dose':
        return place < board.zoneCount && cemMin[place]! >= CEM_CUT_MIN && shines(place);
      case 'fast rise': {
        const before = course.length > RISE_WINDOW_S ? course[0] : undefined;
        if (before === undefined || place >= board.zoneCount || !shines(place)) return false;
        return (skin.temperatureC[place]! - before[place]!) * (60 / RISE_WINDOW_S) >= RISE_C_PER_MIN;
      }
      case 'past its dose':
        if (!(optics.powerMw[place]! > 0)) return false;
        return optics.energyMj[place]! - energyBeforeMj[place]! > prescribedMj[place]!;
      case 'emitter dark': {
        const driven = board.masterClosed ? (board.driverMw[place] ?? 0) : 0;
        return (
          driven > (board.emitterPowerMaxMw[place] ?? Infinity) * DRIVEN_RATIO &&
          optics.powerMw[place]! < driven * DARK_RATIO
        );
      }
      case 'clocks apart': {
        const elapsedMs = nowMs - armedAtMs;
        const apartMs = Math.abs(physics.uptimeMs() - armedAtBeltMs - elapsedMs);
        return optics.emission && apartMs > 250 + 0.02 * elapsedMs;
      }
      case 'over its time':
        return place < board.zoneCount && shines(place) && litMs[place]! > plannedMs[place]! * TIME_RATIO;
      case 'status stale':
        return optics.emission && nowMs - heardAtMs > STALE_MS;
      case 'nobody there':
        return optics.emission && nowMs - armedAtMs > ALONE_MS;
      case 'damaged frames':
      case 'book gone':
      case 'refused':
        return optics.emission && nowMs >= beganAtMs;
      case undefined:
        return false;
    }
  }

  function count(): void {
    const isSecond = ++litSteps % (1000 / STEP_MS) === 0;
    for (let zone = 0; zone < board.zoneCount; zone++) if (shines(zone)) litMs[zone]! += STEP_MS;
    if (!isSecond || hazard !== 'fast rise') return;
    course.push(skin.temperatureC.slice());
    if (course.length > RISE_WINDOW_S + 1) course.shift();
  }

  return {
    hazard,
    worstMs: () => worstMs,
    began: () => void (beganAtMs = Math.min(beganAtMs, world.nowMs())),
    heard: () => void (heardAtMs = world.nowMs()),
    armed(steps) {
      armedAtMs = world.nowMs();
      armedAtBeltMs = physics.uptimeMs();
      energyBeforeMj.set(optics.energyMj);
      cemMin.fill(0);
      litMs.fill(0);
      plannedMs.fill(0);
      prescribedMj.fill(0);
      for (const zone of steps.flat()) {
        const { irradianceMwPerCm2, radiantExposureJPerCm2, rampUpS, rampDownS } = zone;
        plannedMs[zone.zone]! +=
          (radiantExposureJPerCm2 / irradianceMwPerCm2) * 1e6 + (rampUpS + rampDownS) * 500;
        for (let emitter = 0; emitter < board.emitterCount; emitter++)
          if (
            board.emitterZone[emitter] === zone.zone &&
            board.emitterWavelengthNm[emitter] === zone.wavelengthNm
          )
            prescribedMj[emitter]! +=
              (radiantExposureJPerCm2 * DOSE_TOLERANCE + DOSE_ROUNDING_J) *
              1000 *
              board.emitterAreaCm2[emitter]!;
      }
    },
    step(nowMs) {
      if (hazard === undefined) return;
      if (hazard === 'thermal dose' && armedAtMs <= nowMs)
        for (let zone = 0; zone < board.zoneCount; zone++)
          cemMin[zone]! += cemOf(skin.temperatureC[zone]! - SENSOR_ERROR_C);
      if (optics.emission) count();
      else if (hazard === 'fast rise') course.length = 0;
      if (optics.emission || board.masterClosed)
        for (let place = 0; place < placeCount; place++) look(place, nowMs);
      else sinceMs.fill(NaN);
    },
  };

  function look(place: number, nowMs: number): void {
    if (!present(place, nowMs)) {
      sinceMs[place] = NaN;
      return;
    }
    if (Number.isNaN(sinceMs[place]!)) {
      // Silence is counted from the newest status; where no light may be at all, its first step is too much.
      sinceMs[place] =
        hazard === 'status stale' ? heardAtMs : hazard === 'refused' ? nowMs - 2 * STEP_MS : nowMs;
    }
    const lastedMs = nowMs - sinceMs[place]!;
    worstMs = Math.max(worstMs, lastedMs);
    const boundMs = hazard === undefined ? Infinity : SLOW_BOUND_MS[hazard];
    findings.check(
      2,
      lastedMs <= boundMs + STEP_MS,
      () => `${hazard} (${place}) and light for ${lastedMs.toFixed(0)} ms`,
    );
  }
}
