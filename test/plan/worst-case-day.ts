// One day of one person, one site and one belt, in the simulator: visits of a small plan, interrupted as a script says,
// with the real session machine, the real book in memory, and the belt's own physics for the truth.
import { createBoard, createOptics } from '../../firmware-sim/optics.ts';
import { REFERENCE_BELT } from '../../firmware-sim/profile.ts';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { bookedZonesOf } from '../../src/ledger/book-state.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import type { RepeatRules } from '../../src/plan/worst-case-facts.ts';
import { createRig, type Rig } from '../session/support/rig.ts';

/** J/cm² by `L1/808`. */
export type Doses = ReadonlyMap<string, number>;

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

export interface DoneVisit {
  readonly startS: number;
  readonly endS: number;
  readonly truth: Doses;
  readonly booked: Doses;
}

export interface Day {
  readonly blocks: readonly SessionProgram[];
  readonly seed: number;
  readonly isAdverse: boolean;
  readonly visits: DoneVisit[];
  clock: VirtualClock;
  belt: SimulatedBelt;
  lines: readonly string[];
  /** Of the wall clock, when the virtual one was at zero. */
  originS: number;
  sessionCount: number;
}

const STEP_MS = 10;
const BLOCK_MAX_MS = 4 * 60_000;
const RESUME_MS = 2500;
/** How far from their ideal an emitter and its monitor may be: +1 %, and the uncertainty that the belt states less its noise. */
const EMITTER_EXTREME = 1.0095;
const MONITOR_EXTREME = 0.9974;

/** Faults that bring each emitter of a belt to the edge of what is no fault yet. */
function adverseFaults(seed: number): string[] {
  const { gain, monitorGain } = createOptics(createBoard(REFERENCE_BELT, seed), seed);
  return REFERENCE_BELT.emitters.flatMap(({ zone, wavelengthNm }, index) => {
    const where = `zone=L${zone + 1},wavelength=${wavelengthNm}`;
    return [
      `emitter-gain:${where},factor=${EMITTER_EXTREME / (gain[index] ?? 1)}`,
      `monitor-gain:${where},factor=${MONITOR_EXTREME / (monitorGain[index] ?? 1)}`,
    ];
  });
}

function newBelt(seed: number, isAdverse: boolean, clock: VirtualClock): SimulatedBelt {
  const belt = createSimulatedBelt({ clock, seed });
  for (const fault of isAdverse ? adverseFaults(seed) : []) {
    const injected = belt.inject(fault);
    if (!injected.ok) throw new Error(injected.message);
  }
  clock.advance(300);
  return belt;
}

export function createDay(blocks: readonly SessionProgram[], seed: number, isAdverse: boolean): Day {
  const clock = createVirtualClock();
  const belt = newBelt(seed, isAdverse, clock);
  return { blocks, seed, isAdverse, visits: [], clock, belt, lines: [], originS: 0, sessionCount: 0 };
}

export const nowS = (day: Day): number => day.originS + day.clock.nowMs() / 1000;

/** Hours pass without a belt that steps through them: the same one, switched on anew. */
export function waitUntil(day: Day, atS: number): void {
  const waitS = atS - nowS(day);
  if (!(waitS > 0)) return;
  if (waitS < 60) {
    day.clock.advance(waitS * 1000);
    return;
  }
  renewBelt(day);
  day.originS = atS - day.clock.nowMs() / 1000;
}

function renewBelt(day: Day): void {
  const atS = nowS(day);
  day.belt.powerOff();
  day.clock = createVirtualClock();
  day.belt = newBelt(day.seed, day.isAdverse, day.clock);
  day.originS = atS - day.clock.nowMs() / 1000;
}

const truthOf = (day: Day): Doses =>
  new Map(
    day.belt.truth().zones.map((zone) => [`${zone.zone}/${zone.wavelengthNm}`, zone.radiantExposureJPerCm2]),
  );
export const minus = (left: Doses, right: Doses): Doses =>
  new Map([...left].map(([key, dose]) => [key, dose - (right.get(key) ?? 0)]));
export const plus = (left: Doses, right: Doses): Doses =>
  new Map([...left].map(([key, dose]) => [key, dose + (right.get(key) ?? 0)]));

const tagOf = (day: Day): string => {
  day.sessionCount += 1;
  return day.sessionCount.toString(16).padStart(16, '0');
};

function bookedOf(rig: Rig, tags: ReadonlySet<string>): Doses {
  const sums = new Map<string, number>();
  for (const [tag, session] of rig.book.sessions())
    if (tags.has(tag))
      for (const { zone, wavelengthNm, deliveredUpperJPerCm2 } of bookedZonesOf(session)) {
        const key = `${zone}/${wavelengthNm}`;
        sums.set(key, (sums.get(key) ?? 0) + deliveredUpperJPerCm2);
      }
  return sums;
}

const newRig = (
  day: Day,
  program: SessionProgram,
  sessionTag: string,
  latencyMs: number,
  arms: boolean,
): Rig =>
  createRig({
    clock: day.clock,
    belt: day.belt,
    program,
    bookLines: day.lines,
    bookLatencyMs: latencyMs,
    isArmedByItself: arms,
    isRecording: false,
    input: { sessionTag },
  });

/** The next start, up to the question: what is unfinished is reconciled with the belt, and nobody arms. */
function reconcile(day: Day, program: SessionProgram): Rig {
  const rig = newRig(day, program, tagOf(day), 2, false);
  rig.send({ type: 'operator.start' });
  for (let ms = 0; ms < 60_000 && rig.outcomes.length === 0 && rig.session.view().state !== 'ready'; ms += 50)
    rig.run(50);
  rig.send({ type: 'operator.stop', cause: 'stopCommand' });
  rig.untilOver();
  day.lines = rig.book.lines();
  return rig;
}

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

function runBlock(day: Day, script: VisitScript, block: number, tag: string, before: Doses): BlockEnd {
  const program = day.blocks[block];
  if (program === undefined) throw new Error('no such block');
  const rig = newRig(day, program, tag, script.bookLatencyMs, true);
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
  let last: BlockEnd | undefined;
  for (let block = 0; block < day.blocks.length; block++) {
    const tag = tagOf(day);
    tags.add(tag);
    last = runBlock(day, script, block, tag, before);
    if (!last.isCompleted) break;
  }
  const endS = nowS(day);
  const [program] = day.blocks;
  if (last === undefined || program === undefined) throw new Error('no light');
  const { rig } = last.isCompleted ? last : { rig: reconcile(day, program) };
  const visit: DoneVisit = { startS, endS, truth: minus(truthOf(day), before), booked: bookedOf(rig, tags) };
  day.visits.push(visit);
  // A failed emitter is repaired before the next visit.
  if (script.interruption !== undefined || script.faults.length > 0) renewBelt(day);
  return visit;
}

const sumZone = (doses: Doses, zone: string): number =>
  [...doses].reduce((sum, [key, dose]) => sum + (key.startsWith(`${zone}/`) ? dose : 0), 0);

export const counts = (visit: DoneVisit, planned: Doses, rules: RepeatRules): boolean =>
  [...planned].some(([key, dose]) => !((visit.booked.get(key) ?? 0) < rules.retryMaxRatio * dose));
const shone = (visit: DoneVisit): boolean => [...visit.booked.values()].some((dose) => dose > 0);

function isAllowed(day: Day, planned: Doses, rules: RepeatRules, atS: number): boolean {
  const lit = day.visits.filter(shone);
  if (lit.some((visit) => counts(visit, planned, rules) && atS < visit.endS + rules.gapS)) return false;
  const recent = lit.filter((visit) => visit.endS > atS - 86_400);
  if (recent.length >= rules.visitsPerDayMaxCount) return false;
  return [...new Set([...planned.keys()].map((key) => key.slice(0, 2)))].every(
    (zone) =>
      recent.reduce((sum, visit) => sum + sumZone(visit.booked, zone), sumZone(planned, zone)) <=
      rules.dayDoseMaxJPerCm2,
  );
}

/** The book's rules over days, written here once more: when the next visit may begin within this day. */
export function nextAllowedS(day: Day, planned: Doses, rules: RepeatRules): number | undefined {
  const first = day.visits.find(shone);
  const candidates = [nowS(day), ...day.visits.map((visit) => visit.endS + rules.gapS)].filter(
    (atS) => atS >= nowS(day),
  );
  const atS = candidates.sort((left, right) => left - right).find((at) => isAllowed(day, planned, rules, at));
  if (atS === undefined || (first !== undefined && !(atS < first.startS + 86_400))) return undefined;
  return atS;
}
