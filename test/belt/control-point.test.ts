import { describe, expect, it } from 'vitest';
import { byteAt } from '../../protocol/bytes.ts';
import { encodeAnswer } from '../../protocol/documents.ts';
import type { AnswerCode, OpName } from '../../protocol/messages.ts';
import { splitMessage } from '../../protocol/segments.ts';
import {
  createControlPoint,
  type Command,
  type ControlPoint,
  type ControlPointOutput,
} from '../../src/belt/control-point.ts';

const PAUSE: Command = { op: 'pause', operand: new Uint8Array(0), background: false };
const POLL: Command = { op: 'poll', operand: new Uint8Array(0), background: true };
/** Two segments: op, id and ten bytes. */
const LONG: Command = { op: 'prepare', operand: new Uint8Array(10).fill(5), background: false };

type Outputs = readonly ControlPointOutput[];
type Write = Extract<ControlPointOutput, { readonly type: 'write' }>;

const writeOf = (outputs: Outputs): Write => {
  const write = outputs.find((output): output is Write => output.type === 'write');
  if (write === undefined) throw new Error('nothing is written');
  return write;
};
const settledAs = (outputs: Outputs): unknown[] =>
  outputs.flatMap((output) => (output.type === 'settled' ? [output.outcome] : []));
/** Of a first segment: header, op, id. */
const commandIdOf = (write: Write): number => byteAt(write.body, 2);

function answer(
  point: ControlPoint,
  op: OpName,
  commandId: number,
  code: AnswerCode,
  operand: number[] = [],
): Outputs {
  const outputs: ControlPointOutput[] = [];
  splitMessage(encodeAnswer({ op, commandId, code, operand: Uint8Array.from(operand) }), (body, length) =>
    outputs.push(...point.answerSegment(body, 0, length, 0)),
  );
  return outputs;
}

describe('the exchange on the control point', () => {
  it('ids roll through 1 to 255; 0 is never used', () => {
    const point = createControlPoint();
    const ids = Array.from({ length: 257 }, () => {
      const id = commandIdOf(writeOf(point.request(PAUSE, 0)));
      answer(point, 'pause', id, 'ok');
      return id;
    });
    expect(ids.slice(0, 255)).toEqual(Array.from({ length: 255 }, (_, index) => index + 1));
    expect(ids.slice(255)).toEqual([1, 2]);
  });

  it('writes one segment after the other, each when the last has settled', () => {
    const point = createControlPoint();
    const first = point.request(LONG, 0);
    expect(first).toHaveLength(1);
    const second = point.segmentSettled(writeOf(first).ticket, 'done', 10);
    expect(second).toHaveLength(1);
    expect(point.segmentSettled(writeOf(second).ticket, 'done', 20)).toEqual([]);
    expect(point.dueAtMs).toBe(1020);
  });

  it('takes an answer only with its op and its id', () => {
    const point = createControlPoint();
    const id = commandIdOf(writeOf(point.request(PAUSE, 0)));
    expect(answer(point, 'pause', id + 1, 'ok')).toEqual([]);
    expect(answer(point, 'resume', id, 'ok')).toEqual([]);
    expect(settledAs(answer(point, 'pause', id, 'ok'))).toEqual([{ kind: 'acknowledged' }]);
    expect(answer(point, 'pause', id, 'ok')).toEqual([]);
  });

  it('an answer may overtake the write response', () => {
    const point = createControlPoint();
    const write = writeOf(point.request(PAUSE, 0));
    expect(settledAs(answer(point, 'pause', commandIdOf(write), 'busy'))).toMatchObject([
      { kind: 'rejected', code: 'busy', hazard: 0, zone: 255 },
    ]);
    expect(point.segmentSettled(write.ticket, 'done', 5)).toEqual([]);
    expect(point.isIdle).toBe(true);
  });

  it.each([
    ['refused', 'unknown'],
    ['timedOut', 'unknown'],
    ['disconnected', 'unknown'],
    ['notSent', 'notSent'],
  ] as const)('the last segment %s: %s', (outcome, kind) => {
    const point = createControlPoint();
    const { ticket } = writeOf(point.request(PAUSE, 0));
    expect(settledAs(point.segmentSettled(ticket, outcome, 5))).toEqual([{ kind }]);
  });

  it.each(['refused', 'timedOut', 'disconnected', 'notSent'] as const)(
    'an earlier segment %s: notSent, as the belt cannot have the whole',
    (outcome) => {
      const point = createControlPoint();
      const { ticket } = writeOf(point.request(LONG, 0));
      expect(settledAs(point.segmentSettled(ticket, outcome, 5))).toEqual([{ kind: 'notSent' }]);
    },
  );

  it('repeats the same bytes once when the answer is lost, and is unknown after that whatever becomes of the write', () => {
    const point = createControlPoint();
    const first = writeOf(point.request(PAUSE, 0));
    point.segmentSettled(first.ticket, 'done', 0);
    expect(point.time(999)).toEqual([]);
    const again = writeOf(point.time(1000));
    expect(again.body).toEqual(first.body);
    expect(settledAs(point.segmentSettled(again.ticket, 'notSent', 1001))).toEqual([{ kind: 'unknown' }]);
  });

  it('a write that never settles has a bound of its own', () => {
    const point = createControlPoint();
    point.request(PAUSE, 0);
    expect(settledAs(point.time(1000))).toEqual([{ kind: 'unknown' }]);
    expect(point.dueAtMs).toBeUndefined();
  });

  it('background work gives way at once; its late answer settles nothing', () => {
    const point = createControlPoint();
    const poll = writeOf(point.request(POLL, 0));
    expect(point.isBusy).toBe(false);
    const outputs = point.request(PAUSE, 1);
    expect(outputs.map((output) => output.type)).toEqual(['settled', 'write']);
    expect(answer(point, 'poll', commandIdOf(poll), 'ok')).toEqual([]);
    expect(point.segmentSettled(poll.ticket, 'done', 2)).toEqual([]);
    expect(point.isBusy).toBe(true);
  });

  it('segments that make no whole answer are no bad frames, answers that make no sense are', () => {
    const point = createControlPoint();
    expect(point.answerSegment(Uint8Array.of(0x04, 1, 2), 0, 3, 0)).toEqual([]);
    expect(point.answerSegment(Uint8Array.of(0x03, 1, 2), 0, 3, 0)).toEqual([{ type: 'badAnswer' }]);
    expect(point.answerSegment(Uint8Array.of(0x03), 0, 1, 0)).toEqual([{ type: 'badAnswer' }]);
  });
});
