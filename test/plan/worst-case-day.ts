// One day of one person, one site and one belt, in the simulator: visits of a small plan, interrupted as a script says,
// with the real session machine, the real book in memory, and the belt's own physics for the truth.
import { createBoard, createOptics } from '../../firmware-sim/optics.ts';
import { REFERENCE_BELT } from '../../firmware-sim/profile.ts';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createVirtualClock, type VirtualClock, type WallClock } from '../../src/clock.ts';
import { bookedZonesOf } from '../../src/ledger/book-state.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import type { RepeatRules } from '../../src/plan/worst-case-facts.ts';
import type { CourseRule } from '../../src/ledger/course.ts';
import { createRig, TAG, type Rig } from '../session/support/rig.ts';

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

/** What a day is made of. */
export interface DayPlan {
  readonly blocks: readonly SessionProgram[];
  readonly planned: Doses;
  readonly course: CourseRule | null;
  readonly rules: RepeatRules;
}

export interface Day {
  readonly plan: DayPlan;
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
const ATTEMPT_MAX_COUNT = 20;
const ATTEMPT_GAP_MS = 3000;
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

export function createDay(plan: DayPlan, seed: number, isAdverse: boolean): Day {
  const clock = createVirtualClock();
  const belt = newBelt(seed, isAdverse, clock);
  return { plan, seed, isAdverse, visits: [], clock, belt, lines: [], originS: 0, sessionCount: 0 };
}

/** Late in the day, so that the next session, hours later, is another day's by the calendar. */
const FIRST_VISIT_MS = Date.parse('2026-01-01T18:00:00.000Z');
const wallMs = (day: Day): number => FIRST_VISIT_MS + nowS(day) * 1000;
const wallClockOf = (day: Day): WallClock => ({
  nowMs: () => wallMs(day),
  uptimeMs: () => nowS(day) * 1000,
  bootId: () => 'the same boot',
});

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

interface Asked {
  readonly program: SessionProgram;
  readonly tag: string;
  readonly visit: string;
  readonly block: number;
  readonly latencyMs: number;
  readonly isArming: boolean;
  readonly onRefused?: (allowedAt: string | null) => void;
}

const newRig = (day: Day, asked: Asked): Rig =>
  createRig({
    clock: day.clock,
    belt: day.belt,
    program: asked.program,
    bookLines: day.lines,
    bookLatencyMs: asked.latencyMs,
    isArmedByItself: asked.isArming,
    isRecording: false,
    input: { sessionTag: asked.tag },
    wallClock: wallClockOf(day),
    visit: () => ({
      person: 'default',
      visit: asked.visit,
      block: asked.block,
      plan: 'test',
      planDigest: TAG,
      site: asked.program.site,
      course: day.plan.course,
      screening: 'assumed',
      plannedJPerCm2: [...day.plan.planned].map(([key, plannedJPerCm2]) => ({
        zone: zoneOfKey(key),
        wavelengthNm: Number(key.split('/')[1]),
        plannedJPerCm2,
      })),
    }),
    onView(_, event) {
      if (event.type === 'book.refused') asked.onRefused?.(event.allowedAt);
    },
  });

interface Answer {
  readonly rig: Rig;
  /** By the real book; Infinity when waiting does not help. */
  readonly allowedAtS: number;
}

/** The next start, up to the question: what is unfinished is reconciled with the belt, the book is asked, nobody arms. */
function askBook(day: Day): Answer {
  // The belt may still be away, or its link bad: somebody tries again.
  for (let attempt = 0; attempt < ATTEMPT_MAX_COUNT; attempt++) {
    const answer = tryToAsk(day);
    if (answer !== undefined) return answer;
    day.clock.advance(ATTEMPT_GAP_MS);
  }
  throw new Error('the belt cannot be reached any more');
}

function tryToAsk(day: Day): Answer | undefined {
  const [program] = day.plan.blocks;
  if (program === undefined) throw new Error('no light');
  const tag = tagOf(day);
  let allowedAtS = nowS(day);
  const onRefused = (allowedAt: string | null): void => {
    allowedAtS = allowedAt === null ? Infinity : (Date.parse(allowedAt) - FIRST_VISIT_MS) / 1000;
  };
  const rig = newRig(day, { program, tag, visit: tag, block: 0, latencyMs: 2, isArming: false, onRefused });
  rig.send({ type: 'operator.start' });
  for (let ms = 0; ms < 60_000 && rig.outcomes.length === 0 && rig.session.view().state !== 'ready'; ms += 50)
    rig.run(50);
  const isAnswered = rig.outcomes.length === 0 || rig.outcomes[0]?.hazard === 'H19';
  if (rig.outcomes.length === 0) {
    rig.send({ type: 'operator.stop', cause: 'stopCommand' });
    rig.untilOver();
  }
  day.lines = rig.book.lines();
  return isAnswered ? { rig, allowedAtS } : undefined;
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

export const zoneOfKey = (key: string): string => key.slice(0, 2);

const sumZone = (doses: Doses, zone: string): number =>
  [...doses].reduce((sum, [key, dose]) => sum + (key.startsWith(`${zone}/`) ? dose : 0), 0);

const shone = (visit: DoneVisit): boolean => [...visit.booked.values()].some((dose) => dose > 0);

/** A lower limit for the dose of a day than the book's own: asked here, as the book asks for its own. */
function hasRoom({ visits, plan }: Day): boolean {
  const lit = visits.filter(shone);
  const zones = new Set([...plan.planned.keys()].map(zoneOfKey));
  return [...zones].every(
    (zone) =>
      lit.reduce((sum, visit) => sum + sumZone(visit.booked, zone), sumZone(plan.planned, zone)) <=
      plan.rules.dayDoseMaxJPerCm2,
  );
}

const ROUNDS_MAX_COUNT = 5;

/** Waits until the book allows another visit, within a day of the first; false when it does not. */
export function waitForBook(day: Day): boolean {
  if (!hasRoom(day)) return false;
  const endS = (day.visits.find(shone)?.startS ?? Infinity) + 86_400;
  for (let round = 0; round < ROUNDS_MAX_COUNT; round++) {
    const { allowedAtS } = askBook(day);
    if (!(allowedAtS < endS)) return false;
    if (allowedAtS <= nowS(day)) return true;
    waitUntil(day, allowedAtS + 0.01);
  }
  return false;
}
