// One session, unchanged, against one simulated belt, unchanged, with the real noble and the real bleno in between. Time
// is virtual for both ends; between its steps the event loop carries the packets.
import {
  createSimulatedBelt,
  type SimulatedBelt,
  type TruthSample,
} from '../../../firmware-sim/simulated-belt.ts';
import { parseLabel } from '../../../protocol/label.ts';
import type { BeltCredentials } from '../../../src/belt/credentials.ts';
import { createGattBelt } from '../../../src/belt/gatt-belt.ts';
import { PAIRING_MAX_MS, pairBelt, type PairingResult } from '../../../src/belt/pairing.ts';
import { createVirtualClock, fixedWallClock, type VirtualClock } from '../../../src/clock.ts';
import { createMemoryDoseBook } from '../../../src/ledger/dose-book-memory.ts';
import type { SessionProgram } from '../../../src/plan/plan.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import type { SessionOutcome } from '../../../src/session/outcome.ts';
import { createSession, type Session } from '../../../src/session/session.ts';
import type { SessionStateName } from '../../../src/session/view.ts';
import { createTestRandom } from '../../session/support/paired-belt.ts';
import { TAG } from '../../session/support/rig.ts';
import { createHost, serve, settle, type Host, type ServedBelt } from './radio-pair.ts';

const STEP_MS = 10;
const TURNS_PER_STEP = 25;

export interface RadioSession {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly served: ServedBelt;
  readonly host: Host;
  readonly session: Session;
  readonly truth: readonly TruthSample[];
  readonly states: readonly SessionStateName[];
  readonly outcomes: readonly SessionOutcome[];
  send(event: { readonly type: SessionEvent['type'] } & Record<string, unknown>): void;
  run(durationMs: number): Promise<void>;
  until(state: SessionStateName, boundMs?: number): Promise<void>;
  untilOver(boundMs?: number): Promise<SessionOutcome>;
  /** The first instant of the truth from which on there is no light; Infinity while there is. */
  darkSinceMs(): number;
  deliveredJPerCm2(zone: string, wavelengthNm: number): number;
  dispose(): Promise<void>;
}

/** As people do it: window, label, pairing over the air, on a link of its own. */
async function pairOverRadio(
  belt: SimulatedBelt,
  host: Host,
  address: string,
  clock: VirtualClock,
): Promise<BeltCredentials> {
  const results: PairingResult[] = [];
  const controllerId = Uint8Array.of(0xc0, 7, 6, 5, 4, 3, 2, 1);
  const randomBytes = createTestRandom('radio');
  const label = parseLabel(belt.label);
  if (!label.ok) throw new Error(label.problem);
  belt.openPairingWindow();
  pairBelt(
    { transport: host.transport, address, clock, labelSecret: label.secret, controllerId, randomBytes },
    (ended) => void results.push(ended),
  );
  for (let ms = 0; ms < PAIRING_MAX_MS && results.length === 0; ms += STEP_MS) {
    clock.advance(STEP_MS);
    await settle(TURNS_PER_STEP);
  }
  const [result] = results;
  if (result?.ok !== true) throw new Error(`not paired: ${JSON.stringify(result)}`);
  const { beltId, longTermKey } = result;
  return { controllerId, beltId, longTermKey, randomBytes };
}

/** `isSealed`: paired first, then every frame sealed. */
export async function startRadioSession(
  program: SessionProgram,
  { isSealed = false }: { readonly isSealed?: boolean } = {},
): Promise<RadioSession> {
  const clock = createVirtualClock();
  const truth: TruthSample[] = [];
  const belt = createSimulatedBelt({ clock, seed: 1, onTruth: (line) => void truth.push(line) });
  const served = await serve(belt, belt.advertisedName, () => belt.advert());
  const host = createHost(clock);
  const credentials = isSealed ? await pairOverRadio(belt, host, served.address, clock) : undefined;
  const states: SessionStateName[] = [];
  const outcomes: SessionOutcome[] = [];
  const deliver = (event: SessionEvent): void => session.send(event);
  const session: Session = createSession(
    { planName: 'test', sessionTag: TAG, address: served.address, resolve: () => ({ ok: true, program }) },
    {
      clock,
      belt: createGattBelt({
        transport: host.transport,
        address: served.address,
        clock,
        credentials,
        onEvent: deliver,
      }),
      book: createMemoryDoseBook({
        clock,
        onEvent: deliver,
        wallClock: fixedWallClock('2026-01-01T00:00:00.000Z'),
      }),
    },
    {
      onView: (view) => void (states.at(-1) === view.state || states.push(view.state)),
      onOutcome: (outcome) => void outcomes.push(outcome),
    },
  );

  const rig: RadioSession = {
    clock,
    belt,
    served,
    host,
    session,
    truth,
    states,
    outcomes,
    send: (event) => session.send({ atMs: clock.nowMs(), ...event } as SessionEvent),
    async run(durationMs) {
      for (let ms = 0; ms < durationMs; ms += STEP_MS) {
        clock.advance(STEP_MS);
        await settle(TURNS_PER_STEP);
      }
    },
    async until(state, boundMs = 30_000) {
      for (let ms = 0; ms < boundMs && session.view().state !== state; ms += STEP_MS) await rig.run(STEP_MS);
      if (session.view().state !== state)
        throw new Error(`${state} not reached: ${states.join(' ')} ${JSON.stringify(outcomes)}`);
    },
    async untilOver(boundMs = 60_000) {
      for (let ms = 0; ms < boundMs && outcomes.length === 0; ms += STEP_MS) await rig.run(STEP_MS);
      const [outcome] = outcomes;
      if (outcome === undefined) throw new Error(`not over: ${states.join(' ')}`);
      return outcome;
    },
    darkSinceMs() {
      const lastLit = truth.findLastIndex((line) => line.emission);
      return lastLit < 0 ? 0 : (truth[lastLit + 1]?.atMs ?? Infinity);
    },
    deliveredJPerCm2: (zone, wavelengthNm) =>
      belt.truth().zones.find((one) => one.zone === zone && one.wavelengthNm === wavelengthNm)!
        .radiantExposureJPerCm2,
    async dispose() {
      host.transport.dispose();
      served.close();
      belt.powerOff();
      await settle();
    },
  };
  rig.send({ type: 'operator.start' });
  await rig.until('ready');
  rig.send({ type: 'operator.arm', consent: 'atController' });
  return rig;
}
