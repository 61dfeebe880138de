// Breadth first through everything that can happen to the shipped machine: each abstract state once, every act in each.
import { placeOf } from '../../src/session/session-logic.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import { actsAt, type Act } from './acts.ts';
import { createCells, type Cells } from './cells.ts';
import { keyOf, type Grain } from './key.ts';
import { judgeWaysOut, silentEnd, type WaysOut } from './liveness.ts';
import { shippedLogic, type SearchedLogic, type Snapshot } from './logic.ts';
import { brokenBy } from './rules.ts';
import { BELT_STATES, type TickAlphabet } from './ticks.ts';
import { hear, NO_WITNESS, watch, type Witness } from './witness.ts';

export interface SearchOptions {
  readonly logic?: SearchedLogic;
  readonly grain: Grain;
  readonly alphabet: TickAlphabet;
  /** The written bound: no further states are kept beyond it, and the report says so. */
  readonly statesMax: number;
  /** Of every so many arrivals at a known state one is followed, too, as a second representative; 0 is none. */
  readonly twinEvery: number;
  /** In one state of so many, also what nobody would say now; in the first of each place in any case. */
  readonly unaskedEvery: number;
  /** After each depth: what has been found so far. */
  readonly onDepth?: (depth: number, byPlace: ReadonlyMap<string, number>, transitions: number) => void;
  /** Stop at the first broken rule: for defects that are known to be there. */
  readonly isFirstEnough?: boolean;
}

export interface Violation {
  readonly rule: string;
  readonly place: string;
  /** The acts that lead there, from the beginning. */
  readonly trace: readonly string[];
}

export interface SearchReport {
  readonly logic: string;
  readonly states: number;
  readonly transitions: number;
  /** Steps that nobody would take now: survived, not followed. */
  readonly unasked: number;
  readonly depth: number;
  /** False: the bound on states was met before everything was reached. */
  readonly isComplete: boolean;
  readonly byPlace: ReadonlyMap<string, number>;
  readonly twins: number;
  /** States that were found only by a second representative. */
  readonly foundByTwins: number;
  readonly violations: readonly Violation[];
  readonly waysOut: WaysOut;
  readonly cells: Cells;
}

const VIOLATION_MAX_COUNT = 40;

interface Node {
  readonly id: number;
  readonly snapshot: Snapshot;
  readonly witness: Witness;
  readonly depth: number;
  readonly isTwin: boolean;
}

/** Where each state was first reached from, and by what. */
interface Origin {
  readonly from: number;
  readonly label: string;
}

interface Arrival {
  readonly snapshot: Snapshot;
  readonly witness: Witness;
  readonly broken: readonly string[];
}

function take(logic: SearchedLogic, { snapshot: before, witness: known }: Node, act: Act): Arrival {
  const heard = hear(known, act.event, placeOf(before));
  try {
    const { snapshot: after, effects } = logic.step(before, act.event);
    const witness = watch(heard, effects);
    return {
      snapshot: after,
      witness,
      broken: brokenBy({ before, act, after, effects, known, heard, witness }),
    };
  } catch (error) {
    return { snapshot: before, witness: heard, broken: [`throws: ${String(error)}`] };
  }
}

function countPlaces(places: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const place of places) counts.set(place, (counts.get(place) ?? 0) + 1);
  return counts;
}

export function search(options: SearchOptions): SearchReport {
  const logic = options.logic ?? shippedLogic;
  const ids = new Map<string, number>();
  const origins: Origin[] = [];
  const edges: number[] = [];
  const places: string[] = [];
  const violations = new Map<string, Violation>();
  const cells = createCells();
  const silences = { states: 0, worstMs: 0, worstEvents: 0 };
  let queue: Node[] = [];
  const counts = { transitions: 0, unasked: 0, depth: 0, twins: 0, foundByTwins: 0, arrivals: 0 };
  let isComplete = true;

  function traceOf(id: number): string[] {
    const labels: string[] = [];
    for (let at = id; at > 0; at = origins[at]?.from ?? 0) labels.unshift(origins[at]?.label ?? '');
    return labels;
  }

  function blame(id: number, label: string | undefined, rule: string): void {
    const place = places[id] ?? '';
    const known = `${rule}|${place}`;
    if (violations.has(known) || violations.size >= VIOLATION_MAX_COUNT) return;
    violations.set(known, { rule, place, trace: [...traceOf(id), ...(label === undefined ? [] : [label])] });
  }

  function arrive(from: Node, act: Act, { snapshot, witness }: Arrival, next: Node[]): void {
    const key = keyOf(snapshot, witness, options.grain);
    const known = ids.get(key);
    if (known === undefined && ids.size >= options.statesMax) {
      isComplete = false;
      return;
    }
    const id = known ?? ids.size;
    edges.push(from.id, id);
    const depth = from.depth + 1;
    if (known === undefined) {
      ids.set(key, id);
      origins.push({ from: from.id, label: act.label });
      places.push(placeOf(snapshot));
      counts.depth = Math.max(counts.depth, depth);
      if (from.isTwin) counts.foundByTwins++;
      if (snapshot.status === 'active') next.push({ id, snapshot, witness, depth, isTwin: false });
      return;
    }
    if (options.twinEvery === 0 || snapshot.status !== 'active') return;
    if (++counts.arrivals % options.twinEvery !== 0) return;
    counts.twins++;
    next.push({ id, snapshot, witness, depth, isTwin: true });
  }

  function expand(node: Node, next: Node[]): void {
    const place = placeOf(node.snapshot);
    if (place !== 'standby') {
      const silent = silentEnd(logic, node.snapshot);
      silences.states++;
      silences.worstMs = Math.max(silences.worstMs, silent.lastedMs);
      silences.worstEvents = Math.max(silences.worstEvents, silent.events);
      if (silent.broken !== undefined) blame(node.id, undefined, silent.broken);
    }
    const isProvoked = node.id % options.unaskedEvery === 0 || !cells.places().includes(place);
    for (const act of actsAt(node.snapshot, node.witness, options.alphabet)) {
      if (!act.isFollowed && !isProvoked) continue;
      const arrival = take(logic, node, act);
      for (const rule of arrival.broken) blame(node.id, act.label, rule);
      cells.add(place, act.event.type satisfies SessionEvent['type'], node.snapshot, arrival.snapshot);
      if (act.isFollowed) counts.transitions++;
      else counts.unasked++;
      if (act.isFollowed && arrival.broken.length === 0) arrive(node, act, arrival, next);
      if (options.isFirstEnough === true && violations.size > 0) return;
    }
  }

  const first: Node = { id: 0, snapshot: logic.begin(), witness: NO_WITNESS, depth: 0, isTwin: false };
  ids.set(keyOf(first.snapshot, first.witness, options.grain), 0);
  origins.push({ from: 0, label: '' });
  places.push(placeOf(first.snapshot));
  queue.push(first);
  while (queue.length > 0 && !(options.isFirstEnough === true && violations.size > 0)) {
    const next: Node[] = [];
    for (const node of queue) {
      expand(node, next);
      if (options.isFirstEnough === true && violations.size > 0) break;
    }
    queue = next;
    if (options.onDepth !== undefined) options.onDepth(counts.depth, countPlaces(places), counts.transitions);
  }
  const waysOut = judgeWaysOut(places, edges, silences);
  // Of states that were not looked into nothing is known.
  if (isComplete) blameDeadEnds(waysOut);
  return {
    logic: logic.name,
    states: ids.size,
    ...counts,
    isComplete,
    byPlace: countPlaces(places),
    violations: [...violations.values()],
    waysOut,
    cells,
  };

  function blameDeadEnds(waysOut: WaysOut): void {
    for (const id of waysOut.withoutEnd) blame(id, undefined, 'no way leads to an end');
    for (const id of waysOut.withoutDark) blame(id, undefined, 'no way leads to dark');
  }
}

/** Each state, each deviation alone: closes in seconds. */
export const SHORT_ALPHABET: TickAlphabet = {
  states: BELT_STATES,
  single: [
    'noContact',
    'hot',
    'strayLight',
    'latched',
    'oldEpoch',
    'saysHot',
    'old',
    'notLit',
    'tooStrong',
    'done',
  ],
  pairs: [],
};
