// One process of the controller: the shipped session, belt port and book behind a gate that can freeze, sleep and die.
import type { Random } from '../../firmware-sim/random.ts';
import type { Peripheral } from '../../protocol/gatt.ts';
import type { BeltEvent, BeltPort } from '../../src/belt/belt.ts';
import type { BeltCredentials } from '../../src/belt/credentials.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import type { VirtualClock, WallClock } from '../../src/clock.ts';
import type { BookEvent } from '../../src/ledger/dose-book.ts';
import { createMemoryDoseBook, type MemoryDoseBook } from '../../src/ledger/dose-book-memory.ts';
import type { SessionProgram } from '../../src/plan/plan.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createSession } from '../../src/session/session.ts';
import type { SessionStateName, SessionView } from '../../src/session/view.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { createAir } from './air.ts';
import { diskClock, type SimulatedDisk } from './disk.ts';
import { createGate, type Gate } from './gate.ts';
import type { Air, Given } from './scenario.ts';

export interface ControllerOptions {
  readonly world: VirtualClock;
  readonly belt: Peripheral;
  readonly random: Random;
  readonly air: Air;
  readonly clockRate: number;
  readonly credentials: BeltCredentials | undefined;
  readonly program: SessionProgram;
  readonly sessionTag: string;
  readonly disk: SimulatedDisk;
  readonly wallClock: WallClock;
  /** Hears what the session asks of the belt, before it goes out. */
  readonly watch: (belt: BeltPort) => BeltPort;
  readonly onBeltEvent: (event: BeltEvent) => void;
  readonly given: Given | undefined;
  readonly breakLink: () => void;
  readonly onView: (view: SessionView, event: SessionEvent) => void;
  readonly onOutcome: (outcome: SessionOutcome) => void;
}

type PersonEvent = Extract<SessionEvent, { readonly type: `operator.${string}` }>;
type Unstamped<T> = T extends unknown ? Omit<T, 'atMs'> : never;

export interface Controller {
  readonly sessionTag: string;
  readonly gate: Gate;
  readonly book: MemoryDoseBook;
  /** What a person does reaches a frozen process when it goes on. */
  send(event: Unstamped<PersonEvent>): void;
  state(): SessionStateName;
  outcome(): SessionOutcome | undefined;
  calmAir(): void;
  forge(count: number): boolean;
  cutCommand(effect: 'before' | 'after'): void;
  slowFirmware(byMs: number, forMs: number): void;
  kill(linkMs: number, isWriteKept: boolean): void;
}

const ANOTHER_BELT = '0f0f0f0f0f0f0f0f';

/** A belt that tells other things than the simulated one does. */
function twist(event: BeltEvent, lie: Given['lie']): BeltEvent {
  if (lie === 'program' && event.type === 'belt.prepared')
    return {
      ...event,
      decodedDigest: event.decodedDigest.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    };
  if (lie === 'real' && event.type === 'belt.opened')
    return { ...event, profile: { ...event.profile, simulated: false } };
  return event;
}

export function createController(options: ControllerOptions): Controller {
  const { world, disk, given } = options;
  const gate = createGate(world, options.clockRate);
  const { clock } = gate;
  const air = createAir(world, options.random, options.belt, gate, options.air, {
    breakLink: options.breakLink,
  });
  const transport = createInProcessTransport({ clock, peripheral: air.peripheral });
  let outcome: SessionOutcome | undefined;
  const deliver = (event: BeltEvent | BookEvent): void => session.send(event);
  const gatt = createGattBelt({
    transport,
    address: 'sim',
    clock,
    credentials: options.credentials,
    onEvent(event) {
      options.onBeltEvent(event);
      deliver(twist(event, given?.lie));
    },
  });
  // The disk goes on while a process is frozen; what it says is heard later.
  const book = createMemoryDoseBook({
    clock: diskClock(world, disk, clock),
    onEvent: (event) => gate.run(() => deliver({ ...event, atMs: clock.nowMs() })),
    wallClock: options.wallClock,
    lines: disk.lines(),
  });
  disk.attach(book);
  const session = createSession(
    {
      planName: 'simulated',
      sessionTag: options.sessionTag,
      address: 'sim',
      isScreened: given?.isScreened ?? true,
      ...(given?.isPresenceAssumed === undefined ? {} : { isPresenceAssumed: given.isPresenceAssumed }),
      ...(given?.lie === 'belt' ? { expectedBeltId: ANOTHER_BELT } : {}),
      resolve: () => ({ ok: true, program: options.program }),
    },
    { clock, belt: options.watch(gatt), book },
    {
      onView: options.onView,
      onOutcome(ended) {
        outcome = ended;
        options.onOutcome(ended);
      },
    },
  );
  return {
    sessionTag: options.sessionTag,
    gate,
    book,
    send: (event) => gate.run(() => session.send({ ...event, atMs: clock.nowMs() } as PersonEvent)),
    state: () => session.view().state,
    outcome: () => outcome,
    calmAir: () => air.calm(),
    forge: (count) => air.forge(count),
    cutCommand: (effect) => air.cutCommand(effect),
    slowFirmware: (byMs, forMs) => air.slow(byMs, forMs),
    kill(linkMs, isWriteKept) {
      gate.kill();
      disk.processDied(isWriteKept);
      air.dropOwn(linkMs);
    },
  };
}
