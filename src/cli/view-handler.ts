// Hands each picture of the session to the presenter, and notices the moments at which something else has to happen.
import { programTable } from '../plan/describe.ts';
import type { SessionEvent } from '../session/events.ts';
import type { SessionView } from '../session/view.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import type { Presenter } from './presenter.ts';
import type { SessionStatus } from './session-status.ts';
import { stampNow } from './stamp.ts';

export interface Moments {
  readonly presenter: Presenter;
  readonly status: (view: SessionView) => SessionStatus;
  readonly planned: { readonly session: string; readonly block: number; readonly blockCount: number };
  /** The belt is open: from here on the Bluetooth stack has done to the process what it does. */
  onOpened(): void;
  /** No connection came about, and the session never began. */
  onUnreachable(failure: ConnectFailure, detail: string): void;
  /** Everything is checked; a person may arm. Once. */
  onReady(view: SessionView): void;
  /** No longer waiting to be armed, whatever the reason. */
  onBeyondReady(): void;
}

export function createViewHandler(moments: Moments): (view: SessionView, event: SessionEvent) => void {
  const { presenter } = moments;
  let isPlanned = false;
  let wasReady = false;
  return (view, event) => {
    const { profile, program } = view;
    if (event.type === 'belt.opened') moments.onOpened();
    if (event.type === 'belt.unreachable' && profile === undefined)
      moments.onUnreachable(event.failure, event.detail);
    if (!isPlanned && profile !== undefined && program !== undefined) {
      isPlanned = true;
      presenter.planned(
        {
          table: programTable(program, profile),
          site: program.site,
          plan: view.planName,
          ...moments.planned,
          beltSession: view.sessionTag,
          beltId: profile.beltId,
          simulated: profile.simulated,
        },
        stampNow(event.atMs),
      );
    }
    presenter.update(moments.status(view), event, stampNow(event.atMs));
    if (view.state === 'ready' && !wasReady) {
      wasReady = true;
      moments.onReady(view);
    } else if (wasReady && view.state !== 'ready') moments.onBeyondReady();
  };
}
