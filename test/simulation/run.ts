// One run: the scenario happens, the judges look after every step; then faults stop, and everything must come to its end
// and be possible again.
import type { SessionOutcome } from '../../src/session/outcome.ts';
import type { Controller } from './controller.ts';
import { carryOut, type LinkWatch } from './deeds.ts';
import { treatNextDay } from './next-day.ts';
import type { DoseRatio } from './oracle/dose.ts';
import type { Violation } from './oracle/findings.ts';
import type { HazardsJudge } from './oracle/hazards.ts';
import { LEASE_MS, STEP_MS } from './oracle/light.ts';
import { faultsEndMs, type Scenario } from './scenario.ts';
import { createWorld, startController, type World } from './world.ts';

export interface Run {
  readonly scenario: Scenario;
  readonly violations: readonly Violation[];
  readonly checks: Float64Array;
  readonly simulatedMs: number;
  readonly sessionCount: number;
  readonly hash: string;
  readonly seen: ReadonlySet<string>;
  readonly ratios: readonly DoseRatio[];
  readonly hazards: Pick<HazardsJudge, 'worstMs' | 'counts'>;
  /** Of the hazard that the scenario has a witness for; -1: never present. */
  readonly slowMs: number;
  /** From the moment the controller was gone, lit, to the dark; -1: never. */
  readonly goneMs: number;
  readonly lines: readonly string[];
}

/** Ten minutes of pause, and every wait of the way out. */
const OVER_MAX_MS = 13 * 60_000;
const AFTER_MS = 2000;
const TAGS = ['00112233445566a1', '00112233445566a2', '00112233445566a3'];

interface Course {
  readonly world: World;
  controller: Controller;
  readonly link: LinkWatch;
  sessionCount: number;
  pausedAtMs: number;
  goneAtMs: number;
  goneMs: number;
}

const isGone = ({ gate }: Controller): boolean => gate.state() === 'dead';
const isOver = (controller: Controller): boolean => controller.outcome() !== undefined || isGone(controller);

/** The person answers the question, and gets on with a pause. */
function beTheUser(course: Course): () => void {
  const { world } = course;
  const { person } = world.scenario;
  let isAsked = false;
  let isWaiting = false;
  return () => {
    const { controller } = course;
    const state = controller.state();
    if (state === 'ready' && !isAsked) {
      isAsked = true;
      if (person.armAfterMs < Infinity)
        world.clock.setTimeout(() => {
          controller.send({ type: 'operator.arm', consent: person.consent });
          if (person.consent === 'beltButton')
            world.clock.setTimeout(() => {
              // A deliberate act: a pause before it, which the belt's waiting for its button cannot take, is over.
              world.light.resumed();
              world.belt.pressButton();
            }, 300);
        }, person.armAfterMs);
    }
    if (state === 'paused' && !isWaiting && person.resumeAfterMs < Infinity) {
      isWaiting = true;
      world.clock.setTimeout(() => {
        isWaiting = false;
        resume(course, controller);
      }, person.resumeAfterMs);
    }
  };
}

function resume({ world }: Course, controller: Controller): void {
  controller.gate.run(() => {
    if (controller.state() !== 'paused' || controller.outcome() !== undefined) return;
    world.light.resumed();
    world.trace.note('person resumes', world.clock.nowMs());
    controller.send({ type: 'operator.resume' });
  });
}

/** What an outcome says, against what is. */
function judgeOutcome(course: Course, outcome: SessionOutcome): void {
  const { world, controller } = course;
  const { findings, belt, seen, dose, clock } = world;
  const isLit = belt.truth().emission;
  findings.check(
    5,
    outcome.emissionOff !== 'confirmed' || !isLit,
    () => `confirmed off at ${clock.nowMs()}, and it shines`,
  );
  findings.check(
    5,
    outcome.emissionOff !== 'neverOn' || !(world.firstLightMs() >= 0) || course.sessionCount > 1,
    () => `never on, and it shone at ${world.firstLightMs()}`,
  );
  seen.add(`outcome ${outcome.outcome}`);
  seen.add(`off ${outcome.emissionOff}`);
  seen.add(`exit ${outcome.exitCode}`);
  if (outcome.hazard !== null) seen.add(`ended by ${outcome.hazard}`);
  for (const hazard of outcome.hazards) seen.add(`hazard ${hazard}`);
  dose.ended(controller.book);
}

function begin(course: Course): void {
  const { world } = course;
  course.controller = startController(world, TAGS[course.sessionCount] ?? 'ff', () => user());
  course.sessionCount += 1;
  const user = beTheUser(course);
  course.controller.send({ type: 'operator.start' });
}

/** Steps until `until` says so; false when the bound passes first. */
function stepUntil(course: Course, maxMs: number, until: () => boolean): boolean {
  const { world } = course;
  for (let ms = 0; ms < maxMs; ms += STEP_MS) {
    if (until()) return true;
    world.step();
    noteGone(course);
  }
  return until();
}

/** How long the light outlasts a controller that is killed, frozen, asleep or cut off. */
function noteGone(course: Course): void {
  const { world, controller } = course;
  const isLit = world.belt.physics.optics.emission;
  const nowMs = world.clock.nowMs();
  const isCutOff = nowMs <= course.link.stalledUntilMs || nowMs <= course.link.awayUntilMs;
  if ((controller.gate.state() === 'running' && !isCutOff) || !isLit) {
    course.goneAtMs = NaN;
    return;
  }
  if (Number.isNaN(course.goneAtMs)) course.goneAtMs = nowMs - STEP_MS;
  // By the belt's clock: one that runs slowly is a fault of its own.
  const goneMs = nowMs - course.goneAtMs;
  if (!world.isClockRight) return world.findings.holds(2);
  course.goneMs = Math.max(course.goneMs, goneMs);
  world.findings.check(2, goneMs <= LEASE_MS + STEP_MS, () => `light for ${goneMs} ms without a controller`);
}

function arrange(course: Course, from: 'start' | 'light'): void {
  const { world } = course;
  for (const { at, act } of world.scenario.deeds)
    if (at.from === from)
      world.clock.setTimeout(() => carryOut(world, course.controller, act, course.link), at.ms);
}

/** All that was arranged, with the sessions that people start meanwhile. */
function runFaults(course: Course): void {
  const { world } = course;
  const { scenario, clock } = world;
  const startedAtMs = clock.nowMs();
  const endMs = faultsEndMs(scenario);
  const isAnyway = scenario.given?.restartsAnyway === true;
  let isLightArranged = false;
  let judged: Controller | undefined;
  let endedAtMs = NaN;
  begin(course);
  arrange(course, 'start');
  stepUntil(course, OVER_MAX_MS, () => {
    const lightMs = world.firstLightMs();
    if (!isLightArranged && lightMs >= startedAtMs) {
      isLightArranged = true;
      arrange(course, 'light');
    }
    const { controller } = course;
    if (isOver(controller) && judged !== controller) {
      judged = controller;
      endedAtMs = clock.nowMs();
      const outcome = controller.outcome();
      if (outcome !== undefined) judgeOutcome(course, outcome);
    }
    const isAgain = isOver(controller) && clock.nowMs() - endedAtMs >= scenario.person.restartAfterMs;
    if (isAgain && course.sessionCount < 2 && (isAnyway || controller.outcome()?.outcome !== 'completed'))
      begin(course);
    const sinceMs = isLightArranged ? lightMs : isOver(controller) ? startedAtMs : Infinity;
    return clock.nowMs() >= sinceMs + endMs && clock.nowMs() >= startedAtMs;
  });
}

/** Faults are over: what is under way ends by itself or by the person, and says so. */
function runOut(course: Course): void {
  const { world, controller } = course;
  const { scenario, findings, clock } = world;
  world.disk.repair();
  controller.calmAir();
  controller.gate.thaw();
  const { atTheEnd } = scenario.person;
  if (!isOver(controller) && atTheEnd === 'stop') {
    world.light.stopped(Infinity);
    controller.send({ type: 'operator.stop', cause: 'interrupt' });
  }
  const wasOver = isOver(controller);
  let nextResumeMs = clock.nowMs();
  const isEnded = stepUntil(course, OVER_MAX_MS, () => {
    if (atTheEnd === 'resume' && clock.nowMs() >= nextResumeMs) {
      nextResumeMs = clock.nowMs() + 3000;
      resume(course, controller);
    }
    return isOver(controller);
  });
  findings.check(7, isEnded, () => `not over: ${controller.state()}`);
  const outcome = controller.outcome();
  if (!wasOver && outcome !== undefined) judgeOutcome(course, outcome);
  if (isGone(controller)) world.seen.add('its process died');
}

/** Without a controller it is dark within a lease, and stays so. */
function watchTheDark(course: Course): void {
  const { world } = course;
  const darkByMs = world.clock.nowMs() + LEASE_MS / 0.8 + 200;
  stepUntil(course, AFTER_MS, () => false);
  if (course.controller.outcome() === undefined) world.dose.ended(course.controller.book);
  world.findings.check(
    7,
    !world.belt.physics.optics.emission || world.clock.nowMs() < darkByMs,
    () => 'light after the end of it all',
  );
}

export function runScenario(scenario: Scenario, isTraced = false): Run {
  const world = createWorld(scenario, isTraced);
  const course: Course = {
    world,
    controller: undefined as unknown as Controller,
    link: { stalledUntilMs: 0, awayUntilMs: 0, slowUntilMs: 0 },
    sessionCount: 0,
    pausedAtMs: NaN,
    goneAtMs: NaN,
    goneMs: -1,
  };
  runFaults(course);
  runOut(course);
  watchTheDark(course);
  const { controller } = course;
  const isCompleted = controller.outcome()?.outcome === 'completed';
  const ratios = world.dose.ratios(isCompleted ? controller.sessionTag : undefined);
  if (scenario.hasNextDay && world.findings.violations.length === 0)
    course.sessionCount += treatNextDay(world);
  world.belt.powerOff();
  return {
    scenario,
    violations: world.findings.violations,
    checks: world.findings.checks,
    simulatedMs: world.clock.nowMs(),
    sessionCount: course.sessionCount,
    hash: world.trace.hash(),
    seen: world.seen,
    ratios,
    hazards: world.hazards,
    slowMs: world.slow.worstMs(),
    goneMs: course.goneMs,
    lines: world.trace.lines,
  };
}
