// What a key file says: one JSON object with a check over everything in it, so that a torn or altered file shows as that
// and not as a wrong key. Pure but for the hash.
import { createHash } from 'node:crypto';

export const LONG_TERM_KEY_BYTES = 32;

export interface BeltKey {
  /** As people call the belt; also the name of its file. */
  readonly name: string;
  /** Where it was paired: `ble:…`, `socket:…`. */
  readonly address: string;
  /** 16 hexadecimal digits. */
  readonly beltId: string;
  /** 16 hexadecimal digits: as whom the belt knows this computer. */
  readonly controllerId: string;
  /** ISO 8601. */
  readonly pairedAt: string;
  /** A function, so that nothing that prints or serializes a key record prints the key. */
  readonly longTermKey: () => Uint8Array;
}

const KEY_KIND = 'belt key';
const CONTROLLER_KIND = 'controller';
const VERSION = 1;
const ID_PATTERN = /^[0-9a-f]{16}$/;
const KEY_PATTERN = /^[0-9a-f]{64}$/;
const TEXT_MAX_CHARACTERS = 1024;
const CHECK_CHARACTERS = 16;

export const isId = (text: unknown): text is string => typeof text === 'string' && ID_PATTERN.test(text);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= TEXT_MAX_CHARACTERS;

/** The check covers the key and is no secret: it stands beside it in the same file. */
const checkOf = (content: object): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, CHECK_CHARACTERS);

const encode = (content: object): string =>
  `${JSON.stringify({ ...content, check: checkOf(content) }, null, 2)}\n`;

/** What is wrong with the text, in words that continue "the file …"; nothing of the content. */
export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };
const failed = (detail: string): { readonly ok: false; readonly detail: string } => ({ ok: false, detail });

const TORN = 'is torn or was altered';

function decode(text: string, kind: string): Parsed<Readonly<Record<string, unknown>>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return failed(TORN);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return failed('is not one of ours');
  const record: Readonly<Record<string, unknown>> = { ...value };
  if (record['laserbelt'] !== kind) return failed('is not one of ours');
  if (record['version'] !== VERSION) return failed('was written by another version of laserbelt');
  const { check, ...content } = record;
  return check === checkOf(content) ? { ok: true, value: content } : failed(TORN);
}

export const encodeKeyFile = ({
  name,
  address,
  beltId,
  controllerId,
  pairedAt,
  longTermKey,
}: BeltKey): string =>
  encode({
    laserbelt: KEY_KIND,
    version: VERSION,
    name,
    address,
    beltId,
    controllerId,
    pairedAt,
    longTermKey: Buffer.from(longTermKey()).toString('hex'),
  });

/** `name`: what the file is called. One that was renamed or copied is not what it says. */
export function decodeKeyFile(text: string, name: string): Parsed<BeltKey> {
  const decoded = decode(text, KEY_KIND);
  if (!decoded.ok) return decoded;
  const { address, beltId, controllerId, pairedAt, longTermKey, name: nameInside } = decoded.value;
  if (nameInside !== name) return failed('was copied or renamed: inside it is the key of another name');
  if (!isText(address) || !isId(beltId) || !isId(controllerId) || !isText(pairedAt)) return failed(TORN);
  if (typeof longTermKey !== 'string' || !KEY_PATTERN.test(longTermKey)) return failed(TORN);
  const bytes = Uint8Array.from(Buffer.from(longTermKey, 'hex'));
  return {
    ok: true,
    value: { name, address, beltId, controllerId, pairedAt, longTermKey: () => bytes.slice() },
  };
}

export const encodeControllerFile = (controllerId: string): string =>
  encode({ laserbelt: CONTROLLER_KIND, version: VERSION, controllerId });

export function decodeControllerFile(text: string): Parsed<string> {
  const decoded = decode(text, CONTROLLER_KIND);
  if (!decoded.ok) return decoded;
  const { controllerId } = decoded.value;
  return isId(controllerId) ? { ok: true, value: controllerId } : failed(TORN);
}
