// The control point joined to a link and a clock. Commands of the session come first; polls and event confirmations
// use the time between them and give way at once.
import { FRAME, type OpName } from '../../protocol/messages.ts';
import type { Clock, TimerId } from '../clock.ts';
import type { CommandOutcome } from './belt.ts';
import { createControlPoint, type Command, type ControlPointOutput } from './control-point.ts';
import type { BeltLink } from './link.ts';

export type Answered = (outcome: CommandOutcome, operand: Uint8Array) => void;

export interface CommandLane {
  /** Ends in `answered`, exactly once, maybe before this returns. `notSent` while another one is under way. */
  send(op: OpName, operand: Uint8Array, answered: Answered): void;
  /** Sent when nothing else is; the newest of each op replaces one that waits. Must fit one segment. */
  sendInBackground(op: 'poll' | 'confirmEvents', operand: Uint8Array, answered: Answered): void;
  answerSegment(bytes: Uint8Array, at: number, length: number): void;
  /** STOP or the end of the link: settles what is under way, forgets what waits, and repeats nothing. */
  abandon(): void;
}

interface Job {
  readonly command: Command;
  readonly answered: Answered;
}

export function createCommandLane(options: { readonly clock: Clock; readonly link: BeltLink }): CommandLane {
  const { clock, link } = options;
  const point = createControlPoint();
  const background = new Map<OpName, Job>();
  let running: Job | undefined;
  let timer: TimerId | undefined;

  const perform = (output: ControlPointOutput): void => {
    switch (output.type) {
      case 'write':
        link.write('controlPoint', FRAME.command, output.body, output.body.length, (outcome) =>
          take(point.segmentSettled(output.ticket, outcome, clock.nowMs())),
        );
        return;
      case 'settled': {
        const job = running;
        if (job?.command !== output.command) return;
        running = undefined;
        job.answered(output.outcome, output.operand);
        return;
      }
      case 'badAnswer':
        link.countBadFrame();
    }
  };

  const watch = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    const { dueAtMs } = point;
    if (dueAtMs === undefined) return;
    timer = clock.setTimeout(
      () => {
        timer = undefined;
        take(point.time(clock.nowMs()));
      },
      Math.max(0, dueAtMs - clock.nowMs()),
    );
  };

  const startBackground = (): void => {
    if (!point.isIdle || !link.isOpen) return;
    for (const [op, job] of background) {
      background.delete(op);
      start(job);
      return;
    }
  };

  const take = (outputs: readonly ControlPointOutput[]): void => {
    for (const output of outputs) perform(output);
    watch();
    startBackground();
  };

  const start = (job: Job): void => {
    const outputs = point.request(job.command, clock.nowMs());
    // A background job that gives way settles first; its own function is told before the new one takes its place.
    const gaveWay = running;
    running = job;
    for (const output of outputs) {
      if (output.type === 'settled' && output.command === gaveWay?.command)
        gaveWay.answered(output.outcome, output.operand);
      else perform(output);
    }
    watch();
    startBackground();
  };

  return {
    send(op, operand, answered) {
      if (point.isBusy || !link.isOpen) answered({ kind: 'notSent' }, new Uint8Array(0));
      else start({ command: { op, operand, background: false }, answered });
    },
    sendInBackground(op, operand, answered) {
      background.set(op, { command: { op, operand, background: true }, answered });
      startBackground();
    },
    answerSegment: (bytes, at, length) => take(point.answerSegment(bytes, at, length, clock.nowMs())),
    abandon() {
      background.clear();
      take(point.abandon());
    },
  };
}
