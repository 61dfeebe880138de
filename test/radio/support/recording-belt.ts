// A belt without firmware: it records what reaches it and does what the test tells it to.
import {
  ATT_ERROR,
  type AttResult,
  type CentralHandlers,
  type Characteristic,
  type Peripheral,
  type WriteMode,
} from '../../../protocol/gatt.ts';

export interface Arrival {
  readonly central: number;
  readonly what: 'read' | 'write' | 'subscribe' | 'unsubscribe';
  readonly characteristic: Characteristic;
  readonly hex: string;
  readonly mode: WriteMode | undefined;
}

export interface RecordingBelt extends Peripheral {
  readonly arrivals: readonly Arrival[];
  /** Centrals connected now, by number in order of connection. */
  readonly centrals: ReadonlyMap<number, CentralHandlers>;
  readonly disconnectedCount: number;
  /** STOP writes that arrived. */
  readonly stopCount: number;
  /** What reads answer. */
  values: Partial<Record<Characteristic, Buffer>>;
  /** Called instead of answering a write with success. */
  onWrite:
    ((arrival: Arrival, done: (result: AttResult) => void, handlers: CentralHandlers) => void) | undefined;
  maxCentrals: number;
}

export function createRecordingBelt(): RecordingBelt {
  const arrivals: Arrival[] = [];
  const centrals = new Map<number, CentralHandlers>();
  let nextCentral = 0;
  let disconnectedCount = 0;
  const belt: RecordingBelt = {
    arrivals,
    centrals,
    get disconnectedCount() {
      return disconnectedCount;
    },
    get stopCount() {
      return arrivals.filter(({ what, characteristic }) => what === 'write' && characteristic === 'stop')
        .length;
    },
    values: { feature: Buffer.from('0102', 'hex'), battery: Buffer.from([88]) },
    onWrite: undefined,
    maxCentrals: 2,
    connect(handlers) {
      const central = nextCentral++;
      if (centrals.size >= belt.maxCentrals) handlers.disconnected('refused: two centrals are connected');
      else centrals.set(central, handlers);
      const note = (
        what: Arrival['what'],
        characteristic: Characteristic,
        bytes: Uint8Array,
        mode?: WriteMode,
      ): Arrival => {
        const arrival = { central, what, characteristic, hex: Buffer.from(bytes).toString('hex'), mode };
        arrivals.push(arrival);
        return arrival;
      };
      const none = new Uint8Array();
      return {
        read(characteristic, done) {
          note('read', characteristic, none);
          const value = belt.values[characteristic];
          done(
            value === undefined
              ? { ok: false, attError: ATT_ERROR.readNotPermitted }
              : { ok: true, bytes: value },
          );
        },
        write(characteristic, bytes, mode, done) {
          const arrival = note('write', characteristic, bytes, mode);
          if (belt.onWrite === undefined) done({ ok: true });
          else belt.onWrite(arrival, done, handlers);
        },
        subscribe(characteristic, wanted, done) {
          note(wanted ? 'subscribe' : 'unsubscribe', characteristic, none);
          done({ ok: true });
        },
        disconnect() {
          if (centrals.delete(central)) disconnectedCount++;
        },
      };
    },
  };
  return belt;
}
