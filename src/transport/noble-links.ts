// Opens and closes noble's links, one at a time. Each belt object of noble gets its listeners once. What noble says
// after we gave up (a second error, a link that came about all the same) meets a phase that knows what to do with it.
import type { Clock, TimerId } from '../clock.ts';
import type { NobleStack } from './noble-load.ts';
import {
  asServices,
  wordsOf,
  type LinkParameters,
  type NoblePeripheral,
  type NobleService,
} from './noble-types.ts';
import { TRANSPORT_TIMEOUT_MS } from './transport.ts';

/** Interval 15 to 30 ms, latency 0, supervision 1.5 s; noble's 420 ms drops links in ordinary fading. */
export const LINK_PARAMETERS: LinkParameters = { minInterval: 12, maxInterval: 24, latency: 0, timeout: 150 };

const REMOTE_ENDED = 0x13;
const REASON_WORDS: Readonly<Record<number, string>> = {
  0x08: 'the belt is out of reach',
  [REMOTE_ENDED]: 'the belt ended the connection',
  0x15: 'the belt is switching off',
  0x16: 'ended by this side',
  0x3e: 'the connection did not come about',
};

export interface LinkUser {
  connected(): void;
  failed(detail: string): void;
  services(services: readonly NobleService[]): void;
  disconnected(detail: string, byBelt: boolean): void;
}

export interface Links {
  /** One user per belt; call it only when `isIdle`. */
  open(peripheral: NoblePeripheral, user: LinkUser): void;
  /** Ends the link or the attempt; its user hears nothing more. Idempotent. */
  drop(peripheral: NoblePeripheral): void;
  /** Nothing is coming about or going away: a new link may be opened. */
  isIdle(): boolean;
  /** Called once, the next time that something has come about or gone away. */
  onChange(listener: () => void): () => void;
  /** Ids of belts that noble must not forget. */
  ids(): ReadonlySet<string>;
  dropAll(): void;
}

interface Slot {
  readonly peripheral: NoblePeripheral;
  phase: 'connecting' | 'linked' | 'leaving';
  user: LinkUser | undefined;
  cancelling: boolean;
  timer: TimerId | undefined;
  readonly forget: () => void;
}

/** `onStuck`: a link or an attempt did not go away within the bound, and no other link would suffer from a restart. */
export function createLinks(options: {
  readonly stack: NobleStack;
  readonly clock: Clock;
  readonly onStuck: () => void;
}): Links {
  const { stack, clock, onStuck } = options;
  const slots = new Map<string, Slot>();
  const listeners = new Set<() => void>();

  const changed = (): void => {
    for (const listener of [...listeners]) {
      listeners.delete(listener);
      listener();
    }
  };

  const remove = (slot: Slot): void => {
    if (slot.timer !== undefined) clock.clearTimeout(slot.timer);
    slots.delete(slot.peripheral.id);
    slot.forget();
    stack.forget([slot.peripheral.id]);
    changed();
  };

  const watchLeaving = (slot: Slot): void => {
    slot.phase = 'leaving';
    slot.timer ??= clock.setTimeout(() => {
      remove(slot);
      if (slots.size === 0) onStuck();
    }, TRANSPORT_TIMEOUT_MS.disconnect);
  };

  /** noble sends "disconnect handle 0" for a belt without a link, and so ends someone else's: ask only when linked. */
  const leave = (slot: Slot): void => {
    watchLeaving(slot);
    try {
      slot.peripheral.disconnect();
    } catch {
      // The adapter is gone, and the link with it; the caller's bound covers what never answers.
    }
  };

  const cancel = (slot: Slot): void => {
    if (!stack.canCancelConnect) return leave(slot);
    watchLeaving(slot);
    // noble reports an error within the call, before anything has happened; the controller's answer comes later.
    slot.cancelling = true;
    try {
      slot.peripheral.cancelConnect();
    } catch {
      // As above.
    }
    slot.cancelling = false;
  };

  const onConnect = (slot: Slot, error: unknown): void => {
    const failed = error !== undefined && error !== null;
    if (slot.phase === 'connecting' && !failed) {
      slot.phase = 'linked';
      changed();
      slot.user?.connected();
    } else if (slot.phase === 'connecting') {
      const { user } = slot;
      remove(slot);
      user?.failed(wordsOf(error));
    } else if (slot.phase === 'leaving' && !slot.cancelling) {
      // A link that came about after we gave up would keep the belt from everyone else.
      if (failed) remove(slot);
      else leave(slot);
    }
  };

  const onDisconnect = (slot: Slot, reason: unknown): void => {
    const { user } = slot;
    const code = typeof reason === 'number' ? reason : -1;
    remove(slot);
    user?.disconnected(
      REASON_WORDS[code] ?? `the connection ended (${String(reason)})`,
      code === REMOTE_ENDED,
    );
  };

  const createSlot = (peripheral: NoblePeripheral, user: LinkUser): Slot => {
    const connect = (error: unknown): void => onConnect(slot, error);
    const disconnect = (reason: unknown): void => onDisconnect(slot, reason);
    const services = (found: unknown): void => slot.user?.services(asServices(found));
    peripheral.on('connect', connect);
    peripheral.on('disconnect', disconnect);
    peripheral.on('servicesDiscover', services);
    const slot: Slot = {
      peripheral,
      phase: 'connecting',
      user,
      cancelling: false,
      timer: undefined,
      forget() {
        peripheral.removeListener('connect', connect);
        peripheral.removeListener('disconnect', disconnect);
        peripheral.removeListener('servicesDiscover', services);
      },
    };
    return slot;
  };

  const drop = (peripheral: NoblePeripheral): void => {
    const slot = slots.get(peripheral.id);
    if (slot?.peripheral !== peripheral) return;
    slot.user = undefined;
    if (slot.phase === 'connecting') cancel(slot);
    else if (slot.phase === 'linked') leave(slot);
  };

  return {
    open(peripheral, user) {
      const slot = createSlot(peripheral, user);
      slots.set(peripheral.id, slot);
      try {
        peripheral.connect(LINK_PARAMETERS);
      } catch (cause) {
        remove(slot);
        user.failed(wordsOf(cause));
      }
    },
    drop,
    isIdle: () => [...slots.values()].every((slot) => slot.phase === 'linked'),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    ids: () => new Set(slots.keys()),
    dropAll() {
      for (const slot of [...slots.values()]) {
        drop(slot.peripheral);
        if (slot.timer !== undefined) clock.clearTimeout(slot.timer);
      }
    },
  };
}
