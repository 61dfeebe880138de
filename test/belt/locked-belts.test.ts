// A belt whose key is kept here is never spoken to in the open, at whatever address it turns up.
import { describe, expect, it } from 'vitest';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltEvent } from '../../src/belt/belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';

function openInTheOpen(nameOf: (beltId: string) => readonly (readonly [string, string])[]) {
  const clock = createVirtualClock(1000);
  const peripheral = createSimulatedBelt({ clock, seed: 4 });
  const events: BeltEvent[] = [];
  const belt = createGattBelt({
    transport: createInProcessTransport({ clock, peripheral }),
    address: 'sim',
    clock,
    onEvent: (event) => void events.push(event),
    lockedBelts: new Map(nameOf(peripheral.beltId)),
  });
  belt.open();
  clock.advance(1000);
  return { belt, events, peripheral, clock };
}

describe('a belt that speaks in the open', () => {
  it('is refused when it says it is one that is paired here: it was reset, or something imitates it', () => {
    const { belt, events, clock } = openInTheOpen((beltId) => [
      ['00000000000000aa', 'garden'],
      [beltId, 'kitchen'],
    ]);
    expect(events).toMatchObject([{ type: 'belt.unreachable', failure: 'notPaired' }]);
    expect(events[0]).toMatchObject({
      detail: expect.stringContaining('‘kitchen’, which is paired here') as string,
    });
    belt.arm('atController');
    clock.advance(1000);
    expect(events.at(-1)).toMatchObject({ type: 'belt.answered', outcome: { kind: 'notSent' } });
  });

  it('is opened when no key is kept for it, whatever other belts there are keys for', () => {
    const { events } = openInTheOpen(() => [['00000000000000aa', 'garden']]);
    expect(events[0]).toMatchObject({ type: 'belt.opened', profile: { paired: false } });
  });
});
