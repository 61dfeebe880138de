// H21: a belt that has lost its records, or whose numbers run backwards, is not taken for one that gave nothing.
import { describe, expect, it } from 'vitest';
import type { SimulatedBelt } from '../../firmware-sim/simulated-belt.ts';
import type { BeltPort } from '../../src/belt/belt.ts';
import { createVirtualClock, type VirtualClock } from '../../src/clock.ts';
import { createRig, TAG, type Rig, type RigOptions } from './support/rig.ts';

const FIRST_DAY = '2026-01-01T08:00:00.000Z';
const NEXT_DAY = '2026-01-02T09:00:00.000Z';
const FOURTH_DAY = '2026-01-04T09:00:00.000Z';
const tagOf = (digit: string): string => `${TAG.slice(0, -1)}${digit}`;

const begin = (options: RigOptions): Rig => {
  const rig = createRig(options);
  rig.send({ type: 'operator.start' });
  return rig;
};

interface Past {
  readonly belt: SimulatedBelt;
  readonly clock: VirtualClock;
  readonly bookLines: readonly string[];
}

/** A whole session, booked, on a belt that has its record. */
function treated(): Past {
  const clock = createVirtualClock();
  const rig = begin({ clock, startedAt: FIRST_DAY });
  expect(rig.untilOver().outcome).toBe('completed');
  return { belt: rig.belt, clock, bookLines: [...rig.book.lines()] };
}

const asked = (rig: Rig): boolean => rig.events.some((event) => event.type === 'belt.record');
const LOST = { outcome: 'refused', exitCode: 6, hazard: 'H21', emissionOff: 'neverOn' } as const;

describe('records of the belt', () => {
  it('are not asked for as long as the book knows none of them', () => {
    const rig = begin({ isArmedByItself: false });
    rig.until('ready');
    expect(asked(rig)).toBe(false);
  });

  it('still there the next day: the session runs', () => {
    const rig = begin({ ...treated(), startedAt: NEXT_DAY, input: { sessionTag: tagOf('1') } });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', hazards: [] });
    expect(rig.book.lines().join()).toMatch(/"beltRecord":1.*"beltRecord":2/);
  });

  it('all lost: refused, with words, before the belt is asked to prepare', () => {
    const { bookLines } = treated();
    const rig = begin({ bookLines, startedAt: NEXT_DAY, input: { sessionTag: tagOf('1') } });
    expect(rig.untilOver()).toMatchObject(LOST);
    expect(rig.outcomes[0]?.message).toMatch(
      /lost its records: it is at 0, and the dose book knows its session 1/,
    );
    expect(rig.events.some((event) => event.type === 'belt.prepared')).toBe(false);
    expect(rig.book.lines()).toHaveLength(bookLines.length);
  });

  it.each([
    ['number 1 where the book knows 2', 1, LOST],
    ['the very number that the book knows', 2, { outcome: 'completed' }],
    ['a higher number, from a session elsewhere', 7, { outcome: 'completed' }],
    ['a number that is none', NaN, LOST],
  ])('%s', (_title, number, expected) => {
    const past = treated();
    const second = begin({ ...past, startedAt: NEXT_DAY, input: { sessionTag: tagOf('1') } });
    expect(second.untilOver().outcome).toBe('completed');
    // The belt's own word for its newest record, told otherwise.
    let tell: ((rig: Rig) => void) | undefined;
    const wrapBelt = (belt: BeltPort): BeltPort => ({
      ...belt,
      readRecord(wanted) {
        if (wanted !== 'newest') return belt.readRecord(wanted);
        past.clock.setTimeout(() => tell?.(rig), 50);
      },
    });
    tell = (asking) => {
      const found = {
        number,
        kind: 'closed',
        cause: 'completed',
        sessionTag: tagOf('9'),
        durationMs: 0,
        hazards: 0,
        entries: [],
      } as const;
      asking.send({ type: 'belt.record', found });
    };
    const rig = createRig({
      ...past,
      wrapBelt,
      bookLines: [...second.book.lines()],
      startedAt: '2026-01-03T10:00:00.000Z',
      input: { sessionTag: tagOf('2') },
    });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject(expected);
  });

  it('that cannot be read: refused, but nobody says that they are lost', () => {
    const past = treated();
    const wrapBelt = (belt: BeltPort): BeltPort => ({
      ...belt,
      readRecord: () =>
        void past.clock.setTimeout(() => rig.send({ type: 'belt.record', found: 'failed' }), 50),
    });
    const rig = createRig({ ...past, wrapBelt, startedAt: NEXT_DAY, input: { sessionTag: tagOf('1') } });
    rig.send({ type: 'operator.start' });
    expect(rig.untilOver()).toMatchObject({ outcome: 'refused', exitCode: 6, hazard: null });
  });

  it('that nobody answers for: refused within the bound of that wait', () => {
    const past = treated();
    const wrapBelt = (belt: BeltPort): BeltPort => ({ ...belt, readRecord: () => undefined });
    const rig = begin({ ...past, wrapBelt, startedAt: NEXT_DAY, input: { sessionTag: tagOf('1') } });
    expect(rig.untilOver(10_000).emissionOff).toBe('neverOn');
  });

  it('count for two days: by then any session that they could tell of is long enough ago', () => {
    const { bookLines } = treated();
    const rig = begin({ bookLines, startedAt: FOURTH_DAY, input: { sessionTag: tagOf('1') } });
    expect(rig.untilOver()).toMatchObject({ outcome: 'completed', hazards: [] });
    const early = begin({
      bookLines,
      startedAt: '2026-01-03T07:59:00.000Z',
      input: { sessionTag: tagOf('1') },
    });
    expect(early.untilOver()).toMatchObject(LOST);
  });

  it('mean nothing on a simulated belt that is new each time', () => {
    const { bookLines } = treated();
    const rig = begin({
      bookLines,
      startedAt: NEXT_DAY,
      input: { sessionTag: tagOf('1'), isBeltForgetful: true },
    });
    expect(rig.untilOver().outcome).toBe('completed');
    expect(rig.events.filter((event) => event.type === 'belt.record')).toHaveLength(1);
  });
});
