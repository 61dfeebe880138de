// The most that any zone can receive from a plan: every order of interruptions, crashes, retries and restarts that the
// protocol and the book allow, searched breadth first, so that what leads there is told in the fewest events.
import type { BeltProfile } from '../belt/belt.ts';
import type { SessionProgram } from './plan.ts';
import { DAY_S, type RepeatRules, type WorstCaseFacts } from './worst-case-facts.ts';
import {
  createLimitWatch,
  exceededTimes,
  lightTimesOf,
  type Exceeded,
  type LightTimes,
  type LimitWatch,
} from './worst-case-limits.ts';
import { sumOver, type ZoneLines } from './worst-case-rules.ts';
import { movesFrom } from './worst-case-moves.ts';
import { mostOf, noteBests, targetsOf, type Best, type Most } from './worst-case-targets.ts';
import { visitOf, type Visit } from './worst-case-visit.ts';
import { firstState, keyOf, type History, type State, type World } from './worst-case-world.ts';

export interface WorstCaseLine {
  /** `L1` */
  readonly zone: string;
  /** undefined: all wavelengths of the zone together. */
  readonly wavelengthNm: number | undefined;
  readonly plannedJPerCm2: number;
  /** J/cm² */
  readonly visit: Most;
  readonly day: Most;
}

export interface WorstCaseFound {
  readonly ok: true;
  /** One for each zone and wavelength. */
  readonly lines: readonly WorstCaseLine[];
  /** One for each zone. */
  readonly zones: readonly WorstCaseLine[];
  /** J, all zones together. */
  readonly energy: { readonly plannedJ: number; readonly visit: Most; readonly day: Most };
  readonly times: LightTimes;
  /** Each limit that can be exceeded, with the shortest way to it. */
  readonly exceeded: readonly Exceeded[];
  readonly stateCount: number;
}

export type WorstCase = WorstCaseFound | { readonly ok: false; readonly problem: string };

const zonesOf = (visit: Visit): ZoneLines[] =>
  [...new Set(visit.lines.map(({ zone }) => zone))].map((zone) => {
    const lines = visit.lines.flatMap((line, index) => (line.zone === zone ? [index] : []));
    const planned = visit.lines.map(({ plannedJPerCm2 }) => plannedJPerCm2);
    return { zone, lines, plannedJPerCm2: sumOver(planned, lines) };
  });

function worldOf(visit: Visit, facts: WorstCaseFacts): World {
  const planned = visit.lines.map(({ plannedJPerCm2 }) => plannedJPerCm2);
  const dark = planned.map(() => 0);
  return { facts, visit, zones: zonesOf(visit), planned, dark, histories: new Map(), lastMoments: new Map() };
}

/** Whether `known` can do whatever `other` can, and has given at least as much: then `other` leads to nothing worse. */
function outdoes(rules: RepeatRules, known: History, other: History, isBookTight: boolean): boolean {
  if (known.past.length !== other.past.length) return false;
  if (!other.doses.every((dose, line) => (known.doses[line] ?? 0) >= dose)) return false;
  const endS = (known.past[0]?.startS ?? 0) + DAY_S;
  // With two visits a day, the second is the last: then its hour does not matter.
  const isLast = known.past.length + 1 >= rules.visitsPerDayMaxCount;
  if (!(known.nextS <= other.nextS || (isLast && known.nextS < endS))) return false;
  if (isLast) return true;
  return known.past.every((visit, index) => {
    const same = other.past[index];
    if (same === undefined || (visit.counts && !same.counts)) return false;
    return !isBookTight || visit.booked.every((dose, line) => dose <= (same.booked[line] ?? 0));
  });
}

interface Search {
  readonly bests: readonly Best[];
  readonly exceeded: LimitWatch;
  readonly stateCount: number;
}

function search(world: World): Search | undefined {
  const { facts } = world;
  const bests = targetsOf(world).map((target): Best => ({
    target,
    visit: { amount: 0, state: undefined },
    day: { amount: 0, state: undefined },
  }));
  const exceeded = createLimitWatch(world, bests);
  const { rules } = facts;
  const isBookTight = world.zones.some(
    ({ plannedJPerCm2 }) =>
      !((rules.visitsPerDayMaxCount + 1) * plannedJPerCm2 * facts.hardDoseRatio <= rules.dayDoseMaxJPerCm2),
  );
  const first = firstState(world);
  const seen = new Set([keyOf(first)]);
  const kept: History[] = [];
  const queue: State[] = [first];
  // The queue grows while it is walked: breadth first.
  for (let at = 0; at < queue.length; at++) {
    if (queue.length > facts.stateMaxCount) return undefined;
    const state = queue[at];
    if (state === undefined) break;
    if (state.phase === 'lit') {
      noteBests(bests, state);
      exceeded.note(state);
    }
    for (const next of movesFrom(world, state)) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      if (next.phase === 'idle') {
        if (facts.dropsOutdone && kept.some((known) => outdoes(rules, known, next.history, isBookTight)))
          continue;
        kept.push(next.history);
      }
      queue.push(next);
    }
  }
  return { bests, exceeded, stateCount: queue.length };
}

function lineOf(world: World, best: Best): WorstCaseLine {
  const { target } = best;
  return {
    zone: `L${(target.zone ?? 0) + 1}`,
    wavelengthNm: target.line === undefined ? undefined : world.visit.lines[target.line]?.wavelengthNm,
    plannedJPerCm2: target.planned,
    visit: mostOf(world.facts, target, best.visit),
    day: mostOf(world.facts, target, best.day),
  };
}

/**
 * `programs` are the light blocks of one visit, in order, resolved against `profile` (`resolveVisit`). Never throws; a
 * plan that needs more states than `facts.stateMaxCount` is refused with that limit named.
 */
export function worstCase(
  programs: readonly SessionProgram[],
  profile: BeltProfile,
  facts: WorstCaseFacts,
): WorstCase {
  const world = worldOf(visitOf(programs, profile), facts);
  const found = search(world);
  if (found === undefined)
    return {
      ok: false,
      problem:
        `the worst case of this plan cannot be computed: it has more than ${facts.stateMaxCount} states ` +
        '(fewer light blocks between care steps, or fewer zones)',
    };
  const { bests, stateCount } = found;
  const lines = bests.filter(({ target }) => target.line !== undefined).map((best) => lineOf(world, best));
  const zones = bests
    .filter(({ target }) => target.line === undefined && target.zone !== undefined)
    .map((best) => lineOf(world, best));
  const energy = bests.at(-1);
  if (energy === undefined) return { ok: false, problem: 'the plan has no light' };
  const times = lightTimesOf(world.visit, facts);
  return {
    ok: true,
    lines,
    zones,
    energy: {
      plannedJ: energy.target.planned,
      visit: mostOf(facts, energy.target, energy.visit),
      day: mostOf(facts, energy.target, energy.day),
    },
    times,
    exceeded: [...found.exceeded.list(), ...exceededTimes(world.visit, facts, times)],
    stateCount,
  };
}
