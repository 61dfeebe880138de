// Which of the four ways of showing a session fits this terminal and these options.
import { withAlarm } from './alarm.ts';
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
  const nowMs = (): number => performance.now();
  if (request.isJson) {
    const record = (told: object): void => io.out(`${JSON.stringify(told)}\n`);
    return withAlarm(createJsonPresenter(io), { io, nowMs, isQuiet: true, record });
  }
  if (request.isQuiet) return withAlarm(createQuietPresenter(io, outcomePaint), { io, nowMs, isQuiet: true });
  if (!io.isErrorTerminal || env['TERM'] === 'dumb') {
    return withAlarm(createPlainPresenter(io, nowMs, outcomePaint), { io, nowMs, isQuiet: false });
  }
  const paint = createPaint(isColourWanted({ isTerminal: io.isErrorTerminal, env, isRefused }));
  return withAlarm(createLivePresenter(io, paint, outcomePaint), { io, nowMs, isQuiet: false });
}
