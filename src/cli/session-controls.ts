// What a person can do to a session that runs, from keys, signals and the control socket alike.
import type { StopCause } from '../session/events.ts';
import type { Session } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';

export interface SessionControls {
  /** The session exists from here on; what comes before does nothing. */
  attach(session: Session, nowMs: () => number): void;
  /** Nothing may stand between this and the belt: synchronous all the way down. */
  stop(cause: StopCause): void;
  /** The refusal in words, or undefined. */
  pause(): string | undefined;
  resume(): string | undefined;
  abandon(): void;
  fail(detail: string): void;
  view(): SessionView | undefined;
}

const refusePause = (view: SessionView | undefined): string | undefined => {
  switch (view?.state) {
    case 'countdown':
    case 'emitting':
      return undefined;
    case 'paused':
      return 'the session is paused already';
    default:
      return `nothing to pause: the session is ${view?.state ?? 'only beginning'}`;
  }
};

const refuseResume = (view: SessionView | undefined): string | undefined => {
  if (view?.state !== 'paused') return `nothing to resume: the session is ${view?.state ?? 'only beginning'}`;
  const uncovered = view.zones().filter((zone) => !zone.contact).map((zone) => zone.zone);
  if (uncovered.length > 0) return `no skin contact at ${uncovered.join(', ')}: put the belt on, then resume`;
  return undefined;
};

export function createSessionControls(): SessionControls {
  let session: Session | undefined;
  let nowMs = (): number => 0;
  /** A stop that comes before the session exists is not forgotten. */
  let earlyStop: StopCause | undefined;
  return {
    attach(attached, clockNowMs) {
      session = attached;
      nowMs = clockNowMs;
      if (earlyStop !== undefined) session.send({ type: 'operator.stop', atMs: nowMs(), cause: earlyStop });
    },
    stop(cause) {
      if (session === undefined) earlyStop ??= cause;
      else session.send({ type: 'operator.stop', atMs: nowMs(), cause });
    },
    pause() {
      const refusal = refusePause(session?.view());
      if (refusal === undefined) session?.send({ type: 'operator.pause', atMs: nowMs() });
      return refusal;
    },
    resume() {
      const refusal = refuseResume(session?.view());
      if (refusal === undefined) session?.send({ type: 'operator.resume', atMs: nowMs() });
      return refusal;
    },
    abandon: () => session?.send({ type: 'operator.abandon', atMs: nowMs() }),
    fail: (detail) => session?.send({ type: 'controller.failed', atMs: nowMs(), detail }),
    view: () => session?.view(),
  };
}
