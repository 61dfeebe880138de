import { afterEach, describe, expect, it, vi } from 'vitest';
import { stopBeltOnCrash } from '../../firmware-sim/peripheral-crash.ts';
import { failureOfCause as serveFailureOfCause } from '../../firmware-sim/peripheral-bleno.ts';
import { serveOverBluetooth } from '../../firmware-sim/peripheral.ts';
import { createVirtualClock, systemClock } from '../../src/clock.ts';
import { failureOfCause } from '../../src/transport/noble-load.ts';
import { createNobleTransport } from '../../src/transport/noble.ts';
import { TRANSPORT_TIMEOUT_MS, type ConnectFailure } from '../../src/transport/transport.ts';
import { COMMAND } from './support/hci.ts';
import {
  air,
  closedBy,
  connectResult,
  freshDeviceId,
  join,
  outcomeOf,
  serve,
  settle,
  until,
} from './support/radio-pair.ts';
import { createRecordingBelt } from './support/recording-belt.ts';
import { loadBlenoOn, loadNobleOn } from './support/virtual-radio.ts';

const errorWith = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code && { code });

/** Messages and codes as Node and the packages give them. */
const CAUSES: readonly (readonly [string, Error, ConnectFailure])[] = [
  [
    'the package is absent',
    errorWith(
      "Cannot find package '@abandonware/noble' imported from /x/noble-load.js",
      'ERR_MODULE_NOT_FOUND',
    ),
    'moduleMissing',
  ],
  [
    'the native part was never built',
    errorWith("Cannot find module '../bluetooth_hci_socket.node'\nRequire stack:\n- x", 'MODULE_NOT_FOUND'),
    'moduleBroken',
  ],
  [
    'the socket package is absent',
    errorWith("Cannot find module '@abandonware/bluetooth-hci-socket'", 'MODULE_NOT_FOUND'),
    'moduleBroken',
  ],
  ['the build is for another machine', errorWith('invalid ELF header', 'ERR_DLOPEN_FAILED'), 'moduleBroken'],
  [
    'the kernel has no Bluetooth',
    errorWith('EAFNOSUPPORT, Address family not supported by protocol', 'EAFNOSUPPORT'),
    'noAdapter',
  ],
  ['there is no such adapter', errorWith('ENODEV, No such device', 'ENODEV'), 'noAdapter'],
  ['rights are missing', errorWith('EPERM, Operation not permitted', 'EPERM'), 'noPermission'],
  ['access is denied', errorWith('EACCES, Permission denied', 'EACCES'), 'noPermission'],
  ['the platform is unknown', errorWith('Unsupported platform'), 'unsupported'],
];

const cleanups: (() => void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) cleanup();
  vi.restoreAllMocks();
  await settle();
});

const hostOn = (deviceId: number) => {
  const transport = createNobleTransport({ clock: systemClock, loadNoble: loadNobleOn(deviceId) });
  cleanups.push(() => transport.dispose());
  return transport;
};
const servedBelt = async () => {
  const belt = createRecordingBelt();
  const served = await serve(belt);
  cleanups.push(() => served.close());
  return { belt, served };
};

describe('loading fails in words of its own, one line of them', () => {
  it.each(CAUSES)('when %s', async (_what, cause, failure) => {
    expect(failureOfCause(cause)).toBe(failure);
    const [detail] = cause.message.split('\n');
    const transport = createNobleTransport({ clock: systemClock, loadNoble: () => Promise.reject(cause) });
    expect(await connectResult(transport, 'ble:c0ffee000000')).toEqual({
      ok: false,
      failure,
      detail,
    });
    const scanned = await new Promise((resolve) => transport.scan(() => {}, resolve));
    expect(scanned).toEqual({ failure, detail });
    transport.dispose();
  });

  it.each(CAUSES)('on the serving side when %s', async (_what, cause, failure) => {
    const own = errorWith(
      cause.message.replace('@abandonware/noble', '@stoprocent/bleno'),
      Reflect.get(cause, 'code') as string,
    );
    expect(serveFailureOfCause(own)).toBe(failure);
    const result = await serveOverBluetooth({
      peripheral: createRecordingBelt(),
      name: 'x',
      loadBleno: () => Promise.reject(own),
    });
    expect(result).toMatchObject({ ok: false, failure });
  });

  it('when what was loaded is no noble', async () => {
    const transport = createNobleTransport({ clock: systemClock, loadNoble: () => Promise.resolve({}) });
    expect(await connectResult(transport, 'ble:c0ffee000000')).toMatchObject({ failure: 'moduleBroken' });
  });

  it('the installed package loads, or says why not, and never throws', async () => {
    const clock = createVirtualClock();
    const transport = createNobleTransport({ clock });
    cleanups.push(() => transport.dispose());
    // Here it meets the virtual controller: the socket class is replaced, nothing native loads.
    const result = connectResult(transport, 'ble:c0ffee000000');
    await until(() => air.controller(0).isScanning);
    clock.advance(TRANSPORT_TIMEOUT_MS.connect);
    expect(await result).toMatchObject({ ok: false, failure: 'noSuchBelt' });
  });
});

describe('the adapter', () => {
  it('switched off: said at once, on both sides, without a word on standard output', async () => {
    const log = vi.spyOn(console, 'log');
    const [hostId, beltId] = [freshDeviceId(), freshDeviceId()];
    air.controller(hostId).setPower(false);
    air.controller(beltId).setPower(false);
    expect(await connectResult(hostOn(hostId), 'ble:c0ffee000000')).toMatchObject({
      failure: 'bluetoothOff',
    });
    const served = await serveOverBluetooth({
      peripheral: createRecordingBelt(),
      name: 'x',
      loadBleno: loadBlenoOn(beltId),
    });
    expect(served).toMatchObject({ ok: false, failure: 'bluetoothOff' });
    expect(log).not.toHaveBeenCalled();
  });

  it('that the system does not have is told from one that is off, also when bleno says "off" to both', async () => {
    const deviceId = freshDeviceId();
    air.controller(deviceId).setPower(false);
    type Hci = { init(): void; onSocketError(error: Error): void };
    const bleno = (await loadBlenoOn(deviceId)()) as { _bindings: { _hci: Hci } };
    const hci = bleno._bindings._hci;
    const init = hci.init.bind(hci);
    hci.init = () => {
      // As its native socket does it: the words of the system, no code, and then "poweredOff".
      hci.onSocketError(
        Object.assign(errorWith('Address family not supported by protocol'), {
          syscall: 'socket creation failed',
        }),
      );
      init();
    };
    const served = await serveOverBluetooth({
      peripheral: createRecordingBelt(),
      name: 'x',
      loadBleno: () => Promise.resolve(bleno),
    });
    expect(served).toMatchObject({ ok: false, failure: 'noAdapter' });
  });

  it('switched on later: the next attempt works', async () => {
    const { served } = await servedBelt();
    const deviceId = freshDeviceId();
    air.controller(deviceId).setPower(false);
    const transport = hostOn(deviceId);
    expect(await connectResult(transport, served.address)).toMatchObject({ failure: 'bluetoothOff' });
    air.controller(deviceId).setPower(true);
    expect((await join(transport, served.address)).connection.isOpen).toBe(true);
  });

  it.each([
    ['unauthorized', 'noPermission'],
    ['unsupported', 'unsupported'],
  ] as const)('that becomes %s fails the attempt as %s', async (state, failure) => {
    const log = vi.spyOn(console, 'log');
    const noble = (await loadNobleOn(freshDeviceId())()) as {
      _bindings: { _hci: { emit(event: string, state: string): void } };
    };
    const transport = createNobleTransport({ clock: systemClock, loadNoble: () => Promise.resolve(noble) });
    cleanups.push(() => transport.dispose());
    const result = connectResult(transport, 'ble:c0ffee000000');
    await settle();
    noble._bindings._hci.emit('stateChange', state);
    expect(await result).toMatchObject({ ok: false, failure });
    expect(log).not.toHaveBeenCalled();
  });

  it('switched off under a link: adapterOff, pending work settled; on again, the next connection is a fresh one', async () => {
    const { belt, served } = await servedBelt();
    const deviceId = freshDeviceId();
    const transport = hostOn(deviceId);
    const { connection, events } = await join(transport, served.address);
    belt.onWrite = () => {};
    connection.submit(1, { kind: 'read', characteristic: 'feature' });
    air.controller(deviceId).setPower(false);
    // noble looks once a second.
    await until(() => closedBy(events) !== undefined);
    expect(closedBy(events)).toBe('adapterOff');
    expect(outcomeOf(events, 1)).toBe('disconnected');
    expect(belt.centrals.size).toBe(0);
    air.controller(deviceId).setPower(true);
    expect((await join(transport, served.address)).connection.isOpen).toBe(true);
  });

  it('of the belt switched off and on: its links end, and it can be reached again', async () => {
    const { belt, served } = await servedBelt();
    await join(hostOn(freshDeviceId()), served.address);
    expect(belt.centrals.size).toBe(1);
    served.controller.setPower(false);
    await until(() => belt.centrals.size === 0);
    served.controller.setPower(true);
    await until(() => served.controller.isAdvertising);
    const { connection } = await join(hostOn(freshDeviceId()), served.address);
    expect(connection.isOpen).toBe(true);
    expect(belt.centrals.size).toBe(1);
  });

  it('in user channel mode noble is made to ask for the buffer size, so that writes leave', async () => {
    const { served } = await servedBelt();
    const deviceId = freshDeviceId();
    vi.stubEnv('HCI_CHANNEL_USER', '1');
    try {
      const { connection, events } = await join(hostOn(deviceId), served.address);
      connection.submit(1, { kind: 'write', characteristic: 'controlPoint', bytes: Uint8Array.of(1) });
      await until(() => outcomeOf(events, 1) !== undefined);
      expect(outcomeOf(events, 1)).toBe('done');
      expect(air.controller(deviceId).commands).toContain(COMMAND.leReadBufferSize);
      expect(air.controller(deviceId).commands).toContain(COMMAND.reset);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

describe('the process', () => {
  const handlers = () =>
    ['SIGINT', 'exit', 'uncaughtException'].map((event) => process.listeners(event as 'SIGINT'));

  it('keeps its own SIGINT handlers alone, and gets all of them back after dispose and close', async () => {
    const before = handlers();
    const { served } = await servedBelt();
    const transport = hostOn(freshDeviceId());
    await join(transport, served.address);
    expect(handlers()[0]).toEqual(before[0]);
    transport.dispose();
    served.close();
    expect(handlers()).toEqual(before);
  });

  it('keeps them when the adapter cannot be opened', async () => {
    const before = handlers();
    const noble = (await loadNobleOn(freshDeviceId())()) as { _bindings: { _hci: { init(): void } } };
    noble._bindings._hci.init = () => {
      throw errorWith('ENODEV, No such device', 'ENODEV');
    };
    const transport = createNobleTransport({ clock: systemClock, loadNoble: () => Promise.resolve(noble) });
    expect(await connectResult(transport, 'ble:c0ffee000000')).toMatchObject({ failure: 'noAdapter' });
    expect(handlers()).toEqual(before);
  });

  it('that serves a belt stops it before it ends on an error that nobody caught', () => {
    const before = process.listeners('uncaughtException');
    const order: string[] = [];
    const undo = stopBeltOnCrash({
      stopBelt: () => void order.push('stop'),
      onLog: (line) => void order.push(line),
      exit: (code) => void order.push(`exit ${code}`),
    });
    const crash = process.listeners('uncaughtException').find((one) => !before.includes(one))!;
    crash(new Error('boom'), 'uncaughtException');
    expect(order).toEqual(['stop', 'stopped the belt after an unexpected error: boom', 'exit 70']);
    undo();
    expect(process.listeners('uncaughtException')).toEqual(before);
  });

  it('ends even when the belt cannot be stopped', () => {
    const before = process.listeners('uncaughtException');
    const codes: number[] = [];
    const undo = stopBeltOnCrash({
      stopBelt() {
        throw new Error('no belt');
      },
      onLog: () => {},
      exit: (code) => void codes.push(code),
    });
    const crash = process.listeners('uncaughtException').find((one) => !before.includes(one))!;
    expect(() => crash(new Error('boom'), 'uncaughtException')).not.toThrow();
    expect(codes).toEqual([70]);
    undo();
  });
});
