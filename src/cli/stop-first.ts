// A link whose first bytes are STOP. Connecting begins at once; the key of a paired belt is looked for meanwhile, and
// nothing that goes wrong with it (a torn file, a disk that hangs) can hold the STOP up.
import type { ConnectionEvent, ConnectResult, Transport } from '../transport/transport.ts';

export interface StopFirst {
  /** For one belt, opened once: its connection is the one that STOP has left on. */
  readonly transport: Transport;
  /** STOP has gone out on a link, or the link was dropped for it. */
  wasSent(): boolean;
}

interface Taker {
  onEvent(event: ConnectionEvent): void;
  done(result: ConnectResult): void;
}

export function connectAndStop(inner: Transport, address: string): StopFirst {
  let result: ConnectResult | undefined;
  let closed: ConnectionEvent | undefined;
  let taker: Taker | undefined;
  let isHanded = false;
  let isCancelled = false;
  const hand = (): void => {
    if (result === undefined || taker === undefined || isHanded || isCancelled) return;
    isHanded = true;
    taker.done(result);
    if (closed !== undefined) taker.onEvent(closed);
  };
  const attempt = inner.connect(
    address,
    (event) => {
      if (isHanded) taker?.onEvent(event);
      // Nothing was asked for yet: only the end of the link can come.
      else if (event.type === 'closed') closed = event;
    },
    (connected) => {
      if (connected.ok) connected.connection.stopNow();
      result = connected;
      hand();
    },
  );
  return {
    wasSent: () => result?.ok === true,
    transport: {
      connect(_address, onEvent, done) {
        taker = { onEvent, done };
        queueMicrotask(hand);
        return {
          cancel() {
            if (isHanded || isCancelled) return;
            isCancelled = true;
            if (result === undefined) attempt.cancel();
            else if (result.ok) result.connection.close();
          },
        };
      },
      scan: (onAdvert, done) => inner.scan(onAdvert, done),
      dispose: () => inner.dispose(),
    },
  };
}
