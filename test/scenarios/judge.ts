// The invariants of the session, judged from the truth samples, the grants of the controller and the book.
import type { TruthSample } from '../../firmware-sim/simulated-belt.ts';
import { bookedZonesOf } from '../../src/ledger/book-state.ts';
import type { Part, Rig } from '../session/support/rig.ts';

export const STEP_MS = 10;
export const LEASE_MS = 1000;
const COUNTDOWN_MS = 3000;

export interface Watch {
  readonly litLeasesAtMs: number[];
  readonly armedAtMs: number[];
  readonly acts: { readonly act: string; readonly atMs: number }[];
}

export function judgeLight(
  truth: readonly TruthSample[],
  watch: Watch,
  isLinkSound: boolean,
  leaseMs: number,
): string[] {
  const violations: string[] = [];
  const stops = watch.acts.filter(
    ({ act }) => act === 'stop' || act === 'abandon' || act === 'kill' || act === 'freeze',
  );
  for (const [index, line] of truth.entries()) {
    if (!line.emission) continue;
    const endMs = truth[index + 1]?.atMs ?? line.atMs;
    const lease = watch.litLeasesAtMs.findLast((atMs) => atMs <= line.atMs);
    if (lease === undefined) violations.push(`light at ${line.atMs} without a lease`);
    else if (!(endMs <= lease + leaseMs + STEP_MS))
      violations.push(`light until ${endMs}, lease of ${lease}`);
    const arm = watch.armedAtMs.findLast((atMs) => atMs <= line.atMs);
    if (arm === undefined || !(line.atMs >= arm + COUNTDOWN_MS))
      violations.push(`light at ${line.atMs}, armed ${arm}`);
    for (const { act, atMs } of stops) {
      if (watch.armedAtMs.some((armed) => armed > atMs && armed <= line.atMs)) continue;
      const boundMs = isLinkSound && act === 'stop' ? 2 * STEP_MS : leaseMs + STEP_MS;
      if (line.atMs >= atMs && !(endMs <= atMs + boundMs))
        violations.push(`light until ${endMs}, ${act} at ${atMs}`);
    }
    const last = watch.acts.findLast(
      ({ act, atMs }) => (act === 'pause' || act === 'resume') && atMs <= line.atMs,
    );
    const boundMs = isLinkSound ? 2 * STEP_MS : leaseMs + STEP_MS;
    if (last?.act === 'pause' && !(endMs <= last.atMs + boundMs))
      violations.push(`light until ${endMs}, paused at ${last.atMs}`);
  }
  return violations;
}

interface Sums {
  readonly upper: number;
  readonly certain: boolean;
}

const bookedOf = (rigs: readonly Rig[]): ReadonlyMap<string, Sums> => {
  const sums = new Map<string, Sums>();
  const book = rigs.at(-1)?.book;
  for (const session of book?.sessions().values() ?? [])
    for (const zone of bookedZonesOf(session)) {
      const key = `${zone.zone}/${zone.wavelengthNm}`;
      const before = sums.get(key);
      sums.set(key, {
        upper: (before?.upper ?? 0) + zone.deliveredUpperJPerCm2,
        certain: (before?.certain ?? true) && zone.certainty === 'certain',
      });
    }
  return sums;
};

export function judgeDose(rigs: readonly Rig[], parts: readonly Part[], fault: string | undefined): string[] {
  const isFaulty = fault !== undefined;
  // Weaker than 3 % is not found out, and a session cut in its ramp has no plateau to tell from.
  const unseenRatio = fault?.startsWith('monitor-gain') === true ? 0.01 : 0;
  const violations: string[] = [];
  const booked = bookedOf(rigs);
  const prescribed = new Map<string, number>();
  for (const part of parts)
    if (!('restMs' in part))
      for (const zone of part) {
        const key = `L${zone.zone + 1}/${zone.wavelengthNm}`;
        prescribed.set(key, (prescribed.get(key) ?? 0) + zone.radiantExposureJPerCm2);
      }
  for (const [key, truth] of rigs[0]?.delivered() ?? []) {
    const sum = booked.get(key);
    if (!((sum?.upper ?? 0) >= truth * (1 - unseenRatio) - 1e-4))
      violations.push(`${key}: booked ${sum?.upper} below ${truth}`);
    if (sum?.certain === true && !(sum.upper <= truth * 1.04 + 1e-3))
      violations.push(`${key}: certain, booked ${sum.upper} above ${truth}`);
    const due = prescribed.get(key);
    // A gross fault is cut within 100 ms; 0.03 J/cm² is that at full power.
    const most = due === undefined ? 0.03 : isFaulty ? due * 1.1 + 0.03 : due * 1.005;
    if (!(truth <= most)) violations.push(`${key}: delivered ${truth} of ${due}`);
  }
  return violations;
}
