// The one deliberate act: asks the person, or has the belt's own button ask, and tells the session.
import type { Consent } from '../../protocol/messages.ts';
import type { StopCause } from '../session/events.ts';
import type { SessionView } from '../session/view.ts';
import { chooseArming } from './arming.ts';
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { askLine } from './question.ts';
import { wrapQuestion } from './wrap.ts';

export interface Arming {
  readonly view: SessionView;
  readonly isYes: boolean;
  readonly io: Io;
  readonly presenter: Presenter;
  /** Belt time stands still while a simulated belt waits for an answer. */
  hold(): void;
  release(): void;
  arm(consent: Consent): void;
  decline(cause: StopCause): void;
  /** The session has gone on without the answer. */
  readonly calledOff: AbortSignal;
}

/** Settles when the question is decided, one way or the other. */
export async function armSession(arming: Arming): Promise<void> {
  const { view, isYes, io, presenter, calledOff } = arming;
  const { profile } = view;
  if (profile === undefined) return arming.decline('unanswered');
  const way = chooseArming({
    profile,
    plannedDurationMs: view.plannedDurationMs ?? 0,
    isYes,
    isInputTerminal: io.isInputTerminal,
  });
  switch (way.kind) {
    case 'yes':
      return arming.arm('atController');
    case 'button':
      presenter.note(way.words);
      return arming.arm('beltButton');
    case 'refuse':
      presenter.note(way.words);
      return arming.decline('unanswered');
    case 'ask': {
      presenter.suspend();
      arming.hold();
      const answer = await askLine(io, wrapQuestion(way.question, io.columns()), calledOff);
      arming.release();
      presenter.resume();
      if (calledOff.aborted) return;
      if (answer === undefined) return arming.decline('unanswered');
      return way.isYes(answer) ? arming.arm('atController') : arming.decline('declined');
    }
  }
}
