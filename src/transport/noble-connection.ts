// One open link: finds the belt's characteristics anew (objects of an earlier link hang for ever) and drives the
// operation queue over them.
import {
  BATTERY_SERVICE_UUID,
  CHARACTERISTICS,
  FRAME_MAX_BYTES,
  GATT,
  SERVICE_UUID,
  characteristicOfUuid,
  type Characteristic,
} from '../../protocol/gatt.ts';
import type { Clock } from '../clock.ts';
import { expressLane } from './noble-guard.ts';
import {
  asCharacteristics,
  type NobleCharacteristic,
  type NobleGatt,
  type NoblePeripheral,
  type NobleService,
} from './noble-types.ts';
import {
  createOperationQueue,
  type DriverResult,
  type LaneResult,
  type OperationDriver,
  type OperationQueue,
} from './operation-queue.ts';
import type { Connection, ConnectionEvent, Operation } from './transport.ts';

const WANTED_SERVICES: readonly string[] = [SERVICE_UUID, BATTERY_SERVICE_UUID];
const isNeeded = (name: Characteristic): boolean => GATT[name].serviceUuid === SERVICE_UUID;

export type Found = ReadonlyMap<Characteristic, NobleCharacteristic>;

export interface Discovery {
  start(): void;
  /** What noble reported on the peripheral. */
  services(services: readonly NobleService[]): void;
}

/**
 * Asks for services and characteristics; `done` is called once with all of them, or with words for what is missing.
 * Has no bound of its own. noble's own "discover some" never ends when a service is missing.
 */
export function createDiscovery(
  peripheral: NoblePeripheral,
  done: (found: Found | undefined, detail: string) => void,
): Discovery {
  const found = new Map<Characteristic, NobleCharacteristic>();
  let waitingCount = -1;

  const finish = (): void => {
    const missing = CHARACTERISTICS.filter((name) => isNeeded(name) && !found.has(name));
    if (missing.length === 0) done(found, '');
    else done(undefined, `this is not a belt that speaks our protocol: it has no ${missing.join(', ')}`);
  };

  const ask = (service: NobleService): void => {
    const take = (list: unknown): void => {
      service.removeListener('characteristicsDiscover', take);
      for (const one of asCharacteristics(list)) {
        const name = characteristicOfUuid(one.uuid);
        if (name !== undefined && GATT[name].serviceUuid === service.uuid) found.set(name, one);
      }
      waitingCount--;
      if (waitingCount === 0) finish();
    };
    service.on('characteristicsDiscover', take);
    service.discoverCharacteristics([]);
  };

  return {
    start: () => peripheral.discoverServices(WANTED_SERVICES),
    services(services) {
      if (waitingCount >= 0) return;
      const ours = services.filter((service) => WANTED_SERVICES.includes(service.uuid));
      waitingCount = ours.length;
      if (waitingCount === 0) finish();
      else ours.forEach(ask);
    },
  };
}

interface Running {
  readonly operation: Operation;
  readonly settle: (result: DriverResult) => void;
}

export interface NobleConnection {
  readonly connection: Connection;
  readonly queue: OperationQueue;
  /** From the guard: see `GuardHandlers.refusing`. */
  refusing(now: boolean): void;
}

const lane = (
  characteristic: NobleCharacteristic | undefined,
  express: ((bytes: Uint8Array) => void) | undefined,
  queuesBehindRequests: boolean,
) => {
  return (bytes: Uint8Array, requestRuns: boolean): LaneResult => {
    if (express !== undefined) express(bytes);
    else if (requestRuns && queuesBehindRequests) return 'blocked';
    else characteristic?.write(Buffer.from(bytes), true);
    return 'sent';
  };
};

/** Drives noble for one link. `onDrop` lets go of the link itself. */
export function createNobleConnection(options: {
  readonly clock: Clock;
  readonly found: Found;
  readonly gatt: NobleGatt | undefined;
  readonly queuesBehindRequests: boolean;
  readonly onEvent: (event: ConnectionEvent) => void;
  readonly onDrop: () => void;
}): NobleConnection {
  const { clock, found, gatt, queuesBehindRequests } = options;
  let running: Running | undefined;
  let refused = false;
  const unlisten: (() => void)[] = [];

  const settle = (result: DriverResult): void => {
    const settled = running;
    running = undefined;
    settled?.settle(result);
  };
  const runs = (kind: Operation['kind'], name: Characteristic): boolean =>
    !refused && running?.operation.kind === kind && running.operation.characteristic === name;

  const takeRead = (name: Characteristic, data: unknown, isNotification: unknown): void => {
    if (!(data instanceof Uint8Array)) return;
    if (isNotification === true) queue.value(name, data);
    else if (runs('read', name))
      // None of our values is empty: noble says "empty" where the belt said "error".
      settle(data.length === 0 ? { ok: false, detail: 'an empty value' } : { ok: true, bytes: data });
  };
  const takeNotify = (name: Characteristic, state: unknown): void => {
    if (runs('subscribe', name)) settle(state === true ? { ok: true } : { ok: false });
    else if (state === false) queue.lost('lost', `the subscription to ${name} ended`);
  };

  /** A fixed number of listeners for the life of the link, however many operations there are. */
  const listen = (name: Characteristic, characteristic: NobleCharacteristic): void => {
    const read = (data: unknown, isNotification: unknown): void => takeRead(name, data, isNotification);
    const write = (): void => void (runs('write', name) && settle({ ok: true }));
    const notify = (state: unknown): void => takeNotify(name, state);
    characteristic.on('read', read);
    characteristic.on('write', write);
    characteristic.on('notify', notify);
    unlisten.push(() => {
      characteristic.removeListener('read', read);
      characteristic.removeListener('write', write);
      characteristic.removeListener('notify', notify);
    });
  };

  const begin = (operation: Operation, characteristic: NobleCharacteristic): void => {
    switch (operation.kind) {
      case 'read':
        return characteristic.read();
      case 'subscribe':
        // Takes notify where there is one, else indicate; none of ours has both.
        return characteristic.subscribe();
      case 'write':
        // A Uint8Array passes noble's check and then throws; a longer one becomes a long write, which hides errors.
        return characteristic.write(Buffer.from(operation.bytes), false);
    }
  };

  const express = (name: Characteristic) => expressLane(gatt, GATT[name].serviceUuid, GATT[name].uuid);
  const driver: OperationDriver = {
    start(operation, settleOperation) {
      const characteristic = found.get(operation.characteristic);
      if (characteristic === undefined) return settleOperation({ ok: false, detail: 'the belt has it not' });
      if (operation.kind === 'write' && !(operation.bytes.length <= FRAME_MAX_BYTES))
        return settleOperation({ ok: false, detail: 'longer than a frame' });
      running = { operation, settle: settleOperation };
      begin(operation, characteristic);
    },
    sendLease: lane(found.get('lease'), express('lease'), queuesBehindRequests),
    sendStop: lane(found.get('stop'), express('stop'), queuesBehindRequests),
    drop() {
      running = undefined;
      for (const off of unlisten.splice(0)) off();
      options.onDrop();
    },
  };
  const queue = createOperationQueue({ clock, driver, onEvent: options.onEvent });
  for (const [name, characteristic] of found) listen(name, characteristic);

  return {
    connection: queue.connection,
    queue,
    refusing(now) {
      // Discovery ends with an ATT error too, and the first operation may start within its handling.
      const wasRefused = refused;
      refused = now;
      if (wasRefused && !now) settle({ ok: false, detail: 'the belt refused it' });
    },
  };
}
