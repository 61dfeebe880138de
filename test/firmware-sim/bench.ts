// A belt on a virtual clock with a controller on it, and programs to run.
import {
  createSimulatedBelt,
  type SimulatedBelt,
  type TruthSample,
} from '../../firmware-sim/simulated-belt.ts';
import type { Lease, WirePrescription } from '../../protocol/messages.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { connectController, type TestController } from './controller.ts';

export interface ProgramShape {
  readonly zones?: readonly number[];
  readonly steps?: number;
  readonly irradiance?: number;
  readonly exposure?: number;
  readonly rampUpS?: number;
  readonly rampDownS?: number;
  readonly frequencyHz?: number;
  readonly duty?: number;
  /** Offset of the emitter within its zone: 0 is 808 nm, 1 is 650 nm on the reference belt. */
  readonly emitter?: number;
  readonly timeLimitS?: number;
  readonly tag?: number;
}

/** A prescription in people's units; the defaults are the built-in program: 4 zones, 50 mW/cm², 4 J/cm², ramps 2 s and 1 s. */
export function program(shape: ProgramShape = {}): WirePrescription {
  const zones = shape.zones ?? [0, 1, 2, 3];
  const steps = shape.steps ?? 1;
  const irradiance = shape.irradiance ?? 50;
  const exposure = shape.exposure ?? 4;
  const ramps = (shape.rampUpS ?? 2) + (shape.rampDownS ?? 1);
  return {
    sessionTag: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, shape.tag ?? 8),
    stepCount: steps,
    timeLimitS: shape.timeLimitS ?? Math.ceil(((exposure * 1000) / irradiance + ramps) * steps * 1.1),
    entries: Array.from({ length: steps }, (_, step) =>
      zones.map((zone) => ({
        step,
        zone,
        emitter: zone * 2 + (shape.emitter ?? 0),
        irradianceCentiMwPerCm2: Math.round(irradiance * 100),
        pulseFrequencyDeciHz: Math.round((shape.frequencyHz ?? 0) * 10),
        dutyCyclePer10k: Math.round((shape.duty ?? 1) * 10_000),
        radiantExposureTenMicroJPerCm2: Math.round(exposure * 100_000),
        rampUpDeciS: Math.round((shape.rampUpS ?? 2) * 10),
        rampDownDeciS: Math.round((shape.rampDownS ?? 1) * 10),
      })),
    ).flat(),
  };
}

export interface Bench {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly truth: TruthSample[];
  readonly controller: TestController;
}

export function setUp(options: { seed?: number; faults?: readonly string[] } = {}): Bench {
  const clock = createVirtualClock();
  const truth: TruthSample[] = [];
  const belt = createSimulatedBelt({
    clock,
    seed: options.seed ?? 1,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    onTruth: (line) => void truth.push(line),
  });
  const controller = connectController(belt);
  return { clock, belt, truth, controller };
}

/** Prepared, armed, counted down; the first lit lease is up to `grant`. */
export function armed(bench: Bench, shape: ProgramShape = {}, grant: Partial<Lease> | undefined = {}): void {
  const { clock, controller } = bench;
  controller.subscribe();
  const prepared = controller.prepare(program(shape));
  if (prepared?.code !== 'ok') throw new Error(`not prepared: ${prepared?.code}`);
  controller.grant = grant;
  const armedAnswer = controller.arm();
  if (armedAnswer?.code !== 'ok') throw new Error(`not armed: ${armedAnswer?.code}`);
  clock.advance(3110);
}

/** Lit for at least a moment, on the plateau unless told otherwise. */
export function emitting(
  options: { seed?: number; faults?: readonly string[] } = {},
  shape: ProgramShape = {},
): Bench {
  const bench = setUp(options);
  armed(bench, shape);
  bench.clock.advance(2500);
  if (!bench.belt.truth().emission) throw new Error('the belt did not light');
  return bench;
}

/** Physics time of the first change to dark (or to light) at or after an instant. */
export function changeAfter(truth: readonly TruthSample[], fromMs: number, emission: boolean): number {
  const at = truth.findIndex(
    (line, index) =>
      line.atMs >= fromMs &&
      line.emission === emission &&
      (index === 0 || truth[index - 1]!.emission !== emission),
  );
  return at < 0 ? Number.NaN : truth[at]!.atMs;
}
