// The belt's end under attack: an owner treats somebody, a stranger with a link of their own does everything at once.
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { program } from '../firmware-sim/bench.ts';
import { connectController, type TestController } from '../firmware-sim/controller.ts';
import { pairAndUnlock, unlock, type KeyRing } from '../firmware-sim/keyed.ts';
import { CEILING_FULL, type Lease } from '../../protocol/messages.ts';
import { describeAct, type Act, type OwnerDeed } from './acts.ts';
import { createAttacker, type Attacker, type Seen } from './attacker.ts';
import { createJudge, type Judge } from './judge.ts';
import { createTally, wordsOf, type Tally } from './tally.ts';
import { tape } from './tape.ts';

const ZONES = 4;
const ALL_ZONES = (1 << ZONES) - 1;
const AFTER_STOP_MS = 1500;

interface Stage {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly beltId: Uint8Array;
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

const PROGRAM = program({ exposure: 0.6, rampUpS: 0.5, rampDownS: 0.5 });

function armOwner({ belt, owner, judge }: Stage): void {
  const undo = judge.armed(PROGRAM, belt.truth());
  if (owner.arm()?.code !== 'ok') undo();
}

function performOwner(stage: Stage, does: OwnerDeed): void {
  const { owner, judge } = stage;
  switch (does) {
    case 'pause':
      if (owner.command('pause')?.code === 'ok') judge.revoked('the owner paused');
      return;
    case 'resume': {
      const undo = judge.resumed();
      const epoch = ((owner.ticks.at(-1)?.epoch ?? 0) % 255) + 1;
      if (owner.command('resume', Uint8Array.of(epoch))?.code !== 'ok') undo();
      return;
    }
    case 'silence':
      owner.grant = undefined;
      return;
    case 'grant':
      owner.grant = { zones: ALL_ZONES };
      return;
    case 'late':
      owner.grant = undefined;
      owner.lease({ zones: ALL_ZONES });
      return;
    case 'poll':
      owner.command('poll');
      return;
    case 'rearm':
      owner.prepare(PROGRAM);
      armOwner(stage);
      return;
    case 'prepare':
      owner.prepare(PROGRAM);
      return;
    case 'arm':
      armOwner(stage);
  }
}

const seenOn = ({ owner, beltId }: Stage): Seen => ({
  tick: owner.ticks.at(-1),
  beltId,
  prepared: owner.answers.findLast((answer) => answer.op === 'prepare' && answer.code === 'ok')?.operand,
});

/** STOP over a link that works: dark in that very call, and dark for as long as only leases follow. */
function tryStop(stage: Stage, stop: Extract<Act, { kind: 'stop' }>): void {
  const { belt, attacker, owner, judge, tally } = stage;
  if (!attacker.isConnected) return;
  // Who writes into the owner's link may have ended its subscription, which ends the session; STOP is judged apart.
  if (owner.disconnected === undefined) owner.subscribe(['tick']);
  tally.stops += 1;
  if (belt.truth().emission) tally.stopsWhileLit += 1;
  judge.revoked('somebody stopped it');
  attacker.perform(stop, seenOn(stage));
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
  const { clock, attacker } = stage;
  for (const act of acts) {
    if (act.kind === 'wait') clock.advance(act.ms);
    else if (act.kind === 'owner') performOwner(stage, act.does);
    else if (act.kind === 'stop') tryStop(stage, act);
    else attacker.perform(act, seenOn(stage));
  }
}

/** Where the attacker writes, and whether the belt is paired and its session sealed. */
export const PLACES = ['beside a plain session', 'beside a sealed session', 'into a sealed session'] as const;
export type Place = (typeof PLACES)[number];

/** Every third bad frame in the owner's name ends the session: there the attack has to be quiet. */
export const temperAt = (place: Place): 'loud' | 'quiet' =>
  place === 'into a sealed session' ? 'quiet' : 'loud';

export interface BeltAttack {
  readonly seed: number;
  readonly place: Place;
  readonly acts: readonly Act[];
}

/** When everybody has left, the person's own key must open a session, whatever was tried before. */
function tryKey({ belt, owner, attacker, tally }: Stage, ring: KeyRing): void {
  attacker.leave();
  owner.link.disconnect();
  const back = connectController(belt);
  const ending = unlock(belt, back, ring);
  if (ending.ok) return;
  tally.lockedOut += 1;
  tally.findings.push(`the person's own key does not open the belt any more: ${ending.reason}`);
}

function setStage(
  { seed, place }: BeltAttack,
  tally: Tally,
): { readonly stage: Stage; readonly ring: KeyRing | undefined } {
  const judge = createJudge();
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed, onTruth: judge.truth });
  const air = tape(belt);
  const owner = watch(connectController(air), judge);
  const ring = place === 'beside a plain session' ? undefined : pairAndUnlock(belt, owner);
  const attacker = createAttacker(belt, air, place === 'into a sealed session' ? owner.link : undefined);
  const beltId = Uint8Array.from(Buffer.from(belt.beltId, 'hex'));
  return { stage: { clock, belt, beltId, owner, attacker, judge, tally }, ring };
}

/** One run on a fresh belt. Never throws: what was thrown is counted. */
export function attackBelt(attack: BeltAttack): Tally {
  const tally = createTally(attack.place);
  tally.runs = 1;
  const { stage, ring } = setStage(attack, tally);
  const { belt, clock, owner, attacker, judge } = stage;
  try {
    owner.subscribe();
    performOwner(stage, 'rearm');
    owner.grant = { zones: ALL_ZONES };
    clock.advance(3400);
    play(stage, attack.acts);
    if (!attacker.isConnected) attacker.relink();
    clock.advance(20);
    tryStop(stage, { kind: 'stop', bytes: Uint8Array.of(attack.seed & 0xff), mode: 'withoutResponse' });
    owner.grant = { zones: ALL_ZONES };
    clock.advance(AFTER_STOP_MS);
    if (ring !== undefined) tryKey(stage, ring);
  } catch (error) {
    tally.threw += 1;
    tally.findings.push(wordsOf(error));
  }
  belt.powerOff();
  tally.tried = attacker.frameCount;
  tally.lit = judge.litCount;
  tally.litOrProlonged = judge.violations.length;
  tally.findings.push(...judge.violations);
  return tally;
}
