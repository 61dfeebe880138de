// Two or more LE controllers in this process, joined by virtual air. Hosts talk HCI to them through the class that
// stands in for `bluetooth-hci-socket`, so that the real noble and the real bleno meet without a radio.
import type { EventEmitter } from 'node:events';
import {
  ACL_CONTINUED,
  ACL_FIRST,
  ADVERT,
  ATT_CID,
  COMMAND,
  PACKET,
  REASON,
  aclToHost,
  advertisingReport,
  commandComplete,
  commandStatus,
  completedPackets,
  connectionComplete,
  disconnectionComplete,
  l2cap,
} from './hci.ts';

/** One ACL packet on its way. `pdu` is the ATT (or other) payload when `first`; else a later fragment. */
export interface AirPacket {
  readonly from: number;
  readonly to: number;
  readonly cid: number;
  readonly first: boolean;
  readonly pdu: Buffer;
}

/** `hold` keeps the packet until `release`. `replaceWith` puts other PDUs in its place. */
export type Verdict = 'deliver' | 'drop' | 'hold' | { readonly replaceWith: readonly Buffer[] };

export interface VirtualController {
  readonly deviceId: number;
  readonly address: string;
  readonly isScanning: boolean;
  readonly isAdvertising: boolean;
  readonly linkCount: number;
  /** Every HCI command opcode seen, in order. */
  readonly commands: readonly number[];
  /** Parameters of the last LE Create Connection. */
  readonly lastConnectionParameters: Buffer | undefined;
  readonly advert: readonly Buffer[]; // Advertising data and scan response.
  /** A controller with the power off answers nothing and loses its links. */
  setPower(on: boolean): void;
  /** A link supervision timeout on every link, seen by both ends. */
  loseLinks(): void;
  /** The links end, and neither host is ever told. */
  loseLinksSilently(): void;
  /** Puts a raw PDU on the air as if this host had sent it, on its link to `to`. */
  inject(to: number, pdu: Buffer, cid?: number): void;
  /** From now on connection requests to this controller are never answered. */
  setDeaf(deaf: boolean): void;
  /** Scan enable commands are answered with 0x0C (command disallowed) from now on. */
  disallowScanCommands(disallow: boolean): void;
}

interface Link {
  readonly peer: Controller;
  readonly handle: number;
  readonly peerHandle: number;
}

export class VirtualAir {
  readonly controllers = new Map<number, Controller>();
  hook: ((packet: AirPacket) => Verdict) | undefined;
  private readonly held: (() => void)[] = [];
  /** Handles of the next links, the central's first, instead of the next free ones. */
  presetHandles: number[] = [];
  private nextHandle = 0;

  controller(deviceId: number): Controller {
    const known = this.controllers.get(deviceId);
    if (known !== undefined) return known;
    const made = new Controller(this, deviceId);
    this.controllers.set(deviceId, made);
    return made;
  }

  /** Asked for every ACL packet; undefined lets everything through. */
  intercept(hook: ((packet: AirPacket) => Verdict) | undefined): void {
    this.hook = hook;
  }

  hold(deliver: () => void): void {
    this.held.push(deliver);
  }

  /** Delivers everything held, in order: a burst after a stall. */
  release(): void {
    for (const deliver of this.held.splice(0)) deliver();
  }

  /** From 0 on, which both stacks mistake for "no handle". */
  newHandle(): number {
    return this.presetHandles.shift() ?? this.nextHandle++;
  }
}

export class Controller implements VirtualController {
  readonly commands: number[] = [];
  lastConnectionParameters: Buffer | undefined;
  isScanning = false;
  isAdvertising = false;
  private powered = true;
  private deaf = false;
  private disallowScan = false;
  private readonly hosts = new Set<EventEmitter>();
  private readonly links = new Map<number, Link>();
  private readonly addressBytes: Buffer;
  readonly advert = [Buffer.alloc(0), Buffer.alloc(0)];
  private pendingPeer: Buffer | undefined;
  private readonly air: VirtualAir;
  readonly deviceId: number;

  constructor(air: VirtualAir, deviceId: number) {
    this.air = air;
    this.deviceId = deviceId;
    this.addressBytes = Buffer.from([deviceId & 0xff, deviceId >> 8, 0x50, 0x4c, 0x1b, 0xc0]);
  }

  get address(): string {
    return [...this.addressBytes]
      .reverse()
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(':');
  }
  get linkCount(): number {
    return this.links.size;
  }
  get isPowered(): boolean {
    return this.powered;
  }

  attach(host: EventEmitter): void {
    this.hosts.add(host);
  }
  detach(host: EventEmitter): void {
    this.hosts.delete(host);
  }

  setPower(on: boolean): void {
    this.powered = on;
    if (!on) {
      this.isAdvertising = false;
      this.isScanning = false;
      for (const link of [...this.links.values()]) this.cut(link, undefined, REASON.connectionTimeout);
    }
    for (const host of this.hosts) host.emit('state');
  }
  setDeaf(deaf: boolean): void {
    this.deaf = deaf;
    if (!deaf) this.meet();
  }
  disallowScanCommands(disallow: boolean): void {
    this.disallowScan = disallow;
  }
  loseLinks(): void {
    for (const link of [...this.links.values()])
      this.cut(link, REASON.connectionTimeout, REASON.connectionTimeout);
  }
  loseLinksSilently(): void {
    for (const link of this.links.values()) link.peer.links.delete(link.peerHandle);
    this.links.clear();
  }
  inject(to: number, pdu: Buffer, cid: number = ATT_CID): void {
    const link = [...this.links.values()].find(({ peer }) => peer.deviceId === to);
    if (link === undefined) throw new Error(`no link from ${this.deviceId} to ${to}`);
    link.peer.toHost(aclToHost(link.peerHandle, ACL_FIRST, l2cap(cid, pdu)));
  }

  /** Each packet reaches its host in a turn of its own, as from a socket. */
  private toHost(packet: Buffer): void {
    setImmediate(() => {
      if (this.powered) for (const host of this.hosts) host.emit('data', packet);
    });
  }

  fromHost(packet: Buffer): void {
    if (!this.powered) return;
    if (packet[0] === PACKET.command) this.command(packet.readUInt16LE(1), packet.subarray(4));
    else if (packet[0] === PACKET.acl) this.acl(packet);
  }

  private command(opcode: number, body: Buffer): void {
    this.commands.push(opcode);
    const complete = (status: number, values: readonly number[] = []): void =>
      this.toHost(commandComplete(opcode, status, values));
    switch (opcode) {
      case COMMAND.readLocalVersion:
        return complete(0, [0x0a, 0, 0, 0x0a, 0xff, 0xff, 0, 0]);
      case COMMAND.readAddress:
        return complete(0, [...this.addressBytes]);
      case COMMAND.leReadBufferSize:
        return complete(0, [251, 0, 8]);
      case COMMAND.readLeHostSupported:
        return complete(0, [1, 0]);
      case COMMAND.leSetAdvertisingData:
        this.advert[0] = Buffer.from(body.subarray(1, 1 + body[0]!));
        return complete(0);
      case COMMAND.leSetScanResponse:
        this.advert[1] = Buffer.from(body.subarray(1, 1 + body[0]!));
        return complete(0);
      case COMMAND.leSetAdvertising:
        this.isAdvertising = body[0] === 1;
        complete(0);
        return this.meet();
      case COMMAND.leSetScan:
        if (this.disallowScan) return complete(REASON.commandDisallowed);
        this.isScanning = body[0] === 1;
        complete(0);
        return this.meet();
      case COMMAND.leCreateConnection:
        this.lastConnectionParameters = Buffer.from(body);
        this.pendingPeer = Buffer.from(body.subarray(6, 12));
        this.toHost(commandStatus(opcode, 0));
        return this.meet();
      case COMMAND.leCancelConnection:
        complete(this.pendingPeer === undefined ? REASON.commandDisallowed : 0);
        return this.cancelPending();
      case COMMAND.disconnect:
        return this.disconnect(opcode, body.readUInt16LE(0));
      default:
        return complete(0, [0, 0, 0, 0]);
    }
  }

  private cancelPending(): void {
    const peer = this.pendingPeer;
    if (peer === undefined) return;
    this.pendingPeer = undefined;
    const status = REASON.unknownConnection;
    this.toHost(connectionComplete({ status, handle: 0, role: 'central', peer }));
  }

  private disconnect(opcode: number, handle: number): void {
    const link = this.links.get(handle);
    this.toHost(commandStatus(opcode, link === undefined ? REASON.unknownConnection : 0));
    if (link !== undefined) this.cut(link, REASON.localEnded, REASON.remoteEnded);
  }

  private cut(link: Link, ownReason: number | undefined, peerReason: number): void {
    this.links.delete(link.handle);
    link.peer.links.delete(link.peerHandle);
    if (ownReason !== undefined) this.toHost(disconnectionComplete(link.handle, ownReason));
    link.peer.toHost(disconnectionComplete(link.peerHandle, peerReason));
  }

  /** Adverts reach scanners, and connection requests reach advertisers. */
  private meet(): void {
    for (const one of this.air.controllers.values())
      for (const other of this.air.controllers.values())
        if (one !== other && other.isAdvertising && other.powered) {
          if (one.isScanning) one.report(other);
          if (one.pendingPeer?.equals(other.addressBytes) === true && !other.deaf) one.join(other);
        }
  }

  private report(other: Controller): void {
    this.toHost(advertisingReport(ADVERT.connectable, other.addressBytes, other.advert[0]!, -52));
    this.toHost(advertisingReport(ADVERT.scanResponse, other.addressBytes, other.advert[1]!, -52));
  }

  private join(other: Controller): void {
    this.pendingPeer = undefined;
    other.isAdvertising = false; // As the specification says; bleno starts it again.
    const handle = this.air.newHandle();
    const peerHandle = this.air.newHandle();
    this.links.set(handle, { peer: other, handle, peerHandle });
    other.links.set(peerHandle, { peer: this, handle: peerHandle, peerHandle: handle });
    const status = REASON.success;
    other.toHost(
      connectionComplete({ status, handle: peerHandle, role: 'peripheral', peer: this.addressBytes }),
    );
    this.toHost(connectionComplete({ status, handle, role: 'central', peer: other.addressBytes }));
  }

  private acl(packet: Buffer): void {
    const handle = packet.readUInt16LE(1) & 0x0fff;
    const first = packet.readUInt16LE(1) >> 12 !== ACL_CONTINUED;
    const body = Buffer.from(packet.subarray(5));
    const link = this.links.get(handle);
    if (link === undefined) return;
    this.toHost(completedPackets(handle, 1));
    const flags = first ? ACL_FIRST : ACL_CONTINUED;
    const deliver = (): void => {
      if (this.links.has(handle)) link.peer.toHost(aclToHost(link.peerHandle, flags, body));
    };
    const cid = first ? body.readUInt16LE(2) : 0;
    const pdu = first ? body.subarray(4) : body;
    const verdict =
      this.air.hook?.({ from: this.deviceId, to: link.peer.deviceId, cid, first, pdu }) ?? 'deliver';
    if (verdict === 'deliver') deliver();
    else if (verdict === 'hold') this.air.hold(deliver);
    else if (verdict !== 'drop')
      for (const other of verdict.replaceWith)
        link.peer.toHost(aclToHost(link.peerHandle, ACL_FIRST, l2cap(cid, other)));
  }
}
