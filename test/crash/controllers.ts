// Controllers that die at a chosen operation of their disk, one after the other, over one belt that lives on and keeps its
// own record. Time stands still while an entry is written, as for the embedded belt of the command.
import type { CentralHandlers, Peripheral } from '../../protocol/gatt.ts';
import { createSimulatedBelt, type SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { holdWhileWriting } from '../../src/cli/held-book.ts';
import { createVirtualClock, type Clock, type VirtualClock, type WallClock } from '../../src/clock.ts';
import { createDoseBook } from '../../src/ledger/dose-book-file.ts';
import { BOOK_HEADER, explainHeader } from '../../src/ledger/entries.ts';
import type { VisitFacts } from '../../src/ledger/visit.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createSession } from '../../src/session/session.ts';
import { openAppendLog } from '../../src/store/append-log.ts';
import type { ProcessFacts } from '../../src/store/holder.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import type { Fate, MemoryDisk, OperationKind } from '../store/memory-disk.ts';

export const BOOK_PATH = '/state/dose-book.jsonl';
const STEP_MS = 10;
const RUN_MAX_MS = 120_000;
const SETTLE_MAX_MS = 20_000;
/** A belt hears of a machine without power only when its link has timed out; its lease has run out long before. */
const LINK_TIMEOUT_MS = 4000;
const AFTER_DEATH_MS = 1500;

/** How a controller goes: its process alone, or its machine. */
export type Death = 'killed' | 'power lost' | 'power lost, last write torn';

export interface CrashWorld {
  readonly clock: VirtualClock;
  readonly belt: SimulatedBelt;
  readonly disk: MemoryDisk;
  /** Moves the calendar on; the belt goes on living meanwhile. */
  waitMs(durationMs: number): void;
  /** The calendar alone: the belt is in its drawer. */
  skipMs(durationMs: number): void;
  restartMachine(): void;
  readonly wallClock: WallClock;
  processId(): number;
}

export function createCrashWorld(disk: MemoryDisk, startedAtMs: number, seed: number): CrashWorld {
  const clock = createVirtualClock();
  const belt = createSimulatedBelt({ clock, seed });
  let skippedMs = 0;
  let bootCount = 1;
  let bootedAtMs = 0;
  let processCount = 1000;
  const sinceStartMs = (): number => clock.nowMs() + skippedMs;
  const waitMs = (durationMs: number): void => clock.advance(durationMs);
  waitMs(2000);
  return {
    clock,
    belt,
    disk,
    waitMs,
    skipMs: (durationMs) => void (skippedMs += durationMs),
    restartMachine() {
      bootCount++;
      bootedAtMs = sinceStartMs();
    },
    wallClock: {
      nowMs: () => startedAtMs + sinceStartMs(),
      uptimeMs: () => sinceStartMs() - bootedAtMs,
      bootId: () => `boot${bootCount}`,
    },
    processId: () => ++processCount,
  };
}

interface Wire {
  readonly peripheral: Peripheral;
  /** From here on nothing goes either way, and nobody says so. */
  cut(): void;
  /** The belt notices that the other side is gone. */
  drop(): void;
}

function wireTo(belt: Peripheral): Wire {
  let isCut = false;
  const links: { disconnect(): void }[] = [];
  return {
    cut: () => void (isCut = true),
    drop() {
      for (const link of links) link.disconnect();
    },
    peripheral: {
      connect(central: CentralHandlers) {
        const link = belt.connect({
          value: (characteristic, bytes) => (isCut ? undefined : central.value(characteristic, bytes)),
          disconnected: (reason) => (isCut ? undefined : central.disconnected(reason)),
        });
        links.push(link);
        return {
          read: (characteristic, done) => (isCut ? undefined : link.read(characteristic, done)),
          write: (characteristic, bytes, mode, done) =>
            isCut ? undefined : link.write(characteristic, bytes, mode, done),
          subscribe: (characteristic, wanted, done) =>
            isCut ? undefined : link.subscribe(characteristic, wanted, done),
          disconnect: () => (isCut ? undefined : link.disconnect()),
        };
      },
    },
  };
}

export interface Controller {
  readonly program: SessionProgram;
  readonly sessionTag: string;
  readonly visit: VisitFacts;
  readonly fateOf?: (index: number, kind: OperationKind) => Fate;
}

export interface Ran {
  /** undefined: it died before. */
  readonly outcome: SessionOutcome | undefined;
  readonly operations: readonly string[];
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One controller from its start to its outcome or its death. The belt's time goes on only while nothing is written. */
export async function runController(world: CrashWorld, controller: Controller, death: Death): Promise<Ran> {
  const { clock, belt, disk, wallClock } = world;
  const mounted = disk.mount(controller.fateOf ?? (() => 'goes on'));
  const { system } = mounted;
  const isDead = mounted.hasEnded;
  const own: Clock = {
    nowMs: () => clock.nowMs(),
    setTimeout: (callback, delayMs) => clock.setTimeout(() => (isDead() ? undefined : callback()), delayMs),
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
  const wire = wireTo(belt);
  const transport = createInProcessTransport({ clock: own, peripheral: wire.peripheral });
  const pid = world.processId();
  const facts: ProcessFacts = {
    pid,
    bootId: wallClock.bootId(),
    pidNamespace: '',
    startTimeOf: (other) => (other === pid ? `${pid}` : undefined),
  };
  let heldCount = 0;
  const held = holdWhileWriting({ hold: () => void heldCount++, release: () => void heldCount-- }, (event) =>
    session.send(event),
  );
  const book = createDoseBook({
    clock: own,
    wallClock,
    onEvent: held.onBookEvent,
    visit: () => controller.visit,
    store: (findStart) =>
      openAppendLog({
        path: BOOK_PATH,
        header: BOOK_HEADER,
        explainHeader,
        system,
        facts,
        start: async () => findStart?.(BOOK_PATH, system),
      }),
  });
  let outcome: SessionOutcome | undefined;
  const session = createSession(
    {
      planName: controller.visit.plan,
      sessionTag: controller.sessionTag,
      address: 'sim',
      resolve: () => ({ ok: true, program: controller.program }),
    },
    {
      clock: own,
      belt: createGattBelt({
        transport,
        address: 'sim',
        clock: own,
        onEvent: (event) => (isDead() ? undefined : session.send(event)),
      }),
      book: held.wrap(book),
    },
    {
      onView(view, event) {
        if (view.state === 'ready' && event.type !== 'operator.arm' && !isArmed) {
          isArmed = true;
          queueMicrotask(() =>
            session.send({ type: 'operator.arm', atMs: clock.nowMs(), consent: 'atController' }),
          );
        }
      },
      onOutcome: (ended) => void (outcome = ended),
    },
  );
  let isArmed = false;
  session.send({ type: 'operator.start', atMs: clock.nowMs() });
  for (let ranMs = 0; ranMs < RUN_MAX_MS && outcome === undefined && !isDead(); ranMs += STEP_MS) {
    await settled(() => heldCount === 0 || isDead());
    if (!isDead()) clock.advance(STEP_MS);
  }
  let isClosed = false;
  if (!isDead()) void book.dispose().then(() => (isClosed = true));
  await settled(() => isClosed || isDead());
  if (!isDead()) {
    transport.dispose();
    return { outcome, operations: mounted.operations };
  }
  die(world, wire, death);
  return { outcome, operations: mounted.operations };
}

/** The disk is in memory, so that all that is under way settles within a few turns; at least one, for what nobody waits for. */
async function settled(isDone: () => boolean): Promise<void> {
  const untilMs = performance.now() + SETTLE_MAX_MS;
  do {
    await turn();
    if (performance.now() > untilMs) throw new Error('the dose book does not answer');
  } while (!isDone());
}

/** With the process its link goes at once; a machine without power says nothing, and the belt waits for its link in vain. */
function die(world: CrashWorld, wire: Wire, death: Death): void {
  wire.cut();
  if (death !== 'killed') {
    world.waitMs(LINK_TIMEOUT_MS);
    world.disk.losePower(death === 'power lost, last write torn');
    world.restartMachine();
  }
  wire.drop();
  world.waitMs(AFTER_DEATH_MS);
}
