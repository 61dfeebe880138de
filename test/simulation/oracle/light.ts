// Invariants 1 and 6: who may have light. From what persons did, which leases went out, and where there is light; the
// belt's own opinion is never asked.
import type { BeltPhysics } from '../../../firmware-sim/physics.ts';
import type { BeltReport, LeaseRequest } from '../../../src/belt/belt.ts';
import { createBeltClock } from './belt-clock.ts';
import type { Findings } from './findings.ts';

export const STEP_MS = 10;
export const LEASE_MS = 1000;
export const COUNTDOWN_MS = 3000;
/** The watchdog of a hung belt, and one step. */
const HANG_MS = 110;
const CONTACT_MS = 100 + STEP_MS;
const EPS_MS = 1e-3;
/** Ticks tell the belt's time in whole milliseconds. */
const TICK_ROUNDING_MS = 1 / 0.85;

export interface LightJudge {
  /** At the instant at which light begins or ends anywhere. */
  changed(isLit: boolean, atMs: number): void;
  step(nowMs: number): void;
  armed(): void;
  ticked(report: BeltReport): void;
  leased(request: LeaseRequest): void;
  /** A person's STOP; `withinMs` until it must be dark, Infinity when only the lease bounds it. */
  stopped(withinMs: number): void;
  /** Any bytes to the stop characteristic, of which the controller knows nothing. */
  strangerStopped(): void;
  paused(withinMs: number): void;
  resumed(): void;
  /** Until when, in the world's time, a lease that went out so far can keep any zone lit. */
  leaseEndMs(): number;
  darkSinceMs(): number;
}

interface DarkOrder {
  readonly what: 'stopped' | 'stopped by a stranger' | 'paused' | 'contact lost';
  readonly sinceMs: number;
  /** Light after this is a violation. */
  readonly graceMs: number;
}

export function createLightJudge(
  physics: BeltPhysics,
  findings: Findings,
  world: { nowMs(): number },
): LightJudge {
  const { optics, skin } = physics;
  const { board } = optics;
  const leaseEnd = new Float64Array(board.zoneCount).fill(-Infinity);
  const uncoveredSince = new Float64Array(board.zoneCount).fill(NaN);
  const beltClock = createBeltClock(physics);
  const tickAt = new Map<number, number>();
  /** NaN: nobody has, and no comparison lets it pass. */
  let armedAtMs = NaN;
  let order: DarkOrder | undefined;
  let lastZones = 0;
  /** When a lease last named other zones than the one before: the air may bring the two in either order. */
  let zonesChangedAtMs = -Infinity;
  let granted = { step: -1, ceiling: 0 };
  let beforeDark = granted;
  let resumedAtMs = -Infinity;
  let darkAtMs = 0;
  let wasLit = false;
  let hungAtMs = NaN;
  let slowest = 1;
  let fastest = 1;

  const anyLeaseEnd = (): number => leaseEnd.reduce((most, end) => Math.max(most, end), -Infinity);
  const boundMs = (): number => LEASE_MS / slowest;
  const setOrder = (what: DarkOrder['what'], withinMs: number): void => {
    const nowMs = world.nowMs();
    const graceMs = Math.min(nowMs + withinMs, Math.max(nowMs, anyLeaseEnd()) + STEP_MS);
    if (order === undefined || graceMs < order.graceMs || what.startsWith('stopped'))
      order = { what, sinceMs: nowMs, graceMs };
  };
  const hangGraceMs = (): number => (Number.isNaN(hungAtMs) ? -Infinity : hungAtMs + HANG_MS);

  return {
    darkSinceMs: () => darkAtMs,
    leaseEndMs: anyLeaseEnd,
    changed(isLit, atMs) {
      if (!isLit) {
        findings.check(
          1,
          atMs <= Math.max(anyLeaseEnd(), hangGraceMs()) + EPS_MS || isStray(),
          () => `light until ${atMs.toFixed(1)}, leases until ${anyLeaseEnd().toFixed(1)}`,
        );
        darkAtMs = atMs;
        beforeDark = granted;
        return;
      }
      if (isStray()) return;
      findings.check(
        1,
        atMs >= armedAtMs + COUNTDOWN_MS / fastest - EPS_MS,
        () => `light at ${atMs.toFixed(1)}, armed by a person at ${armedAtMs.toFixed(1)}`,
      );
      // Nothing restarts by itself: the next step, more of the dose booked, another zone, or a person.
      const isWanted =
        resumedAtMs > darkAtMs ||
        armedAtMs > darkAtMs ||
        granted.step !== beforeDark.step ||
        granted.ceiling !== beforeDark.ceiling ||
        zonesChangedAtMs > darkAtMs - boundMs();
      findings.check(
        1,
        isWanted,
        () => `light again at ${atMs.toFixed(1)}, dark since ${darkAtMs.toFixed(1)}: nobody asked`,
      );
    },
    step(nowMs) {
      beltClock.step(nowMs);
      const rate = physics.clockRate();
      if (rate < slowest) slowDown(nowMs - STEP_MS, rate);
      if (rate > fastest) fastest = rate;
      if (physics.isRunning()) hungAtMs = NaN;
      else if (Number.isNaN(hungAtMs)) hungAtMs = nowMs - STEP_MS;
      if (!optics.emission) {
        if (wasLit) uncoveredSince.fill(NaN);
        wasLit = false;
        return;
      }
      wasLit = true;
      for (let emitter = 0; emitter < optics.powerMw.length; emitter++)
        if (optics.powerMw[emitter]! > 0 && optics.stuckOn[emitter] === 0) judgeEmitter(emitter, nowMs);
      const grace = order;
      if (grace !== undefined && !isStray())
        findings.check(
          grace.what.startsWith('stopped') ? 6 : 1,
          nowMs <= Math.max(grace.graceMs, hangGraceMs()) + EPS_MS,
          () =>
            `light at ${nowMs}, ${grace.what} at ${grace.sinceMs.toFixed(1)}, due dark ${grace.graceMs.toFixed(1)}`,
        );
    },
    armed() {
      armedAtMs = world.nowMs();
      order = undefined;
      granted = { step: -1, ceiling: 0 };
    },
    ticked(report) {
      if (tickAt.size > 64) for (const old of [...tickAt.keys()].slice(0, 32)) tickAt.delete(old);
      tickAt.set(report.tick, beltClock.worldMsOf(report.beltTimeMs) + TICK_ROUNDING_MS);
    },
    leased(request) {
      const nowMs = world.nowMs();
      if (request.zones !== lastZones) zonesChangedAtMs = nowMs;
      lastZones = request.zones;
      if (request.zones === 0) return;
      const due = order;
      findings.check(
        1,
        due === undefined || due.what === 'contact lost' || due.what === 'stopped by a stranger',
        () => `a lease for light at ${nowMs.toFixed(1)}, ${due?.what} at ${due?.sinceMs.toFixed(1)}`,
      );
      const stampMs = tickAt.get(request.tick);
      findings.check(1, stampMs !== undefined, () => `a lease for tick ${request.tick}, which it never saw`);
      const endMs = (stampMs ?? nowMs) + boundMs();
      for (let zone = 0; zone < leaseEnd.length; zone++)
        if ((request.zones & (1 << zone)) !== 0 && endMs > leaseEnd[zone]!) leaseEnd[zone] = endMs;
      granted = {
        step: Math.max(granted.step, request.step),
        ceiling: request.step > granted.step ? request.ceiling : Math.max(granted.ceiling, request.ceiling),
      };
    },
    stopped: (withinMs) => setOrder('stopped', withinMs),
    strangerStopped: () => setOrder('stopped by a stranger', 0),
    paused: (withinMs) => setOrder('paused', withinMs),
    resumed() {
      resumedAtMs = world.nowMs();
      if (order?.what.startsWith('stopped') !== true) order = undefined;
    },
  };

  /** All the light there is comes from drivers that are stuck: the hazards' judge has it. */
  function isStray(): boolean {
    for (let emitter = 0; emitter < optics.powerMw.length; emitter++) {
      if (optics.powerMw[emitter]! > 0 && optics.stuckOn[emitter] === 0) return false;
    }
    return optics.stuckOn.some((stuck) => stuck !== 0);
  }

  /** A lease is good for its second by the belt's clock: what is left of it lasts longer from now on. */
  function slowDown(sinceMs: number, rate: number): void {
    for (let zone = 0; zone < leaseEnd.length; zone++)
      if (leaseEnd[zone]! > sinceMs)
        leaseEnd[zone] = sinceMs + ((leaseEnd[zone]! - sinceMs) * slowest) / rate;
    slowest = rate;
  }

  function judgeEmitter(emitter: number, nowMs: number): void {
    const zone = board.emitterZone[emitter]!;
    if (nowMs <= leaseEnd[zone]!) findings.holds(1);
    else
      findings.check(
        1,
        nowMs <= Math.max(leaseEnd[zone]!, hangGraceMs()) + EPS_MS,
        () => `light in L${zone + 1} at ${nowMs}, leased until ${leaseEnd[zone]!.toFixed(1)}`,
      );
    if (skin.touching[zone] === 1 || skin.contactStuck[zone] === 1) {
      uncoveredSince[zone] = NaN;
      return;
    }
    if (Number.isNaN(uncoveredSince[zone]!)) {
      uncoveredSince[zone] = nowMs - STEP_MS;
      setOrder('contact lost', CONTACT_MS);
    }
    if (nowMs - uncoveredSince[zone]! <= CONTACT_MS) return findings.holds(1);
    findings.check(
      1,
      false,
      () => `light in L${zone + 1} at ${nowMs}, off the skin since ${uncoveredSince[zone]}`,
    );
  }
}
