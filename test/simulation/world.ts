// Everything that a run happens in: the belt, its paired key, the disk, the calendar, and the judges who look on.
import { createRandom, type Random } from '../../firmware-sim/random.ts';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltPort } from '../../src/belt/belt.ts';
import type { BeltCredentials } from '../../src/belt/credentials.ts';
import { createVirtualClock, type VirtualClock, type WallClock } from '../../src/clock.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import { pairSimulatedBelt } from '../session/support/paired-belt.ts';
import { programOf } from '../session/support/rig.ts';
import { createController, type Controller } from './controller.ts';
import { createDisk, type SimulatedDisk } from './disk.ts';
import { createDoseJudge, type DoseJudge } from './oracle/dose.ts';
import { createFindings, type Findings } from './oracle/findings.ts';
import { createHazardsJudge, type HazardsJudge } from './oracle/hazards.ts';
import { createLightJudge, STEP_MS, type LightJudge } from './oracle/light.ts';
import { createSlowJudge, type SlowJudge } from './oracle/slow-hazards.ts';
import { faultNames, type Scenario } from './scenario.ts';
import { createTrace, type Trace } from './trace.ts';

export interface World {
  readonly scenario: Scenario;
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly credentials: BeltCredentials | undefined;
  readonly program: SessionProgram;
  readonly disk: SimulatedDisk;
  readonly calendar: Calendar;
  readonly findings: Findings;
  readonly light: LightJudge;
  readonly hazards: HazardsJudge;
  readonly slow: SlowJudge;
  readonly dose: DoseJudge;
  readonly trace: Trace;
  /** Situations that came about. */
  readonly seen: Set<string>;
  readonly random: (stream: string) => Random;
  firstLightMs(): number;
  /** Somebody of the session, its process or its book is gone for good. */
  isUnattended: boolean;
  /** The belt's own clock does not drift in this run. */
  readonly isClockRight: boolean;
  /** One step of the belt; then the judges look. */
  step(): void;
}

export interface Calendar extends WallClock {
  /** Somebody sets the clock. */
  jump(byMs: number): void;
  /** Time passes while nothing is simulated. */
  pass(ms: number): void;
}

const STARTED_AT_MS = Date.parse('2026-01-01T00:00:00.000Z');

function createCalendar(clock: VirtualClock): Calendar {
  let setMs = 0;
  let passedMs = 0;
  return {
    nowMs: () => STARTED_AT_MS + clock.nowMs() + setMs + passedMs,
    uptimeMs: () => clock.nowMs() + passedMs,
    bootId: () => 'simulated',
    jump: (byMs) => void (setMs += byMs),
    pass: (ms) => void (passedMs += ms),
  };
}

const CUTS_OFF: ReadonlySet<string> = new Set(['link-drop', 'link-stall', 'reboot', 'firmware-hang']);
const WARM_UP_MS = 1000;

export function createWorld(scenario: Scenario, isTraced: boolean): World {
  const clock = createVirtualClock();
  const trace = createTrace(isTraced);
  const findings = createFindings(() => clock.nowMs());
  let firstLightMs = NaN;
  let wasLit = false;
  let light: LightJudge | undefined;
  const belt = createSimulatedBelt({
    clock,
    seed: scenario.seed,
    onTruth(sample) {
      if (sample.emission === wasLit) return;
      wasLit = sample.emission;
      if (wasLit && Number.isNaN(firstLightMs)) firstLightMs = sample.atMs;
      trace.note(wasLit ? 'light' : `dark (${sample.cause ?? ''})`, sample.atMs);
      light?.changed(wasLit, sample.atMs);
    },
  });
  const names = faultNames(scenario);
  const isMonitorBlind = names.has('monitor-gain') || names.has('monitor-open');
  light = createLightJudge(belt.physics, findings, clock);
  const hazards = createHazardsJudge(belt.physics, findings, {
    monitor: false,
    temperatureSensor: names.has('temperature-sensor-stuck') || names.has('temperature-sensor-open'),
    contactSensor: names.has('contact-sensor-stuck'),
  });
  const isStrayPossible = names.has('emitter-stuck-on');
  const dose = createDoseJudge(belt.physics, findings, {
    isStrayPossible,
    isUnattended: () => world.isUnattended,
    isMonitorBlind,
    // A belt that measures wrongly, and whose light or clock is wrong as well: nobody is left to tell.
    isDoseBlind: isMonitorBlind && (names.has('emitter-gain') || names.has('clock-drift')),
  });
  const credentials = scenario.isSealed ? pairSimulatedBelt(belt, clock) : undefined;
  clock.advance(WARM_UP_MS);
  const random = (stream: string): Random => createRandom(scenario.seed, stream);
  const slow = createSlowJudge(belt.physics, findings, clock, scenario.given?.witness);
  const judges = { light, hazards, slow, dose };
  const world: World = {
    scenario,
    clock,
    belt,
    credentials,
    program: programOf(scenario.parts),
    disk: createDisk(clock, random('disk'), scenario.disk),
    calendar: createCalendar(clock),
    findings,
    ...judges,
    trace,
    seen: new Set(),
    random,
    firstLightMs: () => firstLightMs,
    isClockRight: !names.has('clock-drift'),
    // A stuck driver, and nobody whom the belt can tell: two faults at once.
    isUnattended:
      isStrayPossible &&
      ([...names].some((name) => CUTS_OFF.has(name)) ||
        scenario.deeds.some(({ act }) => act.kind === 'diskHang')),
    step() {
      clock.advance(STEP_MS);
      const nowMs = clock.nowMs();
      judges.light.step(nowMs);
      judges.hazards.step(nowMs);
      judges.slow.step(nowMs);
      judges.dose.step();
    },
  };
  return world;
}

/** Another process of the controller, on the same belt, disk and calendar. */
export function startController(world: World, sessionTag: string, onView: () => void): Controller {
  const { light, dose, trace, clock, belt, scenario } = world;
  let lastState = '';
  let lastTick = -1;
  const watch = (port: BeltPort): BeltPort => ({
    ...port,
    arm(consent) {
      light.armed();
      dose.armed(sessionTag, world.program.prescription.steps, controller.book);
      world.hazards.prescribed(world.program.prescription.steps);
      world.slow.armed(world.program.prescription.steps);
      trace.note('arm', clock.nowMs());
      port.arm(consent);
    },
    lease(request) {
      light.leased(request);
      trace.note('lease', clock.nowMs(), request.tick, request.step, request.zones, request.epoch);
      port.lease(request);
    },
  });
  const controller: Controller = createController({
    world: clock,
    belt,
    random: world.random(`air ${sessionTag}`),
    air: scenario.air,
    clockRate: scenario.clockRate,
    credentials: world.credentials,
    program: world.program,
    sessionTag,
    disk: world.disk,
    wallClock: world.calendar,
    watch,
    given: scenario.given,
    breakLink: () => void belt.inject('link-drop:for=0ms'),
    // Before the session's view of it: what it leases in answer is judged by this tick.
    onBeltEvent(event) {
      if (event.type !== 'belt.tick' || event.report.tick === lastTick) return;
      world.slow.heard();
      lastTick = event.report.tick;
      light.ticked(event.report);
    },
    onView(view) {
      if (view.state !== lastState) {
        lastState = view.state;
        world.seen.add(`state ${view.state}`);
        trace.note(`state ${view.state}`, clock.nowMs());
      }
      if (view.state === 'paused' && !belt.physics.optics.emission && clock.nowMs() > light.leaseEndMs())
        world.seen.add('lease expired while paused');
      onView();
    },
    onOutcome(outcome) {
      trace.note(
        `outcome ${outcome.outcome} ${outcome.emissionOff} ${outcome.hazard ?? ''} ${outcome.message}`,
        clock.nowMs(),
      );
    },
  });
  return controller;
}
