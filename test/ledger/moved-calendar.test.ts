// H21: people set clocks, batteries of clocks die, computers travel. Gaps and counts stay safe, and the book says so.
import { describe, expect, it } from 'vitest';
import {
  at,
  createDays,
  DAY,
  HOUR,
  isAllowed,
  MINUTE,
  refusedUntil,
  START,
  type Answer,
  type Days,
} from './days.ts';

const YEAR = 365 * DAY;
const notesOf = (days: Days): readonly string[] =>
  days
    .book()
    .lines()
    .filter((line) => line.includes('"kind":"note"'))
    .map((line) => (JSON.parse(line) as { readonly moved: string }).moved);

describe('H21 a calendar that is moved while the machine runs', () => {
  it.each([2 * MINUTE, HOUR, 19 * HOUR, 20 * HOUR, DAY, 30 * DAY, 9 * YEAR])(
    'forward by %s ms: what counts is how long the machine has run',
    (ms) => {
      const days = createDays();
      days.give();
      days.moveCalendar(ms);
      const answer = days.ask();
      expect(isAllowed(answer)).toBe(false);
      expect(notesOf(days)).toEqual(['corrected']);
      days.pass(20 * HOUR - 1);
      expect(isAllowed(days.ask())).toBe(false);
      days.pass(DAY);
      expect(isAllowed(days.ask())).toBe(true);
      expect(notesOf(days)).toEqual(['corrected']);
    },
  );

  it.each([-2 * MINUTE, -HOUR, -20 * HOUR, -30 * DAY, -1.5 * YEAR])(
    'back by %s ms: nobody waits longer than the gap and a day, and it is allowed again',
    (ms) => {
      const days = createDays();
      days.give();
      days.moveCalendar(ms);
      expect(isAllowed(days.ask())).toBe(false);
      days.pass(20 * HOUR - 1);
      expect(isAllowed(days.ask())).toBe(false);
      days.pass(DAY);
      expect(isAllowed(days.ask())).toBe(true);
      expect(notesOf(days)).toEqual(['corrected']);
    },
  );

  it('forth and back again: nothing is gained by it', () => {
    const days = createDays();
    days.give();
    for (let count = 0; count < 10; count++) {
      days.moveCalendar(DAY);
      expect(isAllowed(days.ask())).toBe(false);
      days.moveCalendar(-DAY);
      expect(isAllowed(days.ask())).toBe(false);
    }
    days.pass(20 * HOUR);
    expect(isAllowed(days.ask())).toBe(true);
  });

  it('moved in the midst of a session: the next session finds it', () => {
    const days = createDays();
    days.begin({ ratio: 1 });
    days.pass(MINUTE);
    days.moveCalendar(3 * DAY);
    expect(isAllowed(days.ask())).toBe(false);
    expect(notesOf(days)).toEqual(['corrected']);
  });

  it('the drift of a clock and what a time server corrects is no move', () => {
    const days = createDays();
    days.give();
    days.pass(DAY);
    days.moveCalendar(-50_000);
    expect(isAllowed(days.ask())).toBe(true);
    expect(notesOf(days)).toEqual([]);
  });
});

const detailOf = (answer: Answer): string =>
  answer !== 'begun' && answer.type === 'book.refused' ? answer.detail : JSON.stringify(answer);
const MOVED = 'The clock of this computer was moved since the last session';

describe('H21 what the person is told when a calendar was moved', () => {
  const END = START + 10 * MINUTE;
  /** Ten days later the machine is on again, for an hour, with a calendar of another year; somebody asks. */
  const setBack = (): Days => {
    const days = createDays();
    days.give();
    days.restart(10 * DAY);
    days.setCalendar(Date.UTC(2025, 0, 1));
    expect(refusedUntil(days.ask())).toContain('H21');
    days.pass(HOUR);
    return days;
  };

  it('set back: what to do, and what that clock must say if it is left so', () => {
    const days = createDays();
    days.give();
    days.restart(10 * DAY);
    days.setCalendar(Date.UTC(2025, 0, 1));
    expect(detailOf(days.ask())).toBe(
      'The clock of this computer says 2025-01-01 00:00 UTC, but the dose book has an entry of 2026-03-02 09:10 UTC: it was set back. ' +
        'Set it right and restart the computer, then start again. Left as it is, that clock must say 2025-01-01 20:00 UTC.',
    );
  });

  it('set right and started again, as they were told: allowed', () => {
    const days = setBack();
    days.restart(0);
    days.setCalendar(END + 10 * DAY + 2 * HOUR);
    expect(isAllowed(days.ask())).toBe(true);
  });

  it('set right while it runs: nothing proves the ten days, and the words say what counts instead', () => {
    const days = setBack();
    days.setCalendar(END + 10 * DAY + HOUR);
    const answer = days.ask();
    expect(detailOf(answer)).toContain(
      `${MOVED}: what counts is how long the computer has run since then, not what its calendar says. Allowed from `,
    );
    // An hour and the half minute of its start of the twenty hours are proven.
    expect(refusedUntil(answer)).toBe(`H19 ${at(END + 10 * DAY + 20 * HOUR - 30_000)}`);
    days.pass(19 * HOUR - 30_000 - 1);
    expect(detailOf(days.ask())).toContain(MOVED);
    days.pass(1);
    expect(isAllowed(days.ask())).toBe(true);
  });

  it('forward while it runs: the same', () => {
    const days = createDays();
    days.give();
    days.moveCalendar(DAY);
    expect(detailOf(days.ask())).toContain(MOVED);
  });

  it('a refusal that no calendar was moved for says nothing of it, nor one of a session after it was moved', () => {
    const days = setBack();
    days.setCalendar(END + 10 * DAY + HOUR);
    expect(detailOf(days.ask())).toContain(MOVED);
    days.pass(DAY);
    days.give();
    days.pass(5 * HOUR);
    days.moveCalendar(-50_000);
    expect(detailOf(days.ask())).toMatch(/^The last session on this site .* is too recent\. Allowed from /);
    days.restart(HOUR);
    expect(detailOf(days.ask())).not.toContain(MOVED);
    expect(detailOf(days.ask({ person: 'ben' }))).not.toContain(MOVED);
  });
});

describe('H21 a calendar that is moved while the machine is off', () => {
  it('is believed as long as it goes on', () => {
    const days = createDays();
    days.give();
    days.restart(19 * HOUR);
    expect(refusedUntil(days.ask())).toBe(`H19 ${at(START + 10 * MINUTE + 20 * HOUR)}`);
    days.restart(HOUR);
    expect(isAllowed(days.ask())).toBe(true);
    expect(notesOf(days)).toEqual([]);
  });

  it.each([1, HOUR, 30 * DAY, 1.5 * YEAR])(
    'set back by %s ms more than it was off: refused once as H21, and the last session counts as one of now',
    (ms) => {
      const days = createDays();
      days.give();
      days.restart(10 * HOUR);
      days.setCalendar(START + 10 * MINUTE - ms);
      const answer = days.ask();
      expect(answer).toMatchObject({ type: 'book.refused', hazard: 'H21' });
      // Only the half minute since the start is certain to have passed, and the day that the last one began in.
      const wait =
        Date.parse((answer !== 'begun' && answer.type === 'book.refused' && answer.allowedAt) || '') -
        days.calendarMs();
      expect(wait).toBeGreaterThanOrEqual(20 * HOUR - 30_000);
      expect(wait).toBeLessThanOrEqual(DAY + 10 * MINUTE);
      expect(notesOf(days)).toEqual(['back']);
      days.pass(wait - 1);
      expect(refusedUntil(days.ask())).toContain('H19');
      days.pass(1);
      expect(isAllowed(days.ask())).toBe(true);
      expect(notesOf(days)).toEqual(['back']);
    },
  );

  it('set back, then right again with another start: the time in between counts once', () => {
    const days = createDays();
    days.give();
    days.restart(0);
    days.setCalendar(Date.UTC(2025, 0, 1));
    expect(refusedUntil(days.ask())).toContain('H21');
    days.restart(0);
    days.setCalendar(START + 10 * MINUTE + 5 * HOUR);
    // Not the fourteen months that lie between the two settings.
    expect(refusedUntil(days.ask())).toBe(`H19 ${at(START + 10 * MINUTE + 20 * HOUR)}`);
  });

  it('a session booked in a far future does not lock its person out for years', () => {
    const days = createDays();
    days.moveCalendar(4 * YEAR);
    days.give();
    days.restart(HOUR);
    days.moveCalendar(-4 * YEAR);
    expect(refusedUntil(days.ask())).toContain('H21');
    days.pass(DAY + HOUR);
    expect(isAllowed(days.ask())).toBe(true);
  });

  it('less than the machine has run since is found, and corrected', () => {
    const days = createDays();
    days.give();
    days.restart(0);
    days.pass(21 * HOUR);
    days.setCalendar(START + 20 * MINUTE);
    expect(notesOf(days)).toEqual([]);
    days.ask();
    expect(notesOf(days)).toEqual(['corrected']);
    days.pass(4 * HOUR);
    expect(isAllowed(days.ask())).toBe(true);
  });

  it.each([0, -5, NaN, Infinity, -Infinity, Date.UTC(1980, 0, 1), Date.UTC(2023, 11, 31)])(
    'a calendar at %s was never set: refused, and nothing is booked by it',
    (ms) => {
      const days = createDays();
      days.setCalendar(ms);
      expect(refusedUntil(days.ask())).toBe('H21 never');
      expect(refusedUntil(days.give())).toBe('H21 never');
      expect(days.book().lines()).toEqual([]);
      days.give();
    },
  );

  it('without a number of the start, only the calendar is left: back is refused, forward is believed', () => {
    const days = createDays(START, { hasBoot: false });
    days.give();
    days.moveCalendar(-HOUR);
    expect(refusedUntil(days.ask())).toContain('H21');
    days.pass(DAY);
    expect(isAllowed(days.ask())).toBe(true);
  });

  it('counts of a course survive it', () => {
    const days = createDays();
    const course = { sessions: 3, everyS: 86_400, perWeek: null, gapS: 72_000 };
    days.give({ course });
    days.restart(0);
    days.setCalendar(Date.UTC(2025, 0, 1, 12));
    expect(refusedUntil(days.ask({ course }))).toContain('H21');
    days.pass(DAY);
    expect(days.ask({ course })).toMatchObject({ type: 'book.allowed', course: { number: 2, of: 3 } });
    days.give({ course });
    days.pass(DAY);
    days.give({ course });
    days.setCalendar(Date.UTC(2040, 0, 1));
    expect(isAllowed(days.ask({ course }))).toBe(false);
  });
});
