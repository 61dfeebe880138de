// The air between transport and belt, to be heard and slowed down.
import type { SimulatedBelt } from '../../../firmware-sim/simulated-belt.ts';
import type { CentralHandlers, Characteristic, Peripheral, PeripheralLink } from '../../../protocol/gatt.ts';

export interface TapHandlers {
  /** `pass` hands the write on, now or later; never to call it loses it. */
  readonly onWrite?: (characteristic: Characteristic, bytes: Uint8Array, pass: () => void) => void;
  readonly onValue?: (characteristic: Characteristic, bytes: Uint8Array) => void;
}

export interface Tap {
  readonly peripheral: Peripheral;
  /** As if the controller had written it, heard by `onWrite` as well. */
  write(characteristic: Characteristic, bytes: Uint8Array): void;
  /** As if the belt had said it. */
  say(characteristic: Characteristic, bytes: Uint8Array): void;
}

export function tapInto(belt: SimulatedBelt, handlers: TapHandlers): Tap {
  let link: PeripheralLink | undefined;
  let central: CentralHandlers | undefined;
  const connect = (to: CentralHandlers): PeripheralLink => {
    central = to;
    const inner = belt.connect({
      value(characteristic, bytes) {
        handlers.onValue?.(characteristic, bytes);
        to.value(characteristic, bytes);
      },
      disconnected: (reason) => to.disconnected(reason),
    });
    link = {
      ...inner,
      write(characteristic, bytes, mode, done) {
        const own = bytes.slice();
        const pass = (): void => inner.write(characteristic, own, mode, done);
        if (handlers.onWrite === undefined) pass();
        else handlers.onWrite(characteristic, own, pass);
      },
    };
    return link;
  };
  return {
    peripheral: { ...belt, connect },
    write: (characteristic, bytes) => link?.write(characteristic, bytes, 'withResponse', () => undefined),
    say: (characteristic, bytes) => central?.value(characteristic, bytes),
  };
}
