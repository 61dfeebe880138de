// Whether a value read from beside the book is a summary of this version: every field, every number finite.
import { bookedZone, isEntry } from './entry-shape.ts';
import {
  amount,
  both,
  count,
  flag,
  list,
  oneOf,
  optional,
  orNull,
  record,
  text,
  type Shape,
} from './shapes.ts';
import type { StoredSummary } from './summary.ts';

/** More sessions in two days than any practice has. */
const SESSIONS_MAX_COUNT = 100_000;
const finite: Shape = (value) => typeof value === 'number' && Number.isFinite(value);
const many =
  (shape: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.length <= SESSIONS_MAX_COUNT && value.every(shape);
const line =
  (kind: string): Shape =>
  (value) =>
    isEntry(value) && value.kind === kind;

const session = both(
  record({
    intent: line('intent'),
    intentAt: text,
    reserved: list(amount),
    beginMs: finite,
    lastMs: finite,
    isTallied: flag,
  }),
  optional({ closing: line('close'), closedAt: text, reconciled: list(bookedZone) }),
);

const trail = record({
  stamp: record({ wallMs: finite, upMs: orNull(amount), boot: text }),
  atMs: finite,
  highWallMs: finite,
  highAtMs: finite,
});

const summary = record({
  v: oneOf(3),
  trail: orNull(trail),
  sessions: many(session),
  sites: many(record({ person: text, site: text, beginMs: finite, endMs: finite })),
  courses: many(
    record({
      person: text,
      plan: text,
      site: text,
      number: count,
      of: count,
      lastEndMs: finite,
      recentBeginMs: list(finite),
      planDigest: text,
    }),
  ),
});

export const isSummary = (value: unknown): value is StoredSummary => summary(value);
