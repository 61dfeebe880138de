// A session as lines for logs and pipes: every change of state, and one line every few seconds between.
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { outcomeColumns, renderOutcome } from './render-outcome.ts';
import { renderCareEnded, renderCareStarted, renderCourse } from './render-care.ts';
import { renderProgram } from './render-plan.ts';
import { renderPlainLine } from './render-session.ts';
import { isOver, type SessionStatus } from './session-status.ts';
import type { Paint } from './style.ts';

const LINE_PERIOD_MS = 5000;

/** What makes a line due before its time. */
const keyOf = (status: SessionStatus): string =>
  [
    status.state,
    status.emission,
    ...status.hazards,
    ...status.warnings,
    ...status.zones.map((zone) => zone.contact),
  ].join();

/** @param nowMs wall-clock pace of the lines, not session time: a fast simulation must not flood a log */
export function createPlainPresenter(io: Io, nowMs: () => number, outcomePaint: Paint): Presenter {
  let key = '';
  let lineAtMs = -Infinity;
  return {
    planned: ({ table, site }) => io.err(`${renderProgram(table, site, io.columns()).join('\n')}\n`),
    update(status) {
      // How it ended is told by `finish`.
      if (isOver(status)) return;
      const current = keyOf(status);
      if (current === key && nowMs() - lineAtMs < LINE_PERIOD_MS) return;
      key = current;
      lineAtMs = nowMs();
      io.err(`${renderPlainLine(status)}\n`);
    },
    visit(event, status) {
      switch (event.type) {
        case 'course':
          return io.err(`${renderCourse(event)}\n`);
        case 'care.started':
          return io.err(`${renderCareStarted(status?.care, event).join('\n')}\n`);
        case 'care.ended':
          return io.err(`${renderCareEnded(event)}\n`);
        case 'care.counting':
          return undefined;
      }
    },
    note: (text) => io.err(`${text}\n`),
    suspend: () => undefined,
    resume: () => undefined,
    finish: (outcome) => io.out(`${renderOutcome(outcome, outcomePaint, outcomeColumns(io)).join('\n')}\n`),
  };
}

/** Only the outcome. */
export const createQuietPresenter = (io: Io, outcomePaint: Paint): Presenter => ({
  planned: () => undefined,
  update: () => undefined,
  visit: () => undefined,
  note: () => undefined,
  suspend: () => undefined,
  resume: () => undefined,
  finish: (outcome) => io.out(`${renderOutcome(outcome, outcomePaint, outcomeColumns(io)).join('\n')}\n`),
});
