// One visit of a small plan in the simulator, interrupted as a script says, with the real session machine.
import type { Rig } from '../session/support/rig.ts';
import {
  askBook,
  bookedOf,
  minus,
  newRig,
  nowS,
  renewBelt,
  tagOf,
  truthOf,
  type Asked,
  type Day,
  type Doses,
  type DoneVisit,
} from './worst-case-day.ts';

export type Break = 'stop' | 'crash' | 'crashLost' | 'linkDrop' | 'linkGone' | 'reboot' | 'rebootLost';

export interface Interruption {
  readonly block: number;
  readonly how: Break;
  /** Asked every 10 ms while the block runs, with the true dose of this visit; what it does to the belt is its own. */
  readonly isDue: (truth: Doses, lightMs: number, rig: Rig) => boolean;
}

export interface VisitScript {
  readonly name: string;
  readonly interruption: Interruption | undefined;
  /** In the light of each block: when, what, and the pause after which it is resumed. */
  readonly pauses: readonly { readonly lightMs: number; readonly how: string; readonly resumeMs: number }[];
  readonly faults: readonly string[];
  readonly bookLatencyMs: number;
}

const STEP_MS = 10;
const BLOCK_MAX_MS = 4 * 60_000;
const RESUME_MS = 2500;

/** True when the controller is gone and nothing more will come from it. */
function breakOff(rig: Rig, how: Break): boolean {
  switch (how) {
    case 'stop':
      rig.send({ type: 'operator.stop', cause: 'stopCommand' });
      return false;
    case 'linkDrop':
      rig.belt.inject('link-drop');
      return false;
    case 'linkGone':
      rig.belt.inject('link-drop:for=15s');
      return false;
    case 'reboot':
    case 'rebootLost':
      rig.belt.inject('reboot:for=500ms');
      if (how === 'rebootLost') rig.belt.inject('record-lost');
      return false;
    case 'crash':
    case 'crashLost':
      rig.freeze();
      rig.run(1500);
      rig.belt.inject('link-drop');
      if (how === 'crashLost') rig.belt.inject('record-lost');
      return true;
  }
}

function act(rig: Rig, how: string, resumeMs: number): void {
  if (how === 'pause') {
    if (rig.session.view().state === 'emitting') rig.send({ type: 'operator.pause' });
  } else rig.belt.inject(how);
  rig.clock.setTimeout(() => {
    if (rig.outcomes.length === 0 && rig.session.view().state === 'paused')
      rig.send({ type: 'operator.resume' });
  }, resumeMs);
}

interface BlockEnd {
  readonly isCompleted: boolean;
  readonly rig: Rig;
}

function runBlock(day: Day, script: VisitScript, asked: Asked, before: Doses): BlockEnd {
  const { block } = asked;
  const rig = newRig(day, asked);
  const interruption = script.interruption?.block === block ? script.interruption : undefined;
  const pauses = [...script.pauses];
  if (block === 0) for (const fault of script.faults) day.belt.inject(fault);
  let lightMs = 0;
  let pausedMs = 0;
  let isDead = false;
  let isBroken = false;
  rig.send({ type: 'operator.start' });
  for (let ms = 0; ms < BLOCK_MAX_MS && rig.outcomes.length === 0 && !isDead; ms += STEP_MS) {
    rig.run(STEP_MS);
    const { state } = rig.session.view();
    pausedMs = state === 'paused' ? pausedMs + STEP_MS : 0;
    // Somebody who wants to get on with it, whatever the pause was for.
    if (pausedMs > 0 && pausedMs % RESUME_MS === 0) rig.send({ type: 'operator.resume' });
    if (state !== 'emitting') continue;
    lightMs += STEP_MS;
    const pause = pauses[0];
    if (pause !== undefined && lightMs >= pause.lightMs) {
      pauses.shift();
      act(rig, pause.how, pause.resumeMs);
    }
    if (interruption === undefined || isBroken) continue;
    if (!interruption.isDue(minus(truthOf(day), before), lightMs, rig)) continue;
    isBroken = true;
    isDead = breakOff(rig, interruption.how);
  }
  if (!isDead && rig.outcomes.length === 0)
    throw new Error(`${script.name}: never over: ${rig.states.join(' ')}`);
  day.lines = rig.book.lines();
  return { isCompleted: rig.outcomes[0]?.outcome === 'completed', rig };
}

/** One visit as the script has it, and what the book holds of it once nothing is left to reconcile. */
export function runVisit(day: Day, script: VisitScript): DoneVisit {
  const startS = nowS(day);
  const before = truthOf(day);
  const tags = new Set<string>();
  let visitTag = '';
  for (const [block, program] of day.plan.blocks.entries()) {
    const tag = tagOf(day);
    if (block === 0) visitTag = tag;
    tags.add(tag);
    const asked = { program, tag, visit: visitTag, block, latencyMs: script.bookLatencyMs, isArming: true };
    const { isCompleted, rig } = runBlock(day, script, asked, before);
    if (rig.outcomes[0]?.outcome === 'refused' && rig.outcomes[0].hazard === 'H19')
      throw new Error(`${script.name}: the book refused what it had allowed: ${rig.outcomes[0].message}`);
    if (!isCompleted) break;
  }
  const endS = nowS(day);
  const { rig } = askBook(day);
  const visit: DoneVisit = { startS, endS, truth: minus(truthOf(day), before), booked: bookedOf(rig, tags) };
  day.visits.push(visit);
  // A failed emitter is repaired before the next visit.
  if (script.interruption !== undefined || script.faults.length > 0) renewBelt(day);
  return visit;
}
