// The GATT surface of a belt: identifiers, and the shape every carrier of GATT traffic (in process, socket,
// Bluetooth) offers to both ends. Values fit 20 bytes unless `Feature` says otherwise.

/** One random base with a 16-bit slot; lower case without dashes, because noble's scan filter matches nothing else. */
const uuidWithSlot = (slot: string): string => `d24f${slot}8ac14e0bb6937a5b1e90c364`;

export const SERVICE_UUID = uuidWithSlot('0001');

export const CHARACTERISTICS = [
  'feature',
  'controlPoint',
  'lease',
  'stop',
  'tick',
  'events',
  'recordAccess',
  'recordData',
  'battery',
] as const;
export type Characteristic = (typeof CHARACTERISTICS)[number];

export type CharacteristicProperty = 'read' | 'write' | 'writeWithoutResponse' | 'notify' | 'indicate';

export interface CharacteristicDefinition {
  readonly uuid: string;
  readonly serviceUuid: string;
  /** The one-byte name of this characteristic on a byte stream (see framing.ts). */
  readonly slot: number;
  readonly properties: readonly CharacteristicProperty[];
}

export const BATTERY_SERVICE_UUID = '180f';
export const DEVICE_INFORMATION_SERVICE_UUID = '180a';

const own = (slot: number, properties: readonly CharacteristicProperty[]): CharacteristicDefinition => ({
  uuid: uuidWithSlot(slot.toString(16).padStart(4, '0')),
  serviceUuid: SERVICE_UUID,
  slot,
  properties,
});

/** One purpose each; never notify and indicate on one, never read and notify on one of ours. */
export const GATT: Readonly<Record<Characteristic, CharacteristicDefinition>> = {
  feature: own(2, ['read']),
  controlPoint: own(3, ['write', 'indicate']),
  lease: own(4, ['writeWithoutResponse']),
  stop: own(5, ['write', 'writeWithoutResponse']),
  tick: own(6, ['notify']),
  events: own(7, ['indicate']),
  recordAccess: own(8, ['write', 'indicate']),
  recordData: own(9, ['notify']),
  battery: { uuid: '2a19', serviceUuid: BATTERY_SERVICE_UUID, slot: 10, properties: ['read', 'notify'] },
};

/** Read-only strings of the Device Information service, at most 20 bytes each. Unauthenticated: nothing relies on them. */
export const DEVICE_INFORMATION = {
  manufacturer: '2a29',
  model: '2a24',
  serial: '2a25',
  firmware: '2a26',
  hardware: '2a27',
} as const;

/** ATT_MTU 23 less the three bytes of the ATT header: what every link carries. */
export const FRAME_MAX_BYTES = 20;
/** The sealed envelope spends 3 bytes of header and 8 of tag, so every body leaves room for it. */
export const BODY_MAX_BYTES = 9;
/** noble truncates longer reads without a word. */
export const VALUE_MAX_BYTES = 253;

const bySlot = new Map<number, Characteristic>(CHARACTERISTICS.map((name) => [GATT[name].slot, name]));
const byUuid = new Map<string, Characteristic>(CHARACTERISTICS.map((name) => [GATT[name].uuid, name]));

/** The characteristic with this one-byte name, or undefined. */
export const characteristicOfSlot = (slot: number): Characteristic | undefined => bySlot.get(slot);
/** The characteristic with this UUID (any case, with or without dashes), or undefined. */
export const characteristicOfUuid = (uuid: string): Characteristic | undefined =>
  byUuid.get(uuid.toLowerCase().replaceAll('-', ''));

export type WriteMode = 'withResponse' | 'withoutResponse';

/** What a belt tells one connected central. Bytes are only valid during the call: who keeps them, copies them. */
export interface CentralHandlers {
  value(characteristic: Characteristic, bytes: Uint8Array): void;
  disconnected(reason: string): void;
}

/** Result of one ATT request. `bytes` only for reads; only valid during the call. */
export type AttResult =
  { readonly ok: true; readonly bytes?: Uint8Array } | { readonly ok: false; readonly attError: number };

/** One central's link to a belt, as the belt's side offers it. `done` is called at most once, and never after `disconnected`. */
export interface PeripheralLink {
  read(characteristic: Characteristic, done: (result: AttResult) => void): void;
  write(
    characteristic: Characteristic,
    bytes: Uint8Array,
    mode: WriteMode,
    done: (result: AttResult) => void,
  ): void;
  subscribe(characteristic: Characteristic, wanted: boolean, done: (result: AttResult) => void): void;
  disconnect(): void;
}

/** A belt that can be connected to. Refusal (a third central) is a disconnect right after the connection. */
export interface Peripheral {
  connect(central: CentralHandlers): PeripheralLink;
}

/** ATT errors a belt may answer. 04, 05, 08 and 0F are never answered: they start pairing or wedge noble's queue. */
export const ATT_ERROR = {
  readNotPermitted: 0x02,
  writeNotPermitted: 0x03,
  requestNotSupported: 0x06,
  invalidOffset: 0x07,
  attributeNotFound: 0x0a,
  invalidLength: 0x0d,
  unlikely: 0x0e,
  writeRejected: 0xfc,
} as const;
