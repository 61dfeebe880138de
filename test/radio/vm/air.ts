// What the kernel recorded of the air (btsnoop, as btmon writes it): how many leases and ticks went sealed, how many plain.
import { existsSync, readFileSync } from 'node:fs';
import { FRAME } from '../../../protocol/codes.ts';

const FILE_HEADER_BYTES = 16;
const RECORD_HEADER_BYTES = 24;
/** The monitor's opcodes for data over a link: sent and received. One adapter's are enough to see both directions. */
const ACL: readonly number[] = [4, 5];
const CONTROLLER_ADAPTER = 0;
/** Handle and length 4, then the channel's length and number 4; on links with an MTU of 23 a value is never divided. */
const ATT_AT = 8;
const ATT_CHANNEL = 4;
/** Notification, write command: opcode 1, handle 2, then the value. */
const CARRIERS: readonly number[] = [0x1b, 0x52];
const VALUE_AT = ATT_AT + 3;
/** All of these have bodies of 9 bytes: 20 sealed, 13 plain. */
const JUDGED: readonly number[] = [FRAME.lease, FRAME.tickState, FRAME.tickDetail, FRAME.tickZone];
const SEALED_BYTES = 20;
/** Shorter values are no frames: the battery's level is one byte. */
const FRAME_MIN_BYTES = 4;

interface Air {
  readonly sealed: number;
  /** And whatever else begins like one of these frames. */
  readonly plain: number;
}

function frameOf(flags: number, packet: Buffer): Buffer | undefined {
  if (flags >>> 16 !== CONTROLLER_ADAPTER || !ACL.includes(flags & 0xffff)) return undefined;
  if (packet.length <= VALUE_AT || packet.readUInt16LE(6) !== ATT_CHANNEL) return undefined;
  const value = packet.subarray(VALUE_AT);
  if (value.length < FRAME_MIN_BYTES) return undefined;
  return CARRIERS.includes(packet[ATT_AT] ?? 0) && JUDGED.includes(value[0] ?? 0) ? value : undefined;
}

/** A record that was cut off at the end is left out; without any, both are 0. */
export function readAir(file: string): Air {
  const trace = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  let sealed = 0;
  let plain = 0;
  let at = FILE_HEADER_BYTES;
  while (at + RECORD_HEADER_BYTES <= trace.length) {
    const length = trace.readUInt32BE(at + 4);
    const flags = trace.readUInt32BE(at + 8);
    const packetAt = at + RECORD_HEADER_BYTES;
    at = packetAt + length;
    if (at > trace.length) break;
    const frame = frameOf(flags, trace.subarray(packetAt, at));
    if (frame === undefined) continue;
    if (frame.length === SEALED_BYTES) sealed += 1;
    else plain += 1;
  }
  return { sealed, plain };
}
