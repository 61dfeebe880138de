// Asks a running session over its local socket. Everything has a bound: the other side may be frozen. The network module
// comes in only when there is somebody to ask.
import { createLineReader, encodeLine, parseResponse, RESPONSE_MAX_BYTES } from './control-protocol.ts';
import type { ControlCommand, ControlResponse } from './control-protocol.ts';

/** A live controller answers in well under a millisecond; a busy machine may take its time. */
export const ANSWER_TIMEOUT_MS = 1500;
/** Stopping repeats, drops the link, reconnects for 10 s to read the belt's record; then it is over. */
export const OUTCOME_TIMEOUT_MS = 30_000;

export type ControlFailure = 'dead' | 'silent' | 'garbled';
export type ControlResult =
  | { readonly ok: true; readonly response: ControlResponse }
  | { readonly ok: false; readonly failure: ControlFailure };

/**
 * Sends one command; settles with the final response. For `stop` that is the outcome, `onAccepted` comes before.
 * `dead`: nobody listens any more. `silent`: somebody does, and does not answer.
 */
export async function askSession(
  path: string,
  command: ControlCommand,
  onAccepted: () => void = () => undefined,
): Promise<ControlResult> {
  const { createConnection } = await import('node:net');
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let isConnected = false;
    const settle = (result: ControlResult): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const giveUp = (): void => settle({ ok: false, failure: 'silent' });
    let timer = setTimeout(giveUp, ANSWER_TIMEOUT_MS);
    const read = createLineReader(RESPONSE_MAX_BYTES, (line) => {
      const response = parseResponse(line);
      if (response === undefined) return settle({ ok: false, failure: 'garbled' });
      if (response.type !== 'accepted') return settle({ ok: true, response });
      onAccepted();
      clearTimeout(timer);
      timer = setTimeout(giveUp, OUTCOME_TIMEOUT_MS);
    });
    socket.on('connect', () => {
      isConnected = true;
      socket.write(encodeLine({ command }));
    });
    socket.on('data', (chunk) => {
      if (!read(chunk)) settle({ ok: false, failure: 'garbled' });
    });
    socket.on('error', () => settle({ ok: false, failure: isConnected ? 'silent' : 'dead' }));
    socket.on('close', () => settle({ ok: false, failure: isConnected ? 'silent' : 'dead' }));
  });
}

/** Whether anybody listens there. A frozen process still does: its socket belongs to the kernel. */
export async function isListening(path: string): Promise<boolean> {
  const { createConnection } = await import('node:net');
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const settle = (isThere: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(isThere);
    };
    const timer = setTimeout(() => settle(true), ANSWER_TIMEOUT_MS);
    socket.on('connect', () => settle(true));
    socket.on('error', (error) => {
      const code = 'code' in error ? error.code : '';
      // EAGAIN: its queue is full, so somebody is there.
      settle(code !== 'ECONNREFUSED' && code !== 'ENOENT' && code !== 'ENOTSOCK');
    });
  });
}
