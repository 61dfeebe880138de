// A session drawn in place on a terminal.
import type { Io } from './io.ts';
import { createPainter } from './painter.ts';
import type { Presenter } from './presenter.ts';
import { outcomeColumns, renderOutcome } from './render-outcome.ts';
import { renderCareEnded, renderCareStarted, renderCourse } from './render-care.ts';
import { renderProgram } from './render-plan.ts';
import { renderSession } from './render-session.ts';
import type { SessionStatus } from './session-status.ts';
import type { Paint } from './style.ts';
import { isUnicodeWanted } from './style.ts';
import { wrapText } from './wrap.ts';

/** Ten pictures a second; more is noise, also at a thousand times real time. */
const REDRAW_MS = 100;

/** The terminal's bell: whoever stretches does not look. */
const BELL = '\u0007';

const NO_KEYS_HINT = 'Ctrl-C stops it; so does laserbelt stop, from any terminal';

/** Only keys that do something now. */
function hintFor(state: string): string {
  switch (state) {
    case 'countdown':
    case 'emitting':
      return 'p pause · q or Ctrl-C stop · from any terminal: laserbelt stop';
    case 'paused':
      return 'r resume · q or Ctrl-C stop · from any terminal: laserbelt stop';
    case 'stopping':
      return 'a second Ctrl-C drops the link without waiting for the belt';
    case 'care':
      return 's or Enter goes on · q or Ctrl-C stops the visit · from any terminal: laserbelt stop';
    default:
      return NO_KEYS_HINT;
  }
}

/** The emission and the state are drawn at once; figures wait for the next picture. */
const isUrgent = (before: SessionStatus | undefined, now: SessionStatus): boolean =>
  before === undefined ||
  before.state !== now.state ||
  before.emission !== now.emission ||
  before.hazards.length !== now.hazards.length;

/** @param outcomePaint for standard output, which may be a file while the view is on a terminal */
export function createLivePresenter(io: Io, paint: Paint, outcomePaint: Paint): Presenter {
  const painter = createPainter({
    write: (text) => io.err(text),
    columns: () => io.columns(),
    rows: () => io.rows(),
  });
  let newest: SessionStatus | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isSuspended = false;
  let isFinished = false;

  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (newest === undefined || isSuspended || isFinished) return;
    painter.draw(
      renderSession(newest, {
        // The last column is left free: some terminals wrap as soon as it is written.
        columns: io.columns() - 1,
        paint,
        isUnicode: isUnicodeWanted(io.env),
        hint: io.isInputTerminal ? hintFor(newest.state) : NO_KEYS_HINT,
      }),
    );
  };
  const onResize = (): void => draw();
  process.stderr.on('resize', onResize);

  return {
    planned: ({ table, site }) => painter.print(`${renderProgram(table, site, io.columns()).join('\n')}\n\n`),
    update(status) {
      const urgent = isUrgent(newest, status);
      newest = status;
      if (urgent) draw();
      else timer ??= setTimeout(draw, REDRAW_MS);
    },
    visit(event, status) {
      switch (event.type) {
        case 'course':
          return painter.print(`${renderCourse(event)}\n`);
        case 'care.started':
          // What was drawn of the light is over.
          painter.clear();
          painter.print(
            `${renderCareStarted(status?.care, event)
              .flatMap((line) => wrapText(line, io.columns(), '', '  '))
              .join('\n')}\n`,
          );
          newest = status;
          return draw();
        case 'care.counting':
          newest = status;
          timer ??= setTimeout(draw, REDRAW_MS);
          return undefined;
        case 'care.ended':
          newest = undefined;
          painter.clear();
          return painter.print(`${renderCareEnded(event)}${event.care.outcome === 'done' ? BELL : ''}\n`);
      }
    },
    note: (text) => painter.print(text),
    suspend() {
      isSuspended = true;
      painter.clear();
    },
    resume() {
      isSuspended = false;
      draw();
    },
    finish(outcome) {
      draw();
      isFinished = true;
      clearTimeout(timer);
      process.stderr.off('resize', onResize);
      painter.clear();
      io.out(`${renderOutcome(outcome, outcomePaint, outcomeColumns(io)).join('\n')}\n`);
    },
  };
}
