// Loads noble, opens the adapter, and undoes what noble does to the process. One stack is one noble instance: when
// the adapter goes off or a link cannot be got rid of, the whole stack is retired and the next connection loads anew.
import type { ConnectFailure } from './transport.ts';
import {
  asGatt,
  asNoble,
  callMethod,
  fieldOf,
  replaceMethod,
  wordsOf,
  type Noble,
  type NobleGatt,
} from './noble-types.ts';

/** Gives a fresh noble: an instance that has not opened its adapter yet. Rejects or throws what loading throws. */
export type LoadNoble = () => Promise<unknown>;

export interface NobleStack {
  readonly noble: Noble;
  /** Only the Linux binding can cancel a connection; on the others `cancelConnect` throws, and `disconnect` cancels. */
  readonly canCancelConnect: boolean;
  /** The Linux binding queues everything behind a request that runs; the others hand on to the system. */
  readonly queuesBehindRequests: boolean;
  /** The ATT client of an open link; undefined off Linux. */
  gattOf(peripheralId: string): NobleGatt | undefined;
  /** Makes noble forget a belt that has no link: its maps never shrink on their own. */
  forget(peripheralIds: readonly string[]): void;
  knownIds(): readonly string[];
  /** Stops the timers, handlers and sockets of this instance, so that the process can end. Idempotent. */
  retire(): void;
}

export type StackResult =
  | { readonly ok: true; readonly stack: NobleStack }
  | { readonly ok: false; readonly failure: ConnectFailure; readonly detail: string };

/** The one place that imports noble. Not its main entry: that opens a socket as it loads, and only once. */
export const loadInstalledNoble: LoadNoble = async () => {
  // @ts-expect-error The package has types for its main entry only.
  const entry: unknown = await import('@abandonware/noble/with-custom-binding.js');
  const create = fieldOf(entry, 'default');
  if (typeof create !== 'function') throw new Error('noble has an unknown shape');
  return Reflect.apply(create, undefined, []);
};

/** Which of our words says what went wrong while noble loaded or opened the adapter. */
export function failureOfCause(cause: unknown): ConnectFailure {
  const code = String(fieldOf(cause, 'code') ?? '');
  const text = `${code} ${wordsOf(cause)}`;
  if (/MODULE_NOT_FOUND/.test(code))
    return /Cannot find (package|module) '@abandonware\/noble/.test(text) ? 'moduleMissing' : 'moduleBroken';
  if (/EAFNOSUPPORT|ENODEV|ENXIO/.test(text)) return 'noAdapter';
  if (/EPERM|EACCES/.test(text)) return 'noPermission';
  if (/Unsupported platform/i.test(text)) return 'unsupported';
  if (/ENETDOWN|ERFKILL/.test(text)) return 'bluetoothOff';
  return 'moduleBroken';
}

/** What a state of noble that is not `poweredOn` means; undefined while it may yet become so. */
export function failureOfState(state: string): ConnectFailure | undefined {
  switch (state) {
    case 'poweredOff':
      return 'bluetoothOff';
    case 'unauthorized':
      return 'noPermission';
    case 'unsupported':
      return 'unsupported';
    default:
      return undefined;
  }
}

const SIGNALS_AND_EXIT = ['SIGINT', 'exit'] as const;
type Listeners = Readonly<Record<(typeof SIGNALS_AND_EXIT)[number], readonly (() => void)[]>>;
const listenersNow = (): Listeners => ({
  SIGINT: process.listeners('SIGINT') as (() => void)[],
  exit: process.listeners('exit') as (() => void)[],
});

function removeNewListeners(event: 'SIGINT' | 'exit', before: Listeners, after: Listeners): void {
  for (const listener of after[event])
    if (!before[event].includes(listener)) process.removeListener(event, listener);
}

const PERIPHERAL_MAPS = ['_peripherals', '_services', '_characteristics', '_descriptors'] as const;
const BINDING_MAPS = ['_addresses', '_addresseTypes', '_connectable', 'scannable'] as const;

function forgetIn(owner: unknown, maps: readonly string[], id: string): void {
  for (const map of maps) {
    const entries = fieldOf(owner, map);
    if (typeof entries === 'object' && entries !== null) Reflect.deleteProperty(entries, id);
  }
}

/** Changes to the Linux binding, before it opens the adapter. Does nothing to the others. */
function mendBinding(bindings: unknown, isRetired: () => boolean): void {
  const hci = fieldOf(bindings, '_hci');
  // It polls every second for ever, and so keeps the process alive.
  replaceMethod(hci, 'pollIsDevUp', (poll) => () => (isRetired() ? undefined : poll()));
  // A packet for a link that has just gone makes it reject a promise that nobody holds.
  replaceMethod(hci, 'flushAcl', (flush) => () => Promise.resolve(flush()).catch(() => undefined));
  // It prints advice to standard output, in the middle of what a script reads.
  replaceMethod(bindings, 'onStateChange', () => (state) => {
    if (typeof bindings !== 'object' || bindings === null || fieldOf(bindings, '_state') === state) return;
    Reflect.set(bindings, '_state', state);
    callMethod(bindings, 'emit', 'stateChange', state);
  });
}

function createStack(noble: Noble): NobleStack {
  const bindings = fieldOf(noble, '_bindings');
  const hci = fieldOf(bindings, '_hci');
  let retired = false;
  mendBinding(bindings, () => retired);

  const before = listenersNow();
  // A listener of ours keeps noble from printing its warnings.
  noble.on('warning', () => {});
  // Reading the state opens the adapter here and now, where the error can be caught.
  void noble.state;
  const after = listenersNow();
  // noble's handler ends the process at once when it is the last one, before a STOP could be sent.
  removeNewListeners('SIGINT', before, after);

  // In user channel mode noble never asks for the buffer size, and every write waits for the answer.
  const askBufferSize = (): void => {
    if (process.env['HCI_CHANNEL_USER'] !== undefined && noble.state === 'poweredOn')
      callMethod(hci, 'readLeBufferSize');
  };
  noble.on('stateChange', askBufferSize);
  askBufferSize();

  const onLinux = hci !== undefined;
  return {
    noble,
    canCancelConnect: typeof fieldOf(bindings, 'cancelConnect') === 'function',
    queuesBehindRequests: onLinux,
    gattOf: (id) => asGatt(fieldOf(fieldOf(bindings, '_gatts'), id)),
    knownIds: () => Object.keys(fieldOf(noble, '_peripherals') ?? {}),
    forget(ids) {
      // Elsewhere the system may still report on a belt whose link has gone, and noble would trip over the gap.
      if (!onLinux) return;
      const discoveries = fieldOf(fieldOf(bindings, '_gap'), '_discoveries');
      for (const id of ids) {
        const address = fieldOf(fieldOf(bindings, '_addresses'), id);
        if (typeof address === 'string') forgetIn({ discoveries }, ['discoveries'], address);
        forgetIn(noble, [...PERIPHERAL_MAPS, '_discoveredPeripheralUUids'], id);
        forgetIn(bindings, BINDING_MAPS, id);
      }
    },
    retire() {
      if (retired) return;
      retired = true;
      removeNewListeners('exit', before, after);
      for (const stop of [
        () => noble.stopScanning(),
        () => callMethod(bindings, 'stop'),
        () => callMethod(fieldOf(hci, '_socket'), 'stop'),
        () => callMethod(fieldOf(hci, '_socket'), 'removeAllListeners'),
      ])
        try {
          stop();
        } catch {
          // The adapter may be gone; then there is nothing left to be stopped.
        }
    },
  };
}

/** A module that does not load lists everything that asked for it; the first line says what is missing. */
const firstLine = (words: string): string => words.split('\n', 1)[0] ?? '';

/** Loads noble and opens the adapter. Never rejects: every failure comes back in our words. */
export async function openStack(loadNoble: LoadNoble): Promise<StackResult> {
  const before = listenersNow();
  try {
    const noble = asNoble(await loadNoble());
    if (noble === undefined)
      return { ok: false, failure: 'moduleBroken', detail: 'noble has an unknown shape' };
    return { ok: true, stack: createStack(noble) };
  } catch (cause) {
    const after = listenersNow();
    for (const event of SIGNALS_AND_EXIT) removeNewListeners(event, before, after);
    return { ok: false, failure: failureOfCause(cause), detail: firstLine(wordsOf(cause)) };
  }
}
