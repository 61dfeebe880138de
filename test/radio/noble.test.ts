import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GATT } from '../../protocol/gatt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { createNobleTransport } from '../../src/transport/noble.ts';
import {
  TRANSPORT_TIMEOUT_MS,
  type Advert,
  type ConnectResult,
  type Transport,
} from '../../src/transport/transport.ts';
import { COMMAND } from './support/hci.ts';
import {
  air,
  closedBy,
  createHost,
  freshDeviceId,
  join,
  outcomeOf,
  serve,
  settle,
  type Host,
  type ServedBelt,
} from './support/radio-pair.ts';
import { createRecordingBelt, type RecordingBelt } from './support/recording-belt.ts';
import { loadNobleOn } from './support/virtual-radio.ts';

const WRITE = { kind: 'write', characteristic: 'controlPoint', bytes: Uint8Array.of(1) } as const;

let belt: RecordingBelt;
let served: ServedBelt;
let host: Host;
let clock: VirtualClock;

beforeEach(async () => {
  belt = createRecordingBelt();
  served = await serve(belt);
  clock = createVirtualClock();
  host = createHost(clock);
});
afterEach(async () => {
  air.intercept(undefined);
  air.release();
  host.transport.dispose();
  served.close();
  await settle();
});

const advance = async (durationMs: number): Promise<void> => {
  await settle();
  clock.advance(durationMs);
  await settle();
};
const outcome = (transport: Transport, address: string): { result: ConnectResult | undefined } => {
  const seen: { result: ConnectResult | undefined } = { result: undefined };
  transport.connect(
    address,
    () => {},
    (result) => (seen.result = result),
  );
  return seen;
};
const commandCount = (opcode: number): number =>
  host.controller.commands.filter((command) => command === opcode).length;
/** Silence from the belt's side of the air. */
const silence = (): void => air.intercept(({ from }) => (from === served.deviceId ? 'drop' : 'deliver'));

describe('finding belts', () => {
  it('a scan shows a belt once, with its name and strength, and ends at its bound', async () => {
    const adverts: Advert[] = [];
    let ended: unknown = 'not yet';
    host.transport.scan(
      (advert) => adverts.push(advert),
      (failure) => (ended = failure),
    );
    await settle();
    served.controller.setDeaf(false); // Another advert of the same belt.
    await settle();
    expect(adverts).toEqual([
      {
        address: served.address,
        name: 'virtual belt',
        rssiDbm: -52,
        pairingWindowOpen: undefined,
        state: undefined,
      },
    ]);
    await advance(TRANSPORT_TIMEOUT_MS.scan);
    expect(ended).toBe(undefined);
    expect(host.controller.isScanning).toBe(false);
  });

  it('a cancelled scan stops at once and calls nobody', async () => {
    let calls = 0;
    const scan = host.transport.scan(
      () => calls++,
      () => calls++,
    );
    scan.cancel();
    await advance(TRANSPORT_TIMEOUT_MS.scan);
    expect(calls).toBe(0);
    expect(host.controller.isScanning).toBe(false);
  });

  it('an adapter that refuses to stop scanning holds up nothing', async () => {
    const scan = host.transport.scan(
      () => {},
      () => {},
    );
    await settle();
    host.controller.disallowScanCommands(true);
    scan.cancel();
    await settle();
    host.controller.disallowScanCommands(false);
    expect((await join(host.transport, served.address)).connection.isOpen).toBe(true);
  });

  it('noble remembers no belt after a scan or a link', async () => {
    const deviceId = freshDeviceId();
    const noble = (await loadNobleOn(deviceId)()) as {
      _peripherals: object;
      _bindings: { _addresses: object };
    };
    const transport = createNobleTransport({ clock, loadNoble: () => Promise.resolve(noble) });
    const { connection } = await join(transport, served.address);
    expect(Object.keys(noble._peripherals)).toHaveLength(1);
    connection.close();
    await settle();
    transport.scan(
      () => {},
      () => {},
    );
    await settle();
    expect(Object.keys(noble._peripherals)).toHaveLength(1);
    await advance(TRANSPORT_TIMEOUT_MS.scan);
    expect(Object.keys(noble._peripherals)).toEqual([]);
    expect(Object.keys(noble._bindings._addresses)).toEqual([]);
    transport.dispose();
  });

  it.each(['ble:xyz', 'sim', 'ble:', 'ble:c0:1b'])('the address %s is refused in words', async (address) => {
    const seen = outcome(host.transport, address);
    clock.advance(0);
    expect(seen.result).toMatchObject({ ok: false, failure: 'noSuchBelt' });
    await settle();
  });

  it('an address is taken with colons and capitals as well', async () => {
    const { connection } = await join(host.transport, `ble:${served.controller.address.toUpperCase()}`);
    expect(connection.isOpen).toBe(true);
  });
});

describe('connecting', () => {
  it('asks for 15 to 30 ms, latency 0 and 1.5 s of supervision, and does not scan meanwhile', async () => {
    await join(host.transport, served.address);
    const parameters = host.controller.lastConnectionParameters!;
    expect(parameters.readUInt16LE(13) * 1.25).toBe(15);
    expect(parameters.readUInt16LE(15) * 1.25).toBe(30);
    expect(parameters.readUInt16LE(17)).toBe(0);
    expect(parameters.readUInt16LE(19) * 10).toBe(1500);
    expect(host.controller.isScanning).toBe(false);
  });

  it('a belt that is seen but does not connect: given up in time, cancelled once, no link is ended that is none', async () => {
    served.controller.setDeaf(true);
    const seen = outcome(host.transport, served.address);
    await advance(TRANSPORT_TIMEOUT_MS.connect - 1);
    expect(seen.result).toBe(undefined);
    await advance(1);
    expect(seen.result).toMatchObject({ ok: false, failure: 'timedOut' });
    expect(commandCount(COMMAND.leCancelConnection)).toBe(1);
    expect(commandCount(COMMAND.disconnect)).toBe(0);
    served.controller.setDeaf(false);
    const again = outcome(host.transport, served.address);
    await settle();
    expect(again.result?.ok).toBe(true);
  });

  it('an orphan: a link that comes about in the race with its cancellation is ended', async () => {
    served.controller.setDeaf(true);
    const attempt = host.transport.connect(
      served.address,
      () => {},
      () => expect.unreachable(),
    );
    await settle();
    served.controller.setDeaf(false); // The link is up, and the host has not heard of it yet.
    expect(host.controller.linkCount).toBe(1);
    attempt.cancel();
    await settle();
    expect(host.controller.linkCount).toBe(0);
    expect(belt.centrals.size).toBe(0);
    expect((await join(host.transport, served.address)).connection.isOpen).toBe(true);
  });

  it('a belt that connects and then says nothing: given up in time, and the link is ended', async () => {
    silence();
    const seen = outcome(host.transport, served.address);
    await advance(TRANSPORT_TIMEOUT_MS.discover - 1);
    expect(host.controller.linkCount).toBe(1);
    await advance(1);
    expect(seen.result).toMatchObject({ ok: false, failure: 'timedOut' });
    expect(host.controller.linkCount).toBe(0);
  });

  it('a device that lacks a characteristic of ours is refused by name, and let go', async () => {
    const bytes = Buffer.from(GATT.stop.uuid, 'hex').reverse();
    air.intercept(({ from, pdu }) => {
      const at = pdu.indexOf(bytes);
      if (from !== served.deviceId || at < 0) return 'deliver';
      const other = Buffer.from(pdu);
      other[at] = 0xee;
      return { replaceWith: [other] };
    });
    const seen = outcome(host.transport, served.address);
    await settle(200);
    expect(seen.result).toMatchObject({ ok: false, failure: 'refused' });
    expect(seen.result).toMatchObject({ detail: expect.stringContaining('stop') as string });
    expect(host.controller.linkCount).toBe(0);
  });

  it('an operation asked for as soon as the connection is told of is not taken for a refused one', async () => {
    const outcomes: string[] = [];
    host.transport.connect(
      served.address,
      (event) => void (event.type === 'operation.settled' && outcomes.push(event.outcome)),
      (result) => result.ok && result.connection.submit(1, { kind: 'read', characteristic: 'feature' }),
    );
    await settle(200);
    expect(outcomes).toEqual(['done']);
  });

  it('two attempts at once: both belts are reached, one after the other', async () => {
    const other = await serve(createRecordingBelt());
    const both = [outcome(host.transport, served.address), outcome(host.transport, other.address)];
    await settle(200);
    expect(both.map(({ result }) => result?.ok)).toEqual([true, true]);
    other.close();
  });

  it('after a lost link everything is discovered anew, and the new link works', async () => {
    const first = await join(host.transport, served.address);
    first.connection.submit(1, { kind: 'subscribe', characteristic: 'tick' });
    await settle();
    served.controller.loseLinks();
    await settle();
    expect(closedBy(first.events)).toBe('lost');
    const second = await join(host.transport, served.address);
    second.connection.submit(1, WRITE);
    await settle();
    expect(outcomeOf(second.events, 1)).toBe('done');
    expect(first.events.at(-1)?.type).toBe('closed');
  });
});
