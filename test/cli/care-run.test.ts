import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../src/clock.ts';
import { runCare, type CareEnd, type CareRun } from '../../src/cli/care-run.ts';
import { createSessionControls, type ControlTarget } from '../../src/cli/session-controls.ts';

async function begin(durationS: number, isConfirmed = false) {
  const clock = createVirtualClock();
  let tickCount = 0;
  const run: CareRun = runCare({
    step: { kind: 'care', measure: 'stretch', durationS, say: undefined },
    clock,
    isConfirmed,
    onTick: () => void tickCount++,
  });
  const ends: CareEnd[] = [];
  void run.ended.then((end) => ends.push(end));
  const passes = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await Promise.resolve();
    await Promise.resolve();
  };
  await passes(0);
  return { run, ends, passes, ticks: () => tickCount, clock };
}

describe('a care step', () => {
  it('ends by itself to the millisecond, and is shown every second until then', async () => {
    const { ends, passes, ticks, run } = await begin(90);
    await passes(89_999);
    expect(ends).toEqual([]);
    expect(run.remainingMs()).toBe(1);
    expect(ticks()).toBe(89);
    await passes(1);
    expect(ends).toEqual([{ outcome: 'done', durationMs: 90_000, cause: { kind: 'over' } }]);
  });

  it('ends at any fraction of a millisecond, however time moves: what is left never becomes too little to wait for', () => {
    for (let start = 0; start < 500; start++) {
      // Time is a fraction when an embedded belt is paced against real time.
      const clock = createVirtualClock(1e6 + (start * 1000) / 7);
      const ends: CareEnd[] = [];
      let tickCount = 0;
      const onTick = (): void => {
        if (++tickCount > 70) throw new Error(`set again and again, started at ${start}`);
      };
      const step = { kind: 'care', measure: 'rest', durationS: 60, say: undefined } as const;
      runCare({ step, clock, isConfirmed: false, onTick, onEnd: (end) => void ends.push(end) });
      for (let slice = 0; slice < 1000 && ends.length === 0; slice++) clock.advance(200 / 3 + start / 13);
      expect(ends).toEqual([{ outcome: 'done', durationMs: 60_000, cause: { kind: 'over' } }]);
    }
  });

  it.each([
    [9_999, 'skipped'],
    [10_000, 'cutShort'],
    [80_000, 'cutShort'],
  ] as const)('gone on from after %i ms, it is %s', async (afterMs, outcome) => {
    const { run, ends, passes } = await begin(90);
    await passes(afterMs);
    run.skip();
    await passes(0);
    expect(ends).toEqual([{ outcome, durationMs: afterMs, cause: { kind: 'skipped' } }]);
  });

  it('stopped, it says by what; nothing that comes later changes that', async () => {
    const { run, ends, passes } = await begin(90);
    await passes(20_000);
    run.stop('stopCommand');
    run.skip();
    await passes(100_000);
    expect(ends).toEqual([
      { outcome: 'cutShort', durationMs: 20_000, cause: { kind: 'stopped', cause: 'stopCommand' } },
    ]);
  });

  it.each([
    [0, false],
    [600, true],
  ])('of %i s, confirmed: %s, it is done at once', async (durationS, isConfirmed) => {
    const { ends, clock } = await begin(durationS, isConfirmed);
    expect(ends).toEqual([{ outcome: 'done', durationMs: 0, cause: { kind: 'over' } }]);
    expect(clock.nextDeadlineMs()).toBeUndefined();
  });
});

describe('what is done to a visit between its parts', () => {
  const target = (calls: string[]): ControlTarget => ({
    stop: (cause) => void calls.push(`stop ${cause}`),
    pause: () => undefined,
    resume: () => undefined,
    abandon: () => void calls.push('abandon'),
    present: () => void calls.push('present'),
    fail: (detail) => void calls.push(`fail ${detail}`),
    status: () => undefined,
  });

  it('a stop that comes while nothing is under way is done to the next part', () => {
    const controls = createSessionControls();
    const [first, second]: [string[], string[]] = [[], []];
    controls.attach(target(first));
    controls.attach(undefined);
    controls.stop('interrupt');
    expect(controls.pause()).toContain('only beginning');
    controls.attach(target(second));
    expect([first, second]).toEqual([[], ['stop interrupt']]);
  });

  it('and to that one alone', () => {
    const controls = createSessionControls();
    const [first, second]: [string[], string[]] = [[], []];
    controls.stop('terminate');
    controls.attach(target(first));
    controls.attach(target(second));
    expect([first, second]).toEqual([['stop terminate'], []]);
  });
});
