// What every transport has in common, so that the contract in transport.ts is kept in one place: single flight, each
// operation settled once, the poison rule, the lease lane, and STOP overtaking everything. A transport supplies a
// driver for its stack and hands on what the stack reports; the rest is here.
import type { Characteristic } from '../../protocol/gatt.ts';
import { FRAME_MAX_BYTES } from '../../protocol/gatt.ts';
import type { Clock, TimerId } from '../clock.ts';
import {
  QUEUE_MAX_COUNT,
  TRANSPORT_TIMEOUT_MS,
  type CloseReason,
  type Connection,
  type ConnectionEvent,
  type Operation,
  type OperationOutcome,
} from './transport.ts';

/** What the stack says about one request. A refusal is an ATT error: the link stays good. */
export type DriverResult =
  { readonly ok: true; readonly bytes?: Uint8Array } | { readonly ok: false; readonly detail?: string };

/** `blocked`: the stack cannot take it now without queueing it behind something that may hang. */
export type LaneResult = 'sent' | 'blocked';

/**
 * One stack's side of one open link. The queue calls `start` again only after `settle`, never after `drop`. A driver
 * may throw: a throw ends the link, since nobody then knows what the stack will do.
 */
export interface OperationDriver {
  /**
   * Hands one operation to the stack. `settle` may be called at once, later, never or twice: only the first call
   * before the operation's bound counts, so a late answer cannot settle the next request. Bytes are the queue's own copy.
   */
  start(operation: Operation, settle: (result: DriverResult) => void): void;
  /**
   * Writes to the lease characteristic without response. `blocked` keeps the bytes (the newest only) and offers them
   * again after the running operation settles and on `ready`. A stack that queues commands behind a request must
   * answer `blocked` while `requestRuns`. Bytes are only valid during the call.
   */
  sendLease(bytes: Uint8Array, requestRuns: boolean): LaneResult;
  /** The same for the stop characteristic; tried at once, then as for a lease, for TRANSPORT_TIMEOUT_MS.stopWait. */
  sendStop(bytes: Uint8Array, requestRuns: boolean): LaneResult;
  /** Lets go of the link and of everything registered on the stack for it. Called exactly once, however the link ends. */
  drop(): void;
}

export interface OperationQueue {
  /** What the transport hands to its caller. */
  readonly connection: Connection;
  /** From the stack: a notification or indication. Ignored once closed. Bytes are only valid during the call. */
  value(characteristic: Characteristic, bytes: Uint8Array): void;
  /** From the stack: it may take a lease or STOP again that it answered `blocked`. */
  ready(): void;
  /** From the stack: the link is gone or is no good. Pending operations settle `disconnected`, then `closed`. Idempotent. */
  lost(reason: CloseReason, detail: string): void;
}

/** Any bytes stop a belt. These say what they mean in a radio trace. */
export const STOP_BYTES: Uint8Array = new TextEncoder().encode('STOP');

interface Pending {
  readonly id: number;
  readonly operation: Operation;
}

interface Running {
  readonly pending: Pending;
  readonly timer: TimerId;
}

const ownCopy = (operation: Operation): Operation =>
  operation.kind === 'write' ? { ...operation, bytes: operation.bytes.slice() } : operation;

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/**
 * A connection over a driver. `onEvent` is called synchronously, also from within `submit`, `stopNow` and `close`;
 * calling those from within an event is fine. Create it when the link is up, after the transport's `done` could
 * return: events may follow at once. `submit` on a closed connection does nothing, as no event may follow `closed`.
 */
export function createOperationQueue(options: {
  readonly clock: Clock;
  readonly driver: OperationDriver;
  readonly onEvent: (event: ConnectionEvent) => void;
}): OperationQueue {
  const { clock, driver, onEvent } = options;
  const waiting: Pending[] = [];
  const lease = new Uint8Array(FRAME_MAX_BYTES);
  let leaseLength = 0;
  let running: Running | undefined;
  let stopTimer: TimerId | undefined;
  let open = true;
  let pumping = false;

  const settle = (id: number, outcome: OperationOutcome, bytes?: Uint8Array): void =>
    onEvent({
      type: 'operation.settled',
      id,
      outcome,
      ...(bytes === undefined ? {} : { bytes }),
    });

  /** The link goes first, words come after: a belt without a link is dark. */
  const end = (reason: CloseReason, detail: string, outcomeOfRunning: OperationOutcome): void => {
    if (!open) return;
    open = false;
    const stopped = running;
    running = undefined;
    leaseLength = 0;
    if (stopped !== undefined) clock.clearTimeout(stopped.timer);
    if (stopTimer !== undefined) clock.clearTimeout(stopTimer);
    stopTimer = undefined;
    try {
      driver.drop();
    } catch {
      // Nothing is left to be done with a link that cannot even be dropped; its lease runs out.
    }
    if (stopped !== undefined) settle(stopped.pending.id, outcomeOfRunning);
    for (const pending of waiting.splice(0)) settle(pending.id, 'disconnected');
    onEvent({ type: 'closed', reason, detail });
  };

  const finish = (pending: Pending, result: DriverResult): void => {
    // Compared by identity: an answer that comes late belongs to nothing any more.
    if (running?.pending !== pending) return;
    clock.clearTimeout(running.timer);
    running = undefined;
    if (result.ok) settle(pending.id, 'done', result.bytes);
    else settle(pending.id, 'refused');
    pump();
  };

  const expire = (pending: Pending): void => {
    const what = `${pending.operation.kind} on ${pending.operation.characteristic}`;
    if (stopTimer !== undefined) end('stopByDrop', `stop dropped the link: ${what} hangs`, 'timedOut');
    else end('poisoned', `${what} was not answered in time`, 'timedOut');
  };

  const begin = (next: Pending): void => {
    const timer = clock.setTimeout(() => expire(next), TRANSPORT_TIMEOUT_MS[next.operation.kind]);
    running = { pending: next, timer };
    try {
      driver.start(next.operation, (result) => finish(next, result));
    } catch (cause) {
      end('lost', `the Bluetooth stack failed: ${wordsOf(cause)}`, 'disconnected');
    }
  };

  const offerStop = (): void => {
    try {
      if (driver.sendStop(STOP_BYTES, running !== undefined) === 'blocked') return;
    } catch (cause) {
      end('stopByDrop', `stop could not be sent: ${wordsOf(cause)}`, 'disconnected');
      return;
    }
    if (stopTimer !== undefined) clock.clearTimeout(stopTimer);
    stopTimer = undefined;
  };

  const offerLease = (): void => {
    try {
      const sent = driver.sendLease(lease.subarray(0, leaseLength), running !== undefined) === 'sent';
      if (sent) leaseLength = 0;
    } catch (cause) {
      end('lost', `a lease could not be sent: ${wordsOf(cause)}`, 'disconnected');
    }
  };

  /** Stop, then lease, then the next operation. A loop, not recursion: a driver may settle at once a thousand times. */
  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    try {
      for (;;) {
        if (open && stopTimer !== undefined) offerStop();
        if (open && stopTimer === undefined && leaseLength > 0) offerLease();
        if (!open || running !== undefined || stopTimer !== undefined) break;
        const next = waiting.shift();
        if (next === undefined) break;
        begin(next);
      }
    } finally {
      pumping = false;
    }
  };

  const connection: Connection = {
    get isOpen() {
      return open;
    },
    submit(id, operation) {
      if (!open) return;
      if (waiting.length >= QUEUE_MAX_COUNT) {
        settle(id, 'notSent');
        return;
      }
      waiting.push({ id, operation: ownCopy(operation) });
      pump();
    },
    sendLease(bytes) {
      // Behind a stop that still waits, nothing may leave that could keep the light on.
      if (!open || stopTimer !== undefined || bytes.length > FRAME_MAX_BYTES) return;
      lease.set(bytes);
      leaseLength = bytes.length;
      offerLease();
    },
    stopNow() {
      if (!open) return;
      leaseLength = 0;
      stopTimer ??= clock.setTimeout(
        () => end('stopByDrop', 'stop dropped the link: the stack could not send it', 'disconnected'),
        TRANSPORT_TIMEOUT_MS.stopWait,
      );
      offerStop();
      for (const pending of waiting.splice(0)) settle(pending.id, 'notSent');
      pump();
    },
    close: () => end('closedByUs', 'closed by the controller', 'disconnected'),
  };

  return {
    connection,
    value(characteristic, bytes) {
      if (open) onEvent({ type: 'value', characteristic, bytes });
    },
    ready: () => pump(),
    lost: (reason, detail) => end(reason, detail, 'disconnected'),
  };
}
