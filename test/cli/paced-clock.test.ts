import { describe, expect, it } from 'vitest';
import { holdWhileWriting } from '../../src/cli/held-book.ts';
import { createPacedClock } from '../../src/cli/paced-clock.ts';
import type { BookEvent, DoseBookPort } from '../../src/ledger/dose-book.ts';

/** A real world that moves only when told. */
function createWorld() {
  let nowMs = 1000;
  let pending: (() => void) | undefined;
  return {
    pacer: {
      nowMs: () => nowMs,
      after: (_delayMs: number, callback: () => void) => {
        pending = callback;
        return () => void (pending = undefined);
      },
    },
    /** The next slice comes after this much real time. */
    slice(elapsedMs: number) {
      nowMs += elapsedMs;
      const callback = pending;
      pending = undefined;
      callback?.();
    },
    isIdle: () => pending === undefined,
  };
}

const begin = (speed: number) => {
  const world = createWorld();
  const clock = createPacedClock(speed, world.pacer);
  clock.start();
  world.slice(0);
  return { world, clock };
};

describe('the paced clock', () => {
  it('runs at the given multiple of real time', () => {
    const { world, clock } = begin(20);
    for (let count = 0; count < 50; count++) world.slice(4);
    expect(clock.nowMs()).toBeCloseTo(50 * 4 * 20);
  });
  it('a stall of the machine never becomes belt time: one slice is worth 20 ms at most', () => {
    const { world, clock } = begin(10);
    world.slice(60_000);
    expect(clock.nowMs()).toBe(200);
  });
  it('real time that runs backwards moves nothing', () => {
    const { world, clock } = begin(10);
    world.slice(-500);
    expect(clock.nowMs()).toBe(0);
  });
  it('stands still while a write is pending, from the very deadline that began it', () => {
    const { world, clock } = begin(1000);
    const fired: number[] = [];
    for (const atMs of [100, 200, 300])
      clock.setTimeout(() => {
        fired.push(clock.nowMs());
        if (atMs === 200) clock.hold();
      }, atMs);
    world.slice(4);
    expect(fired).toEqual([100, 200]);
    for (let count = 0; count < 100; count++) world.slice(20);
    expect(clock.nowMs()).toBe(200);
    clock.release();
    expect(fired).toEqual([100, 200, 300]);
    // What was owed of its own slice, not what the write took.
    expect(clock.nowMs()).toBe(4000);
  });
  it('stops for good, and lets the process end', () => {
    const { world, clock } = begin(10);
    clock.stop();
    clock.stop();
    expect(world.isIdle()).toBe(true);
    world.slice(20);
    expect(clock.nowMs()).toBe(0);
  });
});

describe('the dose book of a paced session', () => {
  const LOADED: BookEvent = { type: 'book.loaded', atMs: 0, unfinished: [] };
  function createBook() {
    let holdCount = 0;
    const seen: string[] = [];
    const held = holdWhileWriting(
      { hold: () => void holdCount++, release: () => void holdCount-- },
      (event) => void seen.push(`${event.type} held=${holdCount}`),
    );
    const inert: DoseBookPort = {
      load: () => undefined,
      allow: () => undefined,
      begin: () => undefined,
      reserve: () => undefined,
      reconcile: () => undefined,
      close: () => undefined,
    };
    return { held, book: held.wrap(inert), seen, holdCount: () => holdCount };
  }
  it('holds time from the call until the session has heard of it', () => {
    const { held, book, seen, holdCount } = createBook();
    book.load();
    expect(holdCount()).toBe(1);
    held.onBookEvent(LOADED);
    expect(seen).toEqual(['book.loaded held=1']);
    expect(holdCount()).toBe(0);
  });
  it('an event that nobody asked for releases nothing', () => {
    const { held, holdCount } = createBook();
    held.onBookEvent(LOADED);
    expect(holdCount()).toBe(0);
  });
});
