// STOP overtakes, leases are never old, bytes are copied, nothing grows.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRANSPORT_TIMEOUT_MS } from '../../src/transport/transport.ts';
import {
  createBench,
  READ,
  SUBSCRIBE,
  WRITE,
  type Bench,
  type CreateHarness,
} from './support/contract-bench.ts';

const OPERATION_COUNT = 1000;

export function describeTraffic(name: string, createHarness: CreateHarness): void {
  describe(`transport contract, stop, leases and values: ${name}`, () => {
    let bench: Bench;

    beforeEach(async () => {
      bench = await createBench(createHarness);
    });
    afterEach(async () => {
      await bench.harness.dispose();
    });

    it('stop leaves at once when nothing else is under way', async () => {
      bench.connection.stopNow();
      await bench.harness.settle();
      expect(bench.writesTo('stop')).toHaveLength(1);
      expect(bench.closings()).toEqual([]);
    });

    it('stop takes effect while a write hangs: its bytes overtake, or the link is dropped in time', async () => {
      bench.peer.mood = 'silent';
      bench.connection.submit(1, WRITE);
      bench.connection.submit(2, WRITE);
      await bench.harness.settle();
      bench.connection.stopNow();
      expect(bench.outcomes()).toEqual([[2, 'notSent']]);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.stopWait);
      if (bench.writesTo('stop').length === 0) {
        expect(bench.closings()).toMatchObject([{ reason: 'stopByDrop' }]);
        expect(bench.peer.isConnected).toBe(false);
      }
      expect(bench.writesTo('controlPoint')).toHaveLength(1);
      await bench.harness.advance(TRANSPORT_TIMEOUT_MS.write);
      expect(bench.settled()).toHaveLength(2);
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
      const leases = bench.writesTo('lease').map(([value]) => value!);
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
      expect(bench.writesTo('controlPoint')).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      expect(bench.writesTo('lease')).toEqual([[10, 11]]);
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
        if (bench.settled().length < id) await bench.harness.advance(20);
      }
      expect(bench.settled().filter((event) => event.outcome === 'done')).toHaveLength(OPERATION_COUNT);
      expect(bench.harness.listenerCount()).toBeLessThanOrEqual(before);
    });

    it.each([
      ['empty', new Uint8Array(0)],
      ['truncated', Uint8Array.of(0x5a)],
      ['oversized', new Uint8Array(253).fill(0xff)],
    ])('a value that is %s from the other side crashes nothing', async (_kind, bytes) => {
      bench.connection.submit(1, SUBSCRIBE);
      await bench.harness.advance(100);
      bench.peer.notify('tick', bytes);
      await bench.harness.advance(100);
      bench.connection.submit(2, WRITE);
      await bench.harness.advance(100);
      expect(bench.outcomes().at(-1)).toEqual([2, 'done']);
    });
  });
}
