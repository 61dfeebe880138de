// What a man in the middle can do with a frame. Names are those of the threat model in protocol/README.md.
import { crc16, writeU16 } from '../../protocol/bytes.ts';
import { createPlainEnvelope } from '../../protocol/envelope.ts';
import type { Characteristic } from '../../protocol/gatt.ts';
import { FRAME } from '../../protocol/messages.ts';
import { asIs, type Air, type AirFrame, type Delivery, type Trick } from './middle.ts';

/** Long enough to outlast what a lease allows. */
const DELAY_MAX_MS = 3000;
const LEASE_DELAY_MS = 600;
const SILENT_AFTER_MS = 1500;
const RESPONSE: Readonly<Record<Characteristic, Characteristic>> = {
  controlPoint: 'controlPoint',
  lease: 'tick',
  tick: 'lease',
  recordAccess: 'recordAccess',
  recordData: 'recordAccess',
  events: 'controlPoint',
  feature: 'controlPoint',
  stop: 'controlPoint',
  battery: 'lease',
};

const pick = <T>(air: Air, list: readonly T[]): T | undefined =>
  list.length === 0 ? undefined : list[air.random.below(list.length)];
const ofDirection = (frames: readonly AirFrame[], { direction }: AirFrame): readonly AirFrame[] =>
  frames.filter((frame) => frame.direction === direction);
const withExtra = (frame: AirFrame, extra: AirFrame | undefined): readonly Delivery[] =>
  extra === undefined ? [asIs(frame)] : [asIs(frame), asIs(extra)];

function flipped(bytes: Uint8Array, air: Air): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = air.random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << air.random.below(8));
  return copy;
}

function plainFrame(type: number, body: Uint8Array): Uint8Array {
  return Uint8Array.from(createPlainEnvelope().seal(type, body, body.length));
}

/** The frame that he holds back to swap it with the next one of its direction; one per trick and run. */
function createReorder(): NonNullable<Trick['frame']> {
  const held = new Map<string, AirFrame>();
  return (frame) => {
    const before = held.get(frame.direction);
    if (before === undefined) {
      held.set(frame.direction, frame);
      return [];
    }
    held.delete(frame.direction);
    return [asIs(frame), asIs(before)];
  };
}

/** Leases arrive late, and at some instant the controller hears nothing any more: how long does the last one count? */
function createHoldBack(): NonNullable<Trick['frame']> {
  let sinceMs: number | undefined;
  return (frame, air) => {
    sinceMs ??= air.nowMs;
    if (frame.on === 'lease') return [asIs(frame, LEASE_DELAY_MS)];
    return air.nowMs - sinceMs < SILENT_AFTER_MS ? [asIs(frame)] : [];
  };
}

export const createLateLeases = (): Trick => ({
  name: 'holds leases back, then falls silent',
  frame: createHoldBack(),
});

export const createTricks = (): readonly Trick[] => [
  {
    name: 'replays',
    frame: (frame, air) => withExtra(frame, pick(air, ofDirection(air.heard, frame))),
  },
  { name: 'doubles', frame: (frame) => [asIs(frame), asIs(frame), asIs(frame)] },
  { name: 'reorders', frame: createReorder() },
  { name: 'drops', frame: () => [] },
  { name: 'delays', frame: (frame, air) => [asIs(frame, 1 + air.random.below(DELAY_MAX_MS))] },
  {
    name: 'truncates',
    frame: (frame, air) => [
      asIs({ ...frame, bytes: frame.bytes.slice(0, air.random.below(frame.bytes.length + 1)) }),
    ],
  },
  { name: 'flips bits', frame: (frame, air) => [asIs({ ...frame, bytes: flipped(frame.bytes, air) })] },
  {
    name: 'reflects',
    frame: (frame) =>
      withExtra(frame, {
        direction: frame.direction === 'toBelt' ? 'toCentral' : 'toBelt',
        on: RESPONSE[frame.on],
        bytes: frame.bytes,
      }),
  },
  {
    name: 'swaps sessions',
    frame: (frame, air) => {
      const same = ofDirection(air.earlier, frame).filter(
        ({ on, bytes }) => on === frame.on && bytes[0] === frame.bytes[0],
      );
      const other = pick(air, same);
      return [asIs(other ?? frame)];
    },
  },
  {
    name: 'moves between characteristics',
    frame: (frame, air) => {
      const on = pick<Characteristic>(
        air,
        frame.direction === 'toBelt'
          ? ['controlPoint', 'lease', 'recordAccess']
          : ['controlPoint', 'tick', 'events', 'recordAccess', 'recordData'],
      );
      return [asIs({ ...frame, on: on ?? frame.on })];
    },
  },
  {
    name: 'puts in plain frames',
    frame: (frame, air) => {
      const body = Uint8Array.from({ length: 9 }, () => air.random.below(256));
      const type = frame.direction === 'toBelt' ? FRAME.lease : FRAME.tickState;
      return withExtra(frame, { ...frame, bytes: plainFrame(type, body) });
    },
  },
];

/** Clears the paired flag and makes the CRC right again: the controller is to speak plain. */
export const stripPaired: Trick = {
  name: 'strips the paired flag',
  feature(bytes) {
    bytes[2] = (bytes[2] ?? 0) & ~2;
    writeU16(bytes, bytes.length - 2, crc16(bytes, 0, bytes.length - 2));
    return bytes;
  },
};

/** Handshake frames of one end are kept from the other and answered from an earlier exchange. */
export const spliceHandshakes: Trick = {
  name: 'splices exchanges',
  frame(frame, air) {
    if (frame.bytes[0] !== FRAME.handshake) return [asIs(frame)];
    // The same place in an earlier exchange: the segments of one message begin alike.
    const other = ofDirection(air.earlier, frame).filter(
      ({ bytes }) =>
        bytes[0] === FRAME.handshake && bytes[2] === frame.bytes[2] && bytes.length === frame.bytes.length,
    );
    const chosen = pick(air, other);
    if (chosen === undefined) return [asIs(frame)];
    const bytes = Uint8Array.from(chosen.bytes);
    // With the counter that the receiver waits for.
    bytes[1] = frame.bytes[1] ?? 0;
    writeU16(bytes, bytes.length - 2, crc16(bytes, 0, bytes.length - 2));
    return [asIs({ ...frame, bytes })];
  },
};
