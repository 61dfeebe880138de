// Every state has a way to dark and to an end, and with a world that is silent for ever it ends by its own clock alone.
import { earliestDeadlineMs } from '../../src/session/deadlines.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import type { SearchedLogic, Snapshot } from './logic.ts';

/** Of a silent world: the ten minutes of a question nobody answers, and the way out. */
export const SILENT_MAX_MS = 11 * 60_000;
export const SILENT_MAX_EVENTS = 120;

export interface SilentEnd {
  readonly lastedMs: number;
  readonly events: number;
  readonly broken?: string;
}

/** Nothing happens any more but the machine's own deadlines. */
export function silentEnd(logic: SearchedLogic, start: Snapshot): SilentEnd {
  const sinceMs = start.context.session.nowMs;
  let snapshot = start;
  for (let events = 0; events < SILENT_MAX_EVENTS; events++) {
    const { nowMs, deadlines } = snapshot.context.session;
    const lastedMs = nowMs - sinceMs;
    if (snapshot.status === 'done')
      return lastedMs <= SILENT_MAX_MS
        ? { lastedMs, events }
        : { lastedMs, events, broken: 'a silent world ends too late' };
    const atMs = Math.max(nowMs, earliestDeadlineMs(deadlines));
    if (!(atMs < Infinity))
      return { lastedMs, events, broken: `a silent world waits for ever in ${placeOf(snapshot)}` };
    try {
      ({ snapshot } = logic.step(snapshot, { type: 'timer.due', atMs }));
    } catch (error) {
      return { lastedMs, events, broken: `a silent world throws: ${String(error)}` };
    }
  }
  return {
    lastedMs: Infinity,
    events: SILENT_MAX_EVENTS,
    broken: `a silent world never ends ${placeOf(snapshot)}`,
  };
}

export interface WaysOut {
  readonly ends: number;
  /** States from which no path leads to an end, or to dark. */
  readonly withoutEnd: readonly number[];
  readonly withoutDark: readonly number[];
  readonly silentStates: number;
  readonly silentWorstMs: number;
  readonly silentWorstEvents: number;
}

const ENDS = new Set(['completed', 'stopped', 'cutoff', 'lockout', 'refused', 'failed']);
/** No lease is given there any more, and the link is down or STOP is out. */
const isDark = (place: string): boolean => place.startsWith('stopping.') || ENDS.has(place);

/** Backwards from the goals over the edges, `from, to` by turns. */
function cannotReach(
  places: readonly string[],
  edges: readonly number[],
  isGoal: (place: string) => boolean,
): readonly number[] {
  const count = places.length;
  const starts = new Int32Array(count + 1);
  for (let at = 1; at < edges.length; at += 2) starts[(edges[at] ?? 0) + 1]!++;
  for (let id = 0; id < count; id++) starts[id + 1]! += starts[id]!;
  const filled = starts.slice();
  const sources = new Int32Array(edges.length / 2);
  for (let at = 0; at < edges.length; at += 2) sources[filled[edges[at + 1]!]!++] = edges[at]!;
  const reached = new Uint8Array(count);
  const stack: number[] = [];
  const reach = (id: number): void => {
    if (reached[id] === 1) return;
    reached[id] = 1;
    stack.push(id);
  };
  for (const [id, place] of places.entries()) if (isGoal(place)) reach(id);
  for (let id = stack.pop(); id !== undefined; id = stack.pop())
    for (let at = starts[id]!; at < starts[id + 1]!; at++) reach(sources[at]!);
  return places.flatMap((_, id) => (reached[id] === 1 ? [] : [id]));
}

export function judgeWaysOut(
  places: readonly string[],
  edges: readonly number[],
  silences: { readonly states: number; readonly worstMs: number; readonly worstEvents: number },
): WaysOut {
  return {
    ends: places.filter((place) => ENDS.has(place)).length,
    withoutEnd: cannotReach(places, edges, (place) => ENDS.has(place)),
    withoutDark: cannotReach(places, edges, isDark),
    silentStates: silences.states,
    silentWorstMs: silences.worstMs,
    silentWorstEvents: silences.worstEvents,
  };
}
