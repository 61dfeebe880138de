// The belt's end of its links: centrals, queues, and the faults of the air. The firmware behind it never sees a
// central's callback run inside its own step: what it sends waits until it has finished.
import type { Clock } from '../src/clock.ts';
import {
  ATT_ERROR,
  FRAME_MAX_BYTES,
  GATT,
  type AttResult,
  type CentralHandlers,
  type Characteristic,
  type PeripheralLink,
  type WriteMode,
} from '../protocol/gatt.ts';
import { passFrame, swallows, type LinkFaults } from './link-faults.ts';
import type { Random } from './random.ts';

/** What a stall may hold back before the link counts as lost. */
const HELD_MAX_COUNT = 4096;

export interface BeltLinksOptions {
  readonly clock: Clock;
  readonly faults: LinkFaults;
  readonly random: Random;
  readonly nowMs: () => number;
  /** A belt that is off or restarting answers nobody. */
  readonly isUp: () => boolean;
  readonly accept: (id: number) => boolean;
  readonly lose: (id: number) => void;
  /** False when the firmware does not answer. */
  readonly write: (id: number, characteristic: Characteristic, bytes: Uint8Array) => boolean;
  readonly subscribe: (id: number, characteristic: Characteristic, wanted: boolean) => boolean;
  readonly read: (
    characteristic: Characteristic,
  ) => { readonly ok: true; readonly value: Uint8Array | undefined } | { readonly ok: false };
}

export interface BeltLinks {
  connect(central: CentralHandlers): PeripheralLink;
  send(id: number, characteristic: Characteristic, bytes: Uint8Array): void;
  disconnect(id: number, reason: string): void;
  /** Hands out everything that waits. Re-entrant: a central may write from inside its callback. */
  flush(): void;
  dropAll(reason: string): void;
  /** Drops every link and lets nobody in before `untilMs`. */
  blockLinks(untilMs: number): void;
  releaseStalled(): void;
}

interface Central {
  readonly id: number;
  readonly handlers: CentralHandlers;
  open: boolean;
}

type Waiting =
  | { readonly id: number; readonly characteristic: Characteristic; readonly bytes: Uint8Array }
  | { readonly id: number; readonly reason: string };

const OK: AttResult = { ok: true };
const failure = (attError: number): AttResult => ({ ok: false, attError });

export function createBeltLinks(options: BeltLinksOptions): BeltLinks {
  const { faults, random } = options;
  const centrals = new Map<number, Central>();
  let nextId = 1;
  let outbox: Waiting[] = [];
  let heldToCentral: Waiting[] = [];
  let heldToBelt: { readonly central: Central; readonly run: () => void }[] = [];
  let flushing = false;
  let blockedUntilMs = 0;

  const closeCentral = (id: number, reason: string): void => {
    const central = centrals.get(id);
    if (central === undefined) return;
    centrals.delete(id);
    if (!central.open) return;
    central.open = false;
    central.handlers.disconnected(reason);
  };
  const deliver = (waiting: Waiting): void => {
    if ('reason' in waiting) return closeCentral(waiting.id, waiting.reason);
    const central = centrals.get(waiting.id);
    if (central?.open !== true) return;
    const { characteristic, bytes } = waiting;
    if (characteristic === 'controlPoint' && swallows(faults, 'to-central', bytes)) return;
    const copies = passFrame(faults, characteristic, 'to-central', bytes, random);
    for (let copy = 0; copy < copies; copy++) {
      if (!centrals.has(waiting.id)) return;
      central.handlers.value(characteristic, bytes);
    }
  };
  const flush = (): void => {
    if (flushing) return;
    flushing = true;
    try {
      while (outbox.length > 0) {
        const batch = outbox;
        outbox = [];
        for (const waiting of batch) {
          // Link losses are no frames: a stall does not hold them back.
          if (faults.stalledToCentral > 0 && !('reason' in waiting)) {
            if (heldToCentral.length < HELD_MAX_COUNT) heldToCentral.push(waiting);
          } else deliver(waiting);
        }
      }
    } finally {
      flushing = false;
    }
  };
  const lose = (central: Central): void => {
    if (!central.open) return;
    central.open = false;
    centrals.delete(central.id);
    options.lose(central.id);
  };
  /** Runs now, or when the stall is over. */
  const towardsBelt = (central: Central, run: () => void): void => {
    if (!central.open) return;
    if (faults.stalledToBelt === 0) {
      run();
      flush();
    } else if (heldToBelt.length < HELD_MAX_COUNT) heldToBelt.push({ central, run });
    else {
      lose(central);
      central.handlers.disconnected('too much was waiting');
    }
  };

  const write = (
    central: Central,
    characteristic: Characteristic,
    bytes: Uint8Array,
    mode: WriteMode,
    done: (result: AttResult) => void,
  ): void => {
    const wanted = mode === 'withResponse' ? 'write' : 'writeWithoutResponse';
    if (!GATT[characteristic].properties.includes(wanted)) return done(failure(ATT_ERROR.writeNotPermitted));
    if (bytes.length > FRAME_MAX_BYTES && characteristic !== 'stop')
      return done(failure(ATT_ERROR.invalidLength));
    if (characteristic === 'controlPoint' && swallows(faults, 'to-belt', bytes)) return done(OK);
    const copies = passFrame(faults, characteristic, 'to-belt', bytes, random);
    if (copies === 0) {
      if (mode === 'withoutResponse') done(OK);
      return;
    }
    let answered = false;
    for (let copy = 0; copy < copies; copy++)
      answered = options.write(central.id, characteristic, bytes) || answered;
    if (answered && central.open) done(OK);
  };

  const linkOf = (central: Central): PeripheralLink => ({
    read: (characteristic, done) =>
      towardsBelt(central, () => {
        if (!GATT[characteristic].properties.includes('read'))
          return done(failure(ATT_ERROR.readNotPermitted));
        const result = options.read(characteristic);
        if (!result.ok || !central.open) return;
        done(result.value === undefined ? failure(ATT_ERROR.unlikely) : { ok: true, bytes: result.value });
      }),
    write: (characteristic, bytes, mode, done) => {
      // A sender's bytes are its own: what waits, or may be spoilt on the way, is a copy.
      const own = faults.stalledToBelt > 0 || faults.frames.length > 0 ? bytes.slice() : bytes;
      towardsBelt(central, () => write(central, characteristic, own, mode, done));
    },
    subscribe: (characteristic, wanted, done) =>
      towardsBelt(central, () => {
        const { properties } = GATT[characteristic];
        if (!properties.includes('notify') && !properties.includes('indicate'))
          return done(failure(ATT_ERROR.requestNotSupported));
        if (options.subscribe(central.id, characteristic, wanted) && central.open) done(OK);
      }),
    disconnect: () => {
      lose(central);
      flush();
    },
  });

  const dropAll = (reason: string): void => {
    for (const central of [...centrals.values()]) outbox.push({ id: central.id, reason });
    heldToBelt = [];
  };

  return {
    connect(handlers) {
      const central: Central = { id: nextId++, handlers, open: true };
      const welcome = options.isUp() && options.nowMs() >= blockedUntilMs && options.accept(central.id);
      if (welcome) centrals.set(central.id, central);
      else
        options.clock.setTimeout(() => {
          if (!central.open) return;
          central.open = false;
          handlers.disconnected('refused');
        }, 0);
      flush();
      return linkOf(central);
    },
    send: (id, characteristic, bytes) => void outbox.push({ id, characteristic, bytes: bytes.slice() }),
    disconnect: (id, reason) => void outbox.push({ id, reason }),
    flush,
    dropAll,
    blockLinks(untilMs) {
      blockedUntilMs = untilMs;
      for (const central of [...centrals.values()]) {
        options.lose(central.id);
        outbox.push({ id: central.id, reason: 'link lost' });
      }
      heldToBelt = [];
    },
    releaseStalled() {
      // In order, and to the belt first: that is what a stalled controller's queue does.
      while (faults.stalledToBelt === 0 && heldToBelt.length > 0) {
        const held = heldToBelt.shift();
        if (held?.central.open === true) held.run();
      }
      while (faults.stalledToCentral === 0 && heldToCentral.length > 0) {
        const waiting = heldToCentral.shift();
        if (waiting !== undefined) outbox.push(waiting);
      }
    },
  };
}
