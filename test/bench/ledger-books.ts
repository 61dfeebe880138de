// Dose books of years, as the book itself would have written them: its own entries, chain and checkpoints, without waiting
// for the disk at each line.
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { createBookState, type BookState } from '../../src/ledger/book-state.ts';
import { checkpointEntry, checkpointPath, formatCheckpoint } from '../../src/ledger/checkpoint.ts';
import { BOOK_HEADER, type BookEntry } from '../../src/ledger/entries.ts';
import type { Stamp } from '../../src/ledger/timeline.ts';
import type { DoseIntent } from '../../src/ledger/dose-book.ts';
import type { VisitFacts } from '../../src/ledger/visit.ts';
import { intentEntry } from '../../src/ledger/book-state.ts';

export const SESSIONS_A_DAY = 2;
export const SITES = ['lumbar', 'cervical'] as const;
/** Of the built-in plan: 82 s of light on four zones, booked every three ticks. */
const RESERVE_COUNT = 109;
const RESERVE_EVERY_MS = 750;
const ZONES = [0, 1, 2, 3];
const DAY_MS = 86_400_000;
const CHECKPOINT_EVERY_BYTES = 64 * 1024;
const BUFFER_MAX_CHARS = 1024 * 1024;
export const FIRST_DAY_MS = Date.UTC(2025, 0, 1, 8);

export const tagOf = (number: number): string => number.toString(16).padStart(16, '0');

export const intentOf = (sessionTag: string, site: string): DoseIntent => ({
  sessionTag,
  beltId: '0011223344556677',
  address: 'ble:00:11:22:33:44:55',
  planName: 'low-back-spasm',
  site,
  prescription: {
    sessionTag,
    steps: [
      ZONES.map((zone) => ({
        zone,
        wavelengthNm: 808,
        irradianceMwPerCm2: 50,
        radiantExposureJPerCm2: 4,
        rampUpS: 2,
        rampDownS: 1,
        pulseFrequencyHz: 0,
        dutyCycle: 1,
      })),
    ],
    timeLimitS: 95,
  },
  measurementUncertainty: 0.003,
});

export const visitOf = (visit: string, site: string): VisitFacts => ({
  person: 'default',
  visit,
  block: 0,
  plan: 'low-back-spasm',
  planDigest: 'ab'.repeat(32),
  site,
  course: { sessions: 10_000, everyS: null, perWeek: null, gapS: 72_000 },
  screening: 'short',
  plannedJPerCm2: ZONES.map((zone) => ({ zone: `L${zone + 1}`, wavelengthNm: 808, plannedJPerCm2: 4 })),
});

function* entriesOf(session: string, site: string): Iterable<readonly [number, BookEntry]> {
  yield [0, intentEntry(intentOf(session, site), visitOf(session, site))];
  for (let at = 1; at <= RESERVE_COUNT; at++)
    yield [at * RESERVE_EVERY_MS, { kind: 'reserve', session, step: 0, ceiling: at / RESERVE_COUNT }];
  yield [
    RESERVE_COUNT * RESERVE_EVERY_MS,
    {
      kind: 'close',
      session,
      outcome: 'completed',
      emissionOff: 'confirmed',
      hazard: null,
      durationMs: RESERVE_COUNT * RESERVE_EVERY_MS,
      awaitsBeltRecord: false,
      zones: ZONES.map((zone) => ({
        zone: `L${zone + 1}`,
        wavelengthNm: 808,
        prescribedJPerCm2: 4,
        deliveredJPerCm2: 4.0012,
        deliveredUpperJPerCm2: 4.0132,
        certainty: 'certain',
      })),
    },
  ];
}

/** Two sites a day, each at its hour. @returns the bytes of the book */
export function writeBookOfDays(path: string, days: number): number {
  const state: BookState = createBookState();
  const file = openSync(path, 'w', 0o600);
  let bytes = 0;
  let checkpointBytes = 0;
  let buffer = '';
  const flush = (): void => {
    writeSync(file, buffer);
    buffer = '';
  };
  const put = (line: string): void => {
    buffer += `${line}\n`;
    bytes += line.length + 1;
    if (buffer.length > BUFFER_MAX_CHARS) flush();
  };
  const add = (entry: BookEntry, wallMs: number): void => {
    const stamp: Stamp = { wallMs, upMs: wallMs - FIRST_DAY_MS, boot: '0123456789abcdef' };
    const composed = state.compose([entry], stamp);
    if (!composed.ok) throw new Error(composed.problem);
    for (const line of composed.lines) put(line);
    const problem = state.absorb(composed.lines);
    if (problem !== undefined) throw new Error(problem);
  };
  put(BOOK_HEADER);
  for (let day = 0; day < days; day++)
    for (const [index, site] of SITES.entries()) {
      const beginMs = FIRST_DAY_MS + day * DAY_MS + index * 3_600_000;
      for (const [afterMs, entry] of entriesOf(tagOf(day * SITES.length + index + 1), site))
        add(entry, beginMs + afterMs);
      const isLast = day === days - 1 && index === SITES.length - 1;
      // The worst case: nothing of the last sessions is in the checkpoint yet.
      if (isLast || bytes - checkpointBytes < CHECKPOINT_EVERY_BYTES) continue;
      const summary = state.summary();
      add(checkpointEntry(summary), beginMs + RESERVE_COUNT * RESERVE_EVERY_MS + 1000);
      checkpointBytes = bytes;
      writeFileSync(checkpointPath(path), formatCheckpoint({ endBytes: bytes, summary }), { mode: 0o600 });
    }
  flush();
  closeSync(file);
  return bytes;
}
