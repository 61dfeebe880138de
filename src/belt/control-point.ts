// One command and its answer over the control point, without I/O and without timers: inputs carry the time, outputs
// say what to write and how a command ended. The four outcomes are decided here, and nowhere else.
//
// "Reported failed, was delivered, the person tried again" is the worst pattern of the field, hence:
// - `notSent` is said only when the belt cannot have the whole command: its last segment never left.
// - A command that was written whole but not answered is repeated once with the same id. The belt then gives its stored
//   answer instead of executing it again. After that it is `unknown`.
// - An answer counts for the command with its op and its id. A late answer therefore settles nothing.
import { byteAt } from '../../protocol/bytes.ts';
import { decodeAnswer, encodeCommand } from '../../protocol/documents.ts';
import type { AnswerMessage, OpName } from '../../protocol/messages.ts';
import { createReassembler, splitMessage } from '../../protocol/segments.ts';
import type { OperationOutcome } from '../transport/transport.ts';
import type { CommandOutcome } from './belt.ts';

/** A segment may wait behind one other write; the transport bounds each to 500 ms and closes the link sooner than this. */
export const SEGMENT_SETTLE_MAX_MS = 1000;
/** From the last segment's write response to the answer. */
export const ANSWER_MAX_MS = 1000;
/** The features are up to 32 indications, each with its confirmation: longer than any other answer, and never while light is on. */
const FEATURES_ANSWER_MAX_MS = 2500;
/** Once, and once again with the same id when the answer is lost. */
export const ATTEMPT_MAX_COUNT = 2;
const COMMAND_ID_MAX = 255;
const ZONE_NONE = 0xff;

export interface Command {
  readonly op: OpName;
  readonly operand: Uint8Array;
  /**
   * Work that must never delay a person's command: it gives way to the next foreground command, and is not repeated.
   * Only for diagnostics of one segment, so that giving way cannot leave half a message behind.
   */
  readonly background: boolean;
}

export type ControlPointOutput =
  /** Write this segment; tell `segmentSettled` with this ticket how it went. */
  | { readonly type: 'write'; readonly ticket: number; readonly body: Uint8Array }
  /** The command ended, exactly once. `operand` is the answer's, empty unless acknowledged. */
  | {
      readonly type: 'settled';
      readonly command: Command;
      readonly outcome: CommandOutcome;
      readonly operand: Uint8Array;
    }
  /** Segments that passed their checks but made no sense together: counts as a bad frame. */
  | { readonly type: 'badAnswer' };

type Outputs = readonly ControlPointOutput[];

export interface ControlPoint {
  /** Whether a foreground command would settle `notSent` now. */
  readonly isBusy: boolean;
  readonly isIdle: boolean;
  /** When `time` has something to do, or undefined. */
  readonly dueAtMs: number | undefined;
  request(command: Command, nowMs: number): Outputs;
  segmentSettled(ticket: number, outcome: OperationOutcome, nowMs: number): Outputs;
  /** One segment: bytes[at, at + length). */
  answerSegment(bytes: Uint8Array, at: number, length: number, nowMs: number): Outputs;
  time(nowMs: number): Outputs;
  /** STOP or the end of the link: nothing more of the command is written, and no repetition follows. */
  abandon(): Outputs;
}

interface Exchange {
  readonly command: Command;
  readonly commandId: number;
  readonly segments: readonly Uint8Array[];
  /** Segments handed out in this attempt. */
  readonly handedCount: number;
  readonly ticket: number;
  readonly attempt: number;
  readonly dueAtMs: number;
}

const NOTHING: Outputs = [];
const NO_OPERAND: Uint8Array = new Uint8Array(0);

const answerMaxMs = (op: OpName): number => (op === 'features' ? FEATURES_ANSWER_MAX_MS : ANSWER_MAX_MS);

function segmentsOf(message: Uint8Array): readonly Uint8Array[] {
  const segments: Uint8Array[] = [];
  splitMessage(message, (body, length) => segments.push(body.slice(0, length)));
  return segments;
}

const outcomeOf = (answer: AnswerMessage): CommandOutcome =>
  answer.code === 'ok'
    ? { kind: 'acknowledged' }
    : {
        kind: 'rejected',
        code: answer.code,
        hazard: byteAt(answer.operand, 0),
        zone: answer.operand.length > 1 ? byteAt(answer.operand, 1) : ZONE_NONE,
      };

/** Whether the belt may have the whole command, given that the last segment handed out left or may have left, or not. */
function outcomeWithoutAnswer(exchange: Exchange, mayHaveLeft: boolean): CommandOutcome {
  const mayBeWhole = exchange.handedCount === exchange.segments.length && mayHaveLeft;
  return exchange.attempt > 1 || mayBeWhole ? { kind: 'unknown' } : { kind: 'notSent' };
}

const settled = (command: Command, outcome: CommandOutcome, operand = NO_OPERAND): ControlPointOutput => ({
  type: 'settled',
  command,
  outcome,
  operand,
});

/** A fresh exchange for one connection. Operands must fit a message behind two bytes (MESSAGE_MAX_BYTES). */
export function createControlPoint(): ControlPoint {
  const answers = createReassembler();
  let current: Exchange | undefined;
  let lastCommandId = 0;
  let lastTicket = 0;

  const settle = ({ command }: Exchange, outcome: CommandOutcome, operand?: Uint8Array): Outputs => {
    current = undefined;
    return [settled(command, outcome, operand)];
  };

  const writeNext = (exchange: Exchange, nowMs: number): ControlPointOutput => {
    const body = exchange.segments[exchange.handedCount] ?? NO_OPERAND;
    current = {
      ...exchange,
      handedCount: exchange.handedCount + 1,
      ticket: ++lastTicket,
      dueAtMs: nowMs + SEGMENT_SETTLE_MAX_MS,
    };
    return { type: 'write', ticket: lastTicket, body };
  };

  const begin = (command: Command, nowMs: number): ControlPointOutput => {
    lastCommandId = lastCommandId >= COMMAND_ID_MAX ? 1 : lastCommandId + 1;
    const { op, operand } = command;
    const segments = segmentsOf(encodeCommand({ op, commandId: lastCommandId, operand }));
    const exchange = { command, commandId: lastCommandId, segments, attempt: 1 };
    return writeNext({ ...exchange, handedCount: 0, ticket: 0, dueAtMs: nowMs }, nowMs);
  };

  /** A ticket of 0 means that no write runs: the whole command has left and its answer is awaited. */
  const isWriting = (exchange: Exchange): boolean => exchange.ticket !== 0;

  return {
    get isBusy() {
      return current !== undefined && !current.command.background;
    },
    get isIdle() {
      return current === undefined;
    },
    get dueAtMs() {
      return current?.dueAtMs;
    },
    request(command, nowMs) {
      if (current === undefined) return [begin(command, nowMs)];
      if (!current.command.background || command.background) return [settled(command, { kind: 'notSent' })];
      const gaveWay = settle(current, outcomeWithoutAnswer(current, true));
      return [...gaveWay, begin(command, nowMs)];
    },
    segmentSettled(ticket, outcome, nowMs) {
      if (current?.ticket !== ticket) return NOTHING;
      if (outcome !== 'done') return settle(current, outcomeWithoutAnswer(current, outcome !== 'notSent'));
      if (current.handedCount < current.segments.length) return [writeNext(current, nowMs)];
      current = { ...current, ticket: 0, dueAtMs: nowMs + answerMaxMs(current.command.op) };
      return NOTHING;
    },
    answerSegment(bytes, at, length, nowMs) {
      const whole = answers.take(bytes, at, length, nowMs);
      // A missing or repeated segment is the loss of a frame, which was counted where it was lost.
      if (whole === undefined || (!whole.ok && whole.problem === 'segment')) return NOTHING;
      const answer = whole.ok ? decodeAnswer(whole.value) : whole;
      if (!answer.ok) return [{ type: 'badAnswer' }];
      const { op, commandId, operand } = answer.value;
      if (current?.commandId !== commandId || current.command.op !== op) return NOTHING;
      return settle(current, outcomeOf(answer.value), answer.value.code === 'ok' ? operand : NO_OPERAND);
    },
    time(nowMs) {
      if (current === undefined || nowMs < current.dueAtMs) return NOTHING;
      if (isWriting(current)) return settle(current, outcomeWithoutAnswer(current, true));
      if (current.attempt >= ATTEMPT_MAX_COUNT || current.command.background)
        return settle(current, { kind: 'unknown' });
      return [writeNext({ ...current, attempt: current.attempt + 1, handedCount: 0 }, nowMs)];
    },
    abandon: () => (current === undefined ? NOTHING : settle(current, outcomeWithoutAnswer(current, true))),
  };
}
