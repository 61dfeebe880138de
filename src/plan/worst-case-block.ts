// Which moments of a light block the search stops at: just short of what the book's rules ask of this visit.
import {
  BOOKINGS,
  capsBelow,
  momentAt,
  momentAtEnd,
  momentBelow,
  momentOfFailing,
  type Caps,
  type Moment,
  type Share,
} from './worst-case-moments.ts';
import { sumOver } from './worst-case-rules.ts';
import type { Block } from './worst-case-visit.ts';
import { isNextTheLast, type History, type State, type World } from './worst-case-world.ts';

/** Just below what would make the visit count, and just below what would forbid another one today. */
function capsOf(world: World, history: History): Caps[] {
  const { facts, visit, zones, planned } = world;
  const { rules } = facts;
  if (isNextTheLast(world, history)) return [];
  const caps: Caps[] = [];
  const free = planned.map(() => Infinity);
  const retry = { lines: planned.map((dose) => dose * rules.retryMaxRatio), zones: [] };
  const room = zones.map(({ lines, plannedJPerCm2 }) => ({
    lines,
    cap:
      rules.dayDoseMaxJPerCm2 -
      plannedJPerCm2 -
      history.past.reduce((sum, { booked }) => sum + sumOver(booked, lines), 0),
  }));
  const isTight = zones.some(
    ({ plannedJPerCm2 }, index) => (room[index]?.cap ?? 0) < plannedJPerCm2 * facts.hardDoseRatio,
  );
  for (const booking of BOOKINGS) {
    caps.push(capsBelow(facts, visit, booking, 'retryThreshold', retry));
    if (!isTight) continue;
    caps.push(capsBelow(facts, visit, booking, 'dayDose', { lines: free, zones: room }));
    caps.push(capsBelow(facts, visit, booking, 'both', { lines: retry.lines, zones: room }));
  }
  return caps;
}

const isPossible = (caps: Caps, start: readonly number[]): boolean =>
  start.every((dose, line) => dose <= (caps.lines[line] ?? Infinity)) &&
  caps.zones.every(({ lines, cap }) => sumOver(start, lines) <= cap);

/** Where wavelengths of a zone share a cap, each in turn has its share first, and the others what is left, or nothing. */
const sharesOf = (world: World, caps: Caps): readonly Share[] =>
  caps.zones.length === 0
    ? [{ favour: 0, isAlone: false }]
    : Array.from({ length: Math.max(...world.zones.map(({ lines }) => lines.length)) }, (_, favour) =>
        [false, true].map((isAlone) => ({ favour, isAlone })),
      ).flat();

function failingMoments(world: World, block: Block, start: readonly number[], caps: Caps): Candidate[] {
  const extra = world.facts.extraMomentCount;
  const found: Candidate[] = [];
  for (const share of sharesOf(world, caps))
    for (let part = 1; part <= extra + 1; part++) {
      const ratio = part / (extra + 1);
      const zones = caps.zones.map((zone) => ({ ...zone, cap: zone.cap * ratio }));
      const less = { ...caps, lines: caps.lines.map((dose) => dose * ratio), zones };
      if (isPossible(less, start)) found.push(momentOfFailing(block, start, less, share));
    }
  return found;
}

type Candidate = Omit<Moment, 'id'> | undefined;

function findMoments(world: World, state: State, block: Block): readonly Moment[] {
  const { isFailing, start } = state.session;
  const caps = capsOf(world, state.history).filter((cap) => isPossible(cap, start));
  const found: Candidate[] = [];
  if (isFailing) for (const cap of caps) found.push(...failingMoments(world, block, start, cap));
  else {
    const extra = world.facts.extraMomentCount;
    for (const cap of caps) found.push(momentBelow(block, start, cap));
    for (let part = 1; part <= extra; part++)
      found.push(momentAt(block, start, (block.lightS * part) / (extra + 1)));
    found.push(momentAtEnd(block, start));
  }
  return found.filter((moment) => moment !== undefined).map((moment, id) => ({ ...moment, id }));
}

/** The moments of the block under way, found once for each history. */
export function momentsOf(world: World, state: State, block: Block): readonly Moment[] {
  const { session, history } = state;
  const key = session.block * 2 + (session.isFailing ? 1 : 0);
  const found = isNextTheLast(world, history) ? world.lastMoments : history.moments;
  const known = found.get(key);
  if (known !== undefined) return known;
  const moments = findMoments(world, state, block);
  found.set(key, moments);
  return moments;
}
