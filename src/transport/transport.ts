// The port to the world, in two levels: find belts, then hold one connection. This comment is the contract that one
// suite runs against every implementation (test/transport/contract.ts).
//
// A connection reports by events, not promises, so that a lost write is something the session handles, and so that a
// simulation stays synchronous.
//
// - `submit` queues one acknowledged operation; it settles exactly once, by an `operation.settled` event, on success,
//   refusal, timeout and disconnection. Single flight: the next one starts when the last has settled. The queue is
//   bounded (QUEUE_MAX_COUNT); what does not fit settles `notSent`.
// - An operation that times out poisons the link: the connection closes (reason `poisoned`), because a late answer
//   would otherwise settle the next request.
// - `sendLease` is the unacknowledged lease lane: newest replaces queued; it never waits behind `submit`.
// - `stopNow` overtakes everything: queued operations settle `notSent`, and the STOP bytes leave at once. Where the
//   stack cannot send them because a request hangs (`stopWaitMs` passes without the request settling), the link is
//   dropped instead (reason `stopByDrop`): a belt without a link is dark.
// - `close` is idempotent and synchronous in effect: after it only `closed` follows, once, and pending operations
//   settle `disconnected` before it.
// - No event comes after `closed`. Bytes in events are only valid during the call.
// - Listeners on the underlying stack do not grow with the number of operations.
import type { Characteristic } from '../../protocol/gatt.ts';
import type { AdvertFacts } from '../../protocol/advert.ts';

export const QUEUE_MAX_COUNT = 8;

/** Every wait has a bound. From the facts about the stacks; the link is poisoned when one of the write bounds passes. */
export const TRANSPORT_TIMEOUT_MS = {
  scan: 10_000,
  connect: 5000,
  discover: 5000,
  subscribe: 2000,
  read: 2000,
  write: 500,
  stopWait: 200,
  disconnect: 1000,
} as const;

export type Operation =
  | { readonly kind: 'read'; readonly characteristic: Characteristic }
  | { readonly kind: 'write'; readonly characteristic: Characteristic; readonly bytes: Uint8Array }
  | { readonly kind: 'subscribe'; readonly characteristic: Characteristic };

/** `done` means the link layer carried it. Whether the belt obeyed is told by the belt's own indication, never by this. */
export type OperationOutcome = 'done' | 'refused' | 'notSent' | 'timedOut' | 'disconnected';

export type CloseReason =
  'closedByUs' | 'stopByDrop' | 'poisoned' | 'lost' | 'adapterOff' | 'damaged' | 'refused';

export type ConnectionEvent =
  | {
      readonly type: 'operation.settled';
      readonly id: number;
      readonly outcome: OperationOutcome;
      readonly bytes?: Uint8Array;
    }
  | { readonly type: 'value'; readonly characteristic: Characteristic; readonly bytes: Uint8Array }
  | { readonly type: 'closed'; readonly reason: CloseReason; readonly detail: string };

export interface Connection {
  /** Bytes are copied before this returns. The id comes back in `operation.settled`; ids are the caller's, unique per connection. */
  submit(id: number, operation: Operation): void;
  /** Written without response; bytes are copied or sent before this returns. */
  sendLease(bytes: Uint8Array): void;
  /** `viaDrop` is true when the belt could only be stopped by dropping the link, now or after stopWait. */
  stopNow(): void;
  close(): void;
  readonly isOpen: boolean;
}

export interface Advert {
  /** What `--belt` takes, with its scheme: `ble:…`, `socket:…`, `sim`. */
  readonly address: string;
  readonly name: string;
  readonly rssiDbm: number | undefined;
  /** From the advert; unauthenticated, for show only. */
  readonly pairingWindowOpen: boolean | undefined;
  /** The same. */
  readonly state: AdvertFacts['state'] | undefined;
}

/** Why no connection came about; each has its own words and its own mending command in `doctor`. */
export type ConnectFailure =
  | 'noSuchBelt'
  | 'timedOut'
  | 'refused'
  | 'noAdapter'
  | 'noPermission'
  | 'bluetoothOff'
  | 'moduleMissing'
  | 'moduleBroken'
  /** The belt and this controller have no key in common: pairing comes first. */
  | 'notPaired'
  | 'unsupported';

export type ConnectResult =
  | { readonly ok: true; readonly connection: Connection }
  | { readonly ok: false; readonly failure: ConnectFailure; readonly detail: string };

export interface Attempt {
  /** Gives up; `done` is then not called, and a connection that still comes about is dropped. */
  cancel(): void;
}

export interface Transport {
  /** Calls `done` exactly once, within the connect bound, unless cancelled. Events start after `done` has returned. */
  connect(
    address: string,
    onEvent: (event: ConnectionEvent) => void,
    done: (result: ConnectResult) => void,
  ): Attempt;
  /** Reports adverts until cancelled or until the scan bound; `done` once with undefined or the failure. */
  scan(
    onAdvert: (advert: Advert) => void,
    done: (failure: { readonly failure: ConnectFailure; readonly detail: string } | undefined) => void,
  ): Attempt;
  /** Lets the process end: removes handlers and timers of the stack. Idempotent. */
  dispose(): void;
}
