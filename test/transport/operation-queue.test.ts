// What the contract suite cannot bring about with every stack: lanes that are blocked, and stacks that throw.
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/clock.ts';
import {
  createOperationQueue,
  type DriverResult,
  type LaneResult,
  type OperationDriver,
} from '../../src/transport/operation-queue.ts';
import type { ConnectionEvent, Operation } from '../../src/transport/transport.ts';

const WRITE: Operation = { kind: 'write', characteristic: 'controlPoint', bytes: Uint8Array.of(1) };

/** A stack like noble's: whatever comes behind a request waits for it, and so is not taken. */
function createBench(changes: Partial<OperationDriver> = {}) {
  const clock = createVirtualClock();
  const events: ConnectionEvent[] = [];
  const log: string[] = [];
  const settles: ((result: DriverResult) => void)[] = [];
  let flowing = true;
  const lane = (name: string, bytes: Uint8Array, requestRuns: boolean): LaneResult => {
    if (requestRuns || !flowing) return 'blocked';
    log.push(name === 'lease' ? `lease ${bytes[0]}` : name);
    return 'sent';
  };
  const queue = createOperationQueue({
    clock,
    onEvent: (event) => events.push(event),
    driver: {
      start(_operation, settle) {
        log.push('start');
        settles.push(settle);
      },
      sendLease: (bytes, requestRuns) => lane('lease', bytes, requestRuns),
      sendStop: (bytes, requestRuns) => lane('stop', bytes, requestRuns),
      drop: () => void log.push('drop'),
      ...changes,
    },
  });
  return {
    clock,
    events,
    log,
    settles,
    queue,
    connection: queue.connection,
    setFlowing: (wanted: boolean) => void (flowing = wanted),
    outcomes: () =>
      events.map((event) =>
        event.type === 'operation.settled' ? `${event.id} ${event.outcome}` : event.type,
      ),
  };
}

describe('operation queue over a stack that cannot overtake', () => {
  it('stop waits for the running request and then goes before everything else', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    bench.connection.submit(2, WRITE);
    bench.connection.sendLease(Uint8Array.of(1));
    bench.connection.stopNow();
    bench.connection.submit(3, WRITE);
    bench.settles[0]?.({ ok: true });
    expect(bench.log).toEqual(['start', 'stop', 'start']);
    expect(bench.outcomes()).toEqual(['2 notSent', '1 done']);
    bench.clock.advance(400);
    expect(bench.connection.isOpen).toBe(true);
  });

  it('stop drops the link when the request still hangs after its bound: link first, words after', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    bench.connection.stopNow();
    bench.clock.advance(199);
    expect(bench.connection.isOpen).toBe(true);
    bench.clock.advance(1);
    expect(bench.log).toEqual(['start', 'drop']);
    expect(bench.outcomes()).toEqual(['1 disconnected', 'closed']);
    expect(bench.events.at(-1)).toMatchObject({ reason: 'stopByDrop' });
  });

  it('a second stop does not put the bound off', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    bench.connection.stopNow();
    bench.clock.advance(150);
    bench.connection.stopNow();
    bench.clock.advance(50);
    expect(bench.connection.isOpen).toBe(false);
  });

  it('a request that times out while stop waits ends as stopByDrop', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    bench.clock.advance(400);
    bench.connection.stopNow();
    bench.clock.advance(100);
    expect(bench.events).toMatchObject([{ outcome: 'timedOut' }, { type: 'closed', reason: 'stopByDrop' }]);
  });

  it('no lease leaves, nor is kept, while stop waits', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    bench.connection.stopNow();
    bench.connection.sendLease(Uint8Array.of(9));
    bench.settles[0]?.({ ok: true });
    bench.queue.ready();
    expect(bench.log).toEqual(['start', 'stop']);
  });

  it('the newest lease leaves when the request has settled, the others never', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    for (let value = 1; value <= 5; value++) bench.connection.sendLease(Uint8Array.of(value));
    bench.settles[0]?.({ ok: false });
    expect(bench.log).toEqual(['start', 'lease 5']);
    expect(bench.outcomes()).toEqual(['1 refused']);
  });

  it('offers a blocked lease and a blocked stop again when the stack says it is ready', () => {
    const bench = createBench();
    bench.setFlowing(false);
    bench.connection.sendLease(Uint8Array.of(1));
    bench.setFlowing(true);
    bench.queue.ready();
    bench.queue.ready();
    bench.setFlowing(false);
    bench.connection.stopNow();
    bench.setFlowing(true);
    bench.queue.ready();
    bench.clock.advance(1000);
    expect(bench.log).toEqual(['lease 1', 'stop']);
    expect(bench.connection.isOpen).toBe(true);
  });
});

describe('operation queue over a stack that misbehaves', () => {
  const broken = (): never => {
    throw new TypeError('undefined handle');
  };

  it('a throw from a request ends the link in words, and never reaches the caller', () => {
    const bench = createBench({ start: broken });
    bench.connection.submit(1, WRITE);
    bench.connection.submit(2, WRITE);
    expect(bench.outcomes()).toEqual(['1 disconnected', 'closed']);
    expect(bench.events.at(-1)).toMatchObject({
      reason: 'lost',
      detail: expect.stringContaining('undefined handle'),
    });
    expect(bench.log).toEqual(['drop']);
  });

  it('a throw from stop drops the link: a belt without a link is dark', () => {
    const bench = createBench({ sendStop: broken });
    bench.connection.stopNow();
    expect(bench.log).toEqual(['drop']);
    expect(bench.events).toMatchObject([{ type: 'closed', reason: 'stopByDrop' }]);
  });

  it('a throw from a lease ends the link', () => {
    const bench = createBench({ sendLease: broken });
    bench.connection.sendLease(Uint8Array.of(1));
    expect(bench.events).toMatchObject([{ type: 'closed', reason: 'lost' }]);
  });

  it('a throw from dropping is swallowed, and everything still settles', () => {
    const bench = createBench({ drop: broken });
    bench.connection.submit(1, WRITE);
    bench.connection.close();
    expect(bench.outcomes()).toEqual(['1 disconnected', 'closed']);
  });

  it('settling twice, late, or after the end does nothing', () => {
    const bench = createBench();
    bench.connection.submit(1, WRITE);
    bench.connection.submit(2, WRITE);
    bench.settles[0]?.({ ok: true });
    bench.settles[0]?.({ ok: false });
    expect(bench.outcomes()).toEqual(['1 done']);
    bench.queue.lost('lost', 'gone');
    bench.queue.lost('adapterOff', 'gone twice');
    bench.settles[1]?.({ ok: true });
    bench.queue.value('tick', Uint8Array.of(1));
    expect(bench.outcomes()).toEqual(['1 done', '2 disconnected', 'closed']);
    expect(bench.log.filter((entry) => entry === 'drop')).toHaveLength(1);
  });

  it('a stack that settles at once, driven from its own events, neither nests nor loses anything', () => {
    const clock = createVirtualClock();
    let settledCount = 0;
    let depth = 0;
    let deepest = 0;
    const queue = createOperationQueue({
      clock,
      onEvent(event) {
        if (event.type !== 'operation.settled') return;
        settledCount++;
        depth++;
        deepest = Math.max(deepest, depth);
        if (settledCount < 10_000) queue.connection.submit(settledCount + 1, WRITE);
        depth--;
      },
      driver: {
        start: (_operation, settle) => settle({ ok: true }),
        sendLease: () => 'sent',
        sendStop: () => 'sent',
        drop: () => {},
      },
    });
    queue.connection.submit(1, WRITE);
    expect(settledCount).toBe(10_000);
    expect(deepest).toBe(1);
    expect(clock.nextDeadlineMs()).toBeUndefined();
  });

  it('stop and close from within an event are fine', () => {
    const bench = createBench();
    const nested = createOperationQueue({
      clock: bench.clock,
      onEvent(event) {
        bench.events.push(event);
        if (event.type === 'operation.settled' && event.id === 1) {
          nested.connection.stopNow();
          nested.connection.close();
        }
      },
      driver: {
        start: (_operation, settle) => settle({ ok: true }),
        sendLease: () => 'sent',
        sendStop: () => 'sent',
        drop: () => {},
      },
    });
    nested.connection.submit(1, WRITE);
    nested.connection.submit(2, WRITE);
    expect(bench.outcomes()).toEqual(['1 done', 'closed']);
  });
});
