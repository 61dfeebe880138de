// Stands in front of bleno's ATT server on Linux. Without it one short PDU from anyone in reach ends the process, a
// long write may be of any length, and a STOP that is malformed is not a STOP.
import { ATT_ERROR, FRAME_MAX_BYTES } from '../protocol/gatt.ts';
import { callMethod, fieldOf, replaceMethod, wordsOf } from './peripheral-bleno.ts';

const OP = {
  error: 0x01,
  write: 0x12,
  writeResponse: 0x13,
  prepareWrite: 0x16,
  executeWrite: 0x18,
  writeCommand: 0x52,
  signedWriteCommand: 0xd2,
} as const;

/** Everything that carries bytes to a handle. On STOP's handle each of them stops. */
const WRITES: readonly number[] = [OP.write, OP.prepareWrite, OP.writeCommand, OP.signedWriteCommand];

/** Lengths that bleno reads without looking, by request. What is not here is answered "not supported". */
const LENGTHS: Readonly<Record<number, { readonly min: number; readonly exactly?: readonly number[] }>> = {
  0x02: { min: 3 }, // exchange MTU
  0x04: { min: 5 }, // find information
  0x06: { min: 9 }, // find by type value
  0x08: { min: 7, exactly: [7, 21] }, // read by type
  0x0a: { min: 3 }, // read
  0x0c: { min: 5 }, // read blob
  0x10: { min: 7, exactly: [7, 21] }, // read by group type
  [OP.write]: { min: 3 },
  [OP.writeCommand]: { min: 3 },
  0x1e: { min: 1 }, // confirmation
};
const WRITE_HEADER_BYTES = 3;
const COMMAND_BIT = 0x40;

export type Ruling =
  | { readonly kind: 'pass' }
  | { readonly kind: 'drop'; readonly why: string }
  | { readonly kind: 'answer'; readonly pdu: Buffer; readonly why: string }
  | { readonly kind: 'stop'; readonly bytes: Buffer; readonly answer: Buffer | undefined };

const errorResponse = (opcode: number, handle: number, code: number): Buffer =>
  Buffer.from([OP.error, opcode, handle & 0xff, handle >> 8, code]);

const isForStop = (pdu: Buffer, stopHandle: number): boolean =>
  WRITES.includes(pdu[0]!) &&
  pdu.length >= 2 &&
  pdu[1] === (stopHandle & 0xff) &&
  // Cut off within the handle: rather one stop too many.
  (pdu.length === 2 || pdu[2] === stopHandle >> 8);

function stopRuling(pdu: Buffer, stopHandle: number): Ruling {
  const bytes = pdu.subarray(WRITE_HEADER_BYTES);
  const opcode = pdu[0]!;
  if (opcode === OP.write && pdu.length >= WRITE_HEADER_BYTES)
    return { kind: 'stop', bytes, answer: Buffer.from([OP.writeResponse]) };
  if (opcode === OP.prepareWrite)
    return {
      kind: 'stop',
      bytes,
      answer: errorResponse(opcode, stopHandle, ATT_ERROR.requestNotSupported),
    };
  return { kind: 'stop', bytes, answer: undefined };
}

/** Decides about one ATT PDU from a central. STOP comes before every other question. Takes any bytes, never throws. */
export function ruleOn(pdu: Buffer, stopHandle: number | undefined): Ruling {
  const opcode = pdu[0];
  if (opcode === undefined) return { kind: 'drop', why: 'an empty PDU' };
  if (stopHandle !== undefined && isForStop(pdu, stopHandle)) return stopRuling(pdu, stopHandle);

  const named = `PDU 0x${opcode.toString(16).padStart(2, '0')} of ${pdu.length} bytes`;
  const handle = pdu.length >= WRITE_HEADER_BYTES ? pdu.readUInt16LE(1) : 0;
  const refuse = (attError: number): Ruling => ({
    kind: 'answer',
    pdu: errorResponse(opcode, handle, attError),
    why: named,
  });
  const lengths = LENGTHS[opcode];
  if (lengths === undefined) {
    // Commands and responses get no answer.
    const isRequest = opcode % 2 === 0 && (opcode & COMMAND_BIT) === 0;
    return isRequest ? refuse(ATT_ERROR.requestNotSupported) : { kind: 'drop', why: named };
  }
  if (pdu.length < lengths.min || lengths.exactly?.includes(pdu.length) === false)
    return { kind: 'drop', why: `malformed ${named}` };
  if (pdu.length <= WRITE_HEADER_BYTES + FRAME_MAX_BYTES) return { kind: 'pass' };
  if (opcode === OP.write) return refuse(ATT_ERROR.invalidLength);
  if (opcode === OP.writeCommand) return { kind: 'drop', why: `oversized ${named}` };
  return { kind: 'pass' };
}

/** The handle of a characteristic's value in bleno's table, or undefined where bleno has no table (macOS). */
export function valueHandleOf(gatt: unknown, uuid: string): number | undefined {
  const handles = fieldOf(gatt, '_handles');
  if (!Array.isArray(handles)) return undefined;
  const entry: unknown = handles.find(
    (one: unknown) => fieldOf(one, 'type') === 'characteristic' && fieldOf(one, 'uuid') === uuid,
  );
  const handle = fieldOf(entry, 'valueHandle');
  return typeof handle === 'number' ? handle : undefined;
}

export interface GuardPorts {
  readonly stopHandle: () => number | undefined;
  readonly stop: (connection: unknown, bytes: Buffer) => void;
  readonly onLog: (line: string) => void;
}

/** Puts the guard in front of bleno's ATT server, and takes its pairing away. */
export function guardServer(gatt: unknown, ports: GuardPorts): void {
  const { stopHandle, stop, onLog } = ports;
  replaceMethod(gatt, 'handleRequest', (handle) => (request, connection) => {
    if (!Buffer.isBuffer(request)) return;
    try {
      const ruling = ruleOn(request, stopHandle());
      switch (ruling.kind) {
        case 'pass':
          handle(request, connection);
          return;
        case 'drop':
          onLog(`dropped ${ruling.why}`);
          return;
        case 'answer':
          onLog(`refused ${ruling.why}`);
          callMethod(gatt, 'send', ruling.pdu, connection);
          return;
        case 'stop':
          stop(connection, ruling.bytes);
          if (ruling.answer !== undefined) callMethod(gatt, 'send', ruling.answer, connection);
          return;
      }
    } catch (cause) {
      onLog(`dropped a request that broke the Bluetooth stack: ${wordsOf(cause)}`);
    }
  });
  // Its pairing is Just Works, which protects nothing, and its listener breaks on the link with the handle 6.
  replaceMethod(gatt, 'registerAclStream', (register) => (stream, connection) => {
    callMethod(fieldOf(stream, '_smp'), 'onAclStreamEnd');
    return register(stream, connection);
  });
}
