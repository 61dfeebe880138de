// The sessions of the book as visits: what counts is the visit, however many belt sessions it had.
import { RETRY_DELIVERED_MAX_RATIO } from '../safety/limits.ts';
import { bookedZonesOf, isUnfinished, type BookedSession } from './booked-session.ts';
import type { BookedZone } from './dose-book.ts';
import type { CourseRule } from './course.ts';
import { DEFAULT_PERSON } from './visit.ts';

/** Between the last entry of a session whose end nobody booked and that end: a pause of ten minutes, and the rest of it [eng]. */
const UNSEEN_END_MS = 15 * 60_000;

export interface BookedVisit {
  readonly id: string;
  readonly person: string;
  readonly site: string;
  readonly plan: string;
  readonly planDigest: string;
  readonly course: CourseRule | null;
  /** In the book's own time. */
  readonly beginMs: number;
  readonly endMs: number;
  /** Of the last entry that a session without an end has. */
  readonly openSinceMs: number | undefined;
  readonly isFinished: boolean;
  /** Any light, as far as anybody knows. */
  readonly hasShone: boolean;
  readonly counts: boolean;
  readonly sessions: readonly BookedSession[];
}

export const visitIdOf = ({ intent }: BookedSession): string => intent.visit?.visit ?? intent.session;
export const personOf = ({ intent }: BookedSession): string => intent.visit?.person ?? DEFAULT_PERSON;
export const blockOf = ({ intent }: BookedSession): number => intent.visit?.block ?? 0;
export const isOpen = (session: BookedSession): boolean =>
  session.closing === undefined && session.reconciled === undefined;
export const endMsOf = (session: BookedSession): number =>
  session.closing === undefined ? session.lastMs + UNSEEN_END_MS : session.lastMs;
export const hasShone = (session: BookedSession): boolean =>
  bookedZonesOf(session).some((zone) => zone.deliveredUpperJPerCm2 > 0);

/**
 * The belt could not be darkened: what it gave after the end nobody knows. The hazard says it, or the mark where H10 was
 * not the worst.
 */
export const isLightLeft = ({ closing }: BookedSession): boolean =>
  closing?.emissionOff === 'unconfirmed' && (closing.isLightLeft === true || closing.hazard === 'H10');

const keyOf = (zone: { readonly zone: string; readonly wavelengthNm: number }): string =>
  `${zone.zone} ${zone.wavelengthNm}`;

/** A quarter of what any zone should have had, or light where none was due. */
function countsAsSession(sessions: readonly BookedSession[]): boolean {
  const upper = new Map<string, number>();
  const planned = new Map<string, number>();
  const add = (sums: Map<string, number>, key: string, jPerCm2: number): void =>
    void sums.set(key, (sums.get(key) ?? 0) + jPerCm2);
  for (const zone of sessions.flatMap((session): readonly BookedZone[] => bookedZonesOf(session))) {
    add(upper, keyOf(zone), zone.deliveredUpperJPerCm2);
    add(planned, keyOf(zone), zone.prescribedJPerCm2);
  }
  for (const zone of sessions[0]?.intent.visit?.plannedJPerCm2 ?? [])
    planned.set(keyOf(zone), Math.max(zone.plannedJPerCm2, planned.get(keyOf(zone)) ?? 0));
  return [...upper].some(
    ([key, jPerCm2]) => jPerCm2 > 0 && !(jPerCm2 < RETRY_DELIVERED_MAX_RATIO * (planned.get(key) ?? 0)),
  );
}

function visitOf(sessions: readonly BookedSession[], first: BookedSession): BookedVisit {
  const open = sessions.filter(isOpen);
  return {
    id: visitIdOf(first),
    person: personOf(first),
    site: first.intent.site,
    plan: first.intent.visit?.plan ?? first.intent.plan,
    planDigest: first.intent.visit?.planDigest ?? '',
    course: first.intent.visit?.course ?? null,
    beginMs: Math.min(...sessions.map((session) => session.beginMs)),
    endMs: Math.max(...sessions.map(endMsOf)),
    openSinceMs: open.length === 0 ? undefined : Math.max(...open.map((session) => session.lastMs)),
    isFinished: !sessions.some(isUnfinished),
    hasShone: sessions.some(hasShone),
    counts: countsAsSession(sessions),
    sessions,
  };
}

/** In the order of their first entries. A visit that names two sites is two. */
export function visitsOf(sessions: Iterable<BookedSession>): readonly BookedVisit[] {
  const groups = new Map<string, BookedSession[]>();
  for (const session of sessions) {
    const key = JSON.stringify([visitIdOf(session), personOf(session), session.intent.site]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [session]);
    else group.push(session);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [visitOf(group, first)];
  });
}
