// Every state × event: what an event did in any of the reached states of a place.
import type { SessionEvent } from '../../src/session/events.ts';
import { placeOf } from '../../src/session/session-logic.ts';
import type { Snapshot } from './logic.ts';

export const IGNORED = '·';
export const NOTED = '=';

export interface Cells {
  add(place: string, type: SessionEvent['type'], before: Snapshot, after: Snapshot): void;
  places(): readonly string[];
  /** Everything this event ever led to from there: places, noted, ignored; undefined when it never came. */
  ledTo(place: string, type: SessionEvent['type']): ReadonlySet<string> | undefined;
}

export function createCells(): Cells {
  const byPlace = new Map<string, Map<string, Set<string>>>();
  return {
    add(place, type, before, after) {
      let row = byPlace.get(place);
      if (row === undefined) byPlace.set(place, (row = new Map()));
      let cell = row.get(type);
      if (cell === undefined) row.set(type, (cell = new Set()));
      const to = placeOf(after);
      cell.add(to !== place ? to : after.context.session === before.context.session ? IGNORED : NOTED);
    },
    places: () => [...byPlace.keys()],
    ledTo: (place, type) => byPlace.get(place)?.get(type),
  };
}
