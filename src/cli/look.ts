// A look at a belt before anything is asked of it: what it says of itself, and the link closed again.
import type { BeltEvent, BeltPort, BeltProfile } from '../belt/belt.ts';
import type { Clock } from '../clock.ts';
import type { ConnectFailure } from '../transport/transport.ts';

/** A link that was closed is gone within this time, or is left to itself. */
const CLOSE_MAX_MS = 3000;

export interface BeltLink {
  /** For every event of the belt port, before anybody else sees it. */
  note(event: BeltEvent): void;
  /** Settles when no link is open, or when one does not go away. */
  whenClosed(): Promise<void>;
}

/** The port can be opened again only when the link before is gone. */
export function createBeltLink(clock: () => Clock): BeltLink {
  let isOpen = false;
  let waiting: (() => void)[] = [];
  return {
    note(event) {
      if (event.type === 'belt.opened') isOpen = true;
      if (event.type !== 'link.lost' && event.type !== 'belt.unreachable') return;
      isOpen = false;
      for (const done of waiting.splice(0)) done();
      waiting = [];
    },
    whenClosed() {
      if (!isOpen) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = clock().setTimeout(resolve, CLOSE_MAX_MS);
        waiting.push(() => {
          clock().clearTimeout(timer);
          resolve();
        });
      });
    },
  };
}

export type LookEvent = Extract<BeltEvent, { type: 'belt.opened' | 'belt.unreachable' | 'link.lost' }>;

export type Looked =
  | { readonly ok: true; readonly profile: BeltProfile }
  | { readonly ok: false; readonly failure: ConnectFailure; readonly detail: string };

/** Bounded by the port: it opens or gives up within 15 s. `listen` makes the handler the one that gets the belt's events. */
export function lookAtBelt(
  belt: BeltPort,
  listen: (handler: (event: LookEvent) => void) => void,
): Promise<Looked> {
  return new Promise((resolve) => {
    listen((event) => {
      if (event.type === 'belt.opened') {
        // First: closing tells at once that the link is gone.
        resolve({ ok: true, profile: event.profile });
        belt.close();
      } else if (event.type === 'belt.unreachable') {
        resolve({ ok: false, failure: event.failure, detail: event.detail });
      } else {
        resolve({ ok: false, failure: 'timedOut', detail: event.detail });
      }
    });
    belt.open();
  });
}
