import { describe, expect, it } from 'vitest';
import type { AttResult } from '../../protocol/gatt.ts';
import {
  air,
  closedBy,
  connectResult,
  createHost,
  join,
  outcomeOf,
  settle,
  until,
} from './support/radio-pair.ts';
import { HANDLE, hex, littleEndian, useServedBench } from './support/served-bench.ts';

const bench = useServedBench();

describe('links to a belt served over Bluetooth', () => {
  it('a second central gets in, and its STOP stops the belt of the first', async () => {
    const second = createHost();
    const other = await join(second.transport, bench.served.address);
    expect(bench.belt.centrals.size).toBe(2);
    other.connection.stopNow();
    await settle();
    expect(bench.belt.arrivals.map(({ central, characteristic }) => [central, characteristic])).toEqual([
      [1, 'stop'],
    ]);
    expect(bench.joined.connection.isOpen).toBe(true);
    second.transport.dispose();
  });

  it('a third central is refused, and the first two stay', async () => {
    const second = createHost();
    const third = createHost();
    const other = await join(second.transport, bench.served.address);
    const result = await connectResult(third.transport, bench.served.address);
    expect(result).toMatchObject({ ok: false, failure: 'refused' });
    expect([bench.joined.connection.isOpen, other.connection.isOpen]).toEqual([true, true]);
    second.transport.dispose();
    third.transport.dispose();
  });

  it('the write response goes out before the indication that the write caused', async () => {
    await bench.submit(1, 'subscribe', 'controlPoint');
    bench.belt.onWrite = (_arrival, done, handlers) => {
      handlers.value('controlPoint', Uint8Array.of(0xf0));
      done({ ok: true });
    };
    bench.toHost.length = 0;
    expect(await bench.write(2, Uint8Array.of(1))).toBe('done');
    await settle();
    expect(bench.toHost.map((pdu) => pdu[0])).toEqual([0x13, 0x1d]);
    const values = bench.joined.events.flatMap((event) =>
      event.type === 'value' ? [event.characteristic] : [],
    );
    expect(values).toEqual(['controlPoint']);
  });

  it('indications go out one at a time, each after the last was confirmed', async () => {
    await bench.submit(1, 'subscribe', 'controlPoint');
    await bench.submit(2, 'subscribe', 'events');
    let letConfirm = false;
    bench.toHost.length = 0;
    air.intercept(({ to, from, pdu }) => {
      if (to === bench.host.deviceId) bench.toHost.push(Buffer.from(pdu));
      return from === bench.host.deviceId && pdu[0] === 0x1e && !letConfirm ? 'hold' : 'deliver';
    });
    const [handlers] = bench.belt.centrals.values();
    for (const value of [1, 2, 3]) handlers!.value('controlPoint', Uint8Array.of(value));
    handlers!.value('events', Uint8Array.of(4));
    await settle();
    expect(bench.toHost.filter((pdu) => pdu[0] === 0x1d)).toHaveLength(1);
    letConfirm = true;
    air.release();
    await settle();
    const told = bench.joined.events.flatMap((event) => (event.type === 'value' ? [event.bytes[0]] : []));
    expect(told).toEqual([1, 2, 3, 4]);
  });

  it('a central that confirms nothing loses its link instead of filling the memory', async () => {
    await bench.submit(1, 'subscribe', 'events');
    air.intercept(({ from, pdu }) => (from === bench.host.deviceId && pdu[0] === 0x1e ? 'drop' : 'deliver'));
    const [handlers] = bench.belt.centrals.values();
    for (let count = 0; count < 70; count++) handlers!.value('events', Uint8Array.of(count));
    await until(() => closedBy(bench.joined.events) !== undefined);
    expect(bench.belt.centrals.size).toBe(0);
  });

  it('after a lost link, values for it go nowhere and break nothing; a new link gets only what it asks for', async () => {
    await bench.submit(1, 'subscribe', 'tick');
    const [handlers] = bench.belt.centrals.values();
    bench.host.controller.loseLinks();
    handlers!.value('tick', Uint8Array.of(1));
    await until(() => closedBy(bench.joined.events) !== undefined);
    handlers!.value('tick', Uint8Array.of(2));
    bench.joined = await join(bench.host.transport, bench.served.address);
    for (const one of bench.belt.centrals.values()) one.value('tick', Uint8Array.of(3));
    await settle();
    expect(bench.joined.events).toEqual([]);
    expect(bench.belt.disconnectedCount).toBe(1);
  });

  it('a link that ends is told to the belt as a lost link, not as an ended subscription', async () => {
    await bench.submit(1, 'subscribe', 'tick');
    bench.host.controller.loseLinks();
    await settle();
    expect(bench.belt.arrivals.map(({ what }) => what)).toEqual(['subscribe']);
    expect(bench.belt.disconnectedCount).toBe(1);
  });

  it.each([0x00, 0x04, 0x05, 0x08, 0x0f])('ATT error %i is never answered', async (attError) => {
    bench.belt.onWrite = (_arrival, done) => done({ ok: false, attError });
    bench.toHost.length = 0;
    expect(await bench.write(1, Uint8Array.of(1))).toBe('refused');
    expect(bench.toHost.map((pdu) => pdu[4])).toEqual([0x0e]);
  });

  it.each([22, 23, 44, 252, 253])('a value of %i bytes is read whole', async (length) => {
    bench.belt.values.feature = Buffer.alloc(length, 0x5a);
    await bench.submit(1, 'read', 'feature');
    const settled = bench.joined.events.flatMap((event) =>
      event.type === 'operation.settled' ? [event] : [],
    );
    expect(settled[0]?.bytes?.length).toBe(length);
  });

  it('a long value is of one moment, even when the belt changes it between the parts', async () => {
    const mtu = 23;
    await bench.inject(hex(`02 ${littleEndian(mtu)}`));
    bench.belt.values.feature = Buffer.alloc(40, 1);
    bench.toHost.length = 0;
    await bench.inject(hex(`0a ${littleEndian(HANDLE.feature)}`));
    bench.belt.values.feature = Buffer.alloc(40, 2);
    await bench.inject(hex(`0c ${littleEndian(HANDLE.feature)} ${littleEndian(mtu - 1)}`));
    expect(Buffer.concat(bench.toHost.map((pdu) => pdu.subarray(1)))).toEqual(Buffer.alloc(40, 1));
  });

  it('pairing is not answered', async () => {
    const pairingRequest = hex('01 03 00 01 10 00 01');
    bench.host.controller.inject(bench.served.deviceId, pairingRequest, 6);
    await settle();
    expect(bench.toHost).toEqual([]);
    expect(await bench.write(1, Uint8Array.of(9))).toBe('done');
  });

  it.each([0, 6])('the link with the handle %i works like any other', async (handle) => {
    air.presetHandles = [99, handle];
    const second = createHost();
    const other = await join(second.transport, bench.served.address);
    expect(await bench.write(1, Uint8Array.of(1), other)).toBe('done');
    other.connection.close();
    await until(() => bench.belt.centrals.size === 1);
    expect(bench.joined.connection.isOpen).toBe(true);
    second.transport.dispose();
  });

  it('the belt ends one link, also the one with the handle 0, and no other', async () => {
    air.presetHandles = [99, 0];
    const second = createHost();
    const other = await join(second.transport, bench.served.address);
    [...bench.belt.centrals.values()][1]!.disconnected('the belt has enough');
    await until(() => closedBy(other.events) !== undefined);
    expect(bench.joined.connection.isOpen).toBe(true);
    second.transport.dispose();
  });

  it('a late answer of the belt to a link that is gone breaks nothing', async () => {
    let answer: ((result: AttResult) => void) | undefined;
    bench.belt.onWrite = (_arrival, done) => (answer = done);
    bench.joined.connection.submit(1, {
      kind: 'write',
      characteristic: 'controlPoint',
      bytes: Uint8Array.of(1),
    });
    await until(() => answer !== undefined);
    bench.host.controller.loseLinks();
    await until(() => closedBy(bench.joined.events) !== undefined);
    answer!({ ok: true });
    await settle();
    expect(outcomeOf(bench.joined.events, 1)).toBe('disconnected');
  });

  it('stopBelt writes STOP whether or not someone is connected', async () => {
    bench.served.stopBelt();
    expect(bench.belt.stopCount).toBe(1);
    bench.joined.connection.close();
    await until(() => bench.belt.centrals.size === 0);
    bench.served.stopBelt();
    expect(bench.belt.stopCount).toBe(2);
  });

  it('close ends every link and takes the advert off the air', async () => {
    bench.served.close();
    bench.served.close();
    await until(() => closedBy(bench.joined.events) !== undefined);
    expect(bench.belt.centrals.size).toBe(0);
    expect(bench.served.controller.isAdvertising).toBe(false);
  });
});
