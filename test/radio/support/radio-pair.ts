// A belt served through the real bleno and a controller through the real noble, over virtual air.
import type { AdvertFacts } from '../../../protocol/advert.ts';
import type { Peripheral } from '../../../protocol/gatt.ts';
import { serveOverBluetooth } from '../../../firmware-sim/peripheral.ts';
import type { Clock } from '../../../src/clock.ts';
import { systemClock } from '../../../src/clock.ts';
import { createNobleTransport } from '../../../src/transport/noble.ts';
import type {
  Connection,
  ConnectionEvent,
  ConnectResult,
  Transport,
} from '../../../src/transport/transport.ts';
import type { VirtualAir, VirtualController } from './virtual-controller.ts';
import { installVirtualRadio, loadBlenoOn, loadNobleOn } from './virtual-radio.ts';

export const air: VirtualAir = installVirtualRadio();

let nextDeviceId = 10;
export const freshDeviceId = (): number => nextDeviceId++;

/** Lets everything that is due on the virtual air happen. */
export async function settle(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Waits until the condition holds; gives up after about `boundMs`. */
export async function until(condition: () => boolean, boundMs = 3000): Promise<void> {
  const endMs = performance.now() + boundMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`gave up waiting for ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

export interface ServedBelt {
  readonly deviceId: number;
  readonly controller: VirtualController;
  readonly address: string;
  readonly log: readonly string[];
  close(): void;
  stopBelt(): void;
}

export async function serve(
  peripheral: Peripheral,
  name = 'virtual belt',
  advert?: () => AdvertFacts,
): Promise<ServedBelt> {
  const deviceId = freshDeviceId();
  const log: string[] = [];
  const served = await serveOverBluetooth({
    peripheral,
    name,
    ...(advert === undefined ? {} : { advert }),
    loadBleno: loadBlenoOn(deviceId),
    onLog: (line) => log.push(line),
  });
  if (!served.ok) throw new Error(`not served: ${served.failure} ${served.detail}`);
  const controller = air.controller(deviceId);
  const address = `ble:${controller.address.replaceAll(':', '')}`;
  return { deviceId, controller, address, log, close: served.close, stopBelt: served.stopBelt };
}

export interface Host {
  readonly deviceId: number;
  readonly controller: VirtualController;
  readonly transport: Transport;
}

export function createHost(clock: Clock = systemClock): Host {
  const deviceId = freshDeviceId();
  const controller = air.controller(deviceId);
  return {
    deviceId,
    controller,
    transport: createNobleTransport({ clock, loadNoble: loadNobleOn(deviceId) }),
  };
}

export interface Joined {
  readonly connection: Connection;
  readonly events: ConnectionEvent[];
}

export function connectResult(
  transport: Transport,
  address: string,
  onEvent: (event: ConnectionEvent) => void = () => {},
): Promise<ConnectResult> {
  return new Promise((resolve) => transport.connect(address, onEvent, resolve));
}

export async function join(transport: Transport, address: string): Promise<Joined> {
  const events: ConnectionEvent[] = [];
  const result = await connectResult(transport, address, (event) =>
    events.push(event.type === 'value' ? { ...event, bytes: event.bytes.slice() } : event),
  );
  if (!result.ok) throw new Error(`not connected: ${result.failure} ${result.detail}`);
  return { connection: result.connection, events };
}

export const closedBy = (events: readonly ConnectionEvent[]): string | undefined =>
  events.flatMap((event) => (event.type === 'closed' ? [event.reason] : []))[0];

export const outcomeOf = (events: readonly ConnectionEvent[], id: number): string | undefined =>
  events.flatMap((event) =>
    event.type === 'operation.settled' && event.id === id ? [event.outcome] : [],
  )[0];
