// Operations settle once, links close once, and nothing comes late.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { QUEUE_MAX_COUNT, TRANSPORT_TIMEOUT_MS } from '../../src/transport/transport.ts';
import {
  connectTo,
  createBench,
  READ,
  SUBSCRIBE,
  WRITE,
  type Bench,
  type CreateHarness,
} from './support/contract-bench.ts';

export function describeSettling(name: string, createHarness: CreateHarness): void {
  describe(`transport contract, how operations and links end: ${name}`, () => {
    let bench: Bench;

    beforeEach(async () => {
      bench = await createBench(createHarness);
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
      expect(bench.outcomes()).toEqual([
        [1, 'done'],
        [2, 'done'],
        [3, 'done'],
      ]);
      expect([...bench.settled()[0]!.bytes!]).toEqual([1, 2, 3]);
      expect(bench.writesTo('controlPoint')).toEqual([[7, 7, 7]]);
      expect(bench.peer.subscribed).toEqual(['tick']);
      expect(connection.isOpen).toBe(true);
    });

    it('a refused write settles once, and does not pass for success', async () => {
      bench.peer.mood = 'refuses';
      bench.connection.submit(1, WRITE);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(bench.outcomes()).toEqual([[1, bench.harness.refusedWriteBecomes]]);
      expect(bench.connection.isOpen).toBe(bench.harness.refusedWriteBecomes === 'refused');
    });

    it('an operation that is not answered times out, poisons the link, and takes the queue with it', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      bench.connection.submit(2, READ);
      bench.connection.submit(3, WRITE);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(bench.outcomes()).toEqual([
        [1, 'timedOut'],
        [2, 'disconnected'],
        [3, 'disconnected'],
      ]);
      expect(bench.closings()).toMatchObject([{ reason: 'poisoned' }]);
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
      expect(bench.outcomes()).toEqual([
        [1, 'disconnected'],
        [2, 'disconnected'],
      ]);
      expect(bench.closings()).toHaveLength(1);
      expect(bench.closings()[0]).not.toMatchObject({ reason: 'closedByUs' });
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
      expect(bench.outcomes()).toEqual([
        [1, 'done'],
        [2, 'disconnected'],
      ]);
      expect(bench.closings()).toMatchObject([{ reason: 'closedByUs' }]);
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
      expect(bench.writesTo('controlPoint')).toEqual([[7, 7, 7]]);
      bench.peer.mood = 'answers';
      bench.peer.answerWithheld();
      await bench.harness.advance(100);
      expect(bench.writesTo('controlPoint')).toEqual([[7, 7, 7], [8]]);
      expect(bench.outcomes()).toEqual([
        [1, 'done'],
        [2, 'done'],
      ]);
    });

    it('the queue is bounded: what does not fit settles notSent at once', async () => {
      bench.peer.mood = 'silent';
      for (let id = 1; id <= QUEUE_MAX_COUNT + 2; id++) bench.connection.submit(id, WRITE);
      expect(bench.outcomes()).toEqual([[QUEUE_MAX_COUNT + 2, 'notSent']]);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(bench.settled()).toHaveLength(QUEUE_MAX_COUNT + 2);
    });

    it('a late answer settles neither its own request nor one of the next connection', async () => {
      const { peer, harness } = bench;
      peer.mood = 'silent';
      bench.connection.submit(1, READ);
      await harness.advance(TRANSPORT_TIMEOUT_MS.read);
      expect(bench.outcomes()).toEqual([[1, 'timedOut']]);
      const eventCount = bench.events.length;
      const next = await bench.open();
      next.connection.submit(1, READ);
      await harness.settle();
      expect(peer.withheldCount).toBe(2);
      peer.answerOldestWithheld();
      await harness.advance(100);
      expect(bench.events).toHaveLength(eventCount);
      expect(next.settled()).toEqual([]);
      peer.answerWithheld();
      await harness.advance(100);
      expect(next.outcomes()).toEqual([[1, 'done']]);
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
      expect(bench.closings()).toHaveLength(1);
    });
  });
}
