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

const command = (op: OpName, background = false): Command => ({
  op,
  operand: new Uint8Array(0),
  background,
});
type Outputs = readonly ControlPointOutput[];

function answer(point: ControlPoint, op: OpName, id: number, code: AnswerCode, operand: number[]): Outputs {
  const outputs: ControlPointOutput[] = [];
  splitMessage(encodeAnswer({ op, commandId: id, code, operand: Uint8Array.from(operand) }), (body, length) =>
    outputs.push(...point.answerSegment(body, 0, length, 0)),
  );
  return outputs;
}

describe('the exchange on the control point, at its limits', () => {
  it('without a command it is idle, waits for nothing and has nothing to say', () => {
    const point = createControlPoint();
    expect([point.isIdle, point.isBusy, point.dueAtMs]).toEqual([true, false, undefined]);
    expect(point.time(1e9)).toEqual([]);
    point.request(command('pause'), 0);
    expect([point.isIdle, point.isBusy]).toEqual([false, true]);
  });

  it('tickets are counted from 1, each write has its own', () => {
    const point = createControlPoint();
    const tickets = [0, 1].flatMap((nowMs) => [
      ...point.request(command('pause'), nowMs).flatMap((out) => (out.type === 'write' ? [out.ticket] : [])),
      ...point.abandon().flatMap((out) => (out.type === 'write' ? [out.ticket] : [])),
    ]);
    expect(tickets).toEqual([1, 2]);
  });

  it('the features may take 2500 ms, as they come in many parts; all else 1000 ms', () => {
    for (const [op, dueAtMs] of [
      ['features', 2510],
      ['pause', 1010],
    ] as const) {
      const point = createControlPoint();
      point.request(command(op), 0);
      point.segmentSettled(1, 'done', 10);
      expect(point.dueAtMs).toBe(dueAtMs);
    }
  });

  it('a write that never settles is waited for 1000 ms, not a moment less', () => {
    const point = createControlPoint();
    point.request(command('pause'), 5);
    expect(point.dueAtMs).toBe(1005);
    expect(point.time(1004)).toEqual([]);
    expect(point.time(1005)).toMatchObject([{ type: 'settled', outcome: { kind: 'unknown' } }]);
  });

  it('a second command while a person’s command runs is not sent, and the first goes on', () => {
    for (const background of [false, true]) {
      const point = createControlPoint();
      point.request(command('pause'), 0);
      expect(point.request(command('resume', background), 1)).toMatchObject([
        { type: 'settled', command: { op: 'resume' }, outcome: { kind: 'notSent' } },
      ]);
      expect(point.isBusy).toBe(true);
    }
  });

  it('background work does not push other background work aside', () => {
    const point = createControlPoint();
    point.request(command('poll', true), 0);
    expect(point.request(command('features', true), 1)).toMatchObject([
      { type: 'settled', command: { op: 'features' }, outcome: { kind: 'notSent' } },
    ]);
  });

  it('background work that gives way, times out or is cut off after its only segment may have been heard', () => {
    const gaveWay = createControlPoint();
    gaveWay.request(command('poll', true), 0);
    expect(gaveWay.request(command('pause'), 1)[0]).toMatchObject({ outcome: { kind: 'unknown' } });
    const cutOff = createControlPoint();
    cutOff.request(command('poll', true), 0);
    expect(cutOff.abandon()).toMatchObject([{ outcome: { kind: 'unknown' } }]);
  });

  it('cut off before the last segment was handed out: not sent', () => {
    const point = createControlPoint();
    point.request({ op: 'prepare', operand: new Uint8Array(10), background: false }, 0);
    expect(point.abandon()).toMatchObject([{ outcome: { kind: 'notSent' } }]);
    expect(point.abandon()).toEqual([]);
  });

  it('a refusal that names its hazard and no zone is about the belt as a whole', () => {
    const point = createControlPoint();
    const [write] = point.request(command('pause'), 0);
    if (write?.type !== 'write') throw new Error('nothing is written');
    const outputs = answer(point, 'pause', byteAt(write.body, 2), 'busy', [7]);
    expect(outputs).toMatchObject([{ outcome: { kind: 'rejected', code: 'busy', hazard: 7, zone: 255 } }]);
  });

  it('what follows a refusal is no answer to what was asked, what follows an ok is', () => {
    for (const [code, operand] of [
      ['busy', []],
      ['ok', [7, 1]],
    ] as const) {
      const point = createControlPoint();
      const [write] = point.request(command('pause'), 0);
      if (write?.type !== 'write') throw new Error('nothing is written');
      const outputs = answer(point, 'pause', byteAt(write.body, 2), code, [7, 1]);
      expect(outputs).toMatchObject([{ operand: Uint8Array.from(operand) }]);
    }
  });
});
