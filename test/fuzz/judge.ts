// The judge: what the owner allowed, against what the light did. It knows the owner's own calls and the simulated
// belt's truth, and nothing of the bytes between them.
import type { TruthSample } from '../../firmware-sim/simulated-belt.ts';
import { LEASE_TTL_MS, type WirePrescription } from '../../protocol/messages.ts';

/** The belt looks at its lease once in a step. */
const STEP_MS = 10;
const ROUNDING_MS = 0.01;
/** The simulated emitters are within 1 % of set, its monitor within 0.3 %. */
const IRRADIANCE_TOLERANCE = 1.05;
const EXPOSURE_TOLERANCE = 1.02;
const VIOLATION_MAX_COUNT = 5;

interface Allowed {
  readonly zones: number;
  readonly ceiling: number;
  readonly untilMs: number;
}

export type Undo = () => void;

export interface Judge {
  readonly violations: string[];
  /** How often light was seen at all: a run in the dark shows little. */
  readonly litCount: number;
  truth(line: TruthSample): void;
  /** The owner's own ARM. Told before it is sent, because light may come within the call; undone if it is refused. */
  armed(prescription: WirePrescription, now: TruthSample): Undo;
  /** The owner allows light, naming a tick that the belt sent at `tickAtMs`. */
  granted(zones: number, ceilingFraction: number, tickAtMs: number): void;
  /** Paused or stopped: neither what was allowed nor new leases are worth anything until `armed` or `resumed`. */
  revoked(why: string): void;
  /** Paused or stopped by a call that may be lost on the way: what was allowed ends by itself, nothing is added to it. */
  closed(why: string): void;
  /** The owner's own RESUME. */
  resumed(): Undo;
}

export function createJudge(): Judge {
  const violations: string[] = [];
  let prescription: WirePrescription | undefined;
  let baseline: readonly number[] = [];
  let allowed: Allowed | undefined;
  let isOpen = false;
  let why = 'nobody armed it';
  let litCount = 0;

  const blame = (line: TruthSample, what: string): void => {
    if (violations.length < VIOLATION_MAX_COUNT) violations.push(`at ${line.atMs.toFixed(1)} ms: ${what}`);
  };

  const judgeEmitter = (line: TruthSample, index: number, granted: Allowed): void => {
    const emitter = line.zones[index];
    if (emitter === undefined || prescription === undefined) return;
    const entries = prescription.entries.filter((entry) => entry.emitter === index);
    const zone = Number(emitter.zone.slice(1)) - 1;
    if (emitter.irradianceMwPerCm2 > 0 && ((granted.zones >> zone) & 1) === 0)
      blame(line, `${emitter.zone} shines, which no lease named`);
    const irradianceMax = Math.max(0, ...entries.map((entry) => entry.irradianceCentiMwPerCm2 / 100));
    if (!(emitter.irradianceMwPerCm2 <= irradianceMax * IRRADIANCE_TOLERANCE + 0.01))
      blame(line, `${emitter.zone} shines with ${emitter.irradianceMwPerCm2} mW/cm², ${irradianceMax} set`);
    const prescribed =
      entries.reduce((sum, entry) => sum + entry.radiantExposureTenMicroJPerCm2, 0) / 100_000;
    const delivered = emitter.radiantExposureJPerCm2 - (baseline[index] ?? 0);
    if (!(delivered <= prescribed * EXPOSURE_TOLERANCE + 0.001))
      blame(line, `${emitter.zone} got ${delivered} J/cm² of ${prescribed}`);
  };

  const undo = (): Undo => {
    const before = { prescription, baseline, allowed, isOpen, why };
    return () => ({ prescription, baseline, allowed, isOpen, why } = before);
  };

  return {
    violations,
    get litCount() {
      return litCount;
    },
    truth(line) {
      if (!line.emission) return;
      litCount += 1;
      if (allowed === undefined || prescription === undefined) {
        blame(line, `light although ${why}`);
        return;
      }
      if (line.atMs > allowed.untilMs + STEP_MS + ROUNDING_MS) {
        blame(line, `light ${(line.atMs - allowed.untilMs).toFixed(1)} ms after the last lease ended`);
        return;
      }
      for (let index = 0; index < line.zones.length; index++) judgeEmitter(line, index, allowed);
    },
    armed(next, now) {
      const before = undo();
      prescription = next;
      baseline = now.zones.map((zone) => zone.radiantExposureJPerCm2);
      allowed = undefined;
      isOpen = true;
      why = 'no lease was given yet';
      return before;
    },
    granted(zones, ceiling, tickAtMs) {
      if (!isOpen) return;
      const untilMs = Math.max(tickAtMs + LEASE_TTL_MS, allowed?.untilMs ?? 0);
      allowed = { zones, ceiling, untilMs };
    },
    revoked(reason) {
      allowed = undefined;
      isOpen = false;
      why = reason;
    },
    closed(reason) {
      isOpen = false;
      why = reason;
    },
    resumed() {
      const before = undo();
      allowed = undefined;
      isOpen = prescription !== undefined;
      why = 'no lease was given since the owner resumed';
      return before;
    },
  };
}
