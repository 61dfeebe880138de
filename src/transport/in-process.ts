// A belt in the same process: what `--sim`, the tests and the simulations use. Bytes and timeouts are those of a real
// link; only the air is missing.
import type { AttResult, Peripheral, PeripheralLink } from '../../protocol/gatt.ts';
import type { Clock } from '../clock.ts';
import { createOperationQueue, type OperationQueue } from './operation-queue.ts';
import {
  TRANSPORT_TIMEOUT_MS,
  type Attempt,
  type CloseReason,
  type ConnectionEvent,
  type ConnectResult,
  type Operation,
  type Transport,
} from './transport.ts';

const ignored = (): void => {};

/** A belt that takes no more centrals says so with this word first (see `Peripheral`). */
const closeReasonOf = (words: string): CloseReason => (words.startsWith('refused') ? 'refused' : 'lost');

function startOperation(
  link: PeripheralLink,
  operation: Operation,
  settle: (result: AttResult) => void,
): void {
  switch (operation.kind) {
    case 'read':
      return link.read(operation.characteristic, settle);
    case 'write':
      return link.write(operation.characteristic, operation.bytes, 'withResponse', settle);
    case 'subscribe':
      return link.subscribe(operation.characteristic, true, settle);
  }
}

/** Opens a link; what the belt says before the caller knows of the connection is told right after. */
function openLink(options: {
  readonly clock: Clock;
  readonly peripheral: Peripheral;
  readonly onEvent: (event: ConnectionEvent) => void;
  readonly onEnd: () => void;
}): { readonly queue: OperationQueue; readonly begin: () => void } {
  const { clock, peripheral, onEvent, onEnd } = options;
  let begun = false;
  let lostEarly: string | undefined;
  const queue = createOperationQueue({
    clock,
    onEvent,
    driver: {
      start: (operation, settle) => startOperation(link, operation, settle),
      sendLease(bytes) {
        link.write('lease', bytes, 'withoutResponse', ignored);
        return 'sent';
      },
      sendStop(bytes) {
        link.write('stop', bytes, 'withoutResponse', ignored);
        return 'sent';
      },
      drop() {
        onEnd();
        link.disconnect();
      },
    },
  });
  const link = peripheral.connect({
    value: (characteristic, bytes) => queue.value(characteristic, bytes),
    disconnected(words) {
      if (begun) queue.lost(closeReasonOf(words), words);
      else lostEarly = words;
    },
  });
  return {
    queue,
    begin() {
      begun = true;
      if (lostEarly !== undefined) queue.lost(closeReasonOf(lostEarly), lostEarly);
    },
  };
}

/**
 * Connects to one belt in this process. `name` is what a scan shows, `address` what `connect` must be given.
 * Timeouts run on `clock`; a connection comes about at its next turn, never within the call.
 */
export function createInProcessTransport(options: {
  readonly clock: Clock;
  readonly peripheral: Peripheral;
  readonly name?: string;
  readonly address?: string;
}): Transport {
  const { clock, peripheral, name = 'laserbelt sim', address = 'sim' } = options;
  const cleanups = new Set<() => void>();

  /** Runs `turn` at the clock's next turn and `later` after a delay, unless cancelled or disposed before. */
  const attempt = (
    turn: () => void,
    later?: { readonly delayMs: number; readonly run: () => void },
  ): Attempt => {
    const timers = [clock.setTimeout(turn, 0)];
    if (later !== undefined)
      timers.push(
        clock.setTimeout(() => {
          cleanups.delete(cancel);
          later.run();
        }, later.delayMs),
      );
    const cancel = (): void => {
      cleanups.delete(cancel);
      for (const timer of timers) clock.clearTimeout(timer);
    };
    cleanups.add(cancel);
    return { cancel };
  };

  const connect = (
    wanted: string,
    onEvent: (event: ConnectionEvent) => void,
    done: (result: ConnectResult) => void,
  ): Attempt => {
    const pending = attempt(() => {
      pending.cancel();
      if (wanted !== address) {
        done({
          ok: false,
          failure: 'noSuchBelt',
          detail: `no belt at ${wanted}: the one here is ${address}`,
        });
        return;
      }
      const close = (): void => queue.connection.close();
      const onEnd = (): void => void cleanups.delete(close);
      const { queue, begin } = openLink({ clock, peripheral, onEvent, onEnd });
      cleanups.add(close);
      done({ ok: true, connection: queue.connection });
      begin();
    });
    return pending;
  };

  return {
    connect,
    scan(onAdvert, done) {
      return attempt(
        () => onAdvert({ address, name, rssiDbm: undefined, pairingWindowOpen: undefined, state: undefined }),
        {
          delayMs: TRANSPORT_TIMEOUT_MS.scan,
          run: () => done(undefined),
        },
      );
    },
    dispose() {
      for (const cleanup of [...cleanups]) cleanup();
    },
  };
}
