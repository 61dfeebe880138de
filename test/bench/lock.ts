// What the lock costs: pairing and session set-up on each side, a sealed frame against the bare cipher, a whole sealed
// simulation, and STOP, to which it may add nothing.
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { AttResult, Peripheral } from '../../protocol/gatt.ts';
import { parseLabel } from '../../protocol/label.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createSealedEnvelope, createSessionKeys } from '../../protocol/sealing.ts';
import type { BeltEvent } from '../../src/belt/belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { PAIRING_MAX_MS, pairBelt, type PairingResult } from '../../src/belt/pairing.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { measureArrivalOfStop } from './darkness.ts';
import { measureSpeed } from './simulation.ts';
import { median, type Figure } from './table.ts';

const EXCHANGE_ROUNDS = 60;
/** Short slices, many of them: each ratio is of two that ran next to each other. */
const FRAMES = 2000;
const FRAME_ROUNDS = 200;
const FRAME_WARM_UP_ROUNDS = 5;
const STOP_ROUNDS = 200;
const STEP_MS = 10;

const fresh = (length: number): Uint8Array => Uint8Array.from(randomBytes(length));

interface Taken {
  readonly controllerMs: number;
  readonly beltMs: number;
}
type Side = keyof Taken;

/** Processor time of this process, all threads, booked on the side that works. */
function createMeter() {
  const spentMs: Record<Side, number> = { controllerMs: 0, beltMs: 0 };
  let side: Side = 'controllerMs';
  let since = process.cpuUsage();
  const turnTo = (next: Side): void => {
    const now = process.cpuUsage();
    spentMs[side] += (now.user - since.user + now.system - since.system) / 1000;
    since = now;
    side = next;
  };
  return {
    on<Result>(who: Side, work: () => Result): Result {
      const before = side;
      turnTo(who);
      const result = work();
      turnTo(before);
      return result;
    },
    read(): Taken {
      turnTo(side);
      return { ...spentMs };
    },
  };
}
type Meter = ReturnType<typeof createMeter>;

/** What comes in over a link, and what a timer of its own starts, is the belt's; what it calls back, the controller's. */
const bookedBelt = (belt: Peripheral, meter: Meter): Peripheral => ({
  connect(central) {
    const toController = (done: (result: AttResult) => void) => (result: AttResult) =>
      meter.on('controllerMs', () => done(result));
    const link = meter.on('beltMs', () =>
      belt.connect({
        value: (...told) => meter.on('controllerMs', () => central.value(...told)),
        disconnected: (reason) => meter.on('controllerMs', () => central.disconnected(reason)),
      }),
    );
    return {
      read: (from, done) => meter.on('beltMs', () => link.read(from, toController(done))),
      write: (to, bytes, mode, done) =>
        meter.on('beltMs', () => link.write(to, bytes, mode, toController(done))),
      subscribe: (to, wanted, done) =>
        meter.on('beltMs', () => link.subscribe(to, wanted, toController(done))),
      disconnect: () => meter.on('beltMs', () => link.disconnect()),
    };
  },
});

/** The whole way, on both sides: handshakes, segments, frames, the belt's key image, the features under seal. */
function pairAndOpenOnce(seed: number): { readonly pairing: Taken; readonly session: Taken } {
  const clock = createVirtualClock();
  let meter = createMeter();
  const beltClock = {
    ...clock,
    setTimeout: (callback: () => void, delayMs: number) =>
      clock.setTimeout(() => meter.on('beltMs', callback), delayMs),
  };
  const belt = createSimulatedBelt({ clock: beltClock, seed });
  const booked = bookedBelt(belt, { on: (who, work) => meter.on(who, work), read: () => meter.read() });
  const transport = createInProcessTransport({ clock, peripheral: booked });
  const label = parseLabel(belt.label);
  if (!label.ok) throw new Error(label.problem);
  const controllerId = fresh(8);
  const until = (what: string, isDone: () => boolean): void => {
    for (let ms = 0; !isDone(); ms += STEP_MS) {
      if (ms > PAIRING_MAX_MS) throw new Error(`${what} did not end`);
      clock.advance(STEP_MS);
    }
  };

  // The belts of the rounds before are nobody's garbage.
  globalThis.gc?.();
  belt.openPairingWindow();
  let result: PairingResult | undefined;
  meter = createMeter();
  pairBelt(
    { transport, address: 'sim', clock, labelSecret: label.secret, controllerId, randomBytes: fresh },
    (ended) => void (result = ended),
  );
  until('the pairing', () => result !== undefined);
  const pairing = meter.read();
  if (result?.ok !== true) throw new Error(`not paired: ${JSON.stringify(result)}`);

  const { beltId, longTermKey } = result;
  const credentials = { controllerId, beltId, longTermKey, randomBytes: fresh };
  let opened: BeltEvent['type'] | undefined;
  globalThis.gc?.();
  meter = createMeter();
  const port = createGattBelt({
    transport,
    address: 'sim',
    clock,
    credentials,
    onEvent: (event) => void (opened ??= event.type),
  });
  port.open();
  until('opening', () => opened !== undefined);
  const session = meter.read();
  if (opened !== 'belt.opened') throw new Error(`not opened: ${opened}`);
  belt.powerOff();
  return { pairing, session };
}

function measureExchanges(): readonly Figure[] {
  const all = Array.from({ length: EXCHANGE_ROUNDS }, (_, round) => pairAndOpenOnce(round + 1));
  const kinds = [
    ['pairing', 'pairing', 50],
    ['session set-up', 'session', 15],
  ] as const;
  return kinds.flatMap(([what, kind, atMost]) =>
    (['controllerMs', 'beltMs'] as const).map((side) => {
      const values = all.map((taken) => taken[kind][side]);
      return {
        name: `${what}, all computing on the ${side === 'beltMs' ? 'belt’s' : 'controller’s'} side`,
        value: Math.max(...values),
        unit: 'ms',
        floor: { atMost },
        note: `worst of ${values.length}, the first, cold one ${values[0]?.toFixed(1)}, median ${median(values).toFixed(2)}`,
      };
    }),
  );
}

const nanosecondsOf = (work: () => void): number => {
  const startedAt = process.hrtime.bigint();
  for (let index = 0; index < FRAMES; index++) work();
  return Number(process.hrtime.bigint() - startedAt) / FRAMES;
};

/** The calls without which no frame can be sealed and opened, and nothing else: no copies, no counters, no checks. */
function createBareWork(): () => void {
  const key = createSecretKey(randomBytes(16));
  const nonce = randomBytes(13);
  const header = randomBytes(3);
  const body = randomBytes(9);
  const options = { authTagLength: 8 } as const;
  const aad = { plaintextLength: body.length };
  return () => {
    const cipher = createCipheriv('aes-128-ccm', key, nonce, options);
    cipher.setAAD(header, aad);
    const sealed = cipher.update(body);
    cipher.final();
    const tag = cipher.getAuthTag();
    const decipher = createDecipheriv('aes-128-ccm', key, nonce, options);
    decipher.setAuthTag(tag);
    decipher.setAAD(header, aad);
    if (decipher.update(sealed).length !== body.length) throw new Error('the bare cipher lost bytes');
    decipher.final();
  };
}

function createSealedWork(): () => void {
  const keys = createSessionKeys(fresh(40));
  const controller = createSealedEnvelope(keys, 'controller');
  const belt = createSealedEnvelope(keys, 'belt');
  const body = fresh(9);
  return () => {
    if (!belt.open(controller.seal(FRAME.lease, body, body.length)).ok)
      throw new Error('a frame was refused');
  };
}

/** Round by round beside each other, on a machine that others use, too. */
function measureFrames(): Figure {
  const bare = createBareWork();
  const sealed = createSealedWork();
  const bareNs: number[] = [];
  const sealedNs: number[] = [];
  const rounds = [
    (): void => void bareNs.push(nanosecondsOf(bare)),
    (): void => void sealedNs.push(nanosecondsOf(sealed)),
  ];
  for (let round = 0; round < FRAME_WARM_UP_ROUNDS; round++) {
    nanosecondsOf(bare);
    nanosecondsOf(sealed);
  }
  // Who goes first takes turns: what the machine does meanwhile falls on both.
  for (let round = 0; round < FRAME_ROUNDS; round++) for (const take of rounds.reverse()) take();
  return {
    name: 'seal and open a frame, against the bare cipher beside it',
    value: median(sealedNs.map((ns, round) => ns / (bareNs[round] ?? Number.NaN))),
    unit: '× bare',
    floor: { atMost: 1.3 },
    note: `${(median(sealedNs) / 1000).toFixed(1)} µs against ${(median(bareNs) / 1000).toFixed(1)} µs`,
  };
}

/**
 * STOP has no envelope and no key, so sealing may not keep it from the belt. Sealed and in the open run beside each
 * other, and who goes first takes turns.
 */
function measureStops(): readonly Figure[] {
  const openMs: number[] = [];
  const sealedMs: number[] = [];
  for (let round = 0; round < STOP_ROUNDS; round++) {
    for (const isSealed of round % 2 === 0 ? [false, true] : [true, false])
      (isSealed ? sealedMs : openMs).push(measureArrivalOfStop(round + 1, isSealed));
  }
  const gainedMs = median(sealedMs.map((ms, round) => ms - (openMs[round] ?? Number.NaN)));
  return [
    {
      name: 'stop to its arrival at the belt, our share, sealed',
      value: Math.max(...sealedMs),
      unit: 'ms',
      floor: { atMost: 2 },
      note: `worst of ${sealedMs.length}, median ${median(sealedMs).toFixed(3)}`,
    },
    {
      name: 'what the lock adds to the arrival of stop',
      value: median(sealedMs) / median(openMs),
      unit: '× open',
      floor: { atMost: 1.2 },
      note: `in the open: worst ${Math.max(...openMs).toFixed(2)} ms, median ${median(openMs).toFixed(3)}; median of the differences ${(gainedMs * 1000).toFixed(0)} µs`,
    },
  ];
}

export function measureLock(planText: string): readonly Figure[] {
  // The exchanges first: the cold one is what a person waits for.
  const figures = [...measureExchanges(), measureFrames(), ...measureStops()];
  const plainSpeed = median(measureSpeed(planText, false));
  const speed = measureSpeed(planText, true);
  return [
    ...figures,
    {
      name: 'sealed simulation of a belt that was paired before',
      value: median(speed),
      unit: '× real',
      floor: { atLeast: 2500 },
      note: `best ${Math.round(Math.max(...speed))}; in the open beside it ${Math.round(plainSpeed)}`,
    },
  ];
}
