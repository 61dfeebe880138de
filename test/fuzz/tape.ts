// A belt with a tape on it: what its centrals wrote and what it said, kept for replays. Bounded.
import type { Characteristic, Peripheral } from '../../protocol/gatt.ts';

export interface TapedFrame {
  readonly on: Characteristic;
  readonly bytes: Uint8Array;
}

export interface TapedPeripheral extends Peripheral {
  readonly toBelt: readonly TapedFrame[];
  readonly toCentral: readonly TapedFrame[];
}

const TAPE_MAX_COUNT = 4096;

export function tape(peripheral: Peripheral, maxCount = TAPE_MAX_COUNT): TapedPeripheral {
  const toBelt: TapedFrame[] = [];
  const toCentral: TapedFrame[] = [];
  const keep = (frames: TapedFrame[], on: Characteristic, bytes: Uint8Array): void => {
    if (frames.length < maxCount) frames.push({ on, bytes: Uint8Array.from(bytes) });
  };
  return {
    toBelt,
    toCentral,
    connect(central) {
      const link = peripheral.connect({
        value(on, bytes) {
          keep(toCentral, on, bytes);
          central.value(on, bytes);
        },
        disconnected: (reason) => central.disconnected(reason),
      });
      return {
        ...link,
        write(on, bytes, mode, done) {
          if (on !== 'stop') keep(toBelt, on, bytes);
          link.write(on, bytes, mode, done);
        },
      };
    },
  };
}
