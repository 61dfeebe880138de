// The transport contract (src/transport/transport.ts) as one suite for every implementation.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  QUEUE_MAX_COUNT,
  TRANSPORT_TIMEOUT_MS,
  type Connection,
  type ConnectionEvent,
  type ConnectResult,
  type Operation,
  type Transport,
} from '../../src/transport/transport.ts';
import { createScriptedPeer, type ScriptedPeer } from './support/scripted-peer.ts';

/** One transport, with the suite's peer at the far end of its medium. A fresh one for every test. */
export interface ContractHarness {
  readonly transport: Transport;
  /** Where the peer is. */
  readonly address: string;
  /** The same kind of address, with nothing there. */
  readonly emptyAddress: string;
  /** Until everything under way has arrived, as far as it can without time passing. */
  settle(): Promise<void>;
  /** Time on the transport's clock, virtual or real, and then `settle`. */
  advance(durationMs: number): Promise<void>;
  /** Whatever must not grow with the number of operations: listeners on the stack, timers on the clock. */
  listenerCount(): number;
  /** What the stack makes of an ATT error. Some never say; the bound then ends it. */
  readonly refusedWriteBecomes: 'refused' | 'timedOut';
  dispose(): Promise<void>;
}

export type CreateHarness = (peer: ScriptedPeer) => Promise<ContractHarness>;

const WRITE = {
  kind: 'write',
  characteristic: 'controlPoint',
  bytes: Uint8Array.of(7, 7, 7),
} as const satisfies Operation;
const READ: Operation = { kind: 'read', characteristic: 'feature' };
const SUBSCRIBE: Operation = { kind: 'subscribe', characteristic: 'tick' };
const OPERATION_COUNT = 1000;

type Settled = Extract<ConnectionEvent, { readonly type: 'operation.settled' }>;

interface Bench {
  readonly peer: ScriptedPeer;
  readonly harness: ContractHarness;
  readonly events: ConnectionEvent[];
  readonly connection: Connection;
}

const copyOf = (event: ConnectionEvent): ConnectionEvent =>
  'bytes' in event && event.bytes !== undefined ? { ...event, bytes: event.bytes.slice() } : event;

async function connectTo(
  harness: ContractHarness,
  address: string,
  onEvent: (event: ConnectionEvent) => void,
): Promise<ConnectResult> {
  let result: ConnectResult | undefined;
  let doneCount = 0;
  harness.transport.connect(address, onEvent, (told) => {
    result = told;
    doneCount++;
  });
  // Most of them come about at once; the rest within the bound.
  await harness.settle();
  for (let waitedMs = 0; result === undefined && waitedMs <= TRANSPORT_TIMEOUT_MS.connect; waitedMs += 50)
    await harness.advance(50);
  expect(doneCount).toBe(1);
  return result!;
}

export function describeTransportContract(name: string, createHarness: CreateHarness): void {
  describe(`transport contract: ${name}`, () => {
    let bench: Bench;

    const open = async (): Promise<{ connection: Connection; events: ConnectionEvent[] }> => {
      const events: ConnectionEvent[] = [];
      const result = await connectTo(bench.harness, bench.harness.address, (event) =>
        events.push(copyOf(event)),
      );
      if (!result.ok) throw new Error(`no connection: ${result.failure}, ${result.detail}`);
      return { connection: result.connection, events };
    };
    const settled = (events = bench.events): Settled[] =>
      events.filter((event): event is Settled => event.type === 'operation.settled');
    const outcomes = (events = bench.events) => settled(events).map(({ id, outcome }) => [id, outcome]);
    const closings = (events = bench.events) => events.filter((event) => event.type === 'closed');
    const writesTo = (characteristic: string): number[][] =>
      bench.peer.received
        .filter((write) => write.characteristic === characteristic)
        .map((write) => [...write.bytes]);

    beforeEach(async () => {
      const peer = createScriptedPeer();
      const harness = await createHarness(peer);
      bench = { peer, harness } as Bench;
      bench = { ...bench, ...(await open()) };
    });
    afterEach(async () => {
      await bench.harness.dispose();
    });

    it('every operation settles once with success: a read with its bytes, a write with none', async () => {
      const { connection, harness } = bench;
      connection.submit(1, READ);
      connection.submit(2, WRITE);
      connection.submit(3, SUBSCRIBE);
      await harness.advance(100);
      expect(outcomes()).toEqual([
        [1, 'done'],
        [2, 'done'],
        [3, 'done'],
      ]);
      expect([...settled()[0]!.bytes!]).toEqual([1, 2, 3]);
      expect(writesTo('controlPoint')).toEqual([[7, 7, 7]]);
      expect(bench.peer.subscribed).toEqual(['tick']);
      expect(connection.isOpen).toBe(true);
    });

    it('a refused write settles once, and does not pass for success', async () => {
      bench.peer.mood = 'refuses';
      bench.connection.submit(1, WRITE);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(outcomes()).toEqual([[1, bench.harness.refusedWriteBecomes]]);
      expect(bench.connection.isOpen).toBe(bench.harness.refusedWriteBecomes === 'refused');
    });

    it('an operation that is not answered times out, poisons the link, and takes the queue with it', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      bench.connection.submit(2, READ);
      bench.connection.submit(3, WRITE);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(outcomes()).toEqual([
        [1, 'timedOut'],
        [2, 'disconnected'],
        [3, 'disconnected'],
      ]);
      expect(closings()).toMatchObject([{ reason: 'poisoned' }]);
      expect(bench.events.at(-1)?.type).toBe('closed');
      expect(bench.connection.isOpen).toBe(false);
      expect(bench.peer.isConnected).toBe(false);
    });

    it('a lost link settles everything as disconnected, then closes once', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      bench.connection.submit(2, READ);
      await bench.harness.settle();
      bench.peer.drop();
      await bench.harness.advance(100);
      expect(outcomes()).toEqual([
        [1, 'disconnected'],
        [2, 'disconnected'],
      ]);
      expect(closings()).toHaveLength(1);
      expect(closings()[0]).not.toMatchObject({ reason: 'closedByUs' });
      expect(bench.connection.isOpen).toBe(false);
    });

    it('close is synchronous in effect and idempotent, and nothing comes after closed', async () => {
      const { connection, peer, harness, events } = bench;
      connection.submit(1, SUBSCRIBE);
      await harness.advance(100);
      peer.mood = 'silent';
      connection.submit(2, WRITE);
      await harness.settle();
      connection.close();
      expect(connection.isOpen).toBe(false);
      expect(outcomes()).toEqual([
        [1, 'done'],
        [2, 'disconnected'],
      ]);
      expect(closings()).toMatchObject([{ reason: 'closedByUs' }]);
      const eventCount = events.length;
      const writeCount = peer.received.length;
      connection.close();
      connection.submit(3, WRITE);
      connection.sendLease(Uint8Array.of(1));
      connection.stopNow();
      peer.notify('tick', Uint8Array.of(1, 2));
      peer.answerWithheld();
      await harness.advance(TRANSPORT_TIMEOUT_MS.disconnect);
      expect(events).toHaveLength(eventCount);
      expect(peer.received).toHaveLength(writeCount);
      expect(peer.isConnected).toBe(false);
    });

    it('single flight: the next operation reaches the belt when the last one has settled', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      bench.connection.submit(2, { ...WRITE, bytes: Uint8Array.of(8) });
      await bench.harness.settle();
      expect(writesTo('controlPoint')).toEqual([[7, 7, 7]]);
      bench.peer.mood = 'answers';
      bench.peer.answerWithheld();
      await bench.harness.advance(100);
      expect(writesTo('controlPoint')).toEqual([[7, 7, 7], [8]]);
      expect(outcomes()).toEqual([
        [1, 'done'],
        [2, 'done'],
      ]);
    });

    it('the queue is bounded: what does not fit settles notSent at once', async () => {
      bench.peer.mood = 'silent';
      for (let id = 1; id <= QUEUE_MAX_COUNT + 2; id++) bench.connection.submit(id, WRITE);
      expect(outcomes()).toEqual([[QUEUE_MAX_COUNT + 2, 'notSent']]);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(settled()).toHaveLength(QUEUE_MAX_COUNT + 2);
    });

    it('a late answer settles neither its own request nor one of the next connection', async () => {
      const { peer, harness } = bench;
      peer.mood = 'silent';
      bench.connection.submit(1, READ);
      await harness.advance(TRANSPORT_TIMEOUT_MS.read);
      expect(outcomes()).toEqual([[1, 'timedOut']]);
      const eventCount = bench.events.length;
      const next = await open();
      next.connection.submit(1, READ);
      await harness.settle();
      expect(peer.withheldCount).toBe(2);
      peer.answerOldestWithheld();
      await harness.advance(100);
      expect(bench.events).toHaveLength(eventCount);
      expect(settled(next.events)).toEqual([]);
      peer.answerWithheld();
      await harness.advance(100);
      expect(outcomes(next.events)).toEqual([[1, 'done']]);
    });

    it('stop leaves at once when nothing else is under way', async () => {
      bench.connection.stopNow();
      await bench.harness.settle();
      expect(writesTo('stop')).toHaveLength(1);
      expect(closings()).toEqual([]);
    });

    it('stop takes effect while a write hangs: its bytes overtake, or the link is dropped in time', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      bench.connection.submit(2, WRITE);
      await bench.harness.settle();
      bench.connection.stopNow();
      expect(outcomes()).toEqual([[2, 'notSent']]);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.stopWait);
      if (writesTo('stop').length === 0) {
        expect(closings()).toMatchObject([{ reason: 'stopByDrop' }]);
        expect(bench.peer.isConnected).toBe(false);
      }
      expect(writesTo('controlPoint')).toHaveLength(1);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(settled()).toHaveLength(2);
    });

    it('a lease that waits is not sent behind a stop', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      await bench.harness.settle();
      bench.connection.sendLease(Uint8Array.of(1));
      bench.connection.stopNow();
      bench.peer.mood = 'answers';
      bench.peer.answerWithheld();
      await bench.harness.advance(100);
      const order = bench.peer.received.map((write) => write.characteristic);
      expect(order).toContain('stop');
      expect(order.indexOf('lease')).toBeLessThan(order.indexOf('stop'));
    });

    it('leases: the newest replaces what waits, none comes twice or out of order, the last one always comes', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      await bench.harness.settle();
      for (let value = 1; value <= 20; value++) bench.connection.sendLease(Uint8Array.of(value));
      bench.peer.mood = 'answers';
      bench.peer.answerWithheld();
      await bench.harness.advance(100);
      const leases = writesTo('lease').map(([value]) => value!);
      expect(leases.at(-1)).toBe(20);
      expect(leases).toEqual([...new Set(leases)].sort((left, right) => left - right));
      expect(bench.peer.received.find((write) => write.characteristic === 'lease')?.mode).toBe(
        'withoutResponse',
      );
    });

    it('bytes are copied: what the caller does to its buffer later changes nothing', async () => {
      const bytes = Uint8Array.of(1, 2, 3);
      bench.connection.submit(1, { ...WRITE, bytes });
      bytes.fill(9);
      bytes.set([4, 5, 6]);
      bench.connection.submit(2, { ...WRITE, bytes });
      bytes.fill(9);
      const lease = Uint8Array.of(10, 11);
      bench.connection.sendLease(lease);
      lease.fill(9);
      await bench.harness.advance(100);
      expect(writesTo('controlPoint')).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(writesTo('lease')).toEqual([[10, 11]]);
    });

    it('values come in order and whole', async () => {
      bench.connection.submit(1, SUBSCRIBE);
      await bench.harness.advance(100);
      for (let value = 0; value < 10; value++) bench.peer.notify('tick', new Uint8Array(20).fill(value));
      await bench.harness.advance(100);
      const values = bench.events.flatMap((event) => (event.type === 'value' ? [event] : []));
      expect(values.map((event) => [event.characteristic, event.bytes.length, event.bytes[19]])).toEqual(
        Array.from({ length: 10 }, (_, value) => ['tick', 20, value]),
      );
    });

    it(`listeners do not grow over ${OPERATION_COUNT} operations`, async () => {
      bench.connection.submit(1, WRITE);
      await bench.harness.advance(20);
      const before = bench.harness.listenerCount();
      for (let id = 2; id <= OPERATION_COUNT; id++) {
        bench.connection.submit(id, id % 2 === 0 ? WRITE : READ);
        bench.connection.sendLease(Uint8Array.of(id & 0xff));
        await bench.harness.settle();
        if (settled().length < id) await bench.harness.advance(20);
      }
      expect(settled().filter((event) => event.outcome === 'done')).toHaveLength(OPERATION_COUNT);
      expect(bench.harness.listenerCount()).toBeLessThanOrEqual(before);
    });

    it('an address with nothing there fails in words, once', async () => {
      const result = await connectTo(bench.harness, bench.harness.emptyAddress, () => {});
      expect(result.ok).toBe(false);
      if (!result.ok) expect(result.detail.length).toBeGreaterThan(10);
    });

    it('a cancelled attempt calls nobody and leaves no link', async () => {
      bench.connection.close();
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.disconnect);
      let calls = 0;
      bench.harness.transport
        .connect(
          bench.harness.address,
          () => calls++,
          () => calls++,
        )
        .cancel();
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.connect);
      expect(calls).toBe(0);
      expect(bench.peer.isConnected).toBe(false);
    });

    it('dispose drops every link, and may be called twice', async () => {
      bench.harness.transport.dispose();
      bench.harness.transport.dispose();
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.disconnect);
      expect(bench.connection.isOpen).toBe(false);
      expect(bench.peer.isConnected).toBe(false);
      expect(closings()).toHaveLength(1);
    });

    it.each([
      ['empty', new Uint8Array(0)],
      ['truncated', Uint8Array.of(0x5a)],
      ['oversized', new Uint8Array(253).fill(0xff)],
    ])('an %s value from the other side crashes nothing', async (_kind, bytes) => {
      bench.connection.submit(1, SUBSCRIBE);
      await bench.harness.advance(100);
      bench.peer.notify('tick', bytes);
      await bench.harness.advance(100);
      bench.connection.submit(2, WRITE);
      await bench.harness.advance(100);
      expect(outcomes().at(-1)).toEqual([2, 'done']);
    });
  });
}
