// All that the entries of a book add up to, as text: kept beside the book, so that it need not be read from its first line.
import type { BookedSession } from './booked-session.ts';
import { isSummary } from './summary-shape.ts';
import type { CourseTally, Past, SitePast } from './past.ts';
import { courseKey, siteKey } from './past.ts';
import type { Trail } from './timeline.ts';

/** Changes with every rule by which entries are folded: a summary of other rules is not used. */
export const SUMMARY_VERSION = 3;

export interface BookSummary {
  readonly trail: Trail | undefined;
  readonly sessions: readonly BookedSession[];
  readonly past: Past;
}

/** What is undefined in a session is missing in JSON. */
export type StoredSession = Omit<BookedSession, 'closing' | 'closedAt' | 'reconciled'> &
  Partial<Pick<BookedSession, 'closing' | 'closedAt' | 'reconciled'>>;

export interface StoredSummary {
  readonly v: number;
  readonly trail: Trail | null;
  readonly sessions: readonly StoredSession[];
  readonly sites: readonly SitePast[];
  readonly courses: readonly CourseTally[];
}

export function writeSummary({ trail, sessions, past }: BookSummary): string {
  const stored: StoredSummary = {
    v: SUMMARY_VERSION,
    trail: trail ?? null,
    sessions,
    sites: [...past.sites.values()],
    courses: [...past.courses.values()],
  };
  return JSON.stringify(stored);
}

const sessionOf = (stored: StoredSession): BookedSession => ({
  intent: stored.intent,
  intentAt: stored.intentAt,
  reserved: stored.reserved,
  closing: stored.closing,
  closedAt: stored.closedAt,
  reconciled: stored.reconciled,
  beginMs: stored.beginMs,
  lastMs: stored.lastMs,
  isTallied: stored.isTallied,
});

/** undefined for anything that `writeSummary` of this version would not have written. Never throws. */
export function readSummary(text: string): BookSummary | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isSummary(value)) return undefined;
  return {
    trail: value.trail ?? undefined,
    sessions: value.sessions.map(sessionOf),
    past: {
      sites: new Map(value.sites.map((site) => [siteKey(site.person, site.site), site])),
      courses: new Map(
        value.courses.map((tally) => [courseKey(tally.person, tally.plan, tally.site), tally]),
      ),
    },
  };
}
