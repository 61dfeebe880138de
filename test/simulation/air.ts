// The air between a controller and the belt: delay, jitter and frames that overtake each other. Loss, stalls and damage
// are faults of the simulated belt's own links. What comes out on the controller's side waits for its process.
import type { Random } from '../../firmware-sim/random.ts';
import type { Peripheral, PeripheralLink } from '../../protocol/gatt.ts';
import type { VirtualClock } from '../../src/clock.ts';
import type { Gate } from './gate.ts';
import type { Air } from './scenario.ts';

export interface AirControl {
  readonly peripheral: Peripheral;
  /** From now on everything passes at once. */
  calm(): void;
  /** The controller's end is gone: its radio drops the link after `afterMs`. */
  dropOwn(afterMs: number): void;
  /** The link breaks at the next command. */
  cutCommand(effect: 'before' | 'after'): void;
  /** What the belt is asked for reaches its firmware so much later, but for a stop. */
  slow(byMs: number, forMs: number): void;
  /** Somebody in the middle damages so many leases; false without a link. */
  forge(count: number): boolean;
}

/** One direction of one link: first in, first out, but for those that are overtaken. */
function createLane(world: VirtualClock, random: Random, air: () => Air): (run: () => void) => void {
  let lastAtMs = 0;
  return (run) => {
    const { delayMs, jitterMs, reorderRate } = air();
    const nowMs = world.nowMs();
    if (delayMs === 0 && jitterMs === 0 && lastAtMs <= nowMs) {
      run();
      return;
    }
    const dueAtMs = nowMs + delayMs + (jitterMs > 0 ? random.next() * jitterMs : 0);
    const isOvertaken = reorderRate > 0 && random.next() < reorderRate;
    const atMs = isOvertaken ? dueAtMs + delayMs + jitterMs : Math.max(dueAtMs, lastAtMs);
    if (!isOvertaken) lastAtMs = atMs;
    world.setTimeout(run, atMs - nowMs);
  };
}

export function createAir(
  world: VirtualClock,
  random: Random,
  belt: Peripheral,
  gate: Gate,
  given: Air,
  options: { breakLink(): void },
): AirControl {
  let air = given;
  const open = new Set<PeripheralLink>();
  let cut: 'before' | 'after' | undefined;
  let slowUntilMs = 0;
  let slowByMs = 0;
  const whenHeard = (isStop: boolean, run: () => void): void => {
    if (isStop || world.nowMs() >= slowUntilMs) run();
    else world.setTimeout(run, slowByMs);
  };
  return {
    peripheral: {
      connect(handlers) {
        const toBelt = createLane(world, random, () => air);
        const toCentral = createLane(world, random, () => air);
        const inner = belt.connect({
          value(characteristic, bytes) {
            const own = bytes.slice();
            toCentral(() => gate.run(() => handlers.value(characteristic, own)));
          },
          disconnected(reason) {
            open.delete(inner);
            toCentral(() => gate.run(() => handlers.disconnected(reason)));
          },
        });
        open.add(inner);
        return {
          read: (characteristic, done) =>
            toBelt(() =>
              inner.read(characteristic, (result) => toCentral(() => gate.run(() => done(result)))),
            ),
          write(characteristic, bytes, mode, done) {
            const own = bytes.slice();
            const effect = characteristic === 'controlPoint' ? cut : undefined;
            if (effect !== undefined) {
              cut = undefined;
              toBelt(() => {
                if (effect === 'after') inner.write(characteristic, own, mode, () => undefined);
                options.breakLink();
              });
              return;
            }
            toBelt(() =>
              whenHeard(characteristic === 'stop', () =>
                inner.write(characteristic, own, mode, (result) =>
                  toCentral(() => gate.run(() => done(result))),
                ),
              ),
            );
          },
          subscribe: (characteristic, wanted, done) =>
            toBelt(() =>
              inner.subscribe(characteristic, wanted, (result) =>
                toCentral(() => gate.run(() => done(result))),
              ),
            ),
          disconnect() {
            open.delete(inner);
            toBelt(() => inner.disconnect());
          },
        };
      },
    },
    calm() {
      air = { delayMs: 0, jitterMs: 0, reorderRate: 0 };
      cut = undefined;
      slowUntilMs = 0;
    },
    cutCommand: (effect) => void (cut = effect),
    slow(byMs, forMs) {
      slowByMs = byMs;
      slowUntilMs = Math.max(slowUntilMs, world.nowMs() + forMs);
    },
    forge(count) {
      for (const link of open)
        for (let index = 0; index < count; index++) {
          const bytes = Uint8Array.from({ length: 20 }, () => random.below(256));
          link.write('lease', bytes, 'withoutResponse', () => undefined);
        }
      return open.size > 0;
    },
    dropOwn: (afterMs) =>
      void world.setTimeout(() => {
        for (const link of [...open]) {
          open.delete(link);
          link.disconnect();
        }
      }, afterMs),
  };
}
