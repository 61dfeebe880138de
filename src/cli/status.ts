// `status`: what every session on this machine does now, once or until it ends.
import { askSession } from './control-client.ts';
import type { DirectRequest } from './direct-options.ts';
import type { Io } from './io.ts';
import { createPainter } from './painter.ts';
import { renderPlainLine, renderSession } from './render-session.ts';
import { isStillRegistered } from './running-sessions.ts';
import type { FoundRegistration } from './running-sessions.ts';
import type { SessionStatus } from './session-status.ts';
import { EXIT_CODE } from '../session/outcome.ts';
import { stampNow } from './stamp.ts';
import { createPaint, isColourWanted, isUnicodeWanted } from './style.ts';

const WATCH_PERIOD_MS = 500;
/** Where nothing can be redrawn, one line per this time is enough. */
const WATCH_LINE_PERIOD_MS = 5000;

/** A session that ends closes its socket first and takes its registration away a moment later. */
const FAREWELL_MS = 200;

/** `ended` as a session should; `gone`: it left its registration behind, so nobody has seen the belt dark. */
type Found = {
  readonly registration: FoundRegistration;
  readonly status: SessionStatus | 'ended' | 'gone' | 'silent';
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function readStatus(registration: FoundRegistration, isAgain: boolean): Promise<Found> {
  // A view that is left running is no sign of anybody (H23).
  const result = await askSession(registration.socketPath, isAgain ? 'look' : 'status');
  if (result.ok && result.response.type === 'status') return { registration, status: result.response.status };
  if (result.ok || result.failure !== 'dead') return { registration, status: 'silent' };
  if (isStillRegistered(registration)) await pause(FAREWELL_MS);
  return { registration, status: isStillRegistered(registration) ? 'gone' : 'ended' };
}

const readAll = (found: readonly FoundRegistration[], isAgain = false): Promise<readonly Found[]> =>
  Promise.all(found.map((registration) => readStatus(registration, isAgain)));

function wordsFor({ registration, status }: Found): string {
  const { plan, address, processId } = registration;
  if (status === 'ended') return `The session ${plan} on ${address} has ended.`;
  return status === 'gone'
    ? `The controller of ${plan} on ${address} is gone; laserbelt stop makes sure that the belt is dark.`
    : `The session ${plan} in process ${processId} does not answer; laserbelt stop darkens the belt.`;
}

const jsonLine = ({ registration, status }: Found): string =>
  `${JSON.stringify(
    typeof status === 'string'
      ? {
          event: 'status',
          ...stampNow(),
          state: status,
          plan: registration.plan,
          address: registration.address,
        }
      : { event: 'status', ...stampNow(), ...status },
  )}\n`;

export async function showStatus(
  found: readonly FoundRegistration[],
  request: DirectRequest,
  io: Io,
): Promise<number> {
  if (request.isWatched) return watch(found, request, io);
  const all = await readAll(found);
  for (const one of all) io.out(request.isJson ? jsonLine(one) : `${linesOf(one, request, io).join('\n')}\n`);
  return EXIT_CODE.completed;
}

function linesOf(found: Found, request: DirectRequest, io: Io): readonly string[] {
  if (typeof found.status === 'string') return [wordsFor(found)];
  const isColoured = isColourWanted({
    isTerminal: io.isOutputTerminal,
    env: io.env,
    isRefused: request.isColourRefused,
  });
  return renderSession(found.status, {
    columns: io.isOutputTerminal ? io.columns() : 100,
    paint: createPaint(isColoured),
    isUnicode: isUnicodeWanted(io.env),
    hint:
      found.status.state === 'paused'
        ? '`laserbelt resume` goes on; `laserbelt stop` ends the session'
        : '`laserbelt stop` turns the light off',
  });
}

async function watch(found: readonly FoundRegistration[], request: DirectRequest, io: Io): Promise<number> {
  const isDrawn = io.isOutputTerminal && !request.isJson && io.env['TERM'] !== 'dumb';
  const painter = isDrawn
    ? createPainter({ write: (text) => io.out(text), columns: () => io.columns(), rows: () => io.rows() })
    : undefined;
  const interrupt = (): void => {
    painter?.close();
    process.exit(EXIT_CODE.completed);
  };
  process.once('SIGINT', interrupt);
  process.stdout.once('error', interrupt);
  process.once('SIGTERM', interrupt);
  let lastLine = '';
  let lastLineAtMs = -Infinity;
  // Ends with the session, which itself always ends.
  for (let isAgain = false; ; isAgain = true) {
    const all = await readAll(found, isAgain);
    const live = all.filter((one) => typeof one.status !== 'string');
    if (painter !== undefined) painter.draw(all.flatMap((one) => linesOf(one, request, io)));
    else if (request.isJson) for (const one of all) io.out(jsonLine(one));
    else {
      const states = all
        .map((one) => (typeof one.status === 'string' ? one.status : one.status.state))
        .join();
      if (states !== lastLine || performance.now() - lastLineAtMs >= WATCH_LINE_PERIOD_MS) {
        for (const one of all)
          io.out(`${typeof one.status === 'string' ? wordsFor(one) : renderPlainLine(one.status)}\n`);
        lastLine = states;
        lastLineAtMs = performance.now();
      }
    }
    if (live.length === 0) break;
    await pause(WATCH_PERIOD_MS);
  }
  painter?.close();
  return EXIT_CODE.completed;
}
