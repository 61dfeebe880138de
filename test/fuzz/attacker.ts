// Whoever performs an act on a link of their own: a stranger in the next room, with all that went over the air before.
import { encodeLease } from '../../protocol/codec.ts';
import { crc16, writeU16 } from '../../protocol/bytes.ts';
import { armProof } from '../../protocol/digest.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { Characteristic, Peripheral, PeripheralLink } from '../../protocol/gatt.ts';
import { CONSENT, FRAME, OP, type Tick } from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import type { Act } from './acts.ts';
import type { TapedFrame, TapedPeripheral } from './tape.ts';

/** An act on the attacker's link; the other kinds are the world's. */
export type AttackerAct = Exclude<Act, { readonly kind: 'wait' | 'owner' }>;

/** What everybody can hear while nothing is sealed. */
export interface Seen {
  readonly tick: Tick | undefined;
  readonly beltId: Uint8Array;
  /** Digest and nonce of the owner's last PREPARE. */
  readonly prepared: Uint8Array | undefined;
}

export interface Attacker {
  /** Writes made so far. */
  readonly frameCount: number;
  readonly isConnected: boolean;
  perform(act: AttackerAct, seen: Seen): void;
  write(on: Characteristic, bytes: Uint8Array, mode?: 'withResponse' | 'withoutResponse'): void;
  relink(): void;
  leave(): void;
}

const ignored = (): void => undefined;

const pick = (frames: readonly TapedFrame[], which: number): TapedFrame | undefined =>
  frames.length === 0 ? undefined : frames[which % frames.length];

function changed(bytes: Uint8Array, flip: number, at: number, cut: number): Uint8Array {
  const length = Math.max(0, bytes.length - cut);
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  if (length > 0) out[at % length] = (out[at % length] ?? 0) ^ flip;
  return out;
}

function segmentsOf(message: Uint8Array): Uint8Array[] {
  const segments: Uint8Array[] = [];
  splitMessage(message, (segment, length) => segments.push(segment.slice(0, length)));
  return segments;
}

function slipped(segments: Uint8Array[], slip: string, at: number): Uint8Array[] {
  const index = at % segments.length;
  const segment = segments[index];
  const next = segments[index + 1];
  if (segment === undefined) return segments;
  if (slip === 'drop') segments.splice(index, 1);
  else if (slip === 'double') segments.splice(index, 0, segment);
  else if (slip === 'swap' && next !== undefined) segments.splice(index, 2, next, segment);
  return segments;
}

function likelyCommand(op: 'arm' | 'resume' | 'pause' | 'clear', id: number, seen: Seen): Uint8Array {
  const { prepared } = seen;
  switch (op) {
    case 'arm': {
      const proof =
        prepared === undefined
          ? new Uint8Array(8)
          : armProof(prepared.subarray(0, 16), prepared.subarray(16));
      return Uint8Array.of(OP.arm, id, ...proof, CONSENT.atController);
    }
    case 'resume':
      return Uint8Array.of(OP.resume, id, ((seen.tick?.epoch ?? 0) % 255) + 1);
    case 'pause':
      return Uint8Array.of(OP.pause, id);
    case 'clear':
      return Uint8Array.of(OP.clear, id, ...seen.beltId);
  }
}

/** On a link of their own; or, with `within`, writing into somebody else's. */
export function createAttacker(belt: Peripheral, air: TapedPeripheral, within?: PeripheralLink): Attacker {
  let envelope = createPlainEnvelope();
  let connected = false;
  let link: PeripheralLink | undefined;
  let frameCount = 0;
  const body = new Uint8Array(9);

  const relink = (): void => {
    if (within !== undefined) {
      link = within;
      connected = true;
      return;
    }
    link?.disconnect();
    envelope = createPlainEnvelope();
    connected = true;
    link = belt.connect({ value: ignored, disconnected: () => void (connected = false) });
  };
  const write = (
    on: Characteristic,
    bytes: Uint8Array,
    mode: 'withResponse' | 'withoutResponse' = on === 'lease' ? 'withoutResponse' : 'withResponse',
  ): void => {
    frameCount += 1;
    link?.write(on, bytes, mode, ignored);
  };
  relink();

  return {
    get frameCount() {
      return frameCount;
    },
    get isConnected() {
      return connected;
    },
    relink,
    leave() {
      link?.disconnect();
      connected = false;
    },
    write,
    perform(act, seen) {
      switch (act.kind) {
        case 'raw':
          return write(act.on, act.bytes);
        case 'frame':
          return write(act.on, envelope.seal(act.type, act.body, act.body.length));
        case 'counted': {
          const frame = Uint8Array.of(act.type, act.counter, ...act.body, 0, 0);
          writeU16(frame, frame.length - 2, crc16(frame, 0, frame.length - 2));
          return write(act.on, frame);
        }
        case 'message':
          for (const segment of slipped(segmentsOf(act.bytes), act.slip, act.at))
            write(act.on, envelope.seal(act.type, segment, segment.length));
          return;
        case 'replay': {
          const heard = pick(air.toBelt, act.which);
          if (heard !== undefined)
            write(act.on === 'same' ? heard.on : act.on, changed(heard.bytes, act.flip, act.at, act.cut));
          return;
        }
        case 'reflect': {
          const heard = pick(air.toCentral, act.which);
          if (heard !== undefined) write(act.on, heard.bytes);
          return;
        }
        case 'lease': {
          const { zones, ceiling } = act;
          const tick = ((seen.tick?.tick ?? 0) - act.back) >>> 0;
          const epoch = ((seen.tick?.epoch ?? 0) + act.epoch) & 0xff;
          const step = ((seen.tick?.step ?? 0) + act.step) & 0x0f;
          return write(
            'lease',
            envelope.seal(FRAME.lease, body, encodeLease({ tick, step, zones, ceiling, epoch }, body)),
          );
        }
        case 'likely':
          for (const segment of segmentsOf(likelyCommand(act.op, act.id, seen)))
            write('controlPoint', envelope.seal(FRAME.command, segment, segment.length));
          return;
        case 'subscribe':
          return link?.subscribe(act.on, act.wanted, ignored);
        case 'read':
          return link?.read(act.on, ignored);
        case 'relink':
          return relink();
        case 'stop':
          return write('stop', act.bytes, act.mode);
      }
    },
  };
}
