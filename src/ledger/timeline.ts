// How long ago something was, at least. The calendar of a computer can be set to anything; what cannot be set is the time
// since it was started. Every entry carries both, and this adds up what is certain to have passed between them.
import { CALENDAR_DRIFT_MS, CALENDAR_DRIFT_RATIO, CALENDAR_MIN_MS } from '../safety/limits.ts';

/** When an entry was made, by the calendar and by the time since the start of the machine. */
export interface Stamp {
  readonly wallMs: number;
  /** null where it is not known. */
  readonly upMs: number | null;
  /** Which start of the machine; '' where it is not known. */
  readonly boot: string;
}

/** Where the book stands in its own time, which only goes forward and never faster than the true one. */
export interface Trail {
  readonly stamp: Stamp;
  /** The book's own time of that stamp. It begins as the calendar's. */
  readonly atMs: number;
  /** The latest calendar time ever seen, and the book's own time of it. */
  readonly highWallMs: number;
  readonly highAtMs: number;
}

/** `back`: earlier than an entry that was made before, and nothing shows how much time has passed. */
export type Moved = 'not' | 'back' | 'corrected';

export interface Advance {
  readonly trail: Trail;
  /** `corrected`: the calendar was moved, but the time since the start of the machine shows how long it really was. */
  readonly moved: Moved;
  /** What the calendar should have said at least. */
  readonly expectedWallMs: number;
}

/** False for a calendar that was never set, and for anything that is no time. */
export const isCalendarSet = (stamp: Stamp): boolean =>
  stamp.wallMs >= CALENDAR_MIN_MS && stamp.wallMs < Infinity && (stamp.upMs === null || stamp.upMs >= 0);

const isSameStart = (left: Stamp, right: Stamp): boolean =>
  left.boot !== '' && left.boot === right.boot && left.upMs !== null && right.upMs !== null;

/** Across starts: what the calendar says, if it can be believed, and the time since the new start in any case. */
function acrossStarts(trail: Trail, stamp: Stamp): { readonly elapsedMs: number; readonly moved: Moved } {
  const { stamp: last, atMs, highWallMs, highAtMs } = trail;
  const isOtherStart = stamp.boot !== '' && last.boot !== '' && stamp.boot !== last.boot;
  const provenMs = isOtherStart ? (stamp.upMs ?? 0) : 0;
  const byLastMs = stamp.wallMs - last.wallMs;
  // A calendar that was set back and then right again: only what goes beyond its highest point is new.
  const byHighMs = stamp.wallMs - highWallMs + (highAtMs - atMs);
  const byCalendarMs = stamp.wallMs >= highWallMs ? Math.min(byLastMs, byHighMs) : byLastMs;
  const elapsedMs = Math.max(0, provenMs, byCalendarMs);
  if (!(byLastMs >= 0)) return { elapsedMs, moved: 'back' };
  return { elapsedMs, moved: byLastMs + CALENDAR_DRIFT_MS < provenMs ? 'corrected' : 'not' };
}

function elapsedBetween(trail: Trail, stamp: Stamp): { readonly elapsedMs: number; readonly moved: Moved } {
  const { stamp: last } = trail;
  if (!isSameStart(last, stamp)) return acrossStarts(trail, stamp);
  const elapsedMs = Math.max(0, (stamp.upMs ?? 0) - (last.upMs ?? 0));
  const awayMs = Math.abs(stamp.wallMs - last.wallMs - elapsedMs);
  const fits = awayMs <= CALENDAR_DRIFT_MS + elapsedMs * CALENDAR_DRIFT_RATIO;
  return { elapsedMs, moved: fits ? 'not' : 'corrected' };
}

/** The stamp must be a set calendar (`isCalendarSet`). */
export function advance(trail: Trail | undefined, stamp: Stamp): Advance {
  const { wallMs } = stamp;
  if (trail === undefined)
    return {
      trail: { stamp, atMs: wallMs, highWallMs: wallMs, highAtMs: wallMs },
      moved: 'not',
      expectedWallMs: wallMs,
    };
  const { elapsedMs, moved } = elapsedBetween(trail, stamp);
  const atMs = trail.atMs + elapsedMs;
  const isHigh = wallMs >= trail.highWallMs;
  return {
    trail: {
      stamp,
      atMs,
      highWallMs: isHigh ? wallMs : trail.highWallMs,
      highAtMs: isHigh ? atMs : trail.highAtMs,
    },
    moved,
    expectedWallMs: trail.stamp.wallMs + elapsedMs,
  };
}
