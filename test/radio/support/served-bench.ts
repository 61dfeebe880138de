// A served belt with one central connected, and every ATT PDU that the belt sends it.
import { afterEach, beforeEach } from 'vitest';
import type { Characteristic } from '../../../protocol/gatt.ts';
import {
  air,
  createHost,
  join,
  outcomeOf,
  serve,
  settle,
  until,
  type Host,
  type Joined,
  type ServedBelt,
} from './radio-pair.ts';
import { createRecordingBelt, type RecordingBelt } from './recording-belt.ts';

const ATT_CID = 4;

export interface ServedBench {
  belt: RecordingBelt;
  served: ServedBelt;
  host: Host;
  joined: Joined;
  readonly toHost: Buffer[];
  inject(pdu: Buffer): Promise<void>;
  submit(id: number, kind: 'subscribe' | 'read', characteristic: Characteristic): Promise<void>;
  /** A write on the control point; gives its outcome. */
  write(id: number, bytes: Uint8Array, of?: Joined): Promise<string | undefined>;
  writesTo(name: Characteristic): string[];
}

/** A fresh one for every test of the file that calls this. */
export function useServedBench(): ServedBench {
  const toHost: Buffer[] = [];
  const bench = {
    toHost,
    async inject(pdu) {
      bench.host.controller.inject(bench.served.deviceId, pdu);
      await settle();
    },
    async submit(id, kind, characteristic) {
      bench.joined.connection.submit(id, { kind, characteristic });
      await until(() => outcomeOf(bench.joined.events, id) !== undefined);
    },
    async write(id, bytes, of = bench.joined) {
      of.connection.submit(id, { kind: 'write', characteristic: 'controlPoint', bytes });
      await until(() => outcomeOf(of.events, id) !== undefined);
      return outcomeOf(of.events, id);
    },
    writesTo: (name) =>
      bench.belt.arrivals
        .filter(({ what, characteristic }) => what === 'write' && characteristic === name)
        .map(({ hex }) => hex),
  } as ServedBench;

  beforeEach(async () => {
    bench.belt = createRecordingBelt();
    bench.served = await serve(bench.belt);
    bench.host = createHost();
    bench.joined = await join(bench.host.transport, bench.served.address);
    toHost.length = 0;
    air.intercept(({ to, cid, first, pdu }) => {
      if (to === bench.host.deviceId && cid === ATT_CID && first) toHost.push(Buffer.from(pdu));
      return 'deliver';
    });
  });
  afterEach(async () => {
    air.intercept(undefined);
    bench.host.transport.dispose();
    bench.served.close();
    await settle();
  });
  return bench;
}

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
export const littleEndian = (handle: number): string =>
  Buffer.from([handle & 0xff, handle >> 8]).toString('hex');

/** bleno's handles: a service takes one, a characteristic two, its configuration one more. */
export const HANDLE = { feature: 12, controlPoint: 14, lease: 17, stop: 19 } as const;
