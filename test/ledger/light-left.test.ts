// H10 with the master welded: after the end of the session nobody knows what the belt gives.
import { describe, expect, it } from 'vitest';
import { intentEntry, closeEntry, createBookState } from '../../src/ledger/book-state.ts';
import { createRig, programOf, zoneOf as rigZoneOf } from '../session/support/rig.ts';
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
import { closingOf, intentOf, tagOf } from './intents.ts';

const LEFT = {
  outcome: 'lockout',
  emissionOff: 'unconfirmed',
  hazard: 'H10',
  isLightLeft: true,
  awaitsBeltRecord: true,
} as const;
const END = START + 10 * MINUTE;

describe('H19 after a belt that could not be darkened', () => {
  it('no light on that site for 24 h from the close, to the millisecond, and then again', () => {
    const days = createDays();
    days.give({ closing: LEFT });
    expectAllowedFrom(days, END + DAY, { beltId: 'ffffffffffffffff' });
    expect(days.give({ beltId: 'ffffffffffffffff' })).toBe('begun');
  });

  it('says why, what to do and when', () => {
    const days = createDays();
    days.give({ closing: LEFT });
    expect(days.ask()).toMatchObject({
      hazard: 'H19',
      detail:
        'A belt on this site (lumbar) could not be darkened, and what it gave is not known. See that it is off the skin and its battery out. Allowed from 2026-03-03 09:10 UTC.',
    });
  });

  it('however little was booked: a session that would not count otherwise holds as well', () => {
    const days = createDays();
    days.give({ ratio: 0, closing: { ...LEFT, zones: [] } });
    expectAllowedFrom(days, END + DAY);
  });

  it('whatever hazard decided: the mark says it, or H10 itself', () => {
    const told = createDays();
    told.give({ ratio: 0, closing: { ...LEFT, hazard: 'H17' } });
    expectAllowedFrom(told, END + DAY);
    const before = { emissionOff: LEFT.emissionOff, hazard: LEFT.hazard };
    const old = createDays();
    old.give({ ratio: 0, closing: before });
    expectAllowedFrom(old, END + DAY);
  });

  it('also for the next light of the same visit', () => {
    const days = createDays();
    const visit = tagOf(1);
    days.give({ visit, closing: LEFT, durationMs: MINUTE });
    days.pass(HOUR);
    expect(refusedUntil(days.ask({ visit, block: 1 }))).toBe(`H19 ${at(START + MINUTE + DAY)}`);
  });

  it('is told first where a course would have to wait longer, with the later time', () => {
    const days = createDays();
    const course = { sessions: 12, everyS: 72 * 3600, perWeek: null, gapS: 0 };
    days.give({ course, closing: LEFT });
    const answer = days.ask({ course });
    expect(refusedUntil(answer)).toBe(`H19 ${at(END + 68 * HOUR)}`);
    expect(answer).toMatchObject({ detail: expect.stringContaining('could not be darkened') as string });
  });

  it('holds after a restart of the machine, a new opening and the belt’s own record', () => {
    const days = createDays();
    days.give({ closing: LEFT });
    days.book().reconcile(tagOf(1), 'none');
    days.restart(HOUR);
    days.reopen();
    expectAllowedFrom(days, END + DAY);
  });

  it('is kept in a summary of the book', () => {
    const state = createBookState();
    const stamp = { wallMs: START, upMs: 1, boot: 'a' };
    for (const entry of [intentEntry(intentOf(tagOf(1)), undefined), closeEntry(closingOf(tagOf(1), LEFT))]) {
      const made = state.compose([entry], stamp);
      expect(made.ok && state.absorb(made.lines)).toBeUndefined();
    }
    const restored = createBookState();
    expect(restored.restore(state.summary(), state.head)).toBe(true);
    expect(restored.sessions.get(tagOf(1))?.closing?.isLightLeft).toBe(true);
  });

  it('does not hold for another person or site, nor where off was confirmed or H10 was not the matter', () => {
    const days = createDays();
    days.give({ closing: LEFT });
    expect(isAllowed(days.ask({ person: 'bert' }))).toBe(true);
    expect(isAllowed(days.ask({ site: 'cervical' }))).toBe(true);
    const dark = createDays();
    dark.give({ ratio: 0, closing: { ...LEFT, emissionOff: 'confirmed' } });
    expect(isAllowed(dark.ask())).toBe(true);
    const lost = createDays();
    lost.give({ ratio: 0, closing: { emissionOff: 'unconfirmed', hazard: 'H13' } });
    expect(isAllowed(lost.ask())).toBe(true);
  });
});

describe('a driver stuck and the master welded, on the simulated belt', () => {
  it('the session leaves light, and the same site is refused to another belt until a day later', () => {
    let nowMs = START;
    const wallClock = { nowMs: () => nowMs, uptimeMs: () => nowMs - START, bootId: () => 'a' };
    const program = programOf([[rigZoneOf(0), rigZoneOf(1)]]);
    const first = createRig({ faults: ['emitter-stuck-on@2s:zone=L2,master=welded'], program, wallClock });
    first.send({ type: 'operator.start' });
    expect(first.untilOver()).toMatchObject({ hazard: 'H10', emissionOff: 'unconfirmed' });
    expect(first.closings).toMatchObject([{ hazard: 'H10', emissionOff: 'unconfirmed' }]);
    // It does go on: that is why.
    expect(first.belt.truth().emission).toBe(true);

    const next = (tag: string) => {
      const rig = createRig({
        seed: 2,
        program,
        wallClock,
        bookLines: first.book.lines(),
        input: { sessionTag: tag },
      });
      rig.send({ type: 'operator.start' });
      const outcome = rig.untilOver();
      return { outcome, isLit: rig.truth.some(({ emission }) => emission) };
    };
    nowMs = START + DAY - 1;
    const refused = next('00112233445566ab');
    expect(refused).toMatchObject({
      outcome: { outcome: 'refused', hazard: 'H19', exitCode: 6 },
      isLit: false,
    });
    expect(refused.outcome.message).toMatch(
      /could not be darkened.*battery out\. Allowed from 2026-03-03 09:00 UTC/,
    );
    nowMs = START + DAY;
    expect(next('00112233445566ac')).toMatchObject({ outcome: { outcome: 'completed' }, isLit: true });
  });
});
