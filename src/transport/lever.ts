// The simulator's test lever: injects a fault into a belt that is served on a socket. No part of a belt's protocol.
import { encodeStreamMessage, STREAM_PAYLOAD_MAX_BYTES } from '../../protocol/framing.ts';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { openSocketStream, pathOfAddress, type SocketStream } from './socket.ts';
import type { ConnectFailure } from './transport.ts';

/** From the connection to the simulator's word. */
export const LEVER_ANSWER_MAX_MS = 2000;

export type LeverResult =
  | { readonly ok: true; readonly description: string }
  /** The simulator refused the specification; `message` says what is wrong with it. */
  | { readonly ok: false; readonly failure: 'refused'; readonly message: string }
  | {
      readonly ok: false;
      readonly failure: 'unreachable';
      readonly cause: ConnectFailure;
      readonly message: string;
    };

const unreachable = (cause: ConnectFailure, message: string): LeverResult => ({
  ok: false,
  failure: 'unreachable',
  cause,
  message,
});

function exchange(stream: SocketStream, clock: Clock, payload: Uint8Array): Promise<LeverResult> {
  return new Promise((resolve) => {
    const finish = (result: LeverResult): void => {
      clock.clearTimeout(timer);
      stream.destroy();
      resolve(result);
    };
    const timer = clock.setTimeout(
      () => finish(unreachable('timedOut', 'the simulated belt did not answer')),
      LEVER_ANSWER_MAX_MS,
    );
    stream.listener = {
      message({ kind, status, payload: answer }) {
        if (kind !== 'leverDone') return true;
        const words = new TextDecoder().decode(answer);
        if (status === 0) finish({ ok: true, description: words });
        else finish({ ok: false, failure: 'refused', message: words });
        return true;
      },
      gone: (_why, detail) => finish(unreachable('refused', detail)),
    };
    stream.write(encodeStreamMessage('lever', 1, 0, 0, payload), () => {});
  });
}

/** Never rejects; resolves within TRANSPORT_TIMEOUT_MS.connect + LEVER_ANSWER_MAX_MS. `path` may carry `socket:`. */
export async function sendLever(
  path: string,
  spec: string,
  clock: Clock = systemClock,
): Promise<LeverResult> {
  const payload = new TextEncoder().encode(spec);
  if (payload.length > STREAM_PAYLOAD_MAX_BYTES)
    return {
      ok: false,
      failure: 'refused',
      message: `a fault has at most ${STREAM_PAYLOAD_MAX_BYTES} bytes`,
    };
  return new Promise((resolve) => {
    openSocketStream(clock, pathOfAddress(path), {
      opened: (stream) => void exchange(stream, clock, payload).then(resolve),
      failed: ({ failure, detail }) => resolve(unreachable(failure, detail)),
    });
  });
}
