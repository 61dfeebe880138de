// One handshake over the control point: segments out one after the other, segments in, and an end within its bound,
// whatever the other side sends or withholds.
import type { ControllerHandshake, HandshakeFailure } from '../../protocol/exchange.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../../protocol/handshake-messages.ts';
import { FRAME } from '../../protocol/messages.ts';
import { createReassembler, splitMessage } from '../../protocol/segments.ts';
import type { Clock, TimerId } from '../clock.ts';
import type { BeltLink } from './link.ts';

/** `silent`: the belt did not say its part in time. `notCarried`: the link did not take ours. */
export type HandshakeEnd<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly reason: HandshakeFailure | 'silent' | 'notCarried' };

export interface HandshakeRun {
  /** Ends in `ended`, exactly once, within HANDSHAKE_TIMEOUT_MS, unless cancelled or the link ends first. */
  begin(): void;
  /** One segment: bytes[at, at + length). */
  segment(bytes: Uint8Array, at: number, length: number): void;
  cancel(): void;
}

export function createHandshakeRun<Result>(
  options: {
    readonly clock: Clock;
    readonly link: BeltLink;
    readonly handshake: ControllerHandshake<Result>;
  },
  ended: (end: HandshakeEnd<Result>) => void,
): HandshakeRun {
  const { clock, link, handshake } = options;
  const incoming = createReassembler();
  /** At most the hello and the proof. */
  const outgoing: Uint8Array[] = [];
  let isWriting = false;
  let isOver = false;
  let timer: TimerId | undefined;

  const letGo = (): void => {
    isOver = true;
    if (timer !== undefined) clock.clearTimeout(timer);
  };
  const end = (how: HandshakeEnd<Result>): void => {
    if (isOver) return;
    letGo();
    ended(how);
  };

  const writeNext = (): void => {
    if (isOver || isWriting) return;
    const body = outgoing.shift();
    if (body === undefined) return;
    isWriting = true;
    link.write('controlPoint', FRAME.handshake, body, body.length, (outcome) => {
      isWriting = false;
      if (outcome === 'done') writeNext();
      // The link's own end comes right behind, and knows why.
      else if (outcome !== 'disconnected') end({ ok: false, reason: 'notCarried' });
    });
  };
  const send = (message: Uint8Array): void => {
    splitMessage(message, (body, length) => outgoing.push(body.slice(0, length)));
    writeNext();
  };

  return {
    begin() {
      timer = clock.setTimeout(() => end({ ok: false, reason: 'silent' }), HANDSHAKE_TIMEOUT_MS);
      send(handshake.hello);
    },
    segment(bytes, at, length) {
      if (isOver) return;
      const whole = incoming.take(bytes, at, length, clock.nowMs());
      if (whole === undefined) return;
      if (!whole.ok) return end({ ok: false, reason: 'malformed' });
      const step = handshake.take(whole.value);
      switch (step.status) {
        case 'waiting':
          return send(step.send);
        case 'done':
          return end({ ok: true, result: step.result });
        case 'failed':
          return end({ ok: false, reason: step.reason });
      }
    },
    cancel: letGo,
  };
}
