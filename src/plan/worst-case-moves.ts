// The moves of the worst-case search: what can happen to a visit, lit and dark, and what the book makes of its end.
import { assertNever } from '../errors.ts';
import { momentsOf } from './worst-case-block.ts';
import type { WorstCaseEvent } from './worst-case-events.ts';
import { DAY_S } from './worst-case-facts.ts';
import { bookedAt, BOOKINGS, type Booking } from './worst-case-moments.ts';
import { countsAsVisit, earliestStartS, type PastVisit } from './worst-case-rules.ts';
import type { Block } from './worst-case-visit.ts';
import {
  beginning,
  dosesOf,
  isDark,
  isNextTheLast,
  placeOf,
  type History,
  type Phase,
  type Session,
  type State,
  type World,
} from './worst-case-world.ts';

const to = (before: State, event: WorstCaseEvent, phase: Phase, moment = before.moment): State => ({
  before,
  event,
  history: before.history,
  phase,
  session: before.session,
  moment,
});

const into = (before: State, event: WorstCaseEvent, phase: Phase, session: Session): State => ({
  before,
  event,
  history: before.history,
  phase,
  session,
  moment: undefined,
});

/** After the last visit of a day, however it ended: nothing follows. */
const DAY_OVER: History = { id: -1, past: [], doses: [], nextS: Infinity, moments: new Map() };

/** What the visit leaves in the book; the same way of ending it is the same history. */
function historyAfter(world: World, state: State, block: Block, booking: Booking): History {
  if (isNextTheLast(world, state.history)) return DAY_OVER;
  const key = placeOf(state) * BOOKINGS.length + BOOKINGS.indexOf(booking);
  const known = world.histories.get(key);
  if (known !== undefined) return known;
  const { facts, planned, zones } = world;
  const { history, session, moment } = state;
  const doses = dosesOf(state);
  // Between two blocks nothing of the next has begun.
  const booked = bookedAt(facts, block, session.start, moment ?? { step: -1, doses }, booking);
  const visit: PastVisit = {
    startS: session.startS,
    endS: session.startS + session.passedS + (moment?.lightS ?? 0),
    booked,
    counts: countsAsVisit(booked, planned, facts.rules.retryMaxRatio),
  };
  const past = [...history.past, visit];
  const next: History = {
    id: world.histories.size + 1,
    past,
    doses: history.doses.map((dose, line) => dose + (doses[line] ?? 0)),
    nextS: earliestStartS(facts.rules, past, zones),
    moments: new Map(),
  };
  world.histories.set(key, next);
  return next;
}

/** The visit is over and booked; one that never shone leaves nothing behind. */
function ended(world: World, state: State, event: WorstCaseEvent, booking: Booking): State {
  const block = world.visit.blocks[state.session.block];
  const idle = into(state, event, 'idle', beginning(world, 0));
  if (isDark(dosesOf(state)) || block === undefined) return idle;
  return { ...idle, history: historyAfter(world, state, block, booking) };
}

function fromIdle(world: World, state: State): State[] {
  const { past, nextS } = state.history;
  // What begins a day after the first of these visits is another day's.
  if (!(nextS < (past[0]?.startS ?? 0) + DAY_S)) return [];
  const waitedS = nextS - (past.at(-1)?.endS ?? 0);
  const event = { kind: 'visitBegins', visit: past.length, waitedS } as const;
  return [into(state, event, 'ready', beginning(world, nextS))];
}

function shine(world: World, state: State): State[] {
  const { block } = state.session;
  const program = world.visit.blocks[block];
  if (program === undefined) return [];
  const fromS = state.moment?.lightS ?? -1;
  const next: State[] = [];
  for (const moment of momentsOf(world, state, program)) {
    if (!(moment.lightS > fromS)) continue;
    const until = moment.isEnd ? 'end' : moment.short;
    const ratio = moment.lightS / program.lightS;
    const { doses } = moment;
    next.push(to(state, { kind: 'light', block, until, ratio, doses }, 'lit', moment));
  }
  return next;
}

/** What ends a belt session, lit or dark. */
const breaks = (world: World, state: State): State[] => [
  ended(world, state, { kind: 'stopped' }, 'seen'),
  to(state, { kind: 'controllerCrashed' }, 'gone'),
  to(state, { kind: 'linkLost' }, 'gone'),
  to(state, { kind: 'beltRestarted' }, 'restarted'),
];

/** All light of the block has been given: the next block follows, or the visit is over. */
function afterBlock(world: World, state: State, doses: readonly number[]): State {
  const { session } = state;
  const { block } = session;
  const program = world.visit.blocks[block];
  if (block === world.visit.blocks.length - 1 || program === undefined)
    return ended(world, state, { kind: 'visitDone' }, 'seen');
  const passedS = session.passedS + program.lightS + program.restS;
  return into(state, { kind: 'blockDone', block }, 'ready', {
    ...session,
    block: block + 1,
    start: doses,
    passedS,
  });
}

/** Everything that can happen next. */
export function movesFrom(world: World, state: State): State[] {
  const { phase, session, moment } = state;
  switch (phase) {
    case 'idle':
      return fromIdle(world, state);
    case 'ready':
      return [
        ...shine(world, state),
        into(state, { kind: 'zonesFail' }, 'failing', { ...session, isFailing: true }),
        ended(world, state, { kind: 'armingUnanswered' }, 'seen'),
      ];
    case 'failing':
      return shine(world, state);
    case 'lit':
      return [
        ...(moment?.isEnd === true ? [afterBlock(world, state, moment.doses)] : []),
        to(state, { kind: 'paused' }, 'paused'),
        to(state, { kind: 'contactLost' }, 'paused'),
        to(state, { kind: 'leaseLapsed' }, 'paused'),
        ...breaks(world, state),
      ];
    case 'paused':
      return [to(state, { kind: 'resumed' }, 'resumed'), ...breaks(world, state)];
    case 'resumed':
      // Its dose goes on where it was: the belt keeps counting through a pause. Only the ramp is given again.
      return shine(world, state);
    case 'gone':
      return [
        ended(world, state, { kind: 'reconciled', booking: 'seen' }, 'seen'),
        ended(world, state, { kind: 'reconciled', booking: 'unknown' }, 'unknown'),
      ];
    case 'restarted':
      return [
        ended(world, state, { kind: 'reconciled', booking: 'restarted' }, 'restarted'),
        ended(world, state, { kind: 'reconciled', booking: 'unknown' }, 'unknown'),
      ];
    default:
      return assertNever(phase);
  }
}
