// Whole runs with faults, and what to read off them.
import type { TruthSample } from '../../firmware-sim/simulated-belt.ts';
import { changeAfter, armed, setUp, type Bench, type ProgramShape } from './bench.ts';

export const BOUND_MS = 100;

/** A session with faults, run for a while after its first light. */
export function run(faults: readonly string[], forMs: number, shape: ProgramShape = {}): Bench {
  const bench = setUp({ faults });
  armed(bench, shape);
  bench.clock.advance(500);
  const light = firstLight(bench);
  bench.clock.advance(light + forMs - bench.clock.nowMs());
  return bench;
}

export function firstLight(bench: Bench): number {
  const at = changeAfter(bench.truth, 0, true);
  if (!(at > 0)) throw new Error('the belt never lit');
  return at;
}

export const litZones = (line: TruthSample): string[] =>
  line.zones.filter((zone) => zone.irradianceMwPerCm2 > 0).map((zone) => zone.zone);

/** How the belt says the session ended: state, cause of its record, first hazard it reported. */
export function endOf(bench: Bench): { state: string; cause: string | undefined; hazard: number } {
  const { controller } = bench;
  bench.clock.advance(100);
  const hazard = controller.events.find((event) => event.hazard !== 0)?.hazard ?? 0;
  const lockedBy = controller.events.findLast((event) => event.kind === 'hazard')?.hazard ?? 0;
  const { state } = controller.lastTick();
  return {
    state,
    cause: controller.readRecord({ op: 'last' })?.cause,
    hazard: state === 'lockout' ? lockedBy : hazard,
  };
}
