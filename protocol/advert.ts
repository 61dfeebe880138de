// What a belt tells everybody who passes by: manufacturer data of eight bytes beside its service UUID. Unauthenticated and
// public: good for a list of belts, never for a decision, and nothing in it names a person.
import { BELT_STATE, PROTOCOL_VERSION, type BeltState } from './messages.ts';
import { beltStateOf } from './decoding.ts';

export interface AdvertFacts {
  readonly state: BeltState;
  readonly isPairingWindowOpen: boolean;
  /** Six hexadecimal digits: the beginning of the belt's id, to tell two belts apart. */
  readonly shortId: string;
}

/** For tests and development (Bluetooth assigned numbers); a product needs its maker's own. */
const COMPANY_ID = 0xffff;
const ADVERT_BYTES = 8;
const PAIRING_WINDOW_BIT = 1;
const SHORT_ID_DIGITS = 6;

/** Company id (little endian), protocol major version, state, flags, three bytes of the belt id. */
export function encodeAdvert({ state, isPairingWindowOpen, shortId }: AdvertFacts): Uint8Array {
  const bytes = new Uint8Array(ADVERT_BYTES);
  bytes[0] = COMPANY_ID & 0xff;
  bytes[1] = COMPANY_ID >>> 8;
  bytes[2] = PROTOCOL_VERSION.major;
  bytes[3] = BELT_STATE[state];
  bytes[4] = isPairingWindowOpen ? PAIRING_WINDOW_BIT : 0;
  for (let digit = 0; digit < SHORT_ID_DIGITS; digit += 2)
    bytes[5 + digit / 2] = Number.parseInt(shortId.slice(digit, digit + 2), 16);
  return bytes;
}

/** The facts of an advert of our version, or undefined for anything else; never throws. */
export function decodeAdvert(bytes: Uint8Array): AdvertFacts | undefined {
  const [low, high, version, stateCode, flags, ...id] = bytes;
  if (bytes.length !== ADVERT_BYTES || low !== (COMPANY_ID & 0xff) || high !== COMPANY_ID >>> 8)
    return undefined;
  const state = beltStateOf(stateCode ?? 0);
  if (version !== PROTOCOL_VERSION.major || state === undefined || flags === undefined) return undefined;
  return {
    state,
    isPairingWindowOpen: (flags & PAIRING_WINDOW_BIT) !== 0,
    shortId: id.map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  };
}
