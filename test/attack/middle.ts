// A man in the middle: a belt to the controller, a central to the belt, with every byte of both in his hands and all that
// he ever heard on a tape. He has no key. What he does with a frame is a trick (tricks.ts).
import type { Random } from '../../firmware-sim/random.ts';
import type {
  CentralHandlers,
  Characteristic,
  Peripheral,
  PeripheralLink,
  WriteMode,
} from '../../protocol/gatt.ts';
import type { VirtualClock } from '../../src/clock.ts';

export type Direction = 'toBelt' | 'toCentral';

export interface AirFrame {
  readonly direction: Direction;
  readonly on: Characteristic;
  readonly bytes: Uint8Array;
}

/** A frame as it is passed on, perhaps later. */
export interface Delivery extends AirFrame {
  readonly delayMs: number;
}

export interface Air {
  readonly random: Random;
  readonly nowMs: number;
  /** Of this link, oldest first. */
  readonly heard: readonly AirFrame[];
  /** Of every link before: other sessions, the pairing. */
  readonly earlier: readonly AirFrame[];
}

export interface Trick {
  readonly name: string;
  /** What becomes of one frame; `[asIs(frame)]` is honest, and so is none at all. STOP never comes here. */
  readonly frame?: (frame: AirFrame, air: Air) => readonly Delivery[];
  /** What becomes of the feature value, which is read in the open. */
  readonly feature?: (bytes: Uint8Array, air: Air) => Uint8Array;
}

export const asIs = (frame: AirFrame, delayMs = 0): Delivery => ({ ...frame, delayMs });

export const LISTEN: Trick = { name: 'listens' };

export interface Middle extends Peripheral {
  trick: Trick;
  /** How often he meddles: a frame in so many. */
  oneIn: number;
  readonly tricksPlayed: number;
  readonly frameCount: number;
  /** Everything he ever heard towards the belt, once more, now. */
  replayAll(): void;
}

const TAPE_MAX_COUNT = 6000;
const ignored = (): void => undefined;
const modeOf = (on: Characteristic): WriteMode => (on === 'lease' ? 'withoutResponse' : 'withResponse');

interface Line {
  readonly central: CentralHandlers;
  readonly belt: PeripheralLink;
  readonly heard: AirFrame[];
  open: boolean;
}

export function createMiddle(options: {
  readonly peripheral: Peripheral;
  readonly clock: VirtualClock;
  readonly random: Random;
}): Middle {
  const { peripheral, clock, random } = options;
  const earlier: AirFrame[] = [];
  let current: Line | undefined;
  let tricksPlayed = 0;
  let frameCount = 0;

  const deliver = (line: Line, { direction, on, bytes }: AirFrame): void => {
    if (!line.open) return;
    frameCount += 1;
    if (direction === 'toCentral') line.central.value(on, bytes);
    else line.belt.write(on, bytes, modeOf(on), ignored);
  };
  const send = (line: Line, delivery: Delivery): void => {
    if (delivery.delayMs > 0) clock.setTimeout(() => deliver(line, delivery), delivery.delayMs);
    else deliver(line, delivery);
  };
  /** The deliveries that a frame becomes, or undefined when it goes on as it is. */
  const meddle = (line: Line, frame: AirFrame): readonly Delivery[] | undefined => {
    const air: Air = { random, nowMs: clock.nowMs(), heard: line.heard, earlier };
    const trick = middle.trick.frame;
    const deliveries =
      trick !== undefined && random.below(middle.oneIn) === 0 ? trick(frame, air) : undefined;
    if (line.heard.length < TAPE_MAX_COUNT) line.heard.push(frame);
    if (deliveries !== undefined) tricksPlayed += 1;
    return deliveries;
  };
  const end = (line: Line): void => {
    line.open = false;
    for (const frame of line.heard) if (earlier.length < TAPE_MAX_COUNT) earlier.push(frame);
    if (current === line) current = undefined;
  };

  const linkOf = (line: Line): PeripheralLink => ({
    read(on, done) {
      line.belt.read(on, (result) => {
        const { feature } = middle.trick;
        if (on !== 'feature' || feature === undefined || !result.ok || result.bytes === undefined)
          return done(result);
        tricksPlayed += 1;
        const air: Air = { random, nowMs: clock.nowMs(), heard: line.heard, earlier };
        done({ ok: true, bytes: feature(Uint8Array.from(result.bytes), air) });
      });
    },
    subscribe: (on, wanted, done) => line.belt.subscribe(on, wanted, done),
    write(on, bytes, mode, done) {
      // STOP over a link that works: what is judged is whether anything else can keep it from working.
      if (on === 'stop') return line.belt.write(on, bytes, mode, done);
      const deliveries = meddle(line, { direction: 'toBelt', on, bytes: Uint8Array.from(bytes) });
      if (deliveries === undefined) {
        frameCount += 1;
        return line.belt.write(on, bytes, mode, done);
      }
      // His own radio confirms to the controller, whatever he then does with the frame.
      done({ ok: true });
      for (const delivery of deliveries) send(line, delivery);
    },
    disconnect() {
      end(line);
      line.belt.disconnect();
    },
  });

  const middle: Middle = {
    trick: LISTEN,
    oneIn: 1,
    get tricksPlayed() {
      return tricksPlayed;
    },
    get frameCount() {
      return frameCount;
    },
    connect(central) {
      const heard: AirFrame[] = [];
      const belt = peripheral.connect({
        value(on, bytes) {
          const frame: AirFrame = { direction: 'toCentral', on, bytes: Uint8Array.from(bytes) };
          for (const delivery of meddle(line, frame) ?? [asIs(frame)]) send(line, delivery);
        },
        disconnected(reason) {
          if (!line.open) return;
          end(line);
          central.disconnected(reason);
        },
      });
      const line: Line = { central, belt, heard, open: true };
      current = line;
      return linkOf(line);
    },
    replayAll() {
      const line = current;
      const link = line?.belt ?? peripheral.connect({ value: ignored, disconnected: ignored });
      for (const frame of [...earlier, ...(line?.heard ?? [])]) {
        if (frame.direction !== 'toBelt') continue;
        frameCount += 1;
        link.write(frame.on, frame.bytes, modeOf(frame.on), ignored);
      }
      if (line === undefined) link.disconnect();
    },
  };
  return middle;
}
