// Any interleaving of commands, lost and late answers, failing writes, time and STOP, against a belt that follows the
// rules for repeated ids. What the controller says of a command must be true at the belt, now and later.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteAt, toHex } from '../../protocol/bytes.ts';
import { decodeCommand, encodeAnswer } from '../../protocol/documents.ts';
import { createReassembler, splitMessage } from '../../protocol/segments.ts';
import type { CommandOutcome } from '../../src/belt/belt.ts';
import {
  ATTEMPT_MAX_COUNT,
  createControlPoint,
  type Command,
  type ControlPointOutput,
} from '../../src/belt/control-point.ts';
import type { OperationOutcome } from '../../src/transport/transport.ts';

type Action =
  | { readonly kind: 'request'; readonly op: 'prepare' | 'pause' | 'resume'; readonly size: number }
  | { readonly kind: 'background' }
  /** What becomes of the write that runs, and whether the belt got its bytes if that is open. */
  | { readonly kind: 'settle'; readonly outcome: OperationOutcome; readonly arrives: boolean }
  | { readonly kind: 'answer'; readonly fate: 'comes' | 'lost' | 'twice' }
  | { readonly kind: 'advance'; readonly durationMs: number }
  | { readonly kind: 'stop' };

const DONE_MOSTLY = new Array<OperationOutcome>(12).fill('done');

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('request' as const),
      op: fc.constantFrom('prepare', 'pause', 'resume'),
      size: fc.integer({ min: 0, max: 14 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('background' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      outcome: fc.constantFrom<OperationOutcome>(...DONE_MOSTLY, 'notSent', 'refused', 'timedOut'),
      arrives: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      fate: fc.constantFrom('comes', 'comes', 'lost', 'twice'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('advance' as const),
      durationMs: fc.constantFrom(1, 100, 999, 1000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const) }) },
);

/** Keeps the last answer only; the same id with the same bytes brings it again without executing again. */
function createModelBelt() {
  const segments = createReassembler();
  const executions: string[] = [];
  const answers: Uint8Array[] = [];
  let last: { readonly bytes: string; readonly answer: Uint8Array } | undefined;
  return {
    executions,
    answers,
    take(body: Uint8Array, nowMs: number): void {
      const whole = segments.take(body, 0, body.length, nowMs);
      if (whole?.ok !== true) return;
      const command = decodeCommand(whole.value);
      if (!command.ok) throw new Error('the controller sent no command');
      const bytes = toHex(whole.value);
      if (last?.bytes !== bytes) {
        executions.push(bytes);
        const { op, commandId } = command.value;
        // Each answer differs, so that one command cannot be settled with another's unseen.
        const operand = Uint8Array.of(executions.length & 0xff);
        last = { bytes, answer: encodeAnswer({ op, commandId, code: 'ok', operand }) };
      }
      answers.push(last.answer);
    },
  };
}

interface Story {
  readonly command: Command;
  readonly outcomes: CommandOutcome[];
  operand: Uint8Array;
  writes: number;
  /** Hexadecimal of the whole message as it was handed out in the first attempt. */
  message: string;
}

function run(actions: readonly Action[]): {
  readonly stories: Story[];
  readonly executions: readonly string[];
} {
  const point = createControlPoint();
  const belt = createModelBelt();
  const stories: Story[] = [];
  const writes: { readonly ticket: number; readonly body: Uint8Array }[] = [];
  let nowMs = 0;
  let linkOpen = true;
  let serial = 0;

  const take = (outputs: readonly ControlPointOutput[]): void => {
    for (const output of outputs) {
      if (output.type === 'badAnswer') throw new Error('the belt answers well');
      if (output.type === 'write') {
        writes.push(output);
        const story = stories.findLast((candidate) => candidate.outcomes.length === 0)!;
        story.writes++;
        story.message += toHex(output.body.subarray(1));
      } else {
        const story = stories.find((candidate) => candidate.command === output.command)!;
        story.outcomes.push(output.outcome);
        story.operand = output.operand;
      }
    }
  };
  const request = (command: Command): void => {
    stories.push({ command, outcomes: [], operand: new Uint8Array(0), writes: 0, message: '' });
    take(point.request(command, nowMs));
  };
  const settle = (outcome: OperationOutcome, arrives: boolean): void => {
    const write = writes.shift();
    if (write === undefined) return;
    if (outcome === 'done' || (arrives && outcome !== 'notSent')) belt.take(write.body, nowMs);
    take(point.segmentSettled(write.ticket, outcome, nowMs));
    // The transport closes a link on which a write was not answered.
    if (outcome === 'timedOut') {
      linkOpen = false;
      take(point.abandon());
    }
  };
  const deliver = (answer: Uint8Array): void =>
    splitMessage(answer, (body, length) => take(point.answerSegment(body, 0, length, nowMs)));
  const perform = (step: Action): void => {
    switch (step.kind) {
      case 'request': {
        const operand = new Uint8Array(step.size).fill(++serial);
        return request({ op: step.op, operand, background: false });
      }
      case 'background':
        return request({ op: 'poll', operand: new Uint8Array(0), background: true });
      case 'settle':
        return settle(step.outcome, step.arrives);
      case 'answer': {
        const answer = belt.answers.shift();
        if (answer === undefined || step.fate === 'lost') return;
        deliver(answer);
        if (step.fate === 'twice') deliver(answer);
        return;
      }
      case 'advance':
        nowMs += step.durationMs;
        return take(point.time(nowMs));
      case 'stop':
        return take(point.abandon());
    }
  };
  for (const step of actions) if (linkOpen) perform(step);
  // The rest of any story: writes still under way may arrive, time passes, the link closes.
  for (let count = 0; linkOpen && writes.length > 0 && count < 200; count++) settle('done', true);
  for (let count = 0; linkOpen && point.dueAtMs !== undefined && count < 10; count++) {
    perform({ kind: 'advance', durationMs: 1000 });
    while (linkOpen && writes.length > 0) settle('done', true);
  }
  take(point.abandon());
  return { stories, executions: belt.executions };
}

const segmentCount = (story: Story): number => Math.ceil((2 + story.command.operand.length) / 8);
const seed = Number(process.env['LASERBELT_TEST_SEED'] ?? 20_240_601);

describe(`control point under any interleaving (seed ${seed})`, () => {
  it('every command ends once, in bounded writes, and what is said of it is true at the belt', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 60 }), (actions) => {
        const { stories, executions } = run(actions);
        for (const story of stories) {
          expect(story.outcomes).toHaveLength(1);
          expect(story.writes).toBeLessThanOrEqual(segmentCount(story) * ATTEMPT_MAX_COUNT);
          const { kind } = story.outcomes[0]!;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
          const message = story.message.slice(0, (2 + story.command.operand.length) * 2);
          const executedAt = executions.indexOf(message);
          if (kind === 'notSent') expect(story.writes === 0 || executedAt === -1).toBe(true);
          if (kind !== 'acknowledged') continue;
          expect(executedAt).toBeGreaterThanOrEqual(0);
          expect(byteAt(story.operand, 0)).toBe((executedAt + 1) & 0xff);
        }
        // Nothing is executed twice, whatever was repeated.
        expect(new Set(executions).size).toBe(executions.length);
      }),
      { seed, numRuns: 2000 },
    );
    // The actions reach every outcome that this belt can bring about, often.
    for (const kind of ['acknowledged', 'notSent', 'unknown'])
      expect(seen.get(kind) ?? 0).toBeGreaterThan(100);
  });
});
