import { describe, expect, it } from 'vitest';
import type { CourseRule } from '../../src/ledger/course.ts';
import {
  at,
  createDays,
  DAY,
  expectAllowedFrom,
  HOUR,
  isAllowed,
  MINUTE,
  refusedUntil,
  START,
} from './days.ts';

describe('H19 the gap on a site', () => {
  it('an empty book allows', () => {
    expect(createDays().ask()).toMatchObject({ type: 'book.allowed', course: null });
  });

  it('is 20 h from the end of the last session that counts, to the millisecond', () => {
    const days = createDays();
    expect(days.give()).toBe('begun');
    expectAllowedFrom(days, START + 10 * MINUTE + 20 * HOUR);
  });

  it('is asked again when the session begins', () => {
    const days = createDays();
    days.give();
    days.pass(20 * HOUR - 1);
    expect(refusedUntil(days.give())).toContain('H19');
    days.pass(1);
    expect(days.give()).toBe('begun');
  });

  it('is lengthened by the plan and never shortened', () => {
    const course = (gapS: number): CourseRule => ({ sessions: 12, everyS: null, perWeek: null, gapS });
    const days = createDays();
    days.give();
    const end = days.calendarMs();
    expect(refusedUntil(days.ask({ course: course(3600) }))).toBe(`H19 ${at(end + 20 * HOUR)}`);
    expect(refusedUntil(days.ask({ course: course(48 * 3600) }))).toBe(`H19 ${at(end + 48 * HOUR)}`);
    expect(refusedUntil(days.ask({ course: course(NaN) }))).toBe('H19 never');
  });

  it('holds for the person and the site, whatever plan and belt', () => {
    const days = createDays();
    days.give();
    expect(isAllowed(days.ask({ person: 'bert' }))).toBe(true);
    expect(isAllowed(days.ask({ site: 'cervical' }))).toBe(true);
    expect(isAllowed(days.ask({ plan: 'another' }))).toBe(false);
    expect(isAllowed(days.ask({ beltId: 'ffffffffffffffff' }))).toBe(false);
  });

  it('holds for a person however the name is typed', () => {
    const days = createDays();
    days.give({ person: 'Zoë  Groß' });
    const typed = ['zoë groß', 'ZOË GROSS', 'Zoe\u0308 Groß', 'Zoë\u00a0Gro\u00adß', 'Ｚoë\u200b Groß '];
    for (const person of typed) expect(refusedUntil(days.ask({ person }))).toMatch(/^H19 /);
    for (const person of ['Zoe Groß', 'Zoë', 'ZoëGroß']) expect(isAllowed(days.ask({ person }))).toBe(true);
    days.pass(DAY);
    days.give({ person: 'ZOË GROSS' });
    for (let day = 0; day < 5; day++) {
      days.pass(DAY);
      days.give({ site: 'cervical' });
    }
    const course: CourseRule = { sessions: 3, everyS: null, perWeek: null, gapS: 100 * 86_400 };
    expect(refusedUntil(days.ask({ person: 'zoë groß', course }))).toMatch(/^H19 /);
  });

  it('outlasts years of other sessions: a gap longer than whole sessions are kept', () => {
    const course: CourseRule = { sessions: 3, everyS: null, perWeek: null, gapS: 100 * 86_400 };
    const days = createDays();
    days.give({ course });
    const end = days.calendarMs();
    for (let day = 1; day < 90; day++) {
      days.pass(DAY);
      expect(days.give({ site: 'cervical' })).toBe('begun');
    }
    expect(refusedUntil(days.ask({ course }))).toBe(`H19 ${at(end + 100 * DAY)}`);
  });
});

describe('H19 one session a day', () => {
  it('waits for the next day in UTC when the last one began in the first hours of this', () => {
    const days = createDays(Date.UTC(2026, 2, 2, 0, 5));
    days.give();
    expectAllowedFrom(days, Date.UTC(2026, 2, 3));
  });

  it('is no longer than the gap for one that began late', () => {
    const days = createDays(Date.UTC(2026, 2, 2, 23, 55));
    days.give();
    expectAllowedFrom(days, Date.UTC(2026, 2, 3, 20, 5));
  });
});

describe('H19 what counts', () => {
  it('a session that never shone counts for nothing, as often as it happens', () => {
    const days = createDays();
    for (let count = 0; count < 10; count++)
      expect(days.give({ ratio: 0, durationMs: MINUTE })).toBe('begun');
    expect(isAllowed(days.ask())).toBe(true);
  });

  it('one below a quarter of every prescription may be tried once more that day, and no more', () => {
    const days = createDays();
    expect(days.give({ ratio: 0.2499 })).toBe('begun');
    const firstEnd = days.calendarMs();
    expect(days.give({ ratio: 0.2 })).toBe('begun');
    expectAllowedFrom(days, firstEnd + DAY);
  });

  it('at a quarter it counts', () => {
    const days = createDays();
    days.give({ ratio: 0.25 });
    expect(refusedUntil(days.ask())).toBe(`H19 ${at(days.calendarMs() + 20 * HOUR)}`);
  });

  it('light where none was due counts, however little', () => {
    const days = createDays();
    const stray = {
      zone: 'L9',
      wavelengthNm: 650,
      prescribedJPerCm2: 0,
      deliveredJPerCm2: 0.01,
      deliveredUpperJPerCm2: 0.01,
      certainty: 'upperBound' as const,
    };
    days.give({ ratio: 0.1, closing: { zones: [stray] } });
    expect(isAllowed(days.ask())).toBe(false);
  });

  it('what nobody saw the end of counts at its upper bound, and its end as late as it may have been', () => {
    const days = createDays();
    expect(days.begin({ ratio: 0.9 })).toBe('begun');
    days.reopen();
    days.pass(2 * HOUR);
    expect(refusedUntil(days.ask())).toBe(`H19 ${at(START + 15 * MINUTE + 20 * HOUR)}`);
  });

  it('a session under way keeps others off the site until it cannot be under way any more', () => {
    const days = createDays();
    expect(days.begin({ ratio: 0 })).toBe('begun');
    expect(isAllowed(days.ask({ person: 'bert' }))).toBe(true);
    expectAllowedFrom(days, START + HOUR);
  });
});

describe('H19 the dose of 24 h', () => {
  const course = null;

  it('is 60 J/cm² with what is planned, and waits until enough of it is a day old', () => {
    const days = createDays();
    // Below a quarter, so that gap and day do not stand in the way.
    days.give({ jPerCm2: 50, ratio: 0.2, course });
    const end = days.calendarMs();
    expect(isAllowed(days.ask({ jPerCm2: 50 }))).toBe(true);
    expect(refusedUntil(days.ask({ jPerCm2: 50.001 }))).toBe(`H19 ${at(end + DAY)}`);
    expectAllowedFrom(days, end + DAY, { jPerCm2: 60 });
  });

  it('more than 60 J/cm² is never allowed', () => {
    expect(refusedUntil(createDays().ask({ jPerCm2: 60.001 }))).toBe('H19 never');
    expect(refusedUntil(createDays().ask({ jPerCm2: NaN }))).toBe('H19 never');
  });

  it('adds up the wavelengths of a zone', () => {
    const days = createDays();
    const planned = (jPerCm2: number) =>
      [808, 650].map((wavelengthNm) => ({ zone: 'L1', wavelengthNm, plannedJPerCm2: jPerCm2 }));
    expect(isAllowed(days.ask({ planned: planned(30) }))).toBe(true);
    expect(refusedUntil(days.ask({ planned: planned(30.01) }))).toBe('H19 never');
  });

  it('another belt may lie anywhere: its strongest zone counts for every zone', () => {
    const days = createDays();
    const zone = { ...{ wavelengthNm: 808, prescribedJPerCm2: 100, certainty: 'certain' as const } };
    const zones = [
      { ...zone, zone: 'L7', deliveredJPerCm2: 20, deliveredUpperJPerCm2: 20 },
      { ...zone, zone: 'L8', deliveredJPerCm2: 1, deliveredUpperJPerCm2: 1 },
    ];
    days.give({ ratio: 0.1, closing: { zones } });
    expect(isAllowed(days.ask({ jPerCm2: 40, beltId: 'ffffffffffffffff' }))).toBe(true);
    expect(isAllowed(days.ask({ jPerCm2: 40.001, beltId: 'ffffffffffffffff' }))).toBe(false);
  });

  it('the same belt put on anew may lie elsewhere: its strongest zone counts for every zone', () => {
    const days = createDays();
    const zones = [
      {
        zone: 'L7',
        wavelengthNm: 808,
        prescribedJPerCm2: 100,
        deliveredJPerCm2: 20,
        deliveredUpperJPerCm2: 20,
        certainty: 'certain' as const,
      },
    ];
    days.give({ ratio: 0.1, closing: { zones } });
    expect(isAllowed(days.ask({ jPerCm2: 40 }))).toBe(true);
    expect(isAllowed(days.ask({ jPerCm2: 40.001 }))).toBe(false);
  });

  it('within one visit the belt stays where it is: each zone has its own dose', () => {
    const days = createDays();
    const visit = 'abcdefabcdefabcd';
    const planned = ['L1', 'L2', 'L7'].map((zone) => ({ zone, wavelengthNm: 808, plannedJPerCm2: 60 }));
    const zones = [
      {
        zone: 'L7',
        wavelengthNm: 808,
        prescribedJPerCm2: 60,
        deliveredJPerCm2: 60,
        deliveredUpperJPerCm2: 60,
        certainty: 'certain' as const,
      },
    ];
    days.give({ visit, planned, ratio: 0, closing: { zones } });
    expect(isAllowed(days.ask({ visit, block: 1, planned, jPerCm2: 60 }))).toBe(true);
  });
});

describe('H19 the blocks of a visit', () => {
  const visit = 'abcdefabcdefabcd';
  const planned = ['L1', 'L2'].map((zone) => ({ zone, wavelengthNm: 808, plannedJPerCm2: 8 }));

  it('are one session: the next block needs no gap, the next visit does', () => {
    const days = createDays();
    expect(days.give({ visit, block: 0, planned })).toBe('begun');
    days.pass(30 * MINUTE);
    expect(days.give({ visit, block: 1, planned })).toBe('begun');
    expect(refusedUntil(days.ask())).toBe(`H19 ${at(days.calendarMs() + 20 * HOUR)}`);
    expect(days.events.filter((event) => event.type === 'book.begun')).toHaveLength(2);
  });

  it('are given once each, in their order', () => {
    const days = createDays();
    days.give({ visit, block: 1, planned });
    expect(refusedUntil(days.ask({ visit, block: 1, planned }))).toBe('H19 never');
    expect(refusedUntil(days.ask({ visit, block: 0, planned }))).toBe('H19 never');
    expect(isAllowed(days.ask({ visit, block: 2, planned }))).toBe(true);
  });

  it('a block that never shone may be begun again', () => {
    const days = createDays();
    days.give({ visit, block: 0, planned, ratio: 0 });
    expect(days.give({ visit, block: 0, planned })).toBe('begun');
  });

  it('later than 3 h after the first it is another visit', () => {
    const days = createDays();
    days.give({ visit, block: 0, planned, durationMs: 0 });
    days.pass(3 * HOUR);
    expect(isAllowed(days.ask({ visit, block: 1, planned }))).toBe(true);
    days.pass(1);
    expect(refusedUntil(days.ask({ visit, block: 1, planned }))).toBe(`H19 ${at(START + 20 * HOUR)}`);
  });

  it('share the dose of the day', () => {
    const days = createDays();
    const all = ['L1', 'L2'].map((zone) => ({ zone, wavelengthNm: 808, plannedJPerCm2: 60 }));
    days.give({ visit, block: 0, planned: all, jPerCm2: 40 });
    expect(isAllowed(days.ask({ visit, block: 1, planned: all, jPerCm2: 20 }))).toBe(true);
    expect(isAllowed(days.ask({ visit, block: 1, planned: all, jPerCm2: 20.001 }))).toBe(false);
  });

  it('count against the whole visit: a quarter of one block of two is not a quarter', () => {
    const days = createDays();
    days.give({ visit, block: 0, planned, ratio: 0.49 });
    expect(isAllowed(days.ask())).toBe(true);
  });
});
