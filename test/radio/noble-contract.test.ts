// The transport contract over the real noble and the real bleno: packets travel through virtual controllers in the
// event loop, timeouts pass when the test says so.
import type { EventEmitter } from 'node:events';
import { serveOverBluetooth } from '../../firmware-sim/peripheral.ts';
import { createNobleTransport } from '../../src/transport/noble.ts';
import { describeTransportContract } from '../transport/contract.ts';
import { createCountingClock } from '../transport/support/counting-clock.ts';
import { freshDeviceId, air, settle } from './support/radio-pair.ts';
import { loadBlenoOn, loadNobleOn } from './support/virtual-radio.ts';

type Insides = EventEmitter & {
  readonly _peripherals: Record<string, EventEmitter>;
  readonly _characteristics: Record<string, Record<string, Record<string, EventEmitter>>>;
};

const listenersOf = (emitter: EventEmitter): number =>
  emitter.eventNames().reduce((sum, event) => sum + emitter.listenerCount(event), 0);

/** noble itself, the belts it knows, and their characteristics. */
const emittersOf = (noble: Insides): EventEmitter[] => [
  noble,
  ...Object.values(noble._peripherals),
  ...Object.values(noble._characteristics).flatMap((services) =>
    Object.values(services).flatMap((characteristics) => Object.values(characteristics)),
  ),
];

describeTransportContract('Bluetooth through noble and bleno', async (peer) => {
  const belt = freshDeviceId();
  const host = freshDeviceId();
  const served = await serveOverBluetooth({ peripheral: peer, name: 'peer', loadBleno: loadBlenoOn(belt) });
  if (!served.ok) throw new Error(served.detail);
  const clock = createCountingClock();
  const nobles: Insides[] = [];
  const transport = createNobleTransport({
    clock,
    async loadNoble() {
      const noble = await loadNobleOn(host)();
      nobles.push(noble as Insides);
      return noble;
    },
  });
  return {
    transport,
    address: `ble:${air.controller(belt).address.replaceAll(':', '')}`,
    emptyAddress: 'ble:c0ffee000000',
    settle,
    async advance(durationMs) {
      await settle();
      clock.advance(durationMs);
      await settle();
    },
    listenerCount: () =>
      clock.timerCount() + nobles.flatMap(emittersOf).reduce((sum, emitter) => sum + listenersOf(emitter), 0),
    refusedWriteBecomes: 'refused',
    async dispose() {
      transport.dispose();
      served.close();
      await settle();
    },
  };
});
