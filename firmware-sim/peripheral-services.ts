// The belt's GATT table, as bleno wants it built.
import {
  BATTERY_SERVICE_UUID,
  CHARACTERISTICS,
  DEVICE_INFORMATION,
  DEVICE_INFORMATION_SERVICE_UUID,
  GATT,
  SERVICE_UUID,
  type Characteristic,
} from '../protocol/gatt.ts';
import type { Bleno } from './peripheral-bleno.ts';
import type { Central } from './peripheral-central.ts';

export interface CentralsByConnection {
  /** macOS tells of a central only when it asks for something: so one is made at need. */
  of(connection: unknown): Central;
  /** Only if there is one: what comes after the end of a link must not make a new one. */
  find(connection: unknown): Central | undefined;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);
const bufferOf = (value: unknown): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));

function createCharacteristic(bleno: Bleno, name: Characteristic, centrals: CentralsByConnection): object {
  const { uuid, properties } = GATT[name];
  return new bleno.Characteristic({
    uuid,
    properties,
    onReadRequest: (connection, offset, answer) =>
      centrals.of(connection).read(name, numberOf(offset), answer),
    onWriteRequest(connection, data, offset, withoutResponse, answer) {
      const central = centrals.of(connection);
      // Where there is no guard in front (macOS), a stop of any length and offset comes through here.
      if (name === 'stop') {
        central.stop(bufferOf(data));
        return answer(0);
      }
      const mode = withoutResponse === true ? 'withoutResponse' : 'withResponse';
      central.write(name, bufferOf(data), numberOf(offset), mode, answer);
    },
    onSubscribe: (connection, _maxBytes, update) => centrals.of(connection).subscribe(name, update),
    onUnsubscribe: (connection) => centrals.find(connection)?.unsubscribe(name),
    onIndicate: (connection) => centrals.find(connection)?.confirmed(),
  });
}

export function createServices(bleno: Bleno, centrals: CentralsByConnection): readonly object[] {
  const service = (uuid: string): object => {
    const names = CHARACTERISTICS.filter((name) => GATT[name].serviceUuid === uuid);
    const characteristics = names.map((name) => createCharacteristic(bleno, name, centrals));
    return new bleno.PrimaryService({ uuid, characteristics });
  };
  const text = (uuid: string, value: string): object =>
    new bleno.Characteristic({ uuid, properties: ['read'], value: Buffer.from(value) });
  const information = new bleno.PrimaryService({
    uuid: DEVICE_INFORMATION_SERVICE_UUID,
    characteristics: [
      text(DEVICE_INFORMATION.manufacturer, 'laserbelt'),
      text(DEVICE_INFORMATION.model, 'simulated belt'),
      text(DEVICE_INFORMATION.firmware, 'firmware-sim'),
      text(DEVICE_INFORMATION.hardware, 'no emitters'),
    ],
  });
  return [service(SERVICE_UUID), service(BATTERY_SERVICE_UUID), information];
}
