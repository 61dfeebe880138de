import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GATT, type AttResult, type Characteristic } from '../../protocol/gatt.ts';
import {
  air,
  closedBy,
  connectResult,
  createHost,
  join,
  outcomeOf,
  serve,
  settle,
  until,
  type Host,
  type Joined,
  type ServedBelt,
} from './support/radio-pair.ts';
import { createRecordingBelt, type RecordingBelt } from './support/recording-belt.ts';

const ATT_CID = 4;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const littleEndian = (handle: number): string => Buffer.from([handle & 0xff, handle >> 8]).toString('hex');

/** bleno's handles: a service takes one, a characteristic two, its configuration one more. */
const HANDLE = { feature: 12, controlPoint: 14, lease: 17, stop: 19 } as const;

let belt: RecordingBelt;
let served: ServedBelt;
let host: Host;
let joined: Joined;
let toHost: Buffer[];

const inject = async (pdu: Buffer): Promise<void> => {
  host.controller.inject(served.deviceId, pdu);
  await settle();
};
const writesTo = (name: Characteristic): string[] =>
  belt.arrivals
    .filter(({ what, characteristic }) => what === 'write' && characteristic === name)
    .map((one) => one.hex);
const submit = async (
  id: number,
  kind: 'subscribe' | 'read',
  characteristic: Characteristic,
): Promise<void> => {
  joined.connection.submit(id, { kind, characteristic });
  await until(() => outcomeOf(joined.events, id) !== undefined);
};
const write = async (id: number, bytes: Uint8Array, of = joined): Promise<string | undefined> => {
  of.connection.submit(id, { kind: 'write', characteristic: 'controlPoint', bytes });
  await until(() => outcomeOf(of.events, id) !== undefined);
  return outcomeOf(of.events, id);
};

beforeEach(async () => {
  belt = createRecordingBelt();
  served = await serve(belt);
  host = createHost();
  joined = await join(host.transport, served.address);
  toHost = [];
  air.intercept(({ to, cid, first, pdu }) => {
    if (to === host.deviceId && cid === ATT_CID && first) toHost.push(Buffer.from(pdu));
    return 'deliver';
  });
});
afterEach(async () => {
  air.intercept(undefined);
  host.transport.dispose();
  served.close();
  await settle();
});

describe('a belt served over Bluetooth', () => {
  it('has the handles that these tests write to', async () => {
    await inject(hex(`0a ${littleEndian(HANDLE.stop - 1)}`));
    const uuid = Buffer.from(GATT.stop.uuid, 'hex').reverse().toString('hex');
    expect(toHost.at(-1)?.toString('hex')).toBe(`0b0c${littleEndian(HANDLE.stop)}${uuid}`);
  });

  it.each([
    ['an empty PDU', ''],
    ['an MTU request of one byte', '02'],
    ['find information without an end', '04 01 00'],
    ['find by type without a value', '06 01 00 ff ff 00 28'],
    ['read by type without a type', '08 01 00 ff ff'],
    ['a read of one byte', '0a'],
    ['a read blob without an offset', '0c 03 00'],
    ['read by group type with half a type', '10 01 00 ff ff 00'],
    ['a write of one byte', '12'],
    ['a write command of one byte', '52'],
    ['an execute write without a flag', '18'],
    ['a response that nobody asked for', '13'],
    ['an unknown command', '7e 01'],
  ])('%s is dropped; link and later writes are fine', async (_what, pdu) => {
    await inject(hex(pdu));
    expect(belt.arrivals).toEqual([]);
    expect(await write(1, Uint8Array.of(9))).toBe('done');
    expect(writesTo('controlPoint')).toEqual(['09']);
    expect(joined.connection.isOpen).toBe(true);
  });

  it.each([
    ['a prepared write', `16 ${littleEndian(HANDLE.controlPoint)} 00 00 01 02`, '0116', '06'],
    ['the execution of prepared writes', '18 01', '0118', '06'],
    ['a write of 21 bytes', `12 ${littleEndian(HANDLE.controlPoint)} ${'aa'.repeat(21)}`, '0112', '0d'],
  ])('%s is refused, and reaches no belt', async (_what, pdu, begin, code) => {
    await inject(hex(pdu));
    expect(belt.arrivals).toEqual([]);
    expect(toHost).toHaveLength(1);
    expect(toHost[0]!.toString('hex').startsWith(begin)).toBe(true);
    expect(toHost[0]!.toString('hex').endsWith(code)).toBe(true);
  });

  it('a write command of 21 bytes is dropped', async () => {
    await inject(hex(`52 ${littleEndian(HANDLE.lease)} ${'aa'.repeat(21)}`));
    expect(belt.arrivals).toEqual([]);
  });

  it.each([
    ['a write without a value', `12 ${littleEndian(HANDLE.stop)}`],
    ['a write of one byte', `12 ${littleEndian(HANDLE.stop)} 00`],
    ['a write of 200 bytes', `12 ${littleEndian(HANDLE.stop)} ${'ff'.repeat(200)}`],
    ['a write command without a value', `52 ${littleEndian(HANDLE.stop)}`],
    ['a write command of 100 bytes', `52 ${littleEndian(HANDLE.stop)} ${'5a'.repeat(100)}`],
    ['a signed write command', `d2 ${littleEndian(HANDLE.stop)} 00`],
    ['a prepared write', `16 ${littleEndian(HANDLE.stop)} 05 00 01 02`],
    ['a prepared write without an offset', `16 ${littleEndian(HANDLE.stop)}`],
    ['a write cut off within the handle', `12 ${littleEndian(HANDLE.stop).slice(0, 2)}`],
  ])('STOP as %s stops the belt', async (_what, pdu) => {
    await inject(hex(pdu));
    expect(belt.stopCount).toBe(1);
    expect(await write(1, Uint8Array.of(9))).toBe('done');
  });

  it('STOP is answered, so that the next request of that central goes out', async () => {
    joined.connection.submit(1, { kind: 'write', characteristic: 'stop', bytes: Uint8Array.of(1) });
    await until(() => outcomeOf(joined.events, 1) !== undefined);
    expect(outcomeOf(joined.events, 1)).toBe('done');
    expect(belt.stopCount).toBe(1);
  });

  it('a second central gets in, and its STOP stops the belt of the first', async () => {
    const second = createHost();
    const other = await join(second.transport, served.address);
    expect(belt.centrals.size).toBe(2);
    other.connection.stopNow();
    await settle();
    expect(belt.arrivals.map(({ central, characteristic }) => [central, characteristic])).toEqual([
      [1, 'stop'],
    ]);
    expect(joined.connection.isOpen).toBe(true);
    second.transport.dispose();
  });

  it('a third central is refused, and the first two stay', async () => {
    const second = createHost();
    const third = createHost();
    const other = await join(second.transport, served.address);
    const result = await connectResult(third.transport, served.address);
    expect(result).toMatchObject({ ok: false, failure: 'refused' });
    expect([joined.connection.isOpen, other.connection.isOpen]).toEqual([true, true]);
    second.transport.dispose();
    third.transport.dispose();
  });

  it('the write response goes out before the indication that the write caused', async () => {
    await submit(1, 'subscribe', 'controlPoint');
    belt.onWrite = (_arrival, done, handlers) => {
      handlers.value('controlPoint', Uint8Array.of(0xf0));
      done({ ok: true });
    };
    toHost.length = 0;
    expect(await write(2, Uint8Array.of(1))).toBe('done');
    await settle();
    expect(toHost.map((pdu) => pdu[0])).toEqual([0x13, 0x1d]);
    const values = joined.events.flatMap((event) => (event.type === 'value' ? [event.characteristic] : []));
    expect(values).toEqual(['controlPoint']);
  });

  it('indications go out one at a time, each after the last was confirmed', async () => {
    await submit(1, 'subscribe', 'controlPoint');
    await submit(2, 'subscribe', 'events');
    let letConfirm = false;
    toHost.length = 0;
    air.intercept(({ to, from, pdu }) => {
      if (to === host.deviceId) toHost.push(Buffer.from(pdu));
      return from === host.deviceId && pdu[0] === 0x1e && !letConfirm ? 'hold' : 'deliver';
    });
    const [handlers] = belt.centrals.values();
    for (const value of [1, 2, 3]) handlers!.value('controlPoint', Uint8Array.of(value));
    handlers!.value('events', Uint8Array.of(4));
    await settle();
    expect(toHost.filter((pdu) => pdu[0] === 0x1d)).toHaveLength(1);
    letConfirm = true;
    air.release();
    await settle();
    const told = joined.events.flatMap((event) => (event.type === 'value' ? [event.bytes[0]] : []));
    expect(told).toEqual([1, 2, 3, 4]);
  });

  it('a central that confirms nothing loses its link instead of filling the memory', async () => {
    await submit(1, 'subscribe', 'events');
    air.intercept(({ from, pdu }) => (from === host.deviceId && pdu[0] === 0x1e ? 'drop' : 'deliver'));
    const [handlers] = belt.centrals.values();
    for (let count = 0; count < 70; count++) handlers!.value('events', Uint8Array.of(count));
    await until(() => closedBy(joined.events) !== undefined);
    expect(belt.centrals.size).toBe(0);
  });

  it('after a lost link, values for it go nowhere and break nothing; a new link gets only what it asks for', async () => {
    await submit(1, 'subscribe', 'tick');
    const [handlers] = belt.centrals.values();
    host.controller.loseLinks();
    handlers!.value('tick', Uint8Array.of(1));
    await until(() => closedBy(joined.events) !== undefined);
    handlers!.value('tick', Uint8Array.of(2));
    joined = await join(host.transport, served.address);
    for (const one of belt.centrals.values()) one.value('tick', Uint8Array.of(3));
    await settle();
    expect(joined.events).toEqual([]);
    expect(belt.disconnectedCount).toBe(1);
  });

  it('a link that ends is told to the belt as a lost link, not as an ended subscription', async () => {
    await submit(1, 'subscribe', 'tick');
    host.controller.loseLinks();
    await settle();
    expect(belt.arrivals.map(({ what }) => what)).toEqual(['subscribe']);
    expect(belt.disconnectedCount).toBe(1);
  });

  it.each([0x00, 0x04, 0x05, 0x08, 0x0f])('ATT error %i is never answered', async (attError) => {
    belt.onWrite = (_arrival, done) => done({ ok: false, attError });
    toHost.length = 0;
    expect(await write(1, Uint8Array.of(1))).toBe('refused');
    expect(toHost.map((pdu) => pdu[4])).toEqual([0x0e]);
  });

  it.each([22, 23, 44, 252, 253])('a value of %i bytes is read whole', async (length) => {
    belt.values.feature = Buffer.alloc(length, 0x5a);
    await submit(1, 'read', 'feature');
    const settled = joined.events.flatMap((event) => (event.type === 'operation.settled' ? [event] : []));
    expect(settled[0]?.bytes?.length).toBe(length);
  });

  it('a long value is of one moment, even when the belt changes it between the parts', async () => {
    const mtu = 23;
    await inject(hex(`02 ${littleEndian(mtu)}`));
    belt.values.feature = Buffer.alloc(40, 1);
    toHost.length = 0;
    await inject(hex(`0a ${littleEndian(HANDLE.feature)}`));
    belt.values.feature = Buffer.alloc(40, 2);
    await inject(hex(`0c ${littleEndian(HANDLE.feature)} ${littleEndian(mtu - 1)}`));
    expect(Buffer.concat(toHost.map((pdu) => pdu.subarray(1)))).toEqual(Buffer.alloc(40, 1));
  });

  it('pairing is not answered', async () => {
    const pairingRequest = hex('01 03 00 01 10 00 01');
    host.controller.inject(served.deviceId, pairingRequest, 6);
    await settle();
    expect(toHost).toEqual([]);
    expect(await write(1, Uint8Array.of(9))).toBe('done');
  });

  it('a late answer of the belt to a link that is gone breaks nothing', async () => {
    let answer: ((result: AttResult) => void) | undefined;
    belt.onWrite = (_arrival, done) => (answer = done);
    joined.connection.submit(1, { kind: 'write', characteristic: 'controlPoint', bytes: Uint8Array.of(1) });
    await until(() => answer !== undefined);
    host.controller.loseLinks();
    await until(() => closedBy(joined.events) !== undefined);
    answer!({ ok: true });
    await settle();
    expect(outcomeOf(joined.events, 1)).toBe('disconnected');
  });

  it('stopBelt writes STOP whether or not someone is connected', async () => {
    served.stopBelt();
    expect(belt.stopCount).toBe(1);
    joined.connection.close();
    await until(() => belt.centrals.size === 0);
    served.stopBelt();
    expect(belt.stopCount).toBe(2);
  });

  it('close ends every link and takes the advert off the air', async () => {
    served.close();
    served.close();
    await until(() => closedBy(joined.events) !== undefined);
    expect(belt.centrals.size).toBe(0);
    expect(served.controller.isAdvertising).toBe(false);
  });
});
