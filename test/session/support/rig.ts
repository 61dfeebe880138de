// One session against the simulated belt on a virtual clock: every byte through codec and transport, judged by the truth.
import {
  createSimulatedBelt,
  type SimulatedBelt,
  type TruthSample,
} from '../../../firmware-sim/simulated-belt.ts';
import type { Peripheral } from '../../../protocol/gatt.ts';
import { createGattBelt } from '../../../src/belt/gatt-belt.ts';
import type { BeltPort, PrescribedZone } from '../../../src/belt/belt.ts';
import {
  createVirtualClock,
  fixedWallClock,
  type Clock,
  type VirtualClock,
  type WallClock,
} from '../../../src/clock.ts';
import type { DoseClosing, DoseBookPort } from '../../../src/ledger/dose-book.ts';
import { createMemoryDoseBook, type MemoryDoseBook } from '../../../src/ledger/dose-book-memory.ts';
import type { VisitFacts } from '../../../src/ledger/visit.ts';
import type { SessionProgram } from '../../../src/plan/plan.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import type { SessionOutcome } from '../../../src/session/outcome.ts';
import { createSession, type Session, type SessionInput } from '../../../src/session/session.ts';
import type { SessionStateName, SessionView } from '../../../src/session/view.ts';
import { createInProcessTransport } from '../../../src/transport/in-process.ts';
import { pairSimulatedBelt } from './paired-belt.ts';

export const TAG = '00112233445566aa';

export const zoneOf = (zone: number, more: Partial<PrescribedZone> = {}): PrescribedZone => ({
  zone,
  wavelengthNm: 808,
  irradianceMwPerCm2: 50,
  radiantExposureJPerCm2: 0.5,
  rampUpS: 1,
  rampDownS: 0.5,
  pulseFrequencyHz: 0,
  dutyCycle: 1,
  ...more,
});

export type Part = readonly PrescribedZone[] | { readonly restMs: number };
const isTreat = (part: Part): part is readonly PrescribedZone[] => Array.isArray(part);

export function programOf(parts: readonly Part[]): SessionProgram {
  let step = 0;
  const items = parts.map((part) =>
    isTreat(part)
      ? ({ kind: 'treat', step: step++, zones: part } as const)
      : ({ kind: 'rest', durationMs: part.restMs } as const),
  );
  const steps = parts.filter(isTreat);
  const treatMs = steps.map((zones) =>
    Math.max(
      ...zones.map(
        (zone) =>
          (zone.radiantExposureJPerCm2 / zone.irradianceMwPerCm2) * 1e6 +
          (zone.rampUpS + zone.rampDownS) * 500,
      ),
    ),
  );
  const restMs = parts.map((part) => (isTreat(part) ? 0 : part.restMs));
  const plannedDurationMs = [...treatMs, ...restMs].reduce((sum, ms) => sum + ms, 0);
  return {
    planName: 'test',
    site: 'lumbar',
    items,
    prescription: { sessionTag: '', steps, timeLimitS: Math.ceil((plannedDurationMs / 1000) * 1.1) + 5 },
    plannedDurationMs,
  };
}

/** Four zones, 0.5 J/cm² each: 10.75 s of light. */
export const SHORT_PROGRAM = programOf([[zoneOf(0), zoneOf(1), zoneOf(2), zoneOf(3)]]);

export interface RigOptions {
  readonly faults?: readonly string[];
  readonly program?: SessionProgram;
  readonly seed?: number;
  readonly input?: Partial<SessionInput>;
  readonly wrapBelt?: (belt: BeltPort) => BeltPort;
  readonly wrapBook?: (book: DoseBookPort) => DoseBookPort;
  /** What the session is told instead of an event of belt or book; heard while it is frozen, too. */
  readonly wrapEvent?: (event: SessionEvent) => SessionEvent;
  /** The session's own clock. */
  readonly wrapClock?: (clock: Clock) => Clock;
  /** The air between the transport and the belt. */
  readonly wrapPeripheral?: (belt: SimulatedBelt) => Peripheral;
  readonly bookLines?: readonly string[];
  readonly bookLatencyMs?: number;
  /** By the calendar. */
  readonly startedAt?: string;
  /** A calendar that moves, in place of `startedAt`. */
  readonly wallClock?: WallClock;
  /** Whose visit this is; the default person's, without a course, when left out. */
  readonly visit?: () => VisitFacts;
  readonly onView?: (view: SessionView, event: SessionEvent) => void;
  /** Answer the arming question as soon as it is asked. */
  readonly isArmedByItself?: boolean;
  readonly belt?: SimulatedBelt;
  readonly clock?: VirtualClock;
  /** Instead of the session alone: one on a tape. */
  readonly createSession?: typeof createSession;
  /** Paired before it begins, and every frame sealed. */
  readonly isSealed?: boolean;
  /** False: keep no truth and no events, for long runs. */
  readonly isRecording?: boolean;
}

export interface Rig {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly session: Session;
  readonly book: MemoryDoseBook;
  readonly truth: TruthSample[];
  readonly states: SessionStateName[];
  readonly outcomes: SessionOutcome[];
  readonly closings: DoseClosing[];
  readonly events: SessionEvent[];
  /** The controller is frozen: nothing reaches it and nothing leaves it. */
  freeze(): void;
  thaw(): void;
  send(event: { readonly type: SessionEvent['type'] } & Record<string, unknown>): void;
  /** Runs until the state is reached, or throws after the bound. */
  until(state: SessionStateName, boundMs?: number): void;
  untilOver(boundMs?: number): SessionOutcome;
  run(durationMs: number): void;
  /** When light was last seen on or off, by the truth. */
  darkSinceMs(): number;
  /** True radiant exposure of the session's emitters, by `L1/808`. */
  delivered(): ReadonlyMap<string, number>;
}

const STEP_MS = 10;

export function createRig(options: RigOptions = {}): Rig {
  const clock = options.clock ?? createVirtualClock();
  const truth: TruthSample[] = [];
  const belt =
    options.belt ??
    createSimulatedBelt({
      clock,
      seed: options.seed ?? 1,
      faults: options.faults ?? [],
      ...(options.isRecording === false ? {} : { onTruth: (line: TruthSample) => void truth.push(line) }),
    });
  const credentials = options.isSealed === true ? pairSimulatedBelt(belt, clock) : undefined;
  const transport = createInProcessTransport({
    clock,
    peripheral: options.wrapPeripheral?.(belt) ?? belt,
  });
  const states: SessionStateName[] = ['standby'];
  const outcomes: SessionOutcome[] = [];
  const closings: DoseClosing[] = [];
  const events: SessionEvent[] = [];
  let frozen = false;
  let asked = false;
  // What reaches a frozen process waits for it, timers included, and comes all at once when it goes on.
  const held: (() => void)[] = [];
  const deliver = (told: SessionEvent): void => {
    const event = options.wrapEvent?.(told) ?? told;
    if (frozen) held.push(() => session.send({ ...event, atMs: clock.nowMs() }));
    else session.send(event);
  };
  const gatt = createGattBelt({ transport, address: 'sim', clock, credentials, onEvent: deliver });
  const book = createMemoryDoseBook({
    clock,
    onEvent: deliver,
    wallClock: options.wallClock ?? fixedWallClock(options.startedAt ?? '2026-01-01T00:00:00.000Z'),
    ...(options.visit === undefined ? {} : { visit: options.visit }),
    latencyMs: options.bookLatencyMs ?? 2,
    ...(options.bookLines === undefined ? {} : { lines: options.bookLines }),
  });
  const watched: DoseBookPort = {
    ...book,
    close(closing) {
      closings.push(closing);
      book.close(closing);
    },
  };
  const program = options.program ?? SHORT_PROGRAM;
  const sessionClock = {
    nowMs: () => clock.nowMs(),
    setTimeout: (callback: () => void, delayMs: number) =>
      clock.setTimeout(() => {
        if (frozen) held.push(callback);
        else callback();
      }, delayMs),
    clearTimeout: (id: object) => clock.clearTimeout(id),
  };
  const session = (options.createSession ?? createSession)(
    {
      planName: 'test',
      sessionTag: TAG,
      address: 'sim',
      resolve: () => ({ ok: true, program }),
      isPresenceAssumed: true,
      ...options.input,
    },
    {
      clock: options.wrapClock?.(sessionClock) ?? sessionClock,
      belt: options.wrapBelt?.(gatt) ?? gatt,
      book: options.wrapBook?.(watched) ?? watched,
    },
    {
      onView(view, event) {
        if (options.isRecording !== false) events.push(event);
        if (states.at(-1) !== view.state) states.push(view.state);
        options.onView?.(view, event);
        if (options.isArmedByItself !== false && view.state === 'ready' && !asked) {
          asked = true;
          clock.setTimeout(() => {
            if (session.view().state === 'ready')
              session.send({ type: 'operator.arm', atMs: clock.nowMs(), consent: 'atController' });
          }, 0);
        }
      },
      onOutcome: (outcome) => void outcomes.push(outcome),
    },
  );

  const rig: Rig = {
    clock,
    belt,
    session,
    book,
    truth,
    states,
    outcomes,
    closings,
    events,
    freeze: () => void (frozen = true),
    thaw() {
      frozen = false;
      for (const go of held.splice(0)) go();
    },
    send: (event) => session.send({ atMs: clock.nowMs(), ...event } as SessionEvent),
    run: (durationMs) => clock.advance(durationMs),
    until(state, boundMs = 120_000) {
      for (let ms = 0; ms < boundMs && session.view().state !== state; ms += STEP_MS) {
        if (outcomes.length > 0) break;
        clock.advance(STEP_MS);
      }
      if (session.view().state !== state)
        throw new Error(`${state} not reached: ${states.join(' ')} ${JSON.stringify(outcomes[0] ?? null)}`);
    },
    untilOver(boundMs = 15 * 60_000) {
      for (let ms = 0; ms < boundMs && outcomes.length === 0; ms += STEP_MS) clock.advance(STEP_MS);
      const [outcome] = outcomes;
      if (outcome === undefined) throw new Error(`not over: ${states.join(' ')}`);
      return outcome;
    },
    darkSinceMs() {
      for (let index = truth.length - 1; index >= 0; index--)
        if (truth[index]?.emission === true) return truth[index + 1]?.atMs ?? Infinity;
      return 0;
    },
    delivered: () =>
      new Map(
        belt.truth().zones.map((zone) => [`${zone.zone}/${zone.wavelengthNm}`, zone.radiantExposureJPerCm2]),
      ),
  };
  return rig;
}

/** Starts, and runs to the given state. */
export function startRig(options: RigOptions = {}, state: SessionStateName = 'emitting'): Rig {
  const rig = createRig(options);
  rig.send({ type: 'operator.start' });
  rig.until(state);
  return rig;
}
