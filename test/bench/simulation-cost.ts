// What a simulated second costs, beside the sum of its parts measured in turn in the same process: the belt alone, hearing
// the same frames again; the session alone, hearing the same events again; and the codec of the controller's end.
import { encodeLease } from '../../protocol/codec.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { Characteristic, WriteMode } from '../../protocol/gatt.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltPort } from '../../src/belt/belt.ts';
import { createTickReader } from '../../src/belt/ticks.ts';
import { createVirtualClock } from '../../src/clock.ts';
import type { DoseBookPort } from '../../src/ledger/dose-book.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { createSession } from '../../src/session/session.ts';
import { createRig, programOf, TAG, zoneOf, type Part } from '../session/support/rig.ts';
import { runScenario } from '../simulation/run.ts';
import type { Scenario } from '../simulation/scenario.ts';
import { median, type Figure } from './table.ts';

/** Four zones for a minute: the countdown and the end weigh little. */
const PARTS: readonly Part[] = [
  [0, 1, 2, 3].map((zone) => zoneOf(zone, { irradianceMwPerCm2: 40, radiantExposureJPerCm2: 2.4 })),
];
const SEED = 7;
const ROUNDS = 9;
const WARM_UP_ROUNDS = 6;
const STEP_MS = 10;

const SCENARIO: Scenario = {
  seed: SEED,
  parts: PARTS,
  isSealed: false,
  air: { delayMs: 0, jitterMs: 0, reorderRate: 0 },
  person: {
    armAfterMs: 20,
    resumeAfterMs: Infinity,
    consent: 'atController',
    atTheEnd: 'wait',
    restartAfterMs: Infinity,
  },
  disk: { latencyMs: 2, jitterMs: 0 },
  clockRate: 1,
  deeds: [],
  hasNextDay: false,
};

type Asked =
  | { readonly kind: 'subscribe'; readonly characteristic: Characteristic }
  | { readonly kind: 'read'; readonly characteristic: Characteristic }
  | {
      readonly kind: 'write';
      readonly characteristic: Characteristic;
      readonly bytes: Uint8Array;
      readonly mode: WriteMode;
    };

interface Recording {
  readonly asked: readonly { readonly atMs: number; readonly what: Asked }[];
  readonly ticks: readonly Uint8Array[];
  readonly events: readonly SessionEvent[];
  readonly leaseCount: number;
  readonly endedAtMs: number;
  readonly deliveredMj: number;
}

const deliveredOf = (zones: readonly { readonly radiantExposureJPerCm2: number }[]): number =>
  zones.reduce((sum, zone) => sum + zone.radiantExposureJPerCm2, 0);

/** One session, with all that passed between its parts. */
function record(): Recording {
  const asked: { atMs: number; what: Asked }[] = [];
  const ticks: Uint8Array[] = [];
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed: SEED });
  const note = (what: Asked): void => void asked.push({ atMs: clock.nowMs(), what });
  const rig = createRig({
    clock,
    belt,
    program: programOf(PARTS),
    wrapPeripheral: (inner) => ({
      connect(central) {
        const link = inner.connect({
          ...central,
          value(characteristic, bytes) {
            if (characteristic === 'tick') ticks.push(bytes.slice());
            central.value(characteristic, bytes);
          },
        });
        return {
          read(characteristic, done) {
            note({ kind: 'read', characteristic });
            link.read(characteristic, done);
          },
          write(characteristic, bytes, mode, done) {
            note({ kind: 'write', characteristic, bytes: bytes.slice(), mode });
            link.write(characteristic, bytes, mode, done);
          },
          subscribe(characteristic, wanted, done) {
            note({ kind: 'subscribe', characteristic });
            link.subscribe(characteristic, wanted, done);
          },
          disconnect: () => link.disconnect(),
        };
      },
    }),
  });
  rig.send({ type: 'operator.start' });
  if (rig.untilOver().outcome !== 'completed') throw new Error('the recorded session did not complete');
  const isLease = ({ what }: (typeof asked)[number]): boolean =>
    what.kind === 'write' && what.characteristic === 'lease';
  const endedAtMs = clock.nowMs();
  belt.powerOff();
  return {
    asked,
    ticks,
    events: rig.events,
    leaseCount: asked.filter(isLease).length,
    endedAtMs,
    deliveredMj: deliveredOf(belt.truth().zones),
  };
}

/** Firmware, optics and skin, and the belt's end of the codec: it must give the same light again. */
function replayBelt({ asked, endedAtMs, deliveredMj }: Recording): void {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed: SEED });
  const ignore = (): void => undefined;
  const link = belt.connect({ value: ignore, disconnected: ignore });
  for (const { atMs, what } of asked)
    clock.setTimeout(() => {
      if (what.kind === 'read') link.read(what.characteristic, ignore);
      else if (what.kind === 'subscribe') link.subscribe(what.characteristic, true, ignore);
      else link.write(what.characteristic, what.bytes, what.mode, ignore);
    }, atMs);
  while (clock.nowMs() < endedAtMs) clock.advance(STEP_MS);
  belt.powerOff();
  const again = deliveredOf(belt.truth().zones);
  if (!(Math.abs(again - deliveredMj) <= deliveredMj * 1e-3))
    throw new Error(`the belt alone gave ${again} J/cm², with its controller ${deliveredMj}`);
}

/** The machine, and what judges, books and decides in it: it must come to the same end. */
function replaySession({ events }: Recording): void {
  const nothing = (): void => undefined;
  const belt: BeltPort = {
    open: nothing,
    prepare: nothing,
    arm: nothing,
    pause: nothing,
    resume: nothing,
    clear: nothing,
    poll: nothing,
    lease: nothing,
    readRecord: nothing,
    stop: nothing,
    close: nothing,
  };
  const book: DoseBookPort = {
    load: nothing,
    allow: nothing,
    begin: nothing,
    reserve: nothing,
    reconcile: nothing,
    close: nothing,
  };
  let end = '';
  const program = programOf(PARTS);
  const session = createSession(
    {
      planName: 'test',
      sessionTag: TAG,
      address: 'sim',
      resolve: () => ({ ok: true, program }),
      isPresenceAssumed: true,
    },
    { clock: createVirtualClock(), belt, book },
    { onView: nothing, onOutcome: ({ outcome }) => void (end = outcome) },
  );
  for (const event of events) session.send(event);
  if (end !== 'completed') throw new Error(`the session alone ended ${end === '' ? 'never' : end}`);
}

/** Every frame of a tick decoded, every lease encoded. */
function replayCodec({ ticks, leaseCount }: Recording): void {
  const receiver = createPlainEnvelope();
  const reader = createTickReader(4);
  let whole = 0;
  for (const bytes of ticks) {
    const opened = receiver.open(bytes);
    if (!opened.ok) throw new Error('a recorded frame does not open');
    const tick = reader.take(opened.type, opened.bytes, opened.at, opened.length);
    if (tick !== undefined && tick !== 'bad') whole++;
  }
  const sender = createPlainEnvelope();
  const body = new Uint8Array(16);
  let bytes = 0;
  for (let tick = 0; tick < leaseCount; tick++) {
    const length = encodeLease({ tick, step: 0, zones: 15, ceiling: 40_000, epoch: 1 }, body);
    bytes += sender.seal(FRAME.lease, body, length).length;
  }
  if (whole < leaseCount / 2 || bytes === 0) throw new Error('hardly a tick was whole');
}

/** Time of the processor in this process: what else the machine does meanwhile does not count. */
function tookMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

export function measureSimulationCost(): readonly Figure[] {
  const recording = record();
  const seconds = recording.endedAtMs / 1000;
  const taken: Record<'whole' | 'belt' | 'session' | 'codec', number[]> = {
    whole: [],
    belt: [],
    session: [],
    codec: [],
  };
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    let simulatedS = 0;
    const wholeMs = tookMs(() => {
      const run = runScenario(SCENARIO);
      if (!run.seen.has('outcome completed') || run.violations.length > 0)
        throw new Error('the measured run is not a good one');
      simulatedS = run.simulatedMs / 1000;
    });
    const parts = {
      belt: tookMs(() => replayBelt(recording)),
      session: tookMs(() => replaySession(recording)),
      codec: tookMs(() => replayCodec(recording)),
    };
    if (round < 0) continue;
    taken.whole.push((wholeMs / simulatedS) * 1000);
    for (const part of ['belt', 'session', 'codec'] as const)
      taken[part].push((parts[part] / seconds) * 1000);
  }
  const micros = (part: keyof typeof taken): number => median(taken[part]);
  const sum = micros('belt') + micros('session') + micros('codec');
  return [
    {
      name: 'a simulated second with its judges, against the sum of its parts',
      value: micros('whole') / sum,
      unit: '×',
      floor: { atMost: 2 },
      note: `${micros('whole').toFixed(0)} µs; belt ${micros('belt').toFixed(0)}, session ${micros('session').toFixed(0)}, codec ${micros('codec').toFixed(0)} µs`,
    },
  ];
}
