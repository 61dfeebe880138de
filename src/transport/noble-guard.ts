// Stands between the air and noble's ATT client on Linux. Without it one short PDU from a belt is an uncaught
// exception, one with a length of zero is an endless loop, some error codes start a pairing or wedge noble's request
// queue for ever, and a refused write never settles.
import { fieldOf, wordsOf, type NobleGatt } from './noble-types.ts';

const ATT_CHANNEL = 0x0004;
const SECURITY_CHANNEL = 0x0006;
const ATT_ERROR_RESPONSE = 0x01;
const ATT_WRITE_COMMAND = 0x52;
const READ_BLOB_REQUEST = 0x0c;
const NOT_LONG = 0x0b;
const UNLIKELY_ERROR = 0x0e;
/** Invalid PDU wedges noble's queue; the other three start legacy pairing, which protects nothing. */
const NEVER_SHOWN_TO_NOBLE: readonly number[] = [0x04, 0x05, 0x08, 0x0f];

/** What a client may be sent: opcode, shortest length, and for lists the lengths an entry may have. */
const RECEIVABLE: Readonly<
  Record<number, { readonly minBytes: number; readonly entry?: readonly number[] }>
> = {
  [ATT_ERROR_RESPONSE]: { minBytes: 5 },
  0x03: { minBytes: 3 }, // exchange MTU response
  0x09: { minBytes: 6, entry: [4, 7, 21] }, // read by type: configuration value, characteristic (short, long UUID)
  0x0b: { minBytes: 1 }, // read response
  0x0d: { minBytes: 1 }, // read blob response
  0x11: { minBytes: 8, entry: [6, 20] }, // read by group type: service (short, long UUID)
  0x13: { minBytes: 1 }, // write response
  0x1b: { minBytes: 3 }, // notification
  0x1d: { minBytes: 3 }, // indication
};

export type ScreenedPdu =
  | { readonly kind: 'drop'; readonly why: string }
  | { readonly kind: 'pass'; readonly pdu: Buffer; readonly refused: boolean };

/** Decides what noble may see of one ATT PDU from the belt. Takes any bytes, never throws. */
export function screenPdu(pdu: Buffer): ScreenedPdu {
  const opcode = pdu[0];
  if (opcode === undefined) return { kind: 'drop', why: 'an empty PDU' };
  // Even opcodes are requests to us; noble answers them itself and touches no other byte of them.
  if (opcode % 2 === 0)
    return opcode === 0x02 && pdu.length < 3
      ? { kind: 'drop', why: 'a cut off request' }
      : { kind: 'pass', pdu, refused: false };
  const known = RECEIVABLE[opcode];
  // noble would settle its running request with whatever it does not know.
  if (known === undefined) return { kind: 'drop', why: `an unknown PDU 0x${opcode.toString(16)}` };
  if (pdu.length < known.minBytes)
    return { kind: 'drop', why: `a cut off PDU 0x${opcode.toString(16)} of ${pdu.length} bytes` };
  if (known.entry !== undefined) {
    const entryBytes = pdu[1]!;
    if (!known.entry.includes(entryBytes) || (pdu.length - 2) % entryBytes !== 0)
      return { kind: 'drop', why: `a list with entries of ${entryBytes} bytes` };
  }
  if (opcode !== ATT_ERROR_RESPONSE) return { kind: 'pass', pdu, refused: false };
  // "Not long" to the rest of a value that filled its first answer: the value was complete.
  if (pdu[1] === READ_BLOB_REQUEST && pdu[4] === NOT_LONG) return { kind: 'pass', pdu, refused: false };
  if (!NEVER_SHOWN_TO_NOBLE.includes(pdu[4]!)) return { kind: 'pass', pdu, refused: true };
  const harmless = Buffer.from(pdu);
  harmless[4] = UNLIKELY_ERROR;
  return { kind: 'pass', pdu: harmless, refused: true };
}

export interface GuardHandlers {
  /** Around an ATT error: what noble reports between `true` and `false` is not to be believed (a cut off long read). */
  refusing(now: boolean): void;
  /** The belt sent what no belt may send, or noble broke on it. */
  damaged(why: string): void;
}

/** Puts the guard in front of one link's incoming data. The link's own object is changed, and dies with the link. */
export function guardGatt(gatt: NobleGatt, handlers: GuardHandlers): void {
  const stream = gatt._aclStream;
  const push = stream.push.bind(stream);
  const passOn = (channel: number | null, data: Buffer | null): void => {
    try {
      push(channel, data);
    } catch (cause) {
      handlers.damaged(`the belt sent what the Bluetooth stack cannot read: ${wordsOf(cause)}`);
    }
  };
  stream.push = (channel, data) => {
    // Pairing is never asked for and never answered.
    if (channel === SECURITY_CHANNEL) return;
    if (channel !== ATT_CHANNEL || data === null) return passOn(channel, data);
    const screened = screenPdu(data);
    if (screened.kind === 'drop') return handlers.damaged(`the belt sent ${screened.why}`);
    if (!screened.refused) return passOn(channel, screened.pdu);
    handlers.refusing(true);
    passOn(channel, screened.pdu);
    handlers.refusing(false);
  };
}

/**
 * A way past noble's request queue for writes without response, which ATT allows at any time: so STOP leaves even
 * while a request hangs. Undefined where noble has no such insides (macOS, Windows).
 */
export function expressLane(
  gatt: NobleGatt | undefined,
  serviceUuid: string,
  characteristicUuid: string,
): ((bytes: Uint8Array) => void) | undefined {
  const entry = fieldOf(fieldOf(fieldOf(gatt, '_characteristics'), serviceUuid), characteristicUuid);
  const handle = fieldOf(entry, 'valueHandle');
  if (gatt === undefined || typeof handle !== 'number') return undefined;
  const header = [ATT_WRITE_COMMAND, handle & 0xff, handle >> 8];
  return (bytes) => gatt.writeAtt(Buffer.from([...header, ...bytes]));
}
