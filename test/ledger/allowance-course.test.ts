import { describe, expect, it } from 'vitest';
import type { CourseRule } from '../../src/ledger/course.ts';
import {
  at,
  createDays,
  DAY,
  expectAllowedFrom,
  HOUR,
  MINUTE,
  refusedUntil,
  START,
  type Days,
} from './days.ts';
import { tagOf } from './intents.ts';

const HUNDRED_YEARS = 100 * 365 * DAY;
describe('H19 courses', () => {
  const course: CourseRule = { sessions: 3, everyS: 86_400, perWeek: null, gapS: 20 * 3600 };
  const placeOf = (days: Days, wanted = {}): unknown => {
    const answer = days.ask({ course, ...wanted });
    return answer !== 'begun' && answer.type === 'book.allowed' ? answer.course : answer;
  };

  it('are counted from the book: n of N, and finished after N', () => {
    const days = createDays();
    for (let number = 1; number <= 3; number++) {
      expect(placeOf(days)).toEqual({ number, of: 3, planChanged: false });
      expect(days.give({ course })).toBe('begun');
      days.pass(DAY);
    }
    const lastEnd = START + 2 * DAY + 30 * MINUTE;
    expect(refusedUntil(days.ask({ course }))).toBe(`H19 ${at(lastEnd + 21 * DAY)}`);
    days.pass(19 * DAY);
    expectAllowedFrom(days, lastEnd + 21 * DAY, { course });
    expect(placeOf(days)).toEqual({ number: 1, of: 3, planChanged: false });
    days.give({ course });
    days.pass(DAY);
    expect(placeOf(days)).toEqual({ number: 2, of: 3, planChanged: false });
  });

  it('a session below a quarter does not count, a missed day shifts the course', () => {
    const days = createDays();
    days.give({ course, ratio: 0.2 });
    expect(placeOf(days)).toMatchObject({ number: 1 });
    days.give({ course });
    days.pass(9 * DAY);
    expect(placeOf(days)).toMatchObject({ number: 2 });
  });

  it('are of a person, a plan and a site', () => {
    const days = createDays();
    days.give({ course });
    days.pass(DAY);
    expect(placeOf(days, { person: 'bert' })).toMatchObject({ number: 1 });
    expect(placeOf(days, { plan: 'another' })).toMatchObject({ number: 1 });
    expect(placeOf(days, { site: 'cervical' })).toMatchObject({ number: 1 });
    expect(placeOf(days)).toMatchObject({ number: 2 });
  });

  it('go on when the text of the plan changes, and say so', () => {
    const days = createDays();
    days.give({ course });
    days.pass(DAY);
    expect(placeOf(days, { digest: 'd2' })).toEqual({ number: 2, of: 3, planChanged: true });
    expect(placeOf(days, { course: { ...course, sessions: 5 } })).toEqual({
      number: 2,
      of: 5,
      planChanged: false,
    });
  });

  it('are finished and begun by the plan as it is now, whatever number the last one had', () => {
    const placed = (days: Days, sessions: number): unknown =>
      placeOf(days, { course: { ...course, sessions } });
    for (const [before, now] of [
      [3, 5],
      [5, 2],
    ] as const) {
      const days = createDays();
      for (let count = 0; count < 3; count++) {
        expect(days.give({ course: { ...course, sessions: before } })).toBe('begun');
        days.pass(DAY);
      }
      days.pass(22 * DAY);
      const first = now > 3 ? 4 : 1;
      for (let number = first; number <= now; number++) {
        expect(placed(days, now)).toMatchObject({ number, of: now });
        expect(days.give({ course: { ...course, sessions: now } })).toBe('begun');
        days.pass(DAY);
        days.pass(3 * DAY);
        days.give({ site: 'cervical' });
      }
      expect(refusedUntil(days.ask({ course: { ...course, sessions: now } }))).toMatch(/^H19 /);
    }
  });

  it('every second day: four hours early at most', () => {
    const days = createDays();
    const every = { ...course, everyS: 2 * 86_400 };
    days.give({ course: every });
    expectAllowedFrom(days, days.calendarMs() + 44 * HOUR, { course: every });
  });

  it('so many in seven days, and the hour of the day may move by four', () => {
    const days = createDays();
    const weekly: CourseRule = { sessions: 12, everyS: null, perWeek: 2, gapS: 20 * 3600 };
    days.give({ course: weekly });
    days.pass(DAY);
    days.give({ course: weekly });
    days.pass(DAY);
    expectAllowedFrom(days, START + 7 * DAY - 4 * HOUR, { course: weekly });
    expect(refusedUntil(createDays().ask({ course: { ...weekly, perWeek: 0 } }))).toContain('allowed');
    expect(refusedUntil(days.ask({ course: { ...weekly, perWeek: 0 } }))).toBe('H19 never');
    expect(refusedUntil(days.ask({ course: { ...weekly, perWeek: NaN } }))).toBe('H19 never');
  });

  it('keep their number over sessions that are long folded away, and after the book is opened anew', () => {
    const days = createDays();
    const long: CourseRule = { sessions: 40, everyS: null, perWeek: null, gapS: 0 };
    for (let number = 1; number <= 30; number++) {
      expect(placeOf(days, { course: long })).toMatchObject({ number });
      days.give({ course: long });
      days.pass(DAY);
      if (number % 7 === 0) days.reopen();
    }
    expect(days.book().sessions().size).toBeLessThan(5);
  });

  it.each([
    ['its end was never booked', 'open'],
    ['its belt’s record was never read', 'awaiting'],
  ])(
    'an old visit that stays unfinished is counted once, not in the next course again: %s',
    (_name, kind) => {
      const days = createDays();
      const three: CourseRule = { sessions: 3, everyS: null, perWeek: null, gapS: 0 };
      if (kind === 'open') days.begin({ course: three });
      else days.give({ course: three, closing: { awaitsBeltRecord: true } });
      for (const number of [2, 3]) {
        days.pass(3 * DAY);
        expect(placeOf(days, { course: three })).toMatchObject({ number });
        expect(days.give({ course: three })).toBe('begun');
      }
      for (const number of [1, 2, 3]) {
        days.pass(number === 1 ? 22 * DAY : 4 * DAY);
        days.reopen();
        expect(placeOf(days, { course: three })).toMatchObject({ number });
        expect(days.give({ course: three })).toBe('begun');
      }
      days.pass(4 * DAY);
      expect(refusedUntil(days.ask({ course: three }))).toContain('H19');
      // The belt's record may come after all.
      expect(days.book().sessions().has(tagOf(1))).toBe(true);
      days.book().reconcile(tagOf(1), 'none');
      days.pass(22 * DAY);
      expect(days.give({ course: three })).toBe('begun');
      expect(days.book().sessions().has(tagOf(1))).toBe(false);
    },
  );

  it('an end in a hundred years is no overflow', () => {
    const days = createDays();
    days.give({ course: { ...course, gapS: HUNDRED_YEARS / 1000 } });
    expect(refusedUntil(days.ask({ course: { ...course, gapS: HUNDRED_YEARS / 1000 } }))).toBe(
      `H19 ${at(days.calendarMs() + HUNDRED_YEARS)}`,
    );
  });
});
