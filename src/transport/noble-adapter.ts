// One opened adapter: noble's instance with its links and its scan. When Bluetooth goes off, or a link cannot be got
// rid of, the adapter is given up whole, and the next attempt opens a fresh one: noble's own state is then unusable.
import type { ConnectFailure } from './transport.ts';
import type { Clock } from '../clock.ts';
import { createLinks, type Links } from './noble-links.ts';
import { failureOfState, openStack, type LoadNoble, type NobleStack } from './noble-load.ts';
import { createScanner, type Scanner } from './noble-scanner.ts';

export interface Failure {
  readonly failure: ConnectFailure;
  readonly detail: string;
}

export interface Adapter {
  readonly stack: NobleStack;
  readonly links: Links;
  readonly scanner: Scanner;
  /** Calls back at once or later when Bluetooth is on. Has no bound of its own. */
  whenOn(ready: () => void): () => void;
  /** Calls back once when Bluetooth cannot be used, or no more. */
  onOff(listener: (why: Failure) => void): () => void;
  /** Why it cannot be used, if that is known already. */
  offNow(): Failure | undefined;
  retire(): void;
}

export type AdapterResult =
  { readonly ok: true; readonly adapter: Adapter } | ({ readonly ok: false } & Failure);

const STATE_WORDS: Partial<Record<ConnectFailure, string>> = {
  bluetoothOff: 'Bluetooth is switched off',
  noPermission: 'this user may not use Bluetooth',
  unsupported: 'this Bluetooth adapter cannot do Bluetooth Low Energy',
};

function failureNow(state: string): Failure | undefined {
  const failure = failureOfState(state);
  return failure === undefined ? undefined : { failure, detail: STATE_WORDS[failure] ?? state };
}

function createAdapter(stack: NobleStack, clock: Clock): Adapter {
  const offListeners = new Set<(why: Failure) => void>();
  const onListeners = new Set<() => void>();
  let off: Failure | undefined = failureNow(stack.noble.state);

  const goOff = (why: Failure): void => {
    off ??= why;
    for (const listener of [...offListeners]) {
      offListeners.delete(listener);
      listener(why);
    }
  };

  const links = createLinks({
    stack,
    clock,
    onStuck: () =>
      goOff({ failure: 'timedOut', detail: 'the Bluetooth stack did not let go of a connection' }),
  });

  const onState = (state: unknown): void => {
    const why = typeof state === 'string' ? failureNow(state) : undefined;
    if (why !== undefined) goOff(why);
    else if (state === 'poweredOn')
      for (const listener of [...onListeners]) {
        onListeners.delete(listener);
        listener();
      }
  };
  stack.noble.on('stateChange', onState);

  return {
    stack,
    links,
    scanner: createScanner(stack, links),
    whenOn(ready) {
      if (stack.noble.state === 'poweredOn') ready();
      else onListeners.add(ready);
      return () => void onListeners.delete(ready);
    },
    onOff(listener) {
      offListeners.add(listener);
      return () => void offListeners.delete(listener);
    },
    offNow: () => off,
    retire() {
      offListeners.clear();
      onListeners.clear();
      links.dropAll();
      stack.noble.removeListener('stateChange', onState);
      stack.retire();
    },
  };
}

export interface AdapterHolder {
  /** The open adapter, or a fresh one. Never rejects. */
  get(): Promise<AdapterResult>;
  dispose(): void;
}

/** Keeps one adapter open for as long as it is usable. */
export function createAdapterHolder(clock: Clock, loadNoble: LoadNoble): AdapterHolder {
  let current: Promise<AdapterResult> | undefined;
  let disposed = false;
  const adapters = new Set<Adapter>();

  const retire = (adapter: Adapter): void => {
    if (adapters.delete(adapter)) adapter.retire();
  };

  const open = async (): Promise<AdapterResult> => {
    const opened = await openStack(loadNoble);
    if (!opened.ok) {
      current = undefined;
      return opened;
    }
    const adapter = createAdapter(opened.stack, clock);
    adapters.add(adapter);
    const off = disposed
      ? { failure: 'refused' as const, detail: 'Bluetooth is no longer in use here' }
      : adapter.offNow();
    if (off !== undefined) {
      current = undefined;
      retire(adapter);
      return { ok: false, ...off };
    }
    adapter.onOff(() => {
      current = undefined;
      // After the others have heard of it: they still let go of their links.
      clock.setTimeout(() => retire(adapter), 0);
    });
    return { ok: true, adapter };
  };

  return {
    get: () => (current ??= open()),
    dispose() {
      disposed = true;
      current = undefined;
      for (const adapter of [...adapters]) retire(adapter);
    },
  };
}
