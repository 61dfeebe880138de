// What a visit came to, from what its belt sessions came to: one outcome, one exit code, one line a zone. Pure.
import { EXIT_CODE, worstExitCode, type SessionOutcome, type ZoneOutcome } from '../session/outcome.ts';
import type { CareFacts } from '../ledger/entries.ts';
import type { PlannedZone } from '../ledger/visit.ts';
import type { ConnectFailure } from '../transport/transport.ts';
import { emissionMsOf } from './visit-light.ts';

export type CareDone = Omit<CareFacts, 'visit'>;

/** One outcome for the whole visit: `session` is the visit's own id. */
export interface VisitOutcome extends SessionOutcome {
  readonly person?: string;
  /** Which session of its course; null when the plan has none, or the book was not asked. */
  readonly course?: { readonly number: number; readonly of: number } | null;
  /** ISO 8601: from when on a refused session is allowed; null when waiting does not help, or nothing stands against it. */
  readonly allowedAt?: string | null;
  readonly care?: readonly CareDone[];
}

/** Why a visit ended while no belt session was open. */
export type EndBetween =
  | { readonly kind: 'stopped'; readonly message: string }
  | { readonly kind: 'refused'; readonly hazard: SessionOutcome['hazard']; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface VisitRun {
  readonly visit: string;
  readonly plan: string;
  /** How many light blocks the plan has. */
  readonly blockCount: number;
  /** Of the whole visit; empty while the belt is not known. */
  readonly planned: readonly PlannedZone[];
  /** Of the light blocks that began, in order. All but the last one are complete. */
  readonly blocks: readonly SessionOutcome[];
  readonly endBetween: EndBetween | undefined;
}

const WORST_FIRST: readonly ZoneOutcome['status'][] = ['cutOff', 'incomplete', 'endedShort', 'done'];
/** Sums of decimal fractions. */
const ROUNDING = 1 - 1e-9;

const worstOf = (statuses: readonly ZoneOutcome['status'][]): ZoneOutcome['status'] =>
  WORST_FIRST.find((status) => statuses.includes(status)) ?? 'incomplete';

const keyOf = (zone: { readonly zone: string; readonly wavelengthNm: number }): string =>
  `${zone.zone} ${zone.wavelengthNm}`;

/** Prescribed is what the whole visit was to give: a block that never began is a dose that was not given. */
export function sumZones(
  blocks: readonly SessionOutcome[],
  planned: readonly PlannedZone[],
): readonly ZoneOutcome[] {
  const given = new Map<string, ZoneOutcome[]>();
  for (const zone of blocks.flatMap(({ zones }) => zones))
    given.set(keyOf(zone), [...(given.get(keyOf(zone)) ?? []), zone]);
  const wanted = new Map(planned.map((zone) => [keyOf(zone), zone] as const));
  return [...new Set([...wanted.keys(), ...given.keys()])].flatMap((key): ZoneOutcome[] => {
    const parts = given.get(key) ?? [];
    const named = parts[0] ?? wanted.get(key);
    if (named === undefined) return [];
    const begunJPerCm2 = parts.reduce((sum, part) => sum + part.prescribedJPerCm2, 0);
    const prescribedJPerCm2 = Math.max(begunJPerCm2, wanted.get(key)?.plannedJPerCm2 ?? 0);
    const isAllBegun = begunJPerCm2 >= prescribedJPerCm2 * ROUNDING;
    const statuses = parts.map(({ status }) => status);
    return [
      {
        zone: named.zone,
        wavelengthNm: named.wavelengthNm,
        prescribedJPerCm2,
        deliveredJPerCm2: parts.reduce((sum, part) => sum + part.deliveredJPerCm2, 0),
        certainty: parts.some((part) => part.certainty === 'upperBound') ? 'upperBound' : 'certain',
        status: worstOf(isAllBegun ? statuses : [...statuses, 'incomplete']),
      },
    ];
  });
}

function offOf(blocks: readonly SessionOutcome[]): SessionOutcome['emissionOff'] {
  if (blocks.some(({ emissionOff }) => emissionOff === 'unconfirmed')) return 'unconfirmed';
  return blocks.some(({ emissionOff }) => emissionOff === 'confirmed') ? 'confirmed' : 'neverOn';
}

type Deciding = Pick<SessionOutcome, 'outcome' | 'hazard' | 'message' | 'exitCode'>;

function decidingBetween(end: EndBetween): Deciding {
  const { message } = end;
  switch (end.kind) {
    case 'stopped':
      return { outcome: 'stopped', hazard: null, message, exitCode: EXIT_CODE.stoppedByUser };
    case 'refused':
      return { outcome: 'refused', hazard: end.hazard, message, exitCode: EXIT_CODE.refused };
    case 'unreachable':
      return { outcome: 'failed', hazard: null, message, exitCode: EXIT_CODE.beltUnreachable };
    case 'failed':
      return { outcome: 'failed', hazard: null, message, exitCode: EXIT_CODE.internalFailure };
  }
}

/** Which part of the light it was that did not come to its end. */
const ofPart = (deciding: Deciding, number: number, blockCount: number): Deciding =>
  blockCount === 1 || deciding.outcome === 'completed'
    ? deciding
    : { ...deciding, message: `Light ${number} of ${blockCount}: ${deciding.message}` };

export function mergeOutcomes(run: VisitRun): SessionOutcome {
  const { visit, plan, blocks, blockCount, endBetween } = run;
  const last = blocks.at(-1);
  const deciding =
    endBetween !== undefined
      ? decidingBetween(endBetween)
      : last !== undefined
        ? ofPart(last, blocks.length, blockCount)
        : decidingBetween({ kind: 'failed', message: 'This plan has no light.' });
  const emissionOff = offOf(blocks);
  return {
    outcome: deciding.outcome,
    emissionOff,
    hazard: deciding.hazard,
    hazards: [
      ...new Set([
        ...blocks.flatMap(({ hazards }) => hazards),
        ...(deciding.hazard === null ? [] : [deciding.hazard]),
      ]),
    ],
    session: visit,
    plan,
    durationMs: blocks.reduce((sum, { durationMs }) => sum + durationMs, 0),
    emissionMs: emissionMsOf(blocks),
    // Of a visit without any light its own session says what was prescribed.
    zones: emissionOff === 'neverOn' ? (last?.zones ?? []) : sumZones(blocks, run.planned),
    message: deciding.message,
    exitCode: worstExitCode([...blocks.map(({ exitCode }) => exitCode), deciding.exitCode]),
  };
}

/** A belt that does not know this computer was reached: it refused. */
export const endOfUnreachable = (failure: ConnectFailure): Partial<SessionOutcome> =>
  failure === 'notPaired' ? { outcome: 'refused', exitCode: EXIT_CODE.refused } : {};
