// Pairing and a whole sealed session in memory, in virtual time: the controller, the protocol and the simulated belt agree on this machine.
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createGattBelt } from '../belt/gatt-belt.ts';
import { createVirtualClock, fixedWallClock } from '../clock.ts';
import { createMemoryDoseBook } from '../ledger/dose-book-memory.ts';
import { loadPlan } from '../plan/load.ts';
import { resolveProgram } from '../plan/program.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionOutcome } from '../session/outcome.ts';
import { createSession } from '../session/session.ts';
import { createInProcessTransport } from '../transport/in-process.ts';
import { pairEmbedded } from './embedded-pairing.ts';
import { readPlan } from './plan-source.ts';

const PLAN = 'low-back-spasm';
const SESSION_TAG = '00d0c70200d0c702';
/** Virtual: the plan takes less than two minutes. */
const WHOLE_MAX_MS = 10 * 60_000;
const SWITCHED_ON_BEFORE_MS = 2000;
/** Delivered may differ by this ratio without faults. */
const DOSE_TOLERANCE = 0.005;

export interface SelfTestResult {
  readonly isPassed: boolean;
  readonly words: string;
}

function judge(outcome: SessionOutcome | undefined, trueJPerCm2: readonly number[]): SelfTestResult {
  if (outcome === undefined) return { isPassed: false, words: 'the session did not end' };
  if (outcome.outcome !== 'completed')
    return { isPassed: false, words: `${outcome.outcome}: ${outcome.message}` };
  const wrong = outcome.zones.filter((zone, index) => {
    const ratio = (trueJPerCm2[index] ?? NaN) / zone.prescribedJPerCm2;
    return !(Math.abs(ratio - 1) <= DOSE_TOLERANCE);
  });
  if (wrong.length > 0)
    return { isPassed: false, words: `wrong dose at ${wrong.map((zone) => zone.zone).join(', ')}` };
  return {
    isPassed: true,
    words: `paired, sealed, ${PLAN} completed, dose within ${DOSE_TOLERANCE * 100} %, light off confirmed`,
  };
}

/** Synchronous, and without a trace on the disk. */
export function runSelfTest(): SelfTestResult {
  const source = readPlan(PLAN);
  const loaded = loadPlan(source.text, source.file);
  if (!loaded.ok) return { isPassed: false, words: 'the built-in plan is damaged' };
  const clock = createVirtualClock();
  let send: (event: SessionEvent) => void = () => undefined;
  let outcome: SessionOutcome | undefined;
  const peripheral = createSimulatedBelt({ clock, seed: 1 });
  const transport = createInProcessTransport({ clock, peripheral });
  const credentials = pairEmbedded({ peripheral, transport, clock, advance: (ms) => clock.advance(ms) });
  // Switched on before somebody connects to it.
  clock.advance(SWITCHED_ON_BEFORE_MS);
  const onEvent = (event: SessionEvent): void => send(event);
  const belt = createGattBelt({ transport, address: 'sim', clock, onEvent, credentials });
  const book = createMemoryDoseBook({
    clock,
    onEvent: (event) => send(event),
    wallClock: fixedWallClock('2026-01-01T00:00:00.000Z'),
  });
  let isArmed = false;
  const session = createSession(
    {
      planName: loaded.plan.name,
      sessionTag: SESSION_TAG,
      address: 'sim',
      resolve: (profile) => resolveProgram(loaded.plan, profile),
    },
    { clock, belt, book },
    {
      onView(view) {
        if (view.state !== 'ready' || isArmed) return;
        isArmed = true;
        session.send({ type: 'operator.arm', atMs: clock.nowMs(), consent: 'atController' });
      },
      onOutcome(result) {
        outcome = result;
      },
    },
  );
  send = (event) => session.send(event);
  session.send({ type: 'operator.start', atMs: clock.nowMs() });
  for (let elapsedMs = 0; outcome === undefined && elapsedMs < WHOLE_MAX_MS; elapsedMs += 1000)
    clock.advance(1000);
  const truth = peripheral.truth();
  const result = judge(
    outcome,
    truth.zones.filter((zone) => zone.radiantExposureJPerCm2 > 0).map((zone) => zone.radiantExposureJPerCm2),
  );
  peripheral.powerOff();
  transport.dispose();
  return result;
}
