import { describe, expect, it } from 'vitest';
import { createVirtualClock, fixedWallClock } from '../../src/clock.ts';
import { createMemoryDoseBook, type MemoryDoseBook } from '../../src/ledger/dose-book-memory.ts';
import type { BookEvent } from '../../src/ledger/dose-book.ts';
import { closingOf, intentOf, tagOf } from './intents.ts';

const ONE = tagOf(1);

function create(lines: readonly string[] = [], latencyMs = 3) {
  const clock = createVirtualClock();
  const events: BookEvent[] = [];
  const book: MemoryDoseBook = createMemoryDoseBook({
    clock,
    onEvent: (event) => events.push(event),
    wallClock: fixedWallClock('2024-05-01T10:00:00.000Z'),
    latencyMs,
    lines,
  });
  return { clock, events, book };
}

describe('the dose book in memory', () => {
  it('confirms in virtual time, never from within the call', () => {
    const { clock, events, book } = create();
    book.load();
    book.begin(intentOf(ONE));
    book.reserve(ONE, 0, 0.1);
    expect(events).toEqual([]);
    clock.advance(3);
    expect(events.map((event) => [event.type, event.atMs])).toEqual([
      ['book.loaded', 3],
      ['book.begun', 3],
      ['book.reserved', 3],
    ]);
  });

  it('is found by a restart as the file would be', () => {
    const before = create();
    before.book.begin(intentOf(ONE));
    before.book.reserve(ONE, 0, 0.5);
    before.clock.advance(10);
    const after = create(before.book.lines());
    after.book.load();
    after.clock.advance(10);
    expect(after.events[0]).toMatchObject({ type: 'book.loaded', unfinished: [{ sessionTag: ONE }] });
    after.book.close(closingOf(ONE));
    after.clock.advance(10);
    expect(after.events.at(-1)?.type).toBe('book.closed');
    expect(after.book.sessions().get(ONE)?.closing?.outcome).toBe('completed');
  });

  it('H20 confirms nothing more once it has failed', () => {
    const { clock, events, book } = create();
    book.begin(intentOf(ONE));
    clock.advance(10);
    book.breakDown('the disk is full');
    book.reserve(ONE, 0, 0.1);
    book.close(closingOf(ONE));
    clock.advance(10);
    expect(events.slice(1)).toEqual([
      { type: 'book.failed', atMs: 13 + 0, detail: 'the disk is full' },
      { type: 'book.failed', atMs: 13, detail: 'the disk is full' },
    ]);
  });

  it('refuses lines that were changed', () => {
    const before = create();
    before.book.begin(intentOf(ONE));
    before.clock.advance(10);
    const { clock, events, book } = create(
      before.book.lines().map((line) => line.replace('lumbar', 'sacral')),
    );
    book.load();
    clock.advance(10);
    expect(events[0]).toMatchObject({ type: 'book.failed', detail: 'line 2 was changed' });
  });
});
