// The runner alone, on ports that only write down what is asked of them.
import { describe, expect, it } from 'vitest';
import type { BeltPort } from '../../src/belt/belt.ts';
import { createVirtualClock } from '../../src/clock.ts';
import type { DoseBookPort } from '../../src/ledger/dose-book.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { SessionOutcome } from '../../src/session/outcome.ts';
import { createSession, EVENT_QUEUE_MAX_COUNT, type Session } from '../../src/session/session.ts';
import { INPUT } from './support/contexts.ts';

interface Options {
  readonly throwsOn?: string;
  readonly onAsked?: (name: string, session: Session) => void;
  readonly onView?: (event: SessionEvent, session: Session) => void;
}

function run({ throwsOn, onAsked, onView }: Options = {}) {
  const clock = createVirtualClock();
  const asked: string[] = [];
  const heard: SessionEvent[] = [];
  const outcomes: SessionOutcome[] = [];
  const ask = (name: string) => (): void => {
    asked.push(name);
    onAsked?.(name, session);
    if (name === throwsOn) throw new Error(`${name} broke`);
  };
  const belt: BeltPort = {
    open: ask('open'),
    prepare: ask('prepare'),
    arm: ask('arm'),
    pause: ask('pause'),
    resume: ask('resume'),
    lease: ask('lease'),
    readRecord: ask('readRecord'),
    stop: ask('stop'),
    close: ask('close'),
    clear: ask('clear'),
    poll: ask('poll'),
  };
  const book: DoseBookPort = {
    load: ask('load'),
    allow: ask('allow'),
    begin: ask('begin'),
    reserve: ask('reserve'),
    reconcile: ask('reconcile'),
    close: ask('closeBook'),
  };
  const session = createSession(
    INPUT,
    { clock, belt, book },
    {
      onView: (_, event) => {
        heard.push(event);
        onView?.(event, session);
      },
      onOutcome: (outcome) => void outcomes.push(outcome),
    },
  );
  return { clock, session, asked, heard, outcomes };
}
const START: SessionEvent = { type: 'operator.start', atMs: 0 };
const STOP: SessionEvent = { type: 'operator.stop', atMs: 10, cause: 'interrupt' };

describe('a session that is asked for', () => {
  it('opens the link, and is told once what it came to; then nothing is heard any more', () => {
    const { session, asked, heard, outcomes } = run();
    session.send(START);
    expect([session.view().state, asked, outcomes]).toEqual(['connecting', ['open'], []]);
    session.send(STOP);
    expect(asked).toEqual(['open', 'close']);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['stopped']);
    session.send(STOP);
    expect([heard.length, outcomes.length]).toEqual([2, 1]);
  });

  it('ends by its own timer when nothing comes, and asks for no time after that', () => {
    const { clock, session, heard, outcomes } = run();
    session.send(START);
    clock.advance(15_999);
    expect(heard.length).toBe(1);
    clock.advance(1);
    expect(heard.map(({ type, atMs }) => [type, atMs])).toEqual([
      ['operator.start', 0],
      ['timer.due', 16_000],
    ]);
    expect(outcomes.map(({ outcome, exitCode }) => [outcome, exitCode])).toEqual([['failed', 5]]);
    clock.advance(100_000);
    expect([heard.length, outcomes.length]).toEqual([2, 1]);
  });

  it('events that come while one is handled wait for their turn, in order', () => {
    const { session, heard } = run({
      onView: (event, own) => {
        if (event.type !== 'operator.start') return;
        own.send({ type: 'operator.present', atMs: 1 });
        own.send(STOP);
        expect(own.view().state).toBe('connecting');
      },
    });
    session.send(START);
    expect(heard.map(({ type }) => type)).toEqual(['operator.start', 'operator.present', 'operator.stop']);
  });

  it('what waits when it ends is not heard', () => {
    const { session, heard, outcomes } = run({
      onView: (event, own) => {
        if (event.type === 'operator.start') for (let count = 0; count < 3; count++) own.send(STOP);
      },
    });
    session.send(START);
    expect([heard.length, outcomes.length]).toEqual([2, 1]);
  });
});

describe('what breaks', () => {
  it('a port that throws: STOP at once, and a failure in words', () => {
    const { session, asked, heard, outcomes } = run({ throwsOn: 'open' });
    session.send(START);
    expect(asked).toEqual(['open', 'stop', 'close']);
    expect(heard.at(-1)).toEqual({
      type: 'controller.failed',
      atMs: 0,
      detail: 'belt.open: open broke',
    });
    expect(outcomes.map(({ outcome, exitCode }) => [outcome, exitCode])).toEqual([['failed', 1]]);
    expect(outcomes[0]?.message).toContain('open broke');
  });

  it('a view that throws: STOP at once, said once', () => {
    const { session, asked, heard, outcomes } = run({
      onView: () => {
        throw new Error('no terminal');
      },
    });
    session.send(START);
    expect(asked).toEqual(['open', 'stop', 'close']);
    expect(heard.map((event) => (event.type === 'controller.failed' ? event.detail : event.type))).toEqual([
      'operator.start',
      'view: no terminal',
    ]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([1]);
  });

  it('too many events at once: off, closed and told; one less is heard', () => {
    const flood = (count: number) => {
      const ran = run({
        onView: (event, own) => {
          if (event.type !== 'operator.start') return;
          for (let at = 0; at < count; at++) own.send({ type: 'operator.present', atMs: at });
        },
      });
      ran.session.send(START);
      return ran;
    };
    const fits = flood(EVENT_QUEUE_MAX_COUNT);
    expect([fits.asked, fits.outcomes, fits.heard.length]).toEqual([['open'], [], EVENT_QUEUE_MAX_COUNT + 1]);
    const burst = flood(EVENT_QUEUE_MAX_COUNT + 1);
    expect(burst.asked).toEqual(['open', 'stop', 'close']);
    expect(burst.heard.length).toBe(1);
    expect(burst.outcomes.map(({ outcome, exitCode }) => [outcome, exitCode])).toEqual([['failed', 1]]);
    expect(burst.outcomes[0]?.message).toContain('too many events at once');
    burst.session.send(STOP);
    burst.clock.advance(100_000);
    expect([burst.heard.length, burst.outcomes.length]).toEqual([1, 1]);
  });

  it('the machine itself: off, closed and told in its words', () => {
    const { session, asked, outcomes } = run();
    session.send(START);
    const broken = {
      type: 'operator.stop',
      get atMs(): number {
        throw new Error('no time');
      },
      cause: 'interrupt',
    } as const;
    session.send(broken);
    expect(asked).toEqual(['open', 'stop', 'close']);
    expect(outcomes.map(({ outcome, exitCode }) => [outcome, exitCode])).toEqual([['failed', 1]]);
    expect(outcomes[0]?.message).toContain('no time');
    session.send(STOP);
    expect(outcomes.length).toBe(1);
  });
});
