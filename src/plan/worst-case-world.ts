// What the worst-case search stands on: the states of one belt, one book, one person and one site over one day.
import type { WorstCaseEvent } from './worst-case-events.ts';
import type { WorstCaseFacts } from './worst-case-facts.ts';
import type { Moment } from './worst-case-moments.ts';
import type { PastVisit, ZoneLines } from './worst-case-rules.ts';
import type { Visit } from './worst-case-visit.ts';

export interface History {
  readonly id: number;
  /** Those that shone, oldest first. */
  readonly past: readonly PastVisit[];
  /** As the belt measured it, of all past visits, per line. */
  readonly doses: readonly number[];
  /** Earliest begin of the next visit. */
  readonly nextS: number;
  /** Moments of each block of the next visit, and of each block with failing zones. */
  readonly moments: Map<number, readonly Moment[]>;
}

/** `gone`: the controller or the link; `restarted`: the belt. Both leave a belt session that is over and not booked. */
const PHASES = ['idle', 'ready', 'failing', 'lit', 'paused', 'resumed', 'gone', 'restarted'] as const;
export type Phase = (typeof PHASES)[number];

/** One belt session of a visit: which block, and what the visit had given before it. */
export interface Session {
  readonly startS: number;
  /** Light and rests of the visit's finished blocks. */
  readonly passedS: number;
  readonly block: number;
  readonly isFailing: boolean;
  readonly start: readonly number[];
}

export interface State {
  readonly before: State | undefined;
  readonly event: WorstCaseEvent | undefined;
  readonly history: History;
  readonly phase: Phase;
  readonly session: Session;
  readonly moment: Moment | undefined;
}

export interface World {
  readonly facts: WorstCaseFacts;
  readonly visit: Visit;
  readonly zones: readonly ZoneLines[];
  readonly planned: readonly number[];
  readonly dark: readonly number[];
  /** By what led to each. */
  readonly histories: Map<number, History>;
  /** Of the blocks of a visit that no other can follow today: the same after every history. */
  readonly lastMoments: Map<number, readonly Moment[]>;
}

/** No visit can follow the next one today: nothing is gained by staying below anything. */
export const isNextTheLast = ({ facts }: World, { past }: History): boolean =>
  !(past.length + 1 < facts.rules.visitsPerDayMaxCount);

export const dosesOf = (state: State): readonly number[] => state.moment?.doses ?? state.session.start;

const BLOCK_MAX_COUNT = 2 ** 14;
const MOMENT_MAX_COUNT = 2 ** 10;

/** The same place in the same block of the same visit; exact below 2^53. */
export function placeOf({ history, session, moment }: State): number {
  const block = (history.id * BLOCK_MAX_COUNT + session.block) * 2 + (session.isFailing ? 1 : 0);
  return block * MOMENT_MAX_COUNT + (moment === undefined ? 0 : moment.id + 1);
}

export const keyOf = (state: State): number => placeOf(state) * PHASES.length + PHASES.indexOf(state.phase);

export const isDark = (doses: readonly number[]): boolean => doses.every((dose) => dose === 0);

export function firstState(world: World): State {
  const history: History = { id: 0, past: [], doses: world.dark, nextS: 0, moments: new Map() };
  return {
    before: undefined,
    event: undefined,
    history,
    phase: 'idle',
    session: beginning(world, 0),
    moment: undefined,
  };
}

export const beginning = (world: World, startS: number): Session => ({
  startS,
  passedS: 0,
  block: 0,
  isFailing: false,
  start: world.dark,
});
