// Assumptions A14 to A18 of protocol/lease.pml, about the controller, each held against the session that ships.
import { describe, expect, it } from 'vitest';
import { STATUS_AGE_MAX_MS, UNATTENDED_PAUSE_MS } from '../../../src/safety/limits.ts';
import { LEASE_TTL_MS, TICK_PERIOD_MS } from '../../../protocol/messages.ts';
import type { LeaseRequest } from '../../../src/belt/belt.ts';
import { blocksOf } from '../../../src/plan/blocks.ts';
import { WAIT_MS } from '../../../src/session/deadlines.ts';
import { planOf, treat } from '../../plan/belts.ts';
import {
  createRig,
  programOf,
  startRig,
  zoneOf,
  type Rig,
  type RigOptions,
} from '../../session/support/rig.ts';

const MIN = 60_000;
const LONG = programOf([[zoneOf(0, { irradianceMwPerCm2: 10, radiantExposureJPerCm2: 8 })]]);

/** A rig whose leases are written down as they leave. */
function watched(options: RigOptions = {}): { readonly rig: Rig; readonly leases: LeaseRequest[] } {
  const leases: LeaseRequest[] = [];
  const rig = startRig({
    program: LONG,
    ...options,
    wrapBelt: (belt) => ({
      ...belt,
      lease(request) {
        leases.push(request);
        belt.lease(request);
      },
    }),
  });
  return { rig, leases };
}
const ticksOf = (rig: Rig): number[] =>
  rig.events.flatMap((event) => (event.type === 'belt.tick' ? [event.report.tick] : []));

describe('What the model of the lease assumes of the controller', () => {
  it('A14: each tick is answered with one lease that names it; light is granted while two ticks in a row are lost', () => {
    const { rig, leases } = watched();
    leases.length = 0;
    const before = ticksOf(rig).length;
    rig.run(5000);
    expect(leases.map(({ tick }) => tick)).toEqual(ticksOf(rig).slice(before));
    expect(leases.length).toBeGreaterThanOrEqual(20);
    expect(leases.every(({ zones }) => zones !== 0)).toBe(true);
    // Three spacings may lie between two ticks that arrive, and the link's own delay on top; four would be one TTL.
    expect(STATUS_AGE_MAX_MS).toBeGreaterThanOrEqual(3 * TICK_PERIOD_MS);
    expect(STATUS_AGE_MAX_MS).toBeLessThan(LEASE_TTL_MS);
  });

  it('A15: once a pause is wanted no lease grants light until the person resumes', () => {
    const { rig, leases } = watched();
    rig.send({ type: 'operator.pause' });
    leases.length = 0;
    rig.run(60_000);
    expect(leases.length).toBeGreaterThan(200);
    expect(leases.every(({ zones }) => zones === 0)).toBe(true);
    rig.send({ type: 'operator.resume' });
    rig.run(2000);
    expect(leases.some(({ zones, epoch }) => zones !== 0 && epoch === 2)).toBe(true);
  });

  it('A16: without a sign for 11 min the controller pauses, and each sign starts them anew', () => {
    expect(UNATTENDED_PAUSE_MS).toBe(11 * MIN);
    const attended: RigOptions = { input: { isPresenceAssumed: false } };
    const alone = watched(attended).rig;
    alone.run(11 * MIN + 500);
    expect(alone.session.view()).toMatchObject({ state: 'paused', pause: { cause: 'unattended' } });
    expect(alone.belt.truth().emission).toBe(false);
    const there = watched(attended).rig;
    there.run(6 * MIN);
    there.send({ type: 'operator.present' });
    there.run(6 * MIN);
    expect(there.session.view().state).toBe('emitting');
  });

  it('A17: a pause ends in light by a person’s act, or after 10 min in a stop', () => {
    expect(WAIT_MS.paused).toBe(10 * MIN);
    const { rig } = watched();
    rig.send({ type: 'operator.pause' });
    rig.run(10 * MIN - 1000);
    expect(rig.session.view().state).toBe('paused');
    expect(rig.untilOver(30_000)).toMatchObject({ outcome: 'stopped', emissionOff: 'confirmed' });
  });

  it('A18: the next block of light waits for a yes of its own, and stops without one', () => {
    // Light, care, light: a belt session before the care step and another one after it, none across it.
    const care = { kind: 'care', measure: 'stretch', durationS: 600, say: undefined } as const;
    const blocks = blocksOf(planOf([treat(), care, treat()]));
    const kinds = blocks.map(({ kind }) => kind);
    expect(kinds).toEqual(['light', 'care', 'light']);
    for (const block of blocks)
      if (block.kind === 'light') expect(block.steps.map(({ kind }) => kind)).not.toContain('care');
    const first = createRig();
    first.send({ type: 'operator.start' });
    expect(first.untilOver().outcome).toBe('completed');
    const second = createRig({ belt: first.belt, clock: first.clock, isArmedByItself: false });
    second.send({ type: 'operator.start' });
    second.until('ready');
    const fromMs = first.truth.length;
    second.run(WAIT_MS.arming - 5000);
    expect(second.session.view().state).toBe('ready');
    expect(first.truth.slice(fromMs).some((line) => line.emission)).toBe(false);
    expect(second.untilOver(30_000)).toMatchObject({ outcome: 'refused', emissionOff: 'neverOn' });
  });
});
