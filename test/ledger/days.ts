// Days and weeks of visits on one dose book: a calendar that tests can move as people and machines do.
import { expect } from 'vitest';
import { createVirtualClock, isoTime, type WallClock } from '../../src/clock.ts';
import { createMemoryDoseBook, type MemoryDoseBook } from '../../src/ledger/dose-book-memory.ts';
import type { BookEvent, DoseClosing, DoseIntent } from '../../src/ledger/dose-book.ts';
import type { VisitFacts } from '../../src/ledger/visit.ts';
import { bookedZone, intentOf, tagOf, zoneOf } from './intents.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const START = Date.UTC(2026, 2, 2, 9);

export interface Wanted {
  readonly person?: string;
  readonly site?: string;
  readonly plan?: string;
  readonly beltId?: string;
  readonly course?: VisitFacts['course'];
  readonly digest?: string;
  /** Of the visit and its belt session; both zones, 808 nm. */
  readonly jPerCm2?: number;
  readonly visit?: string;
  readonly block?: number;
  readonly planned?: VisitFacts['plannedJPerCm2'];
  /** Of the prescription, both zones. */
  readonly ratio?: number;
  readonly durationMs?: number;
  readonly closing?: Partial<DoseClosing>;
}

export interface Days {
  readonly book: () => MemoryDoseBook;
  readonly events: BookEvent[];
  /** Time passes, for calendar and machine alike. */
  pass(ms: number): void;
  /** Somebody moves the calendar. */
  moveCalendar(ms: number): void;
  /** The machine is off for so long, then started again. */
  restart(offMs: number): void;
  setCalendar(ms: number): void;
  calendarMs(): number;
  /** What `allow` answers now; books nothing. */
  ask(wanted?: Wanted): Answer;
  /** A whole session: what was answered to `begin`, and if it was begun, its dose and its end. */
  give(wanted?: Wanted): Answer;
  /** As `give`, without its end. */
  begin(wanted?: Wanted): Answer;
  /** The book is opened anew. */
  reopen(): void;
}

export type Answer = 'begun' | Extract<BookEvent, { type: 'book.allowed' | 'book.refused' | 'book.failed' }>;

export const refusedUntil = (answer: Answer): string =>
  answer !== 'begun' && answer.type === 'book.refused'
    ? `${answer.hazard} ${answer.allowedAt ?? 'never'}`
    : JSON.stringify(answer);
export const isAllowed = (answer: Answer): boolean => answer !== 'begun' && answer.type === 'book.allowed';
export const at = (ms: number): string => isoTime(ms);

const visitOf = (wanted: Wanted, tag: string): VisitFacts => ({
  person: wanted.person ?? 'anna',
  visit: wanted.visit ?? tag,
  block: wanted.block ?? 0,
  plan: wanted.plan ?? 'low-back-spasm',
  planDigest: wanted.digest ?? 'd1',
  site: wanted.site ?? 'lumbar',
  course: wanted.course ?? null,
  screening: 'short',
  plannedJPerCm2: wanted.planned ?? [],
});

const intentFor = (wanted: Wanted, tag: string): DoseIntent => {
  const intent = intentOf(tag);
  const dose = wanted.jPerCm2 ?? 4;
  return {
    ...intent,
    planName: wanted.plan ?? 'low-back-spasm',
    site: wanted.site ?? 'lumbar',
    beltId: wanted.beltId ?? intent.beltId,
    prescription: { ...intent.prescription, steps: [[zoneOf(0, dose), zoneOf(1, dose)]] },
  };
};

export function createDays(startMs = START, options: { readonly hasBoot?: boolean } = {}): Days {
  let wallMs = startMs;
  let upMs = 5 * DAY;
  let bootCount = 1;
  let tagCount = 0;
  let visit: VisitFacts | undefined;
  const wallClock: WallClock = {
    nowMs: () => wallMs,
    uptimeMs: () => upMs,
    bootId: () => (options.hasBoot === false ? '' : `boot-${bootCount}`),
  };
  const events: BookEvent[] = [];
  const clock = createVirtualClock();
  const open = (lines: readonly string[]): MemoryDoseBook =>
    createMemoryDoseBook({
      clock,
      onEvent: (event) => void events.push(event),
      wallClock,
      visit: () => {
        if (visit === undefined) throw new Error('no visit');
        return visit;
      },
      lines,
    });
  let book = open([]);
  const last = (call: () => void): BookEvent => {
    call();
    clock.advance(1);
    const event = events.at(-1);
    if (event === undefined) throw new Error('no answer');
    return event;
  };
  const answerOf = (event: BookEvent): Answer => {
    if (event.type === 'book.begun') return 'begun';
    if (event.type === 'book.allowed' || event.type === 'book.refused' || event.type === 'book.failed')
      return event;
    throw new Error(event.type);
  };
  const begin = (wanted: Wanted, tag: string): Answer => {
    visit = visitOf(wanted, tag);
    const begun = answerOf(last(() => book.begin(intentFor(wanted, tag))));
    if (begun !== 'begun') return begun;
    // Reservations are a little ahead of the light.
    const ceiling = Math.min(1, (wanted.ratio ?? 1) + 0.01);
    if ((wanted.ratio ?? 1) > 0) last(() => book.reserve(tag, 0, ceiling));
    return begun;
  };
  const nextTag = (): string => tagOf(++tagCount);
  const pass = (ms: number): void => {
    wallMs += ms;
    upMs += ms;
  };

  return {
    book: () => book,
    events,
    pass,
    moveCalendar: (ms) => void (wallMs += ms),
    setCalendar: (ms) => void (wallMs = ms),
    calendarMs: () => wallMs,
    restart(offMs) {
      wallMs += offMs;
      upMs = 30_000;
      wallMs += upMs;
      bootCount++;
      book = open(book.lines());
    },
    reopen: () => void (book = open(book.lines())),
    ask(wanted = {}) {
      const tag = tagOf(0xffff);
      visit = visitOf(wanted, tag);
      return answerOf(last(() => book.allow(intentFor(wanted, tag))));
    },
    begin: (wanted = {}) => begin(wanted, nextTag()),
    give(wanted = {}) {
      const tag = nextTag();
      const begun = begin(wanted, tag);
      if (begun !== 'begun') return begun;
      pass(wanted.durationMs ?? 10 * MINUTE);
      const ratio = wanted.ratio ?? 1;
      const dose = wanted.jPerCm2 ?? 4;
      const zones = ['L1', 'L2'].map((zone) => ({
        ...bookedZone(zone, dose * ratio, 'certain'),
        prescribedJPerCm2: dose,
        deliveredUpperJPerCm2: dose * ratio,
      }));
      last(() =>
        book.close({
          sessionTag: tag,
          outcome: ratio === 1 ? 'completed' : 'stopped',
          emissionOff: 'confirmed',
          hazard: null,
          durationMs: wanted.durationMs ?? 10 * MINUTE,
          zones,
          awaitsBeltRecord: false,
          ...wanted.closing,
        }),
      );
      return begun;
    },
  };
}

/** Refused until then to the millisecond: a moment before it is still refused, then it is allowed. */
export function expectAllowedFrom(
  days: Days,
  ms: number,
  wanted: Parameters<Days['ask']>[0] = {},
  hazard = 'H19',
): void {
  expect(refusedUntil(days.ask(wanted))).toBe(`${hazard} ${at(ms)}`);
  const waitMs = ms - days.calendarMs();
  days.pass(waitMs - 1);
  expect(refusedUntil(days.ask(wanted))).toBe(`H19 ${at(ms)}`);
  days.pass(1);
  expect(days.ask(wanted)).toMatchObject({ type: 'book.allowed' });
}
