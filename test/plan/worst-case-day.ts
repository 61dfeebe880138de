// One day of one person, one site and one belt in the simulator: its clock and calendar, the real book in memory, and the
// belt's own physics for the truth.
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

export function renewBelt(day: Day): void {
  const atS = nowS(day);
  day.belt.powerOff();
  day.clock = createVirtualClock();
  day.belt = newBelt(day.seed, day.isAdverse, day.clock);
  day.originS = atS - day.clock.nowMs() / 1000;
}

export const truthOf = (day: Day): Doses =>
  new Map(
    day.belt.truth().zones.map((zone) => [`${zone.zone}/${zone.wavelengthNm}`, zone.radiantExposureJPerCm2]),
  );
export const minus = (left: Doses, right: Doses): Doses =>
  new Map([...left].map(([key, dose]) => [key, dose - (right.get(key) ?? 0)]));
export const plus = (left: Doses, right: Doses): Doses =>
  new Map([...left].map(([key, dose]) => [key, dose + (right.get(key) ?? 0)]));

export const tagOf = (day: Day): string => {
  day.sessionCount += 1;
  return day.sessionCount.toString(16).padStart(16, '0');
};

export function bookedOf(rig: Rig, tags: ReadonlySet<string>): Doses {
  const sums = new Map<string, number>();
  for (const [tag, session] of rig.book.sessions())
    if (tags.has(tag))
      for (const { zone, wavelengthNm, deliveredUpperJPerCm2 } of bookedZonesOf(session)) {
        const key = `${zone}/${wavelengthNm}`;
        sums.set(key, (sums.get(key) ?? 0) + deliveredUpperJPerCm2);
      }
  return sums;
}

export interface Asked {
  readonly program: SessionProgram;
  readonly tag: string;
  readonly visit: string;
  readonly block: number;
  readonly latencyMs: number;
  readonly isArming: boolean;
  readonly onRefused?: (allowedAt: string | null) => void;
}

export const newRig = (day: Day, asked: Asked): Rig =>
  createRig({
    clock: day.clock,
    belt: day.belt,
    program: asked.program,
    bookLines: day.lines,
    bookLatencyMs: asked.latencyMs,
    isArmedByItself: asked.isArming,
    isRecording: false,
    // H21 would refuse a belt whose record is lost, which is one of the ways in which a session is booked here.
    input: { sessionTag: asked.tag, isBeltForgetful: true },
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
export function askBook(day: Day): Answer {
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
