// The advert of a served belt: flags, service and what the belt says of itself, with the name in the scan response; kept
// up to date while the belt changes.
import { encodeAdvert, type AdvertFacts } from '../protocol/advert.ts';
import { SERVICE_UUID } from '../protocol/gatt.ts';
import { callMethod, fieldOf, type Bleno } from './peripheral-bleno.ts';

/** How often the belt is asked what it says now. */
export const ADVERT_LOOK_MS = 250;

/** Types of the Core Specification Supplement. */
const AD_TYPE = { flags: 0x01, completeUuids128: 0x07, completeName: 0x09, manufacturer: 0xff } as const;
/** General discoverable, no classic Bluetooth. */
const FLAGS = 0x06;

const structure = (type: number, value: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([value.length + 1, type]), value]);

const advertOf = (facts: AdvertFacts): Buffer =>
  Buffer.concat([
    structure(AD_TYPE.flags, Uint8Array.of(FLAGS)),
    structure(AD_TYPE.completeUuids128, Buffer.from(SERVICE_UUID, 'hex').reverse()),
    structure(AD_TYPE.manufacturer, encodeAdvert(facts)),
  ]);

export interface Advertiser {
  start(): void;
  /** Idempotent. */
  stop(): void;
}

/** Without `facts`, and on systems that choose the advert's content themselves (macOS), it has the service and the name. */
export function createAdvertiser(
  bleno: Bleno,
  name: string,
  facts: (() => AdvertFacts) | undefined,
): Advertiser {
  const hci = fieldOf(fieldOf(bleno, '_bindings'), '_hci');
  const canSay = typeof fieldOf(hci, 'setAdvertisingData') === 'function';
  let timer: ReturnType<typeof setInterval> | undefined;
  let said = '';
  const look = (now: AdvertFacts): void => {
    const data = advertOf(now);
    if (data.toString('hex') === said) return;
    said = data.toString('hex');
    // Legal while advertising: the controller takes it with its next advert.
    callMethod(hci, 'setAdvertisingData', data);
  };
  const stop = (): void => clearInterval(timer);
  return {
    start() {
      stop();
      if (facts === undefined || !canSay) return bleno.startAdvertising(name, [SERVICE_UUID]);
      const data = advertOf(facts());
      said = data.toString('hex');
      const answer = structure(AD_TYPE.completeName, Buffer.from(name, 'ascii'));
      if (!callMethod(bleno, 'startAdvertisingWithEIRData', data, answer))
        return bleno.startAdvertising(name, [SERVICE_UUID]);
      timer = setInterval(() => look(facts()), ADVERT_LOOK_MS);
      timer.unref();
    },
    stop,
  };
}
