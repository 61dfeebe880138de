// Sits between a central and a belt, hears every byte both ways, and passes on what it likes.
import type { SimulatedBelt } from '../../../firmware-sim/simulated-belt.ts';
import type { CentralHandlers, Characteristic, PeripheralLink } from '../../../protocol/gatt.ts';

export interface Heard {
  readonly to: 'belt' | 'controller';
  readonly characteristic: Characteristic;
  readonly bytes: Uint8Array;
}

export interface ManInTheMiddle {
  readonly belt: SimulatedBelt;
  /** Everything since the last connection came about, STOP included. */
  readonly heard: Heard[];
  /** What the controller gets instead of a value of the belt. */
  toController: (value: Heard) => readonly Uint8Array[];
  /** What the belt gets instead of a write; never asked about STOP. */
  toBelt: (value: Heard) => readonly Uint8Array[];
  /** On the newest connection. */
  sayToController(characteristic: Characteristic, bytes: Uint8Array): void;
  sayToBelt(characteristic: Characteristic, bytes: Uint8Array): void;
}

const ignored = (): void => {};

export function putBetween(belt: SimulatedBelt): ManInTheMiddle {
  let central: CentralHandlers | undefined;
  let link: PeripheralLink | undefined;
  const connect = (handlers: CentralHandlers): PeripheralLink => {
    man.heard.length = 0;
    central = handlers;
    const inner = belt.connect({
      value(characteristic, bytes) {
        const value: Heard = { to: 'controller', characteristic, bytes: bytes.slice() };
        man.heard.push(value);
        for (const passed of man.toController(value)) handlers.value(characteristic, passed);
      },
      disconnected: (reason) => handlers.disconnected(reason),
    });
    link = inner;
    return {
      ...inner,
      write(characteristic, bytes, mode, done) {
        const value: Heard = { to: 'belt', characteristic, bytes: bytes.slice() };
        man.heard.push(value);
        const passed = characteristic === 'stop' ? [value.bytes] : man.toBelt(value);
        if (passed.length === 0) done({ ok: true });
        for (const [index, one] of passed.entries())
          inner.write(characteristic, one, mode, index === 0 ? done : ignored);
      },
    };
  };
  const man: ManInTheMiddle = {
    belt: { ...belt, connect },
    heard: [],
    toController: ({ bytes }) => [bytes],
    toBelt: ({ bytes }) => [bytes],
    sayToController: (characteristic, bytes) => central?.value(characteristic, bytes),
    sayToBelt: (characteristic, bytes) => link?.write(characteristic, bytes, 'withoutResponse', ignored),
  };
  return man;
}
