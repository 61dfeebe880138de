// What a person can do to a visit that runs, from keys, signals and the control socket alike: to the belt session of its
// light, to the care step between, or, where neither has begun, to what comes next.
import type { StopCause } from '../session/events.ts';
import type { Session } from '../session/session.ts';
import type { SessionView } from '../session/view.ts';
import type { SessionStatus } from './session-status.ts';

/** What is under way. */
export interface ControlTarget {
  /** Nothing may stand between this and the belt: synchronous all the way down. */
  stop(cause: StopCause): void;
  /** The refusal in words, or undefined. */
  pause(): string | undefined;
  resume(): string | undefined;
  abandon(): void;
  fail(detail: string): void;
  /** The person showed that they are there (H23). */
  present(): void;
  status(): SessionStatus | undefined;
}

export interface SessionControls extends ControlTarget {
  /** What a stop means from here on; undefined: it is kept for what comes next. */
  attach(target: ControlTarget | undefined): void;
}

const refusePause = (view: SessionView): string | undefined => {
  switch (view.state) {
    case 'countdown':
    case 'emitting':
      return undefined;
    case 'paused':
      return 'the session is paused already';
    default:
      return `nothing to pause: the session is ${view.state}`;
  }
};

const refuseResume = (view: SessionView): string | undefined => {
  if (view.state === 'emitting' || view.state === 'countdown') return 'the session goes on already';
  if (view.state !== 'paused') return `nothing to resume: the session is ${view.state}`;
  const uncovered = view
    .zones()
    .filter((zone) => !zone.contact)
    .map((zone) => zone.zone);
  if (uncovered.length > 0) return `no skin contact at ${uncovered.join(', ')}: put the belt on, then resume`;
  return undefined;
};

export const targetOfSession = (
  session: Session,
  nowMs: () => number,
  statusOf: (view: SessionView) => SessionStatus,
): ControlTarget => ({
  stop: (cause) => session.send({ type: 'operator.stop', atMs: nowMs(), cause }),
  pause() {
    const refusal = refusePause(session.view());
    if (refusal === undefined) session.send({ type: 'operator.pause', atMs: nowMs() });
    return refusal;
  },
  resume() {
    const refusal = refuseResume(session.view());
    if (refusal === undefined) session.send({ type: 'operator.resume', atMs: nowMs() });
    return refusal;
  },
  abandon: () => session.send({ type: 'operator.abandon', atMs: nowMs() }),
  fail: (detail) => session.send({ type: 'controller.failed', atMs: nowMs(), detail }),
  present: () => session.send({ type: 'operator.present', atMs: nowMs() }),
  status: () => statusOf(session.view()),
});

export function createSessionControls(): SessionControls {
  let target: ControlTarget | undefined;
  /** What comes while nothing is under way is not forgotten. */
  let early: ((next: ControlTarget) => void) | undefined;
  const toTarget = (act: (to: ControlTarget) => void): void => {
    if (target === undefined) early ??= act;
    else act(target);
  };
  return {
    attach(next) {
      target = next;
      if (next === undefined || early === undefined) return;
      const act = early;
      early = undefined;
      act(next);
    },
    stop: (cause) => toTarget((to) => to.stop(cause)),
    pause: () => (target === undefined ? 'nothing to pause: the session is only beginning' : target.pause()),
    resume: () =>
      target === undefined ? 'nothing to resume: the session is only beginning' : target.resume(),
    abandon: () => toTarget((to) => to.abandon()),
    fail: (detail) => toTarget((to) => to.fail(detail)),
    present: () => target?.present(),
    status: () => target?.status(),
  };
}
