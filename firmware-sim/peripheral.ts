// Serves a belt over the computer's own Bluetooth, through @stoprocent/bleno. For simulated belts: a radio link that
// behaves as the protocol asks, on a stack that needs to be held by the hand.
import type { AdvertFacts } from '../protocol/advert.ts';
import { GATT, type Peripheral } from '../protocol/gatt.ts';
import { createAdvertiser } from './peripheral-advert.ts';
import {
  asBleno,
  callMethod,
  failureOfCause,
  failureOfState,
  fieldOf,
  loadInstalledBleno,
  replaceMethod,
  wordsOf,
  type Bleno,
  type LoadBleno,
  type ServeFailure,
} from './peripheral-bleno.ts';
import { createCentral, type Central } from './peripheral-central.ts';
import { guardServer, valueHandleOf } from './peripheral-guard.ts';
import { createServices } from './peripheral-services.ts';

const START_TIMEOUT_MS = 5000;
/** 31 bytes of a scan response, less length and type. */
const NAME_MAX_LENGTH = 29;

export interface ServeOptions {
  readonly peripheral: Peripheral;
  /** Shown in scans: printable ASCII, at most 29 characters; the rest is left out. */
  readonly name: string;
  /** Beside the name, where the computer can: asked again every `ADVERT_LOOK_MS`. */
  readonly advert?: () => AdvertFacts;
  /** Gives another bleno (tests). */
  readonly loadBleno?: LoadBleno;
  readonly onLog?: (line: string) => void;
}

export type ServeResult =
  | {
      readonly ok: true;
      /** Ends all links and the advert, and lets the process end. Idempotent. */
      close(): void;
      /** Writes STOP to the belt, past every guard. For the last moment of a process. */
      stopBelt(): void;
    }
  | { readonly ok: false; readonly failure: ServeFailure; readonly detail: string };

const advertisedName = (name: string): string =>
  name.replaceAll(/[^\x20-\x7e]/g, '').slice(0, NAME_MAX_LENGTH) || 'laserbelt';

type Listener = () => void;
const processListeners = (event: 'SIGINT' | 'exit'): readonly Listener[] =>
  process.listeners(event as 'SIGINT') as Listener[];

/** Starts bleno; gives a function that takes back what it does to the process. */
function openBleno(
  bleno: Bleno,
  handlers: {
    readonly onState: (state: unknown) => void;
    readonly onError: (cause: unknown) => void;
    readonly isClosed: () => boolean;
  },
): () => void {
  const { onState, onError, isClosed } = handlers;
  const bindings = fieldOf(bleno, '_bindings');
  // It polls the adapter for ever, and so keeps the process alive.
  replaceMethod(fieldOf(bindings, '_hci'), 'pollIsDevUp', (poll) => () => (isClosed() ? undefined : poll()));
  replaceMethod(fieldOf(bindings, '_hci'), 'onSocketError', (handle) => (cause) => {
    onError(cause);
    return handle(cause);
  });
  // It prints advice to standard output, in the middle of what a script reads.
  replaceMethod(bindings, 'onStateChange', () => (state) => {
    if (typeof bindings !== 'object' || bindings === null || fieldOf(bindings, '_state') === state) return;
    Reflect.set(bindings, '_state', state);
    callMethod(bindings, 'emit', 'stateChange', state);
  });
  const before = { SIGINT: processListeners('SIGINT'), exit: processListeners('exit') };
  const removeNew = (event: 'SIGINT' | 'exit'): void => {
    for (const listener of processListeners(event))
      if (!before[event].includes(listener)) process.removeListener(event, listener);
  };
  try {
    // The first listener for it opens the adapter.
    bleno.on('stateChange', onState);
  } catch (cause) {
    removeNew('SIGINT');
    removeNew('exit');
    throw cause;
  }
  // As the last handler it would end the process before the belt has stopped.
  removeNew('SIGINT');
  return () => removeNew('exit');
}

/** Serves the belt until closed. Never rejects; resolves when the advert is on the air, or with the reason why not. */
export async function serveOverBluetooth(options: ServeOptions): Promise<ServeResult> {
  const { peripheral, onLog = () => {} } = options;
  let bleno: Bleno | undefined;
  try {
    bleno = asBleno(await (options.loadBleno ?? loadInstalledBleno)());
  } catch (cause) {
    return { ok: false, failure: failureOfCause(cause), detail: wordsOf(cause) };
  }
  if (bleno === undefined)
    return { ok: false, failure: 'moduleBroken', detail: 'bleno has an unknown shape' };
  const { advert } = options;
  return serveWith(bleno, { peripheral, onLog, name: advertisedName(options.name), advert });
}

interface Serving {
  readonly peripheral: Peripheral;
  readonly name: string;
  readonly advert: (() => AdvertFacts) | undefined;
  readonly onLog: (line: string) => void;
}

/** The links of one served belt, by bleno's name for each. */
function createCentrals(bleno: Bleno, { peripheral, onLog }: Serving) {
  const centrals = new Map<unknown, Central>();
  const hci = fieldOf(fieldOf(bleno, '_bindings'), '_hci');
  const cut = (connection: unknown): void => {
    // bleno's own `disconnect` takes the handle 0 for "all of them".
    if (!callMethod(hci, 'disconnect', connection)) bleno.disconnect();
  };
  const close = (connection: unknown): void => {
    const central = centrals.get(connection);
    centrals.delete(connection);
    central?.closed();
  };
  return {
    find: (connection: unknown): Central | undefined => centrals.get(connection),
    of(connection: unknown): Central {
      const known = centrals.get(connection);
      if (known !== undefined) return known;
      const central = createCentral({ peripheral, onLog, cut: () => cut(connection) });
      centrals.set(connection, central);
      return central;
    },
    close,
    closeAll(): void {
      for (const connection of [...centrals.keys()]) close(connection);
    },
    /** Through a link that stands, or else through one of its own. */
    stopBelt(): void {
      const [central] = centrals.values();
      if (central !== undefined) return central.stop(Buffer.from('STOP'));
      const link = peripheral.connect({ value: () => {}, disconnected: () => {} });
      link.write('stop', Buffer.from('STOP'), 'withoutResponse', () => {});
      link.disconnect();
    },
  };
}

function serveWith(bleno: Bleno, serving: Serving): Promise<ServeResult> {
  const { name, onLog } = serving;
  const advertiser = createAdvertiser(bleno, name, serving.advert);
  const gatt = fieldOf(fieldOf(bleno, '_bindings'), '_gatt');
  const centrals = createCentrals(bleno, serving);
  let stopHandle: number | undefined;
  let closed = false;
  let release = (): void => {};

  const close = (): void => {
    if (closed) return;
    closed = true;
    advertiser.stop();
    try {
      bleno.stop();
    } catch (cause) {
      onLog(`Bluetooth did not stop cleanly: ${wordsOf(cause)}`);
    }
    centrals.closeAll();
    release();
  };

  const begin = (): void => {
    bleno.setServices(createServices(bleno, centrals));
    stopHandle = valueHandleOf(gatt, GATT.stop.uuid);
    advertiser.start();
  };

  guardServer(gatt, {
    stopHandle: () => stopHandle,
    stop: (connection, bytes) => centrals.of(connection).stop(bytes),
    onLog,
  });
  bleno.on('accept', (address, connection) => {
    onLog(`connected: ${String(address)}`);
    // A controller that never told of a lost link gives its handle to the next: nobody inherits a dead link's session.
    centrals.close(connection);
    centrals.of(connection);
  });
  bleno.on('disconnect', (address, connection) => {
    onLog(`disconnected: ${String(address)}`);
    centrals.close(connection);
  });

  return new Promise((resolve) => {
    const fail = (failure: ServeFailure, detail: string): void => {
      clearTimeout(timer);
      close();
      resolve({ ok: false, failure, detail });
    };
    const timer = setTimeout(() => fail('timedOut', 'Bluetooth did not start in time'), START_TIMEOUT_MS);
    let started = false;
    // An adapter that cannot be opened looks like one that is off; the socket knows better.
    let socketError: unknown;

    bleno.on('advertisingStart', (error) => {
      if (error !== undefined && error !== null) return started ? undefined : fail('refused', wordsOf(error));
      started = true;
      clearTimeout(timer);
      resolve({ ok: true, close, stopBelt: centrals.stopBelt });
    });
    const onState = (state: unknown): void => {
      if (closed) return;
      if (state === 'poweredOn') return begin();
      // Whatever the adapter does next, these links are gone.
      centrals.closeAll();
      const failure = failureOfState(state);
      if (started) onLog(`Bluetooth is ${String(state)}: the belt cannot be reached`);
      else if (socketError !== undefined && failureOfCause(socketError) !== 'moduleBroken')
        fail(failureOfCause(socketError), wordsOf(socketError));
      else if (failure !== undefined) fail(failure, `Bluetooth is ${String(state)}`);
    };
    try {
      release = openBleno(bleno, {
        onState,
        onError: (cause) => (socketError = cause),
        isClosed: () => closed,
      });
      // An adapter that is off says so while bleno opens it, before it has the listener.
      if (bleno.state !== 'unknown') onState(bleno.state);
    } catch (cause) {
      fail(failureOfCause(cause), wordsOf(cause));
    }
    if (closed) release();
  });
}
