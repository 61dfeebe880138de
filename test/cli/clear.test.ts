// Ending a lockout: the belt alone decides whether the hazard is gone, and a person alone says yes on a real one.
import { describe, expect, it } from 'vitest';
import { createSimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import { createGattBelt } from '../../src/belt/gatt-belt.ts';
import type { BeltEvent } from '../../src/belt/belt.ts';
import { clearBelt } from '../../src/cli/clear-belt.ts';
import type { ClearResult, Consent, LatchedBelt } from '../../src/cli/clear-belt.ts';
import { clear } from '../../src/cli/clear.ts';
import { createVirtualClock } from '../../src/clock.ts';
import { createInProcessTransport } from '../../src/transport/in-process.ts';
import { outcomeOf } from './real-processes.ts';
import { createFakeIo } from './support.ts';
import { TEST_MS, useCommand } from './use-command.ts';

/** Light in standby: H10 at once, for as long as the switches are welded. */
const WELDED = 'emitter-stuck-on:zone=L1,master=welded,for=10s';

interface Bench {
  readonly result: ClearResult | undefined;
  readonly asked: readonly LatchedBelt[];
  readonly aborted: boolean;
  advance(ms: number): Promise<void>;
  inject(spec: string): void;
}

function begin(faults: readonly string[], consent: Promise<Consent>, atMs = 500): Bench {
  const clock = createVirtualClock();
  const peripheral = createSimulatedBelt({ clock, seed: 1, faults });
  clock.advance(atMs);
  const transport = createInProcessTransport({ clock, peripheral });
  const asked: LatchedBelt[] = [];
  let result: ClearResult | undefined;
  let aborted = false;
  void clearBelt({
    address: 'sim',
    clock,
    createBelt: (onEvent: (event: BeltEvent) => void) =>
      createGattBelt({ transport, address: 'sim', clock, onEvent }),
    ask(belt, calledOff) {
      asked.push(belt);
      calledOff.addEventListener('abort', () => (aborted = true));
      return consent;
    },
  }).then((settled) => (result = settled));
  return {
    get result() {
      return result;
    },
    asked,
    get aborted() {
      return aborted;
    },
    async advance(ms) {
      // Answers of people are promises; between two steps they get their turn.
      for (let gone = 0; gone < ms; gone += 50) {
        clock.advance(50);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      }
    },
    inject: (spec) => expect(peripheral.inject(spec).ok).toBe(true),
  };
}

const YES = Promise.resolve<Consent>('yes');

describe('clear', () => {
  it('nothing latched: says so, asks nobody, 0', async () => {
    const bench = begin([], YES);
    await bench.advance(1000);
    expect(bench.result).toMatchObject({ isClear: true, latched: [], exitCode: 0 });
    expect(bench.asked).toEqual([]);
  });

  it('the hazard is gone and a person says yes: cleared, 0', async () => {
    const bench = begin([WELDED], YES, 12_000);
    await bench.advance(1000);
    expect(bench.asked).toMatchObject([{ isLockedOut: true, hazards: ['H10'], simulated: true }]);
    expect(bench.asked[0]?.name).toMatch(/^laserbelt-[0-9a-f]{4}$/);
    expect(bench.result).toMatchObject({ isClear: true, latched: ['H10'], hazard: null, exitCode: 0 });
  });

  it('the hazard is still there: refused by the belt, named, 6', async () => {
    const bench = begin([WELDED], YES);
    await bench.advance(1000);
    expect(bench.result).toMatchObject({ isClear: false, latched: ['H10'], hazard: 'H10', exitCode: 6 });
    expect(bench.result?.message).toContain('H10 emission while commanded off is still there');
  });

  it.for([
    ['no', 6],
    ['unanswered', 6],
    ['interrupted', 3],
  ] as const)('the person says %s: the belt is not asked, %i', async ([consent, exitCode]) => {
    const bench = begin([WELDED], Promise.resolve(consent), 12_000);
    await bench.advance(1000);
    expect(bench.result).toMatchObject({ isClear: false, hazard: null, exitCode });
  });

  it('the link is lost while the person thinks: the question is called off, 5', async () => {
    const bench = begin([WELDED], new Promise<Consent>(() => undefined), 12_000);
    await bench.advance(1000);
    expect(bench.asked).toHaveLength(1);
    expect(bench.result).toBeUndefined();
    bench.inject('link-drop');
    await bench.advance(100);
    expect(bench.result).toMatchObject({ isClear: false, exitCode: 5 });
    expect(bench.aborted).toBe(true);
  });

  it('the answer never comes: no claim that it was cleared, 5', async () => {
    const bench = begin([WELDED, 'answer-lost:op=clear,effect=before,count=1000'], YES, 12_000);
    await bench.advance(60_000);
    expect(bench.result).toMatchObject({ isClear: false, exitCode: 5 });
  });

  it('the embedded belt is new each time: nothing to clear; without a belt: usage', async () => {
    const io = createFakeIo();
    expect(await clear({ belt: 'sim' }, io)).toBe(0);
    expect(io.stdout()).toContain('nothing is latched');
    await expect(clear({}, io)).rejects.toMatchObject({ code: 'usage' });
  });
});

const inPlace = useCommand();

describe.concurrent('clear as a process', () => {
  it(
    'a locked belt refuses a session with 8 until it is cleared; without --yes or a terminal nobody clears it',
    { timeout: TEST_MS },
    async ({ expect }) =>
      inPlace(async (place) => {
        await place.serve('--fault', 'emitter-stuck-on:zone=L1,master=welded,for=2s');
        const belt = ['--belt', `socket:${place.socket}`] as const;
        const early = await place.finish('start', ...belt, '--yes', '--json');
        expect(early.exitCode).toBe(8);
        expect(outcomeOf(early.out)).toMatchObject({ outcome: 'lockout', hazard: 'H10' });
        const unattended = await place.finish('clear', ...belt);
        expect(unattended).toMatchObject({ exitCode: 6, err: expect.stringContaining('--yes') as string });
        let cleared = await place.finish('clear', ...belt, '--yes', '--json');
        for (let count = 0; count < 20 && cleared.exitCode === 6; count++)
          cleared = await place.finish('clear', ...belt, '--yes', '--json');
        expect(cleared.exitCode).toBe(0);
        expect(JSON.parse(cleared.out)).toMatchObject({
          event: 'clear',
          isClear: true,
          latched: ['H10'],
          exitCode: 0,
        });
        expect((await place.finish('clear', ...belt)).out).toContain('Nothing is latched');
      })(),
  );

  it('a belt in a session, and one that is not there: 6 and 5', { timeout: TEST_MS }, async ({ expect }) =>
    inPlace(async (place) => {
      const belt = ['--belt', `socket:${place.socket}`] as const;
      const nobody = await place.finish('clear', ...belt, '--yes');
      expect(nobody).toMatchObject({ exitCode: 5, err: expect.stringContaining('sim serve') as string });
      await place.serve();
      const session = await place.startUntilLit();
      expect(await place.finish('clear', ...belt, '--yes')).toMatchObject({
        exitCode: 6,
        err: expect.stringContaining('laserbelt stop') as string,
      });
      expect(session.isRunning()).toBe(true);
    })(),
  );
});
