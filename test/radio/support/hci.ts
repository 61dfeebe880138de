// The bytes between a Bluetooth host and its controller, as far as noble and bleno use them: Bluetooth Core
// specification, volume 4 part E. Written from the controller's side.

export const PACKET = { command: 0x01, acl: 0x02, event: 0x04 } as const;

export const COMMAND = {
  disconnect: 0x0406,
  reset: 0x0c03,
  readLeHostSupported: 0x0c6c,
  readLocalVersion: 0x1001,
  readAddress: 0x1009,
  readRssi: 0x1405,
  leReadBufferSize: 0x2002,
  leSetAdvertisingData: 0x2008,
  leSetScanResponse: 0x2009,
  leSetAdvertising: 0x200a,
  leSetScan: 0x200c,
  leCreateConnection: 0x200d,
  leCancelConnection: 0x200e,
} as const;

export const REASON = {
  success: 0x00,
  unknownConnection: 0x02,
  connectionTimeout: 0x08,
  commandDisallowed: 0x0c,
  remoteEnded: 0x13,
  localEnded: 0x16,
} as const;

export const ATT_CID = 0x0004;
export const ACL_FIRST = 0x02;
export const ACL_CONTINUED = 0x01;
export const ADVERT = { connectable: 0x00, scanResponse: 0x04 } as const;

const lowHigh = (value: number): readonly [number, number] => [value & 0xff, (value >> 8) & 0xff];
const event = (code: number, body: readonly number[]): Buffer =>
  Buffer.from([PACKET.event, code, body.length, ...body]);

export const commandComplete = (opcode: number, status: number, values: readonly number[] = []): Buffer =>
  event(0x0e, [1, ...lowHigh(opcode), status, ...values]);

export const commandStatus = (opcode: number, status: number): Buffer =>
  event(0x0f, [status, 1, ...lowHigh(opcode)]);

/** `peer` is six bytes, least significant first, as on the wire. */
export const connectionComplete = (options: {
  readonly status: number;
  readonly handle: number;
  readonly role: 'central' | 'peripheral';
  readonly peer: Buffer;
}): Buffer =>
  event(0x3e, [
    0x01,
    options.status,
    ...lowHigh(options.handle),
    options.role === 'central' ? 0 : 1,
    0, // public address
    ...options.peer,
    ...lowHigh(24), // interval 30 ms
    ...lowHigh(0), // latency
    ...lowHigh(150), // supervision timeout 1.5 s
    0, // clock accuracy
  ]);

export const disconnectionComplete = (handle: number, reason: number): Buffer =>
  event(0x05, [REASON.success, ...lowHigh(handle), reason]);

export const completedPackets = (handle: number, count: number): Buffer =>
  event(0x13, [1, ...lowHigh(handle), ...lowHigh(count)]);

export const advertisingReport = (kind: number, address: Buffer, data: Buffer, rssiDbm: number): Buffer =>
  event(0x3e, [0x02, 1, kind, 0, ...address, data.length, ...data, rssiDbm & 0xff]);

/** One ACL packet to the host. */
export const aclToHost = (handle: number, flags: number, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([PACKET.acl, ...lowHigh(handle | (flags << 12)), ...lowHigh(body.length)]),
    body,
  ]);

/** An L2CAP frame: length, channel, payload. */
export const l2cap = (cid: number, payload: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...lowHigh(payload.length), ...lowHigh(cid)]), payload]);
