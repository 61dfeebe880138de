// A session as it ships, on a simulated belt, through whatever an attack puts between them. Judged by the light: what
// the controller asked for at its port, against the truth of the belt.
import type { SimulatedBelt, TruthSample } from '../../firmware-sim/simulated-belt.ts';
import type { Peripheral } from '../../protocol/gatt.ts';
import type { WirePrescription } from '../../protocol/messages.ts';
import type { BeltEvent, BeltPort, Prescription } from '../../src/belt/belt.ts';
import type { BeltCredentials } from '../../src/belt/credentials.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { fixedWallClock, type VirtualClock } from '../../src/clock.ts';
import { createMemoryDoseBook, type MemoryDoseBook } from '../../src/ledger/dose-book-memory.ts';
import type { BookEvent, DoseClosing } from '../../src/ledger/dose-book.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import type { BeltProfile, LeaseRequest } from '../../src/belt/belt.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createSession, type Session } from '../../src/session/session.ts';
import type { SessionStateName } from '../../src/session/view.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import type { Judge } from '../fuzz/judge.ts';

const STEP_MS = 10;

/** In the wire's shape, with the emitters as the truth numbers them. */
function wireOf(prescription: Prescription, truth: TruthSample): WirePrescription {
  return {
    sessionTag: new Uint8Array(8),
    stepCount: prescription.steps.length,
    timeLimitS: prescription.timeLimitS,
    entries: prescription.steps.flatMap((zones, step) =>
      zones.map((zone) => ({
        step,
        zone: zone.zone,
        emitter: truth.zones.findIndex(
          (line) => line.zone === `L${zone.zone + 1}` && line.wavelengthNm === zone.wavelengthNm,
        ),
        irradianceCentiMwPerCm2: zone.irradianceMwPerCm2 * 100,
        pulseFrequencyDeciHz: zone.pulseFrequencyHz * 10,
        dutyCyclePer10k: zone.dutyCycle * 10_000,
        radiantExposureTenMicroJPerCm2: zone.radiantExposureJPerCm2 * 100_000,
        rampUpDeciS: zone.rampUpS * 10,
        rampDownDeciS: zone.rampDownS * 10,
      })),
    ),
  };
}

/** Tells the judge what the controller asks for, before the belt can hear of it. */
export function watchBelt(
  port: BeltPort,
  belt: SimulatedBelt,
  judge: Judge,
  sentAtMs: Map<number, number>,
): BeltPort {
  let prescription: Prescription | undefined;
  return {
    ...port,
    prepare(next) {
      prescription = next;
      port.prepare(next);
    },
    arm(consent) {
      if (prescription !== undefined) {
        const truth = belt.truth();
        judge.armed(wireOf(prescription, truth), truth);
      }
      port.arm(consent);
    },
    lease(request: LeaseRequest) {
      if (request.zones !== 0) judge.granted(request.zones, request.ceiling, sentAtMs.get(request.tick) ?? 0);
      port.lease(request);
    },
    pause() {
      judge.closed('the controller has paused');
      port.pause();
    },
    resume(epoch) {
      judge.resumed();
      port.resume(epoch);
    },
    stop() {
      judge.closed('the controller has stopped');
      port.stop();
    },
  };
}

export interface StageOptions {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly judge: Judge;
  /** What the controller connects to. */
  readonly peripheral: Peripheral;
  readonly credentials: BeltCredentials | undefined;
  readonly sessionTag: string;
  readonly resolve: (
    profile: BeltProfile,
  ) =>
    | { readonly ok: true; readonly program: SessionProgram }
    | { readonly ok: false; readonly problems: readonly string[] };
  readonly wrapBelt?: (port: BeltPort) => BeltPort;
  readonly onBeltEvent?: (event: BeltEvent) => void;
  readonly onBookEvent?: (event: BookEvent) => void;
}

export interface Stage {
  readonly session: Session;
  readonly book: MemoryDoseBook;
  readonly outcomes: readonly SessionOutcome[];
  readonly closings: readonly DoseClosing[];
  readonly states: readonly SessionStateName[];
  send(event: { readonly type: SessionEvent['type'] } & Record<string, unknown>): void;
  until(isReached: () => boolean, boundMs: number): boolean;
}

/** Starts at once, and arms as soon as it is asked. */
export function runSession(options: StageOptions): Stage {
  const { clock, belt, judge, peripheral, credentials, sessionTag, resolve } = options;
  const sentAtMs = new Map<number, number>();
  const outcomes: SessionOutcome[] = [];
  const closings: DoseClosing[] = [];
  const states: SessionStateName[] = [];
  const onBeltEvent = (event: BeltEvent): void => {
    // The belt's own time: it was switched on when the clock began, and says whole milliseconds.
    if (event.type === 'belt.tick') sentAtMs.set(event.report.tick, event.report.beltTimeMs + 1);
    options.onBeltEvent?.(event);
    session.send(event);
  };
  const transport = createInProcessTransport({ clock, peripheral });
  const gatt = createGattBelt({ transport, address: 'sim', clock, credentials, onEvent: onBeltEvent });
  const watched = watchBelt(gatt, belt, judge, sentAtMs);
  const book = createMemoryDoseBook({
    clock,
    onEvent(event) {
      options.onBookEvent?.(event);
      session.send(event);
    },
    wallClock: fixedWallClock('2026-01-01T00:00:00.000Z'),
    latencyMs: 2,
  });
  const session = createSession(
    { planName: 'test', sessionTag, address: 'sim', resolve },
    {
      clock,
      belt: options.wrapBelt?.(watched) ?? watched,
      book: {
        ...book,
        close(closing) {
          closings.push(closing);
          book.close(closing);
        },
      },
    },
    {
      onView(view) {
        if (states.at(-1) === view.state) return;
        states.push(view.state);
        if (view.state !== 'ready') return;
        clock.setTimeout(() => {
          if (session.view().state === 'ready')
            session.send({ type: 'operator.arm', atMs: clock.nowMs(), consent: 'atController' });
        }, 0);
      },
      onOutcome: (outcome) => void outcomes.push(outcome),
    },
  );
  session.send({ type: 'operator.start', atMs: clock.nowMs() });
  return {
    session,
    book,
    outcomes,
    closings,
    states,
    send: (event) => session.send({ atMs: clock.nowMs(), ...event } as SessionEvent),
    until(isReached, boundMs) {
      for (let ms = 0; ms < boundMs && !isReached(); ms += STEP_MS) clock.advance(STEP_MS);
      return isReached();
    },
  };
}
