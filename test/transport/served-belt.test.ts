// Both ends of the socket together, in real time: the transport here and the server that serves simulated belts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveOnSocket, type ServedBelt } from '../../firmware-sim/server.ts';
import type { BeltEvent } from '../../src/belt/belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import { systemClock } from '../../src/clock.ts';
import { sendLever } from '../../src/transport/lever.ts';
import { createSocketTransport } from '../../src/transport/socket.ts';
import type { Transport } from '../../src/transport/transport.ts';

let folder: string;
let served: ServedBelt;
let transport: Transport;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'belt-'));
  served = await serveOnSocket({ path: join(folder, 's'), seed: 3 });
  transport = createSocketTransport({ clock: systemClock });
});
afterEach(async () => {
  transport.dispose();
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

const path = (): string => join(folder, 's');

/** A belt port whose events can be waited for, each at most as long as a test may take. */
function createPort() {
  const events: BeltEvent[] = [];
  let woken = (): void => {};
  const belt = createGattBelt({
    transport,
    address: `socket:${path()}`,
    clock: systemClock,
    onEvent(event) {
      events.push(event);
      woken();
    },
  });
  const until = async (what: (event: BeltEvent) => boolean): Promise<BeltEvent> => {
    for (;;) {
      const found = events.find(what);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (woken = resolve));
    }
  };
  return { belt, events, until };
}

describe('a belt that is served on a socket', () => {
  it('opens, reports, obeys STOP, and says that it does', async () => {
    const port = createPort();
    port.belt.open();
    expect(await port.until((event) => event.type !== 'belt.badFrame')).toMatchObject({
      type: 'belt.opened',
      profile: { simulated: true },
    });
    await port.until((event) => event.type === 'belt.tick');
    port.belt.stop();
    const tick = await port.until((event) => event.type === 'belt.tick' && event.report.stopLatched);
    expect(tick).toMatchObject({ report: { emission: false } });
    expect(port.events.filter((event) => event.type === 'belt.badFrame')).toEqual([]);
  });

  it('takes a fault from another connection while a controller holds the belt', async () => {
    const port = createPort();
    port.belt.open();
    await port.until((event) => event.type === 'belt.tick');
    expect(await sendLever(path(), 'contact-lost:zone=L2')).toMatchObject({ ok: true });
    const tick = await port.until(
      (event) => event.type === 'belt.tick' && event.report.zones[1]?.contact === false,
    );
    expect(tick).toMatchObject({ type: 'belt.tick' });
    expect(await sendLever(path(), 'no-such-fault')).toMatchObject({ ok: false, failure: 'refused' });
  });

  it('tells a lost link, and can be opened again when the belt is back', async () => {
    const port = createPort();
    port.belt.open();
    await port.until((event) => event.type === 'belt.opened');
    await served.close();
    expect(await port.until((event) => event.type === 'link.lost')).toMatchObject({ reason: 'lost' });
    port.events.length = 0;
    port.belt.open();
    expect(await port.until(() => true)).toMatchObject({ type: 'belt.unreachable', failure: 'noSuchBelt' });
    served = await serveOnSocket({ path: path(), seed: 3 });
    port.events.length = 0;
    port.belt.open();
    expect(await port.until(() => true)).toMatchObject({ type: 'belt.opened' });
  });

  it('lets two controllers in and no third, which learns of it', async () => {
    const ports = [createPort(), createPort()];
    for (const port of ports) {
      port.belt.open();
      await port.until((event) => event.type === 'belt.opened');
    }
    const third = createPort();
    third.belt.open();
    // Refusal is a disconnect right after the connection: it may come before or after the first answers.
    await third.until((event) => event.type === 'belt.unreachable' || event.type === 'link.lost');
    expect(third.events.some((event) => event.type === 'belt.tick')).toBe(false);
    expect(ports.flatMap((port) => port.events).some((event) => event.type === 'link.lost')).toBe(false);
  });
});
