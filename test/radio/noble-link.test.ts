import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { TRANSPORT_TIMEOUT_MS, type ConnectResult, type Transport } from '../../src/transport/transport.ts';
import {
  air,
  closedBy,
  createHost,
  join,
  outcomeOf,
  serve,
  settle,
  type Host,
  type Joined,
  type ServedBelt,
} from './support/radio-pair.ts';
import { createRecordingBelt, type RecordingBelt } from './support/recording-belt.ts';

const WRITE = { kind: 'write', characteristic: 'controlPoint', bytes: Uint8Array.of(1) } as const;
const ATT_CID = 4;
const SECURITY_CID = 6;

let belt: RecordingBelt;
let served: ServedBelt;
let host: Host;
let clock: VirtualClock;

beforeEach(async () => {
  belt = createRecordingBelt();
  served = await serve(belt);
  clock = createVirtualClock();
  host = createHost(clock);
});
afterEach(async () => {
  air.intercept(undefined);
  air.release();
  host.transport.dispose();
  served.close();
  await settle();
});

const advance = async (durationMs: number): Promise<void> => {
  await settle();
  clock.advance(durationMs);
  await settle();
};
const outcome = (transport: Transport, address: string): { result: ConnectResult | undefined } => {
  const seen: { result: ConnectResult | undefined } = { result: undefined };
  transport.connect(
    address,
    () => {},
    (result) => (seen.result = result),
  );
  return seen;
};

describe('a link', () => {
  let joined: Joined;
  beforeEach(async () => {
    joined = await join(host.transport, served.address);
  });

  it('STOP leaves at once while a write hangs, and the link stays for the confirming tick', async () => {
    belt.onWrite = () => {};
    joined.connection.submit(1, WRITE);
    await settle();
    joined.connection.stopNow();
    await settle();
    expect(belt.stopCount).toBe(1);
    await advance(TRANSPORT_TIMEOUT_MS.stopWait);
    expect(joined.connection.isOpen).toBe(true);
  });

  it('leases go out while a write hangs', async () => {
    belt.onWrite = ({ characteristic }, done) => void (characteristic === 'lease' && done({ ok: true }));
    joined.connection.submit(1, WRITE);
    await settle();
    joined.connection.sendLease(Uint8Array.of(5));
    await settle();
    expect(belt.arrivals.map(({ characteristic }) => characteristic)).toEqual(['controlPoint', 'lease']);
  });

  it('a write longer than a frame never reaches noble, which would split it and hide the errors', async () => {
    joined.connection.submit(1, { ...WRITE, bytes: new Uint8Array(21) });
    await settle();
    expect(outcomeOf(joined.events, 1)).toBe('refused');
    expect(belt.arrivals).toEqual([]);
  });

  it.each([0x04, 0x05, 0x08, 0x0f, 0x0e])(
    'ATT error %i from a belt refuses that operation, starts no pairing, and the next one works',
    async (code) => {
      let pairingCount = 0;
      air.intercept(({ from, cid, pdu }) => {
        if (cid === SECURITY_CID) pairingCount++;
        const isResponse = from === served.deviceId && cid === ATT_CID && pdu[0] === 0x13;
        return isResponse ? { replaceWith: [Buffer.from([0x01, 0x12, 14, 0, code])] } : 'deliver';
      });
      joined.connection.submit(1, WRITE);
      await settle();
      expect(outcomeOf(joined.events, 1)).toBe('refused');
      air.intercept(undefined);
      joined.connection.submit(2, WRITE);
      await settle();
      expect(outcomeOf(joined.events, 2)).toBe('done');
      expect(pairingCount).toBe(0);
    },
  );

  it('a subscription to what has no configuration is refused, not waited for', async () => {
    joined.connection.submit(1, { kind: 'subscribe', characteristic: 'feature' });
    await settle();
    expect(outcomeOf(joined.events, 1)).toBe('refused');
  });

  it('a long read that breaks off in the middle is refused, not taken for a short value', async () => {
    belt.values.feature = Buffer.alloc(253, 7);
    air.intercept(({ from, pdu }) => {
      if (from !== served.deviceId || pdu[0] !== 0x0b) return 'deliver';
      return { replaceWith: [Buffer.alloc(256, 0x0b)] };
    });
    belt.values.feature = Buffer.alloc(100, 7);
    joined.connection.submit(1, { kind: 'read', characteristic: 'feature' });
    await settle();
    expect(outcomeOf(joined.events, 1)).toBe('refused');
  });

  it.each([
    ['an empty PDU', ''],
    ['a notification of two bytes', '1b15'],
    ['an indication of one byte', '1d'],
    ['an error of three bytes', '010a00'],
    ['a list whose entries have no length', '0900aabbccdd'],
    ['a list with half an entry', '0907aabbccddeeff0011'],
    ['an MTU response of one byte', '03'],
    ['a multiple notification', '230000000000'],
  ])('%s ends the link as damaged instead of ending the process', async (_what, hex) => {
    joined.connection.submit(1, WRITE);
    served.controller.inject(host.deviceId, Buffer.from(hex, 'hex'));
    await settle();
    expect(closedBy(joined.events)).toBe('damaged');
    expect(host.controller.linkCount).toBe(0);
  });

  it.each([
    ['signalling', 5, '12'],
    ['security', SECURITY_CID, '0b'],
  ])('a cut off PDU on the %s channel ends no process', async (_what, channel, hex) => {
    served.controller.inject(host.deviceId, Buffer.from(hex, 'hex'), channel);
    await settle();
    expect(host.controller.linkCount).toBe(joined.connection.isOpen ? 1 : 0);
  });

  it('a burst after a stall comes in order and whole', async () => {
    joined.connection.submit(1, { kind: 'subscribe', characteristic: 'tick' });
    await settle();
    air.intercept(({ from }) => (from === served.deviceId ? 'hold' : 'deliver'));
    const [handlers] = belt.centrals.values();
    for (let value = 0; value < 8; value++) handlers!.value('tick', Uint8Array.of(value));
    await settle();
    expect(joined.events).toHaveLength(1);
    air.intercept(undefined);
    air.release();
    await settle();
    const values = joined.events.flatMap((event) => (event.type === 'value' ? [event.bytes[0]] : []));
    expect(values).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('one lost packet of the belt poisons the link in time', async () => {
    let dropped = false;
    air.intercept(({ from, pdu }) => {
      if (dropped || from !== served.deviceId || pdu[0] !== 0x13) return 'deliver';
      dropped = true;
      return 'drop';
    });
    joined.connection.submit(1, WRITE);
    await advance(TRANSPORT_TIMEOUT_MS.write);
    expect(outcomeOf(joined.events, 1)).toBe('timedOut');
    expect(closedBy(joined.events)).toBe('poisoned');
    expect(host.controller.linkCount).toBe(0);
  });

  it('a link that does not go away in time makes room for a fresh start', async () => {
    served.controller.loseLinksSilently();
    joined.connection.close();
    await advance(TRANSPORT_TIMEOUT_MS.disconnect);
    const again = outcome(host.transport, served.address);
    await settle(200);
    expect(again.result?.ok).toBe(true);
  });
});
