// The belt's end under attack: an owner treats somebody, a stranger with a link of their own does everything at once.
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { program } from '../firmware-sim/bench.ts';
import { connectController, type TestController } from '../firmware-sim/controller.ts';
import { CEILING_FULL, type Lease } from '../../protocol/messages.ts';
import { describeAct, type Act } from './acts.ts';
import { createAttacker, type Attacker } from './attacker.ts';
import { createJudge, type Judge } from './judge.ts';
import { createTally, wordsOf, type Tally } from './tally.ts';
import { tape } from './tape.ts';

const ZONES = 4;
const ALL_ZONES = (1 << ZONES) - 1;
const AFTER_STOP_MS = 1500;

interface Stage {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly owner: TestController;
  readonly attacker: Attacker;
  readonly judge: Judge;
  readonly tally: Tally;
}

/** The owner's calls, told to the judge before the belt hears of them. */
function watch(owner: TestController, judge: Judge): TestController {
  const lease = owner.lease.bind(owner);
  owner.lease = (wanted: Partial<Lease>) => {
    const newest = owner.ticks.at(-1);
    // A belt that paused by itself stays paused: leases alone never bring light back.
    if (newest?.state === 'paused') judge.revoked('the belt has paused');
    const named = owner.ticks.findLast((tick) => tick.tick === (wanted.tick ?? newest?.tick));
    const ceiling = (wanted.ceiling ?? CEILING_FULL) / CEILING_FULL;
    // The belt's own time: it was switched on when the clock began, and says whole milliseconds.
    judge.granted(wanted.zones ?? ALL_ZONES, ceiling, (named?.uptimeMs ?? 0) + 1);
    lease(wanted);
  };
  return owner;
}

function armOwner({ belt, owner, judge }: Stage): boolean {
  const wanted = program({ exposure: 0.6, rampUpS: 0.5, rampDownS: 0.5 });
  if (owner.prepare(wanted)?.code !== 'ok') return false;
  // Told before: the ticks of a new session come within the call.
  judge.armed(wanted, belt.truth());
  return owner.arm()?.code === 'ok';
}

function performOwner(stage: Stage, does: Extract<Act, { kind: 'owner' }>['does']): void {
  const { owner, judge } = stage;
  switch (does) {
    case 'pause':
      if (owner.command('pause')?.code === 'ok') judge.revoked('the owner paused');
      return;
    case 'resume': {
      const newest = owner.ticks.at(-1);
      if (newest?.state !== 'paused') return;
      // Told before, because light may come within the call.
      judge.resumed();
      if (owner.command('resume', Uint8Array.of((newest.epoch % 255) + 1))?.code !== 'ok')
        judge.revoked('the belt did not resume');
      return;
    }
    case 'silence':
      owner.grant = undefined;
      return;
    case 'grant':
      owner.grant = { zones: ALL_ZONES };
      return;
    case 'late': {
      const tick = owner.ticks.at(-3)?.tick;
      if (tick !== undefined) owner.lease({ tick, zones: ALL_ZONES });
      return;
    }
    case 'poll':
      owner.command('poll');
      return;
    case 'arm':
      armOwner(stage);
  }
}

/** STOP over a link that works: dark in that very call, and dark for as long as only leases follow. */
function tryStop({ belt, attacker, owner, judge, tally }: Stage, stop: Extract<Act, { kind: 'stop' }>): void {
  if (!attacker.isConnected) return;
  tally.stops += 1;
  if (belt.truth().emission) tally.stopsWhileLit += 1;
  judge.revoked('somebody stopped it');
  attacker.perform(stop, undefined);
  if (belt.truth().emission) {
    tally.stopsPrevented += 1;
    tally.findings.push(`light after STOP ${describeAct(stop)}`);
  }
  const heard = owner.ticks.at(-1);
  if (owner.disconnected === undefined && heard?.stopLatched !== true) {
    tally.stopsPrevented += 1;
    tally.findings.push('the owner was not told of a STOP');
  }
}

function play(stage: Stage, acts: readonly Act[]): void {
  const { clock, attacker, owner } = stage;
  for (const act of acts) {
    if (act.kind === 'wait') clock.advance(act.ms);
    else if (act.kind === 'owner') performOwner(stage, act.does);
    else if (act.kind === 'stop') tryStop(stage, act);
    else attacker.perform(act, owner.ticks.at(-1));
  }
}

export interface BeltAttack {
  readonly seed: number;
  readonly acts: readonly Act[];
  /** Whether a session is under way when the attack begins. */
  readonly inSession: boolean;
}

/** One run on a fresh belt. Never throws: what was thrown is counted. */
export function attackBelt(attack: BeltAttack): Tally {
  const tally = createTally('stranger beside a plain session');
  tally.runs = 1;
  const judge = createJudge();
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed: attack.seed, onTruth: judge.truth });
  const air = tape(belt);
  const owner = watch(connectController(air), judge);
  const stage: Stage = { clock, belt, owner, attacker: createAttacker(belt, air), judge, tally };
  try {
    owner.subscribe();
    if (attack.inSession) {
      armOwner(stage);
      owner.grant = { zones: ALL_ZONES };
      clock.advance(3400);
    }
    play(stage, attack.acts);
    if (!stage.attacker.isConnected) stage.attacker.relink();
    clock.advance(20);
    tryStop(stage, { kind: 'stop', bytes: Uint8Array.of(attack.seed & 0xff), mode: 'withoutResponse' });
    owner.grant = { zones: ALL_ZONES };
    clock.advance(AFTER_STOP_MS);
  } catch (error) {
    tally.threw += 1;
    tally.findings.push(wordsOf(error));
  }
  belt.powerOff();
  tally.tried = stage.attacker.frameCount;
  tally.lit = judge.litCount;
  tally.litOrProlonged = judge.violations.length;
  tally.findings.push(...judge.violations);
  return tally;
}
