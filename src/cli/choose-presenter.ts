// Which of the four ways of showing a session fits this terminal and these options.
import type { Io } from './io.ts';
import type { Presenter } from './presenter.ts';
import { createJsonPresenter } from './presenter-json.ts';
import { createLivePresenter } from './presenter-live.ts';
import { createPlainPresenter, createQuietPresenter } from './presenter-plain.ts';
import type { StartRequest } from './start.ts';
import { createPaint, isColourWanted } from './style.ts';

/** Results go to stdout, progress to stderr: each has its own terminal, or none. */
export function choosePresenter(request: StartRequest, io: Io): Presenter {
  const { env } = io;
  const isRefused = request.isColourRefused;
  const outcomePaint = createPaint(isColourWanted({ isTerminal: io.isOutputTerminal, env, isRefused }));
  if (request.isJson) return createJsonPresenter(io);
  if (request.isQuiet) return createQuietPresenter(io, outcomePaint);
  if (!io.isErrorTerminal || env['TERM'] === 'dumb') {
    return createPlainPresenter(io, () => performance.now(), outcomePaint);
  }
  const paint = createPaint(isColourWanted({ isTerminal: io.isErrorTerminal, env, isRefused }));
  return createLivePresenter(io, paint, outcomePaint);
}
