// What somebody who watches a served belt is told: who comes and goes, a new key, light on and light off. For the eyes
// alone: nothing hangs on it, and no key or label is in it.
import type { Peripheral } from '../protocol/gatt.ts';
import type { SimulatedBelt } from './simulated-belt.ts';
import type { TruthSample } from './truth.ts';

type Tell = (line: string) => void;

const DARKENED_BY: Readonly<Record<string, string>> = {
  stopped: 'STOP: light off',
  completed: 'light off: the session is complete',
};

/** Takes every line of truth and keeps it first; then tells the changes of emission, as the physics has them. */
export const tellLight =
  (tell: Tell, keep: (line: TruthSample) => void = () => undefined) =>
  (line: TruthSample): void => {
    keep(line);
    const { emission, cause } = line;
    // The lines between have no cause; the first of all comes dark and without one.
    if (cause === null) return;
    if (emission) tell(cause === 'lit' ? 'light on' : `light on (${cause})`);
    else tell(DARKENED_BY[cause] ?? `light off (${cause})`);
  };

/** The belt, with every central told that comes, pairs and goes. */
export function tellCentrals(belt: Pick<SimulatedBelt, 'connect' | 'keyCount'>, tell: Tell): Peripheral {
  let centralCount = 0;
  let keyCount = belt.keyCount();
  const noteKeys = (name: string): void => {
    const before = keyCount;
    keyCount = belt.keyCount();
    if (keyCount > before) tell(`paired with ${name}, key ${keyCount} of the belt`);
  };
  return {
    connect(central) {
      const name = `central ${++centralCount}`;
      let isGone = false;
      const gone = (why: string): void => {
        if (!isGone) tell(`${name} disconnected${why}`);
        isGone = true;
      };
      tell(`${name} connected`);
      const link = belt.connect({
        value: (characteristic, bytes) => central.value(characteristic, bytes),
        disconnected(reason) {
          gone(` (${reason})`);
          central.disconnected(reason);
        },
      });
      return {
        read: (characteristic, done) => link.read(characteristic, done),
        write: (characteristic, bytes, mode, done) =>
          link.write(characteristic, bytes, mode, (result) => {
            done(result);
            noteKeys(name);
          }),
        subscribe: (characteristic, wanted, done) => link.subscribe(characteristic, wanted, done),
        disconnect() {
          gone('');
          link.disconnect();
        },
      };
    },
  };
}
